import { NOTHING_LIVE, type Observed, type ObservedContainer } from '../../src/model/observed.ts';

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
