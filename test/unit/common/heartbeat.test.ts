import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHeart } from '../../../src/common/heartbeat.ts';

const PULSE = { intervalMs: 1000, silentAfterMs: 3000, deadAfterMs: 15_000 };

/** A heart whose story is told in words. */
function aHeart() {
  const said: string[] = [];
  const heart = startHeart(PULSE, {
    beat: () => said.push('beat'),
    onSilent: () => said.push('silent'),
    onHeard: () => said.push('heard'),
    onDead: () => said.push('dead'),
  });
  const heardOf = () => said.filter((word) => word !== 'beat');
  return { heart, said, heardOf };
}

describe('a heart', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('beats each interval until it is stopped', () => {
    const { heart, said } = aHeart();
    vi.advanceTimersByTime(2500);
    heart.stop();
    vi.advanceTimersByTime(5000);
    expect(said).toEqual(['beat', 'beat']);
  });

  it('says nothing while the other end is heard', () => {
    const { heart, heardOf } = aHeart();
    for (let second = 0; second < 30; second += 1) {
      vi.advanceTimersByTime(1000);
      heart.heard();
    }
    expect(heardOf()).toEqual([]);
  });

  it('tells of silence once, and of its end', () => {
    const { heart, heardOf } = aHeart();
    vi.advanceTimersByTime(3000);
    expect(heardOf()).toEqual([]);
    vi.advanceTimersByTime(5000);
    expect(heardOf()).toEqual(['silent']);
    heart.heard();
    heart.heard();
    expect(heardOf()).toEqual(['silent', 'heard']);
  });

  it('gives up an end that stays silent', () => {
    const { heart, heardOf } = aHeart();
    vi.advanceTimersByTime(16_000);
    heart.stop();
    expect(heardOf()).toEqual(['silent', 'dead']);
  });

  it('does not count time in which this process could not listen', () => {
    const { heardOf } = aHeart();
    vi.advanceTimersByTime(2000);
    // A laptop that sleeps: the clock goes on, timers do not.
    const asleep = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
    vi.advanceTimersToNextTimer();
    expect(heardOf()).toEqual([]);
    asleep.mockReturnValue(performance.now() + 1000);
    vi.advanceTimersToNextTimer();
    expect(heardOf()).toEqual([]);
    asleep.mockRestore();
  });
});
