import { DevenvError } from '../common/errors.ts';

/** An object whose fields are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a JSON object. Errors: `protocol-mismatch` for anything else. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw mismatch(`${what} is not an object`);
}

/** The JSON object in a line. Errors: `protocol-mismatch`. */
export function parseFields(line: string, what: string): Fields {
  try {
    return fieldsOf(JSON.parse(line), what);
  } catch (error) {
    throw error instanceof DevenvError
      ? error
      : mismatch(`${what} is not JSON: ${JSON.stringify(line.slice(0, 80))}`);
  }
}

/** A field that must be a string. Errors: `protocol-mismatch`. */
export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw mismatch(`field ${name} is not a string`);
}

/** Longest text that is meant for people, characters. */
const WORDS_LENGTH = 400;

/**
 * A field of words for people: no more of it than they read, in one line. Errors: `protocol-mismatch` for what is no
 * string.
 */
export function words(fields: Fields, name: string): string {
  return forPeople(text(fields, name));
}

/** Reads a list entry of words for people, as `words`. Errors: `protocol-mismatch`. */
export function wordsEntry(entry: unknown): string {
  return forPeople(textEntry(entry));
}

function forPeople(value: string): string {
  const line = value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length <= WORDS_LENGTH ? line : `${line.slice(0, WORDS_LENGTH)}…`;
}

/** A field of words that may be absent. Errors: `protocol-mismatch` when it is something else. */
export function optionalWords(fields: Fields, name: string): string | undefined {
  return fields[name] === undefined ? undefined : words(fields, name);
}

/** A field that names something by random or chosen letters, digits and `._-`. Errors: `protocol-mismatch`. */
export function id(fields: Fields, name: string): string {
  const value = text(fields, name);
  if (/^[A-Za-z0-9._-]{1,128}$/.test(value)) return value;
  throw mismatch(`field ${name} is no identifier`);
}

/** A field that must be a finite number. Errors: `protocol-mismatch`. */
export function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw mismatch(`field ${name} is not a number`);
}

/** A field that must be a TCP port. Errors: `protocol-mismatch`. */
export function port(fields: Fields, name: string): number {
  const value = number(fields, name);
  if (isPort(value)) return value;
  throw mismatch(`field ${name} is not a port: ${value}`);
}

/** A field that must be true or false. Errors: `protocol-mismatch`. */
export function flag(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value === 'boolean') return value;
  throw mismatch(`field ${name} is not true or false`);
}

/** A field that must be a list, each entry read by `read`; absent = empty. Errors: `protocol-mismatch`. */
export function list<T>(fields: Fields, name: string, read: (entry: unknown) => T): readonly T[] {
  const value = fields[name];
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.map(read);
  throw mismatch(`field ${name} is not a list`);
}

/** Reads a list entry that must be a string. Errors: `protocol-mismatch`. */
export function textEntry(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  throw mismatch('a list entry is not a string');
}

/** Reads a list entry that must be a TCP port. Errors: `protocol-mismatch`. */
export function portEntry(entry: unknown): number {
  if (typeof entry === 'number' && isPort(entry)) return entry;
  throw mismatch('a list entry is not a port');
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** The error for words that the other end should not have said. */
export function mismatch(message: string): DevenvError {
  return new DevenvError({
    code: 'protocol-mismatch',
    message,
    owner: 'devenv',
    hint: 'agent, gateway and command line may be of versions that do not understand each other; run `devenv down`, then `devenv up`',
  });
}
