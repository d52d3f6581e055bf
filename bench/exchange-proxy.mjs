// An exchange as a proxy, to be measured; bundled by exchange.mjs. usage: node … HOST PORT; prints its own port, and ends
// with its standard input, of which each line asks for its memory in bytes.
import { connect, createServer } from 'node:net';
import { exchange } from '../src/exchange/index.ts';
import { socketEndpoint } from '../src/tunnel/index.ts';

const [host, there] = process.argv.slice(2);

/** @param {string} key */
function upstream(key) {
  return {
    key,
    open: () => {
      const socket = connect({ host, port: Number(there), noDelay: true, allowHalfOpen: true });
      const accepted = new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
      return { ...socketEndpoint(socket), accepted };
    },
  };
}

const original = upstream('original');
const mine = upstream('mine');

const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  exchange(socketEndpoint(socket), {
    choose: ({ fields }) =>
      fields.some(({ name }) => name.toLowerCase() === 'x-user')
        ? { to: mine, otherwise: original }
        : { to: original },
    unreadable: () => original,
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
});
process.stdin.on('data', () => console.log(process.memoryUsage.rss()));
process.stdin.on('end', () => process.exit());
