import { posix } from 'node:path';
import type { Debug } from '../model/workspace.ts';

/** `node WHAT…` with its inspector; undefined when it is no such command line. One that names an inspector stays. */
export function underInspector(
  words: readonly string[],
  { port, wait }: Debug,
): readonly string[] | undefined {
  const [node = '', ...rest] = words;
  if (!/^node(js)?$/.test(posix.basename(node)) || rest.length === 0) return undefined;
  if (rest.some((word) => /^--inspect(-brk|-wait)?(=|$)/.test(word))) return words;
  // `--inspect-wait` would not stop at the first line, but is younger than the oldest Node.js that images still have.
  return [node, `--inspect${wait ? '-brk' : ''}=0.0.0.0:${port}`, ...rest];
}
