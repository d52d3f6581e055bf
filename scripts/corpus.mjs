// How many Compose files of a directory are accepted as they are, and what stands in the way of the rest: the reason
// that the most files lack only this one for first: `npm run corpus -- DIR`. What Compose itself makes of the corpus of the
// tests is recorded with `npm run corpus -- --record`, and compared with what is recorded with `--check`; both need Go.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('../dist/devenv.js', import.meta.url));
const [directory] = process.argv.slice(2);
if (directory === '--record' || directory === '--check') {
  const { record } = await import('./compose-reference/record.mjs');
  process.exit(record({ isCheck: directory === '--check' }));
}
if (directory === undefined) {
  console.error('which directory? npm run corpus -- DIR');
  process.exit(2);
}

const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ya?ml$/.test(name) && !name.split('/').includes('node_modules'))
  .sort();
/** @type {Map<string, ReadonlySet<string>>} */
const refused = new Map();
for (const file of files) {
  const reasons = await reasonsAgainst(join(directory, file));
  if (reasons.size > 0) refused.set(file, reasons);
}
console.log(`${files.length - refused.size} of ${files.length} files are accepted`);
for (const { reason, freed } of inGreedyOrder(refused)) {
  console.log(`${String(freed.length).padStart(4)}  ${reason}`);
  for (const file of freed) console.log(`      ${file}`);
}

/**
 * Kinds of problems of a file, each with the key or value that it is about where that tells it from others.
 * @param {string} file
 * @returns {Promise<ReadonlySet<string>>}
 */
async function reasonsAgainst(file) {
  try {
    await promisify(execFile)(process.execPath, [program, 'validate', '--file', file]);
    return new Set();
  } catch (error) {
    const { stderr = '' } = /** @type {{ stderr?: string }} */ (error);
    const found = [...stderr.matchAll(/^\S.*? error\[([a-z-]+)\] (.*)$/gm)].map(
      ([, code = '', message = '']) => {
        const [about] = /"[^"]*"/.exec(message) ?? [];
        return /^(unsupported|unknown)-/.test(code) ? `${code} ${about}` : code;
      },
    );
    return new Set(found.length > 0 ? found : [`no problem is told: ${stderr.split('\n')[0]}`]);
  }
}

/**
 * Reason by reason the one without which the most files would pass; of several the more frequent.
 * @param {ReadonlyMap<string, ReadonlySet<string>>} against
 */
function inGreedyOrder(against) {
  const left = new Map([...against].map(([file, reasons]) => [file, new Set(reasons)]));
  const order = [];
  while (left.size > 0) {
    const [best = ''] = [...new Set([...left.values()].flatMap((reasons) => [...reasons]))].sort(
      (one, other) => weight(other) - weight(one) || (one < other ? -1 : 1),
    );
    const freed = [...left].filter(([, reasons]) => reasons.delete(best) && reasons.size === 0);
    for (const [file] of freed) left.delete(file);
    order.push({ reason: best, freed: freed.map(([file]) => relative('.', file)) });
  }
  return order;

  /** @param {string} reason */
  function weight(reason) {
    const having = [...left.values()].filter((reasons) => reasons.has(reason));
    return having.filter((reasons) => reasons.size === 1).length * 10_000 + having.length;
  }
}
