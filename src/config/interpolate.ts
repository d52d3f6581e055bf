/** Value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** A piece of a template that could not be replaced; `from` and `to` are offsets into the template. */
export type InterpolationFailure = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'unset'; readonly name: string }
  /** `${NAME:?message}` whose condition does not hold. */
  | { readonly kind: 'required'; readonly name: string; readonly message: string }
  /** Something that begins like a variable and is none; `message` says why, in words. */
  | { readonly kind: 'malformed'; readonly message: string }
);

/** A template with its variables replaced; the text is meaningless when there are failures. */
export interface Interpolation {
  readonly text: string;
  readonly failures: readonly InterpolationFailure[];
}

/**
 * Replaces variables by Compose's grammar: `$$` is a dollar sign; `$NAME` and `${NAME}` are values;
 * `${NAME:-word}`, `${NAME:?word}` and `${NAME:+word}` give a default, demand a value and replace one, and without
 * the colon an empty value counts as set. Words may contain variables; values are never interpolated again.
 * A variable that is not set and has no default is a failure, unlike in Compose.
 */
export function interpolate(template: string, lookup: Lookup): Interpolation {
  const failures: InterpolationFailure[] = [];
  const text = expand(template, 0, template.length, lookup, failures);
  return { text, failures };
}

/** Whether a string has anything that `interpolate` would replace. */
export function hasVariables(text: string): boolean {
  return /\$[$_a-z{]/i.test(text);
}

function expand(
  all: string,
  from: number,
  to: number,
  lookup: Lookup,
  failures: InterpolationFailure[],
): string {
  let text = '';
  let at = from;
  while (at < to) {
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
      text += braced(all, dollar, end, lookup, failures);
      at = end + 1;
    } else {
      const name = nameAt(all, dollar + 1, to);
      if (name === '') {
        text += '$';
        at = dollar + 1;
        continue;
      }
      at = dollar + 1 + name.length;
      text += plain(name, dollar, at, lookup, failures);
    }
  }
  return text;
}

/** `${…}` from its dollar sign to its closing brace. */
function braced(
  all: string,
  from: number,
  end: number,
  lookup: Lookup,
  failures: InterpolationFailure[],
): string {
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
  if (afterName === end) return plain(name, from, to, lookup, failures);
  const operator = /^:?[-?+]/.exec(all.slice(afterName, end))?.[0];
  if (operator === undefined) {
    return malformed(`only :- - :? ? :+ or + may follow the name ${name}`);
  }
  const value = lookup(name);
  const given = value !== undefined && !(operator.startsWith(':') && value === '');
  // A word that is not used is not looked at: `${A:-$B}` needs no B while A is set.
  const word = () => expand(all, afterName + operator.length, end, lookup, failures);
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

function plain(
  name: string,
  from: number,
  to: number,
  lookup: Lookup,
  failures: InterpolationFailure[],
): string {
  const value = lookup(name);
  if (value === undefined) failures.push({ kind: 'unset', from, to, name });
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
