import { regexFault, type TextTest } from '../../match/index.ts';
import { quote } from '../tree.ts';
import { booleanIn, entries, type Reading, stringIn, textIn, type Value } from './reading.ts';

/** Reads what a value must be: the text itself, or one of the forms that a mapping names; undefined when it is wrong. */
export function readTextTest(
  value: Value,
  of: 'header' | 'baggage' | 'cookie' | 'query',
  reading: Reading,
): TextTest | undefined {
  if (value.node.kind === 'mapping') return readForm(value, of, reading);
  const text = textIn(value);
  return text === undefined || !canBe(text, value, of, reading) ? undefined : { kind: 'exact', text };
}

function readForm(
  value: Value,
  of: Parameters<typeof readTextTest>[1],
  reading: Reading,
): TextTest | undefined {
  const form = onlyForm(value, ['exact', 'prefix', 'regex', 'exists'], reading);
  if (form === undefined) return undefined;
  const { key } = form;
  if (key === 'exists') return readExists(form, reading);
  if (key === 'regex') return readRegex(form, reading);
  const text = textIn(form);
  if (text === undefined || (key !== 'exact' && key !== 'prefix')) return undefined;
  return canBe(text, form, of, reading) ? { kind: key, text } : undefined;
}

function readExists(value: Value, reading: Reading): TextTest | undefined {
  const exists = booleanIn(value);
  if (exists === true) return { kind: 'exists' };
  if (exists === false)
    reading.report(value, {
      code: 'bad-match',
      message: 'what must not be there is said with `except`',
      hint: `write, for example, \`except: [{${value.path.slice(-3, -1).join(': {')}: {exists: true}}}]\``,
    });
  return undefined;
}

/** The one key of a mapping that says how a value must be; undefined when there is none, or when there are several. */
export function onlyForm(
  value: Value,
  known: readonly string[],
  reading: Reading,
): (Value & { readonly key: string }) | undefined {
  const forms = entries(value).filter(({ key }) => known.includes(key));
  const [form, second] = forms;
  // A misspelt key is told as such.
  const hasOthers = entries(value).some(({ key }) => !known.includes(key) && !key.startsWith('x-'));
  if (form !== undefined && second === undefined) return form;
  if (!hasOthers || second !== undefined)
    reading.report(value, {
      code: 'bad-match',
      message:
        form === undefined
          ? 'this does not say how the value must be'
          : `only one of ${forms.map(({ key }) => quote(key)).join(' and ')} can say how the value must be`,
      hint: form === undefined ? `write one of ${known.join(', ')}` : 'remove the others',
    });
  return undefined;
}

/** Reads a regular expression; undefined when it is none. */
export function readRegex(value: Value, reading: Reading): { kind: 'regex'; text: string } | undefined {
  const text = stringIn(value);
  if (text === undefined) return undefined;
  const fault = regexFault(text);
  if (fault === undefined) return { kind: 'regex', text };
  reading.report(value, {
    code: 'bad-regex',
    message: `this is no regular expression of RE2: ${fault}`,
    hint: regexHint(text),
  });
  return undefined;
}

function regexHint(text: string): string | undefined {
  if (/\(\?<?[=!]/.test(text))
    return 'RE2 has no look-ahead and look-behind, since they take too long; say with `except` what is not taken';
  if (/\\[1-9]/.test(text)) return 'RE2 has no references to groups, since they take too long';
  return undefined;
}

/** Whether any request can have such a value: what travels in a head has a form. */
function canBe(
  text: string,
  value: Value,
  of: Parameters<typeof readTextTest>[1],
  reading: Reading,
): boolean {
  const reason = impossible(text, of);
  if (reason === undefined) return true;
  reading.report(value, {
    code: 'bad-match',
    message: `no request has this: ${reason}`,
    hint: 'write the value as it is sent',
  });
  return false;
}

function impossible(text: string, of: Parameters<typeof readTextTest>[1]): string | undefined {
  // In baggage and in a query anything may be encoded.
  if (of === 'baggage' || of === 'query') return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return `a ${of} has no line ends and control characters`;
  if (/^\s|\s$/.test(text)) return `a ${of} has no blanks around its value`;
  if (of === 'cookie' && text.includes(';')) return 'a cookie has no ; in its value';
  return undefined;
}
