// How long the command line takes to start, whole processes, side by side with Node doing nothing: `npm run bench`.
// usage: node bench/start.mjs [runs]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DEVENV = join(ROOT, 'dist', 'devenv.js');
const runs = Number(process.argv[2] ?? 25);

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
writeFileSync(join(folder, 'nothing.mjs'), '');
writeFileSync(join(folder, 'gefyra.yaml'), 'services:\n  app:\n    image: shop:dev\n');

const cases = {
  'node (nothing)': [join(folder, 'nothing.mjs')],
  'devenv --help': [DEVENV, '--help'],
  'devenv validate': [DEVENV, 'validate'],
};
/** @type {Record<string, number[]>} */
const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
// In turn, so that whatever else the machine does falls on all of them.
for (let run = 0; run < runs; run += 1) {
  for (const [name, args] of Object.entries(cases)) {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: 'ignore' });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
    times[name]?.push(performance.now() - start);
  }
}
rmSync(folder, { recursive: true });

const node = median(times['node (nothing)'] ?? []);
console.log(`${cpus().length} processors, ${process.version}, ${runs} runs each; ${commit()}`);
console.log('                   median    fastest    slowest    against Node');
for (const [name, taken] of Object.entries(times)) {
  const middle = median(taken);
  const [fastest, slowest] = [Math.min(...taken), Math.max(...taken)];
  const columns = [middle, fastest, slowest].map((ms) => `${ms.toFixed(0).padStart(6)} ms`);
  const against = `x ${(middle / node).toFixed(2)}, + ${(middle - node).toFixed(0)} ms`;
  console.log(`${name.padEnd(16)} ${columns.join('  ')}    ${against}`);
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

function commit() {
  return execFileSync('git', ['log', '-1', '--format=%h'], { cwd: ROOT, encoding: 'utf8' }).trim();
}
