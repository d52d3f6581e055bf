import { describe, expect, it } from 'vitest';
import {
  type Endpoint,
  type IncomingStream,
  openTunnel,
  StreamBudget,
  serveTunnel,
} from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const somewhere = { kind: 'tcp', host: '127.0.0.1', port: 80 } as const;

describe('the budget of streams', () => {
  it('gives each its share of what there is for all', () => {
    const budget = new StreamBudget({ inAll: 8 * MIB, perStream: MIB, streams: 9999 });
    const windows = [1, 8, 9, 150, 512, 5000].map((count) => {
      while (budget.streams < count) budget.enter();
      return budget.window / KIB;
    });
    expect(windows).toEqual([1024, 1024, 512, 32, 16, 16]);
  });

  it('gives more again when there is room for twice of it, and tells each change once', () => {
    const budget = new StreamBudget({ inAll: 8 * MIB, perStream: MIB, streams: 9999 });
    const told: number[] = [];
    const end = budget.follow((window) => told.push(window / KIB));
    const leave = Array.from({ length: 16 }, () => budget.enter());
    for (let count = 16; count > 0; count -= 1) {
      const left = leave.shift();
      left?.();
      left?.();
      if (count > 5) expect(budget.window).toBe(512 * KIB);
    }
    expect([budget.streams, told]).toEqual([0, [512, 1024]]);
    end();
    for (let count = 0; count < 100; count += 1) budget.enter();
    expect(told).toHaveLength(2);
  });

  it('gives one stream more the longer a round trip takes, and no more than there is for all', () => {
    const budget = new StreamBudget({
      inAll: 8 * MIB,
      perStream: MIB,
      perFarStream: 16 * MIB,
      streams: 9999,
    });
    const near = {};
    const far = {};
    const windows = [0.1, 10, 12, 40, 80, 300].map((ms) => {
      budget.delayed(far, ms);
      budget.delayed(near, 0.2);
      return budget.window / MIB;
    });
    expect(windows).toEqual([1, 1, 2, 4, 8, 8]);
    const leave = [1, 2, 3].map(() => budget.enter());
    expect(budget.window / MIB).toBe(2);
    for (const one of leave) one();
    expect(budget.window / MIB).toBe(8);
    budget.delayed(far, 50);
    expect(budget.window / MIB).toBe(8);
    budget.delayed(far, undefined);
    expect(budget.window / MIB).toBe(1);
  });

  it.each([
    ['near', 0],
    ['far', 40],
  ])('lets through to a reader that is %s as much as a round trip takes', async (where, delayMs) => {
    const [left, right] = await aSocketPair(delayMs);
    serveTunnel(right, ({ stream, accept }) => {
      accept();
      stream.on('error', () => {});
      stream.write(Buffer.alloc(32 * MIB));
    });
    const tunnel = openTunnel(left);
    // A ping has gone there and back.
    await new Promise((resolve) => setTimeout(resolve, 4 * delayMs + 20));
    const { accepted } = tunnel.open(somewhere);
    await accepted;
    let before = -1;
    while (left.bytesRead !== before) {
      before = left.bytesRead;
      await new Promise((resolve) => setTimeout(resolve, 10 * delayMs + 200));
    }
    const carried = Math.round(left.bytesRead / MIB);
    // A busy machine is a little farther away.
    if (where === 'far') expect(carried).toBeGreaterThanOrEqual(8);
    else expect(carried).toBeLessThanOrEqual(2);
    tunnel.destroy();
  });

  it('bounds how many there are: further ones are refused at either end, until one has gone', async () => {
    const [left, right] = await aSocketPair();
    const bounds = { inAll: MIB, perStream: MIB };
    const serves = new StreamBudget({ ...bounds, streams: 2 });
    serveTunnel(right, ({ accept }) => accept(), { budget: serves });
    const tunnel = openTunnel(left, { budget: new StreamBudget({ ...bounds, streams: 3 }) });
    const first = tunnel.open(somewhere);
    tunnel.open(somewhere);
    const third = tunnel.open(somewhere);
    await expect(third.accepted).rejects.toThrow('status 503');
    await closed(third);
    const fourth = tunnel.open(somewhere);
    expect(() => tunnel.open(somewhere)).toThrow('there are 3 streams already');
    await expect(fourth.accepted).rejects.toThrow('status 503');
    first.abort();
    await closed(first);
    await expect(tunnel.open(somewhere).accepted).resolves.toBeUndefined();
    tunnel.destroy();
  });

  it.each(['opener', 'server'] as const)(
    'bounds what lies unread at the %s, also what a few had before the others came, and nothing stands still for it',
    async (reader) => {
      const budget = new StreamBudget({ inAll: 2 * MIB, perStream: MIB, streams: 9999 });
      const [left, right] = await aSocketPair();
      const incoming: IncomingStream[] = [];
      const served = serveTunnel(
        right,
        (made) => {
          made.accept();
          incoming.push(made);
        },
        reader === 'server' ? { budget } : {},
      );
      const tunnel = openTunnel(left, reader === 'opener' ? { budget } : {});
      const sent = 256 * KIB;
      const streams = [];
      for (let count = 0; count < 64; count += 1) {
        const opened = tunnel.open(somewhere);
        await opened.accepted;
        const made = incoming.at(-1);
        if (made === undefined) throw new Error('no stream arrived');
        const [from, to] = reader === 'server' ? [opened, made] : [made, opened];
        from.stream.end(Buffer.alloc(sent, count));
        streams.push(to.stream);
      }
      expect(budget.streams).toBe(64);
      const unread = await standsStill(() => (reader === 'server' ? right : left).bytesRead);
      expect(unread).toBeLessThan(6 * MIB);
      const read = streams.map(async (stream) => {
        let bytes = 0;
        for await (const chunk of stream) bytes += chunk.length;
        return bytes;
      });
      expect(await Promise.all(read)).toEqual(streams.map(() => sent));
      tunnel.destroy();
      served.destroy();
      await tunnel.closed;
      expect(budget.streams).toBe(0);
    },
    10_000,
  );
});

/** Resolves to a count when it has not grown for a while. */
async function standsStill(count: () => number): Promise<number> {
  for (let before = -1; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (count() === before) return before;
    before = count();
  }
}

function closed({ stream }: Endpoint): Promise<void> {
  return new Promise((resolve) => stream.once('close', resolve));
}
