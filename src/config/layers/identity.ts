import { posix } from 'node:path';
import { isFault } from '../fault.ts';
import { parseForwardText } from '../forward-text.ts';
import { DEFAULT_HOST_IP } from '../port-text.ts';
import { entryOf, type Node } from '../tree.ts';
import { parseVolumeText } from '../volume-text.ts';
import { writtenTarget } from '../written-target.ts';

/** The text of a single value; undefined for anything else, and while its variables are unknown. */
export function textOf(item: Node): string | undefined {
  return item.kind === 'scalar' && item.unresolved !== true ? item.text : undefined;
}

/** The name of `NAME=value`. */
export function wordBeforeEquals(item: Node): string | undefined {
  return textOf(item)?.replace(/=.*$/s, '');
}

/** The path of `PATH:OPTIONS`. */
export function wordBeforeColon(item: Node): string | undefined {
  return withoutSlash(textOf(item)?.replace(/:.*$/s, ''));
}

/** Whose mounts they are, whether or not they can be written to. */
export function withoutMode(item: Node): string | undefined {
  return textOf(item)?.replace(/:r[ow]$/, '');
}

/** Where a mount stands in the container, in either form. */
export function mountPath(item: Node): string | undefined {
  const text = textOf(item);
  if (text === undefined) return withoutSlash(textUnder(item, 'target'));
  const parsed = parseVolumeText(text);
  return isFault(parsed) ? undefined : withoutSlash(parsed.target);
}

/** Where a device stands in the container: `HOST:CONTAINER:RIGHTS`, or the long form. */
export function devicePath(item: Node): string | undefined {
  const text = textOf(item);
  if (text === undefined) return textUnder(item, 'target') ?? textUnder(item, 'source');
  const [host, container] = text.split(':');
  return container ?? host;
}

/** Where a secret or config stands in the container; below `folder` unless it says so itself. */
export function secretPath(folder: string): (item: Node) => string | undefined {
  return (item) => {
    const target = textUnder(item, 'target') ?? textOf(item) ?? textUnder(item, 'source');
    return target === undefined ? undefined : posix.resolve(folder, target);
  };
}

/** `[[HOST_IP:][PUBLISHED]:]TARGET[/PROTOCOL]`, of whose numbers any may be a range. */
const SHORT_PORT =
  /^(?:(?:(?<host>\[[^\]]*\]|[\d.]+):)?(?<published>[\d-]*):)?(?<target>[\d-]+)(?:\/(?<protocol>\w+))?$/;

/** What a published port is known by, in either form: address, both numbers and protocol, as Compose has it. */
export function portIdentity(item: Node): string | undefined {
  const text = textOf(item);
  if (text !== undefined) {
    const parts = SHORT_PORT.exec(text)?.groups;
    if (parts === undefined) return text;
    const hostIp = parts['host']?.replace(/^\[(.*)\]$/, '$1') ?? DEFAULT_HOST_IP;
    return [hostIp, parts['published'], parts['target'], parts['protocol'] ?? 'tcp'].join(' ').toLowerCase();
  }
  const target = textUnder(item, 'target');
  if (target === undefined) return undefined;
  const hostIp = textUnder(item, 'host_ip') ?? DEFAULT_HOST_IP;
  return [hostIp, textUnder(item, 'published'), target, textUnder(item, 'protocol') ?? 'tcp'].join(' ');
}

/** The path of an env file as it is spelled, and where it begins, in either form. */
export function envFilePath(item: Node): string | undefined {
  const path = textOf(item) ?? textUnder(item, 'path');
  return path === undefined ? undefined : `${item.span.source.directory} ${path}`;
}

/** A name and its address, whichever sign is between them. */
export function hostAddress(item: Node): string | undefined {
  return textOf(item)
    ?.replace(/^([^=:]+)[=:]/, '$1=')
    .replace(/[[\]]/g, '');
}

/** The target of a bridge or of a source of variables, in either form. */
export function targetOf(item: Node): string | undefined {
  const target = item.kind === 'mapping' ? entryOf(item, 'target')?.value : undefined;
  return textOf(item) ?? (target === undefined ? undefined : (textOf(target) ?? longTarget(target)));
}

function longTarget(item: Node): string | undefined {
  const part = (key: string) => textUnder(item, key);
  const [kind, name] = [part('kind'), part('name')];
  if (kind === undefined || name === undefined) return undefined;
  return writtenTarget({ kind, name, namespace: part('namespace'), container: part('container') });
}

/** Address and number of this machine's side of a forward, in either form. */
export function forwardedPort(item: Node): string | undefined {
  const text = textOf(item);
  if (text === undefined) {
    const address = textUnder(item, 'host_ip') ?? DEFAULT_HOST_IP;
    return `${address} ${textUnder(item, 'local') ?? textUnder(item, 'port')}`;
  }
  const forward = parseForwardText(text);
  return isFault(forward) ? text : `${forward.hostIp} ${forward.local}`;
}

/** The workload's side of a bridged port, in either form. */
export function bridgedPort(item: Node): string | undefined {
  return textOf(item) ?? textUnder(item, 'container');
}

function textUnder(item: Node, key: string): string | undefined {
  const value = item.kind === 'mapping' ? entryOf(item, key)?.value : undefined;
  return value === undefined ? undefined : textOf(value);
}

function withoutSlash(path: string | undefined): string | undefined {
  return path === undefined ? undefined : posix.normalize(path).replace(/(.)\/$/, '$1');
}
