// What a person sees meanwhile: a live line in a terminal, a line for each event in a pipe.
import { seconds } from './rows.mjs';

const DRAW_MS = 250;

/** Tells what happens on standard error. */
export class Progress {
  #start = performance.now();
  #name = '';
  /** @type {import('./ledger.mjs').Ledger | undefined} */
  #ledger;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** A line that stays. @param {string} text */
  say(text) {
    this.#erase();
    console.error(`${clock(performance.now() - this.#start)}  ${text}`);
  }

  /**
   * @param {import('./run.mjs').News} news
   * @param {import('./ledger.mjs').Ledger} ledger
   */
  tell(news, ledger) {
    this.#ledger = ledger;
    if (process.stderr.isTTY) this.#timer ??= setInterval(() => this.#draw(), DRAW_MS);
    if (news.type === 'event') {
      this.#name = news.name;
      if (!process.stderr.isTTY) this.say(news.name);
      return;
    }
    const { name, back, last } = news.window;
    const which = last === '' ? '' : `, ${last} last`;
    this.#name = '';
    this.say(
      `${name}: ${back === undefined ? 'never well again' : `all well after ${seconds(back)}${which}`}`,
    );
  }

  end() {
    clearInterval(this.#timer);
    this.#erase();
  }

  #draw() {
    const requests = this.#ledger?.requests ?? [];
    const errors = requests.filter(({ error }) => error !== undefined).length;
    const counts = `${requests.length} requests, ${errors} errors`;
    this.#erase();
    process.stderr.write(`${clock(performance.now() - this.#start)}  ${counts}  ${this.#name}`);
  }

  #erase() {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}

/** @param {number} ms */
function clock(ms) {
  const whole = Math.floor(ms / 1000);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
