import { isIPv4, isIPv6 } from 'node:net';
import type { ExtraHost } from '../model/workspace.ts';
import type { Fault } from './fault.ts';
import { quote } from './tree.ts';

/** Stands for the address at which containers reach this machine. */
const HOST_GATEWAY = 'host-gateway';

/** Parses `NAME:ADDRESS` or `NAME=ADDRESS`; an IPv6 address may stand in brackets. */
export function parseHostText(text: string): ExtraHost | Fault {
  const fault = (from: number, to: number, message: string, hint: string): Fault => {
    return { code: 'bad-host', from, to, message, hint };
  };
  const equals = text.indexOf('=');
  const separator = equals < 0 ? text.indexOf(':') : equals;
  if (separator < 0) {
    const hint = isIPv4(text) ? `write NAME:${text}` : `write ${text || 'NAME'}:ADDRESS`;
    return fault(0, text.length, `${quote(text)} is not of the form NAME:ADDRESS`, hint);
  }
  const name = text.slice(0, separator);
  const address = text.slice(separator + 1);
  if (isIPv4(name) && !isAddress(address) && hostNameFault(address) === undefined) {
    return fault(
      0,
      text.length,
      `the name comes before the address: ${quote(text)}`,
      `write ${address}:${name}`,
    );
  }
  const wrongName = hostNameFault(name);
  if (wrongName !== undefined) return fault(0, Math.max(1, name.length), wrongName.message, wrongName.hint);
  const wrongAddress = hostAddressFault(address);
  if (wrongAddress !== undefined) {
    const from = address === '' ? separator : separator + 1;
    return fault(from, text.length, wrongAddress.message, wrongAddress.hint);
  }
  return { name, address: withoutBrackets(address) };
}

/** Why a text cannot be the name of a host, and what to write instead; undefined when it can. */
export function hostNameFault(name: string): { readonly message: string; readonly hint: string } | undefined {
  if (name === '') return { message: 'the host has no name', hint: 'write NAME:ADDRESS' };
  if (/^[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?$/.test(name)) return undefined;
  return {
    message: `${quote(name)} cannot be the name of a host`,
    hint: 'letters, digits, - and . are allowed',
  };
}

/** Why a text is no address of a host, and what to write instead; undefined when it is one. */
export function hostAddressFault(
  address: string,
): { readonly message: string; readonly hint: string } | undefined {
  if (isAddress(address)) return undefined;
  return {
    message: address === '' ? 'the host has no address' : `${quote(address)} is no IP address`,
    hint: 'write an IPv4 or IPv6 address, or host-gateway for this machine',
  };
}

/** The address without the brackets that an IPv6 one may have. */
export function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1');
}

function isAddress(address: string): boolean {
  const bare = withoutBrackets(address);
  return address === HOST_GATEWAY || isIPv6(bare) || (isIPv4(address) && bare === address);
}
