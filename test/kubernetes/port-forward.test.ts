import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClusterApi } from '../../src/kubernetes/api.ts';
import { ApiRefusal } from '../../src/kubernetes/failures.ts';
import { loadCluster } from '../../src/kubernetes/kubeconfig.ts';
import { podPath } from '../../src/kubernetes/pod-address.ts';
import { forwardOverSpdy } from '../../src/kubernetes/spdy-forward.ts';
import { forwardOverWebSocket } from '../../src/kubernetes/web-socket-forward.ts';
import { kubectl } from '../e2e/world/cluster.ts';
import { demoImage } from '../e2e/world/paths.ts';

const namespace = `e2e-${randomBytes(4).toString('hex')}`;
const ECHO = 7000;
/** Says one byte, and echoes what comes after it. */
const GREETING_ECHO = 7001;
const NOBODY = 7002;
const PROGRAM = `
const { createServer } = require('node:net');
createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(${ECHO}, '127.0.0.1');
createServer((socket) => { socket.write('!'); socket.pipe(socket); }).listen(${GREETING_ECHO}, '127.0.0.1');
`;
/** Fails until the program listens. */
const LOOK = `
const { connect } = require('node:net');
for (const port of [${ECHO}, ${GREETING_ECHO}])
  connect(port, '127.0.0.1', function () { this.destroy(); }).on('error', () => process.exit(1));
`;
const BIG = 48 * 1024 * 1024;

let api: ClusterApi;

beforeAll(async () => {
  await kubectl('create', 'namespace', namespace);
  const command = ['--image', demoImage, '--image-pull-policy=IfNotPresent', '--command', '--'];
  await kubectl('-n', namespace, 'run', 'echo', ...command, 'node', '-e', PROGRAM);
  await kubectl('-n', namespace, 'wait', '--for=condition=Ready', 'pod/echo', '--timeout=60s');
  // Without a probe a pod is ready when its program has been started.
  const look = () => kubectl('-n', namespace, 'exec', 'echo', '--', 'node', '-e', LOOK);
  await vi.waitFor(look, { timeout: 30_000, interval: 100 });
  api = new ClusterApi(
    loadCluster({ environment: process.env, homeDirectory: '/nowhere', context: undefined, namespace }),
  );
});

afterAll(async () => {
  api.close();
  await kubectl('delete', 'namespace', namespace, '--wait=false');
});

describe.each([
  ['SPDY', forwardOverSpdy],
  ['a WebSocket', forwardOverWebSocket],
])('a port of a pod over %s', (_, forward) => {
  const dial = (port: number, greets = false) =>
    forward(api, { path: podPath({ namespace, pod: 'echo' }, 'portforward'), port, greets });

  it('carries much in both directions at once, at the pace of who reads it', async () => {
    const stream = await dial(ECHO);
    const sent = randomBytes(BIG);
    let most = 0;
    const came = receive(stream, BIG, async () => {
      most = Math.max(most, stream.writableLength);
      // A reader that is slower than the way: all that is between must wait, nothing may be lost.
      if (Math.random() < 0.02) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    for (let at = 0; at < BIG; at += 300_000) {
      if (!stream.write(sent.subarray(at, at + 300_000))) await once(stream, 'drain');
    }
    expect(sha(await came)).toBe(sha(sent));
    expect(most).toBeLessThan(4 * 1024 * 1024);
    stream.destroy();
  });

  it('carries more than may wait in one piece', async () => {
    const stream = await dial(ECHO);
    const sent = randomBytes(20 * 1024 * 1024);
    const came = receive(stream, sent.length);
    stream.write(sent);
    expect(sha(await came)).toBe(sha(sent));
    stream.destroy();
  });

  it('keeps the greeting to itself', async () => {
    const stream = await dial(GREETING_ECHO, true);
    expect(await stream.greeting.came).toBe(true);
    stream.write('hello');
    expect(String(await receive(stream, 5))).toBe('hello');
    stream.destroy();
  });

  it('breaks with the words of the node where nobody listens', async () => {
    const stream = await dial(NOBODY, true);
    // The refusal may come with the first bytes, before anybody could listen.
    const error = stream.errored ?? (await once(stream, 'error'))[0];
    expect(error).toBeInstanceOf(ApiRefusal);
    expect(error.message).toMatch(/refused/);
    expect(await stream.greeting.came).toBe(false);
  });

  it('is refused for a pod that is not there', async () => {
    const path = podPath({ namespace, pod: 'nobody' }, 'portforward');
    await expect(forward(api, { path, port: ECHO, greets: false })).rejects.toMatchObject({ status: 404 });
  });
});

describe('a port of a pod over SPDY', () => {
  it('is closed in one direction and goes on in the other', async () => {
    const path = podPath({ namespace, pod: 'echo' }, 'portforward');
    const stream = await forwardOverSpdy(api, { path, port: ECHO, greets: false });
    stream.end('the last word');
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe('the last word');
  });
});

/** The next bytes of a stream. `between` is waited for after each part. */
async function receive(stream: Duplex, length: number, between?: () => Promise<void>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let left = length;
  return new Promise((resolve, reject) => {
    stream.once('close', () => reject(new Error(`closed ${left} bytes too early`)));
    stream.on('data', async (part: Buffer) => {
      parts.push(part);
      left -= part.length;
      if (left <= 0) resolve(Buffer.concat(parts));
      stream.pause();
      await between?.();
      stream.resume();
    });
  });
}

function sha(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
