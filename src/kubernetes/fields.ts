import type { V1Pod } from '@kubernetes/client-node';

/**
 * The field of a pod that a downward reference names; undefined when the pod has none of that name. Knows the fields
 * that Kubernetes allows in `fieldRef` of variables and volumes. Pure.
 */
export function fieldOf({ metadata, spec, status }: V1Pod, path: string): string | undefined {
  const entry = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (entry !== null) {
    const [, kind, key = ''] = entry;
    return (kind === 'labels' ? metadata?.labels : metadata?.annotations)?.[key] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return metadata?.name;
    case 'metadata.namespace':
      return metadata?.namespace;
    case 'metadata.uid':
      return metadata?.uid;
    case 'metadata.labels':
      return listed(metadata?.labels);
    case 'metadata.annotations':
      return listed(metadata?.annotations);
    case 'spec.nodeName':
      return spec?.nodeName;
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName;
    case 'status.hostIP':
      return status?.hostIP;
    case 'status.hostIPs':
      return status?.hostIPs?.map(({ ip }) => ip).join(',');
    case 'status.podIP':
      return status?.podIP;
    case 'status.podIPs':
      return status?.podIPs?.map(({ ip }) => ip).join(',');
    default:
      return undefined;
  }
}

/** All labels or annotations, a line each, as volumes have them. */
function listed(entries: Readonly<Record<string, string>> = {}): string {
  return Object.entries(entries)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
