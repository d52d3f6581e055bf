import type { ContainerSpec, Engine } from '../engine/index.ts';
import { type AgentImage, ensureImage } from '../image/index.ts';
import { containerName, networkName, type SessionIdentity } from '../model/identity.ts';
import { label, type Role } from '../model/labels.ts';
import type { Connections } from './connections.ts';
import { gatewayContainer } from './gateway-container.ts';
import type { ConnectionOperation } from './operation.ts';

/** What the operations work with. */
export interface ConnectionContext {
  readonly engine: Engine;
  readonly identity: SessionIdentity;
  /** Absolute path of the file, for labels. */
  readonly file: string;
  readonly image: AgentImage;
  readonly connections: Connections;
  readonly progress: (resource: string, message: string) => void;
}

/** Does one operation. Errors: those of engine, platform and agents. */
export async function applyConnection(
  operation: ConnectionOperation,
  context: ConnectionContext,
  signal: AbortSignal,
): Promise<void> {
  const { engine, connections, identity } = context;
  switch (operation.kind) {
    case 'ensure-agent-image':
      return ensureImage(
        engine,
        context.image,
        (message) => context.progress('image/agent', message),
        signal,
      );
    case 'create-network':
      await removeNetwork(engine, identity.project);
      await engine.createNetwork({
        name: networkName(identity.project),
        labels: labelsOf(context, 'network'),
      });
      return;
    case 'remove-network':
      return removeNetwork(engine, identity.project);
    case 'join-target':
      return connections.joinTarget(operation.target, signal);
    case 'leave-target':
      return connections.leaveTarget(operation.target);
    case 'start-holder':
      return startHolder(operation, context);
    case 'remove-holder':
      return engine.removeContainer(containerName(identity.project, operation.service, 'holder'));
    case 'start-gateway':
      return startGateway(operation, context);
    case 'remove-gateway':
      return removeGateway(operation.service, context);
    case 'open-link':
      return connections.openLink(operation.link, signal);
    case 'close-link':
      return connections.closeLink(operation.service);
  }
}

async function removeNetwork(engine: Engine, project: string): Promise<void> {
  for (const { id } of await engine.listNetworks({ [label.project]: project }))
    await engine.removeNetwork(id);
}

async function startHolder(
  { service, ports, extraHosts, config }: Extract<ConnectionOperation, { kind: 'start-holder' }>,
  context: ConnectionContext,
): Promise<void> {
  const { identity, image } = context;
  await start(context.engine, {
    name: containerName(identity.project, service, 'holder'),
    image: image.reference,
    command: ['holder'],
    environment: {},
    labels: { ...labelsOf(context, 'holder'), [label.service]: service, [label.config]: config },
    network: { kind: 'network', name: networkName(identity.project), aliases: [service] },
    mounts: [],
    ports,
    extraHosts,
    capabilities: [],
    autoRemove: false,
  });
}

async function startGateway(
  { service, loopbackPorts, directories, config }: Extract<ConnectionOperation, { kind: 'start-gateway' }>,
  context: ConnectionContext,
): Promise<void> {
  const { engine, identity, image } = context;
  const networks = await engine.listNetworks({ [label.project]: identity.project });
  const spec = gatewayContainer({
    name: containerName(identity.project, service, 'gateway'),
    image: image.reference,
    holderName: containerName(identity.project, service, 'holder'),
    ownSubnets: networks.flatMap(({ subnets }) => subnets),
    loopbackPorts,
    mounts: directories.map((directory) => ({
      kind: 'volume',
      name: directory.volume,
      target: directory.inGateway,
      readOnly: false,
      inMemory: { labels: { ...labelsOf(context, 'files'), [label.service]: service } },
    })),
    labels: { ...labelsOf(context, 'gateway'), [label.service]: service, [label.config]: config },
  });
  await start(engine, spec);
}

/** With the memory that it shares with its service, which is gone by then. */
async function removeGateway(service: string, { engine, identity }: ConnectionContext): Promise<void> {
  await engine.removeContainer(containerName(identity.project, service, 'gateway'));
  const role: Role = 'files';
  const ours = { [label.project]: identity.project, [label.service]: service, [label.role]: role };
  for (const volume of await engine.listVolumes(ours)) await engine.removeVolume(volume);
}

/** Makes and starts a container in place of one of the same name; one that does not start is removed again. */
async function start(engine: Engine, spec: ContainerSpec): Promise<void> {
  await engine.removeContainer(spec.name);
  const id = await engine.createContainer(spec);
  try {
    await engine.startContainer(id);
  } catch (error) {
    await engine.removeContainer(id);
    throw error;
  }
}

function labelsOf({ identity, file }: ConnectionContext, role: Role): Record<string, string> {
  return {
    [label.project]: identity.project,
    [label.role]: role,
    [label.session]: identity.id,
    [label.owner]: identity.user,
    [label.file]: file,
  };
}
