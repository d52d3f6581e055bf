import type { Event, Reporter } from '../../model/event.ts';
import type { Verb } from '../../model/plan.ts';
import { renderError } from './error.ts';
import { stateWord } from './status-line.ts';
import { styleOf } from './style.ts';

const doneWords: Record<Verb, string> = {
  create: 'created',
  replace: 'replaced',
  remove: 'removed',
  open: 'opened',
  close: 'closed',
  await: 'reached',
  start: 'started',
  stop: 'stopped',
};

/** One stable line per change of state, for pipes, logs and people alike. `hint` is what Ctrl-C does. */
export function plainReporter(write: (text: string) => void, color: boolean, hint: string): Reporter {
  const style = styleOf(color);
  const causes = new Map<string, string>();
  let toldPlace: string | undefined;
  const colors = new Map<string, (text: string) => string>();

  /** A color for each service, so that lines of several are told apart at a glance. */
  const colorOf = (service: string) => {
    const palette = [style.cyan, style.magenta, style.blue, style.yellow];
    const color = colors.get(service) ?? palette[colors.size % palette.length] ?? style.cyan;
    colors.set(service, color);
    return color;
  };

  const lineOf = (event: Event): string | undefined => {
    switch (event.type) {
      case 'plan':
        for (const { resource, cause } of event.steps) causes.set(resource, cause);
        return placeLine(event.place);
      case 'step':
        return stepLine(event);
      case 'progress':
        return `${event.resource} ${style.dim(event.message)}`;
      case 'state': {
        const isWell = event.count === undefined && (event.state === 'live' || event.state === 'up');
        const paint = isWell ? style.green : style.yellow;
        return `${event.resource} ${paint(stateWord(event))}${event.reason === undefined ? '' : `: ${event.reason}`}`;
      }
      case 'log':
        return `${colorOf(event.service)(event.service)} ${style.dim('|')} ${event.line}`;
      case 'warning':
        return `${style.yellow('warning:')} ${event.message}${event.hint === undefined ? '' : ` (${event.hint})`}`;
      case 'question':
        return undefined;
      case 'error':
        return renderError(event.error, color).trimEnd();
      case 'session':
        return sessionLine(event);
    }
  };
  const placeLine = (place: string | undefined): string | undefined => {
    if (place === undefined || place === toldPlace) return undefined;
    toldPlace = place;
    return `${style.bold('targets:')} ${place}`;
  };
  const stepLine = (event: Extract<Event, { type: 'step' }>): string | undefined => {
    const took = event.ms === undefined ? '' : style.dim(` ${(event.ms / 1000).toFixed(2)} s`);
    const cause = causes.get(event.resource);
    // Taking down needs no reason for each line.
    const why = cause === undefined || cause === 'not wanted' ? '' : style.dim(` (${cause})`);
    switch (event.state) {
      case 'started':
        return undefined;
      case 'done':
        return `${event.resource} ${doneWords[event.verb]}${took}${why}`;
      case 'failed':
        return `${event.resource} ${style.red(`${event.verb} failed`)}${took}`;
      case 'undone':
        return `${event.resource} ${event.verb} taken back`;
    }
  };
  const sessionLine = (event: Extract<Event, { type: 'session' }>): string | undefined => {
    switch (event.state) {
      case 'converging':
        return undefined;
      case 'ready':
        return style.bold(`ready; ${hint}`);
      case 'unchanged':
        return style.bold('everything is as the file says: nothing changed');
      case 'incomplete':
        return `${style.yellow('ready but for')} ${event.reason ?? ''}; trying again, ${hint}`;
      case 'stopping':
        causes.clear();
        return style.bold('giving everything back');
      case 'ended':
        return style.bold('given back');
    }
  };
  return (event) => {
    const line = lineOf(event);
    if (line !== undefined) write(`${line}\n`);
  };
}
