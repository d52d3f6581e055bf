import { libc } from './libc.ts';

/**
 * How the kernel is asked for its sockets: netlink (linux/netlink.h, linux/inet_diag.h). All within one turn of this
 * program.
 */

/** IPv4. */
export const AF_INET = 2;
/** IPv6. */
export const AF_INET6 = 10;
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
/** State of a connection. */
export const TCP_ESTABLISHED = 1;
/** State of one whose other end has said all. */
export const TCP_CLOSE_WAIT = 8;
/** State of what is listened on. */
export const TCP_LISTEN = 10;
/** The attribute `struct tcp_info`. */
export const INET_DIAG_INFO = 2;
/** The attribute `struct inet_diag_sockopt`. */
export const INET_DIAG_SOCKOPT = 22;
const EOPNOTSUPP = 95;

const HEADER_BYTES = 16;
/** Where `struct inet_diag_sockid` lies in a request. */
const ID_IN_REQUEST = 8;
/** And in an answer. */
export const ID_IN_ANSWER = 4;
/** Its size. */
export const ID_BYTES = 48;
/** Where the address of the socket itself lies in it. */
export const SOURCE_IN_ID = 4;
/** And that of the other end; and what the kernel calls one socket among all that ever were: all ones, when it is any. */
const DESTINATION_IN_ID = 20;
const COOKIE_IN_ID = 40;
const REQUEST_BYTES = ID_IN_REQUEST + ID_BYTES;
/** Size of `struct inet_diag_msg`. */
export const ANSWER_BYTES = ID_IN_ANSWER + ID_BYTES + 20;
const BUFFER_BYTES = 64 * 1024;

const socket = libc('int socket(int domain, int type, int protocol)');
const send = libc('long send(int fd, const uint8_t *data, size_t length, int flags)');
const recv = libc('long recv(int fd, _Out_ uint8_t *data, size_t length, int flags)');
const close = libc('int close(int fd)');

/** A connection that was made within this machine, from one of its ends. */
export interface LoopbackConnection {
  /** Of both ends. */
  readonly address: '127.0.0.1' | '::1';
  /** Of this end. */
  readonly port: number;
  /** Of the other end. */
  readonly peerPort: number;
}

/** Asks the kernel. Errors: `Error` where it cannot be asked. */
export function withKernel<T>(work: (fd: number) => T): T {
  const fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
  if (fd < 0) throw new Error('the kernel does not list sockets');
  try {
    return work(fd);
  } finally {
    close(fd);
  }
}

/** Sockets in a state, as `struct inet_diag_msg`; on a local port, or all with 0. Undefined when the kernel refuses. */
export function list(fd: number, family: number, state: number, port: number): readonly Buffer[] | undefined {
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

/** The `struct inet_diag_sockid` of an answer. */
export function idIn(body: Buffer): Buffer {
  return body.subarray(ID_IN_ANSWER, ID_IN_ANSWER + ID_BYTES);
}

/** One connection of this namespace, as `struct inet_diag_msg`; undefined where there is none. */
export function findConnection(
  fd: number,
  { address, port, peerPort }: LoopbackConnection,
): Buffer | undefined {
  const family = address === '::1' ? AF_INET6 : AF_INET;
  const bytes = address === '::1' ? [...Array(15).fill(0), 1] : [127, 0, 0, 1];
  const id = Buffer.alloc(ID_BYTES);
  id.writeUInt16BE(port, 0);
  id.writeUInt16BE(peerPort, 2);
  id.set(bytes, SOURCE_IN_ID);
  id.set(bytes, DESTINATION_IN_ID);
  id.fill(0xff, COOKIE_IN_ID);
  ask(fd, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, requestOf(family, TCP_ESTABLISHED, id));
  const [answer] = answers(fd);
  return answer?.type === SOCK_DIAG_BY_FAMILY ? Buffer.from(answer.body) : undefined;
}

/** Closes a socket that was listed. Errors: `Error` when the kernel cannot. */
export function destroy(fd: number, family: number, id: Buffer): void {
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

function aligned(size: number): number {
  return (size + 3) & ~3;
}

/** One of the attributes that follow a `struct inet_diag_msg`; empty where it is not among them. */
export function attribute(attributes: Buffer, wanted: number): Buffer {
  for (let at = 0; at + 4 <= attributes.length; ) {
    const size = attributes.readUInt16LE(at);
    if (attributes.readUInt16LE(at + 2) === wanted) return attributes.subarray(at + 4, at + size);
    at += aligned(Math.max(size, 4));
  }
  return Buffer.alloc(0);
}
