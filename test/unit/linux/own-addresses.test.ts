import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { linuxMachine } from '../../../src/linux/index.ts';
import { label } from '../../../src/model/labels.ts';

const directory = mkdtempSync(join(tmpdir(), 'dm-'));
const gateway = join(import.meta.dirname, 'stub-gateway.mjs');
const environment = { PATH: process.env.PATH };
const machine = linuxMachine({ runtimeDirectory: directory, gateway, environment });
const obstacle = await machine.obstacle();
afterAll(() => rmSync(directory, { recursive: true }));

/** Addresses of a network that are not loopback's, as the gateway finds them. */
const OTHER_ADDRESSES =
  "Object.values(require('os').networkInterfaces()).flat().map((one) => one.address).filter((one) => !/^127|^::1$|^fe80/.test(one)).join()";

/** What a server says, or why it cannot be asked. */
const ASK =
  "require('net').Socket().on('data', (said) => process.stdout.write(said)).on('error', ({ code }) => console.log(code))";

it.skipIf(obstacle !== undefined)(
  'a program of this machine is reached by its gateway as on a network, where it listens on all addresses',
  async () => {
    onTestFinished(async () => {
      for (const name of ['app', 'net']) await machine.removeUnit(name);
    });
    const labels = { [label.project]: 'shop', [label.session]: 's1' };
    const network = { name: 'net', labels, guard: 'add table inet devenv-guard', ports: [], extraHosts: [] };
    await machine.startUnit(
      await machine.createNetwork({
        ...network,
        environment: (socketPath) => ({ DEVENV_SOCKET: socketPath }),
      }),
    );
    const serve = (port: number, host: string) =>
      `require('net').createServer((socket) => socket.end('${host}')).listen(${port}, '${host}')`;
    const command = ['node', '-e', `${serve(8081, '0.0.0.0')};${serve(8082, '127.0.0.1')}`];
    const how = { workingDir: '/', environment: {}, stopSignal: 'SIGTERM', healthcheck: undefined };
    const id = await machine.createProgram({ ...how, name: 'app', labels, network: 'net', command });
    await machine.startUnit(id);
    const said = async (...words: readonly string[]) => {
      const output = new PassThrough();
      const all = text(output);
      const streams = { input: undefined, output, errors: output };
      await machine.exec(id, { command: ['node', ...words], environment: {}, tty: false }, streams);
      output.end();
      return (await all).trim();
    };
    const [address] = (await said('-p', OTHER_ADDRESSES)).split(',');
    expect(address).toBe('192.0.2.1');
    const ask = (port: number) => said('-e', `${ASK}.connect(${port}, '${address}')`);
    await vi.waitFor(async () => expect(await ask(8081)).toBe('0.0.0.0'), 8000);
    expect(await ask(8082)).toBe('ECONNREFUSED');
  },
);
