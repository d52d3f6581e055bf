import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/common/errors.ts';
import { FakeEngine } from '../fakes/index.ts';
import { engineContract } from './engine.contract.ts';
import { fakePlatformWorld } from './fake-platform-world.ts';
import { fakeWorld } from './fake-world.ts';
import { withPlatform } from './platform/docker-world.ts';
import { dockerPlatformContract, platformContract } from './platform.contract.ts';

engineContract('the fake engine', fakeWorld);
platformContract('the fake platform', fakePlatformWorld);
dockerPlatformContract('the Docker platform on the fake engine', withPlatform(fakeWorld));

describe('a fake engine in the hands of a test', () => {
  it('fails the next call of a method as planned, and only that', async () => {
    const engine = new FakeEngine();
    const error = new DevenvError({ code: 'engine-failed', message: 'planned', owner: 'environment' });
    engine.failNext('listUnits', error);
    await expect(engine.listUnits({})).rejects.toBe(error);
    expect(await engine.listUnits({})).toEqual([]);
  });
});
