import { posix } from 'node:path';
import type { Debug } from '../model/workspace.ts';

/** Options of `go run` whose value is the next word, where it does not stand behind a `=`. */
const WITH_VALUE = new Set(
  '-C -asmflags -buildmode -buildvcs -compiler -coverpkg -exec -gccgoflags -gcflags -installsuffix -ldflags -mod -modfile -overlay -p -pgo -pkgdir -tags -toolexec'.split(
    ' ',
  ),
);

/** They run the program as a process of its own: Delve would debug them, and not the program. */
const OTHERS = new Set(
  'sh bash dash ash zsh busybox env make air reflex gow CompileDaemon go tini dumb-init'.split(' '),
);

/**
 * A Go program under Delve: `go run …` is built and run by it, any other program is run as it was built. One that starts
 * Delve itself stays. Undefined for what starts something else, such as a shell.
 */
export function underDelve(words: readonly string[], debug: Debug): readonly string[] | undefined {
  const [first = '', second, ...rest] = words;
  const name = posix.basename(first);
  if (name === 'dlv') return words;
  if (name === 'go' && second === 'run') return debugged(rest, debug);
  if (first === '' || OTHERS.has(name)) return undefined;
  const args = words.slice(1);
  return ['dlv', 'exec', ...optionsOf(debug), first, ...(args.length === 0 ? [] : ['--', ...args])];
}

/** Nobody need attach for the program to begin, unless that is waited for; editors may come and go. */
function optionsOf({ port, wait }: Debug): readonly string[] {
  return [
    '--headless',
    `--listen=0.0.0.0:${port}`,
    '--api-version=2',
    '--accept-multiclient',
    ...(wait ? [] : ['--continue']),
  ];
}

/** `go run [OPTION…] WHAT [ARGUMENT…]`; undefined without a WHAT. */
function debugged(words: readonly string[], debug: Debug): readonly string[] | undefined {
  let at = 0;
  while (words[at]?.startsWith('-')) at += WITH_VALUE.has(words[at] ?? '') ? 2 : 1;
  const options = words.slice(0, at);
  let end = at + 1;
  if (words[at]?.endsWith('.go')) while (words[end]?.endsWith('.go')) end += 1;
  const what = words.slice(at, end);
  if (what.length === 0) return undefined;
  const args = words.slice(end);
  const flags = options.length === 0 ? [] : [`--build-flags=${options.map(quoted).join(' ')}`];
  return [
    'dlv',
    'debug',
    ...optionsOf(debug),
    ...flags,
    ...what,
    ...(args.length === 0 ? [] : ['--', ...args]),
  ];
}

/** As Delve reads a word of its build flags. */
function quoted(word: string): string {
  return /^[^\s'"\\]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
