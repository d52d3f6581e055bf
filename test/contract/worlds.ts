import { afterAll, beforeAll } from 'vitest';

/** What one suite works with, and how to end what it began. */
export interface OpenWorld<World> {
  readonly world: World;
  close(): Promise<void>;
}

/** Opens a world for the tests of the surrounding `describe`. The function it returns is for use in tests only. */
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
