import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pause, withDeadline } from '../common/deadline.ts';
import { type ListeningSocket, parseListening } from '../common/listening-table.ts';
import type { Reporter } from '../model/event.ts';
import { namespaceOwner } from '../model/identity.ts';
import type { Debug, Service } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';
import { debuggerAnswers } from './debugger-answer.ts';

/** Pauses between looks, milliseconds: at first, at most, and after it was told that none is there. */
const LOOK_MS = { first: 200, slowest: 1000, told: 3000 };

/** How long a debugger may take to answer before what is seen in its place is told, milliseconds. */
const PATIENCE_MS = 20_000;

/** How long one look may take. */
const LOOK = { name: 'the look at what listens', ms: 5000 };

/** Addresses on which a service can be reached from outside of its container, as `ListeningSocket.address`. */
const LOOPBACK = /^(7f.{6}|0{31}1|0{20}ffff7f.{6})$/;

/** What is assumed of published ports of which nothing can be learnt. */
const UNKNOWN = { isHere: false, seesLoopback: false };

/** What telling works with. */
export interface TellDebuggerOptions {
  readonly runner: Runner;
  /** Project name. */
  readonly project: string;
  readonly report: Reporter;
}

/**
 * Tells when the debugger of a service that was started answers; and what is seen in its place when it has not for some
 * time. Resolves then, and when the container has ended or `signal` aborts. Never rejects.
 */
export async function tellDebugger(
  { name, debug }: Pick<Service, 'name'> & { readonly debug: Debug },
  containerId: string,
  options: TellDebuggerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { runner, report } = options;
  const resource = `debugger/${name}`;
  const begun = performance.now();
  let told = '';
  for (let wait = LOOK_MS.first; ; wait = Math.min(wait * 1.3, LOOK_MS.slowest)) {
    await pause(told === '' ? wait : LOOK_MS.told, signal);
    const obstacle = await obstacleTo(debug, name, options);
    if (signal.aborted) return;
    if (obstacle === undefined) {
      const reason = `${debug.type} on 127.0.0.1:${debug.port}; \`devenv debug-config\` tells it to an editor`;
      return report({ type: 'state', resource, state: 'up', reason });
    }
    if (!(await runs(runner, containerId))) return;
    if (performance.now() - begun < PATIENCE_MS || told === obstacle) continue;
    told = obstacle;
    report({ type: 'state', resource, state: 'waiting', reason: obstacle });
  }
}

/** What keeps the debugger from answering, in words; undefined when it answers. */
async function obstacleTo(
  debug: Debug,
  service: string,
  { runner, project }: TellDebuggerOptions,
): Promise<string | undefined> {
  const { type, port } = debug;
  const where = `${port} in the container`;
  const owner = namespaceOwner(project, service);
  const sockets = (await listening(runner, owner))?.filter((socket) => socket.port === port);
  if (sockets === undefined) return `it cannot be seen what listens on ${where}`;
  if (sockets.length === 0) return `nothing listens on ${where}`;
  const { isHere, seesLoopback } = await runner.publishing(owner).catch(() => UNKNOWN);
  if (!seesLoopback && sockets.every(({ address }) => LOOPBACK.test(address)))
    return `what listens on ${where} does so at 127.0.0.1 there, where this machine does not get: let it listen at 0.0.0.0`;
  // The ports of an engine elsewhere are not this machine's.
  if (!isHere || (await debuggerAnswers(debug))) return undefined;
  return `what listens on ${where} does not answer as ${type} does`;
}

/** What listens in a network namespace, as a program there sees it, without connecting; undefined when it is not to be had. */
async function listening(runner: Runner, owner: string): Promise<readonly ListeningSocket[] | undefined> {
  const output = new PassThrough();
  const said = text(output);
  const exec = {
    command: ['cat', '/proc/net/tcp', '/proc/net/tcp6'],
    environment: {},
    tty: false,
  };
  try {
    const errors = new PassThrough().resume();
    await withDeadline(LOOK, undefined, (signal) =>
      runner.exec(owner, exec, { input: undefined, output, errors }, signal),
    );
    output.end();
    return parseTables(await said);
  } catch {
    output.end();
    return undefined;
  }
}

/** Both tables begin with a line of titles. */
function parseTables(tables: string): readonly ListeningSocket[] {
  return tables
    .split(/^(?= *sl )/m)
    .filter((table) => table !== '')
    .flatMap(parseListening);
}

async function runs(runner: Runner, containerId: string): Promise<boolean> {
  try {
    return (await runner.findUnit(containerId))?.state === 'running';
  } catch {
    // An engine that does not answer says nothing of the container.
    return true;
  }
}
