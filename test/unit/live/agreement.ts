import { containerName } from '../../../src/model/identity.ts';
import type { Service } from '../../../src/model/workspace.ts';
import { targetText } from '../../../src/model/workspace.ts';
import type { BridgeStatus, SessionStatus } from '../../../src/session/status.ts';
import { pass } from './flying-clock.ts';
import type { LiveSession } from './live-session.ts';
import { ORIGINAL, type World } from './world.ts';

/** How long nothing may change for things to count as settled, milliseconds. */
const QUIET_MS = 2500;
const LOOK_AGAIN_MS = 500;

/**
 * Waits until all sessions agree with the world for a while, without a further word: what a session says of itself, what
 * a pass would do still, and who really answers. Fails with what differs.
 */
export async function settled(world: World, capMs = 40_000): Promise<void> {
  const deadline = performance.now() + capMs;
  let quietSince = performance.now();
  let told = 0;
  while (performance.now() - quietSince < QUIET_MS) {
    await pass(LOOK_AGAIN_MS);
    const words = await differences(world);
    const now = world.sessions.reduce((sum, { events }) => sum + events.length, 0);
    if (words !== undefined || now !== told) quietSince = performance.now();
    told = now;
    if (performance.now() > deadline)
      throw notSettled(words ?? 'there is always something new', capMs, world);
  }
}

function notSettled(words: string, capMs: number, { sessions }: World): Error {
  const told = sessions.map((session) => `--- ${session.project} told\n${session.told()}`);
  return new Error([`after ${capMs / 1000} s: ${words}`, ...told].join('\n'));
}

/** What differs between the sessions and the world; undefined when nothing does. */
async function differences(world: World): Promise<string | undefined> {
  const strays = world.strayErrors();
  if (strays.length > 0) return strays.join('\n');
  const words: string[] = [];
  for (const session of world.sessions) {
    if (session.isOver) continue;
    words.push(...(await differencesOf(session, world)));
  }
  return words.length === 0 ? undefined : words.join('; ');
}

async function differencesOf(session: LiveSession, world: World): Promise<readonly string[]> {
  const status = await session.status();
  const services = [...session.workspace.services.values()];
  const plans = await planDifferences(session, services, world);
  const containers = services.flatMap(({ name }) => containerDifferences(session, name, status, world));
  // Whoever is not asked without need makes no noise.
  if (plans.length + containers.length > 0) return [...plans, ...containers];
  const bridges = await Promise.all(
    services.map((service) => bridgeDifferences(session, service, status, world)),
  );
  const outbound = await Promise.all(services.map((service) => outboundDifferences(session, service, world)));
  return [...bridges.flat(), ...outbound.flat()];
}

/** A pass would start what has ended and does not start by itself, and nothing else. */
async function planDifferences(
  session: LiveSession,
  services: readonly Service[],
  world: World,
): Promise<readonly string[]> {
  const steps = await session.plan();
  const wanted = services
    .filter(({ name }) => !world.services.named(session.project, name).isRunning)
    .map(({ name }) => `container/${name}`);
  const planned = steps.map(({ resource }) => resource);
  return wanted.join() === planned.join()
    ? []
    : [
        `a pass would change ${steps.map(({ resource, cause }) => `${resource} (${cause})`).join(', ') || 'nothing'}`,
      ];
}

function containerDifferences(
  { project }: LiveSession,
  name: string,
  status: SessionStatus,
  world: World,
): readonly string[] {
  const said = status.services.find((service) => service.name === name);
  const runs = world.services.named(project, name).isRunning;
  if (said?.container !== containerName(project, name, 'service'))
    return [`${name} has no container in status`];
  return (said.state === 'running') === runs ? [] : [`${name} is said to be ${said.state}`];
}

/** Bridges take what their service can take, everywhere, and status says so. */
async function bridgeDifferences(
  { project }: LiveSession,
  service: Service,
  status: SessionStatus,
  world: World,
): Promise<readonly string[]> {
  const part = world.services.named(project, service.name);
  const wanted = service.bridges.flatMap(({ target, ports }) =>
    ports.map(({ container, local }) => ({
      target: targetText(target),
      port: Number(container),
      local: local ?? 0,
    })),
  );
  const words: string[] = [];
  const known = status.bridges.filter((bridge) => bridge.service === service.name);
  if (known.length !== wanted.length) words.push(`${service.name} has ${known.length} bridges`);
  for (const { target, port, local } of wanted) {
    const name = `${service.name}:${port} at ${target}`;
    const bridge = known.find((one) => one.target === target && one.port === port && one.local === local);
    if (bridge === undefined) {
      words.push(`${name} is no bridge of status`);
      continue;
    }
    const places = world.platform.placesOf(target);
    const takes = part.listeningPorts().has(local) && (await isHealthy(world, project, service.name));
    const state = places.length === 0 ? 'lost' : takes ? 'live' : 'resting';
    if (bridge.state !== state || (state === 'live' && bridge.reason !== '')) {
      words.push(`${name} is ${stateText(bridge)} and should be ${state}`);
      continue;
    }
    for (const place of places) {
      const answer = await world.agents.at(place.id).ask(port);
      const right = takes ? part.word : ORIGINAL;
      if (answer !== right) words.push(`${answer} answers on ${port} of ${place.id} instead of ${right}`);
    }
  }
  return words;
}

/** A service reaches its first workload while that runs anywhere. */
async function outboundDifferences(
  { project }: LiveSession,
  { name, bridges }: Service,
  world: World,
): Promise<readonly string[]> {
  const [first] = bridges;
  if (first === undefined || world.platform.placesOf(targetText(first.target)).length === 0) return [];
  const answer = await world.gateways.of(project, name)?.ask(Number(first.ports[0]?.container));
  return answer === ORIGINAL ? [] : [`${name} reaches ${answer} of its workload`];
}

async function isHealthy({ engine }: World, project: string, service: string): Promise<boolean> {
  const found = await engine.findContainer(containerName(project, service, 'service')).catch(() => undefined);
  return found?.health !== 'unhealthy';
}

function stateText({ state, reason }: BridgeStatus): string {
  return reason === '' ? state : `${state} (${reason})`;
}
