import type { EnvFile } from './env-file.ts';
import type { Lookup } from './interpolate.ts';
import { type Problem, problemAt } from './problem.ts';
import { lineText, type Source } from './source.ts';

/**
 * Reads lines of `NAME=value` as they are: quotes, dollar signs and everything else behind the equals sign belong to
 * the value. Lines that begin with # are comments, and `NAME` alone takes the value from `lookup`.
 */
export function parseRawEnvFile(source: Source, lookup: Lookup): EnvFile {
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  const masked: string[] = [];
  for (const [index, start] of source.lineStarts.entries()) {
    const line = lineText(source, index + 1);
    const head = /^\s*([A-Za-z_][A-Za-z0-9_.-]*)(=|\s*$)/.exec(line);
    if (/^\s*(#|$)/.test(line)) {
      masked.push(line);
    } else if (head?.[1] === undefined) {
      const from = line.search(/\S/);
      const span = { source, start: start + from, end: start + line.length };
      const message = 'this line is not of the form NAME=value';
      const exported = /^export\s+/.exec(line.slice(from));
      const hint =
        exported === null
          ? 'a name has letters, digits and _; # begins a comment'
          : 'remove export: this file is raw';
      problems.push(problemAt(span, [], { code: 'env-file-syntax', message, hint }));
      masked.push(line.replace(/\S/g, '*'));
    } else if (head[2] === '=') {
      values.set(head[1], line.slice(head[0].length));
      masked.push(head[0] + line.slice(head[0].length).replace(/\S/g, '*'));
    } else {
      const inherited = lookup(head[1]);
      if (inherited !== undefined) values.set(head[1], inherited);
      masked.push(line);
    }
  }
  return { values, problems, faulty: new Set(), problemsOf: () => [], masked: masked.join('\n') };
}
