import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aScenario } from './scenario.ts';
import { runDevenv } from './world/devenv.ts';

/** A request, on a connection of its own or on a kept one. Resolves to who answered with which status, or how it failed. */
function asked(url: string, agent?: Agent): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent: agent ?? false }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(`${answer.headers['x-answered-by']} ${answer.statusCode}`));
      answer.on('error', (error) => resolve(error.message));
    });
    request.on('error', (error) => resolve(error.message));
  });
}

/** A stream of events that has begun. */
async function streamOf(
  url: string,
): Promise<{ readonly answer: IncomingMessage; readonly pieces: () => number }> {
  const request = get(url, { agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  let pieces = 0;
  answer.on('data', () => {
    pieces += 1;
  });
  answer.on('error', () => {});
  return { answer, pieces: () => pieces };
}

describe('a request that takes long', () => {
  it('is answered by the original when a bridge opens meanwhile, and a stream stays where it began', async () => {
    await using scenario = await aScenario();
    const { appUrl, sidecarUrl } = scenario.pod;
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    const stream = await streamOf(`${appUrl}/events`);
    const under = [
      asked(`${appUrl}/slow?ms=5500`),
      asked(`${appUrl}/slow?ms=9000`),
      asked(`${sidecarUrl}/slow?ms=9000`),
      asked(`${appUrl}/slow?ms=7000`, kept),
    ];
    await scenario.up();
    const status = await runDevenv(['ps'], scenario.options());
    expect(status.stdout).toMatch(/earlier connections still with the original/);
    expect(await asked(`${appUrl}/`)).toBe('local 200');
    expect(await Promise.all(under)).toEqual(Array.from({ length: 4 }, () => 'original 200'));
    // The kept connection is moved after its answer, and the sidecar's, too, once it is sure that no more of it comes: a
    // client that asks on at once stays for one more request.
    await pause(2500);
    expect(await asked(`${appUrl}/`, kept)).toBe('local 200');
    expect(await asked(`${sidecarUrl}/`)).toBe('local 200');
    const before = stream.pieces();
    await expect.poll(() => stream.pieces(), { timeout: 3000 }).toBeGreaterThan(before + 2);
    stream.answer.destroy();
    await expect
      .poll(async () => (await runDevenv(['ps'], scenario.options())).stdout, { timeout: 5000 })
      .not.toMatch(/still with the original/);
    kept.destroy();
  });

  it.each(['restart', 'reload'] as const)(
    'is answered by the service when a %s comes meanwhile, and nobody else is refused',
    async (how) => {
      await using scenario = await aScenario();
      const { appUrl, sidecarUrl } = scenario.pod;
      const session = await scenario.up();
      const inTime = [asked(`${appUrl}/slow?ms=4000`), asked(`${sidecarUrl}/slow?ms=4000`)];
      await expect.poll(() => asked(`${appUrl}/`)).toBe('local 200');
      const answers = new Set<string>();
      const over = new AbortController();
      const kept = new Agent({ keepAlive: true, maxSockets: 1 });
      const callers = [undefined, kept].map(async (agent) => {
        while (!over.signal.aborted) {
          answers.add(await asked(`${appUrl}/`, agent));
          await pause(10);
        }
      });
      if (how === 'restart')
        expect(await runDevenv(['restart', 'app'], scenario.options())).toMatchObject({ code: 0 });
      else {
        const changed = '    environment: { CHANGED: "yes" }\n    bridges:';
        await scenario.copy.edit('gefyra.yaml', '    bridges:', changed);
        await session.waitForLine(/^container\/app replaced .*environment changed/, 20_000);
      }
      await expect.poll(() => asked(`${appUrl}/`), { timeout: 10_000 }).toBe('local 200');
      over.abort();
      await Promise.all(callers);
      kept.destroy();
      expect(await Promise.all(inTime)).toEqual(['local 200', 'local 200']);
      expect([...answers].sort()).toEqual(['local 200', 'original 200']);
    },
  );

  it('is answered by the service when a bridge closes meanwhile, within its time, while the original has all others', async () => {
    await using scenario = await aScenario();
    const { appUrl } = scenario.pod;
    const session = await scenario.up();
    const stream = await streamOf(`${appUrl}/events`);
    const inTime = [asked(`${appUrl}/slow?ms=3500`), asked(`${appUrl}/slow?ms=8000`)];
    const late = asked(`${appUrl}/slow?ms=15000`);
    await expect.poll(() => stream.pieces()).toBeGreaterThan(0);
    session.signal('SIGINT');
    await session.waitForLine(/giving everything back/, 5000);
    await expect.poll(() => asked(`${appUrl}/`), { timeout: 2000 }).toBe('original 200');
    await new Promise((closed) => stream.answer.once('close', closed));
    expect(await Promise.all(inTime)).toEqual(['local 200', 'local 200']);
    expect(await late).not.toBe('local 200');
    expect(await session.exit).toMatchObject({ code: 130 });
    expect(session.text('stderr')).toMatch(
      /1 request was cut off when bridge app:8155 closed, not answered within 10 s: from \S+:\d+/,
    );
  });
});
