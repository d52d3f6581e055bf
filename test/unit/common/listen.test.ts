import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { listen } from '../../../src/common/listen.ts';

it('a server that cannot take a caller says so and takes the next', async () => {
  const server = createServer((socket) => socket.end());
  const troubles: string[] = [];
  await listen(server, { port: 0, host: '127.0.0.1' }, (error) => troubles.push(error.message));
  onTestFinished(() => void server.close());
  server.emit('error', new Error('accept ENFILE'));
  expect(troubles).toEqual(['accept ENFILE']);
  const address = server.address();
  const client = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  client.resume();
  await once(client, 'end');
});

it('a place that is taken is an error of who wants to listen there', async () => {
  const first = createServer();
  await listen(first, { port: 0, host: '127.0.0.1' }, () => {});
  onTestFinished(() => void first.close());
  const address = first.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(listen(createServer(), { port, host: '127.0.0.1' }, () => {})).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
