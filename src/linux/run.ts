import { type ChildProcess, spawn } from 'node:child_process';
import type { RunStreams } from '../runner/index.ts';
import { firstProcessOf } from './namespaces.ts';
import { carryStreams, exitOf } from './streams.ts';

/**
 * Runs the program of an entered unit with somebody's streams, and passes on what it is to hear. A terminal is its own, and
 * tells it of keys and sizes by itself. Resolves to its exit code. Errors: `program-not-found`, `program-not-executable`.
 */
export async function runIn(words: readonly string[], streams: RunStreams): Promise<number> {
  const [program = '', ...rest] = words;
  const tty = streams.size !== undefined;
  const child = spawn(program, rest, {
    cwd: '/',
    // Without a terminal of its own it hears what is passed on to it, and not the same from that of this process again.
    detached: !tty,
    stdio: tty ? 'inherit' : [streams.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const forget = streams.onSignal((signal) => {
    if (!tty || signal !== 'SIGINT') tell(child, signal);
  });
  const carried = carryStreams(child, streams);
  return await exitOf(child, carried).finally(forget);
}

/** To the program, whose parent is what has entered. */
function tell({ pid = 0 }: ChildProcess, signal: NodeJS.Signals): void {
  const inner = firstProcessOf(pid);
  try {
    if (inner !== undefined) process.kill(inner, signal);
  } catch {
    // It has just ended.
  }
}
