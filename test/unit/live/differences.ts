import { basename } from 'node:path';
import { containerName } from '../../../src/model/identity.ts';
import { type Service, targetText } from '../../../src/model/workspace.ts';
import type { BridgeStatus, SessionStatus } from '../../../src/session/status.ts';
import type { LiveSession } from './live-session.ts';
import { textsOf } from './memory.ts';
import { ORIGINAL, type World } from './world.ts';

/** What differs between the sessions and the world; undefined when nothing does. */
export async function differences(world: World): Promise<string | undefined> {
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
  const files = services.flatMap((service) => filesDifferences(session, service, world));
  return [...bridges.flat(), ...outbound.flat(), ...files];
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
  { project, stopped }: LiveSession,
  name: string,
  status: SessionStatus,
  world: World,
): readonly string[] {
  const said = status.services.find((service) => service.name === name);
  const runs = world.services.named(project, name).isRunning;
  if (said?.container !== containerName(project, name, 'service'))
    return [`${name} has no container in status`];
  if (runs && stopped.has(name)) return [`${name} runs, and was stopped`];
  return (said.state === 'running') === runs ? [] : [`${name} is said to be ${said.state}`];
}

/** Bridges take what their service can take, everywhere, and status says so. */
async function bridgeDifferences(
  session: LiveSession,
  service: Service,
  status: SessionStatus,
  world: World,
): Promise<readonly string[]> {
  const wanted = wantedBridges(service);
  const known = status.bridges.filter((bridge) => bridge.service === service.name);
  if (known.length !== wanted.length) return [`${service.name} has ${known.length} bridges`];
  const words = wanted.map(async ({ target, port, local }) => {
    const bridge = known.find((one) => one.target === target && one.port === port && one.local === local);
    if (bridge === undefined) return [`${service.name}:${port} at ${target} is no bridge of status`];
    return world.sessions.some((other) => other !== session && wants(other, target, port))
      ? rivalDifferences(session, bridge, world)
      : soleDifferences(session, bridge, world);
  });
  return (await Promise.all(words)).flat();
}

/** Nobody else wants it: it must be as it should. */
async function soleDifferences({ project }: LiveSession, bridge: BridgeStatus, world: World) {
  const { service, port, local, target } = bridge;
  const part = world.services.named(project, service);
  const places = world.platform.placesOf(target);
  const takes = part.listeningPorts().has(local) && (await isHealthy(world, project, service));
  const state = places.length === 0 ? 'lost' : takes ? 'live' : 'resting';
  if (bridge.state !== state || (state === 'live' && bridge.reason !== ''))
    return [`${nameOf(bridge)} is ${stateText(bridge)} and should be ${state}`];
  const right = takes ? part.word : ORIGINAL;
  const answers = await answersAt(world, target, port);
  return answers.flatMap(({ place, answer }) =>
    answer === right ? [] : [`${answer} answers on ${port} of ${place} instead of ${right}`],
  );
}

/** Another session wants it, too: who has it where is a matter of luck, but must be told as it is. */
async function rivalDifferences({ project }: LiveSession, bridge: BridgeStatus, world: World) {
  const { word } = world.services.named(project, bridge.service);
  const answers = await answersAt(world, bridge.target, bridge.port);
  const own = answers.filter(({ answer }) => answer === word).length;
  const isTold =
    own === 0
      ? bridge.state !== 'live'
      : bridge.state === 'live' && (bridge.reason === '') === (own === answers.length);
  const places = `${own} of ${answers.length} places`;
  return isTold ? [] : [`${nameOf(bridge)} is ${stateText(bridge)} and answers at ${places}`];
}

function answersAt(world: World, target: string, port: number) {
  return Promise.all(
    world.platform.placesOf(target).map(async ({ id }) => ({
      place: id,
      answer: await world.agents.at(id).ask(port),
    })),
  );
}

/** Whether a session that lives wants a port of a target. */
function wants({ isOver, workspace }: LiveSession, target: string, port: number): boolean {
  if (isOver) return false;
  const all = [...workspace.services.values()].flatMap(wantedBridges);
  return all.some((bridge) => bridge.target === target && bridge.port === port);
}

function wantedBridges({ bridges }: Service) {
  return bridges.flatMap(({ target, ports }) =>
    ports.map(({ container, local }) => ({
      target: targetText(target),
      port: Number(container),
      local: local ?? 0,
    })),
  );
}

/** What a service has of its workload is what that has, while it runs anywhere. */
function filesDifferences({ project }: LiveSession, service: Service, world: World): readonly string[] {
  const has = JSON.stringify(world.memory.filesOf(project, service.name));
  return service.volumes.flatMap((mount) => {
    if (mount.kind !== 'workload') return [];
    const from = targetText(mount.from);
    if (world.platform.placesOf(from).length === 0) return [];
    const files = world.platform.filesOf(from);
    const named = files.map((file) => (file.path === '' ? { ...file, path: basename(mount.source) } : file));
    const should = JSON.stringify(textsOf(named));
    return has === should ? [] : [`${service.name} has the files ${has} instead of ${should}`];
  });
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
  const found = await engine.findUnit(containerName(project, service, 'service')).catch(() => undefined);
  return found?.health !== 'unhealthy';
}

function nameOf({ service, port, target }: BridgeStatus): string {
  return `${service}:${port} at ${target}`;
}

function stateText({ state, reason }: BridgeStatus): string {
  return reason === '' ? state : `${state} (${reason})`;
}
