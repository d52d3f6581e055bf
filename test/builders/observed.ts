import {
  type BridgedPort,
  NOTHING_LIVE,
  type Observed,
  type ObservedContainer,
} from '../../src/model/observed.ts';
import { WHOLE_PORTS } from './workspace.ts';

/** Port 8080 of a deployment, of which service `api` takes all on port 80. */
export const A_BRIDGED_PORT: BridgedPort = {
  name: 'api:8080',
  service: 'api',
  target: 'deployment/x',
  port: 8080,
  local: 80,
  traffic: WHOLE_PORTS,
};

/** A project of which nothing exists, on an engine that has the images `shop:dev` and `agent:1`. */
export function anObserved(fields: Partial<Observed> = {}): Observed {
  return {
    gateways: [],
    services: [],
    networks: [],
    volumes: [],
    environments: new Map(),
    unreadEnvironments: new Map(),
    ports: new Map(),
    unfoundPorts: new Map(),
    images: new Map([
      ['shop:dev', 'sha256:1'],
      ['agent:1', 'sha256:2'],
    ]),
    live: NOTHING_LIVE,
    ...fields,
  };
}

/** A running container of the service `app`. */
export function anObservedContainer(fields: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id: 'c1',
    name: 'gefyra-shop.app',
    service: 'app',
    running: true,
    session: 's1',
    config: '',
    ...fields,
  };
}
