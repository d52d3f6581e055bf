import { expect, it } from 'vitest';
import type { LogLine, LogOptions } from '../../../src/runner/index.ts';
import { type EngineWorld, started, untilItEnds, untilItSays, type WorldOf } from './world.ts';

/** What containers wrote. */
export function logsContract(world: WorldOf<EngineWorld>): void {
  it('gives all lines of a container that has ended, stdout apart from stderr', async () => {
    const id = await said(world(), 3);
    const lines = await linesOf(world(), id, { follow: false });
    expect(lines.filter(({ stream }) => stream === 'stdout').map(({ line }) => line)).toEqual([
      'out 1',
      'out 2',
      'out 3',
    ]);
    expect(lines.filter(({ stream }) => stream === 'stderr').map(({ line }) => line)).toEqual([
      'err 1',
      'err 2',
      'err 3',
    ]);
    expect(await linesOf(world(), id, { follow: true })).toEqual(lines);
    expect(await linesOf(world(), id, { follow: false, tail: 2 })).toEqual(lines.slice(-2));
    expect(await linesOf(world(), id, { follow: false, tail: 100 })).toEqual(lines);
    expect(await linesOf(world(), id, { follow: false, tail: 0 })).toEqual([]);
  });

  it('follows a container from what it wrote to what it writes, until it ends', async () => {
    const { engine } = world();
    const { id } = await started(world(), { command: ['say-and-stay', '2'] });
    await untilItSays(world(), id, 'out 2');
    const lines: string[] = [];
    for await (const { stream, line } of engine.unitLogs(id, { follow: true })) {
      if (stream === 'stdout') lines.push(line);
      if (line === 'out 2') void engine.stopUnit(id, 5_000);
    }
    expect(lines).toEqual(['out 1', 'out 2', 'good bye']);
    expect(await untilItEnds(world(), id)).toMatchObject({ exitCode: 0 });
  });

  it('does not wait for more lines without follow', async () => {
    const { id } = await started(world(), { command: ['say-and-stay', '1'] });
    await untilItSays(world(), id, 'out 1');
    const lines = await linesOf(world(), id, { follow: false });
    expect(lines).toContainEqual({ stream: 'stdout', line: 'out 1', at: expect.any(Number) });
  });

  it('stops following when told to, without an error', async () => {
    const { engine } = world();
    const { id } = await started(world(), { command: ['say-and-stay', '1'] });
    const stop = new AbortController();
    const lines: string[] = [];
    for await (const { line } of engine.unitLogs(id, { follow: true }, stop.signal)) {
      lines.push(line);
      if (line === 'out 1') stop.abort();
    }
    expect(lines).toContain('out 1');
    expect(await linesOf(world(), id, { follow: true }, AbortSignal.abort())).toEqual([]);
  });

  it('has no output of a container that is not there', async () => {
    const { name } = world();
    await expect(linesOf(world(), name('missing'), { follow: false })).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining(name('missing')),
    });
  });
}

async function said(world: EngineWorld, count: number): Promise<string> {
  const { id } = await started(world, { command: ['say', String(count)] });
  await untilItEnds(world, id);
  return id;
}

async function linesOf(
  world: EngineWorld,
  id: string,
  options: LogOptions,
  signal?: AbortSignal,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for await (const line of world.engine.unitLogs(id, options, signal)) lines.push(line);
  return lines;
}
