import { connect } from 'node:net';
import { onFault } from '../common/faults.ts';

/**
 * Joins its standard input and output to a Unix socket: the way to a program's socket where it cannot be reached as a
 * file. Argument: the socket's path. Says `connected` on standard error once it is, or why it is not; whoever started
 * it waits for that. Ends when either side does, so that the program notices a dead caller.
 */
onFault(fail);
const socket = connect(process.argv[2] ?? '');
socket.on('connect', () => process.stderr.write('connected\n'));
process.stdin.pipe(socket);
socket.pipe(process.stdout);
socket.on('error', fail);
process.stdin.on('error', fail);
// What was read last may still be on its way through the pipe.
socket.on('close', () => process.stdout.write('', () => process.exit(0)));
process.stdin.on('end', () => socket.end());
process.stdout.on('error', () => process.exit(0));

function fail({ message }: { readonly message: string }): void {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
