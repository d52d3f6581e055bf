import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { pause } from '../common/deadline.ts';
import { DevenvError, messageOf } from '../common/errors.ts';
import { lastLines, type Runner } from '../runner/index.ts';
import { failed } from './failed.ts';
import { beginScript } from './mount-script.ts';
import { pointsHere } from './mounts-here.ts';
import type { Ways } from './namespaces.ts';
import { file, type StoredUnit, writeWhole } from './unit-files.ts';
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

/** Begins a program in a network that is asked by `requests`. Errors: `container-failed`, `mount-failed`. */
export async function beginProgram(
  { id, network = '', mounts, workingDir }: StoredUnit,
  units: Units,
  requests: number | undefined,
  logs: Logs,
): Promise<void> {
  const whyNot = () => (units.state(network).state === 'running' ? undefined : 'its network is gone');
  const why = requests === undefined ? 'its network is another session’s' : whyNot();
  if (requests === undefined || why !== undefined) throw failed(why ?? '');
  const points = pointsHere(mounts, { workingDir, needed: units.path(id) });
  writeWhole(units.path(id, file.begin), beginScript(points, units.path(network)));
  writeSync(requests, `${units.path(id)}\n`);
  const ended = () => (units.state(id).state === 'exited' ? 'it ended before it began' : undefined);
  try {
    await begun(file.ready, id, units, logs, () => whyNot() ?? ended());
  } catch (error) {
    throw mountsFailed(units.path(id, file.mountsSaid)) ?? error;
  }
}

/** What the mounts of a program said went wrong; undefined where nothing did. */
function mountsFailed(said: string): DevenvError | undefined {
  const lines = existsSync(said) ? readFileSync(said, 'utf8').trim() : '';
  if (lines === '') return undefined;
  return new DevenvError({
    code: 'mount-failed',
    message: 'what it mounts could not be mounted',
    evidence: lines.split('\n'),
    owner: 'environment',
  });
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
    // It may have begun, and ended since.
    if (why !== undefined && !existsSync(units.path(id, sign))) throw failed(why, await lastLines(logs, id));
  }
}
