import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** The engine of this machine behind a socket of its own, whose connections can be cut. */
export interface EngineSocket extends AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly address: string;
  /** Breaks the streams of events that are open, as a proxy does that ends what is idle; the engine still answers. */
  cutEvents(): number;
}

/** Listens in a folder. */
export async function anEngineSocket(folder: string): Promise<EngineSocket> {
  const path = join(folder, 'engine.sock');
  const events = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (caller) => {
    const engine = connect('/var/run/docker.sock');
    caller.on('data', (chunk: Buffer) => {
      if (/^GET \S*\/events/.test(chunk.toString('latin1'))) events.add(caller);
    });
    caller.pipe(engine).pipe(caller);
    caller.on('error', () => engine.destroy());
    engine.on('error', () => caller.destroy());
    caller.on('close', () => {
      events.delete(caller);
      engine.destroy();
    });
  }).listen(path);
  await once(server, 'listening');
  return {
    address: `unix://${path}`,
    cutEvents: () => {
      const open = [...events];
      for (const caller of open) caller.destroy();
      return open.length;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}
