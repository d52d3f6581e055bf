import { statSync } from 'node:fs';
import { Agent as TlsAgent } from 'node:https';
import { hostname, release, totalmem } from 'node:os';
import type Dockerode from 'dockerode';
import type { Engine, EngineInfo } from '../engine/index.ts';
import { ask, type DockerAccess } from './access.ts';
import { readArchive } from './archive.ts';
import { buildDirectory } from './build-directory.ts';
import { watchContainers } from './container-events.ts';
import {
  createContainer,
  findContainer,
  listContainers,
  placeFiles,
  removeContainer,
  restartContainer,
  startContainer,
  stopContainer,
} from './containers.ts';
import { dialSocket } from './dial-socket.ts';
import { exec } from './exec.ts';
import { findInRegistry } from './find-in-registry.ts';
import { isPortFree } from './free-port.ts';
import { buildImage, findImage, importImage, pullImage } from './images.ts';
import { type EngineMachine, isLocalEngine } from './local-engine.ts';
import { DEFAULT_SOCKET, dockerConfigDirectory, type EngineLocation, locateEngine } from './locate-engine.ts';
import { containerLogs } from './logs.ts';
import { createNetwork, listNetworks, removeNetwork } from './networks.ts';
import { registryCredentials } from './registry-auth.ts';
import { runContainer } from './run-container.ts';
import { SharedSockets } from './shared-sockets.ts';
import { createVolume, listVolumes, removeVolume } from './volumes.ts';

/** What the process knows and the engine needs. */
export interface EngineSettings {
  /** Environment variables of this process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Home directory of the user; absolute. */
  readonly homeDirectory: string;
  /** Directory for sockets that containers and this machine share; absolute, short, made with mode 0700 when first needed. */
  readonly runtimeDirectory: string;
  /** Program inside our containers that joins its stdin and stdout to the Unix socket given as last argument. */
  readonly relayCommand: readonly string[];
}

const FIRST_ANSWER_LIMIT_MS = 15_000;

/**
 * Finds the engine that Docker's own client would use and makes sure that it answers.
 * Errors: `engine-unreachable` with its address, where that came from, and the next step.
 */
export async function openDockerEngine(settings: EngineSettings): Promise<Engine> {
  const location = locateEngine({ ...settings, isSocket });
  const docker = await ask(location, { doing: 'be opened', call: () => openClient(location) });
  const facts = await ask(location, {
    doing: 'describe itself',
    call: () => readFacts(docker, location),
    limitMs: FIRST_ANSWER_LIMIT_MS,
  });
  const configDirectory = dockerConfigDirectory(settings);
  return dockerEngine({
    docker,
    location,
    info: facts.info,
    clockOffsetMs: facts.clockOffsetMs,
    sockets: new SharedSockets(),
    runtimeDirectory: settings.runtimeDirectory,
    relayCommand: settings.relayCommand,
    credentials: (reference) => registryCredentials(reference, configDirectory, settings.environment),
  });
}

function dockerEngine(access: DockerAccess): Engine {
  return {
    describe: (signal) => describe(access, signal),
    findImage: (reference) => findImage(access, reference),
    pullImage: (reference, progress, signal) => pullImage(access, reference, progress, signal),
    findInRegistry: (reference, signal) => findInRegistry(access, reference, signal),
    buildImage: (build, progress, signal) => buildImage(access, build, progress, signal),
    buildDirectory: (reference, build, platform, progress, signal) =>
      buildDirectory(access, reference, build, platform, progress, signal),
    importImage: (reference, rootfs, signal) => importImage(access, reference, rootfs, signal),
    listUnits: (labels) => listContainers(access, labels),
    findUnit: (nameOrId) => findContainer(access, nameOrId),
    publishing: async () => ({ isHere: (await describe(access, undefined)).isLocal, seesLoopback: false }),
    isPortFree: (port) => isPortFree(access.info, port),
    createContainer: (spec) => createContainer(access, spec),
    placeFiles: (id, files) => placeFiles(access, id, files),
    startUnit: (id) => startContainer(access, id),
    stopUnit: (id, graceMs) => stopContainer(access, id, graceMs),
    removeUnit: (id) => removeContainer(access, id),
    unitLogs: (id, options, signal) => containerLogs(access, id, options, signal),
    runUnit: (id, streams) => runContainer(access, id, streams),
    exec: (id, spec, streams, signal) => exec(access, id, spec, streams, signal),
    readArchive: (id, path) => readArchive(access, id, path),
    restartUnit: (id, graceMs) => restartContainer(access, id, graceMs),
    listVolumes: (labels) => listVolumes(access, labels),
    createVolume: (name, labels, kept) => createVolume(access, name, labels, kept),
    removeVolume: (name) => removeVolume(access, name),
    dialSocket: (containerId, socketPath, signal) => dialSocket(access, containerId, socketPath, signal),
    listNetworks: (labels) => listNetworks(access, labels),
    createNetwork: (spec) => createNetwork(access, spec),
    removeNetwork: (id) => removeNetwork(access, id),
    watchUnits: (signal) => watchContainers(access, signal),
  };
}

