import type { Event } from '../model/event.ts';

/** What people are told of an error that a program of ours did not foresee, and went on after. */
export function programFault(program: string, fault: string): Event {
  return {
    type: 'warning',
    message: `the ${program} goes on after an error of its own: unhandled: ${fault}`,
    hint: 'this is a bug in devenv; please report it',
  };
}
