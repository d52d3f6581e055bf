import type { ErrorFacts } from '../../common/errors.ts';
import { styleOf } from './style.ts';

/** An error as a person reads it: what, the evidence, what to do. Ends with a line end. */
export function renderError(error: ErrorFacts, color: boolean): string {
  const style = styleOf(color);
  const lines = [`${style.red(style.bold('error:'))} ${error.message}`];
  for (const line of error.evidence ?? []) lines.push(style.dim(`  | ${line}`));
  if (error.hint !== undefined) lines.push(`${style.green('hint:')} ${error.hint}`);
  return `${lines.join('\n')}\n`;
}
