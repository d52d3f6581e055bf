import { didYouMean, nearest } from '../../common/nearest.ts';
import { meantOr } from '../meant-or.ts';
import type { ProblemFacts } from '../problem.ts';
import type { Span } from '../source.ts';
import { quote } from '../tree.ts';
import { listed } from '../wording.ts';
import { expandPath } from './path.ts';
import { booleanIn, entries, type Reading, stringIn, under, type Value } from './reading.ts';

/** What a declared content is for. */
export type ContentNoun = 'secret' | 'config';

/** Keys for where a content comes from, of which one is given. */
const keys = ['file', 'environment', 'content'];

/** Where a declared content comes from. */
export type Content =
  | {
      readonly kind: 'file';
      /** Absolute path on this machine. */
      readonly path: string;
      /** Where the file names it. */
      readonly place: Value;
    }
  | { readonly kind: 'text'; readonly text: string }
  /** It cannot be had, which is told where it is used. */
  | { readonly kind: 'missing'; readonly why: ProblemFacts; readonly place: Value; readonly span: Span }
  /** What is wrong with it is told already. */
  | { readonly kind: 'none' };

/** The content behind a name, where there is one; else what is wrong is told. */
export function usableContent(
  name: string,
  user: Value,
  noun: ContentNoun,
  contents: ReadonlyMap<string, Content>,
  reading: Reading,
): Extract<Content, { kind: 'file' | 'text' }> | undefined {
  const content = contents.get(name);
  if (content === undefined) reading.report(user, undeclared(name, noun, contents));
  // Whoever only wants to clean up needs none.
  else if (content.kind === 'missing' && reading.files !== undefined)
    reading.report(content.place, content.why, content.span);
  return content?.kind === 'file' || content?.kind === 'text' ? content : undefined;
}

function undeclared(name: string, noun: ContentNoun, contents: ReadonlyMap<string, Content>): ProblemFacts {
  const [near] = nearest(name, [...contents.keys()]);
  const declare = `declare it at the top level: \`${noun}s: {${name}: {file: ./${name}.txt}}\``;
  return {
    code: `undeclared-${noun}`,
    message: `the ${noun} ${quote(name)} is not declared`,
    ...meantOr(declare, near),
  };
}

/** Reads the declared secrets or configs of a file. */
export function readContents(
  value: Value | undefined,
  noun: ContentNoun,
  reading: Reading,
): ReadonlyMap<string, Content> {
  const declared = entries(value).filter(({ key }) => !key.startsWith('x-'));
  return new Map(declared.map((entry) => [entry.key, readContent(entry, noun, reading)]));
}

function readContent(
  entry: ReturnType<typeof entries>[number],
  noun: ContentNoun,
  reading: Reading,
): Content {
  const name = `the ${noun} ${JSON.stringify(entry.key)}`;
  // A secret that is written down here is none for long.
  const proposed = noun === 'secret' ? keys.filter((key) => key !== 'content') : keys;
  const refuse = (message: string, hint: string): Content => {
    reading.report(entry, { code: `bad-${noun}`, message, hint }, entry.keySpan);
    return { kind: 'none' };
  };
  const external = under(entry, 'external');
  if (external?.node.kind === 'mapping' || booleanIn(external) === true)
    return {
      kind: 'missing',
      why: {
        code: `bad-${noun}`,
        message: `${name} is kept elsewhere, where devenv cannot take it from`,
        hint: `give it a ${listed(proposed, 'or')}`,
      },
      place: entry,
      span: entry.keySpan,
    };
  const given = keys.filter((key) => under(entry, key) !== undefined);
  const [first, second] = given;
  if (first === undefined || second !== undefined) {
    const how = first === undefined ? 'has no source' : `has more than one source: ${listed(given, 'and')}`;
    return refuse(`${name} ${how}`, `give it one: ${listed(proposed, 'or')}`);
  }
  const place = under(entry, first);
  const text = stringIn(place);
  if (place === undefined || text === undefined) return { kind: 'none' };
  if (first === 'content') return { kind: 'text', text };
  if (first === 'file') return { kind: 'file', path: expandPath(text, place, reading), place };
  const variables = reading.variablesOf(place);
  const held = variables.get(text);
  if (held !== undefined) return { kind: 'text', text: held };
  const why = {
    code: 'unset-variable',
    message: `the variable ${text}, which holds ${name}, is not set`,
    label: didYouMean(...nearest(text, variables.names()).slice(0, 1)),
    hint: 'set it in the environment or in .env',
  };
  return { kind: 'missing', why, place, span: place.node.mark };
}
