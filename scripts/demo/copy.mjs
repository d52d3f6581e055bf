// A copy of the example, whose sources are edited.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLE } from './stage.mjs';

/** What is wrong in the app, and how it is right. */
export const BUG = 'data["Email"]';
export const FIX = 'data["email"]';

/**
 * Copies the example into a folder of its own, which somebody removes.
 * @param {object} options
 * @param {string} options.name of the project
 * @param {number} options.debugPort
 * @param {boolean} options.isMine the bridge takes marked requests alone
 * @returns {string} the folder
 * @throws {Error} when the example's file is not as expected
 */
export function makeCopy({ name, debugPort, isMine }) {
  const copy = mkdtempSync(join(tmpdir(), 'devenv-demo-'));
  cpSync(EXAMPLE, copy, { recursive: true });
  const file = join(copy, 'gefyra.yaml');
  replaceOnce(file, /^name: .*$/m, `name: ${name}`);
  replaceOnce(file, 'port: 5678', `port: ${debugPort}`);
  if (isMine) replaceOnce(file, '        ports: [8155]', '        ports: [8155]\n        match: mine');
  return copy;
}

/**
 * Where the bug is.
 * @param {string} copy
 * @returns {{ file: string, line: number }} counted from 1
 */
export function placeOfBug(copy) {
  const file = appOf(copy);
  const lines = readFileSync(file, 'utf8').split('\n');
  return { file, line: lines.findIndex((text) => text.includes(BUG)) + 1 };
}

/** @param {string} copy */
export function fixBug(copy) {
  replaceOnce(appOf(copy), BUG, FIX);
}

/** @param {string} copy */
function appOf(copy) {
  return join(copy, 'app', 'main.py');
}

/**
 * @param {string} file
 * @param {string | RegExp} before without groups
 * @param {string} after
 */
function replaceOnce(file, before, after) {
  const pieces = readFileSync(file, 'utf8').split(before);
  if (pieces.length !== 2)
    throw new Error(`${file} holds ${pieces.length - 1} times ${before}, expected once`);
  writeFileSync(file, pieces.join(after));
}
