import type { ErrorFacts } from '../../common/errors.ts';
import { safeText } from '../../common/terminal-text.ts';
import type { Event, Reporter } from '../../model/event.ts';
import { renderError } from './error.ts';
import { HeldBack } from './held-back.ts';
import { LiveRegion } from './live-region.ts';
import { plainReporter } from './plain.ts';
import type { Renderer, Screen } from './reporter.ts';
import { seconds } from './row-titles.ts';
import { safeEvent } from './safe-event.ts';
import { ServiceLogs } from './service-logs.ts';
import { type Shown, stateText, statusLine } from './status-line.ts';
import { type Style, styleOf } from './style.ts';
import { TaskList } from './task-list.ts';
import { wordingOf } from './wording.ts';
import { wrapWords } from './wrap-words.ts';

/** What a terminal renderer works with. */
export interface TerminalOptions {
  readonly terminal: NodeJS.WriteStream;
  readonly color: boolean;
  /** How it will end; stands beside the state of the bridges. */
  readonly hint: string;
  /** Shows each step of a pass, and why. */
  readonly verbose: boolean;
}

/**
 * Shows events in a terminal: a pass as a list of tasks that is drawn in place, afterwards what services write and what
 * happens above one line that always tells how the bridges are.
 */
export class TerminalRenderer implements Renderer, Screen {
  readonly #options: TerminalOptions;
  readonly #style: Style;
  readonly #region: LiveRegion;
  /** Lines of services as they are, and all else with its words kept whole. */
  readonly #lines: { readonly raw: Reporter; readonly words: Reporter };
  readonly #bridges = new Map<string, Shown>();
  readonly #logs = new ServiceLogs();
  readonly #held = new HeldBack();
  /** Messages of errors that stand below the step that failed. */
  readonly #told = new Set<string>();
  readonly screen = this;
  #menu: ((width: number) => readonly string[]) | undefined;
  #list: TaskList | undefined;
  /** The list is over, but its last picture is not drawn yet. */
  #ending: Promise<void> | undefined;
  /** When the pass began; the first one with the program. Undefined = nobody told. */
  #startedAt: number | undefined = 0;
  #hasKeys = false;
  #isUp = false;

