import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ledger, longestGap, windowOf } from '../../../soak/ledger.mjs';
import { aRequest, aWindow, steadily } from './requests.ts';

describe('the event a request belongs to', () => {
  const windows = [aWindow({ from: 1000, to: 2000 }), aWindow({ name: 'later', from: 5000, to: 6000 })];
  const nameOf = (request: Parameters<typeof aRequest>[0]) => windowOf(aRequest(request), windows)?.name;

  it('is that in which it ended', () => {
    expect(nameOf({ from: 500, to: 1500 })).toBe('agent killed');
    expect(nameOf({ from: 1500, to: 5500 })).toBe('later');
  });

  it('is one that it has seen, when it ended between events', () => {
    expect(nameOf({ from: 1500, to: 2500 })).toBe('agent killed');
    expect(nameOf({ from: 500, to: 2500 })).toBe('agent killed');
  });

  it('is none, when it has seen none', () => {
    expect(nameOf({ from: 100, to: 900 })).toBeUndefined();
    expect(nameOf({ from: 2500, to: 4500, error: 'ECONNRESET' })).toBeUndefined();
  });

  it('is that of the cut alone, for a stream that is cut', () => {
    expect(nameOf({ from: 1500, to: 2500, endless: true, error: 'ECONNRESET' })).toBeUndefined();
    expect(nameOf({ from: 500, to: 1500, endless: true, error: 'ECONNRESET' })).toBe('agent killed');
    expect(nameOf({ from: 1500, to: 2500, endless: true })).toBe('agent killed');
  });
});

describe('the longest gap', () => {
  it('is the longest time without an answer, of the load that has it worst', () => {
    const well = steadily(0, 5000, { load: 'other' });
    const broken = [...steadily(0, 1000), ...steadily(3000, 5000)];
    expect(longestGap([...well, ...broken], 0, 5000)).toBe(3010 - 960);
  });

  it('counts errors as no answer, and answers of the original as answers', () => {
    const failed = steadily(1000, 3000, { by: undefined, error: 'ECONNRESET' });
    const others = [...steadily(0, 1000), ...steadily(3000, 5000)];
    expect(longestGap([...others, ...failed], 0, 5000)).toBe(3010 - 960);
    expect(longestGap([...others, ...steadily(1000, 3000, { by: 'original' })], 0, 5000)).toBe(50);
  });

  it('has its part within the span alone', () => {
    const requests = [...steadily(0, 1000), ...steadily(3000, 5000)];
    expect(longestGap(requests, 2000, 4000)).toBe(3010 - 2000);
    expect(longestGap(requests, 500, 2500)).toBe(2500 - 960);
  });
});

describe('a ledger', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('is not well while a steady load is answered by the original, and well from the first answer after it', () => {
    const ledger = new Ledger();
    const start = performance.now();
    const ask = (by: string) => {
      const end = ledger.begin('app', { steady: true });
      vi.advanceTimersByTime(10);
      end({ by });
    };
    ask('original');
    expect(ledger.wellSince(start, 1000)).toBeUndefined();
    ask('local');
    ask('local');
    expect(ledger.wellSince(start, 1000)).toEqual({ at: start + 20, last: 'app' });
    expect(ledger.wellSince(start + 10, 1000)).toEqual({ at: start + 10, last: '' });
  });

  it('is not well while somebody waits, unless they have asked before', () => {
    const ledger = new Ledger();
    const start = performance.now();
    ledger.begin('app', { steady: true });
    vi.advanceTimersByTime(2000);
    const later = performance.now();
    ledger.begin('app', { steady: true })({ by: 'local' });
    expect(ledger.wellSince(start, 1000)).toBeUndefined();
    expect(ledger.wellSince(later, 1000)).toEqual({ at: later, last: '' });
  });

  it('is not well before every steady load was answered', () => {
    const ledger = new Ledger();
    ledger.begin('app', { steady: true })({ by: 'local' });
    ledger.begin('sidecar', { steady: true });
    expect(ledger.wellSince(0, 1000)).toBeUndefined();
  });
});
