import { type Document, visit, type YAMLError } from 'yaml';
import { type Problem, type ProblemFacts, problemAt } from './problem.ts';
import { lineEnd, lineText, positionOf, type Source, type Span, spanText } from './source.ts';
import { quote } from './tree.ts';
import { misaligned } from './yaml-indentation.ts';

/**
 * The first syntax error of a document in words that name the fix; undefined when there is none. Only the first:
 * what a parser says after it is mostly about its own confusion.
 */
export function syntaxProblem(document: Document.Parsed, source: Source): Problem | undefined {
  const [error, next] = document.errors;
  if (error === undefined) return undefined;
  const { span, ...facts } = explain(error, next, document, source);
  return problemAt(span, [], { code: 'yaml-syntax', ...facts });
}

/** A syntax error in words, and what to underline. */
export type Explanation = Omit<ProblemFacts, 'code'> & { readonly span: Span };

function explain(
  error: YAMLError,
  next: YAMLError | undefined,
  document: Document.Parsed,
  source: Source,
): Explanation {
  const [start, end] = error.pos;
  const here: Span = { source, start, end: Math.max(start, Math.min(end, source.text.length)) };
  if (source.text.startsWith('${', start - 1)) return bareVariable(here);
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return tabs(here);
    case 'MULTILINE_IMPLICIT_KEY':
      return missingColon(here);
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (next?.code !== 'MULTILINE_IMPLICIT_KEY') return secondColon(here);
      return strayLine(source, Math.max(next.pos[0], next.pos[1] - 1));
    case 'MISSING_CHAR':
      if (error.message.includes('quote')) return openQuote(document, here);
      if (error.message.startsWith('Missing ,')) return missingComma(here);
      return error.message.startsWith('Implicit') ? missingColon(here) : inWordsOfTheParser(error, here);
    case 'BAD_INDENT':
      return error.message.startsWith('Flow') ? openBracket(document, here) : strayLine(source, start);
    case 'BAD_SCALAR_START':
      return {
        span: restOfLine(here),
        message: `a value cannot begin with ${spanText(here)}`,
        hint: `put quotes around it: ${quoted(spanText(restOfLine(here)))}`,
      };
    case 'UNEXPECTED_TOKEN':
      return unexpected(here);
    case 'BAD_DQ_ESCAPE':
      return {
        span: { ...here, end: here.start + 2 },
        message: `${source.text.slice(start, start + 2)} means nothing within double quotes`,
        hint: 'write \\\\ for a backslash, or use single quotes, where a backslash is just that',
      };
    case 'BAD_ALIAS':
      return {
        span: restOfLine(here),
        message: `${spanText(here)} needs a name behind it: it begins ${spanText(here) === '&' ? 'an anchor' : 'an alias'}`,
        hint: `put quotes around the value if ${spanText(here)} belongs to it`,
      };
    default:
      return inWordsOfTheParser(error, here);
  }
}

function inWordsOfTheParser(error: YAMLError, here: Span): Explanation {
  return { span: here, message: error.message.charAt(0).toLowerCase() + error.message.slice(1) };
}

function tabs(here: Span): Explanation {
  const lines = here.source.text.split('\n').filter((line) => /^ *\t/.test(line)).length;
  const count = lines > 1 ? `; ${lines} lines of this file begin with a tab` : '';
  return {
    span: here,
    message: 'YAML cannot be indented with tabs',
    label: 'tab',
    hint: `use spaces, two for each level${count}`,
  };
}

/** A word where a key should be: without its colon, or with the colon glued to the value. */
function missingColon(here: Span): Explanation {
  const line = restOfLine({ ...here, end: here.start });
  const text = spanText(line);
  const glued = /^([\w.-]+):(\S.*)$/.exec(text);
  if (glued !== null) {
    return {
      span: line,
      message: `a space is missing after the colon of ${quote(glued[1] ?? '')}`,
      hint: `write \`${glued[1]}: ${glued[2]}\``,
    };
  }
  const item = /^-(\S.*)$/.exec(text);
  if (item !== null) {
    return { span: line, message: 'a space is missing after the dash', hint: `write \`- ${item[1]}\`` };
  }
  return {
    span: line,
    message: `${quote(text)} is no key, because no colon follows it`,
    hint: /^[\w.-]+$/.test(text) ? `write \`${text}:\`` : 'write `key: value`',
  };
}

/** `${NAME}` without quotes within brackets, where YAML takes the brace for a mapping. */
function bareVariable(here: Span): Explanation {
  const { source, start } = here;
  const before = /[^\s,:[{]*$/.exec(source.text.slice(0, start))?.[0] ?? '';
  const after = /^\{[^}\n]*\}?[^\s,\]}]*/.exec(source.text.slice(start))?.[0] ?? '';
  const span = { source, start: start - before.length, end: start + after.length };
  return {
    span,
    message: 'within brackets, a value with ${ must stand in quotes',
    hint: `write ${quoted(spanText(span))}`,
  };
}

