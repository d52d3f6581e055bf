import { safeLogLine } from '../../common/log-line.ts';
import { safeLine } from '../../common/terminal-text.ts';
import type { LogLine } from '../../runner/index.ts';
import type { CliContext } from '../context.ts';
import { styleOf } from './style.ts';

/**
 * Writes lines of services to stdout, each after the name of its own, so that they go through a pipe together and in
 * order, whichever stream they were written to. Each service keeps its colour; names are padded, so that lines stand
 * under each other.
 */
export function logWriter(
  { out }: Pick<CliContext, 'out'>,
  services: readonly string[],
  color: boolean,
): (service: string, line: LogLine) => void {
  const style = styleOf(color);
  const colors = [style.cyan, style.yellow, style.green, style.red];
  const names = new Map(services.map((service) => [service, safeLine(service)]));
  const width = Math.max(0, ...[...names.values()].map((name) => name.length));
  return (service, { line }) => {
    const paint = colors[services.indexOf(service) % colors.length] ?? style.cyan;
    const name = (names.get(service) ?? safeLine(service)).padEnd(width);
    out(`${paint(name)} ${style.dim('|')} ${safeLogLine(line)}\n`);
  };
}
