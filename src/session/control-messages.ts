import { DevenvError } from '../common/errors.ts';
import type { SessionRequest } from './control-client.ts';
import { isReading } from './reading.ts';

/** What each request must have besides its method. */
const FIELDS: Readonly<
  Record<SessionRequest['method'], Readonly<Record<string, (value: unknown) => boolean>>>
> = {
  status: {},
  plan: { workspace: isSentWorkspace, adds: (value) => value === undefined || isFlag(value) },
  converge: {
    workspace: isSentWorkspace,
    reading: (value) => value === undefined || isReading(value),
    takeover: (value) => value === undefined || isFlag(value),
    strict: (value) => value === undefined || isFlag(value),
  },
  restart: { services: (value) => isListOf(value, isText) },
  'one-off': {
    service: isText,
    run: (value) => typeof value === 'string' && /^[a-z0-9]{1,20}$/.test(value),
    command: (value) => value === undefined || isListOf(value, isText),
    environment: (value) => fieldsOf(value) !== undefined && Object.values(value ?? {}).every(isText),
    user: (value) => value === undefined || isText(value),
    workingDir: (value) => value === undefined || isText(value),
    tty: isFlag,
  },
  stop: { services: (value) => isListOf(value, isText) },
  start: { services: (value) => isListOf(value, isText) },
  rest: { bridge: isText, onRequest: isFlag },
  ready: {},
  follow: {},
  attend: {},
  answer: { question: isText, yes: isFlag },
  down: { drainMs: (value) => value === undefined || (typeof value === 'number' && value >= 0) },
};

/**
 * What was asked of a session. A workspace is looked at as far as it must be to be compared with the session's own.
 * Errors: `protocol-mismatch` for what is no request, e.g. one of another version.
 */
export function sessionRequestOf(value: unknown): SessionRequest {
  const request = fieldsOf(value);
  if (request === undefined) throw mismatch('the session was asked for something that is no request');
  // One that this version does not know is told of by whoever answers.
  const [method, fields = {}] = Object.entries(FIELDS).find(([one]) => one === request['method']) ?? [];
  for (const [name, isGood] of Object.entries(fields))
    if (!isGood(request[name])) throw mismatch(`the session was asked to ${method}, with a wrong ${name}`);
  return value as SessionRequest;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isListOf(value: unknown, isOne: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isSentWorkspace(value: unknown): boolean {
  const workspace = fieldsOf(value);
  const isService = (service: unknown) => isText(fieldsOf(service)?.['name']);
  return (
    isText(workspace?.['name']) && isText(workspace?.['file']) && isListOf(workspace?.['services'], isService)
  );
}

function mismatch(message: string): DevenvError {
  return new DevenvError({
    code: 'protocol-mismatch',
    message,
    hint: 'it may be of another version of devenv: end it with `devenv down`, then start it anew',
    owner: 'environment',
  });
}
