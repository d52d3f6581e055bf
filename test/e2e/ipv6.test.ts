import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aScenario, type Scenario } from './scenario.ts';
import { docker } from './world/docker.ts';
import type { DockerPod } from './world/docker-pod.ts';

describe('on a network with IPv6', () => {
  let scenario: Scenario<DockerPod>;

  beforeAll(async () => {
    scenario = await aScenario({ ipv6: true });
    await scenario.up();
  });
  afterAll(() => scenario[Symbol.asyncDispose]());

  async function addressOf(container: string): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${scenario.pod.name}").GlobalIPv6Address}}`;
    const address = await docker('inspect', '--format', format, container);
    expect(address).toMatch(/^fd00:/);
    return address;
  }

  it('answers callers of the IPv6 address of the target from the local container', async () => {
    const { owner, vault } = scenario.pod.containers;
    const url = `http://[${await addressOf(owner)}]:8155/`;
    const script = `fetch('${url}').then((answer) => console.log(answer.headers.get('x-answered-by')))`;
    expect(await docker('exec', vault, 'node', '-e', script)).toBe('local');
  });

  it('answers callers of ::1 beside the target from the local container', async () => {
    const script = `fetch('http://[::1]:8155/').then((answer) => console.log(answer.headers.get('x-answered-by')))`;
    expect(await docker('exec', scenario.pod.containers.sidecar, 'node', '-e', script)).toBe('local');
  });

  it("reaches IPv6 addresses of the target network with the target's source address", async () => {
    const { owner, vault } = scenario.pod.containers;
    const script = `fetch('http://[${await addressOf(vault)}]:9000/who').then((answer) => answer.json()).then(({ caller }) => console.log(caller))`;
    const service = `gefyra-${scenario.copy.project}.app`;
    expect(await docker('exec', service, 'node', '-e', script)).toBe(await addressOf(owner));
  });
});