function missingComma(here: Span): Explanation {
  return {
    span: here,
    message: 'a comma is missing before this',
    hint: 'within brackets, commas stand between items',
  };
}

function secondColon(here: Span): Explanation {
  const value = restOfLine(here);
  return {
    span: value,
    message: 'a value without quotes cannot contain a colon and a space',
    hint: `put quotes around it: ${quoted(spanText(value))}`,
  };
}

function openQuote(document: Document.Parsed, here: Span): Explanation {
  let start = here.start;
  visit(document, {
    Scalar: (_, node) => {
      const opens = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
      if (opens && node.range && node.range[0] <= here.start) start = node.range[0];
    },
  });
  return {
    span: restOfLine({ ...here, start, end: start }),
    message: 'this quote is never closed',
    hint: `add ${here.source.text[start] ?? 'a quote'} where the value ends`,
  };
}

/** A list or mapping in brackets that ends too late or not at all. */
function openBracket(document: Document.Parsed, here: Span): Explanation {
  let start = here.start;
  visit(document, {
    Collection: (_, node) => {
      const text = here.source.text[node.range?.[0] ?? -1];
      if ((text === '[' || text === '{') && node.range && node.range[0] < here.start) start = node.range[0];
    },
  });
  const opening = here.source.text[start] ?? '[';
  const closing = opening === '[' ? ']' : '}';
  if (isClosedBeforeNextKey(here.source.text, start, here.start)) {
    return {
      span: restOfLine({ ...here, end: here.start }),
      message: `this line belongs to the ${opening} above it, but is not indented deeper than its key`,
      hint: 'indent it by two more spaces, and the lines after it up to the end of the brackets',
      related: [{ span: { ...here, start, end: start + 1 }, label: 'begins here' }],
    };
  }
  return {
    span: restOfLine({ ...here, start, end: start }),
    message: `this ${opening} is never closed`,
    hint: `add ${closing} where it ends`,
  };
}

/** Whether the bracket at `start` finds its partner before a line after `from` that looks like a key. */
function isClosedBeforeNextKey(text: string, start: number, from: number): boolean {
  const nextKey = /^[ \t]*[\w.-]+:(\s|$)/m.exec(text.slice(from));
  const part = text.slice(start, nextKey === null ? undefined : from + nextKey.index);
  let depth = 0;
  for (const [token] of part.matchAll(/"(?:[^"\\]|\\[\s\S])*"|'[^']*'|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
    if (depth === 0) return true;
  }
  return false;
}

/** A line that stands where none can: wrongly indented, unless it is a list item whose dash is glued to it. */
function strayLine(source: Source, offset: number): Explanation {
  const { line } = positionOf(source, offset);
  const start = (source.lineStarts[line - 1] ?? 0) + Math.max(0, lineText(source, line).search(/\S/));
  if (/^-[^\s-]/.test(source.text.slice(start))) return missingColon({ source, start, end: start });
  return misaligned(source, line);
}

function unexpected(here: Span): Explanation {
  const { source, start } = here;
  const token = source.text[start] ?? '';
  const line = restOfLine({ ...here, end: here.start });
  const before = source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start);
  if (token === '-' && /:\s*$/.test(before)) {
    return {
      span: line,
      message: 'a list item cannot begin on the line of its key',
      hint: `put \`${spanText(line)}\` on a line of its own, indented below the key`,
    };
  }
  if (/[|>]\S*$/.test(before)) {
    return {
      span: line,
      message: 'nothing may follow | or > on its line',
      hint: 'begin the text on the next line, or put quotes around the value',
    };
  }
  const closed = /(["'])\s*$/.exec(before)?.[1];
  if (closed !== undefined) {
    const other = closed === '"' ? "'" : '"';
    return {
      span: line,
      message: `the value ends with the quote ${closed} before this`,
      hint: `put ${other} around the whole value, or write ${closed === '"' ? '\\"' : "''"} for a quote within it`,
    };
  }
  if (token === ']' || token === '}') {
    return {
      span: here,
      message: `this ${token} closes nothing`,
      hint: 'remove it, or put quotes around the value',
    };
  }
  return {
    span: line,
    message: `YAML does not expect ${quote(spanText(line))} here`,
    hint: 'put quotes around the value',
  };
}

/** From the start of a span to the end of its line, without a comment. */
function restOfLine(span: Span): Span {
  const end = lineEnd(span.source, span.start);
  const text = span.source.text
    .slice(span.start, end)
    .replace(/\s+#.*$/, '')
    .trimEnd();
  return { ...span, end: span.start + Math.max(1, text.length) };
}

function quoted(text: string): string {
  if (!/["\\]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "''")}'`;
}
