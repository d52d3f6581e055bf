// The soak on Docker: a pod as containers that share a network namespace.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { IMAGE } from '../bench/place.mjs';
import { BadNetwork } from './bad-network.mjs';
import { docker, pidOf } from './docker.mjs';
import { PROGRAMS, SIDECAR, untilItAnswers } from './place.mjs';

const ENGINE = '/var/run/docker.sock';
const READY_MS = 30_000;
const AGENT_MS = 5000;

/** @returns {Promise<import('./place.mjs').Place>} */
export async function dockerPlace() {
  const project = `soak-${randomBytes(3).toString('hex')}`;
  const name = (/** @type {string} */ part) => `${project}-${part}`;
  const folder = mkdtempSync(join(tmpdir(), 'soak-engine-'));
  const engine = new BadNetwork(join(folder, 'engine.sock'), ENGINE);
  const run = (/** @type {string} */ part, /** @type {string[]} */ ...words) => {
    const volumes = ['--volume', `${PROGRAMS}:/soak:ro`, '--volume', `${SIDECAR}:/sidecar.mjs:ro`];
    return docker('run', '--detach', '--init', '--name', name(part), ...volumes, ...words);
  };
  const close = async () => {
    await engine.refuse();
    rmSync(folder, { recursive: true, force: true });
    await docker('rm', '--force', '--volumes', ...['sidecar', 'app', 'pod', 'database'].map(name)).catch(
      () => {},
    );
    await docker('network', 'rm', project).catch(() => {});
  };
  let host = '';
  const answers = async () => {
    host = await docker(
      'inspect',
      '--format',
      `{{(index .NetworkSettings.Networks "${project}").IPAddress}}`,
      name('pod'),
    );
    await untilItAnswers(`http://${host}:8080/`, READY_MS);
  };
  try {
    await engine.listen();
    await docker('network', 'create', project);
    await run(
      'database',
      '--network',
      project,
      '--network-alias',
      'database',
      IMAGE,
      'node',
      '/soak/database.mjs',
    );
    await run('pod', '--network', project, IMAGE, 'sleep', 'infinity');
    const beside = ['--network', `container:${name('pod')}`, IMAGE, 'node'];
    await run('app', ...beside, '/soak/app.mjs', 'original', '8155', '8157');
    await run('sidecar', ...beside, '/sidecar.mjs');
    await answers();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: 'Docker',
    project,
    target: `container/${name('app')}`,
    connection: {},
    environment: { DOCKER_HOST: `unix://${join(folder, 'engine.sock')}` },
    addresses: () => ({
      sidecar: `http://${host}:8080`,
      app: `http://${host}:8155`,
      admin: `http://${host}:8157`,
    }),
    agentPid: async () => pidOf(await agentOf(name('pod'))),
    engine,
    api: undefined,
    restartTarget: async () => {
      await docker('restart', '--time', '1', name('app'));
    },
    replacePod: async () => {
      await docker('restart', '--time', '1', name('pod'));
      // They are in the network namespace of the pod that was.
      await docker('restart', '--time', '1', name('app'), name('sidecar'));
      await answers();
    },
    close,
  };
}

/**
 * Agents belong to no project: they are known by the network namespace that they joined.
 * @param {string} owner
 */
async function agentOf(owner) {
  const id = await docker('inspect', '--format', '{{.Id}}', owner);
  for (const deadline = performance.now() + AGENT_MS; performance.now() < deadline; await pause(200)) {
    const agents = await docker('ps', '--quiet', '--filter', 'label=gefyra-devenv/role=agent');
    for (const agent of agents.split('\n').filter(Boolean)) {
      const mode = await docker('inspect', '--format', '{{.HostConfig.NetworkMode}}', agent).catch(() => '');
      if (mode === `container:${id}`) return agent;
    }
  }
  throw new Error(`no agent runs beside ${owner}`);
}
