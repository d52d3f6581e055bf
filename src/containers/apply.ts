import { DevenvError } from '../common/errors.ts';
import type { ContainerSpec, Engine } from '../engine/index.ts';
import { containerName, type SessionIdentity } from '../model/identity.ts';
import { label } from '../model/labels.ts';
import type { Service } from '../model/workspace.ts';
import type { ContainerOperation } from './operation.ts';
import { serviceConfig } from './service-config.ts';

/** How long a service may take to end when asked to, milliseconds. */
const STOP_GRACE_MS = 10_000;

/** What the operations work with. */
export interface ContainerContext {
  readonly engine: Engine;
  readonly identity: SessionIdentity;
  /** Absolute path of the file, for the label. */
  readonly file: string;
  readonly progress: (resource: string, message: string) => void;
}

/** Does one operation. Errors: those of the engine's methods, `container-failed` with the last output. */
export async function applyContainer(
  operation: ContainerOperation,
  context: ContainerContext,
  signal: AbortSignal,
): Promise<void> {
  switch (operation.kind) {
    case 'pull-image':
      return pullImage(operation.reference, context, signal);
    case 'start-container':
      return start(operation.service, operation.replaces, context);
    case 'remove-container':
      return remove(operation.service, context);
  }
}

async function pullImage(reference: string, context: ContainerContext, signal: AbortSignal): Promise<void> {
  const progress = (message: string) => context.progress(`image/${reference}`, message);
  await context.engine.pullImage(reference, progress, signal);
}

async function start(
  service: Service,
  replaces: string | undefined,
  { engine, identity, file }: ContainerContext,
): Promise<void> {
  if (replaces !== undefined) await stopAndRemove(engine, replaces);
  const image = await engine.findImage(service.image);
  const spec: ContainerSpec = {
    name: containerName(identity.project, service.name, 'service'),
    image: service.image,
    entrypoint: service.entrypoint,
    command: service.command,
    environment: service.environment,
    labels: {
      [label.project]: identity.project,
      [label.role]: 'service',
      [label.service]: service.name,
      [label.session]: identity.id,
      [label.owner]: identity.user,
      [label.file]: file,
      [label.config]: serviceConfig(service, image?.id),
    },
    network: { kind: 'container', id: containerName(identity.project, service.name, 'holder') },
    workingDir: service.workingDir,
    mounts: service.volumes.filter((mount) => mount.kind === 'bind'),
    ports: [],
    autoRemove: false,
  };
  const id = await engine.createContainer(spec);
  try {
    await engine.startContainer(id);
  } catch (error) {
    await engine.removeContainer(id);
    throw error instanceof DevenvError ? named(error, service.name) : error;
  }
}

async function remove(service: string, { engine, identity }: ContainerContext): Promise<void> {
  const found = await engine.findContainer(containerName(identity.project, service, 'service'));
  if (found !== undefined && found.labels[label.project] === identity.project) {
    await stopAndRemove(engine, found.id);
  }
}

async function stopAndRemove(engine: Engine, id: string): Promise<void> {
  await engine.stopContainer(id, STOP_GRACE_MS);
  await engine.removeContainer(id);
}

function named(error: DevenvError, service: string): DevenvError {
  return new DevenvError({
    code: error.code,
    message: `service ${service}: ${error.message}`,
    owner: error.owner,
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.evidence === undefined ? {} : { evidence: error.evidence }),
  });
}
