import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Machine, ProgramMount, ProgramSpec } from '../../../src/machine/index.ts';
import { A_PROGRAM, obstacle, TestMachine, vi } from './test-machine.ts';

describe.skipIf(obstacle !== undefined)('what a program of this machine sees', () => {
  let place: TestMachine;
  let machine: Machine;
  let directory: string;
  const aNetwork = () => place.aNetwork();
  const aProgram = (script: string, more: Partial<ProgramSpec> = {}) => place.aProgram(script, more);
  const ended = (id: string) => place.ended(id);
  const linesOf = (id: string) => place.linesOf(id);
  const said = (id: string, command: readonly string[]) => place.said(id, command);

  beforeEach(() => {
    place = new TestMachine();
    ({ machine, directory } = place);
  });
  afterEach(() => place.dispose());

  it('is what it mounts, and nobody else sees that', async () => {
    const network = await aNetwork();
    const own = join(directory, 'own');
    mkdirSync(own);
    writeFileSync(join(own, 'here'), 'mine\n');
    await said(network, ['sh', '-c', 'echo of-the-pod >files/0/app.yaml']);
    const mounts: readonly ProgramMount[] = [
      { kind: 'shared', directory: 'files/0', target: '/etc/devenv-none/config' },
      { kind: 'shared', directory: 'files/0', target: '/etc/devenv-none.yaml', alone: 'app.yaml' },
      { kind: 'bind', source: own, target: '/devenv-none/own', readOnly: false },
      {
        kind: 'bind',
        source: join(directory, 'made'),
        target: '/devenv-none/closed',
        readOnly: true,
        makesSource: true,
      },
      { kind: 'tmpfs', target: '/tmp', sizeBytes: 4096 * 10, mode: undefined },
    ];
    const id = await aProgram('sleep 100', { mounts, workingDir: '/devenv-none/own' });
    const look = [
      'cat /etc/devenv-none/config/app.yaml /etc/devenv-none.yaml here',
      'echo written >here; head -c4 /etc/passwd; echo; readlink -f /usr/bin/env /etc/passwd',
      'touch /etc/devenv-none/config/x /devenv-none/closed/x /devenv-none/x /etc/x 2>&1 | grep -c Read-only',
      'head -c 99999 /dev/zero 2>&1 >/tmp/x | grep -c space',
      'ls -A /.gefyra-devenv; head -1 /etc/resolv.conf',
    ];
    expect((await said(id, ['sh', '-c', look.join('\n')])).split('\n')).toEqual([
      ...['of-the-pod', 'of-the-pod', 'mine'],
      ...['root', '/usr/bin/env', '/etc/.gefyra-devenv/here/passwd'],
      ...['4', '1', 'here', 'nameserver 192.0.2.1'],
    ]);
    expect(readFileSync(join(own, 'here'), 'utf8')).toBe('written\n');
    expect(existsSync('/devenv-none') || existsSync('/etc/devenv-none')).toBe(false);
    await said(network, ['sh', '-c', 'echo later >files/0/new; mv files/0/new files/0/app.yaml']);
    expect(await said(id, ['cat', '/etc/devenv-none.yaml', '/etc/devenv-none/config/app.yaml'])).toBe(
      'later\nlater',
    );
  });

  it('is a terminal of its own where it asks for one, in which it is asked to end', async () => {
    await aNetwork();
    const script = `[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && stty size; echo $TERM; echo both >&2
      trap 'echo bye; exit 6' INT; echo up; while :; do sleep 0.05; done`;
    const id = await aProgram(script, { tty: true, stopSignal: 'SIGINT', environment: { TERM: 'xterm' } });
    await vi.waitFor(async () =>
      expect(await linesOf(id)).toEqual(['24 80', 'xterm', 'both', 'up'].map((line) => `stdout: ${line}`)),
    );
    await machine.stopUnit(id, 5000);
    expect(await machine.findUnit(id)).toMatchObject({ state: 'exited', exitCode: 6 });
    await vi.waitFor(async () => expect(await linesOf(id)).toContain('stdout: bye'));
  });

  it('is input that may come, or none', async () => {
    await aNetwork();
    const id = await aProgram('read line; echo "read $?"');
    await ended(id);
    await vi.waitFor(async () => expect(await linesOf(id)).toEqual(['stdout: read 1']));
    await machine.removeUnit(id);
    const open = await aProgram('echo up; read line; echo "read $?"', { stdinOpen: true });
    await vi.waitFor(async () => expect(await linesOf(open)).toEqual(['stdout: up']));
    expect(await machine.findUnit(open)).toMatchObject({ state: 'running' });
  });

  it('is nothing where something cannot be mounted, which is told', async () => {
    await aNetwork();
    const mounts: readonly ProgramMount[] = [
      { kind: 'tmpfs', target: '/mnt', sizeBytes: undefined, mode: undefined, options: 'such=nonsense' },
    ];
    await expect(aProgram('sleep 100', { mounts })).rejects.toMatchObject({
      code: 'mount-failed',
      evidence: expect.arrayContaining([expect.stringContaining('/mnt')]),
    });
    const needs = { mounts: [{ ...mounts[0], target: '/tmp/devenv-none' } as ProgramMount], workingDir: '/' };
    expect(machine.programObstacle(needs)).toMatchObject({
      code: 'mount-failed',
      message: expect.stringContaining('/tmp'),
    });
    expect(machine.programObstacle({ mounts, tty: true, workingDir: '/' })).toBeUndefined();
  });

  it('is the same when it begins again, and for whatever somebody runs in its place', async () => {
    await aNetwork();
    await said('net', ['sh', '-c', 'echo of-the-pod >files/0/app.yaml']);
    const mounts: readonly ProgramMount[] = [
      { kind: 'shared', directory: 'files/0', target: '/devenv-none/config' },
    ];
    const id = await aProgram('cat /devenv-none/config/app.yaml; sleep 100', { mounts });
    const begun = 'stdout: of-the-pod';
    await vi.waitFor(async () => expect(await linesOf(id)).toEqual([begun]));
    await machine.restartUnit(id, 1000);
    await vi.waitFor(async () => expect(await linesOf(id)).toEqual([begun, begun]));
    const made = { name: 'once', mounts, attached: true } as const;
    const once = await machine.createProgram({
      ...A_PROGRAM,
      ...made,
      command: ['ls', '/devenv-none/config'],
    });
    const output = new PassThrough();
    const quiet = { onSignal: () => () => {}, onResize: () => () => {} };
    expect(await machine.runUnit(once, { input: undefined, output, errors: output, ...quiet })).toBe(0);
    output.end();
    expect(await text(output)).toBe('app.yaml\n');
    const impossible = { ...mounts[0], target: '/tmp/devenv-none' } as ProgramMount;
    await expect(
      machine.createProgram({
        ...A_PROGRAM,
        ...made,
        name: 'twice',
        mounts: [impossible],
        command: ['true'],
      }),
    ).rejects.toMatchObject({ code: 'mount-failed' });
    expect(await machine.findUnit('twice')).toBeUndefined();
  });
});
