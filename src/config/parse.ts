import type { Document } from 'yaml';
import { buildTree } from './build-tree.ts';
import { controlCharacters } from './odd-characters.ts';
import { type Problem, problemAt } from './problem.ts';
import { lineEnd, type Source } from './source.ts';
import type { Node } from './tree.ts';
import { unseenCharacters } from './unseen-characters.ts';
import { documentsOf } from './yaml-documents.ts';
import { syntaxProblem } from './yaml-syntax.ts';

/** A parsed file; `root` is absent when it has no content or its syntax is broken. */
export interface Parsed {
  readonly root?: Node;
  readonly problems: readonly Problem[];
}

/** Parses YAML 1.2 with merge keys into a tree that knows its places. Never throws for bad content. */
export function parseYaml(source: Source): Parsed {
  const controls = controlCharacters(source).map(({ span, facts }) => problemAt(span, [], facts));
  if (controls.length > 0) return { problems: controls };
  const unseen = unseenCharacters(source);
  if (unseen.length > 0) return { problems: unseen };
  const documents = documentsOf(source);
  if ('message' in documents) return { problems: [documents] };
  const [document, second] = documents;
  if (document === undefined) return { problems: [] };
  const broken = syntaxProblem(document, source);
  if (broken !== undefined) return { problems: [broken] };
  if (second !== undefined) return { problems: [secondDocument(second, source)] };
  return buildTree(document, source);
}

function secondDocument(document: Document.Parsed, source: Source): Problem {
  const content = document.contents?.range[0] ?? document.range[0];
  const divider = Math.max(0, source.text.lastIndexOf('---', content));
  return problemAt({ source, start: divider, end: lineEnd(source, divider) }, [], {
    code: 'several-documents',
    message: 'a second YAML document begins here',
    hint: 'keep one document in the file; every environment has a file of its own',
  });
}
