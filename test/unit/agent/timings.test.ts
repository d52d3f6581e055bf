import { describe, expect, it } from 'vitest';
import { ARRIVAL, DRAIN, DRAIN_ORIGINAL, endsWithin, PIECES, QUIET } from '../../../src/agent/timings.ts';
import { UNREAD_MS } from '../../../src/gateway/unread.ts';
import { LEASE, TUNNEL_PULSE } from '../../../src/programs/index.ts';

/** Each is longer than the one before. */
function rise(...times: readonly number[]): boolean {
  return times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0));
}

describe('the end of an agent', () => {
  it('is over before its platform ends it by force, also where that gives it little time', () => {
    expect([30_000, 4000, 2000, 0].map(endsWithin)).toEqual([28_000, 2000, 1000, 0]);
    expect(endsWithin(undefined)).toBe(DRAIN.deadlineMs);
  });
});

describe('times of draining', () => {
  it('let several looks fall into the moment right after an answer', () => {
    const { from, to } = QUIET.justAnsweredMs;
    expect(to - from).toBeGreaterThan(2 * DRAIN.lookAgainMs);
  });

  it('tell short quiet from long, and long quiet from doubt', () => {
    const { justAnsweredMs, longMs, recentMs, unprovenMs, unknownMs, doubtfulMs } = QUIET;
    expect(
      rise(justAnsweredMs.from, justAnsweredMs.to, longMs, unknownMs, recentMs, unprovenMs, doubtfulMs),
    ).toBe(true);
    expect(rise(longMs, recentMs)).toBe(true);
  });

  it('let each kind of quiet come about before patience or the wait for a good moment ends', () => {
    expect(QUIET.recentMs).toBeLessThan(DRAIN.patientMs);
    expect(QUIET.unusedMs).toBeLessThan(DRAIN.patientMs);
    expect(Math.max(QUIET.longMs, QUIET.unusedMs, QUIET.unknownMs)).toBeLessThan(DRAIN_ORIGINAL.choosyMs);
  });

  it('leave whoever is not patient any more a good moment before the bridge is called live, and before the deadline', () => {
    expect(DRAIN.patientMs + QUIET.longMs).toBeLessThan(DRAIN.callLiveMs);
    expect(DRAIN_ORIGINAL.choosyMs + QUIET.justAnsweredMs.from).toBeLessThan(DRAIN.callLiveMs);
    expect(DRAIN.callLiveMs).toBeLessThan(DRAIN.deadlineMs);
  });

  it('become less choosy, and look more rarely, in turn', () => {
    const { choosyMs, anyMomentMs, endlessMs, endlessLookMs } = DRAIN_ORIGINAL;
    expect(rise(choosyMs, DRAIN.patientMs, anyMomentMs, endlessMs)).toBe(true);
    expect(rise(DRAIN.lookAgainMs, DRAIN.laterMs, endlessLookMs)).toBe(true);
  });

  it('see each pause within an answer that counts', () => {
    expect(DRAIN.laterMs).toBeLessThan(PIECES.pauseMs);
    expect(QUIET.justAnsweredMs.to).toBeLessThan(PIECES.pauseMs);
  });
});

describe('times of a fresh connection', () => {
  it('let one whose caller waits be sent on before it counts as unused', () => {
    expect(ARRIVAL.speaksFirstMs).toBeLessThanOrEqual(QUIET.unusedMs);
  });

  it('hand it to the original no later than its tunnel is called silent, and before its port would be', () => {
    expect(ARRIVAL.acceptedMs).toBeLessThanOrEqual(TUNNEL_PULSE.silentAfterMs);
    expect(ARRIVAL.acceptedMs).toBeLessThan(LEASE.termMs);
    // A gateway looks for so long whether what was sent is read.
    expect(UNREAD_MS).toBeLessThanOrEqual(ARRIVAL.acceptedMs / 2);
  });
});
