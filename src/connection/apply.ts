import type { Engine } from '../engine/index.ts';
import { type AgentImage, ensureImage } from '../image/index.ts';
import { containerName, networkName, type SessionIdentity } from '../model/identity.ts';
import { label, type Role } from '../model/labels.ts';
import type { Connections } from './connections.ts';
import { gatewayContainer } from './gateway-container.ts';
import type { ConnectionOperation, GatewaySettings } from './operation.ts';

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
    case 'start-gateway':
      return startGateway(operation.gateway, context);
    case 'replace-gateway':
      await engine.removeContainer(containerName(identity.project, operation.gateway.service, 'gateway'));
      return startGateway(operation.gateway, context);
    case 'remove-gateway':
      return removeGateway(operation.service, context);
    case 'open-link':
      return connections.openLink(operation.link, signal);
    case 'replace-link':
      await connections.closeLink(operation.link.service);
      return connections.openLink(operation.link, signal);
    case 'close-link':
      return connections.closeLink(operation.service);
  }
}

async function removeNetwork(engine: Engine, project: string): Promise<void> {
  for (const { id } of await engine.listNetworks({ [label.project]: project }))
    await engine.removeNetwork(id);
}

async function startGateway(settings: GatewaySettings, context: ConnectionContext): Promise<void> {
  const { engine, identity, image } = context;
  const { service, directories, config } = settings;
  const networks = await engine.listNetworks({ [label.project]: identity.project });
  const spec = gatewayContainer(settings, {
    name: containerName(identity.project, service, 'gateway'),
    image: image.reference,
    network: networkName(identity.project),
    ownSubnets: networks.flatMap(({ subnets }) => subnets),
    mounts: directories.map((directory) => ({
      kind: 'volume',
      name: directory.volume,
      target: directory.inGateway,
      readOnly: false,
      inMemory: { labels: { ...labelsOf(context, 'files'), [label.service]: service } },
    })),
    labels: { ...labelsOf(context, 'gateway'), [label.service]: service, [label.config]: config },
  });
  const id = await engine.createContainer(spec);
  try {
    await engine.startContainer(id);
  } catch (error) {
    await engine.removeContainer(id);
    throw error;
  }
}

/** With the memory that it shares with its service, which is gone by then. */
async function removeGateway(service: string, { engine, identity }: ConnectionContext): Promise<void> {
  await engine.removeContainer(containerName(identity.project, service, 'gateway'));
  const role: Role = 'files';
  const ours = { [label.project]: identity.project, [label.service]: service, [label.role]: role };
  for (const volume of await engine.listVolumes(ours)) await engine.removeVolume(volume);
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
