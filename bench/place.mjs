// Where the measurements are made. One file for each platform beside this one.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const SERVER = join(ROOT, 'bench', 'server.mjs');

/** That of an example: it has Node. */
export const IMAGE = 'sidecar-demo:dev';

/** Port of the server that is bridged, and of its twin that is not. */
export const BRIDGED = 8155;
export const DIRECT = 8156;

/**
 * A service of the measured file, and where the ports of its target are called.
 * @typedef {object} Bridged
 * @property {string} service
 * @property {string} target in the spelling of the file
 * @property {readonly number[]} ports one bridge each
 * @property {string} host
 * @property {string} [match] which requests the bridges take
 * @property {boolean} [isProcess] the service is a program of this machine
 */

/**
 * What a session needs.
 * @typedef {object} Setting
 * @property {string} devenv path of the built command line
 * @property {readonly string[]} flags of devenv
 * @property {Readonly<Record<string, string>>} environment of devenv
 * @property {readonly Bridged[]} bridged
 */

/**
 * What the measurements of one service need besides.
 * @typedef {object} OfPlace
 * @property {string} name
 * @property {string} host where the pod's ports are called
 * @property {(() => Promise<{ port: number, close: () => void }>) | undefined} portForward kubectl's, to the port that is not bridged
 * @property {(() => Promise<import('node:stream').Duplex>) | undefined} rawForward one WebSocket of a port-forward, to the same port
 * @property {() => Promise<void>} forget makes the next session begin without an agent
 * @property {() => Promise<import('./usage.mjs').Usage>} agentUsage
 * @property {() => Promise<void>} close removes everything
 */

/** @typedef {Setting & OfPlace} Place */

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
 * Builds the image of this command line's agents where it is missing: the first session would take minutes.
 * @param {string} devenv path of the built command line
 * @returns {string} the image
 */
export function ensureAgentImage(devenv) {
  return run(process.execPath, [devenv, 'image', 'build']).split('\n').at(-1) ?? '';
}
