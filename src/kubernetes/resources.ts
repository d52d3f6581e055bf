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

/**
 * The value of a reference such as `limits.memory` in units of its divisor, rounded up. Undefined when the container
 * sets no such limit: then the kubelet takes what its node has, which is nothing that a service here could use. Pure.
 */
export function resourceOf(
  pod: V1Pod,
  own: V1Container,
  { containerName, resource, divisor }: V1ResourceFieldSelector,
): string | undefined {
  const container =
    (containerName === undefined ? undefined : containerNamed(pod.spec, containerName)) ?? own;
  const [kind, name = ''] = resource.split(/\.(.*)/s);
  const quantity = (kind === 'limits' ? container.resources?.limits : container.resources?.requests)?.[name];
  if (quantity === undefined) return undefined;
  const unit = numberOf(divisor === undefined || divisor === '0' ? '1' : divisor);
  return String(Math.ceil(numberOf(quantity) / unit));
}

/** A quantity such as `500m`, `1Gi` or `1e3` as a number. */
function numberOf(quantity: string): number {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(quantity);
  return Number(match?.[1] ?? Number.NaN) * (UNITS[match?.[2] ?? ''] ?? Number.NaN);
}
