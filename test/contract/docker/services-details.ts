import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { type EngineWorld, started, type WorldOf } from '../engine/world.ts';

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
      .poll(() => world().engine.findContainer(id), { timeout: 15_000 })
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
