import { isIPv4 } from 'node:net';
import { fieldsOf, flag, list, mismatch, number, port, portEntry, text, textEntry, words } from './decode.ts';
import { type ResolverSettings, resolverOf } from './resolver-settings.ts';

/** Names of the file's services, as their neighbours look them up. */
export interface ServiceNames {
  /** Those of services that take no workload's traffic. */
  readonly own: readonly string[];
  readonly bridged: readonly string[];
}

/** A name and the address it stands for. */
export interface NamedAddress {
  readonly name: string;
  /** IPv4. */
  readonly address: string;
}

/** What a session asks of a gateway on its control duplex. */
export type GatewayRequest =
  /** How the service's names are looked up. May come again when the target has moved. */
  | {
      readonly type: 'configure';
      readonly id: number;
      readonly resolver: ResolverSettings;
      /** Names of the file's services: looked up on this machine, whatever the workload's resolver says. */
      readonly names: readonly string[];
      /** Names of those that take a workload's traffic: looked up on this machine where the workload knows none. */
      readonly bridged: readonly string[];
    }
  /**
   * Names of the file's services that lead to no container of the service's own network, and what else the session leads to:
   * connections to these addresses go to it.
   */
  | { readonly type: 'neighbours'; readonly id: number; readonly addresses: readonly NamedAddress[] }
  /** These ports of the service are bridged: say from now on whether something listens there, and let streams in to no other. */
  | { readonly type: 'watch'; readonly id: number; readonly ports: readonly number[] }
  /** How many connections to a port of the service there are now. */
  | { readonly type: 'connected'; readonly id: number; readonly port: number };

/** What a gateway says on its control duplex. */
export type GatewayEvent =
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly reason: string }
  /** Answer to `connected`. */
  | { readonly type: 'connected'; readonly id: number; readonly count: number }
  /** Something began or ceased to listen on a watched port; also sent once when the watch begins. */
  | { readonly type: 'listening'; readonly port: number; readonly listening: boolean }
  /** Something went wrong in the gateway that was not foreseen, in one line; it goes on. */
  | { readonly type: 'fault'; readonly message: string };

/** Errors: `protocol-mismatch`. */
export function decodeGatewayRequest(value: unknown): GatewayRequest {
  const fields = fieldsOf(value, 'the request');
  const type = text(fields, 'type');
  const id = number(fields, 'id');
  switch (type) {
    case 'configure':
      return {
        type,
        id,
        resolver: resolverOf(fields['resolver']),
        names: list(fields, 'names', textEntry),
        bridged: list(fields, 'bridged', textEntry),
      };
    case 'neighbours':
      return { type, id, addresses: list(fields, 'addresses', namedAddressIn) };
    case 'watch':
      return { type, id, ports: list(fields, 'ports', portEntry) };
    case 'connected':
      return { type, id, port: port(fields, 'port') };
    default:
      throw mismatch(`unknown request ${type}`);
  }
}

/** Undefined for an event of a newer gateway that this version does not know. Errors: `protocol-mismatch`. */
export function decodeGatewayEvent(value: unknown): GatewayEvent | undefined {
  const fields = fieldsOf(value, 'the event');
  const type = text(fields, 'type');
  switch (type) {
    case 'done':
      return { type, id: number(fields, 'id') };
    case 'refused':
      return { type, id: number(fields, 'id'), reason: words(fields, 'reason') };
    case 'connected':
      return { type, id: number(fields, 'id'), count: number(fields, 'count') };
    case 'listening':
      return { type, port: port(fields, 'port'), listening: flag(fields, 'listening') };
    case 'fault':
      return { type, message: words(fields, 'message') };
    default:
      return undefined;
  }
}

function namedAddressIn(entry: unknown): NamedAddress {
  const fields = fieldsOf(entry, 'an address');
  const address = text(fields, 'address');
  if (!isIPv4(address)) throw mismatch(`${JSON.stringify(address.slice(0, 80))} is no IPv4 address`);
  return { name: text(fields, 'name'), address };
}
