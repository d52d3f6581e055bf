// Where the measurements are made. One file for each platform beside this one.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const DEVENV = join(ROOT, 'dist', 'devenv.js');
export const SERVER = join(ROOT, 'bench', 'server.mjs');

/** That of an example: it has Node. */
export const IMAGE = 'sidecar-demo:dev';

/** Port of the server that is bridged, and of its twin that is not. */
export const BRIDGED = 8155;
export const DIRECT = 8156;

/**
 * @typedef {object} Place
 * @property {string} name
 * @property {string} host where the pod's ports are called
 * @property {string} target in the spelling of the file
 * @property {readonly string[]} flags of devenv
 * @property {Readonly<Record<string, string>>} environment of devenv
 * @property {(() => Promise<{ port: number, close: () => void }>) | undefined} portForward kubectl's, to the port that is not bridged
 * @property {(() => Promise<import('node:stream').Duplex>) | undefined} rawForward one WebSocket of a port-forward, to the same port
 * @property {() => Promise<void>} forget makes the next session begin without an agent
 * @property {() => number} agentMemory kilobytes
 * @property {() => Promise<void>} close removes everything
 */

/**
 * @param {string} program
 * @param {readonly string[]} words
 * @param {Readonly<Record<string, string>>} [environment]
 */
export function run(program, words, environment = {}) {
  return execFileSync(program, words, { encoding: 'utf8', env: { ...process.env, ...environment } }).trim();
}

/** Builds what the servers run from, if it is not there. */
export function ensureImage() {
  if (run('docker', ['images', '--quiet', IMAGE]) !== '') return;
  run(join(ROOT, 'examples', 'sidecar-demo', 'pod.sh'), ['image'], { DEMO_IMAGE: IMAGE });
}

/**
 * Memory that a process of this machine has in use, kilobytes.
 * @param {string | number} pid
 */
export function memoryOf(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(run('cat', [`/proc/${pid}/status`]))?.[1] ?? 0);
}

/**
 * Of a container of the engine.
 * @param {string} name
 */
export function containerMemory(name) {
  return memoryOf(run('docker', ['inspect', '--format', '{{.State.Pid}}', name]));
}
