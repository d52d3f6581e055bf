import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pause, withDeadline } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import type { Healthcheck } from '../model/workspace.ts';
import type { ExecSpec, ExecStreams, UnitInfo } from '../runner/index.ts';

/** A test that a command makes. */
export type HealthTest = Extract<Healthcheck, { kind: 'test' }>;

/** What a health test says. */
export type Health = Pick<UnitInfo, 'health' | 'healthOutput'>;

/** Longest output of a test that is kept, characters. */
const MOST_CHARACTERS = 4096;

/** Runs a command where the program is. */
export type RunTest = (exec: ExecSpec, streams: ExecStreams, signal: AbortSignal) => Promise<number>;

/**
 * Tests again and again whether a program works, as engines do it with containers: failures count only after the start
 * period, or once it was healthy. `tell` gets each state. Until `signal` aborts. Never rejects.
 */
export async function followHealth(
  test: HealthTest,
  run: RunTest,
  tell: (health: Health) => void,
  signal: AbortSignal,
): Promise<void> {
  const { intervalMs, startPeriodMs, startIntervalMs, retries } = test;
  const begun = performance.now();
  let health: Health['health'] = 'starting';
  let failures = 0;
  tell({ health, healthOutput: '' });
  const isStarting = () => health === 'starting' && performance.now() - begun < startPeriodMs;
  for (;;) {
    await pause(isStarting() ? startIntervalMs : intervalMs, signal);
    if (signal.aborted) return;
    const counts = !isStarting();
    const { succeeded, output } = await tested(test, run, signal);
    if (signal.aborted) return;
    if (succeeded) health = 'healthy';
    failures = succeeded ? 0 : failures + (counts ? 1 : 0);
    if (!succeeded && failures >= Math.max(1, retries)) health = 'unhealthy';
    tell({ health, healthOutput: output });
  }
}

async function tested({ test, timeoutMs }: HealthTest, run: RunTest, signal: AbortSignal) {
  const [kind, ...words] = test;
  const command = kind === 'CMD-SHELL' ? ['sh', '-c', ...words] : words;
  const output = new PassThrough();
  const said = text(output);
  const streams = { input: undefined, output, errors: output };
  try {
    const code = await withDeadline({ name: 'the health test', ms: timeoutMs }, signal, (within) =>
      run({ command, environment: {}, tty: false }, streams, within),
    );
    output.end();
    return { succeeded: code === 0, output: (await said).trim().slice(0, MOST_CHARACTERS) };
  } catch (error) {
    output.end();
    return { succeeded: false, output: messageOf(error) };
  }
}
