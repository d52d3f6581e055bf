// Records what Compose itself makes of every project of the corpus, beside it. Needs Go; the version of Compose is the one
// of `go.mod`, whose `docker compose config` is built from its own sources.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { CASES, fingerprintOf, layOut, ROOT, readRecorded, writeRecorded } from './cases.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Records all projects, or only tells which are out of date; gives the exit code.
 * @param {{ isCheck: boolean }} options
 */
export function record({ isCheck }) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'compose-reference-')));
  try {
    const compose = join(root, '.compose');
    const build = ['-C', here, 'build', '-o', compose, 'github.com/docker/compose/v5/cmd'];
    execFileSync('go', build, { stdio: 'inherit' });
    const before = readRecorded();
    const now = Object.fromEntries(CASES.map((project) => [project.name, resolved(project, root, compose)]));
    const stale = Object.keys(now).filter((name) => !isSame(now[name], before[name]));
    const kept = Object.entries(before).filter(([name]) => name in now && !stale.includes(name));
    if (!isCheck) writeRecorded({ ...now, ...Object.fromEntries(kept) });
    console.log(`${stale.length} of ${CASES.length} ${isCheck ? 'are out of date' : 'were recorded anew'}`);
    for (const name of stale) console.log(`  ${name}`);
    return isCheck && stale.length > 0 ? 1 : 0;
  } finally {
    rmSync(root, { recursive: true });
  }
}

/**
 * Which of several problems Compose tells is by chance, and so is the order of names in what it says.
 * @param {import('./cases.mjs').Recorded | undefined} one
 * @param {import('./cases.mjs').Recorded | undefined} other
 */
function isSame(one, other) {
  const essence = (/** @type {import('./cases.mjs').Recorded | undefined} */ recorded) =>
    recorded && { ...recorded, refused: recorded.refused !== undefined };
  return isDeepStrictEqual(essence(one), essence(other));
}

/**
 * What `docker compose config` prints for a project, or why it refuses.
 * @param {import('./cases.mjs').Case} project
 * @param {string} root absolute path of the directory in which it is laid out
 * @param {string} compose absolute path of the program
 */
function resolved(project, root, compose) {
  const directory = layOut(project, root);
  const chosen = [
    ...project.files.flatMap((file) => ['-f', file]),
    ...project.profiles.flatMap((profile) => ['--profile', profile]),
  ];
  const { status, stdout, stderr } = spawnSync(compose, [...chosen, 'config', '--format', 'json'], {
    cwd: directory,
    env: { ...project.environment, HOME: root, PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  const fingerprint = fingerprintOf(project);
  const bare = (/** @type {string} */ text) => text.replaceAll(root, ROOT);
  if (status === 0) return { fingerprint, config: JSON.parse(bare(stdout)) };
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return { fingerprint, refused: bare(last.replace(/^.*?msg="(.*)"$/, '$1')) };
}
