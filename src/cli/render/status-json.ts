import { maskText } from '../../common/secrets/secret-parts.ts';
import { safeJson } from '../../common/terminal-text.ts';
import type { BridgeStatus, ServiceStatus, Standing } from '../../session/index.ts';
import type { ProjectStatus } from '../project-status.ts';
import { signalOf } from './service-state.ts';

/**
 * A project for programs, as `docs/ps.md` says: every key is always there, null where there is nothing to say; moments in
 * ISO 8601. Without secrets. Ends with a line end.
 */
export function statusJson(project: ProjectStatus): string {
  const shown = project.kind === 'up' ? upJson(project) : unaskedJson(project);
  return `${safeJson(JSON.stringify(shown, (_, value) => (typeof value === 'string' ? maskText(value) : value), 2))}\n`;
}

function upJson({ status }: Extract<ProjectStatus, { kind: 'up' }>) {
  const { identity, program, file, pid, platform } = status;
  return {
    project: identity.project,
    state: 'up',
    session: {
      id: identity.id,
      user: identity.user,
      since: moment(identity.since),
      file,
      pid,
      platform,
      version: program.version,
    },
    services: status.services.map(serviceJson),
    bridges: status.bridges.map(bridgeJson),
    forwards: status.forwards.map(({ hostIp, local, host, port, target, state, reason }) => ({
      hostIp,
      local,
      host,
      port,
      target,
      state,
      reason: reason === '' ? null : reason,
    })),
    left: [],
  };
}

function bridgeJson(bridge: BridgeStatus) {
  const {
    name,
    service,
    target,
    port,
    local,
    state,
    reason,
    staying,
    passedOn = 0,
    onRequest,
    takenBy,
    takes,
    marks,
  } = bridge;
  return {
    name,
    service,
    target,
    port,
    local,
    state,
    reason: orNull(reason),
    places: (bridge.places ?? []).map(({ reason: why, ...place }) => ({ ...place, reason: orNull(why) })),
    staying,
    passedOn,
    onRequest,
    takenBy: takenBy ?? null,
    takes: takes ?? null,
    marks: marks ?? [],
  };
}

function orNull(words: string): string | null {
  return words === '' ? null : words;
}

/** What to call it when several sessions are found: the first of these that one of them is. */
const STATES: readonly (readonly [Standing | 'silent', string])[] = [
  ['silent', 'silent'],
  ['alive', 'elsewhere'],
  ['unclear', 'unclear'],
  ['gone', 'left'],
];

function unaskedJson({
  project,
  sessions,
  silence,
  services,
  names,
}: Extract<ProjectStatus, { kind: 'unasked' }>) {
  const [word, state] = STATES.find(([one]) => sessions.some(({ standing }) => standing === one)) ?? [];
  const owner = sessions.find(({ standing }) => standing === word);
  return {
    project,
    state: state ?? (silence === undefined ? 'down' : 'silent'),
    session:
      owner === undefined
        ? null
        : {
            id: owner.session,
            user: owner.user,
            since: moment(owner.since),
            file: owner.file,
            pid: null,
            platform: null,
            version: null,
          },
    services: services.map(serviceJson),
    bridges: [],
    forwards: [],
    left: state === 'left' ? names : [],
  };
}

function serviceJson(service: ServiceStatus) {
  const { name, container, state, health, startedAt, lastEnd, next, restarts, ports } = service;
  return {
    name,
    container,
    state,
    health: health ?? null,
    startedAt: moment(startedAt),
    lastEnd:
      lastEnd === undefined
        ? null
        : {
            exitCode: lastEnd.exitCode ?? null,
            signal: signalOf(lastEnd.exitCode) ?? null,
            outOfMemory: lastEnd.outOfMemory,
            at: moment(lastEnd.at),
          },
    next: next ?? null,
    restarts: restarts ?? 0,
    ports: ports.map(({ hostIp, published, target, protocol }) => ({
      hostIp,
      published: published ?? null,
      target,
      protocol,
    })),
  };
}

function moment(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
