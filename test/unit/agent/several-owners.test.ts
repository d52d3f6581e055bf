import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aPool, ask, ofUser, SharedPort, type TestSession } from './shared-port.ts';

const PROBE = 'kube-probe/1.34';
const PROBES = ['kube-probe/*'];

/** What may happen to a session. */
type Event = readonly ['ann' | 'bob' | 'cleo' | 'whole', 'comes or goes' | 'vanishes' | 'reloads', number];

const anyEvent = fc.tuple(
  fc.constantFrom('ann', 'bob', 'cleo', 'whole'),
  fc.constantFrom('comes or goes', 'vanishes', 'reloads'),
  fc.integer({ min: 0, max: 120 }),
);

interface Asked {
  readonly user: string;
  readonly by: string;
  /** Who surely had the requests of this user all the while it was under way. */
  readonly surely: string | undefined;
}

/** The sessions of a port, each there or not. */
class Owners {
  readonly #sessions = new Map<string, TestSession>();
  readonly #there = new Set<string>();
  /** Those to whom something is happening. */
  readonly #isBusy = new Set<string>();
  /** Raised with everything that happens to a session. */
  readonly changes = new Map<string, number>();

  static async of(port: SharedPort): Promise<Owners> {
    const owners = new Owners();
    for (const name of ['ann', 'bob', 'cleo'])
      owners.#sessions.set(name, await port.session(name, ofUser(name), PROBES));
    owners.#sessions.set('whole', await port.session('whole', undefined, PROBES));
    return owners;
  }

  /** Who surely has the requests of a user now. */
  surely(user: string): string | undefined {
    if (user === PROBE) return 'original';
    for (const name of [user, 'whole']) {
      const session = this.#sessions.get(name);
      if (session === undefined || (!this.#there.has(name) && !this.#isBusy.has(name))) continue;
      return this.#isBusy.has(name) || !session.isLive ? undefined : name;
    }
    return this.#isBusy.size > 0 ? undefined : 'original';
  }

  /** Those who are killed lose what is in flight with them; `vanishing` is theirs alone. */
  async happens([name, what]: Event): Promise<void> {
    const session = this.#sessions.get(name);
    if (session === undefined || this.#isBusy.has(name)) return;
    this.#isBusy.add(name);
    this.changes.set(name, (this.changes.get(name) ?? 0) + 1);
    try {
      if (!this.#there.has(name)) {
        if (what === 'reloads') return;
        this.#there.add(name);
        await session.come();
      } else if (what === 'reloads') await session.reload();
      else {
        if (what === 'vanishes') await session.vanish();
        else expect(await session.go()).toEqual([]);
        this.#there.delete(name);
      }
    } finally {
      this.#isBusy.delete(name);
      this.changes.set(name, (this.changes.get(name) ?? 0) + 1);
    }
  }

  /** A fingerprint of all that has happened to those who might have a user's requests. */
  moment(user: string): string {
    return [user, 'whole'].map((name) => this.changes.get(name) ?? 0).join();
  }
}

async function loadOf(
  port: SharedPort,
  owners: Owners,
  user: string,
  isKept: boolean,
  over: AbortSignal,
): Promise<readonly Asked[]> {
  const agent = isKept ? aPool(2) : false;
  const headers: Record<string, string> = user === PROBE ? { 'user-agent': PROBE } : { 'x-user': user };
  const asked: Asked[] = [];
  let count = 0;
  while (!over.aborted) {
    const [before, moment] = [owners.surely(user), owners.moment(user)];
    count += 1;
    const path = count % 5 === 0 ? '/?ms=40' : '/';
    const by = await ask(port.agentPort, headers, { agent, path });
    const isSame = owners.moment(user) === moment && owners.surely(user) === before;
    asked.push({ user, by, surely: isSame ? before : undefined });
    await pause(isKept ? 7 : 11);
  }
  return asked;
}

/** Whether a request came to a right place. */
function isRight({ user, by, surely }: Asked): boolean {
  if (surely !== undefined) return by === surely;
  return user === PROBE ? by === 'original' : [user, 'whole', 'original'].includes(by);
}

async function play(events: readonly Event[], mayLose: boolean): Promise<readonly Asked[]> {
  const port = await SharedPort.open();
  const owners = await Owners.of(port);
  const over = new AbortController();
  const loads = ['ann', 'bob', 'cleo', 'nobody', PROBE].flatMap((user) =>
    [true, false].map((isKept) => loadOf(port, owners, user, isKept, over.signal)),
  );
  const happening: Promise<void>[] = [];
  for (const event of events) {
    await pause(event[2]);
    happening.push(owners.happens(event));
  }
  await Promise.all(happening);
  await pause(150);
  over.abort();
  const asked = (await Promise.all(loads)).flat();
  return asked.filter((one) => !isRight(one) && !(mayLose && one.by.startsWith('Error')));
}

it('every request comes to the right place and none is lost, while owners come, go and reload in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 4, maxLength: 16 }), async (events) => {
      const gently = events.filter(([, what]) => what !== 'vanishes');
      expect(await play(gently, false)).toEqual([]);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 5) },
  );
}, 600_000);

it('where owners are killed nothing is lost but what was in flight with them, and nothing comes to others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 4, maxLength: 16 }), async (events) => {
      expect(await play(events, true)).toEqual([]);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 5) },
  );
}, 600_000);
