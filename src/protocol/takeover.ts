import type { Filter } from '../match/index.ts';
import { filterIn } from './claim-summary.ts';
import { type Fields, fieldsOf, flag, id as idOf, number, port, words } from './decode.ts';
import { type Owner, ownerOf } from './hello.ts';

/**
 * Ask whoever has a port, or the same requests of it, to let go of it for this session. Answered with `done` when all of
 * them do, also when nobody has it; else with `refused`. It may be asked by somebody who only looks.
 */
export interface AskRequest {
  readonly type: 'ask';
  readonly id: number;
  readonly port: number;
  /** Which requests are wanted; absent = the whole port. */
  readonly filter?: Filter | undefined;
  /** Let go at once; otherwise say only whether they would. */
  readonly now: boolean;
}

/** What a session answers to `asked`. */
export interface AnswerRequest {
  readonly type: 'answer';
  readonly id: number;
  /** Number of the question. */
  readonly question: number;
  readonly yields: boolean;
  /** Why it does not, in words, e.g. `in use: a request 12s ago`; empty when it does. */
  readonly reason: string;
  /** Its user is being asked: another answer may come to whoever asks again. */
  readonly waits?: boolean | undefined;
}

/** Another session wants a port of this one's: it says with `answer` whether it lets go. */
export interface AskedEvent {
  readonly type: 'asked';
  readonly question: number;
  readonly port: number;
  readonly tunnel: string;
  /** Who asks. */
  readonly by: Owner;
  /** Id of the session that asks. */
  readonly session: string;
  /** See `AskRequest.now`. */
  readonly now: boolean;
}

/** Reads the fields of a request to be asked for a port. Errors: `protocol-mismatch`. */
export function askIn(fields: Fields): Omit<AskRequest, 'type' | 'id'> {
  return { port: port(fields, 'port'), ...filterIn(fields), now: flag(fields, 'now') };
}

/** Reads the fields of an answer. Errors: `protocol-mismatch`. */
export function answerIn(fields: Fields): Omit<AnswerRequest, 'type' | 'id'> {
  return {
    question: number(fields, 'question'),
    yields: flag(fields, 'yields'),
    reason: words(fields, 'reason'),
    ...waitsIn(fields),
  };
}

/** Reads the fields of a question. Errors: `protocol-mismatch`. */
export function askedIn(fields: Fields): Omit<AskedEvent, 'type'> {
  return {
    question: number(fields, 'question'),
    port: port(fields, 'port'),
    tunnel: words(fields, 'tunnel'),
    by: ownerOf(fieldsOf(fields['by'], 'the owner')),
    session: idOf(fields, 'session'),
    now: flag(fields, 'now'),
  };
}

/** The flag that somebody is being asked, where it is there. Errors: `protocol-mismatch`. */
export function waitsIn(fields: Fields): { readonly waits?: boolean } {
  return fields['waits'] === undefined ? {} : { waits: flag(fields, 'waits') };
}
