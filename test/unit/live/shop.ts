import { containerName } from '../../../src/model/identity.ts';
import type { BridgeTraffic } from '../../../src/model/observed.ts';
import type { Service } from '../../../src/model/workspace.ts';
import type { Place } from '../../../src/platform/index.ts';
import { aWorkspace } from '../../builders/workspace.ts';
import { settled } from './agreement.ts';
import type { Gateway } from './gateways.ts';
import type { LiveSession } from './live-session.ts';
import type { ServicePart } from './services.ts';
import { freePort } from './tiny-server.ts';
import { aServingService, aWorld, type World } from './world.ts';

/** The workload that a shop's service stands in for. */
export const API = 'container/api';

/** A project whose one service, `app`, takes the traffic of one workload, and a session that has it up. */
export interface Shop {
  readonly world: World;
  readonly session: LiveSession;
  readonly service: Service;
  readonly app: ServicePart;
  /** Port of the workload. */
  readonly port: number;
  /** Port of the service. */
  readonly local: number;
  /** Name of the service's container. */
  readonly container: string;
  /** Name of the gateway's container. */
  readonly gatewayContainer: string;
  /** The gateway that runs now. Errors: `Error` when there is none. */
  gateway(): Gateway;
  /** Where the workload runs now. Errors: `Error` when it runs nowhere. */
  place(): Place;
  /** Who answers callers of the workload there. */
  answer(): Promise<string>;
}

/** A shop that is up and settled; `traffic`: what its bridge says of requests. */
export async function aShop(
  fields: Partial<Service> = {},
  traffic: Partial<BridgeTraffic> = {},
): Promise<Shop> {
  const world = aWorld();
  const port = await world.addTarget(API);
  const local = await freePort();
  const plain = aServingService(local, { [API]: port }, fields);
  const service = { ...plain, bridges: plain.bridges.map((bridge) => ({ ...bridge, ...traffic })) };
  const session = await world.up(aWorkspace('shop', service));
  await settled(world);
  const place = () => {
    const [first] = world.platform.placesOf(API);
    if (first === undefined) throw new Error(`${API} runs nowhere`);
    return first;
  };
  return {
    world,
    session,
    service,
    port,
    local,
    place,
    app: world.services.named('shop', 'app'),
    container: containerName('shop', 'app', 'service'),
    gatewayContainer: containerName('shop', 'app', 'gateway'),
    gateway: () => {
      const gateway = world.gateways.of('shop', 'app');
      if (gateway === undefined) throw new Error('the gateway does not run');
      return gateway;
    },
    answer: () => world.agents.at(place().id).ask(port),
  };
}
