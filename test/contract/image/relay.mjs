// Joins stdin and stdout to the Unix socket given as argument, as the relay of the product does.
import { connect } from 'node:net';

const socket = connect({ path: process.argv[2], allowHalfOpen: true });
socket.on('connect', () => {
  process.stderr.write('connected\n');
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
});
socket.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
socket.on('end', () => process.exit(0));
