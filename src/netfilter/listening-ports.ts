import { readFile } from 'node:fs/promises';
import { type ListeningSocket, listeningSockets } from './sock-diag.ts';

/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A';

/** 127.0.0.1 and ::1, and what includes them; as `ListeningSocket.address`. */
const LOOPBACK: ReadonlySet<string> = new Set([
  '7f000001',
  '00000000',
  `${'0'.repeat(31)}1`,
  '0'.repeat(32),
  `${'0'.repeat(20)}ffff7f000001`,
  `${'0'.repeat(20)}ffff00000000`,
]);

/**
 * TCP ports of this network namespace on which something answers at 127.0.0.1 or ::1. From /proc only where the kernel
 * has no other list.
 */
export async function listeningPorts(): Promise<ReadonlySet<number>> {
  const sockets = listeningSockets() ?? (await listeningInTables());
  return new Set(sockets.filter(({ address }) => LOOPBACK.has(address)).map(({ port }) => port));
}

async function listeningInTables(): Promise<readonly ListeningSocket[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  return tables.flatMap(parseListening);
}

/** The listening sockets in the text of /proc/net/tcp or tcp6. */
export function parseListening(table: string): readonly ListeningSocket[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => {
      const [address = '', port = ''] = fields[1]?.split(':') ?? [];
      return { port: Number.parseInt(port, 16), address: networkOrder(address) };
    });
}

/** The tables show addresses as numbers of four bytes, in the order of this machine, which is the reverse one. */
function networkOrder(address: string): string {
  const words = address.match(/.{8}/g) ?? [];
  return words.map((word) => Buffer.from(word, 'hex').reverse().toString('hex')).join('');
}
