import type { Machine } from '../../src/machine/index.ts';
import type { FakeEngine } from './fake-engine.ts';

/** Where the gateway of a network listens. */
const SOCKET = '/run/net/gateway.sock';

/** What units of a machine have that containers have too, and say nothing of here. */
const UNIT = { mounts: [], autoRemove: false } as const;

/** Programs of this machine, kept by a fake engine: networks and programs are containers of these images. */
export function fakeMachine(
  engine: FakeEngine,
  images: { readonly gateway: string; readonly program: string },
): Machine {
  return {
    obstacle: async () => undefined,
    programObstacle: () => undefined,
    hold: async () => {},
    letGo: () => {},
    createNetwork: ({ name, labels, environment, ports, extraHosts }) =>
      engine.createContainer({
        ...{ ...UNIT, name, labels, ports, extraHosts, image: images.gateway },
        command: ['gateway'],
        environment: environment(SOCKET),
        network: { kind: 'network', name: 'none', aliases: [] },
        socketDir: '/run/net',
      }),
    createProgram: async ({ name, labels, command, environment, network }) =>
      engine.createContainer({
        ...{ ...UNIT, name, labels, environment, ports: [], image: images.program },
        command,
        network: { kind: 'container', id: (await engine.findUnit(network))?.id ?? '' },
      }),
    listUnits: (labels) => engine.listUnits(labels),
    findUnit: (unit) => engine.findUnit(unit),
    watchUnits: (signal) => engine.watchUnits(signal),
    startUnit: (unit) => engine.startUnit(unit),
    runUnit: (unit, streams) => engine.runUnit(unit, streams),
    stopUnit: (unit, graceMs) => engine.stopUnit(unit, graceMs),
    restartUnit: (unit, graceMs) => engine.restartUnit(unit, graceMs),
    removeUnit: (unit) => engine.removeUnit(unit),
    unitLogs: (unit, options, signal) => engine.unitLogs(unit, options, signal),
    exec: (unit, exec, streams) => engine.exec(unit, exec, streams),
    dialSocket: (unit, path) => engine.dialSocket(unit, path),
    isPortFree: (port) => engine.isPortFree(port),
    publishing: () => engine.publishing(),
  };
}
