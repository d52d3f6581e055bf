import { posix } from 'node:path';
import type { BindMount, Mount, TargetRef, VolumeMount, VolumeSettings } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { quote } from '../tree.ts';
import { mountTargetFault, parseVolumeText, VOLUME_NAME } from '../volume-text.ts';
import { readByteSize } from './byte-size.ts';
import { readFileMode } from './file-mode.ts';
import { expandPath } from './path.ts';
import { booleanIn, partIn, type Reading, reportFault, stringIn, under, type Value } from './reading.ts';

/** What mounts come from besides this machine. */
export interface MountSources {
  /** The workload of mounts of that type; undefined = there is none. */
  readonly workload: TargetRef | undefined;
  /** Settings of declared volumes that have any, by name. */
  readonly volumes: ReadonlyMap<string, VolumeSettings>;
}

/** Reads one mount in any of its forms; undefined when there is something wrong with it. */
export function readVolume(value: Value, sources: MountSources, reading: Reading): Mount | undefined {
  return value.node.kind === 'mapping'
    ? readLong(value, sources, reading)
    : readShort(value, sources, reading);
}

function readShort(value: Value, sources: MountSources, reading: Reading): Mount | undefined {
  const text = stringIn(value);
  if (text === undefined) return undefined;
  const parsed = parseVolumeText(text);
  if (isFault(parsed)) {
    reportFault(reading, value, parsed);
    return undefined;
  }
  const { kind, source, targetFrom, targetTo } = parsed;
  const targetSpan = partIn(value, targetFrom, targetTo);
  const fault = mountTargetFault(parsed.target);
  if (fault !== undefined) {
    reading.report(value, { code: 'bad-volume', ...fault }, targetSpan);
    return undefined;
  }
  const target = withoutTrailingSlash(parsed.target);
  const mount: Mount =
    kind === 'bind' && source !== undefined
      ? bindMount(expandPath(source, value, reading), target, { ...parsed, makesSource: true })
      : volumeMount(source, target, parsed, sources);
  return reading.remember(mount, value, {
    source: { ...value, span: partIn(value, 0, source?.length ?? 0) },
    target: { ...value, span: targetSpan },
  });
}

function readLong(value: Value, sources: MountSources, reading: Reading): Mount | undefined {
  const sourcePlace = under(value, 'source');
  const targetPlace = under(value, 'target');
  const path = stringIn(targetPlace);
  const fault = path === undefined ? undefined : mountTargetFault(path);
  if (targetPlace !== undefined && fault !== undefined) {
    reading.report(targetPlace, { code: 'bad-volume', ...fault });
  }
  const target = path === undefined || fault !== undefined ? undefined : withoutTrailingSlash(path);
  const mount = ofType(value, target, sources, reading);
  return mount === undefined
    ? undefined
    : reading.remember(mount, value, { source: sourcePlace, target: targetPlace });
}

function ofType(
  value: Value,
  target: string | undefined,
  sources: MountSources,
  reading: Reading,
): Mount | undefined {
  const sourcePlace = under(value, 'source');
  const source = stringIn(sourcePlace);
  const readOnly = booleanIn(under(value, 'read_only')) ?? false;
  const type = stringIn(under(value, 'type'));
  for (const key of ['tmpfs', 'bind', 'volume'])
    if (type !== undefined && type !== key)
      refuse(value, key, `"${key}" belongs to mounts of the type ${key}, not ${type}`, reading);
  switch (type) {
    case 'bind': {
      if (sourcePlace === undefined || source === '') reading.report(sourcePlace ?? value, noSource);
      if (source === undefined || source === '' || target === undefined) return undefined;
      const settings = under(value, 'bind');
      return bindMount(expandPath(source, sourcePlace ?? value, reading), target, {
        readOnly,
        makesSource: booleanIn(under(settings, 'create_host_path')) ?? true,
        selinux: stringIn(under(settings, 'selinux')),
        propagation: stringIn(under(settings, 'propagation')),
      });
    }
    case 'volume': {
      const named = source === undefined || VOLUME_NAME.test(source);
      if (sourcePlace !== undefined && source !== undefined && !named) {
        reading.report(sourcePlace, badName(source));
      }
      if ((sourcePlace !== undefined && source === undefined) || !named || target === undefined)
        return undefined;
      const settings = under(value, 'volume');
      const noCopy = booleanIn(under(settings, 'nocopy')) ?? false;
      const subpath = stringIn(under(settings, 'subpath'));
      return volumeMount(source, target, { readOnly, noCopy, subpath }, sources);
    }
    case 'workload':
      return readWorkload(value, target, sources.workload, reading);
    case 'tmpfs': {
      refuse(value, 'source', 'a tmpfs mount has no source: it begins empty', reading);
      if (readOnly)
        refuse(value, 'read_only', 'a tmpfs mount begins empty, so that it cannot be read-only', reading);
      const settings = under(value, 'tmpfs');
      const sizeBytes = readByteSize(under(settings, 'size'), reading);
      const mode = readFileMode(under(settings, 'mode'), reading);
      return target === undefined ? undefined : { kind: 'tmpfs', target, sizeBytes, mode };
    }
    default:
      return undefined;
  }
}

