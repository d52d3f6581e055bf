import { expect, it, onTestFinished } from 'vitest';
import { TargetWay } from '../../../src/forwards/target-way.ts';
import { BOUNDS, StreamBudget, serveTunnel } from '../../../src/tunnel/index.ts';
import { unixPair } from '../../builders/unix-pair.ts';

const MIB = 1024 * 1024;

it('forwards go on when all their connections carry much in both directions at once', async () => {
  const [agentEnd, duplex] = await unixPair();
  serveTunnel(
    agentEnd,
    ({ stream, accept }) => {
      accept();
      stream.pipe(stream);
    },
    { budget: new StreamBudget(BOUNDS.agent) },
  );
  const agent = {
    place: 'api',
    closed: new Promise<void>(() => {}),
    dial: async () => ({ duplex, welcome: Promise.resolve() }),
  };
  const way = new TargetWay(
    (listener) => {
      listener.up(agent);
      return () => {};
    },
    () => {},
  );
  onTestFinished(() => way.close());
  await way.opened;
  const echoed = Array.from({ length: 64 }, async () => {
    const { stream } = await way.connect('db', 80);
    stream.end(Buffer.alloc(2 * MIB));
    let bytes = 0;
    for await (const chunk of stream) bytes += chunk.length;
    return bytes;
  });
  expect(new Set(await Promise.all(echoed))).toEqual(new Set([2 * MIB]));
}, 40_000);
