import type { Reporter } from '../../model/event.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { maskedEvent } from './masked-event.ts';
import { plainReporter } from './plain.ts';
import { shown } from './reporter.ts';
import { safeEvent } from './safe-event.ts';
import { styleOf } from './style.ts';
import { wordingOf } from './wording.ts';

/** What is told while something is made ready for a program that is the reason for all of it. */
export interface Preparing {
  readonly report: Reporter;
  /** The program begins: the terminal is its own from now on. */
  readonly over: () => void;
}

/**
 * Does something whose result is a program's output, which nothing of ours may be among. Until it begins a terminal says in
 * one line, which vanishes, what is waited for; warnings are lines on stderr, afterwards only where the terminal is not the
 * program's. `--progress plain`, `json` and `--verbose` tell all, as ever.
 */
export async function prepared<T>(
  context: CliContext,
  flags: GlobalFlags,
  work: (preparing: Preparing) => Promise<T>,
): Promise<T> {
  const { progress = 'auto', verbose } = flags;
  if (progress === 'plain' || progress === 'json')
    return shown(context, flags, 'Ctrl-C gives everything back', (report) =>
      work({ report, over: () => {} }),
    );
  if (verbose === true) return prepared(context, { ...flags, progress: 'plain', verbose: false }, work);
  const isDrawn = progress !== 'quiet' && context.isTerminal && context.environment['TERM'] !== 'dumb';
  const line = isDrawn ? await drawnLine(usesColor(context, flags)) : NO_LINE;
  const plain = plainReporter(context.err, usesColor(context, flags), 'Ctrl-C gives everything back');
  let isOver = false;
  const report: Reporter = (event) => {
    if (isOver && isDrawn) return;
    if (event.type === 'step' && event.state === 'started') line.show(wordingOf(event.resource).name);
    if (event.type === 'progress') line.show(event.message);
    if (event.type !== 'warning' || progress === 'quiet') return;
    line.clear();
    plain(safeEvent(maskedEvent(event)));
  };
  const over = () => {
    isOver = true;
    line.clear();
  };
  try {
    return await work({ report, over });
  } finally {
    over();
  }
}

/** The line that says what is waited for. */
interface Line {
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

const NO_LINE: Line = { show: () => {}, clear: () => {} };

async function drawnLine(color: boolean): Promise<Line> {
  const [{ LiveRegion }, { cutEnd }, { displayWidth }] = await Promise.all([
    import('./live-region.ts'),
    import('../../common/fit-text.ts'),
    import('../../common/display-width.ts'),
  ]);
  const region = new LiveRegion(process.stderr);
  const style = styleOf(color);
  return {
    show: (text) => region.draw([style.dim(cutEnd(`devenv: ${text} …`, region.width, displayWidth))]),
    clear: () => region.draw([]),
  };
}
