import { writeFile } from 'node:fs/promises';
import type { ResolverSettings } from '../protocol/index.ts';

/**
 * Gives the service the workload's search list and options. The file belongs to this container and is shared with every
 * container that joined it; it must be written in place. The name server stays the engine's address: lookups are
 * redirected to this program wherever they go.
 */
export async function writeResolvConf(resolver: ResolverSettings): Promise<void> {
  const lines = ['nameserver 127.0.0.11'];
  if (resolver.search.length > 0) lines.push(`search ${resolver.search.join(' ')}`);
  if (resolver.options.length > 0) lines.push(`options ${resolver.options.join(' ')}`);
  await writeFile('/etc/resolv.conf', `${lines.join('\n')}\n`);
}
