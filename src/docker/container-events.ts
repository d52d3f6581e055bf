import { EventEmitter, on } from 'node:events';
import type { Readable } from 'node:stream';
import type { UnitEvent } from '../runner/index.ts';
import { ask, type DockerAccess } from './access.ts';
import { streamObjects } from './stream-messages.ts';

/** See `Engine.watchUnits`. Events count from this call on, however late the first one is asked for. */
export function watchContainers(access: DockerAccess, signal: AbortSignal): AsyncIterable<UnitEvent> {
  const emitter = new EventEmitter();
  const events = on(emitter, 'event', { close: ['end'] });
  const left = new AbortController();
  void feed(access, AbortSignal.any([signal, left.signal]), emitter);
  return (async function* () {
    try {
      for await (const [event] of events) {
        if (signal.aborted) return;
        yield event as UnitEvent;
      }
    } finally {
      left.abort();
    }
  })();
}

/** Puts events into the emitter until `end`, or `error` when the engine did not take the question. */
async function feed(access: DockerAccess, signal: AbortSignal, emitter: EventEmitter): Promise<void> {
  const end = () => emitter.emit('end');
  signal.addEventListener('abort', end, { once: true });
  try {
    const stream = await openEvents(access, signal);
    // A stream that breaks is an engine that went away, which ends the watch like the end of the stream.
    const objects = streamObjects(stream);
    for await (const object of objects) {
      const event = containerEvent(object);
      if (event !== undefined) emitter.emit('event', event);
    }
  } catch (error) {
    if (!signal.aborted && error instanceof WatchRefused) emitter.emit('error', error.cause);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

class WatchRefused extends Error {}

async function openEvents(access: DockerAccess, signal: AbortSignal): Promise<Readable> {
  // The engine replays what happened between this moment and its receipt of the question.
  const since = Math.floor(Date.now() + access.clockOffsetMs) / 1000;
  try {
    const stream = await ask(access.location, {
      doing: 'report events',
      call: () =>
        access.docker.getEvents({
          // The client's types know whole seconds only; the engine reads fractions.
          since: since.toFixed(3) as unknown as number,
          filters: { type: ['container'] },
          abortSignal: signal,
        }),
      signal,
    });
    return stream as Readable;
  } catch (error) {
    throw new WatchRefused('the engine does not report events', { cause: error });
  }
}

const KINDS: Readonly<Record<string, UnitEvent['kind']>> = {
  start: 'started',
  die: 'died',
  destroy: 'removed',
  // Podman's own words.
  died: 'died',
  remove: 'removed',
};

/** What the engine adds to the labels of a container in an event. */
const NOT_LABELS = new Set([
  'image',
  'name',
  'exitCode',
  'execDuration',
  'signal',
  'containerExitCode',
  'podId',
]);

/** Our words for one event of the engine; undefined for one that is of no interest or not understood. */
export function containerEvent(raw: Readonly<Record<string, unknown>>): UnitEvent | undefined {
  const action = typeof raw['Action'] === 'string' ? raw['Action'] : '';
  const kind = action.startsWith('health_status') ? 'health' : KINDS[action];
  const actor = raw['Actor'] as
    | { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> }
    | undefined;
  if (kind === undefined || raw['Type'] !== 'container' || typeof actor?.ID !== 'string') return undefined;
  const attributes = Object.entries(actor.Attributes ?? {});
  return {
    kind,
    id: actor.ID,
    name: actor.Attributes?.['name'] ?? '',
    labels: Object.fromEntries(attributes.filter(([name]) => !NOT_LABELS.has(name))),
  };
}
