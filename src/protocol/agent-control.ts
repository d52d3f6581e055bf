import type { Filter } from '../match/index.ts';
import { type ClaimFallback, fallbackIn } from './claim-fallback.ts';
import { type ClaimSummary, claimSummaryOf, filterIn } from './claim-summary.ts';
import {
  type Fields,
  fieldsOf,
  flag,
  list,
  mismatch,
  number,
  optionalWords,
  port,
  text,
  textEntry,
  words,
  wordsEntry,
} from './decode.ts';
import {
  type AnswerRequest,
  type AskedEvent,
  type AskRequest,
  answerIn,
  askedIn,
  askIn,
  waitsIn,
} from './takeover.ts';

/** What a session asks of an agent on its control duplex. */
export type AgentRequest =
  /** Take a port for this session. Its connections come on the session's inbound tunnel `tunnel`, to `to`. Begins resting. */
  | {
      readonly type: 'claim';
      readonly id: number;
      readonly port: number;
      readonly tunnel: string;
      readonly to: number;
      /**
       * User agents of probes: their HTTP requests stay with the original. `*` at the end of one stands for any rest,
       * an empty one for a request without the header. With none, nobody looks into the connections.
       */
      readonly probes: readonly string[];
      /** Which requests are taken; absent = the whole port, in any protocol. */
      readonly filter?: Filter | undefined;
      /** Requests of probes go to the service as well. For a claim with a filter; others have no `probes` then. */
      readonly takesProbes?: boolean | undefined;
      /** Statuses of answers to GET and HEAD that the service leaves to the original; none by default. */
      readonly passOn?: readonly number[] | undefined;
      /** Answers taken by a filter may be cached; otherwise they say that they must not. */
      readonly keepsCache?: boolean | undefined;
      /** What becomes of requests while the service is away; absent = the original answers. */
      readonly fallback?: ClaimFallback | undefined;
    }
  /** Send new connections to the service from now on. */
  | { readonly type: 'resume'; readonly id: number; readonly port: number; readonly tunnel: string }
  /**
   * Leave new connections to the original from now on, without giving the port up. With `drain` it is for a while: they may
   * reach the original through the agent. It answers when requests in flight have ended; what has not after so many
   * milliseconds is cut off. With `away` the service is soon there again: until then what is taken is treated as the
   * claim's `fallback` says, and where it has waited long enough, as without.
   */
  | {
      readonly type: 'rest';
      readonly id: number;
      readonly port: number;
      readonly tunnel: string;
      readonly drain?: number | undefined;
      readonly away?: boolean | undefined;
    }
  /**
   * Give the port back: stop intercepting at once, let requests in flight end, then answer. What has not ended after
   * `drain` milliseconds is cut off; absent = the agent's own patience.
   */
  | {
      readonly type: 'release';
      readonly id: number;
      readonly port: number;
      readonly tunnel: string;
      readonly drain: number | undefined;
    }
  /** This session is done with the agent; it ends at once when it has no other. */
  | { readonly type: 'retire'; readonly id: number }
  | AskRequest
  | AnswerRequest
  /** Which ports are held, by whichever session. This and `ask` are answered to somebody who looks, too. */
  | { readonly type: 'held'; readonly id: number };

/** What an agent says on a control duplex. */
export type AgentEvent =
  | {
      readonly type: 'done';
      readonly id: number;
      /** Answer to `release`, and to `rest` with `drain`: callers whose request was cut off. */
      readonly cut?: readonly string[];
    }
  /** Answer to `retire`: no other session is served, the agent ends. */
  | { readonly type: 'ending'; readonly id: number }
  /** Answer to `held`. */
  | { readonly type: 'held'; readonly id: number; readonly claims: readonly ClaimSummary[] }
  /** The request was not done. `holder` is set when somebody has the port. */
  | {
      readonly type: 'refused';
      readonly id: number;
      readonly reason: string;
      readonly holder: ClaimSummary | undefined;
      /** Set when this session has the port itself: the tunnel it claimed it for, which is another one. */
      readonly tunnel: string | undefined;
      /** Answer to `ask`: the user of the holder is being asked; whoever asks again may get another answer. */
      readonly waits?: boolean | undefined;
    }
  | AskedEvent
  /** A claim of this session began or ceased to take traffic. */
  | {
      readonly type: 'intercept';
      readonly port: number;
      readonly tunnel: string;
      readonly live: boolean;
      readonly reason: string;
    }
  /** So many callers still have a connection to the original that began before the port was taken over. */
  | { readonly type: 'staying'; readonly port: number; readonly tunnel: string; readonly count: number }
  /** Nothing in the workload's network listens on a port that this session has claimed. */
  | { readonly type: 'unheard'; readonly port: number; readonly tunnel: string }
  /** So many connections went to the original, since the port was claimed, because the agent carried as many as it may. */
  | { readonly type: 'crowded'; readonly port: number; readonly tunnel: string; readonly count: number }
  /** Another session has a claim on a port of this one's as well; both take what their filters say. */
  | { readonly type: 'shared'; readonly port: number; readonly tunnel: string; readonly with: ClaimSummary }
  /** Something went wrong in the agent that was not foreseen, in one line; it goes on. */
  | { readonly type: 'fault'; readonly message: string };

