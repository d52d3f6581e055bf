#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runProgram } from './program.ts';

// The only place that reads argv, hears signals and exits.
const ending = new AbortController();
const forced = new AbortController();
let signalCode: number | undefined;

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(signal, () => {
    if (ending.signal.aborted) forced.abort();
    signalCode ??= code;
    ending.abort();
  });
}

// A closed terminal or pipe must not end the session before it has given everything back.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const code = await runProgram(process.argv.slice(2), {
  environment: process.env,
  program: fileURLToPath(import.meta.url),
  directory: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  ending: ending.signal,
  forced: forced.signal,
});
process.exit(signalCode !== undefined && code === 0 ? signalCode : code);
