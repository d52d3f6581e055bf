/** Value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** A piece of a template that could not be replaced; `from` and `to` are offsets into the template. */
export type InterpolationFailure = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'unset'; readonly name: string }
  /** `${NAME:?message}` whose condition does not hold. */
  | { readonly kind: 'required'; readonly name: string; readonly message: string }
  /** Something that begins like a variable and is none; `message` says why, in words. */
  | { readonly kind: 'malformed'; readonly message: string }
  /** More than one value, or all of them together, may become. */
  | { readonly kind: 'too-long'; readonly message: string }
);

/** A template with its variables replaced. What is not set stands for nothing; after other failures the text is meaningless. */
export interface Interpolation {
  readonly text: string;
  readonly failures: readonly InterpolationFailure[];
}

/** No value that a person means becomes longer, in UTF-16 units. */
const MAX_LENGTH = 1024 ** 2;

/** Defaults within defaults: more of them is no file of a person's. */
const MAX_DEPTH = 32;

/** Of one value so many failures are told at most; the others show when these are mended. */
const MAX_FAILURES = 20;

/** What the variables of one loading may still become: values that repeat each other would grow beyond all memory. */
export class Room {
  /** UTF-16 units. */
  #left = 16 * 1024 ** 2;

  /** Takes as much as a value needs; false when there is not so much left, from then on for every one. */
  take(length: number): boolean {
    this.#left -= length;
    return this.#left >= 0;
  }
}

/**
 * Replaces variables by Compose's grammar: `$$` is a dollar sign; `$NAME` and `${NAME}` are values;
 * `${NAME:-word}`, `${NAME:?word}` and `${NAME:+word}` give a default, demand a value and replace one, and without
 * the colon an empty value counts as set. Words may contain variables; values are never interpolated again.
 * A variable that is not set and has no default is a failure that leaves nothing in its place, as in Compose; a value of
 * more than 1 Mi characters is one as well, and one for which there is no `room` any more.
 */
export function interpolate(template: string, lookup: Lookup, room = new Room()): Interpolation {
  const run: Run = { all: template, lookup, failures: [] };
  const text = expand(run, 0, template.length, 0);
  if (run.failures.every(({ kind }) => kind === 'unset') && !room.take(text.length)) {
    const message =
      'with their variables, the values of all files together become longer than 16 Mi characters';
    run.failures.push({ kind: 'too-long', from: 0, to: template.length, message });
  }
  return {
    text: run.failures.some(({ kind }) => kind === 'too-long') ? template : text,
    failures: run.failures,
  };
}

/** Whether a string has anything that `interpolate` would replace. */
export function hasVariables(text: string): boolean {
  return /\$[$_a-z{]/i.test(text);
}

/** One template on its way. */
interface Run {
  readonly all: string;
  readonly lookup: Lookup;
  readonly failures: InterpolationFailure[];
}

function expand(run: Run, from: number, to: number, depth: number): string {
  const { all, failures } = run;
  let text = '';
  let at = from;
  while (at < to && failures.length < MAX_FAILURES) {
    const dollar = all.indexOf('$', at);
    if (dollar < 0 || dollar >= to) return text + all.slice(at, to);
    text += all.slice(at, dollar);
    const next = dollar + 1 < to ? all[dollar + 1] : undefined;
    if (next === '$') {
      text += '$';
      at = dollar + 2;
    } else if (next === '{') {
      const end = closingBrace(all, dollar + 1, to);
      if (end === undefined) {
        failures.push({ kind: 'malformed', from: dollar, to, message: '${ is never closed' });
        return text;
      }
      text += braced(run, dollar, end, depth);
      at = end + 1;
    } else {
      const name = nameAt(all, dollar + 1, to);
      if (name === '') {
        text += '$';
        at = dollar + 1;
        continue;
      }
      at = dollar + 1 + name.length;
      text += plain(run, name, dollar, at);
    }
    if (text.length > MAX_LENGTH) {
      const message = 'with its variables, this value becomes longer than 1 Mi characters';
      failures.push({ kind: 'too-long', from: dollar, to: at, message });
      return '';
    }
  }
  return text;
}

/** `${…}` from its dollar sign to its closing brace. */
function braced(run: Run, from: number, end: number, depth: number): string {
  const { all, failures } = run;
  const to = end + 1;
  const malformed = (message: string) => {
    failures.push({ kind: 'malformed', from, to, message });
    return '';
  };
  const name = nameAt(all, from + 2, end);
  if (name === '') {
    return malformed(
      end === from + 2
        ? 'the name of a variable is missing between the braces'
        : 'the name of a variable begins with a letter or _',
    );
  }
  const afterName = from + 2 + name.length;
  if (afterName === end) return plain(run, name, from, to);
  const operator = /^:?[-?+]/.exec(all.slice(afterName, end))?.[0];
  if (operator === undefined) {
    return malformed(`only :- - :? ? :+ or + may follow the name ${name}`);
  }
  if (depth === MAX_DEPTH) return malformed(`variables within variables go deeper than ${MAX_DEPTH} levels`);
  const value = run.lookup(name);
  const given = value !== undefined && !(operator.startsWith(':') && value === '');
  // A word that is not used is not looked at: `${A:-$B}` needs no B while A is set.
  const word = () => expand(run, afterName + operator.length, end, depth + 1);
  switch (operator.at(-1)) {
    case '-':
      return given ? value : word();
    case '+':
      return given ? word() : '';
    default:
      if (given) return value;
      failures.push({ kind: 'required', from, to, name, message: word().trim() });
      return '';
  }
}

function plain({ lookup, failures }: Run, name: string, from: number, to: number): string {
  const value = lookup(name);
  // They alone never end the looking, whose text would be a part of the value only.
  if (value === undefined && failures.length < MAX_FAILURES - 1)
    failures.push({ kind: 'unset', from, to, name });
  return value ?? '';
}

function nameAt(all: string, from: number, to: number): string {
  return /^[_a-z][_a-z0-9]*/i.exec(all.slice(from, to))?.[0] ?? '';
}

/** Offset of the brace that closes the one at `open`; braces within it must pair. */
function closingBrace(all: string, open: number, to: number): number | undefined {
  let depth = 0;
  for (let at = open; at < to; at++) {
    if (all[at] === '{') depth += 1;
    else if (all[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
