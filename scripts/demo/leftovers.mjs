// Whether a session left anything on the engine: looks for the labels that devenv puts on everything it makes.
import { run } from './run.mjs';

/**
 * Names of containers and networks of a project, and of agents in its pod.
 * @param {string} project
 * @param {string} pod the container that owns the pod's network namespace
 * @param {AbortSignal} signal
 */
export async function findLeftovers(project, pod, signal) {
  /** @param {readonly string[]} words */
  const docker = async (...words) => (await run('docker', words, { signal })).split('\n').filter(Boolean);
  const label = `label=gefyra-devenv/project=${project}`;
  const containers = await docker('ps', '--all', '--filter', label, '--format', '{{.Names}}');
  const networks = await docker('network', 'ls', '--filter', label, '--format', '{{.Name}}');

  // Agents are shared by projects: they are known by the network namespace they joined.
  const agents = await docker('ps', '--all', '--quiet', '--filter', 'label=gefyra-devenv/role=agent');
  const [podId] = await docker('inspect', '--format', '{{.Id}}', pod);
  const format = '{{.HostConfig.NetworkMode}} {{.Name}}';
  const rows = agents.length === 0 ? [] : await docker('inspect', '--format', format, ...agents);
  const agentsHere = rows
    .filter((row) => row.startsWith(`container:${podId} `))
    .map((row) => row.split(' /')[1]);

  return [...containers, ...agentsHere, ...networks];
}
