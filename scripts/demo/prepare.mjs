// What the demo needs of this checkout: a Node that is new enough, the dependencies, a build. Nothing is redone.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Throws when the running Node is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node 20.19 or newer is needed, this is ${process.versions.node}`);
  }
}

/**
 * Compares what npm says it installed with what the lock file asks for.
 * @param {string} root of the checkout
 */
export function dependenciesAreInstalled(root) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, devOptional, peer }]) => {
    // The lock file also lists packages of other platforms, and the checkout itself under the empty path.
    if (found[path] === undefined) return path === '' || optional || devOptional || peer;
    return found[path].version === version;
  });
}

/**
 * Whether no source is newer than the built command line.
 * @param {string} root of the checkout
 */
export function buildIsFresh(root) {
  const built = join(root, 'dist', 'devenv.js');
  if (!existsSync(built)) return false;
  const sources = ['src', 'schemas', 'package.json', 'tsdown.config.ts'].map((name) => join(root, name));
  return Math.max(...sources.map(newestChange)) <= statSync(built).mtimeMs;
}

/**
 * @param {string} path a file, or a folder to look through
 * @returns {number} milliseconds since 1970
 */
function newestChange(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}
