#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runProgram } from './program.ts';

// The only place that reads argv, hears signals and exits.
const ending = new AbortController();
const forced = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (ending.signal.aborted) forced.abort();
    ending.abort(signal);
  });
}

// A closed terminal or pipe must not end the session before it has given everything back.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

process.exit(
  await runProgram(process.argv.slice(2), {
    environment: process.env,
    program: fileURLToPath(import.meta.url),
    directory: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ending: ending.signal,
    forced: forced.signal,
  }),
);
