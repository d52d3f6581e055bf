import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { systemCode } from '../common/errors.ts';
import type { EngineInfo } from '../engine/index.ts';
import type { PublishedPort } from '../model/workspace.ts';

/** A port whose owner is about to go, such as a container that is being removed, is tried again after so long. */
const AGAIN_MS = [200, 300, 500];

/** See `Engine.isPortFree`. */
export async function isPortFree(
  info: Pick<EngineInfo, 'sameKernel' | 'isLocal'>,
  port: PublishedPort,
): Promise<boolean | undefined> {
  if (!publishesHere(info) || port.published === undefined) return undefined;
  for (const ms of [...AGAIN_MS, undefined]) {
    const isFree = await isFreeNow(port);
    if (isFree !== false || ms === undefined) return isFree;
    await pause(ms);
  }
  return undefined;
}

/** Elsewhere than on Linux an engine that is local runs in a virtual machine whose ports are forwarded here. */
function publishesHere({ sameKernel, isLocal }: Pick<EngineInfo, 'sameKernel' | 'isLocal'>): boolean {
  return sameKernel || (isLocal && process.platform !== 'linux');
}

async function isFreeNow({ hostIp, published, protocol }: PublishedPort): Promise<boolean | undefined> {
  try {
    await (protocol === 'tcp' ? listenOnce(hostIp, published) : bindOnce(hostIp, published));
    return true;
  } catch (error) {
    return systemCode(error) === 'EADDRINUSE' ? false : undefined;
  }
}

async function listenOnce(host: string, port: number | undefined): Promise<void> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

async function bindOnce(address: string, port: number | undefined): Promise<void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const bound = once(socket, 'listening');
  socket.bind({ address, ...(port === undefined ? {} : { port }), exclusive: true });
  await bound;
  socket.close();
}
