import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { pause } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import { lastLines, type Runner } from '../runner/index.ts';
import { failed } from './failed.ts';
import type { Ways } from './namespaces.ts';
import { file, type StoredUnit } from './unit-files.ts';
import type { Units } from './units.ts';

/** How long a first process may take to tell of itself. */
const BEGIN_MS = 10_000;

const LOOK_AGAIN_MS = 5;

/** Begins the first process of a network, which this process must hold. Errors: `container-failed` with what it wrote. */
export async function beginNetwork({ id }: StoredUnit, units: Units, ways: Ways, logs: Logs): Promise<void> {
  const [program = '', ...words] = ways.make;
  const path = (name: string) => units.path(id, name);
  // Each has its other end here: nothing waits. Those that are written to stay good while nobody reads.
  const descriptors = [
    openSync(path(file.stdout), 'r+'),
    openSync(path(file.stderr), 'r+'),
    openSync(path(file.requests), 'r'),
  ];
  const first = ['sh', path(file.first), units.path(id), ways.lower, ways.lowerGateway];
  const child = spawn(program, [...words, ...first], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', ...descriptors],
  });
  for (const descriptor of descriptors) closeSync(descriptor);
  child.unref();
  let ended: string | undefined;
  child.once('error', (error) => (ended = messageOf(error)));
  child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? `exit code ${code}`}`));
  await begun(file.began, id, units, logs, () => ended);
}

/** Begins a program in a network that is asked by `requests`. Errors: `container-failed`. */
export async function beginProgram(
  { id, network = '' }: StoredUnit,
  units: Units,
  requests: number | undefined,
  logs: Logs,
): Promise<void> {
  const whyNot = () => (units.state(network).state === 'running' ? undefined : 'its network is gone');
  const why = requests === undefined ? 'its network is another session’s' : whyNot();
  if (requests === undefined || why !== undefined) throw failed(why ?? '');
  writeSync(requests, `${units.path(id)}\n`);
  await begun(file.ready, id, units, logs, whyNot);
}

/** What tells a unit's last lines. */
type Logs = Pick<Runner, 'unitLogs'>;

async function begun(
  sign: string,
  id: string,
  units: Units,
  logs: Logs,
  whyNot: () => string | undefined,
): Promise<void> {
  const until = performance.now() + BEGIN_MS;
  while (!existsSync(units.path(id, sign))) {
    const why = whyNot() ?? (performance.now() > until ? 'it does not begin' : undefined);
    await pause(LOOK_AGAIN_MS);
    if (why !== undefined) throw failed(why, await lastLines(logs, id));
  }
}
