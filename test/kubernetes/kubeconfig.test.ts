import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectSecurely } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientCertificate } from '../cluster/certificates.mjs';
import { aClusterScenario, type Scenario } from '../e2e/scenario.ts';
import type { ClusterPod } from '../e2e/world/cluster-pod.ts';
import { runDevenv, startDevenv } from '../e2e/world/devenv.ts';

let scenario: Scenario<ClusterPod>;
let kubeconfig: {
  clusters: { name: string; cluster: Record<string, string> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: object[];
};

beforeAll(async () => {
  scenario = await aClusterScenario();
  kubeconfig = JSON.parse(await readFile(scenario.pod.env['KUBECONFIG'] ?? '', 'utf8'));
});
afterAll(() => scenario[Symbol.asyncDispose]());

/** Writes a kubeconfig and uses it for a whole `up`: requests, watches and streams all need what it says. */
async function comesUp(
  change: (config: typeof kubeconfig) => void,
  more: readonly string[] = [],
): Promise<void> {
  const config = structuredClone(kubeconfig);
  change(config);
  const file = join(scenario.copy.folder, 'kubeconfig');
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  const place = scenario.options();
  const env = { ...place.env, KUBECONFIG: [file, ...more].join(':') };
  await using session = startDevenv(['up'], { ...place, env });
  await session.waitForLine(/^bridge\/app:8155 live/, 60_000);
  expect(await scenario.pod.askApp('/')).toMatchObject({ by: 'local' });
  session.signal('SIGINT');
  expect(await session.exit, session.transcript).toMatchObject({ code: 130 });
}

const only = <T>(entries: readonly T[]): T => {
  const [entry] = entries;
  if (entry === undefined) throw new Error('the kubeconfig is empty');
  return entry;
};

describe('a session comes up', () => {
  it('with a client certificate', async () => {
    const { certificate, key } = clientCertificate('e2e-developer', ['e2e-developers']);
    await scenario.pod.kubectl(
      'create',
      'rolebinding',
      'by-certificate',
      '--role=tests-developer',
      '--group=e2e-developers',
    );
    await comesUp((config) => {
      only(config.users).user = {
        'client-certificate-data': Buffer.from(certificate).toString('base64'),
        'client-key-data': Buffer.from(key).toString('base64'),
      };
    });
  });

  it('with a plugin that makes the credential, named by a path beside the file', async () => {
    const plugin = join(scenario.copy.folder, 'login');
    const status = { token: only(kubeconfig.users).user['token'] };
    const credential = { kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1', status };
    await writeFile(plugin, `#!/bin/sh\necho '${JSON.stringify(credential)}'\n`);
    await chmod(plugin, 0o700);
    await comesUp((config) => {
      const exec = {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: './login',
        interactiveMode: 'Never',
      };
      only(config.users).user = { exec };
    });
  });

  it('with a token in a file', async () => {
    const file = join(scenario.copy.folder, 'token');
    await writeFile(file, `${only(kubeconfig.users).user['token']}\n`);
    await comesUp((config) => {
      only(config.users).user = { tokenFile: file };
    });
  });

  it('through a proxy', async () => {
    const { url, asked } = await aProxy();
    await comesUp((config) => {
      only(config.clusters).cluster['proxy-url'] = url;
    });
    expect(asked.length).toBeGreaterThan(2);
  });

  it('through a gateway before the server that lets no SPDY pass', async () => {
    const gateway = await aGateway(kubeconfig);
    await comesUp((config) => {
      only(config.clusters).cluster = { server: gateway.url };
    });
    // Those that were opened at once, and none after them.
    expect(gateway.refused).toBeLessThanOrEqual(3);
    expect(gateway.passed).toBeGreaterThan(2);
  });

  it('with the authority in a file beside it, and by another name of the server', async () => {
    const ca = Buffer.from(only(kubeconfig.clusters).cluster['certificate-authority-data'] ?? '', 'base64');
    await writeFile(join(scenario.copy.folder, 'ca.crt'), ca);
    await comesUp((config) => {
      const { server = '' } = only(config.clusters).cluster;
      only(config.clusters).cluster = {
        server,
        'certificate-authority': 'ca.crt',
        'tls-server-name': 'kubernetes.default.svc',
      };
    });
  });

  it('from several files', async () => {
    const users = join(scenario.copy.folder, 'users');
    await writeFile(users, JSON.stringify({ apiVersion: 'v1', kind: 'Config', users: kubeconfig.users }));
    await comesUp(
      (config) => {
        config.users = [];
      },
      ['/nowhere/config', users],
    );
  });
});

describe('a server whose certificate is signed by somebody else', () => {
  it('is not talked to', async () => {
    const config = structuredClone(kubeconfig);
    delete only(config.clusters).cluster['certificate-authority-data'];
    const file = join(scenario.copy.folder, 'kubeconfig');
    await writeFile(file, JSON.stringify(config));
    const place = scenario.options();
    const env = { ...place.env, KUBECONFIG: file };
    const { code, stderr } = await runDevenv(['plan'], { ...place, env });
    expect(stderr).toMatch(/does not answer: (self-signed certificate|unable to verify)/);
    expect(code).toBe(4);
  });
});

/** A server on this machine that passes requests and WebSockets on to the API server, and counts. */
async function aGateway({ clusters }: typeof kubeconfig) {
  const { server: behind = '', 'certificate-authority-data': authority = '' } = only(clusters).cluster;
  const { hostname, port } = new URL(behind);
  const ca = Buffer.from(authority, 'base64');
  const counts = { refused: 0, passed: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    const onward = httpsRequest({ hostname, port, ca, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('upgrade', (request: IncomingMessage, client: Socket) => {
    sockets.add(client);
    if (request.headers.upgrade !== 'websocket') {
      counts.refused += 1;
      client.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    counts.passed += 1;
    const onward = connectSecurely({ host: hostname, port: Number(port), ca }, () => {
      const names = request.rawHeaders.flatMap((name, at, all) =>
        at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : [],
      );
      onward.write(`GET ${request.url} HTTP/1.1\r\n${names.join('\r\n')}\r\n\r\n`);
      client.pipe(onward).pipe(client);
    });
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket.on('error', () => client.destroy());
      socket.on('close', () => onward.destroy());
    }
  });
  return Object.assign(counts, { url: await served(server, sockets) });
}

/** An HTTP proxy on this machine, which remembers who was asked for. */
async function aProxy(): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const upstream = connect({ host, port: Number(port) }, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => client.destroy());
    }
  });
  return { url: await served(server, sockets), asked };
}

/** Listens until the test is over, then ends it with these connections. Returns its URL. */
async function served(server: Server, sockets: ReadonlySet<Socket>): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}
