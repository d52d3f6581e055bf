import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aScenario } from './scenario.ts';
import { runDevenv } from './world/devenv.ts';
import { docker } from './world/docker.ts';
import { findLeftovers } from './world/leftovers.ts';
import { demoImage } from './world/paths.ts';
import { startProbe } from './world/probe.ts';
import { startInTerminal } from './world/terminal.ts';

const WAITING = `image: ${demoImage}, entrypoint: [sleep, "1000"], stop_grace_period: 0s`;

interface Status {
  readonly services: readonly { readonly name: string; readonly state: string }[];
  readonly bridges: readonly { readonly state: string; readonly reason: string | null }[];
}

it('services that are named come and stay, are stopped and started under load, whoever goes on with the session', async () => {
  await using scenario = await aScenario();
  const { copy, pod, machine } = scenario;
  const path = join(copy.folder, 'gefyra.yaml');
  const example = (await readFile(path, 'utf8')).replace(
    /^( +)bridges:$/m,
    '$1restart: always\n$1depends_on: [db]\n$&',
  );
  await writeFile(
    path,
    `${example.replace(/^( +)ports: \[8155\].*$/m, '$&\n$1fallback: {wait: 60s}')}
  db: {${WAITING}}
  mail: {${WAITING}, profiles: [tools]}
  idle: {${WAITING}}
`,
  );
  const run = async (...words: readonly string[]) => {
    const ran = await runDevenv(words, scenario.options());
    expect(ran, `${words.join(' ')}: ${ran.stderr}`).toMatchObject({ code: 0 });
    return ran;
  };
  const status = async (): Promise<Status> => JSON.parse((await run('ps', '--format', 'json')).stdout);
  const states = async () =>
    (await status()).services.map(({ name, state }) => `${name} ${state}`).toSorted();
  const idOfApp = () => docker('inspect', '--format', '{{.Id}}', `gefyra-${copy.project}.app`);

  await using up = startInTerminal(['up', 'app'], scenario.options());
  await up.screen.waitForLine(/ready/, 60_000);
  expect(await states()).toEqual(['app running', 'db running']);
  const id = await idOfApp();
  expect((await run('plan', 'mail')).stdout).toMatch(/create +container\/mail/);
  await run('up', '-d', '--wait', 'mail');
  expect(await states()).toEqual(['app running', 'db running', 'mail running']);

  // On kept ones, a caller may ask in the very moment in which they are closed.
  await using probe = startProbe(pod.appUrl, { connections: 'new', path: '/slow' });
  await probe.answeredBy('local', 10_000);
  await run('stop', 'app');
  await probe.answeredBy('original', 5000);
  expect(await states()).toEqual(['app stopped', 'db running', 'mail running']);
  expect((await status()).bridges).toMatchObject([
    { state: 'resting', reason: 'the service is stopped, the original answers' },
  ]);
  expect(await docker('inspect', '--format', '{{.State.Running}}', id.trim())).toContain('false');
  // Neither a save nor another process starts it, or what nobody has named.
  await writeFile(path, `${await readFile(path, 'utf8')}# saved\n`);
  await up.screen.waitForLine(/nothing changed/, 20_000);
  up.press('d');
  await up.screen.waitForLine(/up in the background/, 30_000);
  expect(await states()).toEqual(['app stopped', 'db running', 'mail running']);

  await run('start', 'app');
  await probe.answeredBy('local', 10_000);
  await probe.stop();
  expect(probe.failures, probe.report()).toEqual([]);
  expect(await idOfApp()).toBe(id);
  await run('down');
  expect(await findLeftovers({ project: copy.project, pod, machine })).toEqual([]);
});
