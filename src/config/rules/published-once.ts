import { type PublishedPort, publishedPorts } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import type { Place } from '../read/reading.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A port of this machine is published once, a debugger's included. 0.0.0.0 and :: stand for every address. */
export const publishedOnce: Rule = (workspace, at): readonly Problem[] => {
  const problems: Problem[] = [];
  /** By what two ports must share to clash; few of them do. */
  const seen = new Map<string, { service: string; port: PublishedPort; place: Place }[]>();
  for (const service of workspace.services.values()) {
    for (const port of publishedPorts(service)) {
      // A debugger's port is none of the list.
      const place =
        service.debug !== undefined && !service.ports.includes(port)
          ? at(service.debug, 'port')
          : at(port, 'published');
      if (port.published === undefined) continue;
      const key = `${port.published}/${port.protocol}`;
      const same = seen.get(key) ?? [];
      seen.set(key, same);
      const earlier = same.find((other) => overlap(other.port, port));
      same.push({ service: service.name, port, place });
      if (earlier === undefined) continue;
      const first = earlier.place;
      const who =
        earlier.service === service.name ? 'already' : `by service ${quote(earlier.service)} as well`;
      problems.push(
        problemOf(
          place.node,
          place.path,
          {
            code: 'port-published-twice',
            message: `port ${port.published}/${port.protocol} of this machine is published ${who}`,
            hint: 'choose another port for one of them, or leave it out to get a free one',
            related: [
              { span: first.node.via ?? first.span, label: `${address(earlier.port)} is published here` },
            ],
          },
          place.span,
        ),
      );
    }
  }
  return problems;
};

function overlap(one: PublishedPort, other: PublishedPort): boolean {
  return one.hostIp === other.hostIp || isEvery(one.hostIp) || isEvery(other.hostIp);
}

function isEvery(hostIp: string): boolean {
  return hostIp === '0.0.0.0' || /^[0:]+$/.test(hostIp);
}

function address(port: PublishedPort): string {
  return port.hostIp.includes(':')
    ? `[${port.hostIp}]:${port.published}`
    : `${port.hostIp}:${port.published}`;
}