/** Errors: `protocol-mismatch`. */
export function decodeAgentRequest(value: unknown): AgentRequest {
  const fields = fieldsOf(value, 'the request');
  const type = text(fields, 'type');
  const id = number(fields, 'id');
  switch (type) {
    case 'claim':
      return {
        type,
        id,
        port: port(fields, 'port'),
        tunnel: text(fields, 'tunnel'),
        to: port(fields, 'to'),
        probes: fields['probes'] === undefined ? [] : list(fields, 'probes', textEntry),
        ...filterIn(fields),
        ...(fields['takesProbes'] !== undefined && { takesProbes: flag(fields, 'takesProbes') }),
        ...(fields['passOn'] !== undefined && { passOn: list(fields, 'passOn', statusEntry) }),
        ...(fields['keepsCache'] !== undefined && { keepsCache: flag(fields, 'keepsCache') }),
        ...fallbackIn(fields),
      };
    case 'resume':
      return { type, id, port: port(fields, 'port'), tunnel: text(fields, 'tunnel') };
    case 'rest':
      return {
        type,
        id,
        ...givenBackIn(fields),
        ...(fields['away'] !== undefined && { away: flag(fields, 'away') }),
      };
    case 'release':
      return { type, id, ...givenBackIn(fields) };
    case 'ask':
      return { type, id, ...askIn(fields) };
    case 'answer':
      return { type, id, ...answerIn(fields) };
    case 'retire':
    case 'held':
      return { type, id };
    default:
      throw mismatch(`unknown request ${type}`);
  }
}

/** Undefined for an event of a newer agent that this version does not know. Errors: `protocol-mismatch`. */
export function decodeAgentEvent(value: unknown): AgentEvent | undefined {
  const fields = fieldsOf(value, 'the event');
  const type = text(fields, 'type');
  switch (type) {
    case 'done': {
      const id = number(fields, 'id');
      return fields['cut'] === undefined ? { type, id } : { type, id, cut: list(fields, 'cut', wordsEntry) };
    }
    case 'ending':
      return { type, id: number(fields, 'id') };
    case 'held':
      return { type, id: number(fields, 'id'), claims: list(fields, 'claims', claimSummaryOf) };
    case 'staying':
    case 'crowded':
      return {
        type,
        port: port(fields, 'port'),
        tunnel: words(fields, 'tunnel'),
        count: number(fields, 'count'),
      };
    case 'refused':
      return {
        type,
        id: number(fields, 'id'),
        reason: words(fields, 'reason'),
        holder: fields['holder'] === undefined ? undefined : claimSummaryOf(fields['holder']),
        tunnel: optionalWords(fields, 'tunnel'),
        ...waitsIn(fields),
      };
    case 'asked':
      return { type, ...askedIn(fields) };
    case 'intercept':
      return {
        type,
        port: port(fields, 'port'),
        tunnel: words(fields, 'tunnel'),
        live: flag(fields, 'live'),
        reason: words(fields, 'reason'),
      };
    case 'unheard':
      return { type, port: port(fields, 'port'), tunnel: words(fields, 'tunnel') };
    case 'shared':
      return {
        type,
        port: port(fields, 'port'),
        tunnel: words(fields, 'tunnel'),
        with: claimSummaryOf(fields['with']),
      };
    case 'fault':
      return { type, message: words(fields, 'message') };
    default:
      return undefined;
  }
}

function givenBackIn(fields: Fields) {
  return {
    port: port(fields, 'port'),
    tunnel: text(fields, 'tunnel'),
    drain: fields['drain'] === undefined ? undefined : number(fields, 'drain'),
  };
}

function statusEntry(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 200 && value <= 599) return value;
  throw mismatch(`a status of an answer is none: ${JSON.stringify(value)?.slice(0, 40)}`);
}
