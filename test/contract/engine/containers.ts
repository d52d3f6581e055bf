import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ORDINARY_CONTAINER } from '../../../src/model/container-settings.ts';
import {
  created,
  type EngineWorld,
  present,
  started,
  untilItEnds,
  untilItSays,
  type WorldOf,
} from './world.ts';

/** Containers from their making to their removal. */
export function containersContract(world: WorldOf<EngineWorld>): void {
  it('makes a container without starting it', async () => {
    const id = await created(world());
    expect(await present(world(), id)).toMatchObject({
      id,
      state: 'created',
      exitCode: undefined,
      startedAt: undefined,
      endedAt: undefined,
      outOfMemory: false,
    });
  });

  it('leads a container through start, stop and another start', async () => {
    const { engine } = world();
    const before = Date.now();
    const first = await started(world(), { command: ['say-and-stay', '1'] });
    expect(first).toMatchObject({ state: 'running', exitCode: undefined });
    expect(first.startedAt).toBeGreaterThanOrEqual(before);
    await untilItSays(world(), first.id, 'out 1');
    await engine.stopUnit(first.id, 5_000);
    const stopped = await present(world(), first.id);
    expect(stopped).toMatchObject({ state: 'exited', exitCode: 0 });
    expect(stopped.endedAt).toBeGreaterThanOrEqual(first.startedAt ?? Number.POSITIVE_INFINITY);
    await engine.startUnit(first.id);
    const second = await present(world(), first.id);
    expect(second).toMatchObject({ id: first.id, state: 'running', exitCode: undefined, endedAt: undefined });
    expect(second.startedAt).toBeGreaterThan(first.startedAt ?? 0);
  });

  it('keeps the exit code of a program that ended', async () => {
    const { id } = await started(world(), { command: ['end', '7'] });
    expect(await untilItEnds(world(), id)).toMatchObject({ state: 'exited', exitCode: 7 });
  });

  it('kills a program that does not end within its grace', async () => {
    const { id } = await started(world(), { command: ['stubborn'] });
    await untilItSays(world(), id, 'ready');
    const before = performance.now();
    await world().engine.stopUnit(id, 300);
    expect(performance.now() - before).toBeGreaterThanOrEqual(299);
    expect(await present(world(), id)).toMatchObject({ state: 'exited', exitCode: 137 });
    await untilItSays(world(), id, 'asked to end');
  });

  it('does nothing when it starts what runs, stops what does not, or removes what is not there', async () => {
    const { engine } = world();
    const running = await started(world());
    await engine.startUnit(running.id);
    expect((await present(world(), running.id)).startedAt).toBe(running.startedAt);
    const idle = await created(world());
    await engine.stopUnit(idle, 1_000);
    expect(await present(world(), idle)).toMatchObject({ state: 'created' });
    await engine.stopUnit(world().name('missing'), 1_000);
    await engine.removeUnit(world().name('missing'));
  });

  it('cannot start a container that is not there', async () => {
    await expect(world().engine.startUnit(world().name('missing'))).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining(world().name('missing')),
    });
  });

  it('removes a container that runs, by id or by name', async () => {
    const { engine } = world();
    const byId = await started(world());
    await engine.removeUnit(byId.id);
    expect(await engine.findUnit(byId.id)).toBeUndefined();
    const byName = await started(world());
    await engine.removeUnit(byName.name);
    expect(await engine.findUnit(byName.name)).toBeUndefined();
  });

  it('removes by itself a container that asked for it, when its program ends', async () => {
    const watching = new AbortController();
    const events = world().engine.watchUnits(watching.signal);
    const { id } = await started(world(), { autoRemove: true });
    await world().engine.stopUnit(id, 0);
    for await (const event of events) if (event.id === id && event.kind === 'removed') break;
    watching.abort();
    expect(await world().engine.findUnit(id)).toBeUndefined();
  });

  it('finds a container by name, id and the beginning of its id, and nothing otherwise', async () => {
    const { engine, name } = world();
    const id = await created(world(), { name: name('sought') });
    for (const key of [name('sought'), id, id.slice(0, 12)]) {
      expect(await engine.findUnit(key)).toMatchObject({ id, name: name('sought') });
    }
    expect(await engine.findUnit(name('missing'))).toBeUndefined();
    expect(await engine.findUnit('a name/with ? strange: signs')).toBeUndefined();
  });

  it('lists containers that carry all labels, running or not, by name', async () => {
    const { engine, image, name } = world();
    const run = { 'contract/list': name('list') };
    const second = await created(world(), { name: name('list-2'), labels: { ...run, part: 'a' } });
    const first = await started(world(), { name: name('list-1'), labels: { ...run, part: 'a' } });
    await created(world(), { name: name('list-0'), labels: { ...run, part: 'b' } });
    const listed = await engine.listUnits({ ...run, part: 'a' });
    const imageId = (await engine.findImage(image))?.id;
    expect(listed).toMatchObject([
      { id: first.id, name: name('list-1'), state: 'running', imageId, labels: { ...run, part: 'a' } },
      { id: second, name: name('list-2'), state: 'created', imageId },
    ]);
    expect(await engine.listUnits({ ...run, part: 'c' })).toEqual([]);
    const all = await engine.listUnits({});
    expect(all.map((container) => container.name)).toEqual(
      expect.arrayContaining([name('list-0'), name('list-1'), name('list-2')]),
    );
  });

  it('gives a container the variables of its image, and its own in their place', async () => {
    const id = await created(world(), {
      environment: { CONTRACT_BOTH: 'container', EMPTY: '', LINES: 'a=b\nc' },
    });
    expect((await present(world(), id)).environment).toMatchObject({
      CONTRACT_IMAGE: 'yes',
      CONTRACT_BOTH: 'container',
      EMPTY: '',
      LINES: 'a=b\nc',
    });
  });

  it('refuses a second container of the same name', async () => {
    const { engine, name } = world();
    const id = await created(world(), { name: name('twice') });
    await expect(created(world(), { name: name('twice') })).rejects.toMatchObject({
      code: 'session-conflict',
      message: expect.stringContaining(name('twice')),
    });
    expect(await engine.findUnit(name('twice'))).toMatchObject({ id });
  });

  it('refuses an image that it does not have', async () => {
    const image = `${world().name('missing')}:1`;
    await expect(created(world(), { image })).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringContaining(image),
    });
  });

  it('refuses to mount what does not exist', async () => {
    const source = `/nowhere/${world().name('missing')}`;
    const mounts = [{ kind: 'bind' as const, source, target: '/data', readOnly: true }];
    await expect(created(world(), { mounts })).rejects.toMatchObject({
      code: 'mount-failed',
      message: expect.stringContaining(source),
    });
  });

  it('makes a directory of what does not exist where the mount says so', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'made-'));
    onTestFinished(() => rmSync(parent, { recursive: true }));
    const source = join(parent, 'deep', 'data');
    const mounts = [{ kind: 'bind' as const, source, target: '/data', readOnly: true, makesSource: true }];
    await created(world(), { mounts });
    expect(statSync(source).isDirectory()).toBe(true);
  });

  it('puts no files into a container whose own file system cannot be written to', async () => {
    const settings = {
      ...ORDINARY_CONTAINER,
      pid: undefined,
      ipc: undefined,
      volumesFrom: [],
      readOnly: true,
    };
    const id = await created(world(), { settings });
    const file = { target: '/run/secrets/token', content: 'x', isSecret: true, uid: 0, gid: 0, mode: 0o400 };
    await expect(world().engine.placeFiles(id, [file])).rejects.toMatchObject({ code: 'mount-failed' });
  });

  it('says of a program that is not in the image that it is not', async () => {
    const id = await created(world(), { entrypoint: ['/no/such/program'] });
    await expect(world().engine.startUnit(id)).rejects.toMatchObject({
      code: 'container-failed',
      message: expect.stringContaining('/no/such/program is not in its image'),
    });
    expect(await present(world(), id)).toMatchObject({ state: 'created' });
  });

  it('runs the command that is given, or an entrypoint in place of that of the image', async () => {
    const given = await started(world(), { command: ['end', '5'] });
    expect(await untilItEnds(world(), given.id)).toMatchObject({ exitCode: 5 });
    const both = await started(world(), { entrypoint: ['/bin/node', '/contract/main.mjs', 'end', '6'] });
    expect(await untilItEnds(world(), both.id)).toMatchObject({ exitCode: 6 });
  });
}
