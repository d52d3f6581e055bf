import { startupSnapshot } from 'node:v8';
import { messageOf } from '../common/errors.ts';
import { surviveFaults } from '../common/faults.ts';
import { openTable } from '../netfilter/index.ts';
import { agentTable } from '../packet-rules/index.ts';
import { EXEMPT_GROUP, readAgentSettings } from '../programs/index.ts';
import { BOUNDS, loadTunnels, StreamBudget } from '../tunnel/index.ts';
import { Claims } from './claims.ts';
import { Intercept } from './intercept.ts';
import { readResolver } from './resolver.ts';
import { listenForSessions, Sessions } from './sessions.ts';
import { beThrifty } from './thrift.ts';
import { endsWithin } from './timings.ts';

/** Name of the table of packet rules in the workload's network namespace. */
const TABLE = 'devenv';

/** The agent: sits in a workload's network namespace and serves sessions. Its environment is an `AgentSettings`. */
async function main(): Promise<void> {
  const { secret, listenOn, lingerMs, intercepts, graceMs } = readAgentSettings(process.env);
  const intercept = intercepts ? await openIntercept() : undefined;
  const budget = new StreamBudget(BOUNDS.agent);
  const claims = new Claims(intercept, () => budget.isFull);
  if (intercept !== undefined) {
    intercept.onConnection = (socket, destination) => claims.connection(socket, destination);
    intercept.onLapse = (port) => claims.lapsed(port);
  }
  const sessions = new Sessions({
    secret,
    port: typeof listenOn === 'number' ? listenOn : undefined,
    resolver: await readResolver(),
    claims,
    budget,
    lingerMs,
    end: (reason) => exit(reason, 0),
  });
  surviveFaults((line) => sessions.tellFault(line));
  await listenForSessions(sessions, listenOn);
  beThrifty();
  console.error('agent ready');
  // The first session is on its way: what its tunnel needs is there when it comes.
  setImmediate(loadTunnels);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      const why = graceMs === undefined ? 'its agent was stopped' : 'its pod ends';
      void claims.withdrawAll(endsWithin(graceMs), why).finally(() => exit(signal, 0));
    });
  }
}

async function openIntercept(): Promise<Intercept> {
  const rules = (knowsSockets: boolean) => agentTable(TABLE, { exemptGroup: EXEMPT_GROUP, knowsSockets });
  const table = await openTable(TABLE, rules(true), rules(false));
  // Without its table an agent cannot intercept; a fresh one can.
  void table.gone.then(() => exit('the packet rules are gone', 1));
  return await Intercept.open(table);
}

function exit(reason: string, code: number): void {
  console.error(`agent ends: ${reason}`);
  process.exit(code);
}

const begin = () => void main().catch((error) => exit(messageOf(error), 1));

// Of a snapshot of this program that was made with the image, see `entrypoint.sh`, it begins here as well.
if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(begin);
else begin();
