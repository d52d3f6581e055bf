import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, ensureChromium } from '../../scripts/demo/browser.mjs';
import { fixBug, makeCopy } from '../../scripts/demo/copy.mjs';
import { kubernetesStage } from '../../scripts/demo/kubernetes-stage.mjs';
import { JANE, JOHN, link } from '../../scripts/demo/people.mjs';
import { type Devenv, Machine, startDevenv } from '../e2e/world/devenv.ts';
import { freePort } from '../e2e/world/free-port.ts';

// The app behind a login at Keycloak, whose bridge takes john's requests alone. The proxy that logs people in stands before
// the agent: who is not logged in yet never gets there, and neither do their links.

const SETUP_MS = 400_000;
const MARK = 'gefyra-devenv';
const FIXED = { status: 200, by: 'local', body: '{"item_id":123,"Email":"john@gefyra.dev"}' };
const BUG = { status: 500, by: 'original' };

const names = {
  name: `two-${randomBytes(4).toString('hex')}`,
  port: await freePort(),
  keycloakPort: await freePort(),
};
const site = `http://localhost:${names.port}`;
const item = `${site}/items/123`;
const end = new AbortController();
const stage = kubernetesStage(names, end.signal);
const machine = new Machine();
let copy = '';
let session: Devenv | undefined;
let johns: Browser;
let janes: Browser;

beforeAll(async () => {
  // Without one nothing of this is known: that is a failure.
  const chromium = await ensureChromium(console.log);
  for (const { work } of stage.preparations) await work();
  copy = makeCopy({ name: names.name, debugPort: await freePort(), isMine: true });
  fixBug(copy);
  session = startDevenv(['up', '--as', 'john', ...stage.flags], {
    cwd: copy,
    machine,
    env: { ...stage.environment, DEMO_TARGET: stage.target },
  });
  await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
  [johns, janes] = await Promise.all([Browser.open(chromium), Browser.open(chromium)]);
}, SETUP_MS);

afterAll(async () => {
  await Promise.all([johns?.close(), janes?.close()]);
  await session?.[Symbol.asyncDispose]();
  await stage.leave(false);
  await rm(copy, { recursive: true, force: true });
  machine[Symbol.dispose]();
}, 60_000);

/** The mark's cookie as the browser has it. */
async function markOf(browser: Browser) {
  const cookies = await browser.cookies(site);
  return cookies.find(({ name }) => name === MARK);
}

describe('two browsers on one address', () => {
  it('a link that is opened before the login counts after it', async () => {
    const { form, answer } = await johns.logIn(link(item, 'john'), JOHN);
    expect(form).toBe(`http://localhost:${names.keycloakPort}`);
    expect(answer).toMatchObject({ ...FIXED, url: item });
    const enrolled = answer.trail.at(-2);
    expect(enrolled).toMatchObject({
      url: link(item, 'john'),
      status: 303,
      headers: { location: '/items/123', 'cache-control': 'no-store' },
    });
    expect(await markOf(johns)).toMatchObject({
      value: 'john',
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      expires: -1,
    });
    expect(answer.trail.at(-1)?.headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('everybody else gets the original', async () => {
    const { answer } = await janes.logIn(item, JANE);
    expect(answer).toMatchObject({ ...BUG, url: item });
    expect(await markOf(janes)).toBeUndefined();
    expect(await johns.get(item)).toMatchObject(FIXED);
    expect(await janes.get(item)).toMatchObject(BUG);
  });

  it('the mark outlives the login', async () => {
    await johns.forget(new RegExp(`^(?!${MARK}$)`));
    const { answer } = await johns.logIn(item, JOHN);
    expect(answer).toMatchObject({ ...FIXED, url: item });
  });

  it('a header of an extension marks as well', async () => {
    await janes.alwaysSend({ 'x-gefyra-devenv': 'john' });
    await janes.forget(/./);
    const { answer } = await janes.logIn(item, JANE);
    expect(answer).toMatchObject({ status: 200, by: 'local', body: expect.stringContaining('jane@') });
    await janes.alwaysSend({});
    expect(await janes.get(item)).toMatchObject(BUG);
  });
});

describe('a link', () => {
  it('with a name that nobody has enrols nobody', async () => {
    expect(await janes.get(link(item, 'nobody'))).toMatchObject({ ...BUG, url: link(item, 'nobody') });
    expect(await markOf(janes)).toBeUndefined();
  });

  it.each(['//evil.test/', '/\\evil.test/', '/%5Cevil.test/', '/.//evil.test/', '/%09//evil.test/'])(
    'never leads to another host: %s',
    async (path) => {
      const { url, trail } = await janes.get(link(`${site}${path}`, 'john'));
      expect(new URL(url).origin).toBe(site);
      expect(trail.map((step) => new URL(step.url).origin)).toEqual(trail.map(() => site));
      expect(trail[0]?.status).toBe(303);
      expect(await markOf(janes)).toBeDefined();
      await janes.forget(new RegExp(MARK));
    },
  );

  it('leads to who answers now, although the browser has the page', async () => {
    const page = `${site}/`;
    expect(await janes.get(page)).toMatchObject({ status: 200, by: 'original' });
    expect(await janes.get(link(page, 'john'))).toMatchObject({ status: 200, by: 'local', url: page });
    expect(await janes.get(link(page, ''))).toMatchObject({ status: 200, by: 'original', url: page });
  });

  it('without a name ends it', async () => {
    const ended = await johns.get(link(item, ''));
    expect(ended).toMatchObject({ ...BUG, url: item });
    expect(await markOf(johns)).toBeUndefined();
    expect(await johns.get(item)).toMatchObject(BUG);
  });
});
