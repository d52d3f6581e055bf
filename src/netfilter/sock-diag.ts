import type { ListeningSocket } from '../common/listening-table.ts';
import {
  AF_INET,
  AF_INET6,
  ANSWER_BYTES,
  attribute,
  destroy,
  findConnection,
  ID_BYTES,
  ID_IN_ANSWER,
  INET_DIAG_INFO,
  INET_DIAG_SOCKOPT,
  idIn,
  type LoopbackConnection,
  list,
  SOURCE_IN_ID,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_LISTEN,
  withKernel,
} from './inet-diag.ts';

/**
 * The kernel's own list of sockets (netlink, linux/inet_diag.h). Read and acted upon within one turn of this program:
 * a separate program such as `ss` takes milliseconds in between, in which an idle connection can get a request. And the
 * kernel looks only where sockets of the wanted state are, while for /proc/net/tcp it walks through a table with room
 * for the connections of the whole machine, which takes milliseconds on a large one.
 */

/** Where an answer says the state of its socket; those in which it can be read. */
const STATE_IN_ANSWER = 1;
const OPEN: ReadonlySet<number> = new Set([TCP_ESTABLISHED, TCP_CLOSE_WAIT]);
/** Where in an answer, after its id, it is said how much was not read. */
const UNREAD_AFTER_ID = 4;
/** The bit of `struct inet_diag_sockopt` for a socket that takes connections to addresses that are not its own. */
const TRANSPARENT = 0x20;

/** What was sent so many round trips ago, and not lost, has arrived, whether that is acknowledged or not. */
const ARRIVED_ROUND_TRIPS = 4;

/** An established connection from the side of the server. Times are milliseconds. */
export interface ServedConnection {
  /** Tells the caller's end apart from all others. */
  readonly peer: string;
  /** Port of the caller. */
  readonly peerPort: number;
  /** The server is a transparent proxy: the port is the one that its caller wanted. Before Linux 5.10 never known. */
  readonly isOfProxy: boolean;
  /** Bytes the server has not read, or has sent and the caller may not have yet. */
  readonly pending: number;
  /** Bytes the caller sent, ever. */
  readonly received: number;
  /** Bytes the server sent, ever; before Linux 4.19, those the caller acknowledged. */
  readonly answered: number;
  /** Since the server last sent something; without an answer yet, since the connection was made. */
  readonly sentAgo: number;
  /** Since the server last received something. */
  readonly receivedAgo: number;
  /** Since the caller last acknowledged something, be it with what it sent: at most `receivedAgo`. */
  readonly acknowledgedAgo: number;
  /** In how many packets the caller's words came; before Linux 4.6, 0. */
  readonly packetsReceived: number;
  /** In how many packets the server's words went; before Linux 4.6, 0. */
  readonly packetsSent: number;
}

/**
 * Closes those established connections to `port` in this namespace that `isDue` picks, with a reset to both ends.
 * Returns how many others are left. Errors: `Error` when the kernel cannot close connections of others.
 */
export function closeConnections(port: number, isDue: (connection: ServedConnection) => boolean): number {
  return withKernel((fd) => {
    let left = 0;
    for (const family of [AF_INET, AF_INET6]) {
      for (const body of list(fd, family, TCP_ESTABLISHED, port) ?? []) {
        if (isDue(readConnection(body))) destroy(fd, family, idIn(body));
        else left += 1;
      }
    }
    return left;
  });
}

/**
 * How many established connections to `port` this namespace has, from the side of the server. Errors: `Error` where the
 * kernel cannot list them.
 */
export function connectionsTo(port: number): number {
  return withKernel((fd) => {
    const lists = [AF_INET, AF_INET6].map((family) => list(fd, family, TCP_ESTABLISHED, port));
    if (lists.includes(undefined)) throw new Error('the kernel does not list connections');
    return lists.flat().length;
  });
}

/**
 * How much has come to this end of a connection, and was not read, bytes. Undefined where there is no such connection, its end
 * was closed here, or the kernel does not tell.
 */
export function unreadBytes(connection: LoopbackConnection): number | undefined {
  try {
    const found = withKernel((fd) => findConnection(fd, connection));
    return found !== undefined && OPEN.has(found.readUInt8(STATE_IN_ANSWER))
      ? found.readUInt32LE(ID_IN_ANSWER + ID_BYTES + UNREAD_AFTER_ID)
      : undefined;
  } catch {
    return undefined;
  }
}

/** TCP sockets that listen in this namespace; undefined where the kernel cannot list them. */
export function listeningSockets(): readonly ListeningSocket[] | undefined {
  try {
    return withKernel((fd) => {
      const lists = [AF_INET, AF_INET6].map((family) => list(fd, family, TCP_LISTEN, 0));
      const bodies = lists.every((found) => found !== undefined) ? lists.flat() : undefined;
      return bodies?.map(readListening);
    });
  } catch {
    return undefined;
  }
}

function readListening(body: Buffer): ListeningSocket {
  const id = idIn(body);
  const bytes = body.readUInt8(0) === AF_INET ? 4 : 16;
  return { port: id.readUInt16BE(0), address: id.toString('hex', SOURCE_IN_ID, SOURCE_IN_ID + bytes) };
}

/** Reads `struct inet_diag_msg` and the `struct tcp_info` among its attributes. */
function readConnection(body: Buffer): ServedConnection {
  const counts = ID_IN_ANSWER + ID_BYTES;
  const attributes = body.subarray(ANSWER_BYTES);
  const info = attribute(attributes, INET_DIAG_INFO);
  const field = (at: number) => (info.length >= at + 4 ? info.readUInt32LE(at) : 0);
  const bytes = (at: number) => (info.length >= at + 8 ? Number(info.readBigUInt64LE(at)) : 0);
  const sentAgo = field(44);
  return {
    peer: `${body.toString('hex', ID_IN_ANSWER + 2, ID_IN_ANSWER + 4)}@${body.toString('hex', ID_IN_ANSWER + 20, ID_IN_ANSWER + 36)}`,
    peerPort: body.readUInt16BE(ID_IN_ANSWER + 2),
    isOfProxy: ((attribute(attributes, INET_DIAG_SOCKOPT)[0] ?? 0) & TRANSPARENT) !== 0,
    pending:
      body.readUInt32LE(counts + UNREAD_AFTER_ID) +
      (hasArrived(info, sentAgo) ? 0 : body.readUInt32LE(counts + 8)),
    sentAgo,
    receivedAgo: field(52),
    acknowledgedAgo: field(56),
    packetsReceived: field(152),
    packetsSent: field(156),
    answered: info.length >= 208 ? bytes(200) : bytes(120),
    received: bytes(128),
  };
}

/**
 * Whether the caller has got all that was sent to it. A caller that asks again within 40 ms acknowledges an answer only
 * with its next request (RFC 1122, 4.2.3.2), so that between the two there is always something unacknowledged.
 */
function hasArrived(info: Buffer, sentAgo: number): boolean {
  // Before Linux 4.6 it is not said what was not sent yet, nor how long a round trip takes.
  if (info.length < 152) return false;
  const wasTimedOut = info.readUInt8(2) > 0;
  const lost = info.readUInt32LE(32);
  const unsent = info.readUInt32LE(144);
  const roundTripMs = info.readUInt32LE(148) / 1000;
  return !wasTimedOut && lost === 0 && unsent === 0 && sentAgo >= ARRIVED_ROUND_TRIPS * roundTripMs;
}
