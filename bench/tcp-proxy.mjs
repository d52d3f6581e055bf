// The least a user-space proxy can do, to compare with. usage: node tcp-proxy.mjs HOST PORT; prints its own
// port, and ends with its standard input.
import { connect, createServer } from 'node:net';

const [host, there] = process.argv.slice(2);
const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ host, port: Number(there), noDelay: true });
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
process.stdin.resume().on('end', () => process.exit());
