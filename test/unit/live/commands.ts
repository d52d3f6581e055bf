import fc from 'fast-check';
import { DevenvError } from '../../../src/common/errors.ts';
import { containerName } from '../../../src/model/identity.ts';
import type { DuplexRole } from '../../../src/protocol/index.ts';
import { pass } from './flying-clock.ts';
import { API, letEverythingSettle, type Model, WEB } from './random-world.ts';
import type { World } from './world.ts';

type Command = fc.AsyncCommand<Model, World>;

/** Any order of events. */
export function anyCommands() {
  return fc.commands<Model, World, false>([...platformEvents(), ...engineEvents(), ...requests()], {
    maxCommands: 14,
    size: 'max',
  });
}

/** Something that happens, and how long it is until the next. */
class Happening implements Command {
  readonly #name: string;
  readonly #afterMs: number;
  readonly #may: (model: Model, world?: World) => boolean;
  readonly #what: (model: Model, world: World) => unknown;

  constructor(
    name: string,
    afterMs: number,
    what: (model: Model, world: World) => unknown,
    may: (model: Model) => boolean = () => true,
  ) {
    this.#name = name;
    this.#afterMs = afterMs;
    this.#what = what;
    this.#may = may;
  }

  check(model: Readonly<Model>): boolean {
    return this.#may(model);
  }

