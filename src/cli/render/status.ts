import { maskText } from '../../common/secrets/secret-parts.ts';
import { safeLine } from '../../common/terminal-text.ts';
import { bridgeResource } from '../../model/observed.ts';
import { publishedPortText } from '../../model/published-port-text.ts';
import type { ServiceStatus, SessionStatus } from '../../session/index.ts';
import { styleOf } from './style.ts';

/** A session as a person reads it: where, then a line for each service and bridge. Ends with a line end. */
export function renderStatus(status: SessionStatus, color: boolean): string {
  const { identity, pid, file, platform } = status;
  const since = new Date(identity.since).toISOString();
  const head = `${styleOf(color).bold(safeLine(identity.project))} up since ${since}, pid ${pid}, ${safeLine(file)}, targets on ${safeLine(platform)}`;
  const bridges = status.bridges.map(
    ({ name, service, port, local, target, state, reason, staying }): Row => {
      const callers = staying === 1 ? '1 earlier connection' : `${staying} earlier connections`;
      const notes = [maskText(reason), staying === 0 ? '' : `${callers} still with the original`].filter(
        (note) => note !== '',
      );
      const why = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
      return [bridgeResource({ name }), state, `${target} port ${port} -> ${service} port ${local}${why}`];
    },
  );
  return `${[head, ...aligned([...status.services.map(serviceRow), ...bridges], color)].join('\n')}\n`;
}

/** Services of a project as they are, a line for each. Empty, or ends with a line end. */
export function renderServices(services: readonly ServiceStatus[], color: boolean): string {
  return aligned(services.map(serviceRow), color)
    .map((line) => `${line}\n`)
    .join('');
}

/** What it is, its state, and more about it. */
type Row = readonly [string, string, string];

function serviceRow({ name, container, state, ports }: ServiceStatus): Row {
  return [`service/${name}`, state, [container, ...ports.map(publishedPortText)].join('  ')];
}

function aligned(said: readonly Row[], color: boolean): readonly string[] {
  const rows = said.map(([name, state, detail]): Row => [safeLine(name), safeLine(state), safeLine(detail)]);
  const style = styleOf(color);
  const width = (column: 0 | 1) => Math.max(0, ...rows.map((row) => row[column].length));
  return rows.map(([name, state, detail]) => {
    const paint = state === 'running' || state === 'live' ? style.green : style.yellow;
    return `${name.padEnd(width(0))}  ${paint(state.padEnd(width(1)))}  ${style.dim(detail)}`;
  });
}