function readWorkload(
  value: Value,
  target: string | undefined,
  from: TargetRef | undefined,
  reading: Reading,
): Mount | undefined {
  const place = under(value, 'source');
  const source = stringIn(place);
  if (booleanIn(under(value, 'read_only')) === false)
    refuse(value, 'read_only', 'files of a workload are read-only here', reading);
  if (from === undefined) {
    const hint = 'add a bridge or an `env_from` that names one';
    reading.report(value, { code: 'no-workload', message: 'there is no workload to take it from', hint });
  }
  if (place === undefined || (source !== undefined && !/^\/./.test(posix.normalize(source)))) {
    reading.report(place ?? value, {
      code: 'bad-volume',
      message:
        place === undefined
          ? 'the mount has no source'
          : `${quote(source ?? '')} is no path below the root of the workload’s container`,
      hint: 'name a directory or file of the workload’s container: `source: /etc/config`',
    });
    return undefined;
  }
  if (source === undefined || target === undefined || from === undefined) return undefined;
  return { kind: 'workload', from, source: withoutTrailingSlash(source), target };
}

function bindMount(
  source: string,
  target: string,
  options: {
    readonly readOnly: boolean;
    readonly makesSource: boolean;
    readonly selinux: string | undefined;
    readonly propagation: string | undefined;
  },
): BindMount {
  const { readOnly, makesSource, selinux, propagation } = options;
  return {
    kind: 'bind',
    source,
    target,
    readOnly,
    ...(makesSource ? { makesSource } : {}),
    ...(selinux === 'z' || selinux === 'Z' ? { selinux } : {}),
    ...(propagation === undefined ? {} : { propagation }),
  };
}

function volumeMount(
  name: string | undefined,
  target: string,
  {
    readOnly,
    noCopy,
    subpath,
  }: { readonly readOnly: boolean; readonly noCopy: boolean; readonly subpath?: string | undefined },
  { volumes }: MountSources,
): VolumeMount {
  const settings = name === undefined ? undefined : volumes.get(name);
  return {
    kind: 'volume',
    name,
    target,
    readOnly,
    ...(settings === undefined ? {} : { settings }),
    ...(noCopy ? { noCopy } : {}),
    ...(subpath === undefined ? {} : { subpath }),
  };
}

const noSource = {
  code: 'bad-volume',
  message: 'the mount has no source',
  hint: 'name a path of this machine: `source: ./src`',
};

function badName(source: string) {
  if (source === '') {
    const hint = 'remove "source" to get an anonymous one';
    return { code: 'bad-volume', message: 'the volume has no name', hint };
  }
  const path = /[/~]|^\./.test(source);
  return {
    code: 'bad-volume',
    message: `${quote(source)} cannot be the name of a volume`,
    hint: path ? 'for a path of this machine, write `type: bind`' : 'letters, digits, _ . and - are allowed',
  };
}

function refuse(mount: Value, key: string, message: string, reading: Reading): void {
  const place = under(mount, key);
  if (place !== undefined) reading.report(place, { code: 'bad-volume', message, hint: 'remove it' });
}

function withoutTrailingSlash(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, '$1');
}
