import type { ContainerInspectInfo, ContainerInfo as ListedContainer } from 'dockerode';
import type { PublishedPort } from '../model/workspace.ts';
import type { UnitInfo, UnitSummary } from '../runner/index.ts';

/** Our words for a container in the engine's list. */
export function containerSummary(listed: ListedContainer): UnitSummary {
  return {
    id: listed.Id,
    name: ownName(listed.Names),
    labels: listed.Labels ?? {},
    state: containerState(listed.State),
    imageId: listed.ImageID,
    networkMode: networkMode(listed.HostConfig?.NetworkMode),
  };
}

/** Our words for the engine's description of a container. */
export function containerInfo(raw: ContainerInspectInfo): UnitInfo {
  const state = containerState(raw.State.Status);
  const startedAt = instant(raw.State.StartedAt);
  const ended = (state === 'exited' || state === 'dead' || state === 'removing') && startedAt !== undefined;
  return {
    id: raw.Id,
    name: raw.Name.replace(/^\//, ''),
    labels: raw.Config.Labels ?? {},
    state,
    imageId: raw.Image,
    environment: environmentOf(raw.Config.Env),
    networkMode: networkMode(raw.HostConfig.NetworkMode),
    exitCode: ended ? raw.State.ExitCode : undefined,
    outOfMemory: raw.State.OOMKilled,
    ...healthOf(raw),
    startedAt,
    endedAt: ended ? instant(raw.State.FinishedAt) : undefined,
    publishedPorts: publishedPorts(raw),
    exposedPorts: exposedPorts(raw),
  };
}

function networkMode(word: string | undefined): string {
  return word === undefined || word === 'default' ? 'bridge' : word;
}

/** `NAME=value` lines as a record; a name without a value is an empty one. */
export function environmentOf(lines: readonly string[] | null | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (lines ?? []).map((line) => {
      const equals = line.indexOf('=');
      return equals < 0 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}

function ownName(names: readonly string[]): string {
  // A container that others link to also has names of the form `/other/alias`.
  const own = names.find((name) => !name.slice(1).includes('/')) ?? names[0] ?? '';
  return own.replace(/^\//, '');
}

function containerState(word: string): UnitSummary['state'] {
  switch (word) {
    case 'created':
    case 'running':
    case 'paused':
    case 'restarting':
    case 'removing':
    case 'exited':
    case 'dead':
      return word;
    // Podman's further words.
    case 'configured':
    case 'initialized':
      return 'created';
    case 'stopping':
      return 'running';
    default:
      return 'exited';
  }
}

function healthOf({ State: { Health } }: ContainerInspectInfo): Pick<UnitInfo, 'health' | 'healthOutput'> {
  const last = Health?.Log?.at(-1);
  const healthOutput = (last?.Output ?? '').trim();
  switch (Health?.Status) {
    case 'starting':
    case 'healthy':
    case 'unhealthy':
      return { health: Health.Status, healthOutput };
    default:
      return { health: undefined, healthOutput: '' };
  }
}

function instant(text: string): number | undefined {
  const time = Date.parse(text);
  // The engine writes the year 1 for "never".
  return Number.isNaN(time) || time <= 0 ? undefined : time;
}

function publishedPorts(raw: ContainerInspectInfo): PublishedPort[] {
  const ports: Readonly<Record<string, readonly { HostIp: string; HostPort: string }[] | null>> =
    raw.NetworkSettings?.Ports ?? {};
  return Object.entries(ports)
    .flatMap(([key, bindings]) => {
      const [target, protocol] = key.split('/');
      if (protocol !== 'tcp' && protocol !== 'udp') return [];
      return (bindings ?? []).map((binding) => ({
        hostIp: binding.HostIp,
        published: Number(binding.HostPort),
        target: Number(target),
        protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
      }));
    })
    .sort((a, b) => a.target - b.target || a.published - b.published);
}

function exposedPorts(raw: ContainerInspectInfo): number[] {
  const declared = Object.keys(raw.Config.ExposedPorts ?? {});
  return declared
    .filter((key) => key.endsWith('/tcp'))
    .map((key) => Number(key.slice(0, -'/tcp'.length)))
    .sort((a, b) => a - b);
}
