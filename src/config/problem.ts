import { maskValues } from '../common/secrets/known-values.ts';
import { maskText } from '../common/secrets/secret-parts.ts';
import { oddCause } from './odd-characters.ts';
import { lineEnd, positionOf, type Span } from './source.ts';

/** One thing that is wrong in a file, with the place where it can be mended. */
export interface Problem extends Position {
  /** One sentence, lower case, naming the wrong value. */
  readonly message: string;
  /** The fix in words; absent when the message says it all. */
  readonly hint?: string;
  /** Stable kebab-case name of the kind of problem, e.g. `unknown-key`. */
  readonly code: string;
  /** Where it is in the structure, e.g. `services.app.ports[0]`; empty for the file as a whole. */
  readonly path: string;
  /** Few words behind the marker, e.g. `did you mean "command"?`; absent when the marker speaks for itself. */
  readonly label?: string;
  /** Further places that explain it, such as the first of two things that clash. */
  readonly related?: readonly RelatedPlace[];
}

/** A place in a file as people and editors count it. */
export interface Position {
  /** Absolute path of the file. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** Length of the marked token on that line, in UTF-16 units; 0 when something is missing there. */
  readonly length: number;
}

/** Another place that a problem refers to. */
interface RelatedPlace extends Position {
  /** What is to be seen there, e.g. `first published here`. */
  readonly label: string;
}

/** What is said about a place; the place itself is given by whoever reports it. */
export interface ProblemFacts {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly label?: string | undefined;
  readonly related?: readonly { readonly span: Span; readonly label: string }[] | undefined;
}

/** Keys and list indexes from the top of a file to a value. */
export type Path = readonly (string | number)[];

/**
 * Makes the problem of a piece of a file. A piece of several lines is marked on its first. Where the piece holds a
 * character that only looks like one of YAML's, the problem is that.
 */
export function problemAt(span: Span, path: Path, facts: ProblemFacts): Problem {
  const cause = oddCause(span, facts.code);
  return cause === undefined ? plainProblem(span, path, facts) : plainProblem(cause.span, path, cause.facts);
}

function plainProblem(span: Span, path: Path, facts: ProblemFacts): Problem {
  const { code, message, hint, label, related } = facts;
  return {
    ...spanPosition(span),
    code,
    message,
    path: pathText(path),
    ...(hint === undefined ? {} : { hint }),
    ...(label === undefined ? {} : { label }),
    ...(related === undefined || related.length === 0
      ? {}
      : { related: related.map((place) => ({ ...spanPosition(place.span), label: place.label })) }),
  };
}

/** All that is said of a problem, a line each. */
export function wordsOf({ message, hint, label }: Problem): string {
  return [message, hint, label].filter((text) => text !== undefined).join('\n');
}

/** The problem in words that quote none of these secrets, nor any that shows itself as one. */
export function withoutSecrets(problem: Problem, secrets: readonly string[]): Problem {
  const { message, hint, label } = problem;
  const masked = (text: string) => maskText(maskValues(text, secrets));
  return {
    ...problem,
    message: masked(message),
    ...(hint === undefined ? {} : { hint: masked(hint) }),
    ...(label === undefined ? {} : { label: masked(label) }),
  };
}

/** The path as people write it: `services.app.ports[0]`; a key with other characters than a name's is quoted. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/**
 * By position, each place and message once: what an alias repeats is one mistake. Files come in the order given, those
 * that are not in it behind them.
 */
export function sortProblems(problems: readonly Problem[], order: readonly string[] = []): Problem[] {
  const files = [...new Set([...order, ...problems.map((problem) => problem.file)])];
  const sorted = [...problems].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
  const seen = new Set<string>();
  return sorted.filter((problem) => {
    const key = [problem.file, problem.line, problem.column, problem.length, problem.code].join('\0');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function spanPosition(span: Span): Position {
  const { line, column } = positionOf(span.source, span.start);
  const end = Math.min(span.end, lineEnd(span.source, span.start));
  return { file: span.source.file, line, column, length: Math.max(0, end - span.start) };
}
