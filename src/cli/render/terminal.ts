import type { Event, LiveState, Reporter } from '../../model/event.ts';
import { LiveRegion } from './live-region.ts';
import { plainReporter } from './plain.ts';
import type { Renderer } from './reporter.ts';
import { stateText, statusLine } from './status-line.ts';
import { FRAME_MS, StepList } from './step-list.ts';
import { styleOf } from './style.ts';

/** What a terminal renderer works with. */
export interface TerminalOptions {
  readonly terminal: NodeJS.WriteStream;
  readonly color: boolean;
  /** How it will end; stands beside the state of the bridges. */
  readonly hint: string;
}

/**
 * Shows events in a terminal: the steps of a pass as a list that is drawn in place, afterwards what services write and
 * what happens above one line that always tells how the bridges are.
 */
export function terminalRenderer({ terminal, color, hint }: TerminalOptions): Renderer {
  const style = styleOf(color);
  const region = new LiveRegion(terminal);
  const print = (text: string) => region.print(text);
  const plain = plainReporter(print, color, hint);
  const bridges = new Map<string, LiveState>();
  /** Said while a list is drawn; told when it is over. */
  const held = new Map<string, Event | string>();
  let list: StepList | undefined;
  let timer: NodeJS.Timeout | undefined;
  let startedAt = 0;
  let isUp = false;

  const draw = () => {
    const now = performance.now();
    if (list !== undefined) region.draw(list.linesWithin(region.height, now, region.width, style));
    else region.draw(isUp && bridges.size > 0 ? [statusLine(bridges, hint, region.width, style)] : []);
  };

  const begin = (event: Extract<Event, { type: 'plan' }>) => {
    plain(event);
    if (event.steps.length === 0) return;
    list = new StepList(event.steps);
    timer = setInterval(draw, FRAME_MS);
    timer.unref();
  };

  /** What was drawn of the list stays. */
  const end = () => {
    if (list === undefined) return;
    clearInterval(timer);
    const lines = list.lines(performance.now(), region.width, style);
    list = undefined;
    region.draw([]);
    print(`${lines.join('\n')}\n`);
    for (const what of held.values()) {
      if (typeof what === 'string') print(what);
      else show(what);
    }
    held.clear();
  };

  const show: Reporter = (event) => {
    switch (event.type) {
      case 'state':
        print(`${stateText(event, style)}\n`);
        return;
      case 'session':
        showSession(event.state);
        return;
      default:
        plain(event);
    }
  };

  const showSession = (state: Extract<Event, { type: 'session' }>['state']) => {
    const took = `${((performance.now() - startedAt) / 1000).toFixed(2)} s`;
    switch (state) {
      case 'converging':
        // The first pass began with the program.
        startedAt = isUp ? performance.now() : 0;
        return;
      case 'ready':
        isUp = true;
        print(`${style.bold('ready')} ${style.dim(`after ${took}; ${hint}`)}\n`);
        return;
      case 'stopping':
        isUp = false;
        startedAt = performance.now();
        print(`${style.bold('giving everything back')}\n`);
        return;
      case 'ended':
        print(`${style.bold('given back')} ${style.dim(`after ${took}`)}\n`);
        return;
      case 'unchanged':
        isUp = true;
        plain({ type: 'session', state });
    }
  };

  const report: Reporter = (event) => {
    if (event.type === 'state' && event.resource.startsWith('bridge/'))
      bridges.set(event.resource, event.state);
    if (event.type === 'session' || event.type === 'error') end();
    if (event.type === 'plan') {
      end();
      forgetClosed(event, bridges);
      begin(event);
    } else if (list?.take(event, performance.now())) {
      if (list.isOver) end();
    } else if (list === undefined) show(event);
    else if (event.type === 'state') hold(`state ${event.resource}`, event);
    else hold(`${held.size}`, event);
    draw();
  };
  /** Of what lives only the last state is of interest. */
  const hold = (key: string, what: Event | string) => {
    held.delete(key);
    held.set(key, what);
  };

  terminal.on('resize', draw);
  return {
    report,
    write: (text) => {
      if (list === undefined) print(text);
      else hold(`${held.size}`, text);
    },
    close: () => {
      terminal.off('resize', draw);
      end();
      isUp = false;
      draw();
    },
  };
}

/** Bridges that a plan closes are no longer told of. */
function forgetClosed({ steps }: Extract<Event, { type: 'plan' }>, bridges: Map<string, LiveState>): void {
  for (const { resource, verb } of steps) if (verb === 'close') bridges.delete(resource);
}
