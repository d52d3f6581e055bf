import fc from 'fast-check';
import { describe, it } from 'vitest';
import { anyCommands } from './commands.ts';
import { letEverythingSettle, openModel } from './random-world.ts';

/**
 * Events in any order: whatever happens, after quiet the sessions agree with the world, and nothing is left when they
 * have ended. `LIVE_RUNS=200` tries that many orders; a failure prints the seed and the shortest order it was found
 * with, and `LIVE_SEED=…` begins with that seed again.
 */
const RUNS = Number(process.env['LIVE_RUNS'] ?? 15);
const SEED = process.env['LIVE_SEED'];

/** What a run may take at most, milliseconds, and how long the search for a shorter order goes on. */
const RUN_MS = 4000;
const SHRINK_MS = 30_000;

describe('whatever happens', () => {
  it(
    'sessions, plans and answers agree after quiet, and nothing is left at the end',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          anyCommands(),
          fc.array(fc.nat(60), { minLength: 3, maxLength: 12 }),
          async (commands, latencies) => {
            const opened = await openModel(latencies);
            try {
              await fc.asyncModelRun(() => opened, commands);
              await letEverythingSettle(opened.model, opened.real);
              await opened.end();
            } finally {
              await opened.real.close();
            }
          },
        ),
        {
          numRuns: RUNS,
          ...(SEED === undefined ? {} : { seed: Number(SEED) }),
          interruptAfterTimeLimit: RUNS * RUN_MS + SHRINK_MS,
        },
      );
    },
    RUNS * RUN_MS + 2 * SHRINK_MS,
  );
});
