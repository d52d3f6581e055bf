import type { Event } from '../../model/event.ts';

type LogEvent = Extract<Event, { type: 'log' }>;

/** How many lines of a service are remembered, for when somebody asks for its logs. */
const REMEMBERED = 20;

/** Which services' logs are shown: all, or those of one. */
export class ServiceLogs {
  readonly #last = new Map<string, LogEvent[]>();
  #only: string | undefined;

  /** The one whose logs alone are shown; undefined = all are. */
  get only(): string | undefined {
    return this.#only;
  }

  /** Remembers a line. Whether it is to be shown. */
  take(event: LogEvent): boolean {
    const last = this.#last.get(event.service) ?? [];
    last.push(event);
    if (last.length > REMEMBERED) last.shift();
    this.#last.set(event.service, last);
    return this.#only === undefined || this.#only === event.service;
  }

  /** From now on only those of this one, where there are others, or all again. Returns what it wrote last. */
  show(service: string | undefined): readonly LogEvent[] {
    this.#only = this.#last.size > 1 ? service : undefined;
    return service === undefined ? [] : (this.#last.get(service) ?? []);
  }
}
