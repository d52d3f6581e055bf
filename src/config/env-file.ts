import { Faults } from './env-file-faults.ts';
import { hasVariables, interpolate, type Lookup, type Room } from './interpolate.ts';
import { type Problem, type ProblemFacts, problemAt } from './problem.ts';
import { lineEnd, type Source, type Span } from './source.ts';
import type { Scalar } from './tree.ts';
import { isAboutName, variableProblems } from './variable-problems.ts';

/** What an env file says. */
export interface EnvFile {
  /** Variables in the order of the file; a later line replaces an earlier one of the same name. */
  readonly values: ReadonlyMap<string, string>;
  /** All that is wrong in it. */
  readonly problems: readonly Problem[];
  /** Names whose values are wrong, or come from such: their values mean nothing. */
  readonly faulty: ReadonlySet<string>;
  /** What is wrong with the values of these names. */
  readonly problemsOf: (names: ReadonlySet<string>) => readonly Problem[];
  /** The file's text with every value masked, for showing problems: such files hold secrets. */
  readonly masked: string;
}

/**
 * Reads lines of `NAME=value`. `export` may stand before the name, and `NAME` alone takes the value from `lookup`.
 * Values without quotes end at a ` #` comment; they and those in double quotes are interpolated, with variables of
 * `lookup` before those of earlier lines. Double quotes know the escapes `\n \r \t \" \\ \$`; single quotes are
 * literal. Both may hold several lines. `earlier` has the variables of files before this one, which come last.
 * `room` is what all values of the loading share.
 */
export function parseEnvFile(
  source: Source,
  lookup: Lookup,
  earlier: Lookup = () => undefined,
  room?: Room,
): EnvFile {
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  const faults = new Faults();
  const hidden: Span[] = [];
  const known: Lookup = (name) => lookup(name) ?? values.get(name) ?? earlier(name);

  for (let at = 0; at < source.text.length; ) {
    const line = readLine(source, at);
    const end = line.kind === 'value' || line.kind === 'fault' ? line.hide.end : at;
    at = nextLine(source, end);
    switch (line.kind) {
      case 'nothing':
        break;
      case 'fault':
        hidden.push(line.hide);
        problems.push(problemAt(line.mark, [], { code: 'env-file-syntax', ...line.facts }));
        if (line.name === undefined) break;
        faults.add(line.name, problems.slice(-1), []);
        values.set(line.name, '');
        break;
      case 'inherited': {
        const inherited = lookup(line.name);
        if (inherited !== undefined) values.set(line.name, inherited);
        break;
      }
      case 'value': {
        hidden.push(line.hide);
        const template = scalarOf(line);
        const from = faults.follow(values, lookup, known);
        const replaced = interpolate(line.literal ? '' : line.text, from.lookup, room);
        const failed = replaced.failures.map((failure) => ({ scalar: template, path: [], failure }));
        faults.add(line.name, [], failed, from.used);
        // Set even after a failure: that the value is wrong is said once, here, and not wherever it is used.
        values.set(line.name, line.literal ? line.text : replaced.text);
        break;
      }
    }
  }
  const variables = { get: known, names: () => values.keys() };
  const plainDollar = 'single quotes around the value keep a dollar sign';
  const unset = variableProblems(faults.failed, variables, plainDollar);
  return {
    values,
    problems: [...problems, ...unset],
    faulty: faults.names,
    problemsOf: (names) => {
      const { problems: syntax, failed } = faults.of(names);
      return [...syntax, ...variableProblems(failed, variables, plainDollar)];
    },
    masked: mask(source, hidden, unset.filter(isAboutName)),
  };
}

type EnvLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'inherited'; readonly name: string }
  | {
      readonly kind: 'value';
      readonly name: string;
      /** Without quotes and escapes, before interpolation. */
      readonly text: string;
      readonly quoted: boolean;
      /** True when a dollar sign in it is just that. */
      readonly literal: boolean;
      readonly hide: Span;
    }
  | {
      readonly kind: 'fault';
      /** Absent when it cannot be told. */
      readonly name?: string;
      readonly facts: Omit<ProblemFacts, 'code'>;
      readonly mark: Span;
      readonly hide: Span;
    };

