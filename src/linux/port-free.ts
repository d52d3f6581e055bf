import { once } from 'node:events';
import { createServer } from 'node:net';
import { systemCode } from '../common/errors.ts';
import type { PublishedPort } from '../model/workspace.ts';

/** See `Runner.isPortFree`. */
export async function isFree({ hostIp, published, protocol }: PublishedPort): Promise<boolean | undefined> {
  if (published === undefined || protocol !== 'tcp') return undefined;
  const server = createServer();
  try {
    server.listen({ host: hostIp, port: published });
    await once(server, 'listening');
    return true;
  } catch (error) {
    return systemCode(error) === 'EADDRINUSE' ? false : undefined;
  } finally {
    server.close();
  }
}
