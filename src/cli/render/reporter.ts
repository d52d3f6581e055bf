import type { Reporter } from '../../model/event.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { plainReporter } from './plain.ts';

/** What shows events. */
export interface Renderer {
  readonly report: Reporter;
  /** Writes text of another kind, where it is not in the way of what is drawn. Ends with a line end. */
  write(text: string): void;
  /** Leaves the terminal as it is to whoever writes next. */
  close(): void;
}

/** How what is shown will end. */
export type Hint =
  | 'Ctrl-C gives everything back'
  | 'Ctrl-C leaves it running'
  | 'devenv down gives everything back';

/**
 * Does something whose events are shown on stderr as `--progress` says: `auto` draws in a terminal and writes lines
 * everywhere else. Whatever `work` writes to stderr goes through the context it is given.
 */
export async function shown<T>(
  context: CliContext,
  flags: GlobalFlags,
  hint: Hint,
  work: (report: Reporter, context: CliContext) => Promise<T>,
): Promise<T> {
  const renderer = await rendererFor(context, flags, hint);
  try {
    return await work(renderer.report, { ...context, err: renderer.write });
  } finally {
    renderer.close();
  }
}

async function rendererFor(context: CliContext, flags: GlobalFlags, hint: Hint): Promise<Renderer> {
  const color = usesColor(context, flags);
  const lines = (report: Reporter): Renderer => ({ report, write: context.err, close: () => {} });
  switch (flags.progress ?? 'auto') {
    case 'json':
      return lines((event) => context.err(`${JSON.stringify(event)}\n`));
    case 'quiet':
      return lines(() => {});
    case 'plain':
      return lines(plainReporter(context.err, color, hint));
    case 'tty':
      return drawn(color, hint);
    case 'auto': {
      const { CI, TERM } = context.environment;
      const canDraw = context.isTerminal && TERM !== 'dumb' && (CI === undefined || CI === '');
      return canDraw ? drawn(color, hint) : lines(plainReporter(context.err, color, hint));
    }
  }
}

async function drawn(color: boolean, hint: Hint): Promise<Renderer> {
  const { terminalRenderer } = await import('./terminal.ts');
  return terminalRenderer({ terminal: process.stderr, color, hint });
}
