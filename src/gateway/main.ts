import { randomBytes } from 'node:crypto';
import { DevenvError, messageOf } from '../common/errors.ts';
import { EXEMPT_GROUP } from '../model/programs.ts';
import { gatewayTable, openTable } from '../netfilter/index.ts';
import { Names } from './names.ts';
import { Outbound } from './outbound.ts';
import { serveSession } from './session.ts';

/** Name of the table of packet rules in the service's network namespace. */
const TABLE = 'devenv';
const TCP_PORT = 15001;
const DNS_PORT = 15053;

/**
 * The gateway: sits in a service's network namespace and is its way into the workload's network. Environment:
 * `DEVENV_GATEWAY_SECRET` what callers must present; `DEVENV_SOCKET` Unix socket to listen on;
 * `DEVENV_OWN_SUBNETS` comma-separated ranges that the service reaches directly; `DEVENV_LOOPBACK_PORTS` comma-separated
 * ports of its own loopback addresses that lead to the workload's.
 */
async function main(): Promise<void> {
  const outbound = new Outbound();
  const names = new Names(outbound);
  await Promise.all([outbound.listen(TCP_PORT), names.listen(DNS_PORT)]);
  // Only now: from here on the service's connections come to the listeners.
  const table = await openTable(
    TABLE,
    gatewayTable(TABLE, {
      exemptGroup: EXEMPT_GROUP,
      tcpPort: TCP_PORT,
      dnsPort: DNS_PORT,
      ownSubnets: listIn('DEVENV_OWN_SUBNETS'),
      loopbackPorts: listIn('DEVENV_LOOPBACK_PORTS').map(Number),
    }),
  );
  void table.gone.then(() => exit('the packet rules are gone', 1));
  await serveSession({
    secret: setting('DEVENV_GATEWAY_SECRET'),
    instance: randomBytes(8).toString('hex'),
    socketPath: setting('DEVENV_SOCKET'),
    outbound,
    names,
  });
  console.error('gateway ready');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => exit(signal, 0));
}

function listIn(name: string): readonly string[] {
  return (process.env[name] ?? '').split(',').filter((entry) => entry !== '');
}

function setting(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new DevenvError({ code: 'usage', message: `the environment lacks ${name}`, owner: 'devenv' });
}

function exit(reason: string, code: number): void {
  console.error(`gateway ends: ${reason}`);
  process.exit(code);
}

main().catch((error) => exit(messageOf(error), 1));
