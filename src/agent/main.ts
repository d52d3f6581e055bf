import { randomBytes } from 'node:crypto';
import { DevenvError, messageOf } from '../common/errors.ts';
import { EXEMPT_GROUP } from '../model/programs.ts';
import { agentTable, openTable } from '../netfilter/index.ts';
import { Claims } from './claims.ts';
import { Intercept } from './intercept.ts';
import { readResolver } from './resolver.ts';
import { serveSessions } from './sessions.ts';

/** Name of the table of packet rules in the workload's network namespace. */
const TABLE = 'devenv';

/**
 * The agent: sits in a workload's network namespace and serves sessions. Environment:
 * `DEVENV_AGENT_SECRET` what callers must present; `DEVENV_SOCKET` Unix socket to listen on, or else `DEVENV_PORT` port
 * of 127.0.0.1; `DEVENV_AGENT_LINGER_MS` how long to stay without a session (default five minutes);
 * `DEVENV_INTERCEPTS`, when `no`: it takes no ports over, and needs no capability.
 */
async function main(): Promise<void> {
  const secret = setting('DEVENV_AGENT_SECRET');
  const intercept = process.env['DEVENV_INTERCEPTS'] === 'no' ? undefined : await openIntercept();
  const claims = new Claims(intercept);
  if (intercept !== undefined)
    intercept.onConnection = (socket, destination) => claims.connection(socket, destination);
  const resolver = await readResolver();
  await serveSessions({
    secret,
    instance: randomBytes(8).toString('hex'),
    resolver,
    claims,
    listenOn: process.env['DEVENV_SOCKET'] || Number(setting('DEVENV_PORT')),
    lingerMs: Number(process.env['DEVENV_AGENT_LINGER_MS'] ?? 300_000),
    end: (reason) => exit(reason, 0),
  });
  console.error('agent ready');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void claims.withdrawAll().finally(() => exit(signal, 0));
    });
  }
}

async function openIntercept(): Promise<Intercept> {
  const table = await openTable(TABLE, agentTable(TABLE, EXEMPT_GROUP));
  // Without its table an agent cannot intercept; a fresh one can.
  void table.gone.then(() => exit('the packet rules are gone', 1));
  return await Intercept.open(table);
}

function setting(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new DevenvError({ code: 'usage', message: `the environment lacks ${name}`, owner: 'devenv' });
}

function exit(reason: string, code: number): void {
  console.error(`agent ends: ${reason}`);
  process.exit(code);
}

main().catch((error) => exit(messageOf(error), 1));
