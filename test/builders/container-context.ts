import type { ContainerContext } from '../../src/containers/index.ts';
import type { Event } from '../../src/model/event.ts';
import type { FakeEngine } from '../fakes/index.ts';

/** What containers of the project `shop` are made with on an engine; `events` gets what is told. */
export function aContainerContext(engine: FakeEngine, events: Event[]): ContainerContext {
  return {
    engine,
    runner: engine,
    identity: { id: 's1', project: 'shop', user: 'ada@desk', since: 0 },
    file: '/shop/gefyra.yaml',
    progress: () => {},
    warn: () => {},
    filesAlone: () => [],
    report: (event) => events.push(event),
  };
}
