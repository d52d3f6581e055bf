import { describe, expect, it } from 'vitest';
import { settled } from './agreement.ts';
import { pass, until } from './flying-clock.ts';
import { aShop, type Shop } from './shop.ts';
import { ORIGINAL } from './world.ts';

const WAIT = { fallback: { kind: 'wait', ms: 5000 } } as const;
const FAIL = { fallback: { kind: 'fail' } } as const;

/**
 * Answers to questions that are asked all the time while something happens; `broken`: it was in flight where the service
 * ended.
 */
async function answersWhile({ answer }: Shop, happens: () => Promise<unknown>): Promise<readonly string[]> {
  const answers = new Set<string>();
  let isOver = false;
  const ask = async () => {
    while (!isOver) {
      answers.add(await answer().catch(String));
      await pass(20);
    }
  };
  const asking = Promise.all([ask(), ask(), ask()]);
  await happens();
  isOver = true;
  await asking;
  return [...answers].sort();
}

describe('a bridge whose requests wait for the service', () => {
  it('gives nothing to the original while the service restarts, however long that takes within the time', async () => {
    const shop = await aShop({}, WAIT);
    const answers = await answersWhile(shop, async () => {
      for (const ms of [0, 5, 15, 40, 110, 250, 1000, 3000]) {
        shop.app.stopListening();
        await pass(ms);
        shop.app.listen();
        await pass(300);
      }
    });
    expect(answers.filter((answer) => answer !== 'broken')).toEqual(['shop/app']);
    await settled(shop.world);
  });

  it('tells that requests wait, and then that the original answers', async () => {
    const { world, session, app, answer } = await aShop({}, WAIT);
    app.stopListening();
    await until(() =>
      session.told().includes('requests wait up to 5s') ? undefined : 'nobody tells that requests wait',
    );
    const begun = performance.now();
    expect(await answer()).toBe(ORIGINAL);
    expect(performance.now() - begun).toBeGreaterThan(2000);
    await settled(world);
    expect(await session.status()).toMatchObject({
      bridges: [{ state: 'resting', reason: expect.stringContaining('the original answers') }],
    });
    app.listen();
    await settled(world);
    expect(await answer()).toBe('shop/app');
  });

  it('gives nothing to the original while the service is restarted by the session', async () => {
    const shop = await aShop({ restart: { kind: 'always' } }, WAIT);
    const answers = await answersWhile(shop, async () => {
      await shop.session.restart('app');
      await pass(500);
      shop.app.exit(1);
      await pass(2000);
    });
    expect(answers.filter((answer) => answer !== 'broken')).toEqual(['shop/app']);
    await settled(shop.world);
  });

  it('does not wait for the first start', async () => {
    const shop = await aShop({}, WAIT);
    await shop.session.converge({ ...shop.session.workspace, services: new Map() });
    shop.app.stopListening();
    const passed = shop.session.converge(shop.session.workspace);
    const begun = performance.now();
    expect(await shop.answer()).toBe(ORIGINAL);
    expect(performance.now() - begun).toBeLessThan(2000);
    await passed;
  });

  it.each<[string, number, (shop: Shop) => void]>([
    ['ends', 2000, ({ session }) => session.interrupt()],
    ['breaks off', 500, ({ world, place }) => world.agents.cut(place().id, 'control')],
    ['falls silent', 5000, ({ world, place }) => world.platform.stall(place().id)],
  ])('leaves all to the original, what waits included, when the session %s', async (_, withinMs, happens) => {
    const shop = await aShop({}, { fallback: { kind: 'wait', ms: 60_000 } });
    shop.app.stopListening();
    await pass(500);
    const asked = [shop.answer(), shop.answer()];
    await pass(200);
    const begun = performance.now();
    happens(shop);
    expect(await Promise.all(asked)).toEqual([ORIGINAL, ORIGINAL]);
    expect(performance.now() - begun).toBeLessThan(withinMs);
    shop.world.flowAll();
  });

  it('leaves all to the original when somebody asks for that', async () => {
    const { session, app, answer, port } = await aShop({}, { fallback: { kind: 'wait', ms: 60_000 } });
    app.stopListening();
    await pass(500);
    const asked = answer();
    await session.rest(`app:${port}`, true);
    expect(await asked).toBe(ORIGINAL);
  });
});

describe('a bridge whose requests are refused while the service is away', () => {
  it('never gives anything to the original while the session lives', async () => {
    const shop = await aShop({}, FAIL);
    const answers = await answersWhile(shop, async () => {
      for (const ms of [0, 15, 110, 1000]) {
        shop.app.stopListening();
        await pass(ms);
        shop.app.listen();
        await pass(300);
      }
      await shop.session.restart('app');
      shop.app.stopListening();
      await pass(20_000);
    });
    expect(answers).not.toContain(ORIGINAL);
    expect(answers).toContain('shop/app');
    expect(await shop.session.status()).toMatchObject({
      bridges: [{ state: 'resting', reason: expect.stringContaining('requests are refused') }],
    });
    shop.session.interrupt();
    await shop.session.ended;
    expect(await shop.answer()).toBe(ORIGINAL);
  });

  it('is no danger to callers when the session falls silent', async () => {
    const { world, app, answer, place } = await aShop({}, FAIL);
    app.stopListening();
    await pass(500);
    expect(await answer()).toBe('broken');
    world.platform.stall(place().id);
    await pass(5000);
    expect(await answer()).toBe(ORIGINAL);
    world.flowAll();
  });
});
