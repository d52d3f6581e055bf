import type { Duplex } from 'node:stream';
import type { Exec } from 'dockerode';
import { pause } from '../common/deadline.ts';
import { DevenvError } from '../common/errors.ts';
import type { ExecSpec, ExecStreams } from '../engine/index.ts';
import { ask, type DockerAccess } from './access.ts';
import { frameReader } from './frames.ts';

/** Exit codes by which shells and engines say that a program cannot be run, or is not there. */
const CANNOT_RUN = [126, 127];
const LOOK_AGAIN_MS = 20;

/** See `Engine.exec`. */
export async function exec(
  access: DockerAccess,
  containerId: string,
  spec: ExecSpec,
  streams: ExecStreams,
  signal?: AbortSignal,
): Promise<number> {
  const [program = ''] = spec.command;
  const doing = `run ${program} in container ${containerId}`;
  const made = await ask(access.location, {
    doing,
    call: () => access.docker.getContainer(containerId).exec(execOptions(spec, streams)),
  });
  const connection = await ask(access.location, {
    doing,
    call: () => made.start({ hijack: true, stdin: streams.input !== undefined, Tty: spec.tty }),
    refused: ({ words }) =>
      /executable file not found|no such file/.test(words) ? notThere(program, words) : undefined,
    signal,
  });
  if (spec.tty && streams.size !== undefined) {
    const { rows, columns } = streams.size;
    await made.resize({ h: rows, w: columns }).catch(() => {});
  }
  const complaint = await carry(connection, spec, streams, signal);
  const ExitCode = await ask(access.location, { doing, call: () => exitCodeOf(made, signal) });
  if (CANNOT_RUN.includes(ExitCode ?? 0) && /OCI runtime exec failed/.test(complaint))
    throw notThere(program, complaint);
  return ExitCode ?? 1;
}

/** The connection closes a moment before the engine knows how the program ended. */
async function exitCodeOf(made: Exec, signal: AbortSignal | undefined): Promise<number | null> {
  for (;;) {
    const { ExitCode, Running } = await made.inspect();
    if (!Running || signal?.aborted) return ExitCode;
    await pause(LOOK_AGAIN_MS, signal);
  }
}

function execOptions(spec: ExecSpec, streams: ExecStreams) {
  return {
    Cmd: [...spec.command],
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    AttachStdin: streams.input !== undefined,
    AttachStdout: true,
    AttachStderr: true,
    Tty: spec.tty,
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.workingDir === undefined ? {} : { WorkingDir: spec.workingDir }),
  };
}

/**
 * Carries the streams until the program ends. Resolves to the beginning of its output, which may be the engine's.
 * Errors: `engine-failed` for output that cannot be understood.
 */
function carry(
  connection: Duplex,
  spec: ExecSpec,
  streams: ExecStreams,
  signal: AbortSignal | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let beginning = '';
    const write = (kind: number, piece: Buffer) => {
      if (beginning.length < 500) beginning += piece.toString('utf8');
      (kind === 2 ? streams.errors : streams.output).write(piece);
    };
    const read = spec.tty ? (chunk: Buffer) => write(1, chunk) : frameReader(write);
    const leave = () => connection.destroy();
    signal?.addEventListener('abort', leave, { once: true });
    connection.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        reject(error);
        leave();
      }
    });
    connection.on('error', leave);
    connection.once('close', () => {
      signal?.removeEventListener('abort', leave);
      streams.input?.unpipe(connection);
      resolve(beginning);
    });
    connection.once('end', leave);
    streams.input?.pipe(connection);
  });
}

function notThere(program: string, words: string): DevenvError {
  return new DevenvError({
    code: 'container-failed',
    message: `${program} could not be run: ${words.trim().split('\n')[0] ?? ''}`,
    hint: 'check its spelling, and that the image has it',
    owner: 'user',
  });
}