  async run(model: Model, world: World): Promise<void> {
    await this.#what(model, world);
    await pass(this.#afterMs);
  }

  toString(): string {
    return `${this.#name}, ${this.#afterMs} ms`;
  }
}

/** From at once to longer than anything waits before it tries again. */
const anyPause = fc.oneof(fc.nat(40), fc.nat(600), fc.nat(4000));
const anyTarget = fc.constantFrom(API, WEB);
const anyRole = fc.constantFrom<DuplexRole>('control', 'inbound', 'outbound');
const anyService = fc.constantFrom('app', 'desk');

const refusal = new DevenvError({ code: 'engine-failed', message: 'not now', owner: 'environment' });

function platformEvents(): fc.Arbitrary<Command>[] {
  const atAgent = (name: string, what: (world: World, placeId: string) => void) =>
    fc.tuple(anyTarget, anyPause).map(
      ([target, ms]) =>
        new Happening(`the agent of ${target} ${name}`, ms, (_, world) => {
          const [place] = world.platform.placesOf(target);
          if (place !== undefined) what(world, place.id);
        }),
    );
  return [
    atAgent('is killed', ({ platform }, id) => platform.killAgent(id)),
    atAgent('is stalled', ({ platform }, id) => platform.stall(id)),
    atAgent('goes on', ({ platform }, id) => platform.flow(id)),
    atAgent('breaks its streams unheard', ({ platform }, id) => platform.breakStreams(id, 'agent')),
    atAgent('loses its callers unheard', ({ platform }, id) => platform.breakStreams(id, 'caller')),
    fc.tuple(anyTarget, anyRole, anyPause).map(
      ([target, role, ms]) =>
        new Happening(`the agent of ${target} loses ${role}`, ms, (_, world) => {
          for (const { id } of world.platform.placesOf(target)) world.agents.cut(id, role);
        }),
    ),
    fc.tuple(anyTarget, anyPause).map(
      ([target, ms]) =>
        new Happening(`${target} restarts`, ms, (_, { platform }) => {
          if (platform.has(target)) platform.restart(target);
        }),
    ),
    fc.tuple(anyTarget, fc.subarray(['a', 'b', 'api']), anyPause).map(
      ([target, places, ms]) =>
        new Happening(`${target} is scaled to ${places.join() || 'nothing'}`, ms, (_, { platform }) => {
          if (platform.has(target)) platform.scale(target, ...places);
        }),
    ),
    fc.tuple(anyTarget, anyPause).map(
      ([target, ms]) =>
        new Happening(`${target} goes, or comes`, ms, (_, { platform }) => {
          if (platform.has(target)) platform.removeTarget(target);
          else platform.addTarget(target);
        }),
    ),
    anyPause.map((ms) => new Happening('a dial breaks', ms, (_, { platform }) => platform.breakNextDial())),
    anyPause.map(
      (ms) => new Happening('watches of targets end', ms, (_, { platform }) => platform.endWatches()),
    ),
    fc
      .tuple(
        fc.constantFrom('resolveTarget', 'placeAgent', 'dialAgent', 'findAgent', 'watchTarget'),
        anyPause,
      )
      .map(
        ([method, ms]) =>
          new Happening(`the next ${method} fails`, ms, (_, { platform }) =>
            platform.failNext(method, refusal),
          ),
      ),
    anyPause.map(
      (ms) =>
        new Happening('the platform is away', 0, async (_, { platform }) => {
          platform.goAway();
          await pass(ms);
          platform.comeBack();
        }),
    ),
  ];
}

function engineEvents(): fc.Arbitrary<Command>[] {
  const atService = (name: string, what: (world: World, project: string, service: string) => void) =>
    fc
      .tuple(anyService, anyPause)
      .map(
        ([service, ms]) =>
          new Happening(`the service ${service} ${name}`, ms, (_, world) => what(world, 'shop', service)),
      );
  const atGateway = (name: string, what: (world: World, container: string) => void) =>
    fc.tuple(anyService, anyPause).map(
      ([service, ms]) =>
        new Happening(`the gateway of ${service} ${name}`, ms, (_, world) => {
          if (world.gateways.of('shop', service) !== undefined)
            what(world, containerName('shop', service, 'gateway'));
        }),
    );
  return [
    atService('ends', ({ services }, project, service) => services.named(project, service).exit(1)),
    atService('stops listening', ({ services }, project, service) =>
      services.named(project, service).stopListening(),
    ),
    atService('listens', ({ services }, project, service) => services.named(project, service).listen()),
    atGateway('is killed', ({ engine }, container) => engine.kill(container)),
    atGateway('is stalled', ({ engine }, container) => engine.stall(container)),
    atGateway('goes on', ({ engine }, container) => engine.flow(container)),
    atGateway('breaks its streams unheard', ({ engine }, container) =>
      engine.breakStreams(container, 'program'),
    ),
    atGateway('loses its callers unheard', ({ engine }, container) =>
      engine.breakStreams(container, 'caller'),
    ),
    fc
      .tuple(anyService, anyPause)
      .map(
        ([service, ms]) =>
          new Happening(`the gateway of ${service} begins anew`, ms, (_, world) =>
            world.gateways.of('shop', service)?.restart(),
          ),
      ),
    fc
      .tuple(anyService, anyRole, anyPause)
      .map(
        ([service, role, ms]) =>
          new Happening(`the gateway of ${service} loses ${role}`, ms, (_, world) =>
            world.gateways.of('shop', service)?.cut(role),
          ),
      ),
    anyPause.map(
      (ms) => new Happening('a dial to a gateway breaks', ms, (_, { engine }) => engine.breakNextDial()),
    ),
    anyPause.map(
      (ms) => new Happening('events of the engine end', ms, (_, { engine }) => engine.endWatches()),
    ),
    fc
      .tuple(
        fc.constantFrom(
          'findContainer',
          'createContainer',
          'startContainer',
          'dialSocket',
          'watchContainers',
        ),
        anyPause,
      )
      .map(
        ([method, ms]) =>
          new Happening(`the next ${method} fails`, ms, (_, { engine }) => engine.failNext(method, refusal)),
      ),
    anyPause.map(
      (ms) =>
        new Happening('the engine is away', 0, async (_, { engine }) => {
          engine.goAway();
          await pass(ms);
          engine.comeBack();
        }),
    ),
  ];
}

function requests(): fc.Arbitrary<Command>[] {
  return [
    fc.tuple(fc.nat(8), anyPause).map(
      ([file, ms]) =>
        new Happening(`file ${file}`, ms, (model) => {
          const workspace = model.files[file];
          if (workspace === undefined) return;
          const converging = model.shop.converge(workspace);
          converging.catch(() => {});
          model.passes.push(converging);
        }),
    ),
    anyPause.map(
      (ms) =>
        new Happening('restart', ms, ({ shop }) => {
          shop.restart().catch(() => {});
        }),
    ),
    fc.tuple(fc.nat(1), anyPause).map(
      ([file, ms]) =>
        new Happening(
          `another session, file ${file}`,
          ms,
          (model, world) => {
            const workspace = model.otherFiles[file];
            if (workspace !== undefined) model.other = world.start(workspace);
          },
          ({ other }) => other === undefined || other.isOver,
        ),
    ),
    anyPause.map(
      (ms) =>
        new Happening(
          'the other session ends',
          ms,
          (model) => {
            model.other?.interrupt();
          },
          ({ other }) => other !== undefined,
        ),
    ),
    fc.constant(new Happening('quiet', 0, letEverythingSettle)),
  ];
}
