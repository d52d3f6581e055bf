import type { Duplex } from 'node:stream';
import type { LogLine } from '../../src/runner/index.ts';

/**
 * What runs in a fake container, in this process. Called shortly after the container's start; the container runs until
 * the program calls `exit`, throws, or is killed. One that never calls `onStop` does not care about being asked to
 * end and is killed after its grace, as a first process without a handler is.
 */
export type FakeProgram = (process: FakeProcess) => void;

/** What a program is told and may do. */
export interface FakeProcess {
  /** Entrypoint and command. */
  readonly words: readonly string[];
  /** Labels of the container: which part of a test it plays. A real program does not see them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Variables of image and container. */
  readonly environment: Readonly<Record<string, string>>;
  /** Aborts when the container ends, for whatever reason. */
  readonly ended: AbortSignal;
  /** Writes a line of output. */
  write(stream: LogLine['stream'], line: string): void;
  /** Listens on a Unix socket; each `dialSocket` to it gives the program one end of a stream. */
  listen(socketPath: string, onConnection: (stream: Duplex) => void): void;
  /** Called when the engine asks the program to end. */
  onStop(callback: () => void): void;
  exit(code: number): void;
}

/** Does nothing until it is asked to end. What containers run for which a test named no program. */
export const idle: FakeProgram = (process) => process.onStop(() => process.exit(0));
