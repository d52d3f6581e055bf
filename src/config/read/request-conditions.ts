import { type Alternative, type Condition, isMarkName } from '../../match/index.ts';
import { type Node, quote } from '../tree.ts';
import { MARK_FORM } from './own-mark.ts';
import { entries, items, type Reading, stringIn, type Value } from './reading.ts';
import { readPathTests } from './request-path.ts';
import { readTextTest } from './text-test.ts';

/** The kinds of values that have names, by their key. */
const NAMED = { headers: 'header', baggage: 'baggage', cookies: 'cookie', query: 'query' } as const;

/** What names of headers, cookies, members of baggage and methods are made of (RFC 9110, 5.6.2). */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** Reads what must hold of a request; undefined when something of it is wrong, or when it asks for nothing. */
export function readConditions(value: Value, reading: Reading): Alternative | undefined {
  const before = reading.problems.length;
  if (value.node.kind !== 'mapping') return undefined;
  const conditions = entries(value).flatMap((entry): Condition[] => {
    switch (entry.key) {
      case 'headers':
      case 'baggage':
      case 'cookies':
      case 'query':
        return readNamed(entry, entry.key, reading);
      case 'path':
        return condition('path', readPathTests(entry, reading));
      case 'methods':
        return condition('method', readMethods(entry, reading));
      case 'mark':
        return readMark(entry, reading);
      default:
        return [];
    }
  });
  if (reading.problems.length > before) return undefined;
  if (conditions.length > 0) return conditions;
  if (entries(value).every(isNothing)) asksNothing(value, reading);
  return undefined;
}

/** Whatever else is there and was not read is told with its key or its type. */
function isNothing({ key, node }: { readonly key: string; readonly node: Node }): boolean {
  return key.startsWith('x-') || (node.kind === 'mapping' && node.entries.length === 0);
}

function condition<Of extends 'path' | 'method', Test>(
  of: Of,
  anyOf: readonly Test[],
): { readonly of: Of; readonly anyOf: readonly Test[] }[] {
  return anyOf.length === 0 ? [] : [{ of, anyOf }];
}

function readNamed(value: Value, key: keyof typeof NAMED, reading: Reading): Condition[] {
  const of = NAMED[key];
  const seen = new Map<string, string>();
  return entries(value).flatMap((entry) => {
    const name = of === 'header' ? entry.key.toLowerCase() : entry.key;
    const earlier = seen.get(name);
    seen.set(name, entry.key);
    if (of !== 'query' && !TOKEN.test(name)) {
      const message = `${quote(entry.key)} cannot be the name of a ${of === 'baggage' ? 'member of baggage' : of}`;
      const hint = of === 'header' ? headerHint(entry.key) : 'letters, digits and - . _ are usual';
      reading.report(entry, { code: 'bad-match', message, hint }, entry.keySpan);
      return [];
    }
    if (earlier !== undefined) {
      const message = `the header ${quote(entry.key)} is there already as ${quote(earlier)}: their names have no case`;
      reading.report(entry, { code: 'bad-match', message, hint: 'remove one of the two' }, entry.keySpan);
      return [];
    }
    const test = readTextTest(entry, of, reading);
    return test === undefined ? [] : [{ of, name, test }];
  });
}

/** Other tools have name and value in one text. */
function headerHint(text: string): string {
  const [, name, value] = /^([^\s:=]+)\s*[:=]\s*(.*)$/.exec(text) ?? [];
  return name === undefined || value === undefined
    ? 'letters, digits and - are usual'
    : `write \`headers: {${name}: ${value || 'VALUE'}}\``;
}

function readMethods(value: Value, reading: Reading): readonly string[] {
  const all = value.node.kind === 'sequence' ? items(value) : [value];
  const methods = all.flatMap((item) => {
    const text = stringIn(item);
    if (text === undefined || TOKEN.test(text)) return text?.toUpperCase() ?? [];
    const hint = /^[A-Z]+([,| ]+[A-Z]+)+$/i.test(text)
      ? `write \`[${text.split(/[,| ]+/).join(', ')}]\``
      : undefined;
    reading.report(item, { code: 'bad-match', message: `${quote(text)} is no method`, hint });
    return [];
  });
  return [...new Set(methods)];
}

function readMark(value: Value, reading: Reading): Condition[] {
  const name = stringIn(value);
  if (name === undefined) return [];
  if (isMarkName(name)) return [{ of: 'mark', name }];
  reading.report(value, {
    code: 'bad-mark',
    message: `${quote(name)} cannot mark requests`,
    hint: MARK_FORM,
  });
  return [];
}

function asksNothing(value: Value, reading: Reading): void {
  reading.report(value, {
    code: 'bad-match',
    message: 'this asks nothing of a request',
    hint: value.path.includes('match')
      ? 'remove `match` to take all requests, or say what they have, for example `match: {headers: {x-user: ann}}`'
      : 'remove it, or say what the requests have, for example `except: [{path: /healthz}]`',
  });
}
