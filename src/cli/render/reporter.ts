import type { Reporter } from '../../model/event.ts';
import { type CliContext, type GlobalFlags, usesColor } from '../context.ts';
import { plainReporter } from './plain.ts';

/** Shows events on stderr as `--progress` says. */
export function reporterFor(context: CliContext, flags: GlobalFlags): Reporter {
  switch (flags.progress ?? 'auto') {
    case 'json':
      return (event) => context.err(`${JSON.stringify(event)}\n`);
    case 'quiet':
      return () => {};
    case 'plain':
    case 'auto':
      return plainReporter(context.err, usesColor(context, flags));
  }
}
