import type { Container } from 'dockerode';
import { pause } from '../common/deadline.ts';
import { DevenvError } from '../common/errors.ts';
import type { RunStreams, TerminalSize } from '../runner/index.ts';
import { ask, type DockerAccess } from './access.ts';
import { carry } from './carry.ts';
import { inspectContainer } from './containers.ts';
import { startRefused } from './failures.ts';

const LOOK_AGAIN_MS = 20;

/** See `Runner.runUnit`. */
export async function runContainer(access: DockerAccess, id: string, streams: RunStreams): Promise<number> {
  const raw = await inspectContainer(access, id);
  const name = raw?.Name.replace(/^\//, '') ?? id;
  const container = access.docker.getContainer(id);
  const doing = `run container ${name}`;
  // Before it is started, or its first words were lost.
  const connection = await ask(access.location, {
    doing,
    call: () => container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true }),
  });
  const write = (kind: number, piece: Buffer) => (kind === 2 ? streams.errors : streams.output).write(piece);
  const leaving = new AbortController();
  const carrying = carry(
    // The client's types know of a stream that can be read alone.
    connection as Parameters<typeof carry>[0],
    { ...streams, tty: raw?.Config.Tty === true, write },
    leaving.signal,
  );
  try {
    await ask(access.location, {
      doing,
      call: () => container.start(),
      refused: (refusal) => notBegun(refusal.words) ?? startRefused(name, refusal),
    });
    const forget = await tell(container, streams);
    await carrying.finally(forget);
    return await ask(access.location, { doing, call: () => exitCodeOf(container), limitMs: undefined });
  } finally {
    leaving.abort();
    await carrying.catch(() => {});
  }
}

/** The program hears from now on what it is to hear, until the function it resolves to is called. */
async function tell(container: Container, { size, onSignal, onResize }: RunStreams): Promise<() => void> {
  // It may have ended in this very moment.
  const resize = ({ rows, columns }: TerminalSize) =>
    container.resize({ h: rows, w: columns }).catch(() => {});
  const forget = [onResize?.(resize), onSignal((signal) => void container.kill({ signal }).catch(() => {}))];
  if (size !== undefined) await resize(size);
  return () => {
    for (const one of forget) one?.();
  };
}

/** The streams close a moment before the engine knows how the program ended, or while it goes on, when the engine goes. */
async function exitCodeOf(container: Container): Promise<number> {
  for (;;) {
    const { State } = await container.inspect();
    if (!State.Running) return State.ExitCode;
    await pause(LOOK_AGAIN_MS);
  }
}

/** Why a container's program could not be begun, with the code that shells have for it; undefined = for another reason. Pure. */
export function notBegun(words: string): DevenvError | undefined {
  const [, program, why] =
    /exec: \\?"(.+?)\\?": ((?:stat \S+: )?(?:executable file not found|no such file or directory|permission denied|is a directory))/.exec(
      words,
    ) ?? [];
  if (program === undefined || why === undefined) return undefined;
  const isThere = /permission denied|is a directory/.test(why);
  return new DevenvError({
    code: isThere ? 'program-not-executable' : 'program-not-found',
    message: `${program} could not be run: ${why}`,
    hint: isThere ? 'is it a program?' : 'check its spelling, and that the image has it',
    owner: 'user',
  });
}
