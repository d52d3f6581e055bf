// The corpus of Compose files with what lies beside them, laid out as a project each: for `record.mjs`, which asks
// Compose what they come to, and for the tests, which ask devenv.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** Directory of the corpus: `NAME.yaml`, or a directory NAME with `compose.yaml`; beside it the recorded `NAME.json`. */
export const CORPUS = fileURLToPath(new URL('../../test/unit/config/compose', import.meta.url));

/** Small files about one odd thing each, by name; what is recorded of them is in one file as well. */
export const ODD = `${CORPUS}-odd.yaml`;

/** What stands in recorded texts for the directory in which the projects were laid out. */
export const ROOT = '/corpus';

/** What files of real projects have beside them, where it matters. */
const BESIDE = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  elastic: ['setup/Dockerfile'],
  monitoring: ['grafana/config.monitoring'],
  nextcloud: ['db.env'],
  'node-monorepo': ['npmrc'],
  'php-lemp': ['php/Dockerfile'],
  'secrets-and-configs': ['my.cnf', 'password.txt', 'key.pem'],
});

/**
 * A project of the corpus.
 * @typedef {object} Case
 * @property {string} name
 * @property {string} [from] absolute path of its file or directory
 * @property {string} [text] the file itself, of those that are in `ODD`
 * @property {readonly string[]} files as `--file` names them
 * @property {readonly string[]} profiles that are active
 * @property {Readonly<Record<string, string>>} environment variables of the process, besides HOME
 */

const usual = { files: ['compose.yaml'], profiles: [], environment: { APP_TOKEN: 'x', DB_PASSWORD: 'x' } };

/** All projects of the corpus by name. */
export const CASES = /** @type {readonly Case[]} */ (
  readdirSync(CORPUS)
    .filter((name) => name.endsWith('.yaml') || statSync(join(CORPUS, name)).isDirectory())
    .map(caseOf)
    .concat(oddCases())
    .sort((one, other) => (one.name < other.name ? -1 : 1))
);

/**
 * @param {string} entry
 * @returns {Case}
 */
function caseOf(entry) {
  const from = join(CORPUS, entry);
  const settings = join(from, 'case.json');
  const own = existsSync(settings) ? JSON.parse(readFileSync(settings, 'utf8')) : {};
  return {
    ...usual,
    ...own,
    environment: { ...usual.environment, ...own.environment },
    name: entry.replace(/\.yaml$/, ''),
    from,
  };
}

/** @returns {readonly Case[]} */
function oddCases() {
  const texts = Object.entries(parse(readFileSync(ODD, 'utf8')));
  return texts.map(([name, text]) => ({ ...usual, name: `odd-${name}`, text }));
}

/**
 * Lays a project out below a directory, and tells where.
 * @param {Case} project
 * @param {string} root
 */
export function layOut({ name, from, text }, root) {
  const directory = join(root, name);
  if (from !== undefined && statSync(from).isDirectory()) {
    cpSync(from, directory, { recursive: true });
    return directory;
  }
  for (const file of ['Dockerfile', ...(BESIDE[name] ?? [])]) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), file.endsWith('Dockerfile') ? 'FROM scratch\n' : 'A=1\n');
  }
  writeFileSync(join(directory, 'compose.yaml'), text ?? readFileSync(from ?? '', 'utf8'));
  return directory;
}

/**
 * What Compose made of a project, and of which state of it.
 * @typedef {{ fingerprint: string, config?: any, refused?: string }} Recorded
 */

/**
 * Everything that is recorded, by name.
 * @returns {Readonly<Record<string, Recorded>>}
 */
export function readRecorded() {
  const odd = recordFile('odd-');
  const own = CASES.filter(({ text, name }) => text === undefined && existsSync(recordFile(name)));
  return {
    ...(existsSync(odd) ? JSON.parse(readFileSync(odd, 'utf8')) : {}),
    ...Object.fromEntries(own.map(({ name }) => [name, JSON.parse(readFileSync(recordFile(name), 'utf8'))])),
  };
}

/**
 * Records everything anew.
 * @param {Readonly<Record<string, Recorded>>} recorded
 */
export function writeRecorded(recorded) {
  const all = Object.entries(recorded);
  const write = (/** @type {string} */ file, /** @type {unknown} */ value) =>
    writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`);
  write(recordFile('odd-'), Object.fromEntries(all.filter(([name]) => name.startsWith('odd-'))));
  for (const [name, one] of all) if (!name.startsWith('odd-')) write(recordFile(name), one);
}

/** @param {string} name */
function recordFile(name) {
  return name.startsWith('odd-') ? ODD.replace(/yaml$/, 'json') : join(CORPUS, `${name}.json`);
}

/**
 * The same text for the same project: what is recorded of another one is out of date.
 * @param {Case} project
 */
export function fingerprintOf({ from, text, files, profiles, environment }) {
  const hash = createHash('sha256').update(JSON.stringify({ files, profiles, environment, text }));
  if (from === undefined) return hash.digest('hex').slice(0, 16);
  const isDirectory = statSync(from).isDirectory();
  const found = isDirectory ? readdirSync(from, { recursive: true, encoding: 'utf8' }).sort() : [''];
  for (const file of found)
    if (statSync(join(from, file)).isFile()) hash.update(file).update(readFileSync(join(from, file)));
  return hash.digest('hex').slice(0, 16);
}
