import { didYouMean, nearest } from '../common/nearest.ts';
import type { ProblemFacts } from './problem.ts';
import type { Span } from './source.ts';
import { quote } from './tree.ts';

/** More values than this behind aliases come from aliases that multiply each other, not from a person. */
export const MAX_ALIASED_VALUES = 50_000;

/** And more text than this, in UTF-16 units. */
export const MAX_ALIASED_LENGTH = 16 * 1024 ** 2;

/** The file of a person goes some ten levels deep; what stands behind aliases counts. */
export const MAX_DEPTH = 100;

/** Words, signs, blanks and line ends of a file: each costs about a kilobyte, and a microsecond or two. */
export const MAX_PIECES = 1_500_000;

/** Values that lie too deep within each other. */
export const tooManyLevels: ProblemFacts = {
  code: 'too-deep',
  message: `values within values go deeper than ${MAX_DEPTH} levels here`,
  hint: 'nothing in this file needs that: take some levels out',
};

/** Aliases that multiply each other. */
export const tooManyValues: ProblemFacts = {
  code: 'too-many-values',
  message: `the aliases of this file unfold to more than ${MAX_ALIASED_VALUES} values, or 16 Mi characters`,
  hint: 'use fewer aliases of aliases',
};

/** More pieces than there is room for. */
export const tooManyPieces: ProblemFacts = {
  code: 'too-many-values',
  message: `the file holds more than ${MAX_PIECES / 1_000_000} million words and signs; it is read no further than here`,
  hint: 'nothing that a person writes needs that: is it the file that was meant?',
};

/** A tag that neither YAML nor this file knows. */
export function unknownTag(tag: string): ProblemFacts {
  return {
    code: 'unknown-tag',
    message: `unknown YAML tag ${tag}`,
    hint: 'remove it, or put quotes around a value that begins with !',
  };
}

/** An alias without anchor, with the anchor that may have been meant. */
export function unknownAlias(name: string, anchors: Iterable<string>): ProblemFacts {
  const near = nearest(name, anchors).slice(0, 1);
  return {
    code: 'unknown-alias',
    message: `no anchor &${name} stands before this alias`,
    label: didYouMean(...near.map((anchor) => `*${anchor}`)),
    hint: `mark the value to repeat with &${name}, or put quotes around a value that begins with *`,
  };
}

/** A key that a mapping has already. */
export function duplicateKey(key: string, first: Span): ProblemFacts {
  return {
    code: 'duplicate-key',
    message: `the key ${quote(key)} is given twice`,
    hint: 'keep one of the two',
    related: [{ span: first, label: 'first given here' }],
  };
}

/** A key that is no plain word: missing altogether, or a list, a mapping, an alias. */
export function oddKey(missing: boolean): ProblemFacts {
  const message = missing ? 'a key is missing before the colon' : 'a key must be a plain word';
  return { code: 'odd-key', message, hint: 'write `key: value`' };
}

/** A value in double braces that should be text. */
export function bareTemplate(text: string): ProblemFacts {
  const message = 'a value that begins with {{ must stand in quotes';
  return { code: 'bare-template', message, hint: `write '${text}'` };
}
