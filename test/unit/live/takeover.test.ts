import { describe, expect, it } from 'vitest';
import { IDLE_MS } from '../../../src/bridges/index.ts';
import type { Service } from '../../../src/model/workspace.ts';
import { aWorkspace } from '../../builders/workspace.ts';
import { pass, until } from './flying-clock.ts';
import type { LiveSession } from './live-session.ts';
import { API, aShop, type Shop } from './shop.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, ORIGINAL } from './world.ts';

const TAKES_OVER = { takeover: true };

/** A shop whose port others ask for. */
async function aWantedShop(fields: Partial<Service> = {}) {
  const shop = await aShop(fields);
  const { world, port } = shop;
  const desk = aWorkspace('desk', aServingService(await freePort(), { [API]: port }));
  const places = () => world.platform.placesOf(API);
  const answers = () => Promise.all(places().map(({ id }) => world.agents.at(id).ask(port)));
  return { ...shop, desk, answers };
}

/** How the bridge of a session is. */
async function bridgeOf(session: LiveSession): Promise<string> {
  const { state = '', reason = '' } = (await session.status()).bridges[0] ?? {};
  return `${state} ${reason}`.trim();
}

async function untilAnswers(shop: Shop, by: string): Promise<void> {
  await until(async () => {
    const answer = await shop.answer();
    return answer === by ? undefined : `${answer} answers`;
  });
}

/** Why another session was refused. */
async function refusalOf(session: LiveSession): Promise<string> {
  const { code, message } = (await session.ended) ?? {};
  return `${code}: ${message}`;
}

const LOST = 'lost taken over by dev@here (project desk)';

describe('a port that another session has', () => {
  it('is taken over when that one is idle, which does not claim it again by itself', async () => {
    const shop = await aWantedShop();
    const { world, session, desk, place } = shop;
    await pass(IDLE_MS);
    const second = await world.up(desk, TAKES_OVER);
    await untilAnswers(shop, 'desk/app');
    expect(await bridgeOf(session)).toBe(LOST);
    // Neither a new agent, a new replica nor a pass of its own makes it claim again.
    world.platform.killAgent(place().id);
    await pass(5000);
    world.platform.scale(API, 'api', 'b');
    world.engine.kill(shop.gatewayContainer);
    await pass(20_000);
    await untilAnswers(shop, 'desk/app');
    expect(await shop.answers()).toEqual(['desk/app', 'desk/app']);
    expect(await bridgeOf(session)).toBe(LOST);
    await second.down();
    await pass(5000);
    expect(await shop.answers()).toEqual([ORIGINAL, ORIGINAL]);
    expect(await bridgeOf(session)).toBe(LOST);
    await session.converge(session.workspace);
    await untilAnswers(shop, 'shop/app');
    expect(await bridgeOf(session)).toBe('live');
  });

  it('stays when a request came lately, and the refusal says so', async () => {
    const { world, session, desk, answer } = await aWantedShop();
    expect(await answer()).toBe('shop/app');
    await pass(12_000);
    const second = world.startOn(desk, TAKES_OVER);
    expect(await refusalOf(second)).toMatch(
      /^target-conflict: port \d+ of container\/api is held by dev@here \(project shop, since \S+\); in use: a request 1\d s ago$/,
    );
    expect(await answer()).toBe('shop/app');
    expect(await bridgeOf(session)).toBe('live');
    // Without the flag it is told, too, and nobody is asked.
    const third = world.startOn(desk);
    expect(await refusalOf(third)).toMatch(/\), the last request came \d+ s ago$/);
  });

  it('stays while a debugger is attached', async () => {
    const debug = { type: 'generic', port: 5678, wait: false, command: undefined } as const;
    const { world, desk, gateway } = await aWantedShop({ debug });
    gateway().debuggers = 1;
    const second = world.startOn(desk, TAKES_OVER);
    expect(await refusalOf(second)).toMatch(/in use: a debugger is attached$/);
  });

  it('is let go of when somebody at the terminal agrees, who is asked once', async () => {
    const shop = await aWantedShop();
    const { world, session, desk } = shop;
    world.platform.scale(API, 'api', 'b');
    await pass(5000);
    const asked = session.attend(true);
    await pass(500);
    await world.up(desk, TAKES_OVER);
    await until(async () => ((await shop.answers()).join() === 'desk/app,desk/app' ? undefined : 'not yet'));
    expect(asked).toEqual([
      expect.stringMatching(
        /^dev@here \(project desk\) asks for bridge\/app:\d+, which is in use: a request \d+ s ago$/,
      ),
    ]);
    expect(await bridgeOf(session)).toBe(LOST);
  });

  it('stays when somebody at the terminal does not agree', async () => {
    const { world, session, desk, answer } = await aWantedShop();
    session.attend(false);
    await pass(500);
    const second = world.startOn(desk, TAKES_OVER);
    expect(await refusalOf(second)).toMatch(/in use: a request \d+ s ago; its user keeps it$/);
    expect(await answer()).toBe('shop/app');
  });
});

describe('a session whose port was taken over', () => {
  async function taken() {
    const shop = await aWantedShop();
    shop.session.attend(true);
    await pass(500);
    const second = await shop.world.up(shop.desk, TAKES_OVER);
    await untilAnswers(shop, 'desk/app');
    return { ...shop, second };
  }

  it('is refused when it asks again, as anybody, and goes on as it was', async () => {
    const { session, answer } = await taken();
    await expect(session.converge(session.workspace)).rejects.toMatchObject({ code: 'target-conflict' });
    await pass(30_000);
    expect(await answer()).toBe('desk/app');
    expect(await bridgeOf(session)).toBe(LOST);
  });

  it('gets it back by asking for it', async () => {
    const shop = await taken();
    const { session, second } = shop;
    second.attend(true);
    await pass(500);
    await session.converge(session.workspace, undefined, true);
    await untilAnswers(shop, 'shop/app');
    expect(await bridgeOf(second)).toBe('lost taken over by dev@here (project shop)');
  });

  it('does not claim it in the process that goes on with it, until somebody asks', async () => {
    const shop = await taken();
    const { world, session, port } = shop;
    const { takenBy = '' } = (await session.status()).bridges[0] ?? {};
    expect(takenBy).toBe('dev@here (project desk)');
    const givenUp = new Map([[`app:${port}`, takenBy]]);
    await session.handOver(async (left) => {
      await world.start(session.workspace, session, left, { givenUp }).ready();
    });
    const next = world.sessions.at(-1) ?? session;
    expect(await bridgeOf(next)).toBe(LOST);
    await untilAnswers(shop, 'desk/app');
    await shop.second.down();
    await pass(10_000);
    expect(await shop.answer()).toBe(ORIGINAL);
    await next.converge(next.workspace);
    await untilAnswers(shop, 'shop/app');
  });
});
