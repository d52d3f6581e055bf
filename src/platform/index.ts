/**
 * What is needed of the place where targets live: resolve them, put an agent beside them, dial it, follow changes.
 * Interface, its data and errors only; `docker/` and `kubernetes/` implement it. Knows no services and no bridges.
 */
import type { Duplex } from 'node:stream';
import type { ErrorFacts } from '../common/errors.ts';
import type { CarriedFile } from '../common/tar.ts';
import type { AgentKind } from '../model/agent-kind.ts';
import type { ClosedWay } from '../model/closed-way.ts';
import type { PlatformKind, TargetRef } from '../model/workspace.ts';

export { targetUnsupported } from './target-unsupported.ts';
export { MOST_PLACEMENTS, tooManyAgents } from './too-many-agents.ts';

/** A platform. Every method may throw `engine-unreachable`. */
export interface Platform {
  readonly kind: PlatformKind;
  /** Where that is. */
  describe(signal?: AbortSignal): Promise<PlatformInfo>;
  /**
   * Looks, without changing anything, for whatever would stand in the way of what a session needs, all at once.
   * Errors: `engine-unreachable`, `cluster-unreachable`, `credential-refused`.
   */
  preflight(needs: PlatformNeeds): Promise<Preflight>;
  /**
   * What would allow this user exactly what a session needs, as lines of a text that whoever administers the platform can
   * apply; undefined where the platform has nothing of the kind. Changes nothing. Errors: those of `preflight`.
   */
  permissionManifest(needs: PlatformNeeds): Promise<readonly string[] | undefined>;
  /**
   * Finds a workload and the network namespaces it runs in.
   * Errors: `target-not-found` naming what is near, `target-unsupported` for one that must not be touched
   * (such as host networking), with the reason. `seen`: whether it may be as it was found within the last second or two,
   * which whoever looks again after it may be content with. Default: now.
   */
  resolveTarget(reference: TargetRef, seen?: 'now' | 'a moment ago'): Promise<Target>;
  /**
   * The variables a workload was given, without those that belong to its image or to the place it runs at, such as
   * PATH and HOSTNAME. Errors: those of `resolveTarget`.
   */
  readEnvironment(reference: TargetRef): Promise<Readonly<Record<string, string>>>;
  /**
   * The files in a directory of the workload's container, read-only and whole. Errors: those of `resolveTarget`,
   * `files-unreadable` with the reason.
   */
  readFiles(reference: TargetRef, path: string): Promise<readonly CarriedFile[]>;
  /** The number of a port that a workload names. Errors: those of `resolveTarget`. */
  portNumber(reference: TargetRef, name: string): Promise<number>;
  /** The agent of a kind that already runs at a place, whoever put it there, or undefined. One kind is none of the other. */
  findAgent(place: Place, kind: AgentKind): Promise<PlacedAgent | undefined>;
  /** Puts an agent at a place and waits until it can be dialled. Errors: `agent-failed` with its last output. */
  placeAgent(place: Place, spec: AgentSpec, signal?: AbortSignal): Promise<PlacedAgent>;
  /** Opens a stream to an agent. Errors: `agent-failed` when it is gone or does not answer. */
  dialAgent(agent: PlacedAgent, signal?: AbortSignal): Promise<Duplex>;
  /** Every agent of ours on this platform, wherever it is: for cleaning up. */
  listAgents(): Promise<readonly PlacedAgent[]>;
  /**
   * Says when the places of a target may have changed (restart, replacement) since this call; the caller resolves it
   * again. Ends with `signal`. Ends or fails also when the platform went away: then it must be called again.
   */
  watchTarget(target: Target, signal: AbortSignal): AsyncIterable<void>;
  /** Ends kept connections; what is under way goes on. */
  close(): void;
}

