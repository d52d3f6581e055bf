import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { ListeningWatch } from '../../../src/gateway/listening.ts';
import { listeningPorts } from '../../../src/netfilter/index.ts';

let watch: ListeningWatch;
let reports: (readonly [number, boolean])[];

beforeEach(() => {
  reports = [];
  watch = new ListeningWatch(listeningPorts, (port, listening) => reports.push([port, listening]));
});
afterEach(() => watch.close());

async function aServer() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
}

it('reports a port when it begins to be watched, and when it changes', async () => {
  const server = await aServer();
  const { port } = server;
  await watch.watch([port]);
  expect(reports).toEqual([[port, true]]);
  server[Symbol.dispose]();
  await vi.waitFor(() => expect(reports).toContainEqual([port, false]));
});

it('reports that a port was away when somebody was refused there, though nobody saw it away', async () => {
  using server = await aServer();
  const { port } = server;
  await watch.watch([port]);
  watch.refused(port);
  expect(reports).toEqual([
    [port, true],
    [port, false],
  ]);
  await vi.waitFor(() => expect(reports.at(-1)).toEqual([port, true]));
});

it('has no news of a port that is away anyway, nor of one that is not watched', async () => {
  const server = await aServer();
  server[Symbol.dispose]();
  await watch.watch([server.port]);
  watch.refused(server.port);
  watch.refused(1);
  expect(reports).toEqual([[server.port, false]]);
});

it('goes on when the list of sockets could not be read once', async () => {
  let fails = true;
  const looked: boolean[] = [];
  const flaky = new ListeningWatch(
    async () => {
      if (fails) throw new Error('no list');
      return new Set([80]);
    },
    (_, listening) => looked.push(listening),
  );
  onTestFinished(() => flaky.close());
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  await expect(flaky.watch([80])).rejects.toThrow('no list');
  await vi.waitFor(() => expect(said).toHaveBeenCalledExactlyOnceWith('what listens is not known: no list'));
  fails = false;
  await vi.waitFor(() => expect(looked).toEqual([true]));
});

it('looks the more seldom the longer a port is away, and often again when it was there meanwhile', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let looks = 0;
  let listens = false;
  const counted = new ListeningWatch(
    async () => {
      looks += 1;
      return new Set(listens ? [80] : []);
    },
    () => {},
  );
  onTestFinished(() => counted.close());
  const within = async (ms: number) => {
    looks = 0;
    await vi.advanceTimersByTimeAsync(ms);
    return looks;
  };
  await counted.watch([80]);
  expect(await within(400)).toBeGreaterThan(15);
  await within(1600);
  expect(await within(2000)).toBeLessThan(25);
  listens = true;
  await within(200);
  listens = false;
  await within(200);
  expect(await within(300)).toBeGreaterThan(10);
});
