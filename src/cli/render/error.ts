import type { ErrorFacts } from '../../common/errors.ts';
import { safeError } from './safe-event.ts';
import { styleOf } from './style.ts';

/** Breaks text into lines of so many columns. */
export type Wrap = (text: string, width: number) => readonly string[];

/**
 * An error as a person reads it: what, the evidence, what to do. Where lines are broken, `wrap` does it for lines of
 * `width` columns; absent = they are not. Lines of its own stand below its first word, where nobody takes them for ours.
 * Ends with a line end.
 */
export function renderError(
  error: ErrorFacts,
  color: boolean,
  lines?: { wrap: Wrap; width: number },
): string {
  const style = styleOf(color);
  const { message, evidence, hint } = safeError(error);
  const block = (head: string, text: string, go: string): readonly string[] => {
    const broken =
      lines === undefined
        ? text.split('\n')
        : lines.wrap(text, lines.width - Math.max(go.length, head.length));
    return broken.map((line, index) => `${index === 0 ? head : go}${line}`);
  };
  return [
    ...styled(block('error: ', message, '  '), 'error:', (head) => style.red(style.bold(head))),
    ...(evidence ?? []).flatMap((line) => block('  | ', line, '  | ')).map(style.dim),
    ...(hint === undefined ? [] : styled(block('hint: ', hint, '  '), 'hint:', style.green)),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function styled(
  [first = '', ...rest]: readonly string[],
  head: string,
  paint: (text: string) => string,
): readonly string[] {
  return [`${paint(head)}${first.slice(head.length)}`, ...rest];
}
