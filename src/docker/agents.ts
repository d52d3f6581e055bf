import type { Duplex } from 'node:stream';
import { pause, withDeadline } from '../common/deadline.ts';
import { cancelled, DevenvError, messageOf } from '../common/errors.ts';
import { type Looks, nextLook } from '../common/next-look.ts';
import type { ContainerSpec, Engine } from '../engine/index.ts';
import type { AgentKind } from '../model/agent-kind.ts';
import { ORDINARY_CONTAINER } from '../model/container-settings.ts';
import { label, type Role } from '../model/labels.ts';
import type { AgentSpec, Place, PlacedAgent } from '../platform/index.ts';
import {
  agentAccessIn,
  agentEnvironment,
  EXEMPT_GROUP,
  LINGER,
  PROTOCOL_VERSION,
} from '../programs/index.ts';
import type { UnitInfo } from '../runner/index.ts';

const SOCKET_DIRECTORY = '/run/gefyra-devenv';
const SOCKET = `${SOCKET_DIRECTORY}/agent.sock`;

/** One whose container runs is waited for this long: on a slow machine it takes its time. */
const READY = { name: 'agent ready', ms: 300_000 } as const;

/** Looks whether an agent listens: most do soon. */
const LOOKS: Looks = { quickest: 20, slowest: 250, part: 1 / 6 };

/** The engine is asked so often whether its container still runs, milliseconds. */
const LOOK_AT_CONTAINER_MS = 1000;

const EVIDENCE_LINES = 15;
const EVIDENCE_LIMIT_MS = 2_000;

/** See `Platform.findAgent`. */
export async function findAgent(
  engine: Engine,
  place: Place,
  kind: AgentKind,
): Promise<PlacedAgent | undefined> {
  const container = await engine.findUnit(agentName(place, kind));
  return container?.state === 'running' ? agentOf(container) : undefined;
}

/** See `Platform.listAgents`. */
export async function listAgents(engine: Engine): Promise<readonly PlacedAgent[]> {
  const role: Role = 'agent';
  const listed = await engine.listUnits({ [label.role]: role });
  const details = await Promise.all(listed.map((container) => engine.findUnit(container.id)));
  return details.flatMap((container) => (container === undefined ? [] : (agentOf(container) ?? [])));
}

/** See `Platform.dialAgent`. */
export async function dialAgent(engine: Engine, agent: PlacedAgent, signal?: AbortSignal): Promise<Duplex> {
  try {
    return await engine.dialSocket(agent.handle, SOCKET, signal);
  } catch (error) {
    if (!isEngineFailure(error)) throw error;
    throw new DevenvError({
      code: 'agent-failed',
      message: `the agent at ${agent.placeId} cannot be reached: ${messageOf(error)}`,
      owner: 'environment',
      cause: error,
    });
  }
}

/**
 * See `Platform.placeAgent`. The name belongs to the place, so that whoever comes second finds the agent of whoever
 * came first, also when both come at the same moment.
 */
export async function placeAgent(
  engine: Engine,
  place: Place,
  spec: AgentSpec,
  signal?: AbortSignal,
): Promise<PlacedAgent> {
  return withDeadline(READY, signal, async (inTime) => {
    const container = await createOrFind(engine, place, spec, inTime);
    const reading = new AbortController();
    const output = readAlong(engine, container, AbortSignal.any([inTime, reading.signal]));
    try {
      return await untilItListens(engine, place, container, output, inTime);
    } finally {
      reading.abort();
    }
  });
}

/** Makes the container, or finds the one that somebody else has just made. One that has ended makes room first. */
async function createOrFind(
  engine: Engine,
  place: Place,
  spec: AgentSpec,
  signal: AbortSignal,
): Promise<string> {
  const name = agentName(place, spec.kind);
  for (;;) {
    if (signal.aborted) throw cancelled(READY.name);
    try {
      return await createAndStart(engine, place, spec, signal);
    } catch (error) {
      if (!(error instanceof DevenvError) || error.code !== 'session-conflict') throw error;
    }
    const present = await engine.findUnit(name);
    if (present?.state === 'running' || present?.state === 'created') return present.id;
    if (present?.state === 'exited' || present?.state === 'dead') await engine.removeUnit(present.id);
    // One that is being removed keeps its name for a moment.
    await pause(LOOKS.quickest, signal);
  }
}

