import { expect, it } from 'vitest';
import type { UnitEvent } from '../../../src/runner/index.ts';
import { created, type EngineWorld, started, type WorldOf } from './world.ts';

/** What happens to containers, as it happens. */
export function eventsContract(world: WorldOf<EngineWorld>): void {
  it('tells start, death and removal of a container, with name and labels', async () => {
    const { engine, name } = world();
    const stop = new AbortController();
    // Nobody listens before all is over: an event between call and first reading is not lost.
    const events = engine.watchUnits(stop.signal);
    const labels = { 'contract/event': name('watched') };
    const { id } = await started(world(), { name: name('watched'), labels });
    await engine.stopUnit(id, 0);
    await engine.removeUnit(id);
    const seen: UnitEvent[] = [];
    for await (const event of events) {
      if (event.id !== id) continue;
      seen.push(event);
      if (event.kind === 'removed') break;
    }
    expect(seen.map((event) => event.kind)).toEqual(['started', 'died', 'removed']);
    for (const event of seen) expect(event).toMatchObject({ name: name('watched'), labels });
  });

  it('tells every watcher', async () => {
    const { engine } = world();
    const stop = new AbortController();
    const watches = [engine.watchUnits(stop.signal), engine.watchUnits(stop.signal)];
    const { id } = await started(world());
    for (const events of watches) for await (const event of events) if (event.id === id) break;
    stop.abort();
  });

  it('ends without an error when told to, before and while it waits', async () => {
    const { engine } = world();
    expect(await all(engine.watchUnits(AbortSignal.abort()))).toEqual([]);
    const stop = new AbortController();
    const waiting = all(engine.watchUnits(stop.signal));
    await created(world());
    stop.abort();
    await waiting;
  });
}

/** What an engine does whose clock is that of this process: elsewhere, "from now on" can begin a moment too early. */
export function sameClockEventsContract(world: WorldOf<EngineWorld>): void {
  it('tells nothing that happened before', async () => {
    const { engine, name } = world();
    const early = await started(world(), { name: name('early') });
    const stop = new AbortController();
    const events = engine.watchUnits(stop.signal);
    const late = await started(world(), { name: name('late') });
    for await (const { id } of events) {
      expect(id).not.toBe(early.id);
      if (id === late.id) break;
    }
    stop.abort();
  });
}

async function all(events: AsyncIterable<UnitEvent>): Promise<UnitEvent[]> {
  const seen: UnitEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}
