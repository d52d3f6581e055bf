import { describe, expect, it } from 'vitest';
import { PassQueue } from '../../../src/session/pass-queue.ts';

/** A pass that lasts until it is told how it ends. */
function aPass(log: string[], name: string) {
  let end: (error?: Error) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve() : reject(error));
  });
  const pass = () => {
    log.push(name);
    return ended;
  };
  return { pass, end: (error?: Error) => end(error) };
}

describe('passes', () => {
  it('run one at a time, of those asked for meanwhile only the latest', async () => {
    const queue = new PassQueue();
    const log: string[] = [];
    const [first, second, third] = [aPass(log, 'first'), aPass(log, 'second'), aPass(log, 'third')];
    const outcomes = [first, second, third].map(({ pass }) => queue.run('wanted', pass));
    expect(log).toEqual(['first']);
    first.end();
    await outcomes[0];
    third.end();
    await Promise.all(outcomes);
    expect(log).toEqual(['first', 'third']);
  });

  it('share an outcome with those that took their place, not with the one before', async () => {
    const queue = new PassQueue();
    const [first, second, third] = [aPass([], ''), aPass([], ''), aPass([], '')];
    const outcomes = [first, second, third].map(({ pass }) => queue.run('wanted', pass));
    first.end();
    third.end(new Error('third'));
    const settled = await Promise.allSettled(outcomes);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('never take the place of one that is asked for otherwise', async () => {
    const queue = new PassQueue();
    const log: string[] = [];
    const [first, file, mending] = [aPass(log, 'first'), aPass(log, 'file'), aPass(log, 'mending')];
    const outcomes = [
      queue.run('wanted', first.pass),
      queue.run('wanted', file.pass),
      queue.run('mending', mending.pass),
    ];
    for (const { end } of [first, file, mending]) end();
    await Promise.all(outcomes);
    expect(log).toEqual(['first', 'file', 'mending']);
  });

  it('are idle when none runs and none waits, also after failures', async () => {
    const queue = new PassQueue();
    const log: string[] = [];
    const [first, second] = [aPass(log, 'first'), aPass(log, 'second')];
    const outcomes = [queue.run('wanted', first.pass), queue.run('mending', second.pass)];
    const idle = queue.idle().then(() => log.push('idle'));
    first.end(new Error('first'));
    second.end();
    await Promise.allSettled(outcomes);
    await idle;
    expect(log).toEqual(['first', 'second', 'idle']);
    await queue.idle();
  });
});
