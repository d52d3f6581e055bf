import fc from 'fast-check';
import { DevenvError } from '../../../src/common/errors.ts';
import { containerName } from '../../../src/model/identity.ts';
import type { DuplexRole } from '../../../src/protocol/index.ts';
import type { FakeEngine } from '../../fakes/index.ts';
import { pass } from './flying-clock.ts';
import { type Command, happening, happensAtAll } from './happening.ts';
import type { ServicePart } from './services.ts';

const refusal = new DevenvError({ code: 'engine-failed', message: 'not now', owner: 'environment' });

const anyService = fc.constantFrom('app', 'desk');
const anyMethod = fc.constantFrom(
  'findUnit',
  'createContainer',
  'startUnit',
  'listUnits',
  'dialSocket',
  'watchUnits',
);

/** What happens to services, gateways, and the engine that runs them. */
export function engineEvents(): fc.Arbitrary<Command>[] {
  return [
    toService('ends', (part) => part.exit(1)),
    toService('stops listening', (part) => part.stopListening()),
    toService('listens', (part) => part.listen()),
    toContainer('is restarted by somebody', (engine, container) => {
      try {
        engine.restart(container);
      } catch {
        // It does not come back while its network is gone.
      }
    }),
    toContainer('is removed by somebody', (engine, container) => engine.removeUnit(container)),
    toContainer('is healthy', (engine, container) => engine.judge(container, 'healthy')),
    toContainer('is unhealthy', (engine, container) => engine.judge(container, 'unhealthy')),
    toGateway('is restarted by somebody, container and all', (engine, name) => engine.restart(name)),
    toGateway('is removed by somebody', (engine, container) => engine.removeUnit(container)),
    toGateway('is killed', (engine, container) => engine.kill(container)),
    toGateway('is stalled', (engine, container) => engine.stall(container)),
    toGateway('goes on', (engine, container) => engine.flow(container)),
    toGateway('breaks its streams unheard', (engine, name) => engine.breakStreams(name, 'program')),
    toGateway('loses its callers unheard', (engine, name) => engine.breakStreams(name, 'caller')),
    happening({
      to: anyService,
      name: (service) => `the gateway of ${service} begins anew`,
      what: (service, { gateways }) => gateways.of('shop', service)?.restart(),
    }),
    happening({
      to: fc.tuple(anyService, fc.constantFrom<DuplexRole>('control', 'inbound', 'outbound')),
      name: ([service, role]) => `the gateway of ${service} loses ${role}`,
      what: ([service, role], { gateways }) => gateways.of('shop', service)?.cut(role),
    }),
    happensAtAll('a dial to a gateway breaks', ({ engine }) => engine.breakNextDial()),
    happensAtAll('events of the engine end', ({ engine }) => engine.endWatches()),
    happening({
      to: anyMethod,
      name: (method) => `the next ${method} fails`,
      what: (method, { engine }) => engine.failNext(method, refusal),
    }),
    happening({
      to: fc.nat(5000),
      name: (ms) => `the engine is away for ${ms} ms`,
      what: async (ms, { engine }) => {
        engine.goAway();
        await pass(ms);
        engine.comeBack();
      },
    }),
  ];
}

function toService(name: string, what: (part: ServicePart) => void) {
  return happening({
    to: anyService,
    name: (service) => `the service ${service} ${name}`,
    what: (service, { services }) => what(services.named('shop', service)),
  });
}

/** To the container of a service, while it runs. */
function toContainer(name: string, what: (engine: FakeEngine, container: string) => unknown) {
  return happening({
    to: anyService,
    name: (service) => `the container of ${service} ${name}`,
    what: async (service, { engine, services }) => {
      if (services.named('shop', service).isRunning)
        await what(engine, containerName('shop', service, 'service'));
    },
  });
}

function toGateway(name: string, what: (engine: FakeEngine, container: string) => unknown) {
  return happening({
    to: anyService,
    name: (service) => `the gateway of ${service} ${name}`,
    what: (service, { engine, gateways }) => {
      if (gateways.of('shop', service) !== undefined) what(engine, containerName('shop', service, 'gateway'));
    },
  });
}
