import { expect, it } from 'vitest';
import { label } from '../../../src/model/labels.ts';
import { created, started, type WorldOf } from '../engine/world.ts';
import { compose, composeLabels, container, type DockerPlatformWorld } from './docker-world.ts';
import { onlyPlace } from './world.ts';

/** Which containers a target of the Docker platform means, and where they run. */
export function dockerTargets(world: WorldOf<DockerPlatformWorld>): void {
  it('finds a container by its name and by the beginning of its id', async () => {
    const { platform, name } = world();
    const { id } = await started(world(), { name: name('shop') });
    const place = onlyPlace(await platform.resolveTarget(container(name('shop'))));
    expect(place).toMatchObject({ name: name('shop'), handle: id });
    expect(onlyPlace(await platform.resolveTarget(container(id.slice(0, 12))))).toEqual(place);
  });

  it('finds the running replicas of a Compose service, and no one-off container of it', async () => {
    const { platform, name } = world();
    const project = name('project');
    const labels = composeLabels(project, 'api');
    const first = await started(world(), { name: name('api-1'), labels });
    const second = await started(world(), { name: name('api-2'), labels });
    await created(world(), { name: name('api-3'), labels });
    await started(world(), { name: name('run'), labels: composeLabels(project, 'api', true) });
    await started(world(), { name: name('db-1'), labels: composeLabels(project, 'db') });
    const { places } = await platform.resolveTarget(compose(project, 'api'));
    expect(places.map((place) => place.handle).sort()).toEqual([first.id, second.id].sort());
    expect(places.map((place) => place.id)).toEqual(places.map((place) => place.id).sort());
  });

  it('takes containers that share a network namespace for one place: that of its owner', async () => {
    const { platform, name } = world();
    const owner = await started(world(), { name: name('pod') });
    const app = await started(world(), {
      name: name('app'),
      network: { kind: 'container', id: owner.id },
      labels: composeLabels(name('project'), 'app'),
    });
    await started(world(), {
      name: name('sidecar'),
      network: { kind: 'container', id: app.id },
      labels: composeLabels(name('project'), 'app'),
    });
    const place = onlyPlace(await platform.resolveTarget(container(name('pod'))));
    expect(place.handle).toBe(owner.id);
    for (const reference of [
      container(name('app')),
      container(name('sidecar')),
      compose(name('project'), 'app'),
    ]) {
      expect(onlyPlace(await platform.resolveTarget(reference))).toEqual(place);
    }
  });

  it('refuses a container whose namespace has lost its owner, or whose owner has ended', async () => {
    const { engine, platform, name } = world();
    const owner = await started(world(), { name: name('pod') });
    await started(world(), { name: name('app'), network: { kind: 'container', id: owner.id } });
    await engine.stopUnit(owner.id, 0);
    await expect(platform.resolveTarget(container(name('app')))).rejects.toMatchObject({
      code: 'target-unsupported',
      message: expect.stringContaining(`${name('pod')} is not running`),
    });
    await engine.removeUnit(owner.id);
    await expect(platform.resolveTarget(container(name('app')))).rejects.toMatchObject({
      code: 'target-unsupported',
      message: expect.stringContaining('which is gone'),
    });
  });

  it('finds the place of a container that has ended, while the owner of its namespace runs', async () => {
    const { engine, platform, name } = world();
    const owner = await started(world(), { name: name('pod') });
    const network = { kind: 'container', id: owner.id } as const;
    const app = await started(world(), { name: name('app'), network });
    const before = onlyPlace(await platform.resolveTarget(container(name('app'))));
    await engine.stopUnit(app.id, 0);
    const after = onlyPlace(await platform.resolveTarget(container(name('app'))));
    expect(after).toEqual({ ...before, isReady: false });
  });

  it('refuses the network of the host, and none at all', async () => {
    const { platform, name } = world();
    for (const [mode, reason] of [
      ['host', "uses the host's network"],
      ['none', 'has no network'],
    ] as const) {
      await started(world(), { name: name(mode), network: { kind: 'network', name: mode, aliases: [] } });
      await expect(platform.resolveTarget(container(name(mode)))).rejects.toMatchObject({
        code: 'target-unsupported',
        message: expect.stringContaining(reason),
      });
    }
  });

  it('refuses a container that does not run, and says how to start it', async () => {
    const { platform, name } = world();
    await created(world(), { name: name('idle'), labels: composeLabels(name('project'), 'idle') });
    await expect(platform.resolveTarget(container(name('idle')))).rejects.toMatchObject({
      code: 'target-unsupported',
      message: expect.stringContaining('is not running (created)'),
      hint: `start it: docker start ${name('idle')}`,
    });
    await expect(platform.resolveTarget(compose(name('project'), 'idle'))).rejects.toMatchObject({
      code: 'target-unsupported',
      hint: `start it: docker compose -p ${name('project')} up -d idle`,
    });
  });

  it('refuses containers of its own, and never proposes them', async () => {
    const { platform, name } = world();
    await started(world(), { name: name('gateway'), labels: { [label.role]: 'gateway' } });
    await expect(platform.resolveTarget(container(name('gateway')))).rejects.toMatchObject({
      code: 'target-unsupported',
      message: expect.stringContaining('was made by devenv itself'),
    });
    await expect(platform.resolveTarget(container(name('gatewax')))).rejects.toMatchObject({
      code: 'target-not-found',
      hint: expect.not.stringContaining(name('gateway')),
    });
  });

  it('proposes the project or the service that a wrong Compose target may have meant', async () => {
    const { platform, name } = world();
    const labels = composeLabels(name('project'), 'frontend');
    await created(world(), { name: name('frontend-1'), labels });
    await expect(platform.resolveTarget(compose(name('projekt'), 'frontend'))).rejects.toMatchObject({
      code: 'target-not-found',
      hint: expect.stringMatching(`did you mean .*${name('project')}`),
    });
    await expect(platform.resolveTarget(compose(name('project'), 'frontent'))).rejects.toMatchObject({
      code: 'target-not-found',
      hint: 'did you mean frontend?',
    });
    await expect(platform.resolveTarget(compose(name('project'), 'db'))).rejects.toMatchObject({
      code: 'target-not-found',
      hint: `services of ${name('project')} here: frontend`,
    });
  });

  it('says when a replica of a Compose service appears, and nothing of other containers', async () => {
    const { platform, name } = world();
    const labels = composeLabels(name('project'), 'api');
    await started(world(), { name: name('api-1'), labels });
    const reference = compose(name('project'), 'api');
    const target = await platform.resolveTarget(reference);
    const stop = new AbortController();
    const changes = platform.watchTarget(target, stop.signal)[Symbol.asyncIterator]();
    await started(world(), { name: name('other'), labels: composeLabels(name('project'), 'db') });
    await started(world(), { name: name('api-2'), labels });
    await changes.next();
    // Had the other container been told of, there would be one replica only.
    expect((await platform.resolveTarget(reference)).places).toHaveLength(2);
    stop.abort();
    expect(await changes.next()).toMatchObject({ done: true });
  });
}
