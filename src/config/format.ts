import { maskedVariables } from '../common/secrets/masked-variables.ts';
import { maskedWords } from '../common/secrets/masked-words.ts';
import { maskText } from '../common/secrets/secret-parts.ts';
import { safeJson } from '../common/terminal-text.ts';
import type { Workspace } from '../model/workspace.ts';
import { written } from './written.ts';
import { safeYaml } from './yaml-output.ts';

/** How a workspace is written. */
export interface FormatOptions {
  readonly format: 'yaml' | 'json';
  /** Whether secrets are written: values whose name tells of one, and those that show themselves as such. */
  readonly showSecrets: boolean;
}

/**
 * A workspace as the text of a file that means the same: defaults applied, paths absolute, long forms; what has no value
 * is left out. Secrets that are not shown are other values, of course.
 */
export function formatWorkspace(workspace: Workspace, { format, showSecrets }: FormatOptions): string {
  const whole: unknown = JSON.parse(JSON.stringify(written(workspace)));
  const shown = withPlainDollars(showSecrets ? whole : withoutSecrets(whole, ''));
  return format === 'json' ? `${safeJson(JSON.stringify(shown, undefined, 2))}\n` : safeYaml(shown);
}

/** Values as they are written where a dollar sign begins a variable. */
function withPlainDollars(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(withPlainDollars);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withPlainDollars(field)]));
}

/** Names that the user has given are what tells of a secret, not the keys of the file. */
const NAMED_BY_USER = ['environment', 'args', 'labels'];

/** A plain value with its secrets masked; `key` is what it stands under. */
export function withoutSecrets(value: unknown, key: string): unknown {
  if (typeof value === 'string') return maskText(value);
  if (isTexts(value)) return maskedWords(value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, ''));
  if (typeof value !== 'object' || value === null) return value;
  if (NAMED_BY_USER.includes(key) && isVariables(value)) return maskedVariables(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, withoutSecrets(field, name)]),
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isVariables(value: object): value is Readonly<Record<string, string>> {
  return Object.values(value).every((field) => typeof field === 'string');
}
