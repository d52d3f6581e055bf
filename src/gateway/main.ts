import { messageOf } from '../common/errors.ts';
import { surviveFaults } from '../common/faults.ts';
import { connectionsTo, listeningPorts, openTable } from '../netfilter/index.ts';
import { gatewayTable, neighboursTable } from '../packet-rules/index.ts';
import {
  EXEMPT_GROUP,
  type GatewaySettings,
  NEIGHBOUR_RANGE,
  readGatewaySettings,
} from '../programs/index.ts';
import { controlMark } from './control-mark.ts';
import { ownAddresses, serveNeighbours } from './from-neighbours.ts';
import { Names } from './names.ts';
import { Outbound } from './outbound.ts';
import { relayPorts } from './relayed-ports.ts';
import { writeResolvConf } from './resolv-conf.ts';
import { listenForSession, SessionServer } from './session.ts';

/** Name of the table of packet rules in the service's network namespace. */
const TABLE = 'devenv';
const TCP_PORT = 15001;
const DNS_PORT = 15053;

/**
 * The gateway: sits in a service's network namespace and is its way into the workload's network. Its environment is a
 * `GatewaySettings`.
 */
async function main(): Promise<void> {
  const settings = readGatewaySettings(process.env);
  const { secret, socketPath, relayedPorts, leadsTo } = settings;
  const outbound = new Outbound();
  const names = new Names(outbound);
  await Promise.all([outbound.listen(TCP_PORT), leadsTo === 'workload' && names.listen(DNS_PORT)]);
  // Only now: from here on the service's connections come to the listeners.
  const table = await openTable(TABLE, tableFor(settings));
  void table.gone.then(() => exit('the packet rules are gone', 1));
  const server = new SessionServer({
    secret,
    outbound,
    names,
    listeningPorts,
    connectionsTo,
    serveNeighbour: serveNeighbours({ addresses: ownAddresses, publishedPorts: relayedPorts }),
    writeResolvConf,
    markControl: controlMark(socketPath),
  });
  surviveFaults((line) => server.tellFault(line));
  await relayPorts(relayedPorts, socketPath);
  await listenForSession(server, socketPath);
  console.error('gateway ready');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => exit(signal, 0));
}

function tableFor({ leadsTo, ownSubnets, loopbackPorts }: GatewaySettings): string {
  const own = { exemptGroup: EXEMPT_GROUP, tcpPort: TCP_PORT };
  return leadsTo === 'workload'
    ? gatewayTable(TABLE, { ...own, dnsPort: DNS_PORT, ownSubnets, loopbackPorts })
    : neighboursTable(TABLE, { ...own, ranges: [NEIGHBOUR_RANGE] });
}

function exit(reason: string, code: number): void {
  console.error(`gateway ends: ${reason}`);
  process.exit(code);
}

main().catch((error) => exit(messageOf(error), 1));
