import { connect } from 'node:net';

/**
 * Joins its standard input and output to a Unix socket: the way to a program's socket where it cannot be reached as a
 * file. Argument: the socket's path. Says `connected` on standard error once it is, or why it is not; whoever started
 * it waits for that. Ends when either side does, so that the program notices a dead caller. Started for each stream,
 * so it loads nothing else.
 */
// Whatever goes wrong, its socket and its pipes included, comes here.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
const socket = connect(process.argv[2] ?? '');
socket.on('connect', () => process.stderr.write('connected\n'));
process.stdin.pipe(socket);
socket.pipe(process.stdout);
// What was read last may still be on its way through the pipe.
socket.on('close', () => process.stdout.write('', () => process.exit(0)));
process.stdin.on('end', () => socket.end());
process.stdout.on('error', () => process.exit(0));
