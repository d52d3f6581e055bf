import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aScenario } from './scenario.ts';
import { runDevenv, startDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { findLeftovers } from './world/leftovers.ts';
import { demoImage } from './world/paths.ts';

/** A service that says its name to whoever asks at an address. */
function saying(name: string, port: number, address: string, keys: object = {}) {
  const program = `require('node:http').createServer((_, answer) => answer.end('${name}')).listen(${port}, '${address}')`;
  return { image: demoImage, command: ['node', '-e', program], stop_grace_period: '0s', ...keys };
}

describe('services in networks that are not their own', () => {
  it('share that of another, have none, or the machine’s', async () => {
    await using scenario = await aScenario();
    const { project, folder } = scenario.copy;
    const services = {
      web: saying('web', 8081, '127.0.0.1'),
      side: saying('side', 8082, '0.0.0.0', { network_mode: 'service:web' }),
      asker: saying('asker', 8083, '0.0.0.0'),
      alone: saying('alone', 8084, '0.0.0.0', { network_mode: 'none' }),
      machine: saying('machine', 0, '127.0.0.1', { network_mode: 'host' }),
    };
    const write = (all: object) =>
      writeFile(join(folder, 'gefyra.yaml'), JSON.stringify({ name: project, services: all }));
    await write(services);
    await using session = startDevenv(['up'], scenario.options());
    await session.waitForLine(/^ready/, 60_000);
    const within = (service: string, program: string) =>
      docker('exec', `gefyra-${project}.${service}`, 'node', '-e', program);
    const asked = (service: string, url: string) =>
      within(service, `fetch('${url}').then((answer) => answer.text()).then(console.log)`);
    const interfaces = "console.log(Object.keys(require('node:os').networkInterfaces()).join())";

    expect(await asked('side', 'http://127.0.0.1:8081')).toBe('web');
    expect(await asked('asker', 'http://side:8082')).toBe('side');
    expect(await asked('asker', 'http://web:8082')).toBe('side');
    expect(await within('alone', interfaces)).toBe('lo');
    expect((await within('machine', interfaces)).split(',')).toContain('eth0');
    expect(await within('machine', interfaces)).not.toBe(await within('asker', interfaces));

    // The network outlives the one whose it is, and moves with it.
    expect(await runDevenv(['restart', 'web'], scenario.options())).toMatchObject({ code: 0 });
    await expect.poll(() => asked('side', 'http://127.0.0.1:8081').catch(String)).toBe('web');
    const before = session.lines.length;
    await write({ ...services, web: { ...services.web, extra_hosts: ['a:10.0.0.1'] } });
    await session.waitForLine(/^ready/, 60_000, before);
    await expect.poll(() => asked('side', 'http://127.0.0.1:8081').catch(String)).toBe('web');

    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
    const scene = { project, pod: scenario.pod, machine: scenario.machine };
    expect(await findLeftovers(scene)).toEqual([]);
  });
});
