import { networksOf, type PlatformKind, type Service, type TargetRef } from './workspace.ts';

/** A port of this machine that leads to what a workload's network reaches. */
export interface Forward {
  /** Address of this machine to listen on; 127.0.0.1 unless the file says otherwise. */
  readonly hostIp: string;
  /** Port of this machine. */
  readonly local: number;
  /** Name or address as the workload's network knows it. IPv6 addresses without brackets. */
  readonly host: string;
  readonly port: number;
  /** The workload in whose network that is. */
  readonly target: TargetRef;
}

/** Name of a forward in plans and events, e.g. `forward/5432`: the port is known by its number, whatever its address. */
export function forwardResource({ local }: Pick<Forward, 'local'>): string {
  return `forward/${local}`;
}

/** Where a forward leads, as people write it: `postgres:5432`. */
export function forwardedText({ host, port }: Pick<Forward, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Into which workload's network a forward leads that names none: that of the first service that uses any, and on a cluster
 * without such into the namespace's. Undefined = there is none. Pure.
 */
export function usualTarget(services: readonly Service[], platform: PlatformKind): TargetRef | undefined {
  const [usual] = services.flatMap((service) => networksOf(service, platform));
  return usual ?? (platform === 'kubernetes' ? { kind: 'namespace', path: [] } : undefined);
}
