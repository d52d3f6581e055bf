import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { runDevenv, startDevenv } from './world/devenv.ts';
import { docker, dockerLines } from './world/docker.ts';
import type { DockerPod } from './world/docker-pod.ts';
import { demoImage } from './world/paths.ts';

const file = (name: string, target: string, source = '/pod') => `name: ${name}
services:
  app:
    image: ${demoImage}
    command: sleep 3600
    stop_signal: SIGKILL
    outbound: {loopback: [8080]}
    volumes: [{type: workload, source: ${source}, target: /pod}, {type: workload, source: /etc/key, target: /etc/my-key}]
    env_from: ${target}
`;

const ownFile = (name: string, target: string, read = '/pod/vault.mjs') => `name: ${name}
services:
  app:
    process: "while sleep 0.1; do cat /etc/devenv-none/key; done"
    volumes:
      - {type: workload, source: /etc/devenv-key, target: /etc/devenv-none}
      - {type: workload, source: ${read}, target: /devenv-none/vault.mjs}
      - ./made:/devenv-none/made
    env_from: ${target}
`;

describe('a program of this machine that takes files of its workload', () => {
  it('has them at their paths, as they are now, with their owners, and nobody else has', async () => {
    await using scenario = await aScenario();
    const { pod, copy } = scenario;
    const [, target = ''] = pod.target.split('/');
    const change = (text: string) =>
      docker(
        'exec',
        '--user',
        '0',
        target,
        'sh',
        '-c',
        `mkdir -p /etc/devenv-key; cd /etc/devenv-key; ${text}`,
      );
    await change('echo first >key; chmod 640 key; chown 1000:1001 key');
    await writeFile(join(copy.folder, 'gefyra.yaml'), ownFile(pod.name, pod.target));
    const options = scenario.options();
    await using session = startDevenv(['up', '-y'], options);
    await session.waitForLine(/^app.* first/, 60_000);
    const look = `stat -L -c '%a %u:%g' /etc/devenv-none/key; tail -1 /devenv-none/vault.mjs; echo x >/devenv-none/made/x`;
    const { stdout } = await runDevenv(['exec', '-T', 'app', 'sh', '-c', look], options);
    expect(stdout).toMatch(/^640 1000:1001\n\S/);
    expect(await readFile(join(copy.folder, 'made', 'x'), 'utf8')).toBe('x\n');
    expect(existsSync('/devenv-none') || existsSync('/etc/devenv-none')).toBe(false);
    await change('echo second >key');
    await session.waitForLine(/^app.* second/, 20_000);
    // What it sees is another thing now: it is made anew.
    await writeFile(join(copy.folder, 'gefyra.yaml'), ownFile(pod.name, pod.target, '/pod'));
    await session.waitForLine(/^container\/app .*volumes changed/, 20_000);
    await session.waitForLine(/^app.* second/, 20_000);
  });
});

describe('a service that takes files and loopback ports of its workload', () => {
  let scenario: Scenario<DockerPod>;
  let service: string;

  beforeAll(async () => {
    scenario = await aScenario();
    await writeFile(join(scenario.copy.folder, 'gefyra.yaml'), file(scenario.pod.name, scenario.pod.target));
    service = `gefyra-${scenario.copy.project}.app`;
    const [, target = ''] = scenario.pod.target.split('/');
    // As --add-host has it.
    const make = `printf k > /etc/key; chmod 640 /etc/key; chown 1000:1001 /etc/key; echo '10.99.99.99 far.corp.example' >> /etc/hosts`;
    await docker('exec', '--user', '0', target, 'sh', '-c', make);
    const { code, stderr } = await runDevenv(['up', '-d'], scenario.options());
    expect(code, stderr).toBe(0);
  });
  afterAll(async () => {
    await runDevenv(['down'], scenario.options());
    await scenario[Symbol.asyncDispose]();
  });

  it('has the files, read-only and in memory', async () => {
    expect(await docker('exec', service, 'cat', '/pod/vault.mjs')).toContain(
      'the cluster keeps this to itself',
    );
    await expect(docker('exec', service, 'touch', '/pod/mine')).rejects.toThrow(/Read-only/);
    const [volume] = await dockerLines('volume', 'ls', '-q', '--filter', `name=${service}.gateway.files`);
    expect(await docker('volume', 'inspect', '--format', '{{.Options.type}}', volume ?? '')).toBe('tmpfs');
  });

  it('has a single file, with its owner and permission bits', async () => {
    expect(await docker('exec', service, 'stat', '-L', '-c', '%a %u:%g', '/etc/my-key')).toBe(
      '640 1000:1001',
    );
  });

  it("finds names of the workload's /etc/hosts", async () => {
    expect(await docker('exec', service, 'getent', 'hosts', 'far.corp.example')).toMatch(/^10\.99\.99\.99 /);
  });

  it("reaches the sidecar on the workload's 127.0.0.1", async () => {
    const script =
      "fetch('http://127.0.0.1:8080/').then((answer) => console.log(answer.headers.get('x-proxied-by')))";
    expect(await docker('exec', service, 'node', '-e', script)).toBe('sidecar');
  });

  it('is made anew without them when they are taken out of the file', async () => {
    const yaml = file(scenario.pod.name, scenario.pod.target);
    const without = yaml.replace(/^ +volumes: .*\n/m, '');
    await writeFile(join(scenario.copy.folder, 'gefyra.yaml'), without);
    expect(await runDevenv(['up', '-d'], scenario.options())).toMatchObject({ code: 0 });
    await expect(docker('exec', service, 'ls', '/pod')).rejects.toThrow(/No such file/);
    // Without its loopback either it needs no workload at all.
    const alone = without.replace(/^ +(outbound|env_from): .*\n/gm, '');
    await writeFile(join(scenario.copy.folder, 'gefyra.yaml'), alone);
    expect(await runDevenv(['up', '-d'], scenario.options())).toMatchObject({ code: 0 });
    expect(await docker('inspect', '--format', '{{.Config.Cmd}}', `${service}.gateway`)).toBe('[holder]');
    expect(await dockerLines('volume', 'ls', '-q', '--filter', `name=${service}`)).toEqual([]);
    await writeFile(join(scenario.copy.folder, 'gefyra.yaml'), yaml);
    expect(await runDevenv(['up', '-d'], scenario.options())).toMatchObject({ code: 0 });
    await writeFile(join(scenario.copy.folder, 'gefyra.yaml'), alone);
    const back = await runDevenv(['up', '-d'], scenario.options());
    expect(back, back.stderr).toMatchObject({ code: 0 });
    expect(await dockerLines('volume', 'ls', '-q', '--filter', `name=${service}`)).toEqual([]);
  });

  it('leaves nothing of them behind', async () => {
    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
    expect(await dockerLines('volume', 'ls', '-q', '--filter', `name=${service}`)).toEqual([]);
  });

  it('is told why files cannot be had, and nothing is left', async () => {
    const yaml = file(scenario.pod.name, scenario.pod.target, '/nowhere');
    await writeFile(join(scenario.copy.folder, 'gefyra.yaml'), yaml);
    const { code, stderr } = await runDevenv(['up'], scenario.options());
    expect(stderr).toMatch(
      /the files in \/nowhere of container\/.* cannot be read: the container has no \/nowhere/,
    );
    expect(code).toBe(1);
    expect(await dockerLines('ps', '-aq', '--filter', `name=${service}`)).toEqual([]);
  });
});
