// A DNS server for tests, run in a container: answers for names under `outside.test` and denies all others, so that no
// query leaves the machine. Prints each question. With --wait it only waits until the server in this container answers.
import dgram from 'node:dgram';
import net from 'node:net';
import packet from 'dns-packet';

const PORT = 53;
const TTL = 5;
/** The response code for a name that does not exist. */
const NAME_ERROR = 3;

const RECORDS = [
  { name: 'www.outside.test', type: 'A', data: '192.0.2.10' },
  { name: 'www.outside.test', type: 'A', data: '192.0.2.11' },
  { name: 'www.outside.test', type: 'AAAA', data: '2001:db8::10' },
  { name: 'alias.outside.test', type: 'CNAME', data: 'www.outside.test' },
  { name: 'outside.test', type: 'TXT', data: ['a text', 'in two strings'] },
  { name: 'outside.test', type: 'MX', data: { preference: 10, exchange: 'mail.outside.test' } },
  {
    name: '_chat._tcp.outside.test',
    type: 'SRV',
    data: { priority: 1, weight: 2, port: 5222, target: 'www.outside.test' },
  },
  // More than fits into a datagram: the asker has to come again by TCP.
  {
    name: 'long.outside.test',
    type: 'TXT',
    data: Array.from({ length: 40 }, (_, index) => `${index} `.padEnd(100, '.')),
  },
];

if (process.argv.includes('--wait')) waitUntilItAnswers();
else serve();

function serve() {
  const udp = dgram.createSocket('udp4');
  udp.on('message', (message, caller) => {
    const answer = respond(message, 'udp', caller.address);
    if (answer) udp.send(answer, caller.port, caller.address);
  });
  udp.bind(PORT);

  const tcp = net.createServer((socket) => {
    let seen = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      seen = Buffer.concat([seen, chunk]);
      while (seen.length >= 2 && seen.length >= 2 + seen.readUInt16BE(0)) {
        const end = 2 + seen.readUInt16BE(0);
        const answer = respond(seen.subarray(2, end), 'tcp', socket.remoteAddress);
        seen = seen.subarray(end);
        if (!answer) return socket.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([length, answer]));
      }
    });
  });
  tcp.listen(PORT);
  process.on('SIGTERM', () => process.exit(0));
}

/** The answer's bytes; undefined for what is no question. */
function respond(message, transport, caller) {
  let query;
  try {
    query = packet.decode(message);
  } catch {
    return undefined;
  }
  const question = query.questions?.[0];
  if (query.type !== 'query' || !question) return undefined;
  console.log(`${transport} ${question.type} ${question.name}`);

  const name = question.name.toLowerCase();
  const answers = find(name, question.type, caller);
  const known = answers.length > 0 || RECORDS.some((record) => record.name === name);
  const response = {
    type: 'response',
    id: query.id,
    flags: packet.AUTHORITATIVE_ANSWER | (query.flags & packet.RECURSION_DESIRED) | (known ? 0 : NAME_ERROR),
    questions: [question],
    answers,
  };
  const bytes = packet.encode(response);
  if (transport === 'tcp' || bytes.length <= datagramLimit(query)) return bytes;
  return packet.encode({ ...response, flags: response.flags | packet.TRUNCATED_RESPONSE, answers: [] });
}

function find(name, type, caller) {
  // Tells who asked, so that a test can prove from where a query came.
  if (name === 'whoami.outside.test' && type === 'TXT')
    return [{ name, type, ttl: TTL, data: String(caller) }];
  const own = RECORDS.filter((record) => record.name === name);
  const alias = own.find((record) => record.type === 'CNAME');
  if (alias && type !== 'CNAME') return [{ ...alias, ttl: TTL }, ...find(alias.data, type, caller)];
  return own.filter((record) => record.type === type).map((record) => ({ ...record, ttl: TTL }));
}

/** What the asker can take: 512 bytes, or what its EDNS record says. */
function datagramLimit(query) {
  const edns = query.additionals?.find((record) => record.type === 'OPT');
  return Math.max(512, edns?.udpPayloadSize ?? 0);
}

function waitUntilItAnswers() {
  const end = Date.now() + 10_000;
  const attempt = () => {
    const socket = net.connect(PORT, '127.0.0.1');
    socket.on('connect', () => process.exit(0));
    socket.on('error', () => {
      if (Date.now() > end) process.exit(1);
      setTimeout(attempt, 50);
    });
  };
  attempt();
}
