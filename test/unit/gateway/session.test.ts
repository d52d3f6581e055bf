import { expect, it, onTestFinished, vi } from 'vitest';
import { Names } from '../../../src/gateway/names.ts';
import { Outbound } from '../../../src/gateway/outbound.ts';
import { SessionServer } from '../../../src/gateway/session.ts';
import {
  decodeGatewayEvent,
  type GatewayEvent,
  type GatewayRequest,
  PROTOCOL_VERSION,
} from '../../../src/protocol/index.ts';
import { ControlClient, greet } from '../../../src/wire/index.ts';
import { duplexPair } from '../../fakes/duplex-pair.ts';

it('a fault of the gateway is told to its session', async () => {
  const outbound = new Outbound();
  const server = new SessionServer({
    secret: 's3cret',
    outbound,
    names: new Names(outbound),
    listeningPorts: async () => new Set(),
    writeResolvConf: async () => {},
  });
  server.tellFault('nobody hears this one');
  const [duplex, served] = duplexPair();
  onTestFinished(() => void duplex.destroy());
  void server.accept(served);
  await greet(duplex, {
    version: PROTOCOL_VERSION,
    role: 'control',
    secret: 's3cret',
    session: 'ann',
    tunnel: '',
    owner: { user: 'ann@desk', project: 'shop', since: 17 },
  });
  const said: GatewayEvent[] = [];
  new ControlClient<GatewayRequest, GatewayEvent>(duplex, decodeGatewayEvent, (event) => said.push(event));
  server.tellFault('something broke');
  await vi.waitFor(() => expect(said).toEqual([{ type: 'fault', message: 'something broke' }]));
});
