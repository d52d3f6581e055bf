import { DevenvError } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import { type AgentImage, ensureImage } from '../image/index.ts';
import type { Machine } from '../machine/index.ts';
import { containerName, networkName, type SessionIdentity } from '../model/identity.ts';
import { label, type Role } from '../model/labels.ts';
import { ownerLabels } from '../model/owner.ts';
import type { Runner } from '../runner/index.ts';
import type { Connections } from './connections.ts';
import { gatewayContainer, machineNetwork } from './gateway-container.ts';
import type { ConnectionOperation, GatewaySettings } from './operation.ts';

/** What the operations work with. */
export interface ConnectionContext {
  readonly engine: Engine;
  /** What keeps all units, of whatever kind. */
  readonly runner: Runner;
  /** What makes networks of this machine; absent where nothing is made, but only removed. */
  readonly machine?: Machine;
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
      return removeNetwork(context);
    case 'join-target':
      return connections.joinTarget(operation.target, operation.agents, signal);
    case 'leave-target':
      return connections.leaveTarget(operation.target);
    case 'start-gateway':
      return startGateway(operation.gateway, context);
    case 'replace-gateway':
      await removeGatewayContainer(operation.gateway.service, context);
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

/** Only what this session made: another one may have something of the same name by now. */
async function removeNetwork({ engine, identity }: ConnectionContext): Promise<void> {
  const ours = { [label.project]: identity.project, [label.session]: identity.id };
  for (const { id } of await engine.listNetworks(ours)) await engine.removeNetwork(id);
}

async function startGateway(settings: GatewaySettings, context: ConnectionContext): Promise<void> {
  const { engine, identity, image } = context;
  const { service, directories, config } = settings;
  const name = containerName(identity.project, service, 'gateway');
  const labels = { ...labelsOf(context, 'gateway'), [label.service]: service, [label.config]: config };
  if (settings.onMachine) return startUnit(await makeNetwork(settings, name, labels, context), context);
  const networks = await engine.listNetworks({ [label.project]: identity.project });
  const spec = gatewayContainer(settings, {
    name,
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
    labels,
  });
  return startUnit(await engine.createContainer(spec), context);
}

function makeNetwork(
  settings: GatewaySettings,
  name: string,
  labels: Readonly<Record<string, string>>,
  { machine }: ConnectionContext,
): Promise<string> {
  if (machine !== undefined) return machine.createNetwork(machineNetwork(settings, name, labels));
  throw new DevenvError({ code: 'internal', message: 'nothing is made here', owner: 'devenv' });
}

/** What does not start does not stay. */
async function startUnit(id: string, { runner }: ConnectionContext): Promise<void> {
  try {
    await runner.startUnit(id);
  } catch (error) {
    await runner.removeUnit(id);
    throw error;
  }
}

/** With the memory that it shares with its service, which is gone by then. */
async function removeGateway(service: string, context: ConnectionContext): Promise<void> {
  const { engine, identity } = context;
  await removeGatewayContainer(service, context);
  const role: Role = 'files';
  const ours = {
    [label.project]: identity.project,
    [label.session]: identity.id,
    [label.service]: service,
    [label.role]: role,
  };
  for (const volume of await engine.listVolumes(ours)) await engine.removeVolume(volume);
}

async function removeGatewayContainer(
  service: string,
  { runner, identity }: ConnectionContext,
): Promise<void> {
  const found = await runner.findUnit(containerName(identity.project, service, 'gateway'));
  // By its id: a name may be another container's a moment later.
  if (found?.labels[label.session] === identity.id) await runner.removeUnit(found.id);
}

function labelsOf({ identity, file }: ConnectionContext, role: Role): Record<string, string> {
  return {
    [label.project]: identity.project,
    [label.role]: role,
    ...ownerLabels(identity, file),
  };
}
