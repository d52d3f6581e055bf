import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { docker } from './world/docker.ts';
import { cli } from './world/paths.ts';

const run = promisify(execFile);

/** What every recipe of the image must keep, whichever base it was made on. */
describe('the image of agent, gateway and relay', () => {
  let image: string;

  beforeAll(async () => {
    image = (await run(process.execPath, [cli, 'image', 'build'])).stdout.trim();
  });

  it.each(['node', 'nft', 'ss', 'ip', 'tar'])('has the program %s', async (program) => {
    const found = await docker('run', '--rm', '--entrypoint', 'sh', image, '-c', `command -v ${program}`);
    expect(found).toMatch(new RegExp(`/${program}$`));
  });

  it('has a Node that can run the programs, and the C library the native one needs', async () => {
    const script =
      'console.log(process.versions.node.split(".")[0] >= 20, process.report.getReport().header.glibcVersionRuntime !== undefined)';
    expect(await docker('run', '--rm', '--entrypoint', 'node', image, '-e', script)).toBe('true true');
  });

  it('refuses a program it does not know', async () => {
    await expect(docker('run', '--rm', image, 'sailor')).rejects.toThrow('unknown program: sailor');
  });

  it('runs the holder by default, which ends at once when asked to', async () => {
    const id = await docker('run', '--detach', image);
    try {
      const startedAt = performance.now();
      await docker('stop', '--time', '10', id);
      expect(performance.now() - startedAt).toBeLessThan(5000);
      expect(await docker('inspect', '--format', '{{.State.ExitCode}}', id)).toBe('0');
    } finally {
      await docker('rm', '--force', id);
    }
  });
});
