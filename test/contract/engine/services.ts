import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import type { ExecSpec, LogLine } from '../../../src/runner/index.ts';
import { created, type EngineWorld, started, untilItSays, type WorldOf } from './world.ts';

/** What only complete service containers need: restarts, volumes, programs beside the first, times of lines. */
export function servicesContract(world: WorldOf<EngineWorld>): void {
  it('restarts a container in place: same container, another start', async () => {
    const before = await started(world(), { command: ['say-and-stay', '1'] });
    await world().engine.restartUnit(before.id, 5000);
    const after = await world().engine.findUnit(before.id);
    expect(after).toMatchObject({ id: before.id, state: 'running' });
    expect(after?.startedAt).toBeGreaterThanOrEqual(before.startedAt ?? Number.POSITIVE_INFINITY);
  });

  it('makes a volume once, finds it by its labels, and removes it as often as asked', async () => {
    const { engine } = world();
    const name = world().name('volume');
    const labels = { 'contract/volume': name };
    onTestFinished(() => engine.removeVolume(name));
    await engine.createVolume(name, labels);
    await engine.createVolume(name, labels);
    expect(await engine.listVolumes(labels)).toEqual([name]);
    await engine.removeVolume(name);
    await engine.removeVolume(name);
    expect(await engine.listVolumes(labels)).toEqual([]);
  });

  it('runs no program in a container that does not run', async () => {
    const id = await created(world());
    const streams = { input: undefined, output: new PassThrough(), errors: new PassThrough() };
    const spec: ExecSpec = { command: ['/bin/node', '--version'], environment: {}, tty: false };
    await expect(world().engine.exec(id, spec, streams)).rejects.toMatchObject({ code: 'engine-failed' });
  });

  it('tells when each line was written, and leaves older ones out', async () => {
    const { engine } = world();
    const before = Date.now();
    const { id } = await started(world(), { command: ['say-and-stay', '2'] });
    await untilItSays(world(), id, 'out 2');
    const lines: LogLine[] = [];
    for await (const line of engine.unitLogs(id, { follow: false })) lines.push(line);
    for (const { at } of lines) {
      expect(at).toBeGreaterThanOrEqual(before - 1000);
      expect(at).toBeLessThanOrEqual(Date.now() + 1000);
    }
    const later: LogLine[] = [];
    const since = Date.now() + 60_000;
    for await (const line of engine.unitLogs(id, { follow: false, since })) later.push(line);
    expect(later).toEqual([]);
  });
}
