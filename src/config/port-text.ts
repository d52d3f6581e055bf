import { isIPv4, isIPv6 } from 'node:net';
import type { PublishedPort } from '../model/workspace.ts';
import type { Fault } from './fault.ts';
import { parsePortRange, portFault } from './port-range.ts';
import { quote } from './tree.ts';

/** Address that ports are published on unless the file names another. */
export const DEFAULT_HOST_IP = '127.0.0.1';

/**
 * The short form of published ports: `[[HOST_IP:][PUBLISHED]:]TARGET[/PROTOCOL]`. A range of targets stands for as many
 * ports; a range on this machine has as many, or is one of which the first port counts.
 */
export function parsePortText(text: string): readonly PublishedPort[] | Fault {
  const fault = (piece: Piece, message: string, hint?: string): Fault => {
    const { from, to } = piece;
    return { code: 'bad-port', from, to, message, ...(hint === undefined ? {} : { hint }) };
  };
  const whole: Piece = { text, from: 0, to: text.length };
  const slash = text.indexOf('/');
  const protocol = slash < 0 ? undefined : piece(text, slash + 1, text.length);
  const transport = protocol?.text.toLowerCase() ?? 'tcp';
  if (protocol !== undefined && transport !== 'tcp' && transport !== 'udp') {
    return fault(protocol, `the protocol of a port must be tcp or udp, not ${quote(protocol.text)}`);
  }
  const pieces = colonPieces(text, slash < 0 ? text.length : slash);
  const [target, published, host, surplus] = pieces.reverse();
  if (target === undefined || surplus !== undefined) {
    const ipv6 = surplus === undefined ? undefined : 'put an IPv6 address in brackets: "[::1]:8080:80"';
    return fault(whole, `${quote(text)} is no port`, ipv6 ?? 'write "8080:80"');
  }
  for (const number of [target, published]) {
    // Nothing before the colon is a free port.
    if (number === undefined || (number === published && number.text === '')) continue;
    const message = portFault(number.text);
    if (message === undefined) continue;
    const address = number === published && isIPv4(number.text);
    return fault(
      number,
      message,
      address ? `with a free port on that address: "${number.text}::${target.text}"` : undefined,
    );
  }
  const hostIp = host?.text.replace(/^\[(.*)\]$/, '$1');
  if (host !== undefined && hostIp !== undefined) {
    const message = hostIpFault(hostIp);
    if (message !== undefined) return fault(host, message.message, message.hint);
  }
  const paired = pairedPorts(target.text, published?.text);
  if (typeof paired === 'string') return fault(whole, paired, 'give as many ports on both sides');
  return paired.map((ports) => ({
    hostIp: hostIp ?? DEFAULT_HOST_IP,
    ...ports,
    protocol: transport === 'udp' ? 'udp' : 'tcp',
  }));
}

/**
 * Ports of the container with those of this machine, where each text is a number or a range and an empty one a free port;
 * a sentence when there are not as many of both.
 */
export function pairedPorts(
  target: string,
  published: string | undefined,
): readonly Pick<PublishedPort, 'published' | 'target'>[] | string {
  const inside = parsePortRange(target);
  const outside = published === undefined || published === '' ? undefined : parsePortRange(published);
  if (outside !== undefined && inside.length > 1 && outside.length !== inside.length)
    return `${inside.length} ports of the container cannot be ${outside.length} of this machine`;
  return inside.map((port, index) => ({ published: outside?.[index], target: port }));
}

/** Why a text is no address to listen on, and what to write instead; undefined when it is one. */
export function hostIpFault(text: string): { readonly message: string; readonly hint: string } | undefined {
  if (isIPv4(text) || isIPv6(text)) return undefined;
  const hint =
    text === 'localhost' ? 'write 127.0.0.1' : '127.0.0.1 is this machine alone, 0.0.0.0 every address of it';
  return { message: `${quote(text)} is no IP address`, hint };
}

/** A part of a text, and the offsets where it lies in it. */
export interface Piece {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

function piece(text: string, from: number, to: number): Piece {
  return { text: text.slice(from, to), from, to };
}

/** The pieces of a text between colons, up to an offset; one in brackets is kept whole. */
export function colonPieces(text: string, end: number): Piece[] {
  const pieces: Piece[] = [];
  for (let from = 0; from <= end; ) {
    const bracket = text[from] === '[' ? text.indexOf(']', from) : -1;
    const colon = text.indexOf(':', Math.max(from, bracket));
    const to = colon < 0 || colon > end ? end : colon;
    pieces.push(piece(text, from, to));
    from = to + 1;
  }
  return pieces;
}
