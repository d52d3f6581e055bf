import { shellQuoted } from '../../common/shell-quoted.ts';
import { safeJson } from '../../common/terminal-text.ts';

/** Forms in which variables are written for other programs. */
export const VARIABLE_FORMATS = ['dotenv', 'json', 'shell'] as const;

/** One of them. */
export type VariableFormat = (typeof VARIABLE_FORMATS)[number];

/** Variables as text. */
export interface WrittenVariables {
  readonly text: string;
  /** Names that this form cannot have, and that are left out. */
  readonly leftOut: readonly string[];
}

/**
 * Variables by name, sorted, as lines of an env file that Compose, Docker's own excepted, and the libraries named dotenv read
 * alike; as an object of JSON; or as commands that any POSIX shell evaluates. Pure.
 */
export function writtenVariables(
  variables: Readonly<Record<string, string>>,
  format: VariableFormat,
): WrittenVariables {
  const sorted = Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1));
  if (format === 'json')
    return { text: `${safeJson(JSON.stringify(Object.fromEntries(sorted), undefined, 2))}\n`, leftOut: [] };
  const isName = format === 'shell' ? /^[A-Za-z_]\w*$/ : /^[A-Za-z_][\w.-]*$/;
  const line =
    format === 'shell'
      ? ([name, value]: readonly [string, string]) => `export ${name}=${shellWord(value)}\n`
      : ([name, value]: readonly [string, string]) => `${name}=${dotenvQuoted(value)}\n`;
  return {
    text: sorted.flatMap((entry) => (isName.test(entry[0]) ? [line(entry)] : [])).join(''),
    leftOut: sorted.flatMap(([name]) => (isName.test(name) ? [] : [name])),
  };
}

/** What needs no quotes in either form. */
const PLAIN = /^[\w./:@%+,-]+$/;

function shellWord(value: string): string {
  return PLAIN.test(value) ? value : shellQuoted(value);
}

/** Single quotes keep everything as it is, but for themselves. */
function dotenvQuoted(value: string): string {
  if (PLAIN.test(value)) return value;
  if (!/['\n\r]/.test(value)) return `'${value}'`;
  const escaped = value
    .replaceAll(/[\\"$]/g, (sign) => `\\${sign}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  return `"${escaped}"`;
}
