import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PeekedCaller } from '../../../src/agent/peeked-caller.ts';
import { isRequestOf } from '../../../src/agent/probe-request.ts';

const probe = 'GET /health HTTP/1.1\r\nHost: x\r\nUser-Agent: kube-probe/1.34\r\nConnection: close\r\n\r\n';
const request = 'GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: curl/8\r\n\r\n';

describe('the beginning of a request', () => {
  it.each([
    [probe, ['kube-probe/*'], true],
    [probe.replace('User-Agent', 'user-agent'), ['kube-probe/*'], true],
    [probe, ['kube-probe/1.34'], true],
    [probe, ['kube-probe/1'], false],
    [request, ['kube-probe/*'], false],
    ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', [''], true],
    [request, [''], false],
    [probe.slice(0, -2), ['kube-probe/*'], false],
    [`\x16\x03\x01${probe}`, ['kube-probe/*'], false],
    ['GET / HTTP/1.1\r\nHost: x\r\n\r\nUser-Agent: kube-probe/1', ['kube-probe/*'], false],
    ['', ['kube-probe/*'], false],
  ])('%j of %j: %s', (text, userAgents, expected) => {
    expect(isRequestOf(Buffer.from(text), userAgents)).toBe(expected);
  });
});

describe('a caller whose requests are looked at', () => {
  async function aCaller() {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const client = connect({ port: address.port, allowHalfOpen: true });
    const [socket]: Socket[] = await once(server, 'connection');
    if (socket === undefined) throw new Error('no connection');
    onTestFinished(() => {
      client.destroy();
      socket.destroy();
      server.close();
    });
    const events: string[] = [];
    const caller = new PeekedCaller(socket, ['kube-probe/*'], {
      bridged: () => events.push('bridged'),
      probed: (start) => events.push(`probed ${start.length}`),
    });
    return { client, caller, events };
  }

  it('is bridged with its first bytes, and its answers come back', async () => {
    const { client, caller, events } = await aCaller();
    client.write(request);
    const [read] = await once(caller, 'data');
    expect(String(read)).toBe(request);
    expect(events).toEqual(['bridged']);
    caller.write('HTTP/1.1 200 OK\r\n\r\n');
    expect(String((await once(client, 'data'))[0])).toBe('HTTP/1.1 200 OK\r\n\r\n');
  });

  it('is handed over when its first request is a probe', async () => {
    const { client, caller, events } = await aCaller();
    client.write(probe);
    await once(caller, 'close');
    expect(events).toEqual([`probed ${probe.length}`]);
  });

  it('is handed over when a probe follows an answer on the same connection', async () => {
    const { client, caller, events } = await aCaller();
    client.write(request);
    await once(caller, 'data');
    caller.write('HTTP/1.1 200 OK\r\n\r\n');
    await once(client, 'data');
    client.write(probe);
    await once(caller, 'close');
    expect(events).toEqual(['bridged', `probed ${probe.length}`]);
    // The socket itself lives on, with whoever took it over.
    expect(client.destroyed).toBe(false);
  });

  it('is not handed over in the middle of a request', async () => {
    const { client, caller, events } = await aCaller();
    client.write('POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n');
    await once(caller, 'data');
    client.write(probe);
    expect(String((await once(caller, 'data'))[0])).toBe(probe);
    expect(events).toEqual(['bridged']);
  });

  it('is bridged when it waits for the server to speak first', async () => {
    const { events } = await aCaller();
    await expect.poll(() => events).toEqual(['bridged']);
  });

  it('passes the end of either side on', async () => {
    const { client, caller } = await aCaller();
    client.end(request);
    caller.resume();
    await once(caller, 'end');
    caller.end('bye');
    expect(String((await once(client, 'data'))[0])).toBe('bye');
    await once(client, 'end');
  });
});
