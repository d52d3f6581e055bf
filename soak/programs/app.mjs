// The app of the soak, the same in the pod and on this machine. usage: node app.mjs NAME PORT…
//   /                      answers at once
//   /slow?ms=N             answers after so long
//   /events                something new four times a second, until the caller has enough; a WebSocket gets the same
//   /download?seconds=N    a long body, a piece every 100 ms
//   /database              asks the database over the one connection that this process keeps to it
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';

const [name = 'app', ...ports] = process.argv.slice(2);
const PIECE = Buffer.alloc(64 * 1024, name);
const PIECES_PER_SECOND = 10;
const NEWS_MS = 250;
const DATABASE_LIMIT_MS = 20_000;
/** What RFC 6455 has a server add to a WebSocket's key. */
const WEB_SOCKET_SALT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** @type {import('node:net').Socket | undefined} */
let database;

const servers = ports.map((port) => {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://app');
    const answer = (/** @type {number} */ status, /** @type {unknown} */ body) => {
      // While the server closes, each answer is the last one on its connection.
      if (!server.listening) response.setHeader('connection', 'close');
      response.writeHead(status, { 'content-type': 'application/json', 'x-answered-by': name });
      response.end(`${JSON.stringify(body)}\n`);
    };
    switch (pathname) {
      case '/':
        return answer(200, { from: name });
      case '/slow':
        return void setTimeout(() => answer(200, { from: name }), Number(searchParams.get('ms')));
      case '/events':
        return events(response);
      case '/download':
        return download(response, Number(searchParams.get('seconds')));
      case '/database':
        return void askDatabase().then(
          (words) => answer(200, words),
          (error) => answer(503, { error: error.message }),
        );
      default:
        return answer(404, {});
    }
  });
  server.on('upgrade', (request, socket) => webSocket(request, socket));
  // Longer than any pause between two requests of a proxy's pool, so that this side never closes first.
  server.keepAliveTimeout = 65_000;
  return server.listen(Number(port));
});

/** @param {import('node:http').ServerResponse} response */
function events(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-answered-by': name });
  const timer = setInterval(() => response.write(`data: ${name}\n\n`), NEWS_MS);
  response.on('close', () => clearInterval(timer));
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} seconds
 */
function download(response, seconds) {
  let left = seconds * PIECES_PER_SECOND;
  response.writeHead(200, { 'content-length': left * PIECE.length, 'x-answered-by': name });
  const timer = setInterval(() => {
    response.write(PIECE);
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    response.end();
  }, 1000 / PIECES_PER_SECOND);
  response.on('close', () => clearInterval(timer));
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:stream').Duplex} socket
 */
function webSocket(request, socket) {
  const key = `${request.headers['sec-websocket-key']}${WEB_SOCKET_SALT}`;
  const accept = createHash('sha1').update(key).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-answered-by: ${name}\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  // A text frame that is its message's only one.
  const frame = Buffer.concat([Buffer.from([0x81, name.length]), Buffer.from(name)]);
  const timer = setInterval(() => socket.write(frame), NEWS_MS);
  // What the caller says, its farewell included, is read and left at that.
  socket.on('data', () => {});
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.on('close', () => clearInterval(timer));
}

/** @returns {Promise<{ connection: string, count: number }>} which connection it was, and how often that was asked */
function askDatabase() {
  const asked = database ?? connectToDatabase();
  return new Promise((resolve, reject) => {
    const finish = (/** @type {() => void} */ settle) => {
      clearTimeout(timer);
      asked.off('data', onData).off('error', onError).off('close', onClose);
      settle();
    };
    const fail = (/** @type {string} */ why) => {
      asked.destroy();
      finish(() => reject(new Error(`the database: ${why}`)));
    };
    const onData = (/** @type {Buffer} */ line) => {
      const [connection = '', count = ''] = line.toString().trim().split(' ');
      finish(() => resolve({ connection, count: Number(count) }));
    };
    const onError = (/** @type {Error} */ error) => fail(error.message);
    const onClose = () => fail('the connection was closed');
    const timer = setTimeout(() => fail('no answer'), DATABASE_LIMIT_MS);
    asked.on('data', onData).on('error', onError).on('close', onClose);
    asked.write('next\n');
  });
}

/** The one connection, until it ends, whether somebody waits for an answer at that moment or not. */
function connectToDatabase() {
  const made = connect({ host: 'database', port: 5432, noDelay: true }).setMaxListeners(0);
  database = made;
  made.on('error', () => {});
  made.on('close', () => {
    if (database === made) database = undefined;
  });
  return made;
}

// Requests under way may finish, within the time that a container's stop would grant.
process.on('SIGTERM', () => {
  for (const server of servers) {
    server.close();
    server.closeIdleConnections();
  }
  setTimeout(() => process.exit(0), 2000);
});
