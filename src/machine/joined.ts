import { DevenvError } from '../common/errors.ts';
import { merged } from '../common/merged.ts';
import type { Engine } from '../engine/index.ts';
import type { Runner } from '../runner/index.ts';
import type { Machine } from './index.ts';

/**
 * An engine that also keeps the programs of this machine: its units are those of both, by whoever has them. What an
 * engine makes is its own alone.
 */
export function joined(engine: Engine, machine: Machine): Engine {
  const keeperOf = async (unit: string): Promise<Runner> =>
    (await machine.findUnit(unit)) === undefined ? engine : machine;
  return {
    ...engine,
    listUnits: async (labels) => {
      const [ours, theirs] = await Promise.all([machine.listUnits(labels), engine.listUnits(labels)]);
      return [...ours, ...theirs].sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    findUnit: async (unit) => (await machine.findUnit(unit)) ?? engine.findUnit(unit),
    watchUnits: (signal) => merged([machine.watchUnits(signal), engine.watchUnits(signal)]),
    startUnit: async (unit) => (await keeperOf(unit)).startUnit(unit),
    stopUnit: async (unit, graceMs) => (await keeperOf(unit)).stopUnit(unit, graceMs),
    restartUnit: async (unit, graceMs) => (await keeperOf(unit)).restartUnit(unit, graceMs),
    removeUnit: async (unit) => (await keeperOf(unit)).removeUnit(unit),
    async *unitLogs(unit, options, signal) {
      yield* (await keeperOf(unit)).unitLogs(unit, options, signal);
    },
    exec: async (unit, exec, streams, signal) => (await keeperOf(unit)).exec(unit, exec, streams, signal),
    runUnit: async (unit, streams) => (await keeperOf(unit)).runUnit(unit, streams),
    dialSocket: async (unit, path, signal) => (await keeperOf(unit)).dialSocket(unit, path, signal),
    publishing: async (unit) => (await keeperOf(unit)).publishing(unit),
  };
}

/**
 * In place of an engine where none is asked for anything: it has nothing, and makes nothing. `machine` answers what is
 * about this machine alone.
 */
export function noEngine(machine: Pick<Machine, 'isPortFree'>): Engine {
  const none = async () => {
    throw new DevenvError({
      code: 'engine-unreachable',
      message: 'this session began without a container engine, since its file had no containers',
      hint: 'end it with `devenv down`, then `devenv up` again',
      owner: 'user',
    });
  };
  const nothing = async () => {};
  return {
    describe: none,
    findImage: none,
    pullImage: none,
    findInRegistry: none,
    buildImage: none,
    buildDirectory: none,
    importImage: none,
    createContainer: none,
    placeFiles: none,
    readArchive: none,
    createVolume: none,
    createNetwork: none,
    dialSocket: none,
    exec: none,
    runUnit: none,
    startUnit: none,
    restartUnit: none,
    publishing: none,
    isPortFree: (port) => machine.isPortFree(port),
    stopUnit: nothing,
    removeUnit: nothing,
    removeVolume: nothing,
    removeNetwork: nothing,
    listUnits: async () => [],
    listVolumes: async () => [],
    listNetworks: async () => [],
    findUnit: async () => undefined,
    async *unitLogs() {},
    // It never has any: whoever watches waits until it has seen enough.
    async *watchUnits(signal) {
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
}
