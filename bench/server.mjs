// What is asked: a server with as little work of its own as possible, the same in the pod and on this machine.
// usage: node server.mjs WHO PORT…   GET / answers WHO; GET /bytes/N sends N bytes; POST takes what comes, then answers.
import { createServer } from 'node:net';

const [who = 'original', ...ports] = process.argv.slice(2);
const ANSWER = Buffer.from(`HTTP/1.1 200 OK\r\nx-answered-by: ${who}\r\ncontent-length: 2\r\n\r\nok`);
const BLOCK = Buffer.alloc(256 * 1024);

for (const port of ports) createServer({ noDelay: true }, serve).listen(Number(port), '0.0.0.0');

/** @param {import('node:net').Socket} socket */
function serve(socket) {
  let head = '';
  let bodyLeft = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (bodyLeft > 0) {
      bodyLeft -= chunk.length;
      if (bodyLeft <= 0) socket.write(ANSWER);
      return;
    }
    head += chunk.latin1Slice();
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const early = head.length - end - 4;
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const bytes = Number(/^GET \/bytes\/(\d+)/.exec(head)?.[1] ?? 0);
    head = '';
    if (bytes > 0) send(socket, bytes);
    else if (length > early) bodyLeft = length - early;
    else socket.write(ANSWER);
  });
}

/**
 * @param {import('node:net').Socket} socket
 * @param {number} bytes
 */
function send(socket, bytes) {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const block = left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK;
      left -= block.length;
      if (!socket.write(block)) {
        socket.once('drain', more);
        return;
      }
    }
  };
  socket.write(`HTTP/1.1 200 OK\r\nx-answered-by: ${who}\r\ncontent-length: ${bytes}\r\n\r\n`);
  more();
}
