import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { connect, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { isAnswerTo, isQuery, readDnsMessages, truncated, withLength } from '../common/dns-framing.ts';
import { answerDnsMessages } from '../common/dns-stream.ts';
import type { ResolverSettings } from '../protocol/index.ts';
import { answerFromHosts } from './hosts-file.ts';

/** How long one name server may take before the next is asked, milliseconds. */
const PATIENCE_MS = 3000;

const DNS_PORT = 53;

/** Search list and options of this namespace's resolver. */
export async function readResolver(): Promise<ResolverSettings> {
  const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  return { search: words(text, 'search').slice(-1)[0] ?? [], options: words(text, 'options').flat() };
}

/**
 * Answers each query on a stream from this namespace's hosts file, else by asking its name servers, in the order answers
 * come. What is no query is dropped. `servers` and `port`: others to ask than those of this namespace; `hosts`: path of
 * another hosts file.
 */
export async function serveDns(
  stream: Duplex,
  servers?: readonly string[],
  port?: number,
  hosts = '/etc/hosts',
): Promise<void> {
  const asked = servers ?? (await nameServers());
  await answerDnsMessages(stream, async (query) => {
    if (!isQuery(query)) return undefined;
    return (await askHosts(query, hosts)) ?? (await askNameServers(query, asked, port));
  });
  stream.end();
}

/**
 * The answer of the first name server that gives one, over TCP where it does not fit into a datagram; undefined when
 * none does. Never rejects.
 */
export async function askNameServers(
  query: Buffer,
  servers: readonly string[],
  port = DNS_PORT,
): Promise<Buffer | undefined> {
  for (const server of servers) {
    const answer = await askUdp(query, server, port);
    if (answer === undefined) continue;
    return truncated(answer) ? ((await askTcp(query, server, port)) ?? answer) : answer;
  }
  return undefined;
}

/** Read each time, as programs do: a container's file can change while it runs. */
async function askHosts(query: Buffer, path: string): Promise<Buffer | undefined> {
  const [file, { search }] = await Promise.all([readFile(path, 'utf8').catch(() => ''), readResolver()]);
  return answerFromHosts(query, file, search);
}

async function nameServers(): Promise<readonly string[]> {
  // Read each time: a container's file can change while it runs.
  const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  return words(text, 'nameserver').map(([address]) => address ?? '');
}

/** The words after each line that begins with `keyword`. */
function words(text: string, keyword: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first === keyword)
    .map(([, ...rest]) => rest);
}

function askUdp(query: Buffer, server: string, port: number): Promise<Buffer | undefined> {
  return new Promise((done) => {
    const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
    let finished = false;
    const finish = (answer: Buffer | undefined) => {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      socket.close();
      done(answer);
    };
    const timer = setTimeout(() => finish(undefined), PATIENCE_MS);
    socket.on('message', (answer) => {
      if (isAnswerTo(query, answer)) finish(answer);
    });
    socket.on('error', () => finish(undefined));
    socket.once('connect', () => !finished && socket.send(query));
    // Without a callback an address that cannot be reached is an 'error' like any other.
    socket.connect(port, server);
  });
}

async function askTcp(query: Buffer, server: string, port: number): Promise<Buffer | undefined> {
  const socket = connect({ host: server, port });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on('error', () => {});
  socket.write(withLength(query));
  try {
    for await (const answer of readDnsMessages(socket)) return isAnswerTo(query, answer) ? answer : undefined;
  } catch {
    // A broken connection is no answer.
  } finally {
    socket.destroy();
  }
  return undefined;
}