async function describe(access: DockerAccess, signal: AbortSignal | undefined): Promise<EngineInfo> {
  await ask(access.location, {
    doing: 'answer',
    call: () => access.docker.ping(),
    signal,
    limitMs: FIRST_ANSWER_LIMIT_MS,
  });
  return access.info;
}

/** Loads what opening an engine loads first: for a process that opens one when its program's files may be gone. */
export async function loadDockerClient(): Promise<void> {
  await import('dockerode');
}

async function openClient(location: EngineLocation): Promise<Dockerode> {
  const { default: Client } = await import('dockerode');
  return new Client(clientOptions(location));
}

function clientOptions(location: EngineLocation): Dockerode.DockerOptions {
  // Every option is given, because the client fills the missing ones from this process's environment.
  const none = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };
  const path = /^(?:unix|npipe):\/\/(.*)$/.exec(location.address)?.[1];
  if (path !== undefined) return { ...none, socketPath: path, protocol: 'http' };
  const url = new URL(location.address.replace(/^tcp:/, 'http:'));
  const address = { ...none, socketPath: undefined, host: `http://${url.hostname}`, port: url.port || '80' };
  const { tls } = location;
  if (tls === undefined) return { ...address, protocol: 'http' };
  const agent = new TlsAgent({
    keepAlive: true,
    rejectUnauthorized: tls.verify,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
  });
  // The client passes `agent` on to Node; its types do not list it.
  const options: Dockerode.DockerOptions & { readonly agent: TlsAgent } = {
    ...address,
    host: `https://${url.hostname}`,
    protocol: 'https',
    agent,
  };
  return options;
}

interface EngineFacts {
  readonly info: EngineInfo;
  readonly clockOffsetMs: number;
}

async function readFacts(docker: Dockerode, location: EngineLocation): Promise<EngineFacts> {
  const askedAt = Date.now();
  const [info, version]: [RawInfo, RawVersion] = await Promise.all([docker.info(), docker.version()]);
  const sameKernel =
    location.address.startsWith('unix://') && info.Name === hostname() && info.KernelVersion === release();
  const here = { hostname: hostname(), release: release(), totalmem: totalmem() };
  const engineTime = Date.parse(info.SystemTime ?? '');
  const offset = sameKernel || Number.isNaN(engineTime) ? 0 : engineTime - (askedAt + Date.now()) / 2;
  return {
    info: {
      title: `${productName(info, version)} on ${location.address}`,
      sameKernel,
      isLocal: isLocalEngine(location.address, info, here),
      names: namesOf(location),
      // An address may be forwarded, today to one machine and tomorrow to another.
      identity: `${location.address} (${info.Name ?? 'nameless'})`,
      architecture: info.Architecture ?? version.Arch ?? 'unknown',
    },
    clockOffsetMs: offset,
  };
}

/** Where nothing else was chosen, Docker calls its context so. */
function namesOf({ address, context, origin }: EngineLocation): readonly string[] {
  if (context !== undefined) return [address, context];
  return origin === DEFAULT_SOCKET ? [address, 'default'] : [address];
}

interface RawInfo extends EngineMachine {
  readonly SystemTime?: string;
  readonly Architecture?: string;
}

interface RawVersion {
  readonly Version?: string;
  readonly Arch?: string;
  readonly Components?: readonly { readonly Name: string }[];
}

function productName(info: RawInfo, version: RawVersion): string {
  const number = (version.Version ?? 'of unknown version').replace(/\+.*$/, '');
  if (version.Components?.some((component) => component.Name === 'Podman Engine')) return `Podman ${number}`;
  if (info.OperatingSystem === 'Docker Desktop') return `Docker Desktop ${number}`;
  return `Docker Engine ${number}`;
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    // A directory that this user may not enter holds no socket for them.
    return false;
  }
}
