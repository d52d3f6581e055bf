import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { CONTAINERD_SOCKET } from '../../cluster/paths.mjs';
import { type Frozen, frozen } from './pod.ts';

const execute = promisify(execFile);

/** Runs kubectl as the administrator of the tests' cluster. Returns its output, trimmed. Errors: what it said, with the command. */
export async function kubectl(...words: readonly string[]): Promise<string> {
  const { stdout } = await execute('kubectl', words, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** Kills process 1 of a container from outside, as the kernel does when memory runs out. `id` is `containerd://…`. */
export async function killContainer(id: string): Promise<void> {
  await task(id, 'kill', '-s', 'SIGKILL');
}

/** Freezes all processes of a container. */
export async function freezeContainer(id: string): Promise<Frozen> {
  await task(id, 'pause');
  return frozen(() => task(id, 'resume'));
}

async function task(id: string, verb: string, ...options: readonly string[]): Promise<void> {
  if (!existsSync(CONTAINERD_SOCKET))
    throw new Error('containers can be touched only in a cluster that the tests have started themselves');
  const name = id.replace(/^containerd:\/\//, '');
  await execute('ctr', ['-a', CONTAINERD_SOCKET, '-n', 'k8s.io', 'tasks', verb, ...options, name]);
}
