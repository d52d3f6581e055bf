import { posix } from 'node:path';
import type { Debug } from '../model/workspace.ts';

/** Without it, debugpy warns at every start of every process of a newer Python, which has its own modules built in. */
export const DEBUGPY_ENVIRONMENT = { PYDEVD_DISABLE_FILE_VALIDATION: '1' };

/** Options of `python` whose value may be the next word. */
const WITH_VALUE = new Set(['-W', '-X', '--check-hash-based-pycs']);

/** `python [OPTION…] WHAT…` with debugpy in front of what is run; undefined when it is no such command line. */
export function underDebugpy(words: readonly string[], { port, wait }: Debug): readonly string[] | undefined {
  const [python = '', ...rest] = words;
  if (!/^python(\d+(\.\d+)?)?$/.test(posix.basename(python))) return undefined;
  const options = takeOptions(rest);
  const what = rest.slice(options.length);
  if (what.length === 0) return undefined;
  const { cluster, run } = splitCluster(what);
  if (run[0] === '-m' && run[1] === 'debugpy') return words;
  return [
    python,
    ...options,
    ...cluster,
    '-m',
    'debugpy',
    '--listen',
    `0.0.0.0:${port}`,
    ...(wait ? ['--wait-for-client'] : []),
    ...run,
  ];
}

/** The leading words that are options of the interpreter, up to what it runs. */
function takeOptions(words: readonly string[]): readonly string[] {
  let count = 0;
  while (count < words.length) {
    const word = words[count] ?? '';
    if (!word.startsWith('-') || word === '-' || runsSomething(word)) break;
    count += WITH_VALUE.has(word) ? 2 : 1;
  }
  return words.slice(0, count);
}

/** `-m` and `-c` end the options, also at the end of several in one word, such as `-um`. */
function runsSomething(word: string): boolean {
  return /^-[a-zA-Z]*[mc]$/.test(word) && !/^-[WX]/.test(word);
}

/** `-um` as `-u` and `-m`: debugpy knows only the latter. */
function splitCluster([first = '', ...rest]: readonly string[]) {
  if (!runsSomething(first) || first.length === 2) return { cluster: [], run: [first, ...rest] };
  return { cluster: [first.slice(0, -1)], run: [`-${first.slice(-1)}`, ...rest] };
}
