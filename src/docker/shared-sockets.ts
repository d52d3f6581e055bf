import { join, relative } from 'node:path';
import type { ContainerInspectInfo } from 'dockerode';
import { socketDirectoryLabel } from './socket-directory.ts';

/** Directories that nobody uses any more are looked for so often, milliseconds, when further ones are made. */
const SWEEP_MS = 60_000;

/** A directory of this machine that a container has its sockets in. */
interface Shared {
  /** On this machine. */
  readonly directory: string;
  /** In the container. */
  readonly mountedAt: string;
}

/**
 * What is remembered of the directories that containers share for their sockets. A container keeps its mounts for life,
 * and whoever waits for a socket to be there dials again and again: the engine need not be asked each time.
 */
export class SharedSockets {
  readonly #shared = new Map<string, Shared>();
  #sweptAt = Number.NEGATIVE_INFINITY;

  /** Path on this machine of a socket in a container that was learned of before; undefined when it was not. */
  pathOf(containerId: string, socketPath: string): string | undefined {
    const shared = this.#shared.get(containerId);
    if (shared === undefined) return undefined;
    const within = relative(shared.mountedAt, socketPath);
    return within.startsWith('..') ? undefined : join(shared.directory, within);
  }

  /** Learns where a container's sockets are, if it shares them. */
  learn(raw: ContainerInspectInfo): void {
    const directory = raw.Config.Labels?.[socketDirectoryLabel];
    const mount = raw.Mounts.find((candidate) => candidate.Source === directory);
    if (directory === undefined || mount === undefined) return;
    this.#shared.set(raw.Id, { directory, mountedAt: mount.Destination });
  }

  /** Whether to look for directories that are left; true once in a while. */
  isTimeToSweep(): boolean {
    if (performance.now() - this.#sweptAt < SWEEP_MS) return false;
    this.#sweptAt = performance.now();
    return true;
  }

  /** A container is gone. */
  forget(containerId: string): void {
    this.#shared.delete(containerId);
  }
}
