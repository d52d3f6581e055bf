import { type PublishedPort, publishedPorts, type Workspace } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import type { At, Place } from '../read/reading.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** What listens on a port of this machine. */
interface Listener {
  /** Service that publishes it; undefined = a forward of the file. */
  readonly service: string | undefined;
  readonly hostIp: string;
  readonly number: number;
  readonly protocol: PublishedPort['protocol'];
  readonly place: Place;
}

/**
 * On a port of this machine one service listens, a debugger's port included, or one forward. 0.0.0.0 and :: stand for every
 * address.
 */
export const publishedOnce: Rule = (workspace, at): readonly Problem[] => {
  const problems: Problem[] = [];
  /** By what two ports must share to clash; few of them do. */
  const seen = new Map<string, Listener[]>();
  for (const listener of listenersOf(workspace, at)) {
    const key = `${listener.number}/${listener.protocol}`;
    const same = seen.get(key) ?? [];
    seen.set(key, same);
    const earlier = same.find((other) => overlap(other, listener));
    same.push(listener);
    if (earlier !== undefined) problems.push(clash(listener, earlier));
  }
  return problems;
};

function listenersOf({ services, forwards }: Workspace, at: At): readonly Listener[] {
  const published = [...services.values()].flatMap((service) =>
    publishedPorts(service).flatMap((port) => {
      if (port.published === undefined) return [];
      // A debugger's port is none of the list.
      const place =
        service.debug !== undefined && !service.ports.includes(port)
          ? at(service.debug, 'port')
          : at(port, 'published');
      const { hostIp, published: number, protocol } = port;
      return [{ service: service.name, hostIp, number, protocol, place }];
    }),
  );
  const forwarded = forwards.map((forward) => {
    const { hostIp, local: number } = forward;
    return { service: undefined, hostIp, number, protocol: 'tcp', place: at(forward) } as const;
  });
  return [...published, ...forwarded];
}

function clash(listener: Listener, earlier: Listener): Problem {
  const { service, number, protocol, place } = listener;
  const how = verbOf(earlier);
  const who =
    earlier.service === undefined || earlier.service === service
      ? 'already'
      : `by service ${quote(earlier.service)}${service === undefined ? '' : ' as well'}`;
  const facts = {
    code: 'port-published-twice',
    message: `port ${number}/${protocol} of this machine is ${how} ${who}`,
    hint:
      service === undefined
        ? 'choose another port for one of them'
        : 'choose another port for one of them, or leave it out to get a free one',
    related: [
      {
        span: earlier.place.node.via ?? earlier.place.span,
        label: `${addressText(earlier)} is ${how} here`,
      },
    ],
  };
  return problemOf(place.node, place.path, facts, place.span);
}

function verbOf({ service }: Listener): string {
  return service === undefined ? 'forwarded' : 'published';
}

function overlap(one: Listener, other: Listener): boolean {
  return one.hostIp === other.hostIp || isEvery(one.hostIp) || isEvery(other.hostIp);
}

function isEvery(hostIp: string): boolean {
  return hostIp === '0.0.0.0' || /^[0:]+$/.test(hostIp);
}

function addressText({ hostIp, number }: Listener): string {
  return hostIp.includes(':') ? `[${hostIp}]:${number}` : `${hostIp}:${number}`;
}
