import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunStreams } from '../../../src/runner/index.ts';
import { A_PROGRAM, machineIn, obstacle, TestMachine, vi } from './test-machine.ts';

/** Streams that a test reads, and what it tells the program. */
class TestStreams implements RunStreams {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly errors = new PassThrough();
  tell: (signal: NodeJS.Signals) => void = () => {};

  readonly onSignal: RunStreams['onSignal'] = (listener) => {
    this.tell = listener;
    return () => {};
  };

  /** Until the program has said on stderr that it is up. */
  async up(): Promise<void> {
    await new Promise((resolve) => this.errors.once('data', resolve));
  }

  async said(): Promise<string> {
    this.output.end();
    return text(this.output);
  }
}

describe.skipIf(obstacle !== undefined)('a program of this machine that somebody runs', () => {
  let place: TestMachine;

  beforeEach(async () => {
    place = new TestMachine();
    await place.aNetwork();
  });
  afterEach(() => place.dispose());

  const made = (...command: readonly string[]) =>
    place.machine.createProgram({ ...A_PROGRAM, name: 'once', command, attached: true });

  it('has their input and output, from another process too, hears signals, and ends with its exit code', async () => {
    const id = await made(
      ...['sh', '-c'],
      `read -r line; echo "$line $OURS $(pwd)"; cat /etc/resolv.conf
       trap "exit 5" TERM; echo up >&2; while :; do sleep 0.05; done`,
    );
    const streams = new TestStreams();
    streams.input.end('told\n');
    // It holds nothing.
    const ran = machineIn(place.directory).runUnit(id, streams);
    await streams.up();
    streams.tell('SIGTERM');
    expect(await ran).toBe(5);
    expect(await streams.said()).toBe("told it's /tmp\nnameserver 192.0.2.1\n");
  });

  it('takes along what is left of it when it is removed', async () => {
    const mark = `7${Math.floor(Math.random() * 1e6)}`;
    const id = await made('sh', '-c', `setsid sleep ${mark} & exec sleep ${mark}`);
    const ran = place.machine.runUnit(id, new TestStreams());
    const left = async () =>
      (await place.said('net', ['sh', '-c', 'ps ax -o args']))
        .split('\n')
        .filter((line) => line === `sleep ${mark}`);
    await vi.waitFor(async () => expect(await left()).toHaveLength(2));
    await place.machine.removeUnit(id);
    expect(await ran).toBe(137);
    expect(await left()).toEqual([]);
  });

  it('is asked to end, and is over with it', async () => {
    const id = await made(
      'sh',
      '-c',
      'trap "echo bye; exit 4" TERM; echo up >&2; while :; do sleep 0.05; done',
    );
    const streams = new TestStreams();
    const ran = place.machine.runUnit(id, streams);
    await streams.up();
    await place.machine.stopUnit(id, 8000);
    expect([await ran, (await place.machine.findUnit(id))?.state]).toEqual([4, 'exited']);
    expect(await streams.said()).toBe('bye\n');
  });

  it('could not be begun, which is told', async () => {
    const ran = place.machine.runUnit(await made('surely-not-there'), new TestStreams());
    await expect(ran).rejects.toMatchObject({ code: 'program-not-found' });
  });
});
