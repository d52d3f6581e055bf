import { expect, it, onTestFinished, vi } from 'vitest';
import { Names } from '../../../src/gateway/names.ts';
import { Outbound } from '../../../src/gateway/outbound.ts';
import { SessionServer } from '../../../src/gateway/session.ts';
import { PROTOCOL_VERSION } from '../../../src/programs/index.ts';
import { decodeGatewayEvent, type GatewayEvent, type GatewayRequest } from '../../../src/protocol/index.ts';
import { ControlClient, greet } from '../../../src/wire/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

it('a fault of the gateway is told to its session', async () => {
  const outbound = new Outbound();
  const server = new SessionServer({
    secret: 's3cret',
    outbound,
    names: new Names(outbound),
    listeningPorts: async () => new Set(),
    connectionsTo: () => 0,
    serveNeighbour: ({ refuse }) => refuse(),
    writeResolvConf: async () => {},
    markControl: () => {},
  });
  server.tellFault('nobody hears this one');
  const [duplex, served] = duplexPair();
  onTestFinished(() => void duplex.destroy());
  void server.accept(served);
  const owner = { user: 'ann@desk', project: 'shop', since: 17 };
  await greet(duplex, {
    hello: { version: PROTOCOL_VERSION, role: 'control', session: 'ann', tunnel: '', owner },
    secret: 's3cret',
    port: undefined,
  });
  const said: GatewayEvent[] = [];
  new ControlClient<GatewayRequest, GatewayEvent>(duplex, decodeGatewayEvent, (event) => said.push(event));
  server.tellFault('something broke');
  await vi.waitFor(() => expect(said).toEqual([{ type: 'fault', message: 'something broke' }]));
});
