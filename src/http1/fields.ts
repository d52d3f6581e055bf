import type { Field } from './request-head.ts';
import { Unreadable } from './unreadable.ts';

/** Characters of a token (RFC 9110, 5.6.2), for a class of a regular expression. */
export const TOKEN_CHARACTERS = "!#$%&'*+\\-.^_`|~0-9A-Za-z";

const NAME = new RegExp(`^[${TOKEN_CHARACTERS}]+$`);
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const OUTER_SPACE = /^[\t ]+|[\t ]+$/g;
const LINE_END = '\r\n';
const MISPLACED_END = 'the empty line that ends a head is not at its end';

/**
 * The lines of fields in `text` (Latin-1) from `start` on, to the empty line that must end it (RFC 9112, 5).
 * Takes time in proportion to the length.
 */
export function parseFields(text: string, start: number): Field[] | Unreadable {
  const fields: Field[] = [];
  for (let at = start; at < text.length; ) {
    const end = text.indexOf(LINE_END, at);
    if (end === at) return at + LINE_END.length === text.length ? fields : new Unreadable(MISPLACED_END);
    const field = end < 0 ? new Unreadable('a line has no end') : parseField(text, at, end);
    if (field instanceof Unreadable) return field;
    fields.push(field);
    at = end + LINE_END.length;
  }
  return new Unreadable(MISPLACED_END);
}

/** The values of all fields of a name, in their order; `name` in lower case. */
export function valuesOf(fields: readonly Field[], name: string): string[] {
  return fields.filter((field) => isNamed(field, name)).map(({ value }) => value);
}

/** Whether a field has this name, which is in lower case. */
export function isNamed(field: Field, name: string): boolean {
  return field.name.length === name.length && field.name.toLowerCase() === name;
}

/** The members of fields that are comma-separated lists, in lower case, without empty ones; `name` in lower case. */
export function membersOf(fields: readonly Field[], name: string): string[] {
  return valuesOf(fields, name).flatMap((value) =>
    value
      .split(',')
      .map((member) => member.replace(OUTER_SPACE, '').toLowerCase())
      .filter((member) => member !== ''),
  );
}

function parseField(text: string, start: number, end: number): Field | Unreadable {
  const first = text[start];
  if (first === ' ' || first === '\t') return new Unreadable('a header goes on in another line');
  const colon = text.indexOf(':', start);
  if (colon < 0 || colon >= end) return new Unreadable('a header has no colon');
  const name = text.slice(start, colon);
  if (!NAME.test(name)) return new Unreadable('the name of a header has characters that are not allowed');
  const value = text.slice(colon + 1, end);
  if (!VALUE.test(value)) return new Unreadable(`the header ${name} has characters that are not allowed`);
  return { name, value: trimmed(value) };
}

function trimmed(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(value, start)) start += 1;
  while (end > start && isSpace(value, end - 1)) end -= 1;
  return value.slice(start, end);
}

function isSpace(value: string, at: number): boolean {
  return value[at] === ' ' || value[at] === '\t';
}
