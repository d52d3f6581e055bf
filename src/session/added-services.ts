import type { Workspace } from '../model/workspace.ts';

/**
 * What people want besides all that there is: `up` that names services leaves the others as they are. Several may ask while
 * a pass runs; of those that wait for the next one only the last makes it, with what all of them want.
 */
export class AddedServices {
  readonly #asked = new Set<Workspace>();

  /** Has it made by `make`, which is given the services of `now` with those of all who ask. Errors: those of `make`. */
  async add(
    asked: Workspace,
    now: () => Workspace,
    make: (load: () => Promise<Workspace>) => Promise<void>,
  ): Promise<void> {
    this.#asked.add(asked);
    try {
      await make(async () => [...this.#asked].reduce(withServicesOf, now()));
    } finally {
      this.#asked.delete(asked);
    }
  }
}

/** What `asked` says, and of `now` the services that it says nothing of. Pure. */
export function withServicesOf(now: Workspace, asked: Workspace): Workspace {
  return { ...asked, services: new Map([...now.services, ...asked.services]) };
}
