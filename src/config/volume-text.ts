import type { Fault } from './fault.ts';
import { quote } from './tree.ts';

/** The short form of a mount, not yet looked up; the numbers are offsets into it. */
export interface VolumeText {
  readonly source: string;
  readonly target: string;
  readonly targetFrom: number;
  readonly targetTo: number;
  readonly readOnly: boolean;
}

/** Parses `SOURCE:TARGET[:ro|rw]`, where the source is a path of this machine. */
export function parseVolumeText(text: string): VolumeText | Fault {
  const fault = (from: number, to: number, message: string, hint: string): Fault => {
    return { code: 'bad-volume', from, to, message, hint };
  };
  const drive = /^([A-Za-z]):[\\/]/.exec(text);
  if (drive !== null) {
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
  if (target === undefined) {
    const name = source.split('/').at(-1) || 'data';
    const hint = `name a path of this machine and one in the container: "./${name}:${source.startsWith('/') ? source : `/${name}`}"`;
    return fault(0, text.length, `the mount ${quote(text)} has no colon`, hint);
  }
  if (source === '')
    return fault(0, 1, 'the mount has no source', 'name a path of this machine before the colon');
  if (!/^(\.|\/|~(\/|$))/.test(source)) {
    return fault(
      0,
      source.length,
      `${quote(source)} would be a named volume, which is not supported`,
      `if it is a directory beside this file, write "./${source}:${target}"`,
    );
  }
  const modes = mode === undefined ? [] : mode.split(',');
  for (const option of modes) {
    if (option === 'ro' || option === 'rw') continue;
    const from = targetFrom + target.length + 1;
    return fault(
      from,
      text.length,
      `the mount option must be ro or rw, not ${quote(option)}`,
      modeHint(option),
    );
  }
  return { source, target, targetFrom, targetTo: targetFrom + target.length, readOnly: modes.includes('ro') };
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

function modeHint(option: string): string {
  if (/^z$/i.test(option)) return 'labels of SELinux are not set; remove it';
  if (/^(cached|delegated|consistent)$/.test(option)) return 'it has no effect; remove it';
  return 'remove it';
}
