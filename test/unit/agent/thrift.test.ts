import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { socketBytes, unacceptedBytes } from '../../../src/agent/bounds.ts';
import { beThrifty, type Memory } from '../../../src/agent/thrift.ts';

const MB = 1e6;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Memory in which so much is needed, and the rest is there because nobody looked. */
function aMemory() {
  const world = { needed: 0, old: 0, young: 0, given: 0, all: 0, looks: 0, spent: 0 };
  const memory: Memory = {
    buffers: () => {
      world.looks += 1;
      return world.needed + world.old + world.young;
    },
    freeYoung: () => {
      world.young = 0;
    },
    freeAll: () => {
      world.all += 1;
      world.spent += 15;
      world.young = 0;
      world.old = 0;
    },
    giveBack: () => {
      world.given += 1;
    },
  };
  return { world, memory, clock: () => performance.now() + world.spent };
}

it('what nobody needs any more does not lie about while much is carried', () => {
  const { world, memory, clock } = aMemory();
  const thrift = beThrifty(memory, clock);
  let most = 0;
  for (let ms = 0; ms < 5000; ms += 10) {
    world.needed = 8 * MB;
    world.young += 2.5 * MB;
    if (ms % 50 === 0) world.old += MB / 2;
    vi.advanceTimersByTime(10);
    if (ms > 500) most = Math.max(most, memory.buffers());
  }
  expect(most / MB).toBeLessThan(8 + 16 + 4);
  expect(world.given).toBe(0);
  thrift.end();
});

it('what callers do not take is not looked for again and again', () => {
  const { world, memory, clock } = aMemory();
  const thrift = beThrifty(memory, clock);
  world.needed = 20 * MB;
  vi.advanceTimersByTime(1000);
  for (let count = 0; count < 100; count += 1) {
    world.young += 4 * MB;
    vi.advanceTimersByTime(10);
  }
  expect(world.all).toBeLessThan(30);
  thrift.end();
});

it('after a load all is given back, also what that has ended, and it is looked at rarely', () => {
  const { world, memory, clock } = aMemory();
  const thrift = beThrifty(memory, clock);
  world.old = 10 * MB;
  vi.advanceTimersByTime(2000);
  expect([world.old, world.given]).toEqual([0, 2]);
  world.looks = 0;
  vi.advanceTimersByTime(60_000);
  expect([world.given, world.looks <= 240]).toEqual([2, true]);
  thrift.end();
});

it('the kernel keeps the less for each caller the more there are', () => {
  expect([1, 4, 32, 150, 5000].map((count) => socketBytes(count) / 1024)).toEqual([512, 256, 32, 16, 16]);
});

it('what no service has accepted yet is kept of each caller the less the more there are', () => {
  expect([1, 32, 64, 150, 5000].map((count) => unacceptedBytes(count) / 1024)).toEqual([64, 64, 32, 16, 16]);
});
