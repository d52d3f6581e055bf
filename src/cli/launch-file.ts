import { existsSync } from 'node:fs';
import { mkdir, realpath, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify, type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { DevenvError, systemCode } from '../common/errors.ts';
import { readRegularFile, UnfitFile } from '../common/regular-file.ts';
import type { AttachConfiguration } from '../debuggers/index.ts';

const LIMIT_BYTES = 1024 ** 2;

/**
 * The folder that people open in VS Code: the nearest one, at `directory` or above, that has a `.vscode` or is a git
 * repository; else `directory` itself.
 */
export function editorFolder(directory: string): string {
  for (let folder = directory; dirname(folder) !== folder; folder = dirname(folder))
    if (existsSync(join(folder, '.vscode')) || existsSync(join(folder, '.git'))) return folder;
  return directory;
}

/** Path of the launch.json of a folder. */
export function launchFile(folder: string): string {
  return join(folder, '.vscode', 'launch.json');
}

/** A launch.json of these entries alone. */
export function launchText(configurations: readonly AttachConfiguration[]): string {
  return `${JSON.stringify({ version: '0.2.0', configurations }, undefined, 2)}\n`;
}

/**
 * The text of a launch.json with these entries: one of the same name is replaced, the others and all comments stay.
 * Errors: `config-invalid` for a text that is no JSON with comments, or has another shape; `path` is named in it.
 */
export function mergeLaunchText(
  text: string,
  configurations: readonly AttachConfiguration[],
  path: string,
): string {
  if (text.trim() === '') return launchText(configurations);
  let merged = text;
  for (const configuration of configurations) {
    const present = entriesIn(merged, path);
    const at = present.findIndex((entry) => nameOf(entry) === configuration.name);
    if (isDeepStrictEqual(present[at], configuration)) continue;
    const index = at === -1 ? present.length : at;
    const isInsertion = at === -1;
    merged = applyEdits(
      merged,
      modify(merged, ['configurations', index], configuration, {
        isArrayInsertion: isInsertion,
        formattingOptions: formattingOf(text),
      }),
    );
  }
  return merged;
}

/**
 * Merges entries into a launch.json, which is made if it is not there. Whoever reads it meanwhile sees the old or the new
 * one. Errors: `config-invalid`, also where a link leads out of the folder.
 */
export async function writeLaunchFile(
  path: string,
  configurations: readonly AttachConfiguration[],
): Promise<'written' | 'unchanged'> {
  await mkdir(dirname(path), { recursive: true });
  const place = await placeOf(path);
  const present = await readPresent(place);
  const text = mergeLaunchText(present ?? '', configurations, path);
  if (text === present) return 'unchanged';
  const draft = `${place}.${process.pid}.tmp`;
  await writeFile(draft, text, { flag: 'wx' });
  await rename(draft, place);
  return 'written';
}

/** Where links lead, which is not out of the folder: a checkout would have its words written to any file of the user's. */
async function placeOf(path: string): Promise<string> {
  const folder = await realpath(dirname(dirname(path)));
  const beside = join(await realpath(dirname(path)), basename(path));
  const place = await realpath(path).catch(() => beside);
  if (place.startsWith(`${folder}${sep}`)) return place;
  throw invalid(`${path} leads to ${place}, outside of ${folder}`);
}

async function readPresent(path: string): Promise<string | undefined> {
  try {
    return (await readRegularFile(path, LIMIT_BYTES)).toString('utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error instanceof UnfitFile ? invalid(`${path} cannot be read: ${error.message}`) : error;
  }
}

function entriesIn(text: string, path: string): readonly unknown[] {
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) throw unreadable(path, text, first);
  const configurations =
    typeof content === 'object' && content !== null && 'configurations' in content
      ? content.configurations
      : undefined;
  if (configurations === undefined && typeof content === 'object' && !Array.isArray(content)) return [];
  if (Array.isArray(configurations)) return configurations;
  throw invalid(`${path} is no launch.json: "configurations" must be a list`);
}

function nameOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
}

/** As the file is indented already, so that only what is new shows up in a diff. */
function formattingOf(text: string) {
  const indentation = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indentation.startsWith('\t'),
    tabSize: indentation.startsWith('\t') ? 1 : indentation.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

function unreadable(path: string, text: string, { offset, error }: ParseError): DevenvError {
  const before = text.slice(0, offset).split('\n');
  const place = `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  return invalid(`${place} is not valid: ${printParseErrorCode(error)}`);
}

function invalid(message: string): DevenvError {
  const hint = 'mend it, or add the entry by hand: `devenv debug-config` prints it; nothing was written';
  return new DevenvError({ code: 'config-invalid', message, hint, owner: 'user' });
}
