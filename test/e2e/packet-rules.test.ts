import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { agentTable, interceptAdd } from '../../src/packet-rules/index.ts';
import { docker } from './world/docker.ts';
import { cli } from './world/paths.ts';

const run = promisify(execFile);

/** Asks over one connection before and after the rules are there, and then over a new one. */
const program = `
const { createServer, connect } = require('node:net');
const { execFileSync } = require('node:child_process');
const answering = (word) => createServer((socket) => socket.on('data', () => socket.write(word)));
const ask = (socket) => new Promise((resolve) => {
  socket.once('data', (answer) => resolve(String(answer)));
  socket.once('error', ({ code }) => resolve(code));
  socket.write('?');
});
answering('agent').listen(9999, '127.0.0.1');
answering('original').listen(8155, '127.0.0.1', async () => {
  const kept = connect(8155, '127.0.0.1');
  const answers = [await ask(kept)];
  execFileSync('nft', ['add table inet devenv; ' + process.argv[1]]);
  answers.push(await ask(kept), await ask(connect(8155, '127.0.0.1')));
  console.log(answers.join(' '));
  process.exit();
});
`;

it('a connection that is open when the first rules of a namespace come stays with the original', async () => {
  const image = (await run(process.execPath, [cli, 'image', 'build'])).stdout.trim();
  const rules = `${agentTable('devenv', { exemptGroup: 13370, knowsSockets: true })}; ${interceptAdd('devenv', 8155, 9999)}`;
  const words = ['--network', 'none', '--user', '0', '--cap-add', 'NET_ADMIN', '--entrypoint', 'node'];
  expect(await docker('run', '--rm', ...words, image, '-e', program, rules)).toBe('original original agent');
});
