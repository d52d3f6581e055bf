import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { bridgeStates, givenUp, waitUntilLive } from '../../../../src/cli/commands/wait-until-live.ts';
import { exitCodeOf } from '../../../../src/cli/exit-codes.ts';
import { controlSocketPath } from '../../../../src/session/index.ts';
import { aCliContext } from '../../../builders/cli-context.ts';

const status = {
  name: 'app',
  container: 'gefyra-shop.app',
  state: 'exited',
  ports: [],
  lastEnd: { exitCode: 3, outOfMemory: false, at: 1 },
};

const engine = {
  async *unitLogs(container: string) {
    yield { stream: 'stderr' as const, line: `${container} cannot`, at: 1 };
  },
};

it('tells of a service that has ended with exit code and last lines, and exits with 1', async () => {
  const error = await givenUp([{ status, bridges: ['bridge/app:80'] }], async () => engine);
  expect(error).toMatchObject({
    code: 'container-failed',
    message: 'service app has ended with exit code 3, and bridge/app:80 needs it',
    evidence: ['gefyra-shop.app cannot'],
  });
  expect(exitCodeOf(error.code)).toBe(1);
});

it('tells of it without an engine, and of several each with its lines', async () => {
  const refused = Promise.reject(new Error('no engine'));
  expect(await givenUp([{ status, bridges: [] }], () => refused)).toMatchObject({
    message: 'service app has ended with exit code 3',
  });
  const killed = { ...status, lastEnd: { exitCode: 137, outOfMemory: true, at: 1 } };
  const silent = { async *unitLogs() {} };
  expect(await givenUp([{ status: killed, bridges: [] }], async () => silent)).toMatchObject({
    message: 'service app has ended with exit code 137 (out of memory); it wrote nothing',
  });
  const db = { ...status, name: 'db', container: 'gefyra-shop.db' };
  const both = [status, db].map((one) => ({ status: one, bridges: [] }));
  expect((await givenUp(both, async () => engine)).evidence).toEqual([
    'app | gefyra-shop.app cannot',
    'db | gefyra-shop.db cannot',
  ]);
});

it('does not wait for a session that is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wait-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const waiting = waitUntilLive(aCliContext(), controlSocketPath(folder, 'shop'), {
    seconds: 60,
    report: () => {},
  });
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
});

it('tells in the end how each bridge is', () => {
  const bridge = { service: 'app', target: 'pod/a', port: 80, local: 80, staying: 0, onRequest: false };
  const bridges = [
    { ...bridge, name: 'app:80', state: 'live', reason: '' },
    { ...bridge, name: 'app:81', state: 'waiting', reason: 'for a debugger' },
  ] as const;
  expect(bridgeStates({ bridges })).toEqual([
    { type: 'state', resource: 'bridge/app:80', state: 'live' },
    { type: 'state', resource: 'bridge/app:81', state: 'waiting', reason: 'for a debugger' },
  ]);
});