/** What begins at the start of a line; a value in quotes may end on a later one. */
function readLine(source: Source, at: number): EnvLine {
  const end = lineEnd(source, at);
  const line = source.text.slice(at, end);
  if (/^\s*(#|$)/.test(line)) return { kind: 'nothing' };
  const head = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(?:([=:])[ \t]*|$)/.exec(line);
  const name = head?.[1];
  if (head === null || name === undefined) {
    const whole = { source, start: at + line.search(/\S/), end };
    const message = 'this line is not of the form NAME=value';
    const hint = 'put quotes around a value of several lines, and # before a comment';
    return { kind: 'fault', facts: { message, hint }, mark: whole, hide: whole };
  }
  if (head[2] === undefined) return { kind: 'inherited', name };
  const start = at + head[0].length;
  const opening = source.text[start];
  if (opening === '"' || opening === "'") return quotedValue(source, name, start, opening);
  // The blank before a comment may be the one behind the equals sign.
  const from = /[ \t]$/.test(head[0]) ? start - 1 : start;
  const text = source.text
    .slice(from, end)
    .replace(/[ \t]#.*$/, '')
    .trim();
  const hide = { source, start, end };
  return { kind: 'value', name, text, quoted: false, literal: !hasVariables(text), hide };
}

function quotedValue(source: Source, name: string, start: number, opening: '"' | "'"): EnvLine {
  const pattern = opening === '"' ? /"((?:[^"\\]|\\[\s\S])*)"/y : /'([^']*)'/y;
  pattern.lastIndex = start;
  const match = pattern.exec(source.text);
  if (match === null) {
    const facts = { message: 'this quote is never closed', hint: `add ${opening} where the value ends` };
    const mark = { source, start, end: start + 1 };
    return { kind: 'fault', name, facts, mark, hide: { source, start, end: source.text.length } };
  }
  const end = start + match[0].length;
  const rest = source.text.slice(end, lineEnd(source, end));
  if (!/^\s*(#.*)?$/.test(rest)) {
    const message = 'something follows the closing quote of this value';
    const hint = 'put the whole value in quotes, or write \\" for a quote within double quotes';
    const hide = { source, start, end: end + rest.length };
    return { kind: 'fault', name, facts: { message, hint }, mark: { ...hide, end }, hide };
  }
  const content = match[1] ?? '';
  const text = opening === '"' ? withoutEscapes(content) : content;
  const literal = opening === "'" || !hasVariables(text);
  return { kind: 'value', name, text, quoted: true, literal, hide: { source, start, end } };
}

/** Resolves the escapes of double quotes; an escaped dollar sign becomes `$$`, which interpolation leaves as one. */
function withoutEscapes(content: string): string {
  const meaning: Readonly<Record<string, string>> = {
    n: '\n',
    r: '\r',
    t: '\t',
    '"': '"',
    '\\': '\\',
    $: '$$',
  };
  return content.replace(/\\([\s\S])/g, (whole, letter: string) => meaning[letter] ?? whole);
}

/** The value as a scalar, which knows where its parts stand. */
function scalarOf({ text, quoted, hide }: EnvLine & { kind: 'value' }): Scalar {
  const mark = { ...hide, end: Math.min(hide.end, lineEnd(hide.source, hide.start)) };
  return { kind: 'scalar', value: text, text, quoted, span: hide, mark };
}

function nextLine(source: Source, end: number): number {
  const next = source.text.indexOf('\n', end);
  return next < 0 ? source.text.length : next + 1;
}

/** Hides values, except for the names of variables in them that are the problem. */
function mask(source: Source, hidden: readonly Span[], shown: readonly Problem[]): string {
  const characters = source.text.split('');
  for (const { start, end } of hidden) {
    for (let at = start; at < end; at++) if (!/\s/.test(characters[at] ?? '')) characters[at] = '*';
  }
  for (const { line, column, length } of shown) {
    const start = (source.lineStarts[line - 1] ?? 0) + column - 1;
    for (let at = start; at < start + length; at++) characters[at] = source.text[at] ?? '';
  }
  return characters.join('');
}
