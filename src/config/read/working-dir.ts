import { quote } from '../tree.ts';
import { expandPath } from './path.ts';
import { type Reading, stringIn, type Value } from './reading.ts';

/** Reads `working_dir`, an absolute path. `ordinary` is whose directory it is when nothing is said, e.g. `the image`. */
export function readWorkingDir(
  value: Value | undefined,
  ordinary: string,
  reading: Reading,
): string | undefined {
  const path = stringIn(value);
  if (value !== undefined && path !== undefined && !path.startsWith('/')) {
    reading.report(value, {
      code: 'relative-path',
      message:
        path === '' ? '"working_dir" is empty' : `"working_dir" must be an absolute path, not ${quote(path)}`,
      hint:
        path === ''
          ? `remove it to use ${ordinary}’s own`
          : `it is a path in the container: /${path.replace(/^(\.?\/)+/, '')}`,
    });
  }
  return path;
}

/** Reads `working_dir` of a program of this machine, `process`: a directory beside its file, by default that one. */
export function readOwnDirectory(
  value: Value | undefined,
  process: Value | undefined,
  reading: Reading,
): string | undefined {
  const place = value ?? process;
  return place === undefined ? undefined : expandPath(stringIn(value) ?? '.', place, reading);
}
