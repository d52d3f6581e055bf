import { describe, expect, it } from 'vitest';
import { onAbort, unlessAborted, withDeadline } from '../../../src/common/deadline.ts';

const never = new Promise<never>(() => {});

describe('work that may be left to itself', () => {
  it('is waited for as long as nobody wants to leave', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted('it', signal, Promise.resolve(1))).toBe(1);
    await expect(unlessAborted('it', signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await unlessAborted('it', undefined, Promise.resolve(1))).toBe(1);
  });

  it('is left as soon as somebody wants to leave, or wanted to before', async () => {
    const abort = new AbortController();
    const waiting = unlessAborted('it', abort.signal, never);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled', message: 'it was cancelled' });
    await expect(unlessAborted('it', abort.signal, never)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('may fail afterwards without anybody hearing of it', async () => {
    let fail = () => {};
    const work = new Promise<void>((_, reject) => {
      fail = () => reject(new Error('too late'));
    });
    const waiting = unlessAborted('it', AbortSignal.abort(), work);
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    fail();
    // A rejection that nobody hears fails the test run.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('whoever waits for a signal', () => {
  it('hears that it aborts, once, and at once when it has', () => {
    const heard: string[] = [];
    const abort = new AbortController();
    onAbort(abort.signal, () => heard.push('before'));
    onAbort(abort.signal, () => heard.push('left'))();
    expect(heard).toEqual([]);
    abort.abort();
    onAbort(abort.signal, () => heard.push('after'));
    expect(heard).toEqual(['before', 'after']);
  });
});

describe('a deadline', () => {
  it('names what did not happen in time', async () => {
    await expect(withDeadline({ name: 'the answer', ms: 5 }, undefined, () => never)).rejects.toMatchObject({
      code: 'deadline-passed',
      message: 'the answer took longer than 0.005 s',
    });
  });

  it('is not what a cancelled wait failed by', async () => {
    const abort = new AbortController();
    const waiting = withDeadline({ name: 'the answer', ms: 5000 }, abort.signal, () => never);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });
});
