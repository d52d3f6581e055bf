// The vault: data that only the pod's network can reach. GET /users/123 answers a record, GET /secret a text,
// GET /who the address it was called from.
import { createServer } from 'node:http';

const PORT = 9000;
const USERS = { 123: { id: 123, name: 'John', email: 'john@gefyra.dev' } };

const server = createServer((request, response) => {
  const user = /^\/users\/(\d+)$/.exec(request.url);
  if (user) return user[1] in USERS ? sendJson(response, 200, USERS[user[1]]) : sendJson(response, 404, {});
  if (request.url === '/who') return sendJson(response, 200, { caller: request.socket.remoteAddress });
  if (request.url === '/secret') return response.end('the cluster keeps this to itself\n');
  sendJson(response, 404, {});
});

function sendJson(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

server.listen(PORT, () => console.log(`vault listens on port ${PORT}`));

// Requests under way may finish, within the time that `docker stop` would grant.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 2_000);
});
