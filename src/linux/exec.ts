import { spawn } from 'node:child_process';
import { DevenvError } from '../common/errors.ts';
import { shellQuoted } from '../common/shell-quoted.ts';
import type { ExecSpec, ExecStreams } from '../runner/index.ts';

/** No refusal of env(1) is longer, characters. */
const MOST_WORDS = 1024;

/** Where and with what a further program runs. */
export interface InnerExec extends ExecSpec {
  readonly workingDir: string;
}

/**
 * Runs a program in namespaces, which the words `enter` go into. Where it gets a terminal, that is this process's own, as
 * for any child of it. Resolves to its exit code. Errors: `program-not-found`, `program-not-executable`.
 */
export async function execIn(
  enter: readonly string[],
  { command, environment, workingDir, tty }: InnerExec,
  { input, output, errors }: ExecStreams,
  signal?: AbortSignal,
): Promise<number> {
  const [program = '', ...words] = enter;
  const [name = ''] = command;
  const all = command.map(shellQuoted).join(' ');
  const variables = Object.entries(environment).map(([key, value]) => shellQuoted(`${key}=${value}`));
  // The shell knows what can be begun; its own words are told as ours.
  const script = `cd ${shellQuoted(workingDir)} || exit 126\nexec env -i ${[...variables, all].join(' ')}`;
  if (tty) rawMode(input, false);
  const child = spawn(program, [...words, 'sh', '-c', script], {
    cwd: '/',
    stdio: tty ? 'inherit' : [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', kill, { once: true });
  if (child.stdin !== null) {
    child.stdin.on('error', () => {});
    input?.pipe(child.stdin);
  }
  child.stdout?.on('data', (bytes) => output.write(bytes));
  // The words of env(1) may come in pieces.
  let begun = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    if (begun.length < MOST_WORDS) begun += bytes.toString('utf8');
    errors.write(bytes);
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit, ended) => resolve(exit ?? (ended === null ? 1 : 128 + 15)));
  }).finally(() => {
    signal?.removeEventListener('abort', kill);
    if (child.stdin !== null) input?.unpipe(child.stdin);
  });
  if (!begun.startsWith('env: ')) return code;
  if (code === 127 || code === 126) throw notBegun(name, code, begun.trim());
  return code;
}

function rawMode(input: NodeJS.ReadableStream | undefined, isRaw: boolean): void {
  if (input !== undefined && 'setRawMode' in input && typeof input.setRawMode === 'function')
    input.setRawMode(isRaw);
}

function notBegun(name: string, code: 126 | 127, words: string): DevenvError {
  return new DevenvError({
    code: code === 127 ? 'program-not-found' : 'program-not-executable',
    message: `${name} could not be begun: ${words.replace(/^env: /, '')}`,
    owner: 'user',
  });
}
