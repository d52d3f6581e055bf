import { agoText } from './ago-text.ts';

/** A bridge that nobody has used for so long, milliseconds, is let go of when somebody else asks for its port. */
export const IDLE_MS = 10 * 60_000;

/** What comes to a bridge, at all of its agents. */
export interface Traffic {
  /** How long ago something came or was answered last, milliseconds; 0 = it is in flight; undefined = nothing came. */
  readonly quietMs: number | undefined;
  /** For how long every agent has been asked to say so, milliseconds: what came before is not known. */
  readonly heldMs: number;
  /** A place whose agent does not say what comes; undefined = all do. */
  readonly unheard: string | undefined;
}

/** All that tells whether a bridge is used. */
export interface BridgeUse extends Traffic {
  /** How many debuggers are attached to its service; undefined = that cannot be found out. */
  readonly debuggers: number | undefined;
  /** How long ago one of the files of its service was saved, milliseconds; undefined = longer than anybody looks back. */
  readonly savedMs: number | undefined;
}

/** Why a bridge is in use, in words that can follow `in use: `; undefined = it is idle. In doubt it is used. Pure. */
export function inUse({ quietMs, heldMs, unheard, debuggers, savedMs }: BridgeUse): string | undefined {
  if (quietMs === 0) return 'a request is in flight';
  if (debuggers !== 0)
    return debuggers === undefined
      ? 'whether a debugger is attached cannot be found out'
      : 'a debugger is attached';
  if (isRecent(quietMs)) return `a request ${agoText(quietMs)}`;
  if (isRecent(savedMs)) return `a file was saved ${agoText(savedMs)}`;
  if (unheard !== undefined) return `the agent at ${unheard} does not say what comes`;
  return isRecent(heldMs) ? `it was bridged ${agoText(heldMs)}` : undefined;
}

function isRecent(ms: number | undefined): ms is number {
  return ms !== undefined && ms < IDLE_MS;
}
