import { wrongUse } from './wrong-use.ts';

/** Variables from `NAME=VALUE`, a later one over an earlier. Errors: `usage` for what is none. */
export function givenVariables(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map(variable));
}

function variable(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw wrongUse(`${JSON.stringify(text)} is no variable`, 'write -e NAME=VALUE');
}
