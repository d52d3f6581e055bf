import { describe, expect, it } from 'vitest';
import type { ClusterApi } from '../../../src/kubernetes/api.ts';
import { upgraded } from '../../../src/kubernetes/upgrade.ts';
import { aServer } from './api-server.ts';

const read = (api: ClusterApi, path: string, signal?: AbortSignal) =>
  api.send({ doing: 'look', path, ...(signal === undefined ? {} : { signal }) });

describe('requests to an API server', () => {
  it('share one connection and do not wait for each other', async () => {
    const { api, rounds, connections } = await aServer(({ path }) => ({ path }));
    const paths = Array.from({ length: 20 }, (_, at) => `/one/${at}`);
    expect(await Promise.all(paths.map((path) => read(api, path)))).toEqual(paths.map((path) => ({ path })));
    expect(rounds).toHaveLength(1);
    await read(api, '/another');
    expect(connections()).toBe(1);
  });

  it('have bodies', async () => {
    const { api } = await aServer(({ method, body }) => ({ method, body }));
    const answer = await api.send({ doing: 'change', path: '/', method: 'PATCH', body: { some: 'thing' } });
    expect(answer).toEqual({ method: 'PATCH', body: '{"some":"thing"}' });
  });

  it('keep their connections where the server does not know HTTP/2', async () => {
    const { api, connections } = await aServer(({ path }) => ({ path }), { without: true });
    expect(await read(api, '/one')).toEqual({ path: '/one' });
    expect(await read(api, '/two')).toEqual({ path: '/two' });
    // The first one showed what the server knows.
    expect(connections()).toBe(2);
  });

  it('leave one to upgrades that was opened for them', async () => {
    const { api, connections } = await aServer(({ path }) => ({ path }));
    api.openAhead();
    await read(api, '/one');
    expect(connections()).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await upgraded(api, { path: '/two', protocol: 'none', headers: {} }).catch(() => {});
    expect(connections()).toBe(2);
  });

  it('are sent again when the connection was closed meanwhile', async () => {
    const { api, connections, breakOff } = await aServer(({ path }) => ({ path }));
    await read(api, '/one');
    breakOff();
    expect(await read(api, '/two')).toEqual({ path: '/two' });
    expect(connections()).toBe(2);
  });

  it('are refused in the words of the server', async () => {
    const { api } = await aServer((_, response) => {
      response.writeHead(404);
      return { message: 'there is no such thing', reason: 'NotFound' };
    });
    await expect(read(api, '/')).rejects.toMatchObject({ message: 'cannot look: there is no such thing' });
  });

  it('are given up when that is wanted, alone', async () => {
    const { api } = await aServer(({ path }) => (path === '/quick' ? { path } : undefined));
    const enough = new AbortController();
    const slow = read(api, '/slow', enough.signal);
    const refused = expect(slow).rejects.toMatchObject({ code: 'cancelled' });
    await read(api, '/quick');
    enough.abort();
    await refused;
    expect(await read(api, '/quick')).toEqual({ path: '/quick' });
  });
});

describe('a watch', () => {
  const event = (name: string) => ({ type: 'ADDED', object: { name } });

  it('tells what comes until the server ends it', async () => {
    const { api } = await aServer((_, response) => {
      response.write(`${JSON.stringify(event('one'))}\n${JSON.stringify(event('two')).slice(0, 5)}`);
      setTimeout(() => response.end(`${JSON.stringify(event('two')).slice(5)}\n`), 10);
      return undefined;
    });
    const seen: unknown[] = [];
    for await (const one of api.watch({ doing: 'watch', path: '/' })) seen.push(one);
    expect(seen).toEqual([event('one'), event('two')]);
  });

  it.each([
    ['the connection breaks', {}],
    ['the connection breaks, of what came before HTTP/2', { without: true }],
  ])('fails when %s', async (_, how) => {
    const server = await aServer((_request, response) => {
      response.write(`${JSON.stringify(event('one'))}\n`);
      return undefined;
    }, how);
    const watching = (async () => {
      for await (const _one of server.api.watch({ doing: 'watch', path: '/' })) server.breakOff();
    })();
    await expect(watching).rejects.toMatchObject({ code: 'cluster-unreachable' });
  });

  it.each([
    ['HTTP/2', {}],
    ['what came before HTTP/2', { without: true }],
  ])('ends when that is wanted, over %s', async (_, how) => {
    const { api } = await aServer((_request, response) => {
      response.write(`${JSON.stringify(event('one'))}\n`);
      return undefined;
    }, how);
    const enough = new AbortController();
    const watching = (async () => {
      for await (const _one of api.watch({ doing: 'watch', path: '/', signal: enough.signal }))
        enough.abort();
    })();
    await expect(watching).rejects.toBeDefined();
  });
});
