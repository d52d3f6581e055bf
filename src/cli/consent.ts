import type { EngineInfo } from '../engine/index.ts';
import type { Service } from '../model/workspace.ts';
import type { Platform, PlatformInfo } from '../platform/index.ts';

/** Something that a checked-out file would do, and that nobody may want it to do unasked. */
export interface Concern {
  /** What kind of thing is asked about. */
  readonly kind: 'engine' | 'cluster' | 'program';
  /** How people call it, for the question. */
  readonly title: string;
  /** What `connection.allow` may call it, the most precise name first. */
  readonly names: readonly string[];
  /** What the answer is remembered for: an address. A name can come to mean something else. */
  readonly identity: string;
}

/** What is known when it is decided whether to ask. */
export interface Consented {
  /** `connection.allow`; undefined = the file has none. */
  readonly allow: readonly string[] | undefined;
  /** Whether the answer was yes before, in this checkout. */
  readonly remembered: boolean;
  /** `-y`. */
  readonly yes: boolean;
  /** Whether there is anybody to ask. */
  readonly canAsk: boolean;
}

/**
 * All places that need consent before a project is brought up; `engine`: undefined where none is used. Engine and cluster
 * on this machine need none, nor does an engine that has nothing to do. `namespaces`: those that targets name besides that
 * of the connection. Pure.
 */
export function concernsOf(
  engine: EngineInfo | undefined,
  platform: Pick<Platform, 'kind'> & { readonly info: PlatformInfo },
  namespaces: readonly string[] = [],
): readonly Concern[] {
  const concerns: Concern[] = [];
  if (engine?.isLocal === false) concerns.push({ ...engine, kind: 'engine' });
  // On Docker the targets are where the containers are.
  const { info } = platform;
  if (platform.kind === 'docker' || info.isLocal) return concerns;
  const others = namespaces.flatMap((namespace) => info.elsewhere?.(namespace) ?? []);
  for (const one of [info, ...others])
    concerns.push({ kind: 'cluster', title: one.title, names: one.names, identity: info.identity });
  return concerns;
}

/**
 * The programs of this machine that a file runs as whoever brings it up, which a checked-out file does not do unasked: one
 * concern for all of them, however they change. Pure.
 */
export function programConcerns(services: Iterable<Service>): readonly Concern[] {
  const programs = [...services].flatMap(({ name, process }) =>
    process === undefined ? [] : [`${name}: ${process[0] === 'sh' ? process.at(-1) : process.join(' ')}`],
  );
  if (programs.length === 0) return [];
  return [{ kind: 'program', title: programs.join('; '), names: [], identity: 'programs of this machine' }];
}

/** Whether to go on, to ask, or to end and why. What the file leaves out stays out, whatever was answered before. Pure. */
export function decide(
  { kind, names }: Concern,
  { allow, remembered, yes, canAsk }: Consented,
): 'go on' | 'ask' | 'unlisted' | 'nobody to ask' {
  if (yes) return 'go on';
  // It names places.
  if (kind !== 'program' && allow !== undefined && !names.some((name) => allow.includes(name)))
    return 'unlisted';
  if (remembered) return 'go on';
  return canAsk ? 'ask' : 'nobody to ask';
}
