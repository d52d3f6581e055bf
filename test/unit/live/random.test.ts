import fc from 'fast-check';
import { describe, it } from 'vitest';
import { engineEvents } from './engine-events.ts';
import { platformEvents } from './platform-events.ts';
import { type Circumstances, endAll, letEverythingSettle, type Model, openModel } from './random-world.ts';
import { requests } from './requests.ts';
import type { World } from './world.ts';

/**
 * Events in any order: whatever happens, after quiet the sessions agree with the world, and nothing is left when they
 * have ended. `LIVE_RUNS=200` tries that many orders. A failure prints the seed and the shortest order it was found
 * with; `LIVE_SEED=…` begins with that seed again.
 */
const RUNS = Number(process.env['LIVE_RUNS'] ?? 15);
const SEED = process.env['LIVE_SEED'];

/** What a run may take at most, and how long the search for a shorter order goes on, milliseconds. */
const RUN_MS = 400;
const SHRINK_MS = 20_000;

const anyCircumstances = fc.record<Circumstances>({
  latencies: fc.array(fc.nat(60), { minLength: 3, maxLength: 12 }),
  idleAgent: fc.constantFrom('ends', 'lingers'),
  isOneWorkload: fc.boolean(),
  endsInTheMiddle: fc.boolean(),
});

const anyEvents = fc.commands<Model, World, false>([...platformEvents(), ...engineEvents(), ...requests()], {
  maxCommands: 30,
  size: 'max',
});

describe('whatever happens', () => {
  const property = fc.asyncProperty(anyEvents, anyCircumstances, async (events, circumstances) => {
    const opened = await openModel(circumstances);
    try {
      await fc.asyncModelRun(() => opened, events);
      if (!circumstances.endsInTheMiddle) await letEverythingSettle(opened.model, opened.real);
      await endAll(opened.real);
    } finally {
      await opened.real.close();
    }
  });

  it(
    'sessions, plans and answers agree after quiet, and nothing is left at the end',
    () =>
      fc.assert(property, {
        numRuns: RUNS,
        ...(SEED === undefined ? {} : { seed: Number(SEED) }),
        interruptAfterTimeLimit: RUNS * RUN_MS + SHRINK_MS,
      }),
    RUNS * RUN_MS + 2 * SHRINK_MS,
  );
});
