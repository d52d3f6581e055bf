import { type Filter, FilterFault, filterOf } from '../match/index.ts';
import { type Fields, fieldsOf, id as idOf, mismatch, number, port } from './decode.ts';
import { type Owner, ownerOf } from './hello.ts';

/** A port that is held. */
export interface ClaimSummary {
  readonly port: number;
  readonly owner: Owner;
  /** Id of the session that holds it. */
  readonly session: string;
  /** Which requests it takes; absent = the whole port. */
  readonly filter?: Filter | undefined;
  /**
   * How long ago something came to its service, or was answered, milliseconds; 0 = something is in flight now; absent =
   * nothing came since this agent has it.
   */
  readonly quietMs?: number | undefined;
}

/** Reads a port that is held. Errors: `protocol-mismatch`. */
export function claimSummaryOf(value: unknown): ClaimSummary {
  const fields = fieldsOf(value, 'the claim');
  return {
    port: port(fields, 'port'),
    session: idOf(fields, 'session'),
    owner: ownerOf(fieldsOf(fields['owner'], 'the owner')),
    ...filterIn(fields),
    ...(fields['quietMs'] !== undefined && { quietMs: number(fields, 'quietMs') }),
  };
}

/** The filter in a message, where there is one. Errors: `protocol-mismatch`. */
export function filterIn({ filter }: Fields): { readonly filter?: Filter } {
  if (filter === undefined) return {};
  try {
    return { filter: filterOf(filter) };
  } catch (error) {
    throw error instanceof FilterFault ? mismatch(`field filter: ${error.message}`) : error;
  }
}
