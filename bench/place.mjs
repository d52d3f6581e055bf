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
 * @property {() => Usage} agentUsage
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
 * What a process has in use: memory in kilobytes, and processor time so far in milliseconds.
 * @typedef {{ memory: number, processor: number }} Usage
 */

/**
 * From the texts of /proc/PID/status and /proc/PID/stat.
 * @param {string} status
 * @param {string} stat
 * @returns {Usage}
 */
export function usageIn(status, stat) {
  // Fields 14 and 15, in hundredths of a second; the name before them may hold spaces.
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number);
  return {
    memory: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0),
    processor: (user + system) * 10,
  };
}

/**
 * Of a process of this machine.
 * @param {string | number} pid
 */
export function usageOf(pid) {
  return usageIn(run('cat', [`/proc/${pid}/status`]), run('cat', [`/proc/${pid}/stat`]));
}

/**
 * Of a container of the engine.
 * @param {string} name
 */
export function usageOfContainer(name) {
  return usageOf(run('docker', ['inspect', '--format', '{{.State.Pid}}', name]));
}
