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

  it('has what its programs need, and no package manager', async () => {
    const look = (...programs: readonly string[]) =>
      docker(
        'run',
        '--rm',
        '--entrypoint',
        'sh',
        image,
        '-c',
        `for name in ${programs.join(' ')}; do command -v $name; done; true`,
      );
    expect((await look('node', 'nft', 'sleep', 'date')).split('\n')).toHaveLength(4);
    expect(await look('apt-get', 'dpkg', 'npm', 'perl')).toBe('');
  });

  it('is small to pull, and its user is a number', async () => {
    const compressed = await run('sh', ['-c', `docker save ${image} | gzip -c | wc -c`]);
    expect(Number(compressed.stdout) / 1e6).toBeLessThan(45);
    expect(await docker('inspect', '--format', '{{.Config.User}}', image)).toMatch(/^[1-9]\d*:\d+$/);
  });

  it('runs an agent that cannot write to it, is nobody, and is the first to go where memory runs out', async () => {
    const variables = ['DEVENV_AGENT_SECRET=x', 'DEVENV_PORT=12345', 'DEVENV_INTERCEPTS=no'];
    const given = variables.flatMap((variable) => ['--env', variable]);
    const rights = ['--read-only', '--cap-drop', 'ALL', '--network', 'none'];
    const id = await docker('run', '--detach', ...rights, ...given, image, 'agent');
    try {
      await expect
        .poll(async () => (await run('docker', ['logs', id])).stderr, { timeout: 10_000 })
        .toContain('agent ready');
      const status = 'cat /proc/1/oom_score_adj /proc/1/status';
      const [score, ...lines] = (await docker('exec', id, 'sh', '-c', status)).split('\n');
      const anonymous = Number(/RssAnon:\s+(\d+)/.exec(lines.join('\n'))?.[1]) / 1024;
      expect(score).toBe('1000');
      // As it was when the image was made: half the work of a start.
      expect(await docker('exec', id, 'sh', '-c', 'cat /proc/1/cmdline')).toContain('/opt/devenv/agent.blob');
      expect(lines.join('\n')).toContain('Uid:\t13370');
      expect(anonymous).toBeGreaterThan(5);
      expect(anonymous).toBeLessThan(20);
    } finally {
      await docker('rm', '--force', id);
    }
  });

  it('runs the agent also where its Node gives no snapshot of it', async () => {
    const variables = ['DEVENV_AGENT_SECRET=x', 'DEVENV_PORT=12345', 'DEVENV_INTERCEPTS=no'];
    const given = [...variables, 'DEVENV_AGENT_LINGER_MS=1'].flatMap((variable) => ['--env', variable]);
    const program = ['--entrypoint', 'node', image, '/opt/devenv/agent.cjs'];
    const { stderr } = await run('docker', ['run', '--rm', ...given, ...program]);
    expect(stderr).toContain('agent ready');
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
