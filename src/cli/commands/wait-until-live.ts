import { pause } from '../../common/deadline.ts';
import { DevenvError } from '../../common/errors.ts';
import type { Event, Reporter } from '../../model/event.ts';
import { bridgeResource } from '../../model/observed.ts';
import type { Runner } from '../../runner/index.ts';
import { lastLines } from '../../runner/index.ts';
import { askSession, type SessionStatus } from '../../session/index.ts';
import type { CliContext } from '../context.ts';
import { type EndedService, readinessOf } from '../readiness.ts';
import { causeOfEnd } from '../render/service-state.ts';
import { openEngine } from '../wiring.ts';

const LOOK_AGAIN_MS = 100;

/** How long is waited, and who hears how it ends. */
export interface WaitOptions {
  readonly seconds: number;
  readonly since?: number;
  /** The services that are waited for; absent = all. */
  readonly services?: ReadonlySet<string>;
  readonly report: Reporter;
}

/** How the bridges of a session are, as its own events tell it. */
export function bridgeStates({ bridges }: Pick<SessionStatus, 'bridges'>): readonly Event[] {
  return bridges.map((bridge) => ({
    type: 'state',
    resource: bridgeResource(bridge),
    state: bridge.state,
    ...(bridge.reason === '' ? {} : { reason: bridge.reason }),
    ...(bridge.count === undefined ? {} : { count: bridge.count }),
  }));
}

/**
 * Waits until every bridge is live, or waits for a debugger, and every service runs, or has ended well: so many seconds since
 * a moment of `performance`, by default this one. Tells then how each bridge is. Errors:
 * `container-failed` with its last lines as soon as a service has ended for good that a bridge needs, or not well;
 * `deadline-passed`, naming what is missing; `cancelled` when the session ends meanwhile; those of `askSession`.
 */
export async function waitUntilLive(
  context: CliContext,
  socketPath: string,
  { seconds, since = performance.now(), services, report }: WaitOptions,
): Promise<void> {
  const deadline = since + seconds * 1000;
  for (;;) {
    const answer = await askSession(socketPath, { method: 'status' }, () => {});
    if (context.ending.aborted) return;
    if (answer === undefined || !('status' in answer)) throw sessionEnded();
    const readiness = readinessOf(answer.status, services);
    if (readiness.kind === 'live') {
      for (const state of bridgeStates(answer.status)) report(state);
      return;
    }
    if (readiness.kind === 'ended') throw await givenUp(readiness.services, () => openEngine(context));
    if (performance.now() > deadline) {
      throw new DevenvError({
        code: 'deadline-passed',
        message: `after ${seconds} s there is still no ${readiness.what.join(', no ')}`,
        evidence: readiness.how,
        hint: 'see `devenv ps` and `devenv logs`, or wait longer with --timeout',
        owner: 'environment',
      });
    }
    await pause(LOOK_AGAIN_MS, context.ending);
  }
}

/** The error for services that have ended for good, with what they wrote last, as far as the engine tells. */
export async function givenUp(
  services: readonly EndedService[],
  open: () => Promise<Pick<Runner, 'unitLogs'>>,
): Promise<DevenvError> {
  const runner = await open().catch(() => undefined);
  const written = await Promise.all(
    services.map(async ({ status: { name, container } }) => {
      const lines = runner === undefined ? [] : await lastLines(runner, container);
      return services.length === 1 ? lines : lines.map((line) => `${name} | ${line}`);
    }),
  );
  const ends = services.map(({ status: { name, lastEnd }, bridges }) => {
    const code = lastEnd?.exitCode;
    const cause = lastEnd === undefined ? undefined : causeOfEnd(lastEnd);
    const how = `${code === undefined ? '' : ` with exit code ${code}`}${cause === undefined ? '' : ` (${cause})`}`;
    return `service ${name} has ended${how}${bridges.length === 0 ? '' : `, and ${bridges.join(', ')} needs it`}`;
  });
  const isSilent = runner !== undefined && written.every((lines) => lines.length === 0);
  const silent = isSilent ? '; it wrote nothing' : '';
  return new DevenvError({
    code: 'container-failed',
    message: `${ends.join('; ')}${silent}`,
    evidence: written.flat(),
    evidenceIs: 'output',
    hint: 'mend it and save the file, or `devenv restart`; the session goes on, `devenv down` ends it',
    owner: 'user',
  });
}

function sessionEnded(): DevenvError {
  return new DevenvError({
    code: 'cancelled',
    message: 'the session ended before everything was live',
    hint: 'its terminal tells why, or the log that was named when it went to the background',
    owner: 'user',
  });
}
