import { DevenvError } from '../../src/common/errors.ts';
import type { NetworkInfo, NetworkSpec } from '../../src/engine/index.ts';

/** Networks every engine has. */
const PREDEFINED = new Set(['bridge', 'host', 'none']);

/** Networks of a fake engine. */
export class FakeNetworks {
  readonly #made = new Map<string, NetworkInfo>();
  #count = 0;

  list(labels: Readonly<Record<string, string>>): readonly NetworkInfo[] {
    return [...this.#made.values()]
      .filter((network) => hasLabels(network, labels))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(nameOrId: string): NetworkInfo | undefined {
    return [...this.#made.values()].find(({ name, id }) => name === nameOrId || id === nameOrId);
  }

  /** True for a name or id that a container can be attached to. */
  has(nameOrId: string): boolean {
    return PREDEFINED.has(nameOrId) || this.find(nameOrId) !== undefined;
  }

  create({ name, labels }: NetworkSpec): NetworkInfo {
    if (this.has(name)) {
      throw new DevenvError({
        code: 'session-conflict',
        message: `the network name ${name} is taken`,
        hint: `if nothing of yours needs it: docker network rm ${name}`,
        owner: 'user',
      });
    }
    const number = ++this.#count;
    const network: NetworkInfo = {
      id: `network${String(number).padStart(8, '0')}`,
      name,
      labels,
      subnets: [`172.30.${number}.0/24`, `fdfa:ce::${number.toString(16)}:0/112`],
    };
    this.#made.set(network.id, network);
    return network;
  }

  remove(id: string): void {
    this.#made.delete(id);
  }
}

/** True when something carries all these labels. */
export function hasLabels(
  owner: { readonly labels: Readonly<Record<string, string>> },
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(labels).every(([name, value]) => owner.labels[name] === value);
}
