// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the file under test
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { aScenario } from './scenario.ts';
import { runDevenv, startDevenv } from './world/devenv.ts';
import { docker, dockerLines } from './world/docker.ts';
import { findLeftovers } from './world/leftovers.ts';
import { demoImage } from './world/paths.ts';
import { startInTerminal } from './world/terminal.ts';

const WAITING = `image: ${demoImage}, entrypoint: [sleep, "1000"], stop_grace_period: 0s`;

/** What runs, and the variables of the service: which file, and which value of whose environment it has. */
const BEGINNING = 'app A=1 TAG=1';
const SECOND = 'app A=2 TAG=2, more';

async function aProject() {
  const scenario = await aScenario();
  const { folder, project } = scenario.copy;
  const variables = 'environment: {A: "1", TAG: "${TAG:-1}"}';
  await writeFile(
    join(folder, 'gefyra.yaml'),
    `name: ${project}\nservices:\n  app: {${WAITING}, ${variables}}\n`,
  );
  await writeFile(
    join(folder, 'debug.yaml'),
    `services:\n  app: {environment: {A: "2"}}\n  more: {${WAITING}, profiles: [tools]}\n`,
  );
  const state = async () => {
    const prefix = `gefyra-${project}.`;
    const names = await dockerLines('ps', '--filter', `name=${prefix}`, '--format', '{{.Names}}');
    const isThere = (service: string) => names.includes(prefix + service);
    const variables = await docker('inspect', '--format', '{{json .Config.Env}}', `${prefix}app`);
    const found = (JSON.parse(variables) as string[]).filter((one) => /^(A|TAG)=/.test(one)).toSorted();
    return [['app', ...found].join(' '), ...(isThere('more') ? ['more'] : [])].join(', ');
  };
  const save = (file: string) => appendFile(join(folder, file), '# saved\n');
  const secondUp = () => {
    const options = { ...scenario.options(), env: { ...scenario.pod.env, TAG: '2' } };
    return runDevenv(['up', '-d', '-f', 'gefyra.yaml', '-f', 'debug.yaml', '--profile', 'tools'], options);
  };
  return { scenario, state, save, secondUp };
}

it('a later up with other files, profiles and variables: the session reads so from then on', async () => {
  const { scenario, state, save, secondUp } = await aProject();
  await using _ = scenario;
  await using session = startDevenv(['up'], scenario.options());
  await session.waitForLine(/^ready/, 60_000);
  expect(await state()).toBe(BEGINNING);
  expect(await secondUp()).toMatchObject({ code: 0 });
  expect(await state()).toBe(SECOND);

  for (const file of ['gefyra.yaml', 'debug.yaml']) {
    const before = session.lines.length;
    await save(file);
    await session.waitForLine(/nothing changed/, 20_000, before);
    expect(await state(), `after ${file} was saved`).toBe(SECOND);
  }
  await scenario.copy.edit('debug.yaml', 'A: "2"', 'A: "3"');
  await vi.waitFor(async () => expect(await state()).toBe(SECOND.replace('A=2', 'A=3')), { timeout: 20_000 });

  // One without them takes them back.
  expect(await runDevenv(['up', '-d'], scenario.options())).toMatchObject({ code: 0 });
  expect(await state()).toBe(BEGINNING);
});

it('what was read last is read by the process that goes on with the session, too', async () => {
  const { scenario, state, save, secondUp } = await aProject();
  await using _ = scenario;
  await using up = startInTerminal(['up'], scenario.options());
  await up.screen.waitForLine(/ready/, 60_000);
  expect(await secondUp()).toMatchObject({ code: 0 });
  up.press('d');
  await up.screen.waitForLine(/up in the background/, 30_000);
  expect(await state()).toBe(SECOND);
  await save('gefyra.yaml');
  await scenario.copy.edit('debug.yaml', 'A: "2"', 'A: "3"');
  await vi.waitFor(async () => expect(await state()).toBe(SECOND.replace('A=2', 'A=3')), { timeout: 20_000 });
  expect(await runDevenv(['down'], scenario.options())).toMatchObject({ code: 0 });
  const { copy, pod, machine } = scenario;
  expect(await findLeftovers({ project: copy.project, pod, machine })).toEqual([]);
});
