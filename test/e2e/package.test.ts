import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, root } from './world/paths.ts';

const run = promisify(execFile);

describe('the npm package, installed in an empty directory', () => {
  let folder: string;
  let devenv: (bin: string, ...args: readonly string[]) => Promise<string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'e2e-package-'));
    // Built already; packing must not build again under the feet of other scenarios.
    const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, { cwd: root });
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    await run('npm', ['install', '--no-audit', '--no-fund', join(folder, stdout.trim())], { cwd: folder });
    devenv = async (bin, ...args) => {
      const options = { cwd: folder, env: { ...process.env, NO_COLOR: '1' } };
      return (await run(join(folder, 'node_modules/.bin', bin), args, options)).stdout;
    };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(['devenv', 'gefyra-devenv'])('has the command %s', async (bin) => {
    expect(await devenv(bin, '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('validates a file', async () => {
    await writeFile(join(folder, 'gefyra.yaml'), 'services:\n  app:\n    image: shop:dev\n');
    expect(await devenv('devenv', 'validate')).toContain('valid; 1 service, 0 bridges');
  });

  it('loses nothing to a slow reader of a pipe', async () => {
    const services = Array.from({ length: 1000 }, (_, index) => `  app-${index}: {image: "shop:${index}"}\n`);
    await writeFile(join(folder, 'gefyra.yaml'), `services:\n${services.join('')}`);
    const whole = await devenv('devenv', 'config');
    const command = 'node_modules/.bin/devenv config | (sleep 1; cat)';
    const { stdout } = await run('sh', ['-c', command], { cwd: folder, maxBuffer: 2 * whole.length });
    expect(whole.length).toBeGreaterThan(100_000);
    expect(stdout).toBe(whole);
  });

  it('finds the native library that locks and peers need', async () => {
    const program = join(folder, 'node_modules/gefyra-devenv/dist/devenv.js');
    const code = `console.log(typeof require('module').createRequire(process.argv[1])('koffi').load(null).func)`;
    expect((await run(process.execPath, ['-e', code, program])).stdout).toBe('function\n');
  });

  it('brings all files of the image: it is the same image as that of the checkout', async () => {
    const { stdout } = await run(process.execPath, [cli, 'image', 'build']);
    expect(await devenv('devenv', 'image', 'build')).toBe(stdout);
  });
});
