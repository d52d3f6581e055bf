/**
 * What is needed of the place where targets live: resolve them, put an agent beside them, dial it, follow changes.
 * Interface and its data only; `docker/` (and later `kubernetes/`) implement it. Knows no services and no bridges.
 */
import type { Duplex } from 'node:stream';
import type { PlatformKind, TargetRef } from '../model/workspace.ts';

/** A platform. Every method may throw `engine-unreachable`. */
export interface Platform {
  readonly kind: PlatformKind;
  /** Where that is, as the plan names it, e.g. `Docker Engine on unix:///var/run/docker.sock`. */
  describe(signal?: AbortSignal): Promise<string>;
  /**
   * Finds a workload and the network namespaces it runs in.
   * Errors: `target-not-found` naming what is near, `target-unsupported` for one that must not be touched
   * (such as host networking), with the reason.
   */
  resolveTarget(reference: TargetRef): Promise<Target>;
  /**
   * The variables a workload was given, without those that belong to its image or to the place it runs at, such as
   * PATH and HOSTNAME. Errors: those of `resolveTarget`.
   */
  readEnvironment(reference: TargetRef): Promise<Readonly<Record<string, string>>>;
  /** The agent that already runs at a place, whoever put it there, or undefined. */
  findAgent(place: Place): Promise<PlacedAgent | undefined>;
  /** Puts an agent at a place and waits until it can be dialled. Errors: `agent-failed` with its last output. */
  placeAgent(place: Place, spec: AgentSpec, signal?: AbortSignal): Promise<PlacedAgent>;
  /** Opens a stream to an agent. Errors: `agent-failed` when it is gone or does not answer. */
  dialAgent(agent: PlacedAgent, signal?: AbortSignal): Promise<Duplex>;
  /** Every agent of ours on this platform, wherever it is: for cleaning up. */
  listAgents(): Promise<readonly PlacedAgent[]>;
  /** Says when the places of a target may have changed (restart, replacement); the caller resolves it again. Ends with `signal`. */
  watchTarget(target: Target, signal: AbortSignal): AsyncIterable<void>;
}

/** A workload that was found. */
export interface Target {
  readonly reference: TargetRef;
  /** Where it runs now, sorted by id; at least one. */
  readonly places: readonly Place[];
}

/** One network namespace that a workload runs in: a pod, or the owner of a container's namespace. */
export interface Place {
  /** Changes when the namespace does: a restarted target is another place. At most 63 characters of `[a-zA-Z0-9._-]`. */
  readonly id: string;
  /** How people call it, e.g. the container's name. */
  readonly name: string;
  /** Address for the platform itself: container id or pod. */
  readonly handle: string;
}

/** An agent that runs somewhere. */
export interface PlacedAgent {
  readonly placeId: string;
  /** Address for the platform itself. */
  readonly handle: string;
  /** What a caller must present to be served; random, from the agent's own specification. */
  readonly secret: string;
}

/** What an agent is made from. */
export interface AgentSpec {
  /** Image reference. */
  readonly image: string;
  /** Random secret for callers. */
  readonly secret: string;
  /** How long it stays without a session before it ends by itself, milliseconds. */
  readonly lingerMs: number;
}
