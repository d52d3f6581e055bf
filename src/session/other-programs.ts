import { DevenvError } from '../common/errors.ts';
import { type ProgramIdentity, programText } from '../model/program-identity.ts';
import type { SessionAnswer } from './control-client.ts';

const END_IT =
  'end the session as it was started (Ctrl-C, or `devenv down` of that devenv), then `devenv up` again';

/**
 * A workspace means what the build says that has read it: another one might leave out half of it without a word.
 * `by` is who sent it; undefined for a devenv that does not say. Errors: `session-conflict`.
 */
export function refuseOtherBuild(by: ProgramIdentity | undefined, own: ProgramIdentity): void {
  if (by?.build === own.build) return;
  const other = by === undefined ? 'this is another devenv' : `this is ${programText(by)}`;
  throw new DevenvError({
    code: 'session-conflict',
    message: `the session of this project runs ${programText(own)}, and ${other}`,
    hint: 'end it with `devenv down`, then `devenv up` again',
    owner: 'user',
  });
}

/** The error for a request that a session does not know. */
export function unknownRequest(method: unknown, own: ProgramIdentity): DevenvError {
  return new DevenvError({
    code: 'protocol-mismatch',
    message: `the session of this project runs ${programText(own)}, which cannot be asked for ${JSON.stringify(method) ?? 'nothing'}`,
    hint: END_IT,
    owner: 'user',
  });
}

/** The error for what is no answer, or the end of a session's words before its answer. `what` says which. */
export function notUnderstood(method: string, what: string): DevenvError {
  return new DevenvError({
    code: 'protocol-mismatch',
    message: `the session of this project, asked for ${JSON.stringify(method)}, ${what}; it may run another version of devenv`,
    hint: END_IT,
    owner: 'user',
  });
}

/** A line of a session as an answer, as far as can be seen: another version may have other ones. Errors: `protocol-mismatch`. */
export function understood(value: unknown, method: string): SessionAnswer {
  if (isAnswer(value)) return value;
  throw notUnderstood(method, 'says something that this devenv does not understand');
}

function isAnswer(value: unknown): value is SessionAnswer {
  if (!isObject(value)) return false;
  if ('event' in value) return isObject(value['event']) && typeof value['event']['type'] === 'string';
  if ('error' in value) return isObject(value['error']) && typeof value['error']['message'] === 'string';
  if ('status' in value) return isStatus(value['status']);
  return value['here'] === true || value['done'] === true || Array.isArray(value['steps']);
}

function isStatus(value: unknown): boolean {
  return (
    isObject(value) &&
    ['identity', 'program'].every((key) => isObject(value[key])) &&
    areNamed(value['services']) &&
    areNamed(value['bridges'])
  );
}

function areNamed(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => isObject(one) && typeof one['name'] === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
