import { expect, it } from 'vitest';
import { label } from '../../../src/model/labels.ts';
import { PROTOCOL_VERSION } from '../../../src/programs/index.ts';
import { created, present, started, untilItEnds, type WorldOf } from '../engine/world.ts';
import { container, type DockerPlatformWorld, endAgentsOf } from './docker-world.ts';
import { anAgentSpec, onlyPlace, placed } from './world.ts';

/** Agents of the Docker platform as containers. */
export function dockerAgents(world: WorldOf<DockerPlatformWorld>): void {
  it('runs an agent in the namespace of its place, and removes it when it ends', async () => {
    const { engine, platform, startWorkload } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    const agent = await placed(world(), place);
    expect(await present(world(), agent.handle)).toMatchObject({
      name: `gefyra-devenv-agent-v${PROTOCOL_VERSION}-${place.id}`,
      networkMode: `container:${place.handle}`,
      labels: { [label.role]: 'agent', [label.place]: place.id },
      environment: { DEVENV_AGENT_LINGER_MS: '3000' },
    });
    const watching = new AbortController();
    const events = engine.watchUnits(watching.signal);
    await engine.stopUnit(agent.handle, 0);
    for await (const { id, kind } of events) if (id === agent.handle && kind === 'removed') break;
    expect(await platform.findAgent(place, 'net')).toBeUndefined();
  });

  it('runs an agent without capabilities beside one that takes ports over', async () => {
    const { platform, startWorkload } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    const net = await placed(world(), place);
    const plain = await placed(world(), place, { kind: 'plain' });
    expect(await present(world(), plain.handle)).toMatchObject({
      name: `gefyra-devenv-agent-plain-v${PROTOCOL_VERSION}-${place.id}`,
      environment: { DEVENV_INTERCEPTS: 'no' },
    });
    expect(await platform.findAgent(place, 'net')).toEqual(net);
    expect(await platform.findAgent(place, 'plain')).toEqual(plain);
    const handles = (await platform.listAgents()).map(({ handle }) => handle);
    expect(handles).toEqual(expect.arrayContaining([net.handle, plain.handle]));
  });

  it('shows the last output of an agent that ended instead of listening', async () => {
    const { platform, startWorkload, brokenImage } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    endAgentsOf(world(), place.id);
    await expect(
      platform.placeAgent(place, anAgentSpec(world(), { image: brokenImage })),
    ).rejects.toMatchObject({
      code: 'agent-failed',
      message: expect.stringContaining(place.name),
      evidence: ['the rules were refused'],
    });
    expect(await platform.findAgent(place, 'net')).toBeUndefined();
  });

  it('replaces what is left of an agent that has ended', async () => {
    const { platform, startWorkload } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    const left = await started(world(), {
      name: `gefyra-devenv-agent-v${PROTOCOL_VERSION}-${place.id}`,
      labels: { [label.role]: 'agent', [label.place]: place.id },
      command: ['end', '1'],
    });
    await untilItEnds(world(), left.id);
    expect(await platform.findAgent(place, 'net')).toBeUndefined();
    const agent = await placed(world(), place);
    expect(agent.handle).not.toBe(left.id);
  });

  it('says which image of an agent is missing', async () => {
    const { platform, startWorkload, name } = world();
    const place = onlyPlace(await platform.resolveTarget((await startWorkload()).reference));
    const image = `${name('missing')}:1`;
    await expect(platform.placeAgent(place, anAgentSpec(world(), { image }))).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining(image),
    });
  });

  it('does not take a container for an agent that is none', async () => {
    const { platform, name } = world();
    await created(world(), { name: name('impostor'), labels: { [label.role]: 'agent' } });
    const handles = (await platform.listAgents()).map((agent) => agent.handle);
    expect(handles).not.toContain((await present(world(), name('impostor'))).id);
    await expect(platform.resolveTarget(container(name('impostor')))).rejects.toMatchObject({
      code: 'target-unsupported',
    });
  });
}
