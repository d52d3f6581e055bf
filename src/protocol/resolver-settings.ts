import { fieldsOf, list, textEntry } from './decode.ts';

/** How names are looked up beside the workload. */
export interface ResolverSettings {
  /** Domains tried for short names, in order. */
  readonly search: readonly string[];
  /** `options` of resolv.conf, e.g. `ndots:5`. */
  readonly options: readonly string[];
}

/** No resolv.conf of use has more; the C library stops far earlier. */
const MOST = { entries: 32, domainLength: 253 } as const;

/** A domain that may stand in a resolv.conf: nothing that ends its line or its word. */
const DOMAIN = /^(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?$|^\.$/;

const OPTION = /^[a-z0-9-]{1,40}(?::\d{1,5})?$/;

/**
 * Reads how names are looked up. It comes from a pod, and goes into a file of the service's: what could say something
 * else there is left out, as the C library leaves out what it does not understand. Errors: `protocol-mismatch`.
 */
export function resolverOf(value: unknown): ResolverSettings {
  const fields = fieldsOf(value, 'the resolver');
  const some = (name: string, isOne: (entry: string) => boolean) =>
    list(fields, name, textEntry).slice(0, MOST.entries).filter(isOne);
  return {
    search: some('search', (domain) => domain.length <= MOST.domainLength && DOMAIN.test(domain)),
    options: some('options', (option) => OPTION.test(option)),
  };
}
