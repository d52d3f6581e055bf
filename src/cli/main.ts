#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ErrorFacts } from '../common/errors.ts';
import { faultLine, onFault } from '../common/faults.ts';
import { safeLine } from '../common/terminal-text.ts';
import { inputOf } from './input.ts';
import { listenToKeys } from './keyboard.ts';
import { runProgram } from './program.ts';

// The only place that reads argv, hears signals and exits.
const ending = new AbortController();
const forced = new AbortController();

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What else a program may be told that has this process's streams. */
const PASSED_ON = [...SIGNALS, 'SIGQUIT', 'SIGUSR2'] as const;
const hear = (signal: (typeof SIGNALS)[number]) => {
  if (ending.signal.aborted) forced.abort();
  ending.abort(signal);
};
const hearSignals = () => {
  for (const signal of SIGNALS) process.on(signal, hear);
};
hearSignals();

// Everything that a session keeps alive waits for the same signal: many listeners are no leak.
setMaxListeners(0);

// A closed terminal or pipe must not end the session before it has given everything back.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

let tellFault = (fault: ErrorFacts): void => {
  process.stderr.write(`unhandled: ${safeLine(faultLine(fault))}\n`);
  process.exit(1);
};
onFault((fault) => tellFault(fault));

const canAsk = process.stdin.isTTY === true && process.stderr.isTTY === true;
const code = await runProgram(process.argv.slice(2), {
  environment: process.env,
  program: fileURLToPath(import.meta.url),
  directory: process.cwd(),
  readInput: inputOf(process.stdin),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  columns: process.stderr.isTTY ? process.stderr.columns : undefined,
  canAsk,
  listenToKeys: canAsk ? (listener) => listenToKeys(process.stdin, listener) : undefined,
  interrupt: () => hear('SIGINT'),
  ending: ending.signal,
  forced: forced.signal,
  mortal: async (work) => {
    for (const signal of SIGNALS) process.off(signal, hear);
    try {
      return await work();
    } finally {
      hearSignals();
    }
  },
  onSignal: (listener) => {
    for (const signal of SIGNALS) process.off(signal, hear);
    for (const signal of PASSED_ON) process.on(signal, listener);
    return () => {
      for (const signal of PASSED_ON) process.off(signal, listener);
      hearSignals();
    };
  },
  surviveFaults: (tell) => {
    tellFault = tell;
  },
});
// All is done but what a slow reader of a pipe has not taken yet; nobody has to wait for that.
for (const signal of SIGNALS) process.on(signal, () => process.exit(code));
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(code);

/** Resolves when all that was written has gone out, or cannot any more. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
