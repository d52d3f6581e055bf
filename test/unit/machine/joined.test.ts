import { describe, expect, it } from 'vitest';
import { joined, type Machine, noEngine } from '../../../src/machine/index.ts';
import type { UnitEvent, UnitInfo } from '../../../src/runner/index.ts';

/** Keeps one unit, and notes what is done to it. */
function keeper(name: string, done: string[]) {
  const unit = { id: name, name, labels: { of: name } } as unknown as UnitInfo;
  return {
    listUnits: async () => [unit],
    findUnit: async (nameOrId: string) => (nameOrId === name ? unit : undefined),
    stopUnit: async () => void done.push(`stop ${name}`),
    isPortFree: async () => true,
    async *watchUnits(signal: AbortSignal): AsyncGenerator<UnitEvent> {
      yield { kind: 'started', id: name, name, labels: {} };
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  };
}

describe('an engine and this machine as one', () => {
  it('has the units of both, each with whoever keeps it', async () => {
    const done: string[] = [];
    const machine = keeper('b-program', done) as unknown as Machine;
    const both = joined({ ...noEngine(machine), ...keeper('a-container', done) }, machine);
    expect((await both.listUnits({})).map(({ name }) => name)).toEqual(['a-container', 'b-program']);
    expect(await both.findUnit('nobody')).toBeUndefined();
    await both.stopUnit('a-container', 0);
    await both.stopUnit('b-program', 0);
    expect(done).toEqual(['stop a-container', 'stop b-program']);
    const ending = new AbortController();
    const heard: string[] = [];
    for await (const { name } of both.watchUnits(ending.signal)) {
      heard.push(name);
      if (heard.length === 2) ending.abort();
    }
    expect(heard.sort()).toEqual(['a-container', 'b-program']);
  });

  it('makes nothing where there is no engine, and says what to do', async () => {
    const machine = keeper('app', []) as unknown as Machine;
    const both = joined(noEngine(machine), machine);
    expect(await both.listNetworks({})).toEqual([]);
    await expect(both.findImage('shop:dev')).rejects.toMatchObject({ code: 'engine-unreachable' });
  });
});
