import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aScenarioAnywhere, type Scenario } from './scenario.ts';
import { runDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { freePort } from './world/free-port.ts';

describe('from the local container', () => {
  let scenario: Scenario;
  let service: string;
  let forwarded: number;

  beforeAll(async () => {
    scenario = await aScenarioAnywhere({ resolver: true });
    service = `gefyra-${scenario.copy.project}.app`;
    forwarded = await freePort();
    await appendFile(join(scenario.copy.folder, 'gefyra.yaml'), `forwards: ["${forwarded}:vault:9000"]\n`);
    await scenario.up();
  });
  afterAll(() => scenario[Symbol.asyncDispose]());

  /** What an expression prints in the local container; `dns` is Node's promised one, which asks a server itself. */
  async function evaluated(expression: string): Promise<unknown> {
    const script = `const dns = require('node:dns').promises; (async () => JSON.stringify(await (${expression})))().then(console.log, (error) => console.log(JSON.stringify({ code: error.code }))).finally(() => process.exit())`;
    return JSON.parse(await docker('exec', service, 'node', '-e', script));
  }

  it('reaches names of the target network that this machine cannot', async () => {
    expect(await evaluated("fetch('http://vault:9000/secret').then((answer) => answer.text())")).toBe(
      'the cluster keeps this to itself\n',
    );
  });

  it("arrives with the target's source address", async () => {
    const { pod: address } = await scenario.pod.addresses();
    const who = await evaluated("fetch('http://vault:9000/who').then((answer) => answer.json())");
    expect(who).toMatchObject({
      caller: expect.stringMatching(new RegExp(`${address.replaceAll('.', '\\.')}$`)),
    });
  });

  it('reaches addresses of the target network', async () => {
    const { vault: address } = await scenario.pod.addresses();
    expect(await evaluated(`fetch('http://${address}:9000/secret').then((answer) => answer.status)`)).toBe(
      200,
    );
  });

  it('is refused where the target is refused', async () => {
    expect(await evaluated("fetch('http://vault:9001').catch((error) => error.cause.code)")).toMatch(
      /ECONNREFUSED|ECONNRESET|EPIPE|UND_ERR_SOCKET/,
    );
  });

  it.each([
    ['A', "dns.resolve4('www.outside.test')", ['192.0.2.10', '192.0.2.11']],
    ['AAAA', "dns.resolve6('www.outside.test')", ['2001:db8::10']],
    ['CNAME', "dns.resolveCname('alias.outside.test')", ['www.outside.test']],
    ['TXT', "dns.resolveTxt('outside.test')", [['a text', 'in two strings']]],
    ['MX', "dns.resolveMx('outside.test')", [{ exchange: 'mail.outside.test', priority: 10 }]],
    [
      'SRV',
      "dns.resolveSrv('_chat._tcp.outside.test')",
      [{ name: 'www.outside.test', port: 5222, priority: 1, weight: 2 }],
    ],
  ])(
    'looks up %s records of the outside world by the resolver of the target',
    async (_, expression, expected) => {
      const found = await evaluated(expression);
      expect(Array.isArray(found) ? found.toSorted() : found).toEqual(expected);
    },
  );

  it('gets answers that are too long for a datagram', async () => {
    expect(await evaluated("dns.resolveTxt('long.outside.test').then((texts) => texts.flat().length)")).toBe(
      40,
    );
  });

  it('learns that a name does not exist', async () => {
    expect(await evaluated("dns.resolve4('nobody.outside.test')")).toEqual({ code: 'ENOTFOUND' });
  });

  it('does the same through the C library', async () => {
    const found = await docker('exec', service, 'getent', 'ahostsv4', 'vault');
    expect(found).toMatch(/STREAM vault/);
  });

  it('finds services of the file on this machine', async () => {
    const found = await evaluated("dns.resolve4('app')");
    const network = `gefyra-${scenario.copy.project}`;
    const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
    expect(found).toEqual([await docker('inspect', '--format', format, `${service}.gateway`)]);
  });

  it('sends no other UDP through this machine', async () => {
    const expression = `new Promise((resolve) => { const socket = require('node:dgram').createSocket('udp4'); socket.connect(123, '192.0.2.1', () => { socket.on('error', (error) => resolve(error.code)); socket.send('x', (error) => error && resolve(error.code)); setTimeout(() => resolve('sent'), 1000); }); })`;
    expect(await evaluated(expression)).not.toBe('sent');
  });

  it('has a forward beside it, by which this machine is where the workload is, and which survives an agent', async () => {
    const ask = async () => {
      const answer = await fetch(`http://127.0.0.1:${forwarded}/who`, {
        signal: AbortSignal.timeout(10_000),
      });
      return (await answer.json()) as { readonly caller: string };
    };
    const { pod: address } = await scenario.pod.addresses();
    expect((await ask()).caller).toMatch(new RegExp(`${address.replaceAll('.', '\\.')}$`));
    await scenario.pod.killAgent();
    await vi.waitFor(async () => expect((await ask()).caller).toContain(address), { timeout: 15_000 });
    const { stdout } = await runDevenv(['ps'], scenario.options());
    expect(stdout).toMatch(
      new RegExp(`^forward/${forwarded} +up +127\\.0\\.0\\.1:${forwarded} -> vault:9000 of `, 'm'),
    );
  });
});
