import { DevenvError } from '../../src/common/errors.ts';
import type { PublishedPort } from '../../src/model/workspace.ts';

/** A port of this machine that is in use, with the number known. */
export type TakenPort = PublishedPort & { readonly published: number };

/** Ports of the machine a fake engine runs on. */
export class FakePorts {
  readonly #foreign: TakenPort[] = [];
  #lastChosen = 49_152;

  /** Some program of this machine listens on a TCP port. */
  occupy(port: number): void {
    this.#foreign.push({ hostIp: '0.0.0.0', published: port, target: port, protocol: 'tcp' });
  }

  /** Ends what `occupy` began. */
  release(port: number): void {
    const at = this.#foreign.findIndex((taken) => taken.published === port);
    if (at >= 0) this.#foreign.splice(at, 1);
  }

  /** Whether nothing has a port, neither a program of this machine nor a container. */
  isFree(port: PublishedPort, inUse: readonly TakenPort[]): boolean {
    const { published } = port;
    if (published === undefined) return true;
    return ![...this.#foreign, ...inUse].some((taken) => clash(taken, { ...port, published }));
  }

  /** What a container publishes, with chosen numbers. Errors: `port-taken`. */
  allocate(container: string, wanted: readonly PublishedPort[], inUse: readonly TakenPort[]): TakenPort[] {
    const taken = [...this.#foreign, ...inUse];
    const allocated = wanted.map((port) => ({ ...port, published: port.published ?? ++this.#lastChosen }));
    for (const port of allocated) {
      if (taken.some((other) => clash(other, port))) throw portTaken(container, port);
      taken.push(port);
    }
    return allocated.sort((a, b) => a.target - b.target || a.published - b.published);
  }
}

function clash(one: TakenPort, other: TakenPort): boolean {
  const sameAddress = one.hostIp === other.hostIp || one.hostIp === '0.0.0.0' || other.hostIp === '0.0.0.0';
  return sameAddress && one.published === other.published && one.protocol === other.protocol;
}

function portTaken(container: string, port: TakenPort): DevenvError {
  return new DevenvError({
    code: 'port-taken',
    message: `port ${port.published} of ${port.hostIp} on this machine is taken, so container ${container} cannot publish it`,
    hint: 'end what listens there, or publish another port',
    owner: 'user',
  });
}
