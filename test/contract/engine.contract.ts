import { describe, expect, it } from 'vitest';
import { containersContract } from './engine/containers.ts';
import { eventsContract, sameClockEventsContract } from './engine/events.ts';
import { imagesContract } from './engine/images.ts';
import { logsContract } from './engine/logs.ts';
import { type LosableWorld, lostEngineContract } from './engine/lost-engine.ts';
import { networkingContract } from './engine/networking.ts';
import { servicesContract } from './engine/services.ts';
import { socketsContract } from './engine/sockets.ts';
import { type OpenWorld, worldFor } from './worlds.ts';

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
    describe('service containers', () => servicesContract(world));
    describe('sockets', () => socketsContract(world));
    describe('events', () => {
      eventsContract(world);
      sameClockEventsContract(world);
    });
    describe('an engine that goes away', () => lostEngineContract(world));
  });
}
