import { createHash } from 'node:crypto';
import type { NetworkInspectInfo } from 'dockerode';
import { DevenvError } from '../common/errors.ts';
import type { NetworkInfo, NetworkSpec } from '../engine/index.ts';
import { ask, type DockerAccess } from './access.ts';
import { type Refusal, refusalOf } from './failures.ts';
import { labelFilters } from './label-filters.ts';
import { orMissing } from './or-missing.ts';

/** How many IPv6 ranges are tried before the network is made without IPv6. */
const IPV6_ATTEMPTS = 3;

/** See `Engine.listNetworks`. */
export async function listNetworks(
  access: DockerAccess,
  labels: Readonly<Record<string, string>>,
): Promise<readonly NetworkInfo[]> {
  const listed = await ask(access.location, {
    doing: 'list networks',
    call: () => access.docker.listNetworks(labelFilters(labels)),
  });
  return listed.map(networkInfo).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** See `Engine.createNetwork`. */
export async function createNetwork(access: DockerAccess, spec: NetworkSpec): Promise<NetworkInfo> {
  return await ask(access.location, {
    doing: `create network ${spec.name}`,
    call: async () => {
      const id = (await createWithIpv6(access, spec)) ?? (await create(access, spec, undefined));
      return networkInfo(await access.docker.getNetwork(id).inspect());
    },
    refused: (refusal) => networkRefused(spec.name, refusal),
  });
}

/** See `Engine.removeNetwork`. */
export async function removeNetwork(access: DockerAccess, id: string): Promise<void> {
  await ask(access.location, {
    doing: `remove network ${id}`,
    call: () => orMissing(access.docker.getNetwork(id).remove()),
  });
}

/** A private IPv6 range for a network of this name; another one for each attempt. */
export function privateRange(name: string, attempt: number): string {
  const hash = createHash('sha256').update(`${name}#${attempt}`).digest('hex');
  const groups = [`fd${hash.slice(0, 2)}`, hash.slice(2, 6), hash.slice(6, 10), hash.slice(10, 14)];
  return `${groups.join(':')}::/64`;
}

/** Undefined when engine or kernel have no IPv6 to give. */
async function createWithIpv6(access: DockerAccess, spec: NetworkSpec): Promise<string | undefined> {
  for (let attempt = 0; attempt < IPV6_ATTEMPTS; attempt++) {
    try {
      return await create(access, spec, privateRange(spec.name, attempt));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined || isNameTaken(refusal)) throw error;
      if (!/overlap/i.test(refusal.words)) return undefined;
    }
  }
  return undefined;
}

async function create(access: DockerAccess, spec: NetworkSpec, range: string | undefined): Promise<string> {
  const network = await access.docker.createNetwork({
    Name: spec.name,
    Driver: 'bridge',
    CheckDuplicate: true,
    Labels: { ...spec.labels },
    ...(range === undefined
      ? {}
      : { EnableIPv6: true, IPAM: { Driver: 'default', Config: [{ Subnet: range }] } }),
  });
  return network.id;
}

function networkInfo(raw: NetworkInspectInfo): NetworkInfo {
  const ranges: readonly { readonly Subnet?: string | undefined }[] = raw.IPAM?.Config ?? [];
  return {
    id: raw.Id,
    name: raw.Name,
    labels: raw.Labels ?? {},
    subnets: ranges.flatMap((range) => range.Subnet ?? []),
  };
}

function networkRefused(name: string, refusal: Refusal): DevenvError | undefined {
  if (isNameTaken(refusal)) {
    return new DevenvError({
      code: 'session-conflict',
      message: `the network name ${name} is taken`,
      hint: `if nothing of yours needs it: docker network rm ${name}`,
      evidence: [refusal.words],
      owner: 'user',
    });
  }
  if (/non-overlapping|predefined address pools|all predefined/i.test(refusal.words)) {
    return new DevenvError({
      code: 'engine-failed',
      message: `the engine has no address range left for network ${name}: ${refusal.words}`,
      hint: 'remove networks that nothing uses: docker network prune',
      owner: 'environment',
    });
  }
  return undefined;
}

function isNameTaken(refusal: Refusal): boolean {
  return refusal.status === 409 || /already exists/i.test(refusal.words);
}
