import type { ErrorFacts } from '../../common/errors.ts';
import { safeLogLine } from '../../common/log-line.ts';
import { safeLine, safeText } from '../../common/terminal-text.ts';
import type { Event } from '../../model/event.ts';

/** An event of which all words can be written to a terminal, whoever said them. Colours are left in lines of services alone. */
export function safeEvent(event: Event): Event {
  switch (event.type) {
    case 'plan': {
      const steps = event.steps.map((step) => ({
        ...step,
        resource: safeLine(step.resource),
        cause: safeLine(step.cause),
      }));
      return { ...event, steps, ...(event.place === undefined ? {} : { place: safeLine(event.place) }) };
    }
    case 'step': {
      const error = event.error === undefined ? {} : { error: safeError(event.error) };
      return { ...event, resource: safeLine(event.resource), ...error };
    }
    case 'progress':
      return { ...event, resource: safeLine(event.resource), message: safeLine(event.message) };
    case 'state':
      return { ...event, resource: safeLine(event.resource), ...reasonOf(event) };
    case 'log':
      return { ...event, service: safeLine(event.service), line: safeLogLine(event.line) };
    case 'warning': {
      const hint = event.hint === undefined ? {} : { hint: safeLine(event.hint) };
      return { ...event, message: safeLine(event.message), ...hint };
    }
    case 'error':
      return { ...event, error: safeError(event.error) };
    case 'question':
      return { ...event, ...(event.text === undefined ? {} : { text: safeLine(event.text) }) };
    case 'session':
      return { ...event, ...reasonOf(event) };
  }
}

/** The same for an error, whose evidence may be lines of services. */
export function safeError(error: ErrorFacts): ErrorFacts {
  const { code, owner, message, hint, evidence } = error;
  return {
    code,
    owner,
    message: safeText(message),
    ...(hint === undefined ? {} : { hint: safeText(hint) }),
    ...(evidence === undefined
      ? {}
      : { evidence: evidence.flatMap((lines) => lines.split(/\r?\n/)).map(safeLogLine) }),
  };
}

function reasonOf({ reason }: { readonly reason?: string }): { readonly reason?: string } {
  return reason === undefined ? {} : { reason: safeLine(reason) };
}
