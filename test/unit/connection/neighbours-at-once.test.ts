import { expect, it, onTestFinished } from 'vitest';
import { Neighbourhood } from '../../../src/connection/neighbourhood.ts';
import { BOUNDS, openTunnel, StreamBudget, serveTunnel } from '../../../src/tunnel/index.ts';
import { unixPair } from '../../builders/unix-pair.ts';

const MIB = 1024 * 1024;

it('neighbours go on when all their streams carry much in both directions at once', async () => {
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const neighbourhood = new Neighbourhood();
  const closed = new Promise<void>(() => {});
  const budget = new StreamBudget(BOUNDS.gateway);
  const [appEnd, fromApp] = await unixPair();
  const [dbEnd, toDb] = await unixPair();
  const out = openTunnel(appEnd, { budget });
  serveTunnel(
    dbEnd,
    ({ stream, accept }) => {
      accept();
      stream.pipe(stream);
    },
    { budget: new StreamBudget(BOUNDS.gateway) },
  );
  const app = { closed, dial: async () => fromApp };
  const db = { closed, dial: async () => toDb };
  neighbourhood.enter('db', db, ending.signal);
  void neighbourhood.serve(
    'app',
    app,
    [{ address: '198.51.100.7', names: [], service: 'db' }],
    ending.signal,
  );
  const echoed = Array.from({ length: 64 }, async () => {
    const opened = out.open({ kind: 'tcp', host: '198.51.100.7', port: 80 });
    opened.stream.end(Buffer.alloc(2 * MIB));
    let bytes = 0;
    for await (const chunk of opened.stream) bytes += chunk.length;
    return bytes;
  });
  expect(new Set(await Promise.all(echoed))).toEqual(new Set([2 * MIB]));
}, 40_000);
