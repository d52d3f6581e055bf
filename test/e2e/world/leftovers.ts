import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { label } from '../../../src/model/labels.ts';
import type { Machine } from './devenv.ts';
import { docker, dockerLines } from './docker.ts';
import type { Pod } from './pod.ts';

const execute = promisify(execFile);

/** Where to look. */
export interface Scene {
  /** Name of the project whose containers and networks are looked for. */
  readonly project: string;
  /** The pod in whose network namespace agents and packet filter rules are looked for. */
  readonly pod: Pod;
  /** Whose processes are looked for. */
  readonly machine: Machine;
}

/** Everything of ours that is still there, one description each; empty after a complete teardown. */
export async function findLeftovers({ project, pod, machine }: Scene): Promise<readonly string[]> {
  return [
    ...(await containersOf(project)),
    ...(await networksOf(project)),
    ...(await pod.leftovers()),
    ...(await processesOf(machine)),
  ];
}

/** Containers of a project, running or not. */
export async function containersOf(project: string): Promise<readonly string[]> {
  const filter = `label=${label.project}=${project}`;
  return dockerLines('ps', '--all', '--filter', filter, '--format', 'container {{.Names}} ({{.State}})');
}

/** Networks of a project. */
export async function networksOf(project: string): Promise<readonly string[]> {
  const filter = `label=${label.project}=${project}`;
  return dockerLines('network', 'ls', '--filter', filter, '--format', 'network {{.Name}}');
}

/** Agents carry no project: they are known by the network namespace they joined. */
export async function agentsIn(
  ownerName: string,
): Promise<readonly { readonly name: string; readonly state: string }[]> {
  const ids = await dockerLines('ps', '--all', '--quiet', '--filter', `label=${label.role}=agent`);
  if (ids.length === 0) return [];
  const owner = await docker('inspect', '--format', '{{.Id}}', ownerName);
  const format = '{{.HostConfig.NetworkMode}} {{.Name}} {{.State.Status}}';
  // One that ends by itself may be gone by now.
  const inspected = ids.map((id) => dockerLines('inspect', '--format', format, id).catch(() => []));
  const rows = (await Promise.all(inspected)).flat();
  return rows.flatMap((row) => {
    const [mode, name = '', state = ''] = row.split(' ');
    return mode === `container:${owner}` ? [{ name: name.slice(1), state }] : [];
  });
}

/** Tables named `devenv` in the pod's network namespace. Errors: when this process is not root on the engine's machine. */
export async function tablesIn(ownerName: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0)
    throw new Error('only root can look into the network namespace of a container');
  const pid = await docker('inspect', '--format', '{{.State.Pid}}', ownerName);
  try {
    const { stdout } = await execute('nsenter', ['--target', pid, '--net', 'nft', 'list', 'tables']);
    return stdout.split('\n').filter((line) => /\bdevenv\b/.test(line));
  } catch (error) {
    // nft 1.0 crashes when it wants to name the owner of a table and that lives in another process namespace.
    if (error instanceof Error && 'signal' in error && error.signal === 'SIGSEGV')
      return ['table inet devenv'];
    // nsenter passes the crash on as an exit code.
    if (error instanceof Error && 'code' in error && error.code === 139) return ['table inet devenv'];
    throw error;
  }
}

/** Processes that were started with a machine's folders, however far they have detached themselves. Linux only. */
export async function processesOf(machine: Machine): Promise<readonly string[]> {
  const mark = `XDG_RUNTIME_DIR=${machine.folder}`;
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const environment = await readProcess(pid, 'environ');
    if (!environment.includes(mark)) continue;
    found.push(`process ${pid}: ${(await readProcess(pid, 'cmdline')).join(' ').trim()}`);
  }
  return found;
}

/** Process ids of the guardians among them. */
export async function guardiansOf(machine: Machine): Promise<readonly number[]> {
  return (await processesOf(machine)).flatMap((line) => {
    const match = /^process (\d+): .* guardian$/.exec(line);
    return match === null ? [] : [Number(match[1])];
  });
}

/** Strings of a file in /proc; none when the process has ended or is another user's. */
async function readProcess(pid: string, file: 'environ' | 'cmdline'): Promise<readonly string[]> {
  try {
    return (await readFile(`/proc/${pid}/${file}`, 'utf8')).split('\0');
  } catch {
    return [];
  }
}
