import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DevenvOptions, Machine, startDevenv } from './world/devenv.ts';

const project = `e2e-silent-${process.pid}`;
const connections = new Set<Socket>();
const cluster = createServer((socket) => connections.add(socket));
const machine = new Machine();
let place: DevenvOptions;

beforeAll(async () => {
  cluster.listen(0, '127.0.0.1');
  await once(cluster, 'listening');
  const { port } = cluster.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), 'e2e-silent-'));
  await writeFile(join(folder, 'gefyra.yaml'), fileOf(project));
  await writeFile(join(folder, 'kubeconfig'), kubeconfigOf(port));
  place = { cwd: folder, machine, env: { KUBECONFIG: join(folder, 'kubeconfig') } };
});

afterAll(async () => {
  for (const connection of connections) connection.destroy();
  cluster.close();
  machine[Symbol.dispose]();
  await rm(place.cwd, { recursive: true, force: true });
});

it.each(['up -y', 'up -d -y', 'plan'])('devenv %s does not keep Ctrl-C waiting', async (command) => {
  const asked = once(cluster, 'connection');
  await using devenv = startDevenv(command.split(' '), place);
  await asked;
  const leftAt = performance.now();
  devenv.signal('SIGINT');
  expect(await devenv.exit, devenv.transcript).toMatchObject({ code: 130 });
  expect(performance.now() - leftAt).toBeLessThan(4000);
});

function fileOf(name: string): string {
  return `
name: ${name}
services:
  app:
    image: example/app:1
    bridges: [{target: deployment/demo, ports: [8155]}]
`;
}

function kubeconfigOf(port: number): string {
  return `
apiVersion: v1
kind: Config
current-context: silent
contexts: [{name: silent, context: {cluster: silent, user: nobody}}]
clusters: [{name: silent, cluster: {server: 'https://127.0.0.1:${port}', insecure-skip-tls-verify: true}}]
users: [{name: nobody, user: {token: none}}]
`;
}
