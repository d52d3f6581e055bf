import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../common/errors.ts';
import { decodeGatewayRequest, type GatewayEvent, type GatewayRequest } from '../protocol/index.ts';
import { openTunnel, serveTunnel } from '../tunnel/index.ts';
import { acceptHello, ControlServer } from '../wire/index.ts';
import { serveInbound } from './inbound.ts';
import { ListeningWatch } from './listening.ts';
import type { Names } from './names.ts';
import type { Outbound } from './outbound.ts';
import { writeResolvConf } from './resolv-conf.ts';

/** What the gateway serves its session with. */
export interface SessionOptions {
  readonly secret: string;
  readonly instance: string;
  /** Unix socket to listen on. */
  readonly socketPath: string;
  readonly outbound: Outbound;
  readonly names: Names;
}

/** Listens for the one session this gateway belongs to. A new control duplex replaces an older one. */
export async function serveSession(options: SessionOptions): Promise<void> {
  let current: Controlled | undefined;

  const accept = async (duplex: Duplex) => {
    const hello = await acceptHello(duplex, { ...options, resolver: undefined });
    switch (hello?.role) {
      case undefined:
        return;
      case 'control':
        current?.control.close();
        current = controlled(duplex);
        return serveControl(current, options);
      case 'inbound':
        serveTunnel(duplex, (incoming) => serveInbound(incoming, (port) => current?.watch.refused(port)));
        return;
      case 'outbound':
        options.outbound.use(openTunnel(duplex));
    }
  };

  rmSync(options.socketPath, { force: true });
  const server = createServer((socket) => {
    accept(socket).catch((error) => console.error(`caller lost: ${messageOf(error)}`));
  });
  server.listen(options.socketPath);
  await once(server, 'listening');
  // The directory is private to the session's user; the socket itself belongs to root of this container.
  chmodSync(options.socketPath, 0o777);
}

/** The session's requests, and what it is told of the service. */
interface Controlled {
  readonly control: ControlServer<GatewayRequest, GatewayEvent>;
  readonly watch: ListeningWatch;
}

function controlled(duplex: Duplex): Controlled {
  const control = new ControlServer<GatewayRequest, GatewayEvent>(duplex);
  const watch = new ListeningWatch((port, listening) => control.send({ type: 'listening', port, listening }));
  return { control, watch };
}

async function serveControl({ control, watch }: Controlled, { names }: SessionOptions): Promise<void> {
  await control.serve(decodeGatewayRequest, async (request) => {
    const { id } = request;
    try {
      switch (request.type) {
        case 'configure':
          names.setOwnNames(request.names, request.resolver.search[0]);
          await writeResolvConf(request.resolver);
          break;
        case 'watch':
          await watch.watch(request.ports);
          break;
      }
      control.send({ type: 'done', id });
    } catch (error) {
      control.send({ type: 'refused', id, reason: messageOf(error) });
    }
  });
  watch.close();
}
