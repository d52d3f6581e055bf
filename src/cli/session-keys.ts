import { errorFacts } from '../common/errors.ts';
import type { Event, Reporter } from '../model/event.ts';
import type { SessionStatus } from '../session/index.ts';
import { choiceLines, choicesOf, helpLines, questionLines } from './render/menu.ts';
import type { Screen } from './render/reporter.ts';
import type { Style } from './render/style.ts';

/** What keys can do to a session. */
export interface KeyActions {
  /** How it is now; undefined when it does not answer. */
  status(): Promise<SessionStatus | undefined>;
  restart(service: string): Promise<unknown>;
  /** Lets the original answer in place of a bridge's service, or no longer. */
  rest(bridge: string, onRequest: boolean): Promise<unknown>;
  /** Says yes or no to what the session asks. */
  answer(question: string, yes: boolean): Promise<unknown>;
  /** Gives the terminal back, and leaves the session running. */
  detach(): Promise<unknown>;
  /** As Ctrl-C. */
  quit(): void;
}

/** What drawing takes. */
export interface KeySurroundings {
  readonly screen: Screen;
  readonly style: Style;
  readonly report: Reporter;
}

const KEYS = [
  { key: 'r', does: 'restart a service' },
  { key: 'b', does: 'rest or resume a bridge' },
  { key: 'l', does: 'logs of one service' },
  { key: 'd', does: 'detach: it goes on without this terminal' },
  { key: 'q', does: 'quit, as Ctrl-C' },
] as const;

/** The keys of a terminal that follows a session: one opens a question, or does something at once. */
export class SessionKeys {
  readonly #actions: KeyActions;
  readonly #surroundings: KeySurroundings;
  /** What the next key answers; undefined when no question is open. */
  #choose: ((key: string) => Promise<unknown>) | undefined;
  /** What the session asks, the oldest first. It stands until it is answered, whatever other keys do. */
  readonly #asked = new Map<string, string>();

  constructor(actions: KeyActions, surroundings: KeySurroundings) {
    this.#actions = actions;
    this.#surroundings = surroundings;
  }

  /** The session asks something, or no longer. */
  asked({ id, text }: Extract<Event, { type: 'question' }>): void {
    if (text === undefined) this.#asked.delete(id);
    else this.#asked.set(id, text);
    if (this.#choose === undefined) this.#close();
  }

  /** Never throws: what fails is reported. */
  async press(key: string): Promise<void> {
    const choose = this.#choose;
    const [question] = this.#asked.keys();
    const answers = choose === undefined && question !== undefined && (key === 'y' || key === 'n');
    if (answers) this.#asked.delete(question);
    this.#close();
    try {
      if (answers) await this.#actions.answer(question, key === 'y');
      else await (choose === undefined || key === 'q' ? this.#act(key) : choose(key));
    } catch (error) {
      this.#surroundings.report({ type: 'error', error: errorFacts(error) });
    }
  }

  async #act(key: string): Promise<void> {
    switch (key) {
      case 'r':
        return this.#ask('restart which service?', services(await this.#actions.status()), (service) =>
          this.#actions.restart(service),
        );
      case 'b':
        return this.#ask('rest or resume which bridge?', bridges(await this.#actions.status()), (bridge) =>
          this.#actions.rest(bridge.name, !bridge.onRequest),
        );
      case 'l': {
        const some = services(await this.#actions.status());
        const all = some.length > 1 ? [{ label: 'all', value: undefined }] : [];
        return this.#ask('logs of which service?', [...some, ...all], async (service) =>
          this.#surroundings.screen.showLogsOf(service),
        );
      }
      case 'd':
        await this.#actions.detach();
        return;
      case 'q':
        return this.#actions.quit();
      case '?':
        return this.#help();
    }
  }

  /** What there is only one of needs no question. */
  async #ask<T>(
    question: string,
    options: readonly { readonly label: string; readonly value: T }[],
    act: (value: T) => Promise<unknown>,
  ): Promise<void> {
    const choices = choicesOf(options);
    const [only] = choices;
    if (choices.length === 1 && only !== undefined) {
      await act(only.value);
      return;
    }
    const { screen, style } = this.#surroundings;
    screen.menu((width) => choiceLines(question, choices, width, style));
    this.#choose = async (key) => {
      const chosen = choices.find((choice) => choice.key === key);
      if (chosen !== undefined) await act(chosen.value);
    };
  }

  #help(): void {
    const { screen, style } = this.#surroundings;
    screen.menu((width) => helpLines(KEYS, width, style));
  }

  #close(): void {
    this.#choose = undefined;
    const { screen, style } = this.#surroundings;
    const [text] = this.#asked.values();
    screen.menu(text === undefined ? undefined : (width) => questionLines(text, width, style));
  }
}

function services(status: SessionStatus | undefined) {
  return (status?.services ?? []).map(({ name }) => ({ label: name, value: name }));
}

function bridges(status: SessionStatus | undefined) {
  return (status?.bridges ?? []).map((bridge) => ({
    label: `${bridge.onRequest ? 'resume' : 'rest'} ${bridge.name}`,
    value: bridge,
  }));
}
