import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect as dial, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Two ends of a connection whose buffers are small. */
export async function unixPair(): Promise<[Socket, Socket]> {
  const directory = mkdtempSync(join(tmpdir(), 'unix-'));
  const path = join(directory, 'socket');
  const server = createServer({ allowHalfOpen: true }).listen(path);
  await once(server, 'listening');
  const outer = dial({ path, allowHalfOpen: true });
  const [[inner]] = await Promise.all([once(server, 'connection'), once(outer, 'connect')]);
  server.close();
  for (const end of [outer, inner]) end.on('error', () => {});
  onTestFinished(() => {
    outer.destroy();
    inner.destroy();
    rmSync(directory, { recursive: true, force: true });
  });
  return [outer, inner];
}
