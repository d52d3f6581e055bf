import type { RunStreams } from '../runner/index.ts';
import type { CliContext } from './context.ts';

/** Whether a program that gets this process's streams has a terminal. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/**
 * Gives a program the streams of this process, with its signals, and its terminal where `tty`; the terminal is as it was
 * when the program has ended.
 */
export async function withOwnStreams<T>(
  { onSignal }: Pick<CliContext, 'onSignal'>,
  tty: boolean,
  work: (streams: RunStreams) => Promise<T>,
): Promise<T> {
  const { stdin, stdout, stderr } = process;
  // Until the program hears signals nobody does: one that comes meanwhile must not be lost.
  const early: NodeJS.Signals[] = [];
  let hear = (signal: NodeJS.Signals): void => void early.push(signal);
  const forget = onSignal((signal) => hear(signal));
  try {
    return await work({
      input: stdin,
      output: stdout,
      errors: stderr,
      ...(tty ? ownTerminal() : {}),
      onSignal: (listener) => {
        for (const signal of early.splice(0)) listener(signal);
        hear = listener;
        return () => {
          hear = () => {};
        };
      },
    });
  } finally {
    forget();
    // Nothing waits for its end any more.
    stdin.pause();
  }
}

/** This process's terminal, for a program that gets it. */
export function ownTerminal(): Required<Pick<RunStreams, 'size' | 'onResize' | 'takeKeys'>> {
  const { stdin, stdout } = process;
  const size = () => ({ rows: stdout.rows, columns: stdout.columns });
  return {
    size: size(),
    onResize: (listener) => {
      const tell = () => listener(size());
      stdout.on('resize', tell);
      return () => stdout.off('resize', tell);
    },
    takeKeys: () => {
      stdin.setRawMode(true);
      return () => stdin.setRawMode(false);
    },
  };
}
