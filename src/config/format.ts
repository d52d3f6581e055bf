import { maskedVariables } from '../common/secrets/masked-variables.ts';
import { maskedWords } from '../common/secrets/masked-words.ts';
import { MASK, maskText } from '../common/secrets/secret-parts.ts';
import { safeJson } from '../common/terminal-text.ts';
import type { Workspace } from '../model/workspace.ts';
import type { Node } from './tree.ts';
import { uninterpolated } from './uninterpolated.ts';
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
  return inFormat(shown, format);
}

/**
 * The file as it stands there, with its variables and short forms; aliases and merge keys are resolved, layers merged,
 * keys that begin with `x-` are gone, and relative paths begin in `directory`, where the file would lie. Secrets are those
 * that stand in it: what a variable brings is not in it, nor that an included file has variables of its own.
 */
export function formatUninterpolated(
  root: Node,
  { format, showSecrets, directory }: FormatOptions & { readonly directory: string },
): string {
  const whole: unknown = uninterpolated(root, directory);
  const shown = showSecrets ? whole : withoutSecrets(whole, '');
  return inFormat(shown, format);
}

function inFormat(shown: unknown, format: FormatOptions['format']): string {
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
const NAMED_BY_USER = ['environment', 'args', 'labels', 'headers', 'baggage', 'cookies', 'query'];

/** A plain value with its secrets masked; `key` is what it stands under. */
export function withoutSecrets(value: unknown, key: string): unknown {
  if (typeof value === 'string') return maskText(value);
  if (isTexts(value)) return maskedWords(value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, ''));
  if (typeof value !== 'object' || value === null) return value;
  // Those of the top level; a service has a list of their names.
  if (key === 'secrets') return Object.fromEntries(Object.entries(value).map(maskedContent));
  const isNamedByUser = NAMED_BY_USER.includes(key);
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      isNamedByUser ? maskedSetting(name, field) : withoutSecrets(field, name),
    ]),
  );
}

/** A declared secret, which may stand in the file itself. */
function maskedContent([name, declaration]: [string, unknown]): [string, unknown] {
  const isOwn = typeof declaration === 'object' && declaration !== null && 'content' in declaration;
  return [name, isOwn ? { ...declaration, content: MASK } : declaration];
}

/** A number may be a secret as well as a text, where it is still one. */
function maskedSetting(name: string, value: unknown): unknown {
  // How the value of a header and the like must be.
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, maskedSetting(name, text)]));
  if (typeof value !== 'string' && typeof value !== 'number') return withoutSecrets(value, '');
  const text = String(value);
  const masked = maskedVariables({ [name]: text })[name];
  return masked === text ? value : masked;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
