import { DevenvError, type ErrorFacts, errorFacts } from '../../common/errors.ts';
import type { Reporter } from '../../model/event.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { jsonLine } from './json-line.ts';
import { maskedEvent } from './masked-event.ts';
import { plainReporter } from './plain.ts';
import { safeEvent } from './safe-event.ts';

/** What shows events. */
export interface Renderer {
  readonly report: Reporter;
  /** Writes text of another kind, where it is not in the way of what is drawn. Ends with a line end. */
  write(text: string): void;
  /** Whether the evidence of an error has been shown where it happened. */
  hasTold(error: ErrorFacts): boolean;
  /** What can be drawn in a terminal; undefined where nothing is drawn. */
  readonly screen: Screen | undefined;
  /** Leaves the terminal as it is to whoever writes next. */
  close(): Promise<void>;
}

/** A terminal that is drawn in. */
export interface Screen {
  /** Says from now on that there are keys. */
  offerKeys(): void;
  /** Draws lines above the last one, as often as the terminal changes; undefined = no longer. */
  menu(linesFor: ((width: number) => readonly string[]) | undefined): void;
  /** Shows the logs of this service alone, and what it wrote last; undefined = those of all again. */
  showLogsOf(service: string | undefined): void;
}

/** How what is shown will end. */
export type Hint =
  | 'Ctrl-C gives everything back'
  | 'Ctrl-C leaves it running'
  | 'devenv down gives everything back';

/**
 * Does something whose events are shown on stderr as `--progress` says: `auto` draws in a terminal and writes lines
 * everywhere else, without secrets. Whatever `work` writes to stderr goes through the context it is given.
 */
export async function shown<T>(
  context: CliContext,
  flags: GlobalFlags,
  hint: Hint,
  work: (report: Reporter, context: CliContext, screen: Screen | undefined) => Promise<T>,
): Promise<T> {
  const renderer = await rendererFor(context, flags, hint);
  try {
    const report: Reporter = (event) => renderer.report(maskedEvent(event));
    return await work(report, { ...context, err: (text) => renderer.write(text) }, renderer.screen);
  } catch (error) {
    throw error instanceof DevenvError && renderer.hasTold(errorFacts(error))
      ? withoutEvidence(error)
      : error;
  } finally {
    await renderer.close();
  }
}

function withoutEvidence(error: DevenvError): DevenvError {
  const { code, message, owner, hint } = error;
  return new DevenvError({ code, message, owner, cause: error, ...(hint === undefined ? {} : { hint }) });
}

async function rendererFor(context: CliContext, flags: GlobalFlags, hint: Hint): Promise<Renderer> {
  const color = usesColor(context, flags);
  switch (progressOf(context, flags)) {
    case 'json':
      return {
        ...lines(context, (event) => context.err(jsonLine(event))),
        write: (text) => context.err(jsonLine({ type: 'text', text: text.trimEnd() })),
      };
    case 'quiet':
      return lines(context, () => {});
    case 'plain': {
      const report = plainReporter(context.err, color, hint);
      return lines(context, (event) => report(safeEvent(event)));
    }
    case 'tty': {
      const { TerminalRenderer } = await import('./terminal.ts');
      const verbose = flags.verbose === true;
      return new TerminalRenderer({ terminal: process.stderr, color, hint, verbose });
    }
  }
}

/** `auto` draws in a terminal that a person looks at. */
function progressOf(
  { environment, isTerminal }: CliContext,
  { progress = 'auto' }: GlobalFlags,
): Exclude<NonNullable<GlobalFlags['progress']>, 'auto'> {
  if (progress !== 'auto') return progress;
  const { CI, TERM } = environment;
  return isTerminal && TERM !== 'dumb' && (CI === undefined || CI === '') ? 'tty' : 'plain';
}

function lines({ err }: CliContext, report: Reporter): Renderer {
  return { report, write: err, hasTold: () => false, screen: undefined, close: async () => {} };
}
