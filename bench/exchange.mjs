// What it costs that each request of a connection is looked at: unmatched requests through an exchange, beside those through
// the least a proxy can do, and those straight to the server. Needs nothing but Node.
// usage: node bench/exchange.mjs [--runs N] [--seconds N]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from 'tsdown';
import { download, requestRate, roundTrips, upload } from './load.mjs';

const CONNECTIONS = 32;
const GIGABYTE = 2 ** 30;
const MEGABYTE = 2 ** 20;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '3' }, seconds: { type: 'string', default: '3' } },
});
const folder = import.meta.dirname;
const built = mkdtempSync(join(tmpdir(), 'bench-exchange-'));
/** @type {import('node:child_process').ChildProcess[]} */
const programs = [];

try {
  await build({
    config: false,
    entry: { proxy: join(folder, 'exchange-proxy.mjs') },
    outDir: built,
    logLevel: 'silent',
    platform: 'node',
    dts: false,
    outExtensions: () => ({ js: '.mjs' }),
  });
  const server = await freePort();
  start('server.mjs', 'original', String(server));
  const proxy = start(join(built, 'proxy.mjs'), '127.0.0.1', String(server));
  const memory = lines(proxy);
  const ways = {
    direct: server,
    'TCP proxy': Number(await lines(start('tcp-proxy.mjs', '127.0.0.1', String(server)))()),
    exchange: Number(await memory()),
  };
  for (let run = 0; run < Number(values.runs); run += 1)
    for (const [name, port] of Object.entries(ways)) await measure(name, { host: '127.0.0.1', port });
  await bodies({ host: '127.0.0.1', port: ways.exchange }, () => {
    proxy.stdin?.write('\n');
    return memory();
  });
} finally {
  for (const program of programs) program.kill();
  rmSync(built, { recursive: true });
}

/** @param {string} name @param {import('./load.mjs').Address} address */
async function measure(name, address) {
  await roundTrips(address, 500);
  const one = median(await roundTrips(address, 3000));
  const { perSecond } = await requestRate(address, CONNECTIONS, Number(values.seconds) * 1000);
  console.log(
    `${name.padEnd(10)} ${one.toFixed(3)} ms p50 on one connection, ${Math.round(perSecond)} requests/s on ${CONNECTIONS}`,
  );
}

/** @param {import('./load.mjs').Address} address @param {() => Promise<string>} rss */
async function bodies(address, rss) {
  const before = Number(await rss());
  const [up, down] = [await upload(address, GIGABYTE), await download(address, GIGABYTE)];
  const grown = (Number(await rss()) - before) / MEGABYTE;
  console.log(
    `bodies of 1 GiB through an exchange: ${up.toFixed(1)} Gbit/s up, ${down.toFixed(1)} down; ` +
      `its memory grew by ${Math.round(grown)} MiB`,
  );
}

/** @param {string} program @param {string[]} args */
function start(program, ...args) {
  const started = spawn(process.execPath, [join(program.startsWith('/') ? '' : folder, program), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  programs.push(started);
  return started;
}

/** Gives the lines that a program prints, one after the other. @param {import('node:child_process').ChildProcess} program */
function lines({ stdout }) {
  if (stdout === null) throw new Error('no output');
  const read = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async () => String((await read.next()).value);
}

/** @param {readonly number[]} times */
function median(times) {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

async function freePort() {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  taken.close();
  await once(taken, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
