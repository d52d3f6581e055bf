import type { PathTest } from '../../match/index.ts';
import { quote } from '../tree.ts';
import { items, type Reading, stringIn, under, type Value } from './reading.ts';
import { onlyForm, readRegex } from './text-test.ts';

/** Reads what the path of a request must be, any of them; those that are wrong are left out. */
export function readPathTests(value: Value, reading: Reading): readonly PathTest[] {
  const all = value.node.kind === 'sequence' ? items(value) : [value];
  return all.flatMap((item) => readPathTest(item, reading) ?? []);
}

function readPathTest(value: Value, reading: Reading): PathTest | undefined {
  if (value.node.kind === 'mapping') {
    const form = onlyForm(value, ['exact', 'regex'], reading);
    if (form?.key === 'regex') return readRegex(form, reading);
    const text = pathIn(under(value, 'exact'), reading);
    return form === undefined || text === undefined ? undefined : { kind: 'exact', text };
  }
  const text = pathIn(value, reading);
  return text === undefined ? undefined : { kind: 'below', text };
}

function pathIn(value: Value | undefined, reading: Reading): string | undefined {
  const text = stringIn(value);
  if (value === undefined || text === undefined) return undefined;
  const fault = faultOf(text);
  if (fault === undefined) return text;
  reading.report(value, { code: 'bad-match', ...fault });
  return undefined;
}

function faultOf(text: string): { readonly message: string; readonly hint: string | undefined } | undefined {
  const [, path = '', sign, query = ''] = /^(?:[a-z]+:\/\/[^/?#]*)?([^?#]*)([?#]?)(.*)$/s.exec(text) ?? [];
  if (/^[a-z]+:\/\//.test(text))
    return { message: `${quote(text)} is more than a path`, hint: `write the path alone: ${path || '/'}` };
  if (sign === '?') {
    const [name = '', value = ''] = query.split('=');
    const parameter = name === '' ? 'NAME: VALUE' : `${name}: ${JSON.stringify(value)}`;
    return {
      message: `no path has a query: ${quote(text)}`,
      hint: `say it beside the path: \`query: {${parameter}}\``,
    };
  }
  if (sign === '#')
    return { message: `no request has ${quote(`#${query}`)}: browsers keep it`, hint: `write ${path}` };
  if (/\/\*+$/.test(text))
    return {
      message: `${quote(text)} is a pattern, and paths are compared as they are`,
      hint: `write ${text.replace(/\/\*+$/, '') || '/'}, which is that path and whatever lies below it`,
    };
  if (text.startsWith('/')) return undefined;
  return { message: `${quote(text)} is no path: it does not begin with /`, hint: `write /${text.trim()}` };
}
