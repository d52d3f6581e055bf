import type { Fault } from './fault.ts';
import { quote } from './tree.ts';

/** The short form of a mount, not yet looked up; the numbers are offsets into it. */
export interface VolumeText {
  /** A path of this machine, or the name of a volume; undefined for an anonymous volume. */
  readonly source: string | undefined;
  readonly kind: 'bind' | 'volume';
  readonly target: string;
  readonly targetFrom: number;
  readonly targetTo: number;
  readonly readOnly: boolean;
  /** Label of SELinux; undefined = none. */
  readonly selinux: 'z' | 'Z' | undefined;
  /** Way of mounts below, e.g. `rslave`; undefined = the engine's own. */
  readonly propagation: string | undefined;
  readonly noCopy: boolean;
}

/** Ways of mounts below a mount. */
const PROPAGATION = /^r?(private|shared|slave)$/;

/** Options behind a mount; those of the second line mean something on other systems only. */
const MODES = /^(ro|rw|z|Z|nocopy|r?(private|shared|slave)|cached|delegated|consistent)$/;

/** Names of volumes: the engines' rule. */
export const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/**
 * Parses `SOURCE:TARGET[:OPTIONS]`, or `TARGET` alone for an anonymous volume. A source that begins with `.`, `/` or `~`
 * is a path of this machine, any other the name of a volume. Options are those of Compose, some without effect.
 */
export function parseVolumeText(text: string): VolumeText | Fault {
  const fault = (from: number, to: number, message: string, hint: string): Fault => {
    return { code: 'bad-volume', from, to, message, hint };
  };
  // `d:/data` may be the volume `d`.
  const drive = /^([A-Za-z]):(?:\\|\/[^:]*:)/.exec(text);
  if (drive !== null && !MODES.test(text.slice(text.lastIndexOf(':') + 1))) {
    const unix = `/mnt/${drive[1]?.toLowerCase()}/`;
    return fault(0, 3, `${quote(text.slice(0, 3))} is a Windows path`, `in WSL2 it is ${quote(unix)}`);
  }
  const [source = '', target, mode, ...surplus] = text.split(':');
  const targetFrom = source.length + 1;
  if (surplus.length > 0) {
    return fault(
      0,
      text.length,
      `${quote(text)} has too many colons`,
      'use the long form for paths with colons',
    );
  }
  if (target === undefined && source.startsWith('/')) {
    return {
      source: undefined,
      kind: 'volume',
      target: source,
      targetFrom: 0,
      targetTo: source.length,
      ...optionsIn([]),
    };
  }
  if (target === undefined) {
    const name = source.split('/').at(-1) || 'data';
    const hint = `name a path of this machine and one in the container: "./${name}:/${name}"`;
    return fault(0, text.length, `the mount ${quote(text)} has no colon`, hint);
  }
  if (source === '')
    return fault(0, 1, 'the mount has no source', 'name a path of this machine before the colon');
  const kind = /^(\.|\/|~(\/|$))/.test(source) ? 'bind' : 'volume';
  if (kind === 'volume' && !VOLUME_NAME.test(source)) {
    return fault(
      0,
      source.length,
      `${quote(source)} is neither a path nor the name of a volume`,
      source.startsWith('~')
        ? '~ is your own home only'
        : `a path begins with ./ or /: "./${source}:${target}"`,
    );
  }
  const modes = mode === undefined ? [] : mode.split(',');
  for (const option of modes) {
    if (MODES.test(option)) continue;
    const from = targetFrom + target.length + 1;
    return fault(
      from,
      text.length,
      `${quote(option)} is no option of a mount`,
      'the options are ro, rw, z, Z, nocopy, and those of propagation such as rslave',
    );
  }
  return {
    source,
    kind,
    target,
    targetFrom,
    targetTo: targetFrom + target.length,
    ...optionsIn(modes),
  };
}

/** Why a path cannot be a mount's target, and what to write instead; undefined when it can. */
export function mountTargetFault(
  path: string,
): { readonly message: string; readonly hint: string } | undefined {
  if (path.replace(/\/+$/, '') === '') {
    const message = path === '' ? 'the mount has no target' : 'the root directory cannot be a mount’s target';
    return { message, hint: 'name a path in the container, e.g. /app' };
  }
  if (path.startsWith('/')) return undefined;
  return {
    message: `the path ${quote(path)} in the container is not absolute`,
    hint: `write /${path.replace(/^(\.?\/)+/, '')}`,
  };
}

function optionsIn(
  options: readonly string[],
): Pick<VolumeText, 'readOnly' | 'selinux' | 'propagation' | 'noCopy'> {
  return {
    readOnly: options.includes('ro'),
    selinux: options.includes('Z') ? 'Z' : options.includes('z') ? 'z' : undefined,
    propagation: options.find((option) => PROPAGATION.test(option)),
    noCopy: options.includes('nocopy'),
  };
}
