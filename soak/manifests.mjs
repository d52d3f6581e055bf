// The pod and its database in Kubernetes' terms. Pure, but for the programs that it takes along.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE } from '../bench/place.mjs';
import { PROGRAMS, SIDECAR } from './place.mjs';

export function manifestsOf() {
  const programs = {
    'app.mjs': readFileSync(join(PROGRAMS, 'app.mjs'), 'utf8'),
    'database.mjs': readFileSync(join(PROGRAMS, 'database.mjs'), 'utf8'),
    'sidecar.mjs': readFileSync(SIDECAR, 'utf8'),
  };
  const app = {
    ...containerOf('app', 'app.mjs', 'original', '8155', '8157'),
    ports: [
      { name: 'app', containerPort: 8155 },
      { name: 'admin', containerPort: 8157 },
    ],
    readinessProbe: { tcpSocket: { port: 'app' }, periodSeconds: 1 },
  };
  const sidecar = {
    ...containerOf('sidecar', 'sidecar.mjs'),
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1 },
  };
  const items = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'programs' }, data: programs },
    deploymentOf('app', app, sidecar),
    deploymentOf('database', containerOf('database', 'database.mjs')),
    serviceOf('app', 'NodePort', { http: 8080, app: 8155, admin: 8157 }),
    serviceOf('database', 'ClusterIP', { sql: 5432 }),
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}

/**
 * @param {string} name
 * @param {string[]} words program and arguments
 */
function containerOf(name, ...words) {
  const [program, ...rest] = words;
  return {
    name,
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', `/soak/${program}`, ...rest],
    volumeMounts: [{ name: 'programs', mountPath: '/soak', readOnly: true }],
  };
}

/**
 * @param {string} name
 * @param {object[]} containers
 */
function deploymentOf(name, ...containers) {
  const labels = { app: name };
  const volumes = [{ name: 'programs', configMap: { name: 'programs' } }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 3, containers, volumes },
      },
    },
  };
}

/**
 * @param {string} name
 * @param {string} type
 * @param {Readonly<Record<string, number>>} ports
 */
function serviceOf(name, type, ports) {
  const list = Object.entries(ports).map(([port, number]) => ({ name: port, port: number }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type, selector: { app: name }, ports: list },
  };
}
