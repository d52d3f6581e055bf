import { describe, expect, it } from 'vitest';
import { openTunnel, serveTunnel } from '../../../src/tunnel/index.ts';
import { brokenStream, duplexPair } from '../../fakes/index.ts';
import { pass } from './flying-clock.ts';
import { aWorld } from './world.ts';

describe('a tunnel', () => {
  it('that is destroyed in the moment it begins raises no error', async () => {
    const world = aWorld();
    const [here, there] = duplexPair();
    serveTunnel(there, () => {});
    openTunnel(here).destroy();
    await pass(100);
    expect(world.strayErrors()).toEqual([]);
  });

  it('on a stream that is broken already raises no error, at either end', async () => {
    const world = aWorld();
    openTunnel(brokenStream());
    serveTunnel(brokenStream(), () => {});
    await pass(100);
    expect(world.strayErrors()).toEqual([]);
  });
});
