import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Desired, NOTHING_DESIRED, type Operation, planPass } from '../../../src/converge/index.ts';
import { type NetworkMode, ORDINARY_NAMESPACE } from '../../../src/model/container-settings.ts';
import type { Forward } from '../../../src/model/forward.ts';
import type { Observed } from '../../../src/model/observed.ts';
import { type Plan, planText } from '../../../src/model/plan.ts';
import type { Bridge, Dependency, Service } from '../../../src/model/workspace.ts';
import { anObserved } from '../../builders/observed.ts';
import { aService, aTarget, WHOLE_PORTS } from '../../builders/workspace.ts';
import { carriedOut } from './imagined-pass.ts';

const NAMES = ['a', 'b', 'c'] as const;
const TARGETS = ['container/x', 'container/y', 'container/z'] as const;

/** Two of the targets are names of one place. */
function placeOf(target: string): string {
  return target === 'container/z' ? 'container/x' : target;
}

type Name = (typeof NAMES)[number];

/** What a service may ask for that makes steps wait for others. */
interface Wishes {
  readonly environment: Readonly<Record<string, string>>;
  readonly image: string;
  readonly ports: Service['ports'];
  readonly envFrom: string | undefined;
  readonly hasMount: boolean;
  readonly hasLoopback: boolean;
  readonly dependsOn: readonly Name[];
  readonly condition: Dependency['condition'];
  readonly restart: boolean;
  /** `first`: that of the first service of the file. */
  readonly network: 'own' | 'first' | 'none' | 'host';
  /** A program of this machine, where it can be one. */
  readonly isProgram: boolean;
}

/** A port that a service asks for. */
interface PortWish {
  readonly service: Name;
  readonly target: string;
  readonly port: number;
  readonly local: number;
}

const wishes: fc.Arbitrary<Wishes> = fc.record({
  environment: fc.constantFrom({}, { LOG_LEVEL: 'debug' }),
  image: fc.constantFrom('shop:dev', 'shop:next'),
  ports: fc.constantFrom([], [{ hostIp: '127.0.0.1', published: 80, target: 80, protocol: 'tcp' as const }]),
  envFrom: fc.option(fc.constantFrom(...TARGETS), { nil: undefined }),
  hasMount: fc.boolean(),
  hasLoopback: fc.boolean(),
  dependsOn: fc.subarray([...NAMES]),
  condition: fc.constantFrom<Dependency['condition'][]>('service_started', 'service_healthy'),
  restart: fc.boolean(),
  network: fc.constantFrom<Wishes['network'][]>('own', 'own', 'own', 'first', 'first', 'none', 'host'),
  isProgram: fc.boolean(),
});

const portWishes: fc.Arbitrary<readonly PortWish[]> = fc.array(
  fc.record({
    service: fc.constantFrom(...NAMES),
    target: fc.constantFrom(...TARGETS),
    port: fc.constantFrom(80, 90),
    local: fc.constantFrom(80, 8080),
  }),
  { maxLength: 6 },
);

const forwards: fc.Arbitrary<readonly Forward[]> = fc.uniqueArray(
  fc.record({
    hostIp: fc.constant('127.0.0.1'),
    local: fc.constantFrom(5432, 6379),
    host: fc.constantFrom('postgres', 'redis'),
    port: fc.constant(5432),
    target: fc.constantFrom(...TARGETS).map(aTarget),
  }),
  { maxLength: 2, selector: ({ local }) => local },
);

const files: fc.Arbitrary<Desired> = fc
  .record({
    names: fc.subarray([...NAMES]),
    stopped: fc.oneof(fc.constant<Name[]>([]), fc.subarray<Name>([...NAMES])),
    portWishes,
    forwards,
    a: wishes,
    b: wishes,
    c: wishes,
  })
  .map(({ names, stopped, portWishes, forwards, ...wishes }) => ({
    stopped: new Set<string>(stopped),
    // Whatever was stopped before is started again.
    starting: new Set(NAMES.filter((name) => !stopped.includes(name))),
    project: 'shop',
    platform: 'docker',
    agentImage: 'agent:1',
    forwards,
    services: names.map((name) =>
      serviceOf(
        name,
        wishes[name],
        granted(portWishes).filter(({ service }) => service === name),
        names.filter((other) => other < name && wishes[name].dependsOn.includes(other)),
        names[0] ?? name,
      ),
    ),
  }));

