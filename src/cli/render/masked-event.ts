import { maskText } from '../../common/secrets/secret-parts.ts';
import type { Event } from '../../model/event.ts';

/**
 * An event as it may be shown or written down: what devenv, an engine or a cluster says in it is without secrets. Lines of
 * the user's own programs stay as they are. Errors have none, see `errorFacts`; neither have names of resources.
 */
export function maskedEvent(event: Event): Event {
  switch (event.type) {
    case 'plan':
      return {
        ...event,
        ...(event.place === undefined ? {} : { place: maskText(event.place) }),
        steps: event.steps.map((step) => ({ ...step, cause: maskText(step.cause) })),
      };
    case 'progress':
      return { ...event, message: maskText(event.message) };
    case 'state':
    case 'session':
      // Of a program that has exited the last lines are told.
      if (event.reason === undefined || event.state === 'exited') return event;
      return { ...event, reason: maskText(event.reason) };
    case 'warning':
      return {
        ...event,
        message: maskText(event.message),
        ...(event.hint === undefined ? {} : { hint: maskText(event.hint) }),
      };
    case 'question':
      return { ...event, ...(event.text === undefined ? {} : { text: maskText(event.text) }) };
    case 'step':
    case 'log':
    case 'error':
      return event;
  }
}
