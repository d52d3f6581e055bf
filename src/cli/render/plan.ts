import { maskText } from '../../common/secrets/secret-parts.ts';
import { safeLine } from '../../common/terminal-text.ts';
import type { PlannedStep } from '../../model/event.ts';
import { styleOf } from './style.ts';
import { wrapWords } from './wrap-words.ts';

/** How a plan is shown. */
export interface PlanLook {
  readonly color: boolean;
  /** Width of the terminal it is shown in; undefined = none, and lines are not broken. */
  readonly columns: number | undefined;
}

/** Where a cause goes on for which there is no room beside its step. */
const BELOW = '      ';

/** A plan as a person reads it: where, then a line per step with its cause. Ends with a line end. */
export function renderPlan(
  platform: string,
  planned: readonly PlannedStep[],
  { color, columns = Number.POSITIVE_INFINITY }: PlanLook,
): string {
  const style = styleOf(color);
  const place = `${style.bold('targets:')} ${safeLine(maskText(platform))}`;
  const head = `${broken(place, columns, '  ')}\n`;
  const steps = planned.map((step) => ({
    ...step,
    resource: safeLine(step.resource),
    cause: safeLine(maskText(step.cause)),
  }));
  if (steps.length === 0) return `${head}everything is as the file says: nothing to do\n`;
  const verb = Math.max(...steps.map((step) => step.verb.length));
  const resource = Math.max(...steps.map((step) => step.resource.length));
  const lines = steps.map((step) => {
    const paint = step.destructive ? style.yellow : style.green;
    const begin = `  ${paint(step.verb.padEnd(verb))}  `;
    if (2 + verb + 2 + resource + 2 + step.cause.length <= columns)
      return `${begin}${step.resource.padEnd(resource)}  ${style.dim(step.cause)}`;
    return broken(`${begin}${step.resource}  ${style.dim(step.cause)}`, columns, BELOW);
  });
  return `${head}${lines.join('\n')}\n`;
}

function broken(line: string, columns: number, indent: string): string {
  return columns === Number.POSITIVE_INFINITY ? line : wrapWords(line, columns, indent).join('\n');
}
