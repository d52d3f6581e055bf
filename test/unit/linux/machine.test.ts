import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Machine, ProgramSpec } from '../../../src/machine/index.ts';
import type { UnitEvent } from '../../../src/runner/index.ts';
import { machineIn, obstacle, TestMachine, vi } from './test-machine.ts';

describe.skipIf(obstacle !== undefined)('a program of this machine', () => {
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

  it('has its variables over this user’s, its directory, its output and its exit code', async () => {
    await aNetwork();
    const id = await aProgram('echo "$MINE $OURS $(pwd)"; echo no >&2; exit 3');
    await ended(id);
    await vi.waitFor(async () =>
      expect((await linesOf(id)).toSorted()).toEqual(['stderr: no', "stdout: yes it's /tmp"].toSorted()),
    );
    expect(await machine.findUnit('app')).toMatchObject({
      exitCode: 3,
      networkMode: expect.stringMatching(/^container:/),
    });
  });

  it('is in a network of its own, where lookups go to its gateway, and has no right to change that', async () => {
    await aNetwork();
    const id = await aProgram('sleep 100');
    expect(await said(id, ['cat', '/etc/resolv.conf'])).toBe('nameserver 192.0.2.1');
    expect(await said(id, ['sh', '-c', 'tail -1 /etc/hosts; tail -1 /etc/nsswitch.conf'])).toBe(
      '192.0.2.7\tdb.test\nhosts: files dns',
    );
    expect(
      await said(id, ['sh', '-c', 'PATH=$PATH:/usr/sbin nft list tables 2>&1; echo $MINE$OURS']),
    ).toMatch(/not permitted[\s\S]*yesit's$/);
    const path = (await machine.findUnit('net'))?.environment.DEVENV_SOCKET ?? '';
    const socket = await vi.waitFor(() => machine.dialSocket('net', path));
    expect(await text(socket)).toBe('hello');
  });

  it('says of a program that is not there that it could not be begun', async () => {
    await aNetwork();
    const id = await aProgram('sleep 100');
    await expect(said(id, ['surely-not-there'])).rejects.toMatchObject({ code: 'program-not-found' });
    await expect(said(id, ['/etc/hosts'])).rejects.toMatchObject({ code: 'program-not-executable' });
  });

  it('is asked to end with its signal, its children with it, and is killed after its grace', async () => {
    await aNetwork();
    const id = await aProgram("trap 'echo bye; exit 0' INT; echo up; while :; do sleep 0.05; done", {
      stopSignal: 'SIGINT',
    });
    await vi.waitFor(async () => expect(await linesOf(id)).toEqual(['stdout: up']));
    await machine.stopUnit(id, 5000);
    expect(await machine.findUnit(id)).toMatchObject({ state: 'exited', exitCode: 0 });
    await vi.waitFor(async () => expect(await linesOf(id)).toContain('stdout: bye'));
    await machine.startUnit(id);
    await vi.waitFor(async () =>
      expect((await linesOf(id)).filter((line) => line === 'stdout: up')).toHaveLength(2),
    );
    await said(id, ['sh', '-c', 'kill -STOP $(cat /proc/1/task/1/children)']);
    await machine.stopUnit(id, 100);
    expect(await machine.findUnit(id)).toMatchObject({ state: 'exited', exitCode: 137 });
  });

  it('takes what it left in the background along, and everything is gone with its network', async () => {
    const network = await aNetwork();
    const mark = `6${Math.floor(Math.random() * 1e6)}`;
    const id = await aProgram(`setsid sleep ${mark} & sleep 0.2; exit 0`);
    await ended(id);
    const isLeft = async () => (await said(network, ['sh', '-c', 'ps ax -o args'])).includes(`sleep ${mark}`);
    await vi.waitFor(async () => expect(await isLeft()).toBe(false));
    await machine.startUnit(id);
    await machine.stopUnit(network, 0);
    expect(await machine.findUnit(id)).toMatchObject({ state: 'exited', exitCode: 137 });
  });

  it('tells of its start, its end and its removal', async () => {
    await aNetwork();
    const watching = new AbortController();
    const events: string[] = [];
    const heard = (async () => {
      for await (const { kind, name } of machine.watchUnits(watching.signal) as AsyncIterable<UnitEvent>)
        events.push(`${kind} ${name}`);
    })();
    const id = await aProgram('sleep 0.3');
    await ended(id);
    await vi.waitFor(() => expect(events).toEqual(['started app', 'died app']));
    await machine.removeUnit(id);
    await vi.waitFor(() => expect(events.at(-1)).toBe('removed app'));
    watching.abort();
    await heard;
  });

  it('goes on where another process of its session holds it', async () => {
    await aNetwork();
    const id = await aProgram('while :; do echo tick || exit 9; sleep 0.05; done');
    machine.letGo();
    // Nobody reads what it writes meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const other = machineIn(directory);
    await other.hold('s1');
    const before = (await linesOf(id)).length;
    await vi.waitFor(async () => expect((await linesOf(id)).length).toBeGreaterThan(before + 2));
    await other.stopUnit(id, 1000);
    await other.startUnit(id);
    await other.removeUnit(id);
    await other.removeUnit('net');
  });

  it('is refused a name that is taken, and a network that is gone', async () => {
    const network = await aNetwork();
    const id = await aProgram('sleep 100');
    await expect(aProgram('true')).rejects.toMatchObject({ code: 'session-conflict' });
    await machine.stopUnit(network, 0);
    await expect(machine.startUnit(id)).rejects.toMatchObject({ message: 'its network is gone' });
  });
});
