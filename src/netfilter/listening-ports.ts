import { readFile } from 'node:fs/promises';
import { listeningSockets } from './sock-diag.ts';

/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A';

/**
 * TCP ports on which anything listens in this network namespace, whatever address it is bound to. From /proc only where
 * the kernel has no other list.
 */
export async function listeningPorts(): Promise<ReadonlySet<number>> {
  const listed = listeningSockets();
  if (listed !== undefined) return new Set(listed);
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  return new Set(tables.flatMap(parseListening));
}

/** Ports of the listening sockets in the text of /proc/net/tcp or tcp6. */
export function parseListening(table: string): readonly number[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16));
}
