import { expect, it } from 'vitest';
import { newest } from '../../../src/common/newest.ts';

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

async function collected(source: AsyncIterable<number>, work: () => Promise<unknown>): Promise<number[]> {
  const seen: number[] = [];
  for await (const value of newest(source)) {
    seen.push(value);
    await work();
  }
  return seen;
}

async function* several(...values: readonly number[]) {
  yield* values;
}

it('whoever is slow sees the last value, and none that was old by then', async () => {
  async function* source() {
    yield 1;
    await soon();
    yield 2;
    yield 3;
    yield 4;
  }
  const slow = async () => {
    for (let time = 0; time < 5; time += 1) await soon();
  };
  expect(await collected(source(), slow)).toEqual([1, 4]);
});

it('whoever is fast sees all', async () => {
  async function* source() {
    for (const value of [1, 2, 3]) {
      yield value;
      await soon();
    }
  }
  expect(await collected(source(), async () => {})).toEqual([1, 2, 3]);
  expect(await collected(several(), soon)).toEqual([]);
});

it('fails as its source does, after the last value', async () => {
  async function* source() {
    yield 1;
    throw new Error('the watch broke');
  }
  const seen: number[] = [];
  const reading = (async () => {
    for await (const value of newest(source())) seen.push(value);
  })();
  await expect(reading).rejects.toThrow('the watch broke');
  expect(seen).toEqual([1]);
});

it('ends its source when nobody reads any more', async () => {
  let isEnded = false;
  async function* source() {
    try {
      for (;;) {
        yield 1;
        await soon();
      }
    } finally {
      isEnded = true;
    }
  }
  for await (const _ of newest(source())) break;
  await expect.poll(() => isEnded).toBe(true);
});
