import type { Duplex } from 'node:stream';
import type { Exec } from 'dockerode';
import { pause } from '../common/deadline.ts';
import type { ExecSpec, ExecStreams, TerminalSize } from '../runner/index.ts';
import { ask, type DockerAccess } from './access.ts';
import { carry } from './carry.ts';
import { execRefusal, mayBeRefusal } from './exec-refusal.ts';

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
    refused: ({ words }) => execRefusal(spec, words, 126),
    signal,
  });
  const resize = ({ rows, columns }: TerminalSize) => made.resize({ h: rows, w: columns }).catch(() => {});
  if (spec.tty && streams.size !== undefined) await resize(streams.size);
  const forget = spec.tty ? streams.onResize?.(resize) : undefined;
  const held = await carryBegun(connection, spec, streams, signal).finally(forget);
  const exitCode = await ask(access.location, { doing, call: () => exitCodeOf(made, signal) });
  if (held === undefined) return exitCode ?? 1;
  const refusal = execRefusal(spec, held.words.toString('utf8'), exitCode);
  if (refusal !== undefined) throw refusal;
  held.to.write(held.words);
  return exitCode ?? 1;
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
    ...(spec.privileged ? { Privileged: true } : {}),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.workingDir === undefined ? {} : { WorkingDir: spec.workingDir }),
  };
}

/** Output that has not been passed on. */
interface Held {
  readonly words: Buffer;
  readonly to: NodeJS.WritableStream;
}

/**
 * Carries the streams until the program ends. Resolves to what may be the engine's word that it could not be begun, in
 * place of output: that alone is not passed on. Errors: `engine-failed` for output that cannot be understood.
 */
async function carryBegun(
  connection: Duplex,
  spec: ExecSpec,
  streams: ExecStreams,
  signal: AbortSignal | undefined,
): Promise<Held | undefined> {
  let isFirst = true;
  let held: Held | undefined;
  const write = (kind: number, piece: Buffer) => {
    const to = kind === 2 ? streams.errors : streams.output;
    if (isFirst && mayBeRefusal(spec, piece.toString('utf8'))) held = { words: Buffer.from(piece), to };
    else {
      // A program that goes on was begun.
      if (held !== undefined) held.to.write(held.words);
      held = undefined;
      to.write(piece);
    }
    isFirst = false;
  };
  await carry(connection, { ...streams, tty: spec.tty, write }, signal);
  return held;
}
