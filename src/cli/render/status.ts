import { maskText } from '../../common/secrets/secret-parts.ts';
import { safeLine } from '../../common/terminal-text.ts';
import { forwardedText, forwardResource } from '../../model/forward.ts';
import { bridgeResource } from '../../model/observed.ts';
import { ownerText } from '../../model/owner.ts';
import { publishedPortText } from '../../model/published-port-text.ts';
import type { BridgeStatus, ForwardStatus, ServiceStatus, SessionStatus } from '../../session/index.ts';
import type { FoundOwner, ProjectStatus } from '../project-status.ts';
import { markLines } from './mark-text.ts';
import { restartsText, serviceState } from './service-state.ts';
import { stateWord } from './status-line.ts';
import { styleOf } from './style.ts';
import { wrapWords } from './wrap-words.ts';

/** How a status is shown. */
export interface Look {
  readonly color: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Of the terminal; undefined = lines are as long as they are, one for each service and bridge. */
  readonly columns: number | undefined;
}

/** A project as a person reads it: where, then each service and each bridge. Ends with a line end. */
export function renderProject(project: ProjectStatus, look: Look): string {
  if (project.kind === 'up') return renderStatus(project.status, look);
  const { sessions, services, names } = project;
  const name = safeLine(project.project);
  const silent = sessions.length === 0 && project.silence !== undefined;
  if (names.length === 0) return silent ? '' : `project ${name} is not up\n`;
  const heads = sessions.flatMap((owner) => head(headOf(project.project, owner, names), look));
  return ended([...heads, ...serviceLines(services, look)]);
}

/** A session as a person reads it. */
function renderStatus(status: SessionStatus, look: Look): string {
  const { identity, pid, file, platform } = status;
  const since = new Date(identity.since).toISOString();
  const words = `${safeLine(identity.project)} up since ${since}, pid ${pid}, ${file}, targets on ${platform}`;
  const [first = '', ...more] = head(words, look);
  const name = safeLine(identity.project);
  // A name that is too long for the line is left as it is broken.
  const painted = first.startsWith(name)
    ? `${styleOf(look.color).bold(name)}${first.slice(name.length)}`
    : first;
  const width = nameWidth(status);
  const bridges = table(status.bridges.map(bridgeRow), look, width);
  const forwards = table(status.forwards.map(forwardRow), look, width);
  const names = [...new Set(status.bridges.flatMap(({ marks = [] }) => marks))];
  const marks = names.flatMap(markLines).flatMap((line) => head(line, look));
  const services = serviceLines(status.services, look, width);
  return ended([painted, ...more, ...services, ...bridges, ...forwards, ...marks]);
}

function headOf(project: string, owner: FoundOwner, names: readonly string[]): string {
  switch (owner.standing) {
    case 'gone':
      return `the session of project ${project} is gone; it left ${names.join(', ')}: devenv down removes that`;
    case 'alive':
      return `project ${project} is up, by ${ownerText(owner)}: its bridges are shown there`;
    case 'unclear':
      return `project ${project} may be up, by ${ownerText(owner)}: that session cannot be asked from here`;
    case 'silent':
      return `project ${project} is up, by ${ownerText(owner)}: its session does not answer`;
  }
}

function head(text: string, { columns }: Look): readonly string[] {
  return columns === undefined ? [safeLine(text)] : wrapWords(safeLine(text), columns, '  ');
}

function ended(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** What it is, its state and how good that is, and more about it in parts that are not broken if it can be. */
interface Row {
  readonly name: string;
  readonly state: string;
  readonly isGood: boolean;
  readonly details: readonly string[];
}

function serviceLines(services: readonly ServiceStatus[], look: Look, width?: number): readonly string[] {
  return table(
    services.map((service) => serviceRow(service, look.now)),
    look,
    width,
  );
}

function serviceRow(service: ServiceStatus, now: number): Row {
  return {
    name: `service/${service.name}`,
    state: serviceState(service, now),
    isGood: service.state === 'running' && service.health !== 'unhealthy',
    details: [...service.ports.map(publishedPortText), restartsText(service) ?? []].flat(),
  };
}

function bridgeRow(bridge: BridgeStatus): Row {
  const { service, port, local, target, state, count, reason, staying, passedOn = 0, takes } = bridge;
  const callers = staying === 1 ? '1 earlier connection' : `${staying} earlier connections`;
  const notes = [
    maskText(reason),
    staying === 0 ? '' : `${callers} still with the original`,
    passedOn === 0 ? '' : `too many at once: ${passedOn} went to the original`,
  ].filter((note) => note !== '');
  const why = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
  const which = takes === undefined ? '' : `${maskText(takes)}, of `;
  const detail = `${which}${target} port ${port} -> ${service} port ${local}${why}`;
  return {
    name: bridgeResource(bridge),
    state: stateWord(bridge),
    isGood: state === 'live' && count === undefined,
    details: [detail],
  };
}

function forwardRow(forward: ForwardStatus): Row {
  const { hostIp, local, target, state, reason } = forward;
  const why = reason === '' ? '' : ` (${maskText(reason)})`;
  const of = target === 'namespace' ? 'the namespace' : target;
  const detail = `${hostIp.includes(':') ? `[${hostIp}]` : hostIp}:${local} -> ${forwardedText(forward)} of ${of}${why}`;
  return { name: forwardResource(forward), state, isGood: state === 'up', details: [detail] };
}

function nameWidth({ services, bridges, forwards }: SessionStatus): number {
  const names = [
    ...services.map(({ name }) => `service/${name}`),
    ...bridges.map(bridgeResource),
    ...forwards.map(forwardResource),
  ];
  return Math.max(0, ...names.map((name) => safeLine(name).length));
}

/** Details narrower than this stand below their line. */
const LEAST_DETAIL_COLUMNS = 28;
const BELOW = '    ';

function table(rows: readonly Row[], look: Look, width?: number): readonly string[] {
  const safe = rows.map((row) => ({ ...row, name: safeLine(row.name), state: safeLine(row.state) }));
  const names = width ?? Math.max(0, ...safe.map(({ name }) => name.length));
  // A state that nothing follows may be as long as it is.
  const states = Math.max(
    0,
    ...safe.filter(({ details }) => details.length > 0).map(({ state }) => state.length),
  );
  return safe.flatMap((row) => rowLines(row, names, states, look));
}

function rowLines(row: Row, names: number, states: number, { color, columns }: Look): readonly string[] {
  const style = styleOf(color);
  const paint = row.isGood ? style.green : style.yellow;
  const details = row.details.map(safeLine);
  const begin = `${row.name.padEnd(names)}  `;
  if (details.length === 0) return [`${begin}${paint(row.state)}`];
  const whole = details.join('  ');
  const used = names + states + 4;
  const line = `${begin}${paint(row.state.padEnd(states))}`;
  if (columns === undefined || used + whole.length <= columns) return [`${line}  ${style.dim(whole)}`];
  const isRoomy = columns - used >= LEAST_DETAIL_COLUMNS;
  const indent = isRoomy ? ' '.repeat(used) : BELOW;
  const pieces = details.flatMap((detail) => wrapWords(detail, columns - indent.length)).map(style.dim);
  if (!isRoomy) return [`${begin}${paint(row.state)}`, ...pieces.map((piece) => `${indent}${piece}`)];
  const [first = '', ...more] = pieces;
  return [`${line}  ${first}`, ...more.map((piece) => `${indent}${piece}`)];
}
