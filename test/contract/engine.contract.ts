import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containersContract } from './engine/containers.ts';
import { eventsContract } from './engine/events.ts';
import { imagesContract } from './engine/images.ts';
import { logsContract } from './engine/logs.ts';
import { type LosableWorld, lostEngineContract } from './engine/lost-engine.ts';
import { networkingContract } from './engine/networking.ts';
import { socketsContract } from './engine/sockets.ts';

/** An engine for one suite, and how to end what it began. */
export interface OpenWorld<World> {
  readonly world: World;
  close(): Promise<void>;
}

/** What everything that calls itself an `Engine` does. `open` is called once, before the first test. */
export function engineContract(title: string, open: () => Promise<OpenWorld<LosableWorld>>): void {
  describe(title, () => {
    const world = worldFor(open);

    it('says what it is', async () => {
      const info = await world().engine.describe();
      expect(info.title).not.toBe('');
      expect(info.architecture).not.toBe('');
      const gone = world().engine.describe(AbortSignal.abort());
      await expect(gone).rejects.toMatchObject({ code: 'cancelled' });
    });

    describe('images', () => imagesContract(world));
    describe('containers', () => containersContract(world));
    describe('networking', () => networkingContract(world));
    describe('logs', () => logsContract(world));
    describe('sockets', () => socketsContract(world));
    describe('events', () => eventsContract(world));
    describe('an engine that goes away', () => lostEngineContract(world));
  });
}

/** Opens a world for the tests of the surrounding `describe`. */
export function worldFor<World>(open: () => Promise<OpenWorld<World>>): () => World {
  let opened: OpenWorld<World> | undefined;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  return () => {
    if (opened === undefined) throw new Error('the world is not open yet');
    return opened.world;
  };
}
