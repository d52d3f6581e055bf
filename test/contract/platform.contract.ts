import { describe, expect, it } from 'vitest';
import { textOf, type WorldOf } from './engine/world.ts';
import { dockerAgents } from './platform/docker-agents.ts';
import { dockerTargets } from './platform/docker-targets.ts';
import type { DockerPlatformWorld } from './platform/docker-world.ts';
import { anAgentSpec, onlyPlace, type PlatformWorld, placed } from './platform/world.ts';
import { type OpenWorld, worldFor } from './worlds.ts';

/** What everything that calls itself a `Platform` does. `open` is called once, before the first test. */
export function platformContract(title: string, open: () => Promise<OpenWorld<PlatformWorld>>): void {
  describe(title, () => everyPlatform(worldFor(open)));
}

/** What the Docker platform does besides, on whatever engine. */
export function dockerPlatformContract(
  title: string,
  open: () => Promise<OpenWorld<DockerPlatformWorld>>,
): void {
  describe(title, () => {
    const world = worldFor(open);
    everyPlatform(world);
    describe('targets', () => dockerTargets(world));
    describe('agents', () => dockerAgents(world));
  });
}

function everyPlatform(world: WorldOf<PlatformWorld>): void {
  it('says what it is', async () => {
    expect((await world().platform.describe()).title).not.toBe('');
  });

  it('finds a target and where it runs, the same each time', async () => {
    const { platform, startWorkload } = world();
    const { reference } = await startWorkload();
    const target = await platform.resolveTarget(reference);
    expect(target.reference).toEqual(reference);
    expect(onlyPlace(target).id).toMatch(/^[a-zA-Z0-9._-]{1,63}$/);
    expect(onlyPlace(target).name).not.toBe('');
    expect(await platform.resolveTarget(reference)).toEqual(target);
  });

  it('finds another place after a restart', async () => {
    const { platform, startWorkload } = world();
    const { reference, restart } = await startWorkload();
    const before = onlyPlace(await platform.resolveTarget(reference));
    await restart();
    const after = onlyPlace(await platform.resolveTarget(reference));
    expect(after.id).not.toBe(before.id);
    expect(after.name).toBe(before.name);
  });

  it('says which targets are near one that it does not find', async () => {
    const { platform, startWorkload, missing } = world();
    const workload = await startWorkload();
    const reference = missing(workload);
    await expect(platform.resolveTarget(reference)).rejects.toMatchObject({
      code: 'target-not-found',
      message: expect.stringContaining(reference.path.join('/')),
      hint: expect.stringMatching(`did you mean .*${workload.reference.path.at(-1)}`),
    });
  });

  it('does not find a target any more that was removed', async () => {
    const { platform, startWorkload } = world();
    const { reference, remove } = await startWorkload();
    await remove();
    await expect(platform.resolveTarget(reference)).rejects.toMatchObject({ code: 'target-not-found' });
  });

  it('places an agent that it finds again, with its secret', async () => {
    const { platform, startWorkload } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    expect(await platform.findAgent(place, 'net')).toBeUndefined();
    const agent = await placed(world(), place, { secret: 'this one' });
    expect(agent).toMatchObject({ placeId: place.id, secret: 'this one' });
    expect(await platform.findAgent(place, 'net')).toEqual(agent);
    expect(await platform.listAgents()).toContainEqual(agent);
  });

  it('opens streams to an agent as soon as it is placed', async () => {
    const { platform, startWorkload } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    const agent = await placed(world(), place, { secret: 'that one' });
    const streams = await Promise.all([platform.dialAgent(agent), platform.dialAgent(agent)]);
    const words = streams.map((stream) => {
      stream.end();
      return textOf(stream);
    });
    expect(await Promise.all(words)).toEqual(['secret that one', 'secret that one']);
  });

  it('gives two who place an agent at once, or one after the other, the same one', async () => {
    const { platform, startWorkload } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    const both = await Promise.all([
      placed(world(), place, { secret: 'first' }),
      placed(world(), place, { secret: 'second' }),
    ]);
    expect(both[0]).toEqual(both[1]);
    expect(['first', 'second']).toContain(both[0].secret);
    expect(await placed(world(), place, { secret: 'third' })).toEqual(both[0]);
    const here = (await platform.listAgents()).filter((agent) => agent.placeId === place.id);
    expect(here).toEqual([both[0]]);
  });

  it('has no agent any more that ended, and places another one', async () => {
    const { platform, startWorkload, endAgent } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    const agent = await placed(world(), place);
    await endAgent(agent);
    expect(await platform.findAgent(place, 'net')).toBeUndefined();
    expect(await platform.listAgents()).not.toContainEqual(agent);
    await expect(platform.dialAgent(agent)).rejects.toMatchObject({ code: 'agent-failed' });
    const next = await placed(world(), place);
    expect(next.handle).not.toBe(agent.handle);
    expect(await platform.findAgent(place, 'net')).toEqual(next);
  });

  it('cannot place an agent where nothing runs any more', async () => {
    const { platform, startWorkload } = world();
    const { reference, remove } = await startWorkload();
    const place = onlyPlace(await platform.resolveTarget(reference));
    await remove();
    await expect(platform.placeAgent(place, anAgentSpec(world()))).rejects.toMatchObject({
      code: 'agent-failed',
      message: expect.stringContaining(place.name),
    });
    expect(await platform.findAgent(place, 'net')).toBeUndefined();
  });

  it('places and dials nothing for a caller who has gone', async () => {
    const { platform, startWorkload } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    const gone = AbortSignal.abort();
    const cancelled = { code: 'cancelled' };
    await expect(platform.placeAgent(place, anAgentSpec(world()), gone)).rejects.toMatchObject(cancelled);
    expect(await platform.findAgent(place, 'net')).toBeUndefined();
    const agent = await placed(world(), place);
    await expect(platform.dialAgent(agent, gone)).rejects.toMatchObject(cancelled);
  });

  it('says when a target restarts, and ends when told to', async () => {
    const { platform, startWorkload } = world();
    const { reference, restart } = await startWorkload();
    const target = await platform.resolveTarget(reference);
    const stop = new AbortController();
    // Nobody listens before the restart is over: what happens after the call is not lost.
    const changes = platform.watchTarget(target, stop.signal);
    await restart();
    let told = 0;
    for await (const _ of changes) {
      told += 1;
      const [place] = (await platform.resolveTarget(reference).catch(() => undefined))?.places ?? [];
      if (place !== undefined && place.id !== onlyPlace(target).id) stop.abort();
    }
    expect(told).toBeGreaterThan(0);
  });
}