/** What a session is going to ask of a platform. */
export interface PlatformNeeds {
  /** Name of the project. */
  readonly project: string;
  readonly bridges: readonly WantedBridge[];
  /** Targets whose network services use without bridging them. */
  readonly outbound: readonly TargetRef[];
  /** Targets whose variables are read. */
  readonly environments: readonly TargetRef[];
  /** Directories that are read. */
  readonly files: readonly { readonly from: TargetRef; readonly source: string }[];
  /** Image reference of agents. */
  readonly agentImage: string;
}

/** A port of a target that is to be bridged. */
export interface WantedBridge {
  readonly target: TargetRef;
  /** Its number or its name. */
  readonly port: number | string;
  /** Who answers the platform's probes there; absent = the original. */
  readonly probes?: 'original' | 'mine';
}

/** What was found before anything was touched. */
export interface Preflight {
  /** What makes it impossible, each with its remedy. */
  readonly problems: readonly ErrorFacts[];
  /** What may turn out badly. */
  readonly warnings: readonly string[];
  /** What cannot be seen before something else has been done; absent = nothing. */
  readonly later?: readonly string[];
}

/** Where a platform is. */
export interface PlatformInfo {
  /** As the plan names it, e.g. `Docker Engine on unix:///var/run/docker.sock`. */
  readonly title: string;
  /** What `connection.allow` may call it, the most precise name first. */
  readonly names: readonly string[];
  /** Tells it from every other, whatever its names come to mean: its address, and what else is known of it. */
  readonly identity: string;
  /** Whether it is on this machine: then nobody is asked before the first use. */
  readonly isLocal: boolean;
  /** Title and names of another namespace there; absent where there are none. */
  readonly elsewhere?: (namespace: string) => Pick<PlatformInfo, 'title' | 'names'>;
}

/** A workload that was found. */
export interface Target {
  readonly reference: TargetRef;
  /** Where it runs now, sorted by id; at least one. */
  readonly places: readonly Place[];
  /** Why no requests come there, whatever agents do; undefined when they do, as far as is known. */
  readonly closedWay?: ClosedWay | undefined;
}

/** One network namespace that a workload runs in: a pod, or the owner of a container's namespace. */
export interface Place {
  /** Changes when the namespace does: a restarted target is another place. At most 63 characters of `[a-zA-Z0-9._-]`. */
  readonly id: string;
  /** How people call it, e.g. the container's name. */
  readonly name: string;
  /** Address for the platform itself: container id or pod. */
  readonly handle: string;
  /** What an agent does here that no session uses any more: it ends, or it stays some minutes for the next session. */
  readonly idleAgent: 'ends' | 'lingers';
  /** Whether placing an agent here that is cut short by its signal leaves nothing behind; absent = it may. */
  readonly undoesPlacing?: boolean;
  /**
   * User agents of the platform's own HTTP probes that may arrive on a port, `*` at the end standing for any rest: the
   * original answers them, whatever the service does. Empty where there are none.
   */
  readonly probeUserAgents: (port: number) => readonly string[];
  /** Whether the platform counts the workload as ready to answer here; true where it makes no difference. */
  readonly isReady: boolean;
  /** Its network is still being made: an agent that is placed here can be dialled only when that is there. */
  readonly isStarting: boolean;
  /** Why the workload's own program does not run here, e.g. `app: CrashLoopBackOff`; undefined while it does, as far as is told. */
  readonly trouble: string | undefined;
}

/** An agent that runs somewhere. */
export interface PlacedAgent {
  readonly placeId: string;
  /** Address for the platform itself. */
  readonly handle: string;
  /** What agent and session must both know, and never say; random, from the agent's own specification. */
  readonly secret: string;
  /** TCP port of 127.0.0.1 there that it listens on; undefined = a socket that nobody else can have. */
  readonly port: number | undefined;
}

/** What an agent is made from. */
export interface AgentSpec {
  readonly kind: AgentKind;
  /** Image reference. */
  readonly image: string;
  /** What it and its callers must both know; random. */
  readonly secret: string;
}
