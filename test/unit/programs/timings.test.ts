import { describe, expect, it } from 'vitest';
import { CONTROL_PULSE, LEASE, LINGER, TUNNEL_PULSE } from '../../../src/programs/index.ts';

describe('times that hold on both sides', () => {
  it('let a lease survive a renewal that comes late, and one that is lost', () => {
    expect(LEASE.termMs).toBeGreaterThan(3 * LEASE.renewMs);
  });

  it('call an agent silent only when its claims have surely ended', () => {
    expect(CONTROL_PULSE.silentAfterMs).toBeGreaterThan(LEASE.termMs);
    expect(CONTROL_PULSE.silentAfterMs).toBeGreaterThan(TUNNEL_PULSE.silentAfterMs);
  });

  it('call a peer silent only after several beats, and dead only after it was silent', () => {
    for (const { intervalMs, silentAfterMs, deadAfterMs } of [TUNNEL_PULSE, CONTROL_PULSE]) {
      expect(silentAfterMs).toBeGreaterThan(2 * intervalMs);
      expect(deadAfterMs).toBeGreaterThan(silentAfterMs + intervalMs);
    }
  });

  it('let an agent fail open before its port would be given back by the kernel', () => {
    expect(TUNNEL_PULSE.silentAfterMs).toBeLessThan(LEASE.termMs);
  });

  it('let a session whose connection broke find its agent again', () => {
    for (const lingerMs of Object.values(LINGER)) expect(lingerMs).toBeGreaterThanOrEqual(3000);
  });
});
