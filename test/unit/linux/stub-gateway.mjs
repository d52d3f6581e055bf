// In place of the gateway: listens where it is told to, and says what it can see.
import { createServer } from 'node:net';

createServer((socket) => {
  socket.on('error', () => {});
  socket.end('hello');
}).listen(process.env.DEVENV_SOCKET, () => console.error('ready'));
