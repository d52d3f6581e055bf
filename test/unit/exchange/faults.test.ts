import type { Duplex } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exchange, type Upstream } from '../../../src/exchange/index.ts';
import { requestReader, Unreadable } from '../../../src/http1/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';
import { get, MINE, ok, post } from './world.ts';

/** What becomes of a connection to an upstream. */
type Fate =
  | { readonly how: 'refused' | 'refused late' | 'kept' }
  /** After so many answers it ends: while it is idle, at the next request, in the next answer, or by saying so. */
  | { readonly how: 'idle' | 'asked' | 'begun' | 'told' | 'executed'; readonly after: number };

const fate: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({ how: fc.constantFrom('refused', 'refused late', 'kept') }),
  fc.record({
    how: fc.constantFrom('idle', 'asked', 'begun', 'told', 'executed'),
    after: fc.nat({ max: 3 }),
  }),
);

const request = fc.record({
  isMine: fc.boolean(),
  method: fc.constantFrom('GET', 'POST', 'HEAD', 'DELETE'),
  body: fc.constantFrom(0, 3, 100_000),
  /** Sent before the one before it is answered. */
  atOnce: fc.boolean(),
});

class FatedUpstream implements Upstream {
  readonly key: string;
  /** Targets of all requests that were executed. */
  readonly executed: string[] = [];
  readonly #fates: Fate[];

  constructor(key: string, fates: readonly Fate[]) {
    this.key = key;
    this.#fates = [...fates];
  }

  open() {
    const next: Fate = this.#fates.shift() ?? { how: 'kept' };
    if (next.how === 'refused') throw new Error('refused');
    const [near, far] = duplexPair();
    far.on('error', () => {});
    const abort = () => near.destroy();
    if (next.how === 'refused late')
      return {
        stream: near,
        abort,
        accepted: new Promise<void>((_, no) => setImmediate(no, new Error('refused'))),
      };
    this.#serve(far, next);
    return { stream: near, abort, accepted: new Promise<void>((yes) => setImmediate(yes)) };
  }

  #serve(far: Duplex, fated: Fate): void {
    const reader = requestReader();
    let [answers, target, method] = [0, '', ''];
    const isNow = (how: Fate['how']) => 'after' in fated && fated.how === how && answers === fated.after;
    far.on('end', () => far.end());
    far.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      for (let piece = reader.next(); piece !== undefined && !far.writableEnded; piece = reader.next()) {
        if (piece instanceof Unreadable) throw new Error(piece.why);
        if (piece.kind === 'head') {
          [target, method] = [piece.head.target, piece.head.method];
          if (isNow('asked')) far.destroy();
        }
        if (piece.kind !== 'end' || far.destroyed) continue;
        this.executed.push(target);
        const answer = ok(`${this.key}${target}`, ...(isNow('told') ? ['Connection: close'] : []));
        const sent = method === 'HEAD' ? answer.slice(0, answer.indexOf('\r\n\r\n') + 4) : answer;
        if (!isNow('executed')) far.write(isNow('begun') ? sent.slice(0, 20) : sent);
        if (isNow('executed') || isNow('begun')) far.destroy();
        answers += 1;
        if (isNow('idle')) far.end();
      }
    });
  }
}

it('nothing that matters is executed twice and no answer is somebody else’s, whatever upstreams do', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 6 }),
      fc.array(fate, { maxLength: 4 }),
      fc.array(fate, { maxLength: 4 }),
      async (requests, mineFates, originalFates) => {
        const [mine, original] = [
          new FatedUpstream('mine', mineFates),
          new FatedUpstream('original', originalFates),
        ];
        const [caller, inner]: readonly [Duplex, Duplex] = duplexPair();
        const exchanged = exchange(
          { stream: inner, abort: () => inner.destroy() },
          {
            choose: ({ fields }) =>
              fields.some(({ name }) => name === 'X-Mine')
                ? { to: mine, otherwise: original }
                : { to: original },
            unreadable: (why) => {
              throw new Error(why);
            },
          },
        );
        let text = '';
        const done = new Promise<void>((resolve) => exchanged.whenDone(resolve));
        caller.on('error', () => {});
        caller.on('end', () => caller.end());
        caller.on('data', (chunk: Buffer) => {
          text += chunk.toString('latin1');
        });
        for (const [index, { isMine, method, body, atOnce }] of requests.entries()) {
          const marks = isMine ? [MINE] : [];
          const whole = body > 0 ? post(`/${index}`, 'x'.repeat(body), ...marks) : get(`/${index}`, ...marks);
          caller.write(whole.replace(/^\w+/, method));
          const answered = async () => {
            while (exchanged.isBusy()) await new Promise((resolve) => setImmediate(resolve));
          };
          if (!atOnce) await Promise.race([answered(), done]);
        }
        caller.end();
        await done;

        const executed = [...mine.executed, ...original.executed];
        for (const [index, { isMine, method, body }] of requests.entries()) {
          const times = executed.filter((target) => target === `/${index}`).length;
          expect(times).toBeLessThanOrEqual(body === 0 && method !== 'POST' && method !== 'DELETE' ? 2 : 1);
          if (!isMine) expect(mine.executed).not.toContain(`/${index}`);
        }
        // Heads of answers to HEAD have no name in them.
        const names = [...text.matchAll(/(?:mine|original)\/(\d)/g)].map(([, index]) => Number(index));
        const asked = requests.flatMap(({ method }, index) => (method === 'HEAD' ? [] : [index]));
        expect(names).toEqual(asked.slice(0, names.length));
      },
    ),
    { numRuns: 1000 },
  );
});