async function createAndStart(
  engine: Engine,
  place: Place,
  spec: AgentSpec,
  signal: AbortSignal,
): Promise<string> {
  const id = await engine.createContainer(agentContainer(place, spec));
  try {
    if (signal.aborted) throw cancelled(READY.name);
    await engine.startUnit(id);
    return id;
  } catch (error) {
    await engine.removeUnit(id);
    if (!(error instanceof DevenvError) || error.code !== 'container-failed') throw error;
    throw new DevenvError({
      code: 'agent-failed',
      message: `the agent at ${place.name} could not start: ${error.message}`,
      owner: 'environment',
      cause: error,
    });
  }
}

/** Output of a container, as far as it was read. */
interface Output {
  /** The last ones. */
  readonly lines: readonly string[];
  /** Settles when there is no more. */
  readonly complete: Promise<void>;
}

/** Reads from now on, because the engine removes an agent that has ended together with its output. */
function readAlong(engine: Engine, id: string, signal: AbortSignal): Output {
  const lines: string[] = [];
  const read = async () => {
    try {
      for await (const { line } of engine.unitLogs(id, { follow: true, tail: EVIDENCE_LINES }, signal)) {
        lines.push(line);
        if (lines.length > EVIDENCE_LINES) lines.shift();
      }
    } catch {
      // It was removed before anything could be read.
    }
  };
  return { lines, complete: read() };
}

async function untilItListens(
  engine: Engine,
  place: Place,
  id: string,
  output: Output,
  signal: AbortSignal,
): Promise<PlacedAgent> {
  const begun = performance.now();
  let lookedAt = begun;
  for (;;) {
    const isThere = await listens(engine, id, signal);
    if (isThere || performance.now() - lookedAt > LOOK_AT_CONTAINER_MS) {
      lookedAt = performance.now();
      const container = await engine.findUnit(id);
      const agent = container === undefined ? undefined : agentOf(container);
      if (isThere && agent !== undefined) return agent;
      const hasEnded = container === undefined || container.state === 'exited' || container.state === 'dead';
      if (hasEnded) throw await ended(place, output, signal);
    }
    await pause(nextLook(performance.now() - begun, LOOKS), signal);
    if (signal.aborted) throw cancelled(READY.name);
  }
}

async function listens(engine: Engine, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    const stream = await engine.dialSocket(id, SOCKET, signal);
    stream.destroy();
    return true;
  } catch (error) {
    if (isEngineFailure(error)) return false;
    throw error;
  }
}

/** Another version's agent is none that this one can speak with, and one of another kind none that does the same. */
function agentName(place: Place, kind: AgentKind): string {
  const of = kind === 'net' ? '' : `${kind}-`;
  return `gefyra-devenv-agent-${of}v${PROTOCOL_VERSION}-${place.id}`;
}

function agentContainer(place: Place, spec: AgentSpec): ContainerSpec {
  const role: Role = 'agent';
  return {
    name: agentName(place, spec.kind),
    image: spec.image,
    command: ['agent'],
    environment: agentEnvironment({
      secret: spec.secret,
      listenOn: SOCKET,
      lingerMs: LINGER.besideContainerMs,
      intercepts: spec.kind === 'net',
    }),
    labels: { [label.role]: role, [label.place]: place.id },
    network: { kind: 'container', id: place.handle },
    user: `0:${EXEMPT_GROUP}`,
    mounts: [],
    ports: [],
    capabilities: spec.kind === 'net' ? ['NET_ADMIN'] : [],
    socketDir: SOCKET_DIRECTORY,
    autoRemove: true,
    settings: { ...ORDINARY_CONTAINER, pid: undefined, ipc: undefined, volumesFrom: [], readOnly: true },
  };
}

/** What a caller needs, read back from the container itself; undefined for one that is none of ours. */
function agentOf(container: UnitInfo): PlacedAgent | undefined {
  const placeId = container.labels[label.place];
  const access = agentAccessIn(container.environment);
  if (placeId === undefined || access === undefined) return undefined;
  return { placeId, handle: container.id, ...access };
}

function isEngineFailure(error: unknown): boolean {
  return error instanceof DevenvError && error.code === 'engine-failed';
}

async function ended(place: Place, output: Output, signal: AbortSignal): Promise<DevenvError> {
  await Promise.race([output.complete, pause(EVIDENCE_LIMIT_MS, signal)]);
  return new DevenvError({
    code: 'agent-failed',
    message: `the agent at ${place.name} ended right after its start`,
    evidence: [...output.lines],
    owner: 'environment',
  });
}
