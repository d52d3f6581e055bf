// The original app, as it runs in the pod. It has a bug: GET /items/123 answers 500. Its copy in ../app is yours to fix.
import { createServer } from 'node:http';

const ANSWERED_BY = 'original';
const PORT = 8155;
const VAULT = 'http://vault:9000';

// Another container of the pod's network, published to nobody else.
async function findUser(id) {
  const response = await fetch(`${VAULT}/users/${id}`, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`the vault has no user ${id}`);
  return response.json();
}

async function readItem(id) {
  const record = await findUser(id);
  return { item_id: id, Email: record.Email.toLowerCase() };
}

async function answer(request) {
  const { pathname, searchParams } = new URL(request.url, 'http://app');
  const item = /^\/items\/(\d+)$/.exec(pathname);
  if (item) return readItem(Number(item[1]));
  switch (pathname) {
    case '/':
      return { from: ANSWERED_BY };
    case '/slow':
      await new Promise((resolve) => setTimeout(resolve, Number(searchParams.get('ms') ?? 300)));
      return { from: ANSWERED_BY };
    case '/who':
      return { from: ANSWERED_BY, caller: request.socket.remoteAddress };
    default:
      return undefined;
  }
}

/** Something new four times a second, until the caller has enough. */
function events(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-answered-by': ANSWERED_BY });
  const timer = setInterval(() => response.write(`data: ${ANSWERED_BY}\n\n`), 250);
  response.on('close', () => clearInterval(timer));
}

function send(response, status, body) {
  // While the server closes, each answer is the last one on its connection.
  if (!server.listening) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json', 'x-answered-by': ANSWERED_BY });
  response.end(`${JSON.stringify(body)}\n`);
}

const server = createServer(async (request, response) => {
  try {
    if (request.url === '/events') return events(response);
    const body = await answer(request);
    if (body) send(response, 200, body);
    else send(response, 404, { error: 'not found' });
  } catch (error) {
    console.error(`${request.method} ${request.url}:`, error);
    send(response, 500, { error: String(error.cause ?? error) });
  }
});

// Longer than any pause between two requests of a proxy's pool, so that this side never closes first.
server.keepAliveTimeout = 65_000;
server.listen(PORT, () => console.log(`${ANSWERED_BY} app listens on port ${PORT}`));

// Requests under way may finish, within the time that `docker stop` would grant.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), 2_000);
});
