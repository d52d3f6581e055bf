import { posix } from 'node:path';
import type { Mount } from '../../model/workspace.ts';
import { isFault } from '../fault.ts';
import { mountTargetFault, parseVolumeText } from '../volume-text.ts';
import { expandPath } from './path.ts';
import { booleanIn, partIn, type Reading, reportFault, stringIn, under, type Value } from './reading.ts';

/** Reads one mount in any of its forms; undefined when there is something wrong with it. */
export function readVolume(value: Value, reading: Reading): Mount | undefined {
  if (value.node.kind === 'mapping') return readLong(value, reading);
  const text = stringIn(value);
  if (text === undefined) return undefined;
  const parsed = parseVolumeText(text);
  if (isFault(parsed)) {
    reportFault(reading, value, parsed);
    return undefined;
  }
  const { source, target, targetFrom, targetTo, readOnly } = parsed;
  const targetSpan = partIn(value, targetFrom, targetTo);
  const fault = mountTargetFault(target);
  if (fault !== undefined) {
    reading.report(value, { code: 'bad-volume', ...fault }, targetSpan);
    return undefined;
  }
  const mount: Mount = {
    source: expandPath(source, reading),
    target: withoutTrailingSlash(target),
    readOnly,
  };
  return reading.remember(mount, value, {
    source: { ...value, span: partIn(value, 0, source.length) },
    target: { ...value, span: targetSpan },
  });
}

function readLong(value: Value, reading: Reading): Mount | undefined {
  const sourceValue = under(value, 'source');
  const targetValue = under(value, 'target');
  const source = stringIn(sourceValue);
  const target = stringIn(targetValue);
  if (sourceValue !== undefined && source === '') {
    reading.report(sourceValue, {
      code: 'bad-volume',
      message: 'the mount has no source',
      hint: 'name a path of this machine',
    });
  }
  const fault = target === undefined ? undefined : mountTargetFault(target);
  if (targetValue !== undefined && fault !== undefined) {
    reading.report(targetValue, { code: 'bad-volume', ...fault });
  }
  if (stringIn(under(value, 'type')) !== 'bind') return undefined;
  if (source === undefined || source === '' || target === undefined || fault !== undefined) return undefined;
  const mount: Mount = {
    source: expandPath(source, reading),
    target: withoutTrailingSlash(target),
    readOnly: booleanIn(under(value, 'read_only')) ?? false,
  };
  return reading.remember(mount, value, { source: sourceValue, target: targetValue });
}

function withoutTrailingSlash(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, '$1');
}
