import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { ORDINARY_CONTAINER, ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';
import type { ExecSpec } from '../../../src/runner/index.ts';
import { created, type EngineWorld, started, type WorldOf } from '../engine/world.ts';

/** What a fake cannot show: programs that really run, health that is really tested, images that are really built. */
export function servicesDetails(world: WorldOf<EngineWorld>): void {
  it('runs a program in a running container, with its streams and its exit code', async () => {
    const { id } = await started(world(), { command: ['say-and-stay', '1'] });
    const input = new PassThrough();
    const output = new PassThrough();
    const errors = new PassThrough();
    const program =
      "process.stdin.pipe(process.stdout); console.error(process.env.WHO); process.stdin.on('end', () => process.exitCode = 7)";
    const spec = { command: ['/bin/node', '-e', program], environment: { WHO: 'me' }, tty: false };
    input.end('to and fro');
    const code = await world().engine.exec(id, spec, { input, output, errors });
    output.end();
    errors.end();
    expect([code, await text(output), await text(errors)]).toEqual([7, 'to and fro', 'me\n']);
  });

  it('runs it as the user, in the directory and with the rights that are asked for', async () => {
    const { id } = await started(world(), { command: ['say-and-stay', '1'] });
    const program = `const caps = require('node:fs').readFileSync('/proc/self/status', 'utf8').match(/CapBnd:\\s*(\\w+)/)[1];
      console.log(JSON.stringify([process.getuid(), process.cwd(), process.env.A, caps]))`;
    const said = async (fields: Partial<ExecSpec>) => {
      const output = new PassThrough();
      const spec = {
        command: ['/bin/node', '-e', program],
        environment: { A: 'b c' },
        tty: false,
        ...fields,
      };
      await world().engine.exec(id, spec, { input: undefined, output, errors: new PassThrough() });
      output.end();
      return JSON.parse(await text(output));
    };
    const ordinary = await said({});
    expect((await said({ user: '7:8', workingDir: '/proc' })).slice(0, 3)).toEqual([7, '/proc', 'b c']);
    const privileged = await said({ privileged: true }).catch((error: Error) => error.message);
    // An engine that is confined itself has no more to give, and says so.
    if (typeof privileged === 'string') expect(privileged).toContain('unable to apply caps');
    else expect(BigInt(`0x${privileged[3]}`)).toBeGreaterThan(BigInt(`0x${ordinary[3]}`));
  });

  it.each([
    ['no-such-program', undefined, 'program-not-found'],
    ['/etc', undefined, 'program-not-executable'],
    ['/bin/node', '/no/such/directory', 'program-not-executable'],
  ])('says once why a program could not be begun: %s in %s', async (program, workingDir, code) => {
    const { id } = await started(world(), { command: ['say-and-stay', '1'] });
    const [output, errors] = [new PassThrough(), new PassThrough()];
    for (const tty of [false, true]) {
      const spec = { command: [program], environment: {}, tty, workingDir };
      const ran = world().engine.exec(id, spec, { input: undefined, output, errors });
      await expect(ran).rejects.toMatchObject({ code });
    }
    output.end();
    errors.end();
    expect([await text(output), await text(errors)]).toEqual(['', '']);
  });

  it('puts files into a container before its program begins, with their owners and modes', async () => {
    const { engine } = world();
    const id = await created(world(), { command: ['say-and-stay', '1'] });
    const shared = { isSecret: true, uid: 7, gid: 8 };
    await engine.placeFiles(id, [
      { target: '/run/secrets/token', content: 'täglich\n', mode: 0o400, ...shared },
      { target: '/new/deep/settings', content: '', mode: 0o644, ...shared },
    ]);
    await engine.startUnit(id);
    const look = `const file = '/run/secrets/token', { uid, gid, mode } = fs.statSync(file);
      [fs.readFileSync(file, 'utf8').trim(), uid, gid, (mode & 0o777).toString(8), fs.statSync('/new/deep/settings').size].join()`;
    expect(await said(world(), id, look)).toBe('täglich,7,8,400,0\n');
  });

  it('gives a container what it is to have of kernel and engine', async () => {
    const id = await created(world(), {
      command: ['say-and-stay', '1'],
      mounts: [
        {
          kind: 'tmpfs',
          target: '/scratch',
          sizeBytes: undefined,
          mode: undefined,
          options: 'size=1m,mode=700',
        },
        { kind: 'bind', source: tmpdir(), target: '/labelled', readOnly: true, selinux: 'z' },
      ],
      settings: {
        ...ORDINARY_CONTAINER,
        pid: undefined,
        ipc: 'shareable',
        volumesFrom: [],
        capDrop: ['MKNOD'],
        readOnly: true,
        shmBytes: 1024 ** 2,
        ulimits: [{ name: 'core', soft: 1000, hard: 2000 }],
        groups: ['1234'],
        oomScoreAdj: 321,
        devices: [{ source: '/dev/null', target: '/dev/nothing', permissions: 'rw' }],
      },
      namespace: {
        ...ORDINARY_NAMESPACE,
        hostname: 'shop',
        dns: ['10.9.8.7'],
        dnsSearch: ['example.com'],
        sysctls: { 'net.ipv4.ip_default_ttl': '77' },
      },
    });
    await world().engine.startUnit(id);
    const look = `const read = (file) => fs.readFileSync(file, 'utf8');
      [os.hostname(), /10.9.8.7/.test(read('/etc/resolv.conf')), read('/proc/sys/net/ipv4/ip_default_ttl').trim(), read('/proc/1/oom_score_adj').trim(),
      /Max core file size +1000 +2000/.test(read('/proc/1/limits')), / 1234/.test(read('/proc/1/status').match(/Groups:.*/)[0]),
      fs.existsSync('/dev/nothing'), (fs.statSync('/scratch').mode & 0o777).toString(8), /shm .*size=1024k/.test(read('/proc/mounts')),
      (() => { try { fs.writeFileSync('/x', ''); } catch ({ code }) { return code; } })()].join()`;
    expect(await said(world(), id, look)).toBe('shop,true,77,321,true,true,true,700,true,EROFS\n');
  });

  it('makes a volume as the file wants it kept', async () => {
    const { engine } = world();
    const name = world().name('kept');
    onTestFinished(() => engine.removeVolume(name));
    const driverOptions = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' };
    await engine.createVolume(name, {}, { driver: undefined, driverOptions });
    const mounts = [{ kind: 'volume' as const, name, target: '/kept', readOnly: false, noCopy: true }];
    const { id } = await started(world(), { command: ['say-and-stay', '1'], mounts });
    expect(
      await said(world(), id, "/ .kept tmpfs .*size=1024k/.test(fs.readFileSync('/proc/mounts', 'utf8'))"),
    ).toBe('true\n');
  });

  it('tells the verdict of a health test, and what it said', async () => {
    const { id } = await started(world(), {
      command: ['say-and-stay', '1'],
      healthcheck: {
        kind: 'test',
        test: ['CMD', '/bin/node', '-e', "console.log('no disk'); process.exit(1)"],
        intervalMs: 200,
        timeoutMs: 5000,
        retries: 1,
        startPeriodMs: 0,
        startIntervalMs: 5000,
      },
    });
    await expect
      .poll(() => world().engine.findUnit(id), { timeout: 15_000 })
      .toMatchObject({ health: 'unhealthy', healthOutput: 'no disk' });
  });

  it('builds an image from a directory, without what .dockerignore names', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'build-'));
    const reference = `${world().name('built')}:1`;
    onTestFinished(async () => {
      rmSync(directory, { recursive: true });
      await world().removeImage(reference);
    });
    writeFileSync(join(directory, 'Dockerfile'), `ARG BASE\nFROM \${BASE}\nCOPY . /built/\nENV BUILT=yes\n`);
    writeFileSync(join(directory, '.dockerignore'), 'secret\n');
    writeFileSync(join(directory, 'secret'), 'x');
    writeFileSync(join(directory, 'public'), 'y');
    const build = {
      context: directory,
      dockerfile: join(directory, 'Dockerfile'),
      target: undefined,
      args: { BASE: world().image },
    };
    const said: string[] = [];
    await world().engine.buildDirectory(reference, build, undefined, (line) => said.push(line));
    expect(said.length).toBeGreaterThan(0);
    expect(await world().engine.findImage(reference)).toMatchObject({ environment: { BUILT: 'yes' } });
    const { id } = await started(world(), { image: reference, command: ['say-and-stay', '1'] });
    const output = new PassThrough();
    const list = {
      command: ['/bin/node', '-p', "fs.readdirSync('/built').join()"],
      environment: {},
      tty: false,
    };
    await world().engine.exec(id, list, { input: undefined, output, errors: new PassThrough() });
    output.end();
    const found = await text(output);
    expect(found).toContain('public');
    expect(found).not.toContain('secret');
  });
}

/** What a container says of an expression of its program. */
async function said({ engine }: EngineWorld, id: string, expression: string): Promise<string> {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const command = ['/bin/node', '-p', expression];
  await engine.exec(id, { command, environment: {}, tty: false }, { input: undefined, output, errors });
  output.end();
  return text(output);
}
