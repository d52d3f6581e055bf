import { isIP } from 'node:net';
import type { Forward } from '../model/forward.ts';
import type { Fault } from './fault.ts';
import { portFault } from './port-range.ts';
import { colonPieces, DEFAULT_HOST_IP, hostIpFault } from './port-text.ts';
import { quote } from './tree.ts';

/** What a short form says of a forward. */
export type ForwardText = Omit<Forward, 'target'>;

/** The short form of forwards: `[[HOST_IP:]LOCAL:]HOST:PORT`; without LOCAL the port of this machine has the same number. */
export function parseForwardText(text: string): ForwardText | Fault {
  const fault = (from: number, to: number, message: string, hint?: string): Fault => {
    return { code: 'bad-forward', from, to, message, ...(hint === undefined ? {} : { hint }) };
  };
  const whole = (message: string, hint: string) => fault(0, text.length, message, hint);
  const [port, host, local, address, surplus] = colonPieces(text, text.length).reverse();
  const isBareIPv6 = surplus !== undefined || /::/.test(text.replaceAll(/\[[^\]]*\]/g, ''));
  if (port === undefined || host === undefined || isBareIPv6) {
    const hint = isBareIPv6
      ? 'put an IPv6 address in brackets: "8080:[fd00::1]:80"'
      : `write HOST:PORT, such as "${/^\d*$/.test(text) ? `postgres:${text || 5432}` : `${text}:5432`}"`;
    return whole(`${quote(text)} does not say where it leads`, hint);
  }
  for (const number of [port, local]) {
    if (number === undefined) continue;
    const message = singlePortFault(number.text);
    if (message !== undefined) return fault(number.from, number.to, message);
  }
  const name = bare(host.text);
  const message = forwardedHostFault(name);
  if (message !== undefined) {
    const hint = /^\d+$/.test(name)
      ? `name what listens there: "${name}:HOST:${port.text}"`
      : 'write a name or an address as the workload knows it';
    return fault(host.from, host.to, message, hint);
  }
  const hostIp = address === undefined ? DEFAULT_HOST_IP : bare(address.text);
  const wrong = address === undefined ? undefined : hostIpFault(hostIp);
  if (address !== undefined && wrong !== undefined)
    return fault(address.from, address.to, wrong.message, wrong.hint);
  return { hostIp, local: Number(local?.text ?? port.text), host: name, port: Number(port.text) };
}

/** Why a text cannot be the host of a forward, as a sentence; undefined when it can. */
export function forwardedHostFault(host: string): string | undefined {
  if (isIP(host) !== 0) return undefined;
  const isName = host.length <= 253 && /^[a-zA-Z0-9_]([\w-]*\w)?(\.[a-zA-Z0-9_]([\w-]*\w)?)*\.?$/.test(host);
  return isName && !/^[\d.]+$/.test(host) ? undefined : `${quote(host)} is no name or address of a host`;
}

function singlePortFault(text: string): string | undefined {
  return text.includes('-') ? `${quote(text)} is no port number: a forward has one port` : portFault(text);
}

function bare(text: string): string {
  return text.replace(/^\[(.*)\]$/, '$1');
}
