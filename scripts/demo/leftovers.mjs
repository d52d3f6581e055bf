// Whether a session left anything on the engine: looks for the labels that devenv puts on everything it makes.
import { run } from './run.mjs';

/**
 * Names of containers and networks of a project on this machine.
 * @param {string} project
 * @param {AbortSignal} signal
 * @returns {Promise<readonly string[]>}
 */
export async function projectLeftovers(project, signal) {
  const label = `label=gefyra-devenv/project=${project}`;
  const containers = await docker(signal, 'ps', '--all', '--filter', label, '--format', '{{.Names}}');
  return [
    ...containers,
    ...(await docker(signal, 'network', 'ls', '--filter', label, '--format', '{{.Name}}')),
  ];
}

/**
 * Names of agents in the network namespace of a container. They are shared by projects, so that no label tells whose
 * they are.
 * @param {string} container
 * @param {AbortSignal} signal
 * @returns {Promise<readonly string[]>}
 */
export async function agentLeftovers(container, signal) {
  const agents = await docker(signal, 'ps', '--all', '--quiet', '--filter', 'label=gefyra-devenv/role=agent');
  const [id] = await docker(signal, 'inspect', '--format', '{{.Id}}', container);
  const format = '{{.HostConfig.NetworkMode}} {{.Name}}';
  const rows = agents.length === 0 ? [] : await docker(signal, 'inspect', '--format', format, ...agents);
  return rows.filter((row) => row.startsWith(`container:${id} `)).map((row) => row.split(' /')[1] ?? row);
}

/**
 * @param {AbortSignal} signal
 * @param {readonly string[]} words
 */
async function docker(signal, ...words) {
  return (await run('docker', words, { signal })).split('\n').filter(Boolean);
}
