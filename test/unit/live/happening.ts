import fc from 'fast-check';
import { pass } from './flying-clock.ts';
import type { Model } from './random-world.ts';
import type { World } from './world.ts';

/** An event in a random order of events. */
export type Command = fc.AsyncCommand<Model, World>;

/** From at once to longer than anything waits before it tries again, milliseconds. */
const anyPause = fc.oneof(fc.nat(40), fc.nat(600), fc.nat(4000));

/** What an event does. */
export interface Happens<T> {
  /** Where, or to whom, it happens. */
  readonly to: fc.Arbitrary<T>;
  /** For the order that is told when a test fails. */
  readonly name: (to: T) => string;
  readonly what: (to: T, world: World, model: Model) => unknown;
  /** Whether it can happen now; default: always. */
  readonly may?: (model: Readonly<Model>) => boolean;
}

/** Events of a kind, each with a pause until the next event. */
export function happening<T>({ to, name, what, may }: Happens<T>): fc.Arbitrary<Command> {
  return fc.tuple(to, anyPause).map(
    ([one, ms]): Command => ({
      check: (model) => may?.(model) ?? true,
      run: async (model, world) => {
        await what(one, world, model);
        await pass(ms);
      },
      toString: () => `${name(one)}, ${ms} ms`,
    }),
  );
}

/** An event that happens to nobody in particular. */
export function happensAtAll(
  name: string,
  what: (world: World, model: Model) => unknown,
  may?: (model: Readonly<Model>) => boolean,
): fc.Arbitrary<Command> {
  const to = fc.constant(name);
  return happening({
    to,
    name: () => name,
    what: (_, world, model) => what(world, model),
    ...(may === undefined ? {} : { may }),
  });
}
