import { differences } from './differences.ts';
import { pass } from './flying-clock.ts';
import type { World } from './world.ts';

/** How long nothing may change for things to count as settled, milliseconds. */
const QUIET_MS = 2500;
const LOOK_AGAIN_MS = 500;

/**
 * Waits until all sessions agree with the world for a while, without a further word: what a session says of itself, what
 * a pass would do still, and who really answers. Fails with what differs.
 */
export async function settled(world: World, capMs = 40_000): Promise<void> {
  const deadline = performance.now() + capMs;
  let quietSince = performance.now();
  let told = 0;
  while (performance.now() - quietSince < QUIET_MS) {
    await pass(LOOK_AGAIN_MS);
    const words = await differences(world);
    const now = world.sessions.reduce((sum, { events }) => sum + events.length, 0);
    if (words !== undefined || now !== told) quietSince = performance.now();
    told = now;
    if (performance.now() > deadline)
      throw notSettled(words ?? 'there is always something new', capMs, world);
  }
}

function notSettled(words: string, capMs: number, { sessions }: World): Error {
  const told = sessions.map((session) => `--- ${session.project} told\n${session.told()}`);
  return new Error([`after ${capMs / 1000} s: ${words}`, ...told].join('\n'));
}
