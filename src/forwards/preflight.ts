import { createServer } from 'node:net';
import { errorFacts } from '../common/errors.ts';
import { listen } from '../common/listen.ts';
import { type Findings, joinedFindings } from '../model/findings.ts';
import type { Forward } from '../model/forward.ts';
import { portTaken } from './port-taken.ts';

/** Looks for ports of this machine on which nothing could listen; `open`: what this session has itself. */
export async function preflightForwards(
  forwards: readonly Forward[],
  open: readonly Forward[],
): Promise<Findings> {
  const wanted = forwards.filter(
    (forward) => !open.some(({ local, hostIp }) => local === forward.local && hostIp === forward.hostIp),
  );
  return joinedFindings(await Promise.all(wanted.map(tryForward)));
}

async function tryForward(forward: Forward): Promise<Partial<Findings>> {
  const server = createServer();
  try {
    await listen(server, { host: forward.hostIp, port: forward.local, exclusive: true }, () => {});
    return {};
  } catch (error) {
    return { problems: [errorFacts(portTaken(forward, error))] };
  } finally {
    server.close();
  }
}
