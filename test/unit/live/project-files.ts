import type { Service, WorkloadMount } from '../../../src/model/workspace.ts';
import { A_HEALTHCHECK, aTarget, aWorkspace } from '../../builders/workspace.ts';
import { freePort } from './tiny-server.ts';
import { aServingService } from './world.ts';

/** The workloads of a random world. */
export const API = 'container/api';
export const WEB = 'container/web';

/** What the files say that the session may be given, for messages. */
export const FILES: ReadonlyMap<number, string> = new Map(
  [
    'app for api',
    'app for api, desk for web',
    'app for web, desk for api',
    'app for api and web',
    'app on another port for api, for which requests wait',
    'another app for api',
    'app with another way for api',
    'desk for web',
    'app for nobody',
    'app for api with its files, desk for web',
  ].map((text, at) => [at, text]),
);

/** How many files the other session has. */
export const OTHER_FILES = 2;

/** A directory of the first workload. */
const secrets: WorkloadMount = {
  kind: 'workload',
  from: aTarget(API),
  source: '/run/secrets',
  target: '/run/secrets',
};

/** A service for which requests wait. */
function awaited(service: Service): Service {
  const fallback = { kind: 'wait', ms: 2000 } as const;
  return { ...service, bridges: service.bridges.map((bridge) => ({ ...bridge, fallback })) };
}

/** The files of two projects that may be up, for workloads with these ports; the first of the other's wants the first's port. */
export async function filesFor(api: number, web: number) {
  const [local, second, third, fourth] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const again: Partial<Service> = { restart: { kind: 'always' }, healthcheck: A_HEALTHCHECK };
  const app = (bridges: Readonly<Record<string, number>>, fields: Partial<Service> = {}) =>
    aServingService(local, bridges, { ...again, ...fields });
  const desk = (bridges: Readonly<Record<string, number>>) =>
    aServingService(second, bridges, { name: 'desk' });
  const own = [
    [app({ [API]: api })],
    [app({ [API]: api }), desk({ [WEB]: web })],
    [app({ [WEB]: web }), desk({ [API]: api })],
    [app({ [API]: api, [WEB]: web })],
    [awaited(aServingService(third, { [API]: api }, again))],
    [app({ [API]: api }, { environment: { NEW: 'yes' } })],
    [app({ [API]: api }, { extraHosts: [{ name: 'db', address: '10.0.0.1' }] })],
    [desk({ [WEB]: web })],
    [app({})],
    [app({ [API]: api }, { volumes: [secrets] }), desk({ [WEB]: web })],
  ];
  const others = [
    [aServingService(fourth, { [API]: api }, again)],
    [aServingService(fourth, { [WEB]: web }, again)],
  ];
  return {
    own: own.map((services) => aWorkspace('shop', ...services)),
    others: others.map((services) => aWorkspace('other', ...services)),
  };
}