/** A port of a workload goes to one service. */
function granted(wishes: readonly PortWish[]): readonly PortWish[] {
  return wishes.filter((wish, index) => {
    const isInTheWay = ({ port, target }: PortWish) =>
      port === wish.port && placeOf(target) === placeOf(wish.target);
    return !wishes.slice(0, index).some(isInTheWay);
  });
}

function serviceOf(
  name: string,
  wish: Wishes,
  bridged: readonly PortWish[],
  dependsOn: readonly string[],
  first: string,
): Service {
  const {
    environment,
    image,
    ports,
    envFrom,
    hasMount,
    hasLoopback,
    condition,
    restart,
    network,
    isProgram,
  } = wish;
  const networkMode = modeOf(network, name, first);
  const dependencies = dependsOn.map((service) => ({ service, condition, required: true, restart }));
  if (networkMode !== undefined) {
    const shared: Dependency = { service: first, condition, required: true, restart: true };
    const others = dependencies.filter(({ service }) => service !== first);
    const all = networkMode.kind === 'service' ? [...others, shared] : dependencies;
    const namespace = { ...ORDINARY_NAMESPACE, networkMode };
    return aService({ name, environment, image, namespace, dependsOn: all });
  }
  const bridges = bridged.map(
    ({ target, port, local }): Bridge => ({
      target: aTarget(target),
      ports: [{ container: port, local }],
      ...WHOLE_PORTS,
    }),
  );
  const sources = envFrom === undefined ? [] : [{ target: aTarget(envFrom), include: ['*'], exclude: [] }];
  const [workload] = [...bridges, ...sources].map(({ target }) => target);
  // No container can join the network of one.
  const process = isProgram && !hasMount && workload !== undefined && name !== first ? ['shop'] : undefined;
  return aService({
    name,
    environment,
    process,
    image: process === undefined ? image : '',
    ports,
    envFrom: sources,
    volumes:
      hasMount && workload !== undefined
        ? [{ kind: 'workload', from: workload, source: '/etc/shop', target: '/etc/shop' }]
        : [],
    outbound: { loopback: hasLoopback && workload !== undefined ? [5432] : [] },
    bridges,
    dependsOn: dependencies,
  });
}

/** The first service has a network of its own, or none, but no other's. */
function modeOf(network: Wishes['network'], name: string, first: string): NetworkMode | undefined {
  if (network === 'own') return undefined;
  if (network !== 'first') return { kind: network };
  return name === first ? undefined : { kind: 'service', name: first };
}

/** Carries a plan out in one of the orders that it allows: of the steps that may start, `pick` chooses the next. */
function afterPass(
  plan: Plan<Operation>,
  before: Observed,
  pick: (steps: number) => number,
  stopped: ReadonlySet<string> = new Set(),
): Observed {
  const left = [...plan.steps];
  let observed = before;
  while (left.length > 0) {
    const free = left.filter((step) => !left.some(({ resource }) => step.after.includes(resource)));
    const next = free[pick(free.length)];
    if (next === undefined) throw new Error('no step may start');
    try {
      observed = carriedOut(next.operation, observed, placeOf, stopped);
    } catch (cause) {
      throw new Error(`${next.verb} ${next.resource}: ${cause}, in the plan\n${planText(plan)}`);
    }
    left.splice(left.indexOf(next), 1);
  }
  return observed;
}

describe('from any file to any other', () => {
  it('there is a plan that can be carried out in every order it allows, and leaves nothing to do', () => {
    const sequences = fc.array(files, { minLength: 1, maxLength: 3 });
    const picks = fc.infiniteStream(fc.nat());
    fc.assert(
      fc.property(sequences, picks, (sequence, numbers) => {
        const pick = (steps: number) => (numbers.next().value ?? 0) % steps;
        let observed = anObserved();
        for (const desired of [...sequence, NOTHING_DESIRED]) {
          observed = afterPass(planPass(desired, observed), observed, pick, desired.stopped);
          expect(planText(planPass(desired, observed))).toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });
});
