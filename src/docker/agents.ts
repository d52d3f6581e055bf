import type { Duplex } from 'node:stream';
import { pause, withDeadline } from '../common/deadline.ts';
import { cancelled, DevenvError, messageOf } from '../common/errors.ts';
import type { ContainerInfo, ContainerSpec, Engine } from '../engine/index.ts';
import { label, type Role } from '../model/labels.ts';
import type { AgentSpec, Place, PlacedAgent } from '../platform/index.ts';

/** What an agent reads from its environment. */
const variable = {
  /** What a caller must present. */
  secret: 'DEVENV_AGENT_SECRET',
  /** Milliseconds without a session after which it ends. */
  lingerMs: 'DEVENV_AGENT_LINGER_MS',
  /** Path of the Unix socket it listens on. */
  socket: 'DEVENV_SOCKET',
} as const;

const SOCKET_DIRECTORY = '/run/gefyra-devenv';
const SOCKET = `${SOCKET_DIRECTORY}/agent.sock`;
const READY = { name: 'agent ready', ms: 30_000 } as const;
const FIRST_POLL_MS = 20;
const SLOWEST_POLL_MS = 250;
const EVIDENCE_LINES = 15;
const EVIDENCE_LIMIT_MS = 2_000;

/** See `Platform.findAgent`. */
export async function findAgent(engine: Engine, place: Place): Promise<PlacedAgent | undefined> {
  const container = await engine.findContainer(agentName(place));
  return container?.state === 'running' ? agentOf(container) : undefined;
}

/** See `Platform.listAgents`. */
export async function listAgents(engine: Engine): Promise<readonly PlacedAgent[]> {
  const role: Role = 'agent';
  const listed = await engine.listContainers({ [label.role]: role });
  const details = await Promise.all(listed.map((container) => engine.findContainer(container.id)));
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
  let created: string | undefined;
  try {
    return await withDeadline(READY, signal, async (inTime) => {
      for (;;) {
        const present = await engine.findContainer(agentName(place));
        if (inTime.aborted) throw cancelled(READY.name);
        if (present === undefined) {
          const id = await createUnlessTaken(engine, agentContainer(place, spec));
          created = id ?? created;
        } else if (present.state === 'exited' || present.state === 'dead') {
          await engine.removeContainer(present.id);
        } else if (present.state === 'removing') {
          await pause(FIRST_POLL_MS, inTime);
        } else {
          return await readyAgent(engine, place, present, inTime);
        }
        if (created !== undefined) return await readyAgent(engine, place, await found(engine, created), inTime);
      }
    });
  } catch (error) {
    if (created !== undefined) await engine.removeContainer(created).catch(() => {});
    throw error;
  }
}
