import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Claimant } from '../../../src/agent/claim.ts';
import { Claims } from '../../../src/agent/claims.ts';
import type { AgentEvent } from '../../../src/protocol/index.ts';

const terms = { port: 8088, tunnel: 'app', to: 8080, probes: [] };

function aClaim(isListenedOn: () => Promise<boolean>) {
  const said: AgentEvent[] = [];
  const claimant: Claimant = {
    id: 'session',
    owner: { user: 'ann@desk', project: 'shop', since: 17 },
    liveTunnel: () => undefined,
    isSilent: () => false,
    send: (event) => said.push(event),
  };
  const nothing = async () => {};
  const claims = new Claims({ start: nothing, stop: nothing, drainOriginal: nothing, isListenedOn });
  claims.claim(claimant, terms);
  return { claims, claimant, unheard: () => said.filter(({ type }) => type === 'unheard') };
}

describe('a claim of a port on which nothing listens', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('hears so after some seconds', async () => {
    const { unheard } = aClaim(async () => false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(unheard()).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(unheard()).toEqual([{ type: 'unheard', port: 8088, tunnel: 'app' }]);
  });

  it('hears nothing where the program was on its way', async () => {
    let isThere = false;
    const { unheard } = aClaim(async () => isThere);
    await vi.advanceTimersByTimeAsync(2000);
    isThere = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(unheard()).toEqual([]);
  });

  it('is not held up by the look', async () => {
    const looked = vi.fn(async () => true);
    aClaim(looked);
    await vi.advanceTimersByTimeAsync(100);
    expect(looked).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(looked).toHaveBeenCalled();
  });

  it('hears nothing when it was given back', async () => {
    const { claims, claimant, unheard } = aClaim(async () => false);
    await claims.dropAll(claimant);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(unheard()).toEqual([]);
  });
});
