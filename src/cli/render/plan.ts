import { maskText } from '../../common/secrets/secret-parts.ts';
import { safeLine } from '../../common/terminal-text.ts';
import type { PlannedStep } from '../../model/event.ts';
import { styleOf } from './style.ts';

/** A plan as a person reads it: where, then a line per step with its cause. Ends with a line end. */
export function renderPlan(platform: string, planned: readonly PlannedStep[], color: boolean): string {
  const style = styleOf(color);
  const head = `${style.bold('targets:')} ${safeLine(maskText(platform))}\n`;
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
    return `  ${paint(step.verb.padEnd(verb))}  ${step.resource.padEnd(resource)}  ${style.dim(step.cause)}`;
  });
  return `${head}${lines.join('\n')}\n`;
}