  constructor(options: TerminalOptions) {
    const { terminal, color, hint } = options;
    this.#options = options;
    this.#style = styleOf(color);
    this.#region = new LiveRegion(terminal);
    this.#lines = {
      raw: plainReporter((text) => this.#region.print(text), color, hint),
      words: plainReporter((text) => this.#print(text.trimEnd()), color, hint),
    };
    terminal.on('resize', this.#draw);
  }

  readonly report: Reporter = (raw) => {
    const event = safeEvent(raw);
    if (event.type === 'step' && event.error !== undefined) this.#told.add(event.error.message);
    if (event.type === 'session' || event.type === 'error' || event.type === 'plan') void this.#endList();
    if (this.#list === undefined) this.#show(event);
    else if (this.#ending === undefined && this.#list.take(event)) {
      if (this.#list.isDone) void this.#endList();
    } else this.#held.add(event);
    this.#draw();
  };

  readonly write = (text: string): void => {
    if (this.#list === undefined) this.#region.print(text);
    else this.#held.add(text);
  };

  hasTold({ message }: ErrorFacts): boolean {
    return this.#told.has(safeText(message));
  }

  offerKeys(): void {
    this.#hasKeys = true;
    this.#draw();
  }

  menu(linesFor: ((width: number) => readonly string[]) | undefined): void {
    this.#menu = linesFor;
    this.#draw();
  }

  showLogsOf(service: string | undefined): void {
    for (const event of this.#logs.show(service)) this.#lines.raw(event);
    this.#draw();
  }

  async close(): Promise<void> {
    this.#options.terminal.off('resize', this.#draw);
    await this.#endList();
    this.#isUp = false;
    this.#menu = undefined;
    this.#draw();
  }

  /** Resolves when what was drawn of the list stays, and all that was held back meanwhile is told. */
  #endList(): Promise<void> {
    this.#ending ??= this.#list?.end().then(() => {
      this.#list = undefined;
      this.#ending = undefined;
      this.#tellHeld();
      this.#draw();
    });
    return this.#ending ?? Promise.resolve();
  }

  #tellHeld(): void {
    const { dropped, all } = this.#held.takeAll();
    if (dropped > 0)
      this.#print(
        this.#style.dim(`${dropped} lines of services are left out here; \`devenv logs\` has them`),
      );
    // One of them may begin the next list, which holds the rest back again.
    for (const what of all) {
      if (typeof what === 'string') this.write(what);
      else this.report(what);
    }
  }

  #show(event: Event): void {
    switch (event.type) {
      case 'plan':
        this.#begin(event);
        break;
      case 'state':
        if (event.resource.startsWith('bridge/')) this.#bridges.set(event.resource, event);
        this.#print(stateText(event, this.#style));
        break;
      case 'log':
        if (this.#logs.take(event)) this.#lines.raw(event);
        break;
      case 'progress':
        this.#print(`${wordingOf(event.resource).name} ${this.#style.dim(event.message)}`);
        break;
      case 'session':
        this.#showSession(event);
        break;
      case 'error':
        this.#showError(event.error);
        break;
      case 'step':
        if (this.#options.verbose) this.#lines.words(event);
        break;
      case 'warning':
        this.#lines.words(event);
    }
  }

  #showError(error: ErrorFacts): void {
    const { evidence: _, ...rest } = error;
    const lines = { wrap: wrapWords, width: this.#region.width };
    this.#region.print(renderError(this.hasTold(error) ? rest : error, this.#options.color, lines));
  }

  #begin(event: Extract<Event, { type: 'plan' }>): void {
    this.#lines.words(event);
    // Bridges that a plan closes are no longer told of.
    for (const { resource, verb } of event.steps) if (verb === 'close') this.#bridges.delete(resource);
    if (event.steps.length === 0) return;
    const { verbose } = this.#options;
    this.#list = new TaskList(event.steps, { region: this.#region, style: this.#style, verbose });
  }

  #showSession({ state, ...event }: Extract<Event, { type: 'session' }>): void {
    const { bold, dim, yellow } = this.#style;
    const took = this.#startedAt === undefined ? '' : `after ${seconds(performance.now() - this.#startedAt)}`;
    switch (state) {
      case 'converging':
        if (this.#isUp) this.#startedAt = performance.now();
        break;
      case 'ready':
        this.#isUp = true;
        this.#startedAt = undefined;
        this.#print(`${bold('ready')} ${dim(took)}`);
        break;
      case 'incomplete':
        this.#isUp = true;
        this.#startedAt = undefined;
        this.#print(`${yellow('ready but for')} ${namesOf(event.reason)}; trying again ${dim(took)}`);
        break;
      case 'unchanged':
        this.#isUp = true;
        this.#lines.words({ type: 'session', state });
        break;
      case 'stopping':
        this.#isUp = false;
        this.#menu = undefined;
        this.#startedAt = performance.now();
        this.#print(bold('giving everything back'));
        break;
      case 'ended':
        this.#print(`${bold('given back')} ${dim(took)}`);
    }
  }

  /** Text of ours that stays, with its words kept whole. */
  #print(text: string): void {
    this.#region.print(`${wrapWords(text, this.#region.width, '  ').join('\n')}\n`);
  }

  readonly #draw = (): void => {
    // The list draws itself, again and again.
    if (this.#list !== undefined) return;
    const { width, height } = this.#region;
    const lines = [...(this.#menu?.(width) ?? []), this.#isUp ? this.#status(width) : ''];
    this.#region.draw(lines.filter((line) => line !== '').slice(-height));
  };

  #status(width: number): string {
    const { only } = this.#logs;
    // The last ones stay longest: whoever has hidden lines must see that.
    const hints = [
      this.#hasKeys ? '? for keys' : '',
      this.#options.hint,
      only === undefined ? '' : `logs of ${only} only`,
    ];
    return statusLine(
      this.#bridges,
      hints.filter((text) => text !== ''),
      width,
      this.#style,
    );
  }
}

/** Resources as a user calls them. */
function namesOf(resources = ''): string {
  return resources
    .split(', ')
    .map((resource) => wordingOf(resource).name)
    .join(', ');
}
