import { onAbort } from '../common/deadline.ts';
import { deferred } from '../common/deferred.ts';
import type { Asker } from './control-server.ts';

/** Somebody who is asked something. */
interface Question {
  readonly text: string;
  readonly answered: (yes: boolean) => void;
}

/** The people who have a terminal with this session, and what they are asked there. */
export class People {
  readonly #there = new Set<Asker>();
  readonly #questions = new Map<string, Question>();
  readonly #over = deferred();

  /** Until `ending` aborts. */
  constructor(ending: AbortSignal) {
    onAbort(ending, () => this.#over.resolve());
  }

  /** Somebody is there who can answer. */
  get areThere(): boolean {
    return this.#there.size > 0;
  }

  /** Somebody is there until they leave, or the session ends, and hears of every question and its end. */
  async attend(asker: Asker): Promise<void> {
    this.#there.add(asker);
    for (const [id, { text }] of this.#questions) asker.tell({ type: 'question', id, text });
    await Promise.race([asker.left, this.#over.promise]);
    this.#there.delete(asker);
  }

  /** Asks all of them; the first one answers. Nothing happens when that is being asked already. */
  ask(id: string, text: string, answered: (yes: boolean) => void): void {
    if (this.#questions.has(id)) return;
    this.#questions.set(id, { text, answered });
    for (const asker of this.#there) asker.tell({ type: 'question', id, text });
  }

  /** It is not asked any more. */
  withdraw(id: string): void {
    if (!this.#questions.delete(id)) return;
    for (const asker of this.#there) asker.tell({ type: 'question', id });
  }

  /** Somebody has answered. Nothing happens when that is not asked any more. */
  answer(id: string, yes: boolean): void {
    const question = this.#questions.get(id);
    this.withdraw(id);
    question?.answered(yes);
  }
}
