// Stands in for the proxy of a mesh. Gets the connections that packet rules send it, passes each on to where its caller
// wanted to go, and marks the first answer, so that callers see who was in between. Runs in the agent's image, whose
// native library tells the original destination.
//
//   MESH      its name, put into the header `x-mesh` of answers
//   INBOUND   port for what comes into the pod; a second one may follow: port for what leaves it
//   SOURCE    address it calls the pod's programs from; default: the kernel's choice
//   TRANSPARENT  gets connections under the addresses they were made to, without translation
//   PROBERS   as Istio has it: what to ask for which path of port 15020

import { createServer as createWebServer, request } from 'node:http';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';

const koffi = createRequire('/opt/devenv/')('koffi');
const libc = koffi.load('libc.so.6');
const getsockopt = libc.func(
  'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
);
const setsockopt = libc.func('int setsockopt(int fd, int level, int name, uint8_t *value, uint32_t length)');

const SOL_IP = 0;
const IP_TRANSPARENT = 19;
const SO_ORIGINAL_DST = 80;

const { MESH = '', INBOUND = '15006', SOURCE, TRANSPARENT, PROBERS = '{}' } = process.env;

for (const port of INBOUND.split(',').map(Number)) {
  const server = createServer({ allowHalfOpen: true }, (caller) => passOn(caller, wanted(caller)));
  server.listen(port, '0.0.0.0', () => {
    if (
      TRANSPARENT &&
      setsockopt(server._handle.fd, SOL_IP, IP_TRANSPARENT, Buffer.from([1, 0, 0, 0]), 4) !== 0
    )
      throw new Error('the socket does not become transparent');
    console.log(`${MESH} listens on ${port}`);
  });
}

/** Where the caller wanted to go. */
function wanted(caller) {
  if (TRANSPARENT) return { host: caller.localAddress, port: caller.localPort };
  const value = Buffer.alloc(16);
  getsockopt(caller._handle.fd, SOL_IP, SO_ORIGINAL_DST, value, [value.length]);
  return { host: [...value.subarray(4, 8)].join('.'), port: value.readUInt16BE(2) };
}

function passOn(caller, destination) {
  const app = connect({ ...destination, ...(SOURCE ? { localAddress: SOURCE } : {}), allowHalfOpen: true });
  caller.on('error', () => app.destroy());
  app.on('error', () => caller.destroy());
  app.once('data', (chunk) => {
    caller.write(chunk.toString('latin1').replace('\r\n', `\r\nx-mesh: ${MESH}\r\n`), 'latin1');
    app.pipe(caller);
  });
  caller.pipe(app);
}

// Probes come from the kubelet, which knows no mesh: its proxy asks the program for it, with the kubelet's own headers.
const probers = JSON.parse(PROBERS);
if (Object.keys(probers).length > 0)
  createWebServer((probe, response) => {
    const { port, path } = probers[probe.url].httpGet;
    const options = { host: process.env.POD_IP, port, path, headers: probe.headers, localAddress: SOURCE };
    const asked = request(options, (answer) => response.writeHead(answer.statusCode).end());
    asked.on('error', () => response.writeHead(503).end());
    asked.end();
  }).listen(15020);

process.on('SIGTERM', () => process.exit(0));
