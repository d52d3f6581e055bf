import { PassThrough, type Readable } from 'node:stream';
import { WebSocket } from 'ws';
import { pause } from '../common/deadline.ts';
import type { ClusterApi } from './api.ts';
import { ApiRefusal, explain } from './failures.ts';
import { type PodAddress, podPath } from './pod-address.ts';
import { opened, openSocket } from './web-socket.ts';

/** The protocol's channels. */
const channel = { output: 1, errors: 2, status: 3 } as const;
const FINISH_MS = 60_000;

/** What is kept of what a program complains of, characters. */
const MOST_COMPLAINT = 16 * 1024;

/** A program that runs in a container of a pod. */
export interface PodExec {
  readonly output: Readable;
  /** Resolves when it has ended: undefined when it ended well, else what it said or why it could not be run. */
  readonly problem: Promise<string | undefined>;
}

/** Where to run what. */
export interface PodCommand extends PodAddress {
  readonly container: string;
  readonly command: readonly string[];
}

/** Runs a program without input. Errors: `cluster-unreachable`, `permission-missing`, `cluster-failed`. */
export async function execInPod(
  api: ClusterApi,
  { container, command, ...address }: PodCommand,
): Promise<PodExec> {
  const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true' });
  for (const word of command) query.append('command', word);
  const path = `${podPath(address, 'exec')}?${query}`;
  const socket = await openSocket(api, path);
  const output = new PassThrough();
  let errors = '';
  const problem = new Promise<string | undefined>((resolve) => {
    socket.on('message', (message: Buffer) => {
      const content = message.subarray(1);
      if (message[0] === channel.output) {
        if (!output.write(content)) {
          socket.pause();
          output.once('drain', () => socket.resume());
        }
      } else if (message[0] === channel.errors)
        errors = (errors + content.toString()).slice(0, MOST_COMPLAINT);
      else if (message[0] === channel.status) resolve(problemIn(content.toString(), errors));
    });
    socket.once('close', () => {
      output.end();
      resolve('the connection was lost');
    });
    socket.once('error', (error) => resolve(error.message));
    void pause(FINISH_MS).then(() => socket.readyState !== WebSocket.CLOSED && socket.terminate());
  });
  try {
    await opened(socket, `run ${command[0]} in pod ${address.pod}`);
    return { output, problem };
  } catch (error) {
    socket.terminate();
    throw explain(api.cluster, `run ${command[0]} in container ${container} of pod ${address.pod}`, error);
  }
}

function problemIn(status: string, errors: string): string | undefined {
  try {
    const { status: word, message }: { status?: string; message?: string } = JSON.parse(status);
    if (word === 'Success') return undefined;
    return errors.trim() || message || status;
  } catch {
    return errors.trim() || new ApiRefusal(0, '', status).message;
  }
}
