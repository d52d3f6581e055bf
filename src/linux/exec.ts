import { spawn } from 'node:child_process';
import { shellQuoted } from '../common/shell-quoted.ts';
import type { ExecSpec, ExecStreams } from '../runner/index.ts';
import { carryStreams, exitOf } from './streams.ts';

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
  streams: ExecStreams,
  signal?: AbortSignal,
): Promise<number> {
  const [program = '', ...words] = enter;
  const all = command.map(shellQuoted).join(' ');
  const variables = Object.entries(environment).map(([key, value]) => shellQuoted(`${key}=${value}`));
  // The shell knows what can be begun; its own words are told as ours.
  const script = `cd ${shellQuoted(workingDir)} || exit 126\nexec env -i ${[...variables, all].join(' ')}`;
  const { input } = streams;
  const child = spawn(program, [...words, 'sh', '-c', script], {
    cwd: '/',
    stdio: tty ? 'inherit' : [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  // Of a terminal it hears that itself, and may go on.
  const kill = () => {
    if (!tty || signal?.reason !== 'SIGINT') child.kill('SIGTERM');
  };
  signal?.addEventListener('abort', kill, { once: true });
  return await exitOf(child, carryStreams(child, streams)).finally(() =>
    signal?.removeEventListener('abort', kill),
  );
}
