import { DevenvError } from '../../common/errors.ts';
import { parseEnvFile } from '../env-file.ts';
import { missingPath } from '../missing-path.ts';
import { parseRawEnvFile } from '../raw-env-file.ts';
import type { TextFile } from '../text-files.ts';
import { expandPath } from './path.ts';
import { booleanIn, items, type Reading, stringIn, under, type Value } from './reading.ts';

/**
 * Reads the variables of the env files that a service names: one path, one mapping, or a list of both; later files
 * over earlier ones. Their own variables are looked up as those of the file are, and then in the files before.
 */
export async function readEnvFiles(value: Value | undefined, reading: Reading): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const file of value?.node.kind === 'sequence' ? items(value) : [value]) {
    if (file === undefined) continue;
    const place = file.node.kind === 'mapping' ? under(file, 'path') : file;
    const required = booleanIn(under(file, 'required')) ?? true;
    const text = await textOf(place, required, reading);
    if (text === undefined) continue;
    const { get } = reading.variablesOf(file);
    const parsed =
      stringIn(under(file, 'format')) === 'raw'
        ? parseRawEnvFile(text.source, get)
        : parseEnvFile(text.source, get, (name) => values.get(name), reading.room);
    for (const [name, assigned] of parsed.values) values.set(name, assigned);
    reading.addOfEnvFile(file, [...text.problems, ...parsed.problems]);
    reading.maskedEnvFiles.set(text.source.file, parsed.masked);
  }
  return values;
}

/** Reads the labels of files, as the variables of env files are read; later files over earlier ones. */
export async function readLabelFiles(
  value: Value | undefined,
  reading: Reading,
): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(await readEnvFiles(value, reading));
}

async function textOf(
  place: Value | undefined,
  required: boolean,
  reading: Reading,
): Promise<TextFile | undefined> {
  const path = stringIn(place);
  if (place === undefined || path === undefined) return undefined;
  if (path === '') {
    reading.report(place, {
      code: 'bad-env-file',
      message: 'the path of the env file is empty',
      hint: 'name a file',
    });
    return undefined;
  }
  const file = expandPath(path, place, reading);
  if ((await reading.files?.find(file))?.kind === 'a directory') {
    reading.report(place, {
      code: 'bad-env-file',
      message: `${JSON.stringify(file)} is a directory`,
      hint: 'name a file in it',
    });
    return undefined;
  }
  try {
    const text = await reading.texts.read(file);
    if (text === undefined && required && reading.files !== undefined) {
      const missing = await missingPath(file, reading.files);
      const hint = missing.hint && `${missing.hint}; with \`required: false\` it may be missing`;
      reading.report(place, { code: 'missing-env-file', ...missing, hint });
    }
    return text;
  } catch (error) {
    if (!(error instanceof DevenvError) || error.code === 'cancelled') throw error;
    // Whoever only wants to clean up needs no env file.
    if (reading.files !== undefined)
      reading.report(place, { code: 'bad-env-file', message: error.message, hint: error.hint });
    return undefined;
  }
}
