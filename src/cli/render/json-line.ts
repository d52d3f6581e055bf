import { safeJson } from '../../common/terminal-text.ts';
import type { Event } from '../../model/event.ts';

/** An event, or other words, as `--progress json` has them: a line, with its end. */
export function jsonLine(said: Event | { readonly type: 'text'; readonly text: string }): string {
  return `${safeJson(JSON.stringify(said))}\n`;
}
