import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An established connection as the kernel describes it from the side of the server. */
export interface TcpConnection {
  readonly localPort: number;
  /** Caller's address as `ss` writes it, IPv6 in brackets. */
  readonly peerHost: string;
  readonly peerPort: number;
  /** Bytes the server has not read, or the caller has not acknowledged. */
  readonly pending: number;
  /** Whether the caller ever sent anything. */
  readonly used: boolean;
  /** Milliseconds since the server sent something. */
  readonly sentAgo: number;
  /** Milliseconds since the server received something. */
  readonly receivedAgo: number;
}

/** Established connections to `port` in this namespace, loopback ones included. */
export async function listConnections(port: number): Promise<readonly TcpConnection[]> {
  const { stdout } = await run('ss', ['-tniOH', 'state', 'established', `( sport = :${port} )`]);
  return parseConnections(stdout);
}

/** Reads the output of `ss -tniOH`. */
export function parseConnections(output: string): readonly TcpConnection[] {
  return output
    .split('\n')
    .map(parseConnection)
    .filter((connection) => connection !== undefined);
}

/**
 * Closes connections to `port` from these callers, with a reset to both ends. Resolves to false when the kernel
 * cannot do that (no CONFIG_INET_DIAG_DESTROY).
 */
export async function closeConnections(connections: readonly TcpConnection[]): Promise<boolean> {
  if (connections.length === 0) return true;
  const [first] = connections;
  const callers = connections.map(({ peerHost, peerPort }) => `( dst ${peerHost} and dport = :${peerPort} )`);
  const filter = `( sport = :${first?.localPort} ) and ( ${callers.join(' or ')} )`;
  const { stderr } = await run('ss', ['-KtnOH', 'state', 'established', filter]);
  return !stderr.includes('Operation not supported');
}

function parseConnection(line: string): TcpConnection | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\S+):(\d+)\s+(\S+):(\d+)\s*(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, received, sent, , localPort, peerHost, peerPort, details = ''] = match;
  const detail = (name: string) => Number(new RegExp(`(?:^| )${name}:(\\d+)`).exec(details)?.[1] ?? 0);
  return {
    localPort: Number(localPort),
    peerHost: peerHost ?? '',
    peerPort: Number(peerPort),
    pending: Number(received) + Number(sent) + detail('unacked') + detail('notsent'),
    used: detail('bytes_received') > 0,
    sentAgo: detail('lastsnd'),
    receivedAgo: detail('lastrcv'),
  };
}
