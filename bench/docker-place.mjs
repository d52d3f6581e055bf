// The measurements on Docker: a container with the two servers.
import { BRIDGED, DIRECT, IMAGE, run, SERVER } from './place.mjs';
import { usageOfAgents } from './usage.mjs';

const POD = 'bench-pod';

/** The command of a container that is to be bridged. */
export const ORIGINAL = ['node', '/server.mjs', 'original', String(BRIDGED), String(DIRECT)];

/**
 * @param {string} devenv path of the built command line
 * @returns {Promise<import('./place.mjs').Place>}
 */
export async function dockerPlace(devenv) {
  const { id, host } = original(POD);
  return {
    name: 'Docker',
    devenv,
    host,
    bridged: [{ service: 'app', target: `container/${POD}`, ports: [BRIDGED], host }],
    flags: [],
    environment: {},
    portForward: undefined,
    rawForward: undefined,
    // Every session on Docker places an agent of its own.
    forget: async () => {},
    agentUsage: async () => (await usageOfAgents([id])).usage,
    close: async () => remove([POD]),
  };
}

/**
 * Starts a container to be bridged, in place of what is left of an earlier one.
 * @param {string} name
 * @returns {{ id: string, host: string }}
 */
export function original(name) {
  remove([name]);
  const volume = `${SERVER}:/server.mjs:ro`;
  const id = run('docker', ['run', '--detach', '--name', name, '--volume', volume, IMAGE, ...ORIGINAL]);
  return { id, host: run('docker', ['inspect', '--format', '{{.NetworkSettings.IPAddress}}', id]) };
}

/** @param {readonly string[]} names of containers, which need not be there */
export function remove(names) {
  const filters = names.flatMap((name) => ['--filter', `name=^${name}$`]);
  const present = run('docker', ['ps', '--all', '--quiet', ...filters]);
  if (present !== '') run('docker', ['rm', '--force', ...present.split('\n')]);
}
