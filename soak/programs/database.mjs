// A neighbour of the pod that keeps state for each connection, as a database does: it answers each line with the
// connection's number and how many lines came on it.
import { createServer } from 'node:net';

let connections = 0;

createServer({ noDelay: true }, (socket) => {
  connections += 1;
  const connection = `${process.pid}-${Date.now().toString(36)}-${connections}`;
  let lines = 0;
  socket.on('data', (chunk) => {
    for (const byte of chunk) {
      if (byte !== 10) continue;
      lines += 1;
      socket.write(`${connection} ${lines}\n`);
    }
  });
  socket.on('error', () => {});
}).listen(5432);

process.on('SIGTERM', () => process.exit(0));
