import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { type EngineWorld, started, type WorldOf } from './world.ts';

/** An engine that can be made to go away, as seen from here. */
export interface LosableWorld extends EngineWorld {
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

/** What becomes of callers when the engine goes away. */
export function lostEngineContract(world: WorldOf<LosableWorld>): void {
  let id = '';
  beforeEach(async () => {
    id = (await started(world())).id;
    onTestFinished(() => world().comeBack());
  });
  const unreachable = { code: 'engine-unreachable' };

  it('ends a watch', async () => {
    const { engine, goAway } = world();
    const events = engine.watchUnits(new AbortController().signal)[Symbol.asyncIterator]();
    await engine.stopUnit(id, 0);
    // The watch stands, for it tells something.
    expect(await events.next()).toMatchObject({ value: { id, kind: 'died' } });
    await goAway();
    expect(await events.next()).toMatchObject({ done: true });
  });

  it('fails every call, also the beginning of a watch', async () => {
    const { engine, goAway, name } = world();
    await goAway();
    await expect(engine.describe()).rejects.toMatchObject(unreachable);
    await expect(engine.findUnit(id)).rejects.toMatchObject(unreachable);
    await expect(engine.listUnits({})).rejects.toMatchObject(unreachable);
    await expect(engine.removeUnit(id)).rejects.toMatchObject(unreachable);
    await expect(engine.createNetwork({ name: name('network'), labels: {} })).rejects.toMatchObject(
      unreachable,
    );
    const events = engine.watchUnits(new AbortController().signal)[Symbol.asyncIterator]();
    await expect(events.next()).rejects.toMatchObject(unreachable);
  });

  it('serves again when it is back, with containers that ran on', async () => {
    const { engine, goAway, comeBack } = world();
    await goAway();
    await expect(engine.describe()).rejects.toMatchObject(unreachable);
    await comeBack();
    expect(await engine.findUnit(id)).toMatchObject({ id, state: 'running' });
  });
}
