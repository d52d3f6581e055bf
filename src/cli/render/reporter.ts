import type { Reporter } from '../../model/event.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { plainReporter } from './plain.ts';

/** What shows events. */
export interface Renderer {
  readonly report: Reporter;
  /** Resolves when everything reported so far is to be seen; nothing else may be written before. */
  settled(): Promise<void>;
}

/** Shows events on stderr, see `rendererFor`; for commands that end in their own time. */
export async function reporterFor(context: CliContext, flags: GlobalFlags): Promise<Reporter> {
  return (await rendererFor(context, flags)).report;
}

/** Shows events on stderr as `--progress` says; `auto` draws in a terminal and writes lines everywhere else. */
export async function rendererFor(context: CliContext, flags: GlobalFlags): Promise<Renderer> {
  const color = usesColor(context, flags);
  const plain = plainReporter(context.err, color);
  switch (flags.progress ?? 'auto') {
    case 'json':
      return atOnce((event) => context.err(`${JSON.stringify(event)}\n`));
    case 'quiet':
      return atOnce(() => {});
    case 'plain':
      return atOnce(plain);
    case 'tty':
      return drawn(plain, color);
    case 'auto': {
      const { CI, TERM } = context.environment;
      const canDraw = context.isTerminal && TERM !== 'dumb' && (CI === undefined || CI === '');
      return canDraw ? drawn(plain, color) : atOnce(plain);
    }
  }
}

function atOnce(report: Reporter): Renderer {
  return { report, settled: () => Promise.resolve() };
}

async function drawn(plain: Reporter, color: boolean): Promise<Renderer> {
  const { taskRenderer } = await import('./tasks.ts');
  return taskRenderer(process.stderr, plain, color);
}
