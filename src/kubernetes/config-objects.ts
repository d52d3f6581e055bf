import type { ClusterApi } from './api.ts';
import { statusOf } from './failures.ts';

interface RawObject {
  readonly data?: Readonly<Record<string, string>>;
  /** Of ConfigMaps only. */
  readonly binaryData?: Readonly<Record<string, string>>;
}

/**
 * The entries of a ConfigMap or Secret as bytes; undefined when it does not exist. Variables have no binary ones.
 * Errors: `permission-missing`.
 */
export async function readDecoded(
  api: ClusterApi,
  kind: 'ConfigMap' | 'Secret',
  name: string,
  binary: 'with binary ones' | 'for variables' = 'with binary ones',
): Promise<ReadonlyMap<string, Buffer> | undefined> {
  const path = `/api/v1/namespaces/${api.cluster.namespace}/${kind.toLowerCase()}s/${name}`;
  let found: RawObject;
  try {
    found = await api.send<RawObject>({ doing: `read ${kind} ${name}`, path });
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
  const decoded = (entries: RawObject['data'], encoding: BufferEncoding) =>
    Object.entries(entries ?? {}).map(([key, value]) => [key, Buffer.from(value, encoding)] as const);
  return new Map([
    ...decoded(found.data, kind === 'Secret' ? 'base64' : 'utf8'),
    ...(binary === 'for variables' ? [] : decoded(found.binaryData, 'base64')),
  ]);
}
