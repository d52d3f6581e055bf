// What devenv has in use on this machine, part by part.
import { readdirSync, readFileSync } from 'node:fs';
import Docker from 'dockerode';

const docker = new Docker();
/** Between two looks for the most. */
const LOOK_MS = 100;

/**
 * What processes have in use. Memory in kilobytes: `memory` is all that is resident, `anonymous` what of it no file
 * backs (RssAnon), which nobody else shares and no pressure gives back. Processor time so far in milliseconds.
 * @typedef {{ memory: number, anonymous: number, processor: number }} Usage
 *
 * The same of processes of this machine, with how many files and sockets they have open.
 * @typedef {Usage & { descriptors: number }} UsageHere
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
    anonymous: Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0),
    processor: (user + system) * 10,
  };
}

/**
 * Most anonymous memory while something is done, kilobytes.
 * @param {() => Promise<Usage>} look
 * @param {() => Promise<void>} work
 */
export async function most(look, work) {
  let found = 0;
  let goesOn = true;
  const looking = (async () => {
    while (goesOn) {
      found = Math.max(found, (await look()).anonymous);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  })();
  try {
    await work();
  } finally {
    goesOn = false;
    await looking;
  }
  return found;
}

/**
 * Of a session, and of the guardian it has started.
 * @param {number} pid
 * @returns {Record<string, UsageHere>} by part
 */
export function usageOfSession(pid) {
  const guardian = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return {
    session: usageOf([String(pid)]),
    ...(guardian.length === 0 ? {} : { guardian: usageOf(guardian) }),
  };
}

/**
 * Of all running containers of a project in this role.
 * @param {string} project
 * @param {string} role
 */
export async function usageOfRole(project, role) {
  return usageOfContainers(await listed(`gefyra-devenv/project=${project}`, `gefyra-devenv/role=${role}`));
}

/**
 * Of all agents in the network namespaces of these containers. Agents belong to no project.
 * @param {readonly string[]} targets ids
 */
export async function usageOfAgents(targets) {
  const agents = await listed('gefyra-devenv/role=agent');
  const beside = targets.map((target) => `container:${target}`);
  return usageOfContainers(agents.filter(({ HostConfig }) => beside.includes(HostConfig.NetworkMode)));
}

/** @param {string[]} labels */
function listed(...labels) {
  return docker.listContainers({ filters: { label: labels } });
}

/**
 * @param {readonly { Id: string }[]} containers
 * @returns {Promise<{ containers: number, usage: UsageHere }>} that of all processes in them
 */
async function usageOfContainers(containers) {
  const found = await Promise.all(
    containers.map(async ({ Id }) => {
      const { Processes } = await docker.getContainer(Id).top({ ps_args: '-eo pid' });
      return Processes.flat().map(String);
    }),
  );
  return { containers: containers.length, usage: usageOf(found.flat()) };
}

/**
 * @param {readonly string[]} pids
 * @returns {UsageHere} of all of them together
 */
function usageOf(pids) {
  const sum = { memory: 0, anonymous: 0, processor: 0, descriptors: 0 };
  for (const pid of pids) {
    let found;
    try {
      found = usageIn(readFileSync(`/proc/${pid}/status`, 'utf8'), readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      // It has ended since the processes were listed.
      continue;
    }
    sum.memory += found.memory;
    sum.anonymous += found.anonymous;
    sum.processor += found.processor;
    sum.descriptors += descriptorsOf(pid);
  }
  return sum;
}

/** @param {string} pid of a process, which may belong to somebody who does not let us look */
function descriptorsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
