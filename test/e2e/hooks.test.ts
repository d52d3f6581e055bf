import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { runDevenv, startDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { findLeftovers } from './world/leftovers.ts';
import { demoImage } from './world/paths.ts';

/** Serves the files of /data, and what is not there as such. */
const SERVER = `require('node:http').createServer(({ url }, answer) => {
  try { answer.end(require('node:fs').readFileSync('/data' + url)); } catch { answer.end('not there'); }
}).listen(80)`;

const SEED = "require('node:fs').writeFileSync('/data/seed', process.env.WHAT); console.log('seeded')";
const FLUSH =
  "require('node:fs').appendFileSync('/marks/left', 'by ' + process.getuid() + '\\n'); console.log('flushed')";

async function writeService(scenario: Scenario, seed: string): Promise<void> {
  const { project, folder } = scenario.copy;
  const service = {
    image: demoImage,
    command: ['node', '-e', SERVER],
    stop_grace_period: '0s',
    volumes: ['./marks:/marks', { type: 'tmpfs', target: '/data' }],
    post_start: [{ command: ['node', '-e', seed], environment: { WHAT: 'a seed' } }],
    pre_stop: [{ command: ['node', '-e', FLUSH], user: '7' }],
  };
  await mkdir(join(folder, 'marks'), { recursive: true });
  await writeFile(join(folder, 'marks/left'), '');
  await chmod(join(folder, 'marks/left'), 0o666);
  await writeFile(join(folder, 'gefyra.yaml'), JSON.stringify({ name: project, services: { app: service } }));
}

describe('what runs in a service beside its program', () => {
  it('prepares it when it has started, and leaves its mark before it is stopped', async () => {
    await using scenario = await aScenario();
    await writeService(scenario, SEED);
    await using session = startDevenv(['up'], scenario.options());
    await session.waitForLine(/^ready/, 60_000);
    expect(session.lines.map(({ text }) => text)).toContainEqual(expect.stringMatching(/app .*seeded/));
    const script = "fetch('http://127.0.0.1/seed').then((answer) => answer.text()).then(console.log)";
    const container = `gefyra-${scenario.copy.project}.app`;
    const served = () => docker('exec', container, 'node', '-e', script);
    expect(await served()).toBe('a seed');

    const marks = () => readFile(join(scenario.copy.folder, 'marks/left'), 'utf8');
    expect(await marks()).toBe('');
    expect(await runDevenv(['restart', 'app'], scenario.options())).toMatchObject({ code: 0 });
    expect([await marks(), await served()]).toEqual(['by 7\n', 'a seed']);

    expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
    expect(await marks()).toBe('by 7\nby 7\n');
  });

  it('fails the start when it fails, which is told with its last lines', async () => {
    await using scenario = await aScenario();
    await writeService(scenario, "console.log('half of it'); console.error('no disk'); process.exit(3)");
    const failed = await runDevenv(['up', '--abort-on-failure'], scenario.options());
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toContain('service app: post_start node ended with exit code 3');
    expect(failed.stderr).toContain('| no disk');
    const scene = { project: scenario.copy.project, pod: scenario.pod, machine: scenario.machine };
    expect(await findLeftovers(scene)).toEqual([]);
  });
});
