import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aScenario } from './scenario.ts';
import { runDevenv, startDevenv } from './world/devenv.ts';
import { freePort } from './world/free-port.ts';
import { findLeftovers } from './world/leftovers.ts';
import { demoImage } from './world/paths.ts';

/** The words of a program that says its name to whoever asks at an address. */
function saying(name: string, port: number, address: string): readonly string[] {
  const program = `require('node:http').createServer((_, answer) => answer.end('${name}')).listen(${port}, '${address}')`;
  return ['node', '-e', program];
}

/** Says what it hears from the addresses that are its arguments. */
const ASKS =
  'Promise.all(process.argv.slice(1).map((url) => fetch(url).then((answer) => answer.text(), ({ cause }) => cause.code ?? String(cause)))).then((all) => console.log(all.join()))';

describe('a program of this machine beside containers of an engine', () => {
  it('reaches them by name and they it, with or without a workload, and this machine', async () => {
    await using scenario = await aScenario();
    const { project, folder } = scenario.copy;
    const { target } = scenario.pod;
    const here = createServer((_, answer) => answer.end('here')).listen(0, '127.0.0.1');
    onTestFinished(() => void here.close());
    await once(here, 'listening');
    const address = here.address();
    const machine = typeof address === 'object' && address !== null ? address.port : 0;
    const published = await freePort();
    const services = {
      app: {
        process: saying('app', 8155, '0.0.0.0'),
        bridges: [{ target, ports: [8155] }],
      },
      shy: { process: saying('shy', 8081, '127.0.0.1'), env_from: target },
      open: { process: saying('open', 8082, '127.0.0.1'), env_from: target, ports: [`${published}:8082`] },
      db: { image: demoImage, command: saying('db', 5432, '0.0.0.0'), stop_grace_period: '0s' },
      web: {
        image: demoImage,
        command: saying('web', 8083, '0.0.0.0'),
        stop_grace_period: '0s',
        env_from: target,
        outbound: { loopback: [9] },
        extra_hosts: ['laptop:host-gateway'],
      },
    };
    await writeFile(join(folder, 'gefyra.yaml'), JSON.stringify({ name: project, services }));
    await using session = startDevenv(['up', '-y'], scenario.options());
    await session.waitForLine(/^ready/, 60_000);
    const heard = async (service: string, ...urls: readonly string[]) => {
      const words = ['exec', service, 'node', '-e', ASKS, ...urls];
      const { stdout, stderr } = await runDevenv(words, scenario.options());
      return `${stdout}${stderr}`.trim();
    };
    const names = ['http://app:8155', 'http://open:8082', 'http://db:5432', 'http://web:8083'];
    const all = 'app,open,db,web';
    const self = `http://host.docker.internal:${machine}`;
    // Nobody waits for containers to listen.
    const byShy = expect.poll(() => heard('shy', ...names, self, 'http://shy:8081'), { timeout: 20_000 });
    await byShy.toBe(`${all},here,ECONNRESET`);
    expect(await heard('db', ...names, 'http://vault:9000')).toBe(`${all},ENOTFOUND`);
    expect(await heard('web', ...names, `http://laptop:${machine}`)).toBe(`${all},here`);
    expect(await scenario.pod.ask('/')).toMatchObject({ body: 'app' });

    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
    const scene = { project, pod: scenario.pod, machine: scenario.machine };
    expect(await findLeftovers(scene)).toEqual([]);
  });
});
