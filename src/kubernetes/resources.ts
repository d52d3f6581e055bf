import type { V1Container, V1Pod, V1ResourceFieldSelector } from '@kubernetes/client-node';
import { containerNamed } from './containers.ts';

const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** What the kubelet takes from the node where a container sets no limit. */
const OF_THE_NODE: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

/**
 * The value of a reference such as `limits.memory` in units of its divisor, rounded up. Where the container sets no such
 * limit it is what its node can give, undefined where that is not known; a request that it does not make is 0. Pure.
 */
export function resourceOf(
  pod: V1Pod,
  own: V1Container,
  { containerName, resource, divisor }: V1ResourceFieldSelector,
  allocatable: Readonly<Record<string, string>> = {},
): string | undefined {
  const container =
    (containerName === undefined ? undefined : containerNamed(pod.spec, containerName)) ?? own;
  const [kind, name = ''] = resource.split(/\.(.*)/s);
  const { limits, requests } = container.resources ?? {};
  const ofNode = OF_THE_NODE.includes(name) ? allocatable[name] : undefined;
  const quantity = kind === 'limits' ? (limits?.[name] ?? ofNode) : (requests?.[name] ?? '0');
  if (quantity === undefined) return undefined;
  const unit = numberOf(divisor === undefined || divisor === '0' ? '1' : divisor);
  return String(Math.ceil(numberOf(quantity) / unit));
}

/** A quantity such as `500m`, `1Gi` or `1e3` as a number; not a number for what is none. */
export function numberOf(quantity: string): number {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(quantity);
  return Number(match?.[1] ?? Number.NaN) * (UNITS[match?.[2] ?? ''] ?? Number.NaN);
}
