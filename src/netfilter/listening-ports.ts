import { readFile } from 'node:fs/promises';
import { type ListeningSocket, parseListening } from '../common/listening-table.ts';
import { listeningSockets } from './sock-diag.ts';

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
  const sockets = await allListening();
  return new Set(sockets.filter(({ address }) => LOOPBACK.has(address)).map(({ port }) => port));
}

/** Whether something in this network namespace listens on a TCP port, at whichever address. */
export async function isListenedOn(port: number): Promise<boolean> {
  return (await allListening()).some((socket) => socket.port === port);
}

async function allListening(): Promise<readonly ListeningSocket[]> {
  return listeningSockets() ?? (await listeningInTables());
}

async function listeningInTables(): Promise<readonly ListeningSocket[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  return tables.flatMap(parseListening);
}
