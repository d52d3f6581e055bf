// Runs the contract's program as the only process of a real container.
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { contractProgram } from './program.mjs';

const ended = new AbortController();

contractProgram({
  words: process.argv,
  environment: process.env,
  ended: ended.signal,
  write: (stream, line) => process[stream].write(`${line}\n`),
  listen: (path, onConnection) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    });
    server.listen(path);
    // Callers of this machine need not be root.
    chmodSync(path, 0o777);
  },
  onStop: (callback) => process.on('SIGTERM', callback),
  exit: (code) => process.exit(code),
});

// What listens on nothing must not end for want of work.
setInterval(() => {}, 60_000);
