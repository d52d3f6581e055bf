import type { ListeningSocket } from '../common/listening-table.ts';
import { libc } from './libc.ts';

/**
 * The kernel's own list of sockets (netlink, linux/inet_diag.h). Read and acted upon within one turn of this program:
 * a separate program such as `ss` takes milliseconds in between, in which an idle connection can get a request. And the
 * kernel looks only where sockets of the wanted state are, while for /proc/net/tcp it walks through a table with room
 * for the connections of the whole machine, which takes milliseconds on a large one.
 */

const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_SOCK_DIAG = 4;
const IPPROTO_TCP = 6;
const SOCK_DIAG_BY_FAMILY = 20;
const SOCK_DESTROY = 21;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_DUMP = 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const TCP_ESTABLISHED = 1;
const TCP_LISTEN = 10;
const INET_DIAG_INFO = 2;
const INET_DIAG_SOCKOPT = 22;
/** The bit of `struct inet_diag_sockopt` for a socket that takes connections to addresses that are not its own. */
const TRANSPARENT = 0x20;
const EOPNOTSUPP = 95;

const HEADER_BYTES = 16;
/** Where `struct inet_diag_sockid` lies in the request and in the answer, and its size. */
const ID_IN_REQUEST = 8;
const ID_IN_ANSWER = 4;
const ID_BYTES = 48;
/** Where the address of the socket itself lies in it. */
const SOURCE_IN_ID = 4;
const REQUEST_BYTES = ID_IN_REQUEST + ID_BYTES;
const ANSWER_BYTES = ID_IN_ANSWER + ID_BYTES + 20;
const BUFFER_BYTES = 64 * 1024;

/** What was sent so many round trips ago, and not lost, has arrived, whether that is acknowledged or not. */
const ARRIVED_ROUND_TRIPS = 4;

const socket = libc('int socket(int domain, int type, int protocol)');
const send = libc('long send(int fd, const uint8_t *data, size_t length, int flags)');
const recv = libc('long recv(int fd, _Out_ uint8_t *data, size_t length, int flags)');
const close = libc('int close(int fd)');

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

function withKernel<T>(work: (fd: number) => T): T {
  const fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
  if (fd < 0) throw new Error('the kernel does not list sockets');
  try {
    return work(fd);
  } finally {
    close(fd);
  }
}

/** Sockets in a state, as `struct inet_diag_msg`; on a local port, or all with 0. Undefined when the kernel refuses. */
function list(fd: number, family: number, state: number, port: number): readonly Buffer[] | undefined {
  const id = Buffer.alloc(ID_BYTES);
  id.writeUInt16BE(port, 0);
  ask(fd, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, requestOf(family, state, id));
  const found: Buffer[] = [];
  for (;;) {
    for (const { type, body } of answers(fd)) {
      if (type === NLMSG_ERROR) return undefined;
      if (type === NLMSG_DONE) return found;
      found.push(Buffer.from(body));
    }
  }
}

function idIn(body: Buffer): Buffer {
  return body.subarray(ID_IN_ANSWER, ID_IN_ANSWER + ID_BYTES);
}

function destroy(fd: number, family: number, id: Buffer): void {
  ask(fd, SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, requestOf(family, TCP_ESTABLISHED, id));
  const [answer] = answers(fd);
  // Zero is done; a connection that ended in the meantime is none the worse.
  const error = answer === undefined ? 0 : -answer.body.readInt32LE(0);
  if (error === EOPNOTSUPP) throw new Error('this kernel cannot close connections of other programs');
}

function requestOf(family: number, state: number, id: Buffer): Buffer {
  const request = Buffer.alloc(REQUEST_BYTES);
  request.writeUInt8(family, 0);
  request.writeUInt8(IPPROTO_TCP, 1);
  request.writeUInt8(1 << (INET_DIAG_INFO - 1), 2);
  request.writeUInt32LE(1 << state, 4);
  id.copy(request, ID_IN_REQUEST);
  return request;
}

function ask(fd: number, type: number, flags: number, body: Buffer): void {
  const message = Buffer.alloc(HEADER_BYTES + body.length);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt16LE(type, 4);
  message.writeUInt16LE(flags, 6);
  body.copy(message, HEADER_BYTES);
  if (send(fd, message, message.length, 0) < 0) throw new Error('the kernel was not asked for its sockets');
}

/** What the kernel answers is read into this: the list of sockets is asked for many times a second. */
const packet = Buffer.alloc(BUFFER_BYTES);

/** The messages of one answer packet, which the next one overwrites. */
function answers(fd: number): readonly { readonly type: number; readonly body: Buffer }[] {
  const length = recv(fd, packet, packet.length, 0);
  const messages = [];
  for (let at = 0; at + HEADER_BYTES <= length; ) {
    const size = packet.readUInt32LE(at);
    messages.push({ type: packet.readUInt16LE(at + 4), body: packet.subarray(at + HEADER_BYTES, at + size) });
    at += aligned(size);
  }
  // A closed socket would otherwise be asked for ever.
  return length <= 0 ? [{ type: NLMSG_DONE, body: Buffer.alloc(4) }] : messages;
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
    pending: body.readUInt32LE(counts + 4) + (hasArrived(info, sentAgo) ? 0 : body.readUInt32LE(counts + 8)),
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

function attribute(attributes: Buffer, wanted: number): Buffer {
  for (let at = 0; at + 4 <= attributes.length; ) {
    const size = attributes.readUInt16LE(at);
    if (attributes.readUInt16LE(at + 2) === wanted) return attributes.subarray(at + 4, at + size);
    at += aligned(Math.max(size, 4));
  }
  return Buffer.alloc(0);
}

function aligned(size: number): number {
  return (size + 3) & ~3;
}
