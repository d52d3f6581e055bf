// The sidecar: what callers of the pod reach. Passes every request to the app on 127.0.0.1 over a pool of kept
// connections, as an OAuth2 proxy or a mesh would, and never tries one twice: a failure stays visible.
import { Agent, request as callApp, createServer } from 'node:http';

const PORT = 8080;
const APP = { host: '127.0.0.1', port: 8155 };
const pool = new Agent({ keepAlive: true, maxSockets: 64 });

const server = createServer((request, response) => {
  const forwarded = callApp(
    {
      ...APP,
      agent: pool,
      method: request.method,
      path: request.url,
      headers: {
        ...request.headers,
        connection: 'keep-alive',
        'x-forwarded-for': request.socket.remoteAddress,
      },
    },
    (answer) => {
      const { connection, 'keep-alive': keepAlive, ...headers } = answer.headers;
      response.writeHead(answer.statusCode, { ...headers, 'x-proxied-by': 'sidecar' });
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    },
  );
  forwarded.on('error', (error) => {
    if (response.headersSent) return response.destroy();
    response.writeHead(502, { 'content-type': 'application/json', 'x-answered-by': 'sidecar' });
    response.end(`${JSON.stringify({ error: `the app does not answer: ${error.message}` })}\n`);
  });
  response.on('close', () => {
    if (!response.writableFinished) forwarded.destroy();
  });
  request.pipe(forwarded);
});

server.keepAliveTimeout = 65_000;
server.listen(PORT, () => console.log(`sidecar listens on port ${PORT}`));

// Requests under way may finish, within the time that `docker stop` would grant.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 2_000);
});
