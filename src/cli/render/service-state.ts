import { constants } from 'node:os';
import type { ServiceEnd, ServiceStatus } from '../../session/index.ts';

/**
 * How a service is, for a person: `running (healthy), up 5m`, `exited (137, out of memory) 2m ago`. `now`: milliseconds
 * since 1970.
 */
export function serviceState(
  { state, health, startedAt, lastEnd, next }: ServiceStatus,
  now: number,
): string {
  if (state === 'running') {
    const verdict = health === undefined ? '' : ` (${health})`;
    return `${state}${verdict}${startedAt === undefined ? '' : `, up ${ageText(now - startedAt)}`}`;
  }
  if (lastEnd === undefined || !['exited', 'dead', 'stopped'].includes(state)) return state;
  const ago = lastEnd.at === undefined ? '' : ` ${ageText(now - lastEnd.at)} ago`;
  return `${state}${endText(lastEnd)}${ago}${next === 'start' ? ', starting again' : ''}`;
}

/** How often a service was started again, and why the last time; undefined = it was not, or that is not known. */
export function restartsText({ restarts, state, lastEnd }: ServiceStatus): string | undefined {
  if (restarts === undefined || restarts === 0) return undefined;
  const last = state === 'running' && lastEnd !== undefined ? `, last after exit${endText(lastEnd)}` : '';
  return `started again ${restarts === 1 ? 'once' : `${restarts} times`}${last}`;
}

/** The signal that ended a program, from its exit code as engines and shells give it: 137 = `SIGKILL`. */
export function signalOf(exitCode: number | undefined): string | undefined {
  if (exitCode === undefined || exitCode <= 128) return undefined;
  return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
}

/** Milliseconds as a person counts them, in one unit: `12s`, `5m`, `3h`, `2d`. None for a clock that is ahead. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}

/** What ended a program: want of memory, or a signal; undefined = it ended by itself, or that is not known. */
export function causeOfEnd({ exitCode, outOfMemory }: ServiceEnd): string | undefined {
  return outOfMemory ? 'out of memory' : signalOf(exitCode);
}

function endText(end: ServiceEnd): string {
  const parts = [end.exitCode, causeOfEnd(end)].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
