import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { settled } from './agreement.ts';
import { pass } from './flying-clock.ts';
import { aShop } from './shop.ts';

// What people run beside the services of a session.

const RUN = { service: 'app', run: '1a', environment: { OURS: 'x' }, tty: false } as const;

const NO_STREAMS = {
  input: undefined,
  output: new PassThrough(),
  errors: new PassThrough(),
  onSignal: () => () => {},
};

async function aShopWithOneOff() {
  const shop = await aShop();
  const { world, session, container } = shop;
  world.engine.program('one-off', (process) => process.exit(3));
  const leave = await session.attendOneOff(RUN);
  return { ...shop, leave, unit: `${container}.run-1a` };
}

describe('what somebody runs beside a service', () => {
  it('is there as long as they are, in the network of the service, with its variables', async () => {
    const { world, container, leave, unit } = await aShopWithOneOff();
    const [made, service] = [await world.engine.findUnit(unit), await world.engine.findUnit(container)];
    expect(made).toMatchObject({ state: 'created', networkMode: service?.networkMode });
    expect(made?.environment).toEqual({ ...service?.environment, OURS: 'x' });
    leave();
    await pass(1000);
    expect(await world.engine.findUnit(unit)).toBeUndefined();
  });

  it('begins, ends and goes without a pass, a warning or a change of the service', async () => {
    const { world, session, answer, leave, unit } = await aShopWithOneOff();
    const before = session.events.length;
    expect(await world.engine.runUnit(unit, NO_STREAMS)).toBe(3);
    await pass(5000);
    await session.converge(session.workspace);
    expect(await world.engine.findUnit(unit)).toMatchObject({ state: 'exited' });
    leave();
    await pass(5000);
    const told = session.events.slice(before).filter(({ type }) => type === 'warning' || type === 'step');
    expect(told).toEqual([]);
    expect(await answer()).toBe('shop/app');
  });

  it('is left to the process that goes on with the session, and asked for again there', async () => {
    const { world, session, unit } = await aShopWithOneOff();
    const before = await world.engine.findUnit(unit);
    await session.handOver(async (left) => {
      await world.start(session.workspace, session, left).ready();
    });
    const next = world.sessions.at(-1);
    const leave = await next?.attendOneOff(RUN);
    expect((await world.engine.findUnit(unit))?.id).toBe(before?.id);
    await settled(world);
    leave?.();
    await pass(1000);
    expect(await world.engine.findUnit(unit)).toBeUndefined();
  });

  it('goes with the session, and with what its guardian finds', async () => {
    const { world, session, unit } = await aShopWithOneOff();
    await session.cleanedUp();
    expect(await world.engine.findUnit(unit)).toBeUndefined();
    await session.attendOneOff(RUN);
    await session.down();
    expect(await world.leftovers()).toEqual([]);
  });

  it('needs a service that there is', async () => {
    const { session } = await aShop();
    await expect(session.attendOneOff({ ...RUN, service: 'ap' })).rejects.toThrow(
      'there is no service ap in',
    );
  });
});
