// Who visits the app behind the login, and what they are shown. With `--two` each of them has a browser of their own, or
// cookies of their own where there is no Chromium; otherwise john alone comes, with cookies. Loads what needs dependencies
// only when somebody comes, since they may have to be installed before.
import { style } from '../terminal.mjs';
import { detail } from './story.mjs';

export const JOHN = { username: 'john@gefyra.dev', password: 'john' };
export const JANE = { username: 'jane@gefyra.dev', password: 'jane' };

/** The name that john's requests are marked with. */
export const MARK = 'john';

/**
 * The link that marks the requests of whoever opens it.
 * @param {string} url of a page without a query
 * @param {string} name empty = the one that ends it
 */
export function link(url, name) {
  return `${url}?gefyra-devenv=${name}`;
}

/** @typedef {'john' | 'jane'} Name */
/** @typedef {import('./visitor.mjs').Answer} Answer */
/** @typedef {import('./browser.mjs').Browser | import('./visitor.mjs').Visitor} Person */

/** The people of the story, on one page. */
export class People {
  #page;
  #areTwo;
  /** @type {Map<Name, Person>} */
  #present = new Map();

  /**
   * @param {string} page that they ask for
   * @param {boolean} areTwo whether jane comes too
   */
  constructor(page, areTwo) {
    this.#page = page;
    this.#areTwo = areTwo;
  }

  /**
   * Somebody comes and logs in.
   * @param {Name} name
   * @param {string} url
   * @throws {Error} when that fails
   */
  async logIn(name, url) {
    const person = await this.#somebody();
    this.#present.set(name, person);
    const credentials = name === 'john' ? JOHN : JANE;
    detail(`GET ${url}`);
    const { form, answer } = await person.logIn(url, credentials);
    detail(`to the login at ${form}: ${credentials.username}, and back`);
    this.show(name, answer);
    if (answer.status !== 200) throw new Error('expected 200 after the login');
  }

  /**
   * GET of the page, or of another one.
   * @param {Name} name
   * @returns {Promise<Answer>}
   */
  async ask(name, url = this.#page) {
    const person = this.#present.get(name);
    if (person === undefined) throw new Error(`${name} is not logged in`);
    return person.get(url);
  }

  /**
   * Asks, and shows the answer.
   * @param {Name} name
   * @param {number} status
   * @param {'original' | 'local'} by
   * @param {string} [url] absent = the page
   * @throws {Error} when it is another one
   */
  async expect(name, status, by, url) {
    this.check(name, await this.ask(name, url), status, by);
  }

  /**
   * Shows an answer.
   * @param {Name} name who has asked
   * @param {Answer} answer
   * @param {number} status
   * @param {'original' | 'local'} by
   * @throws {Error} when it is not what was expected
   */
  check(name, answer, status, by) {
    this.show(name, answer);
    if (answer.status !== status || answer.by !== by) throw new Error(`expected ${status} from ${by}`);
  }

  /**
   * @param {Name} name who has asked
   * @param {Answer} answer
   */
  show(name, { url, status, by, body, ms }) {
    const who = this.#areTwo ? `${style.bold(name)}  ` : '';
    const number = status === 200 ? style.green(String(status)) : style.red(String(status));
    detail(`${who}GET ${url} ${style.dim(`${ms.toFixed(0)} ms`)}`);
    detail(`${who}${number}  answered by ${style.bold(by)}  ${body}`);
  }

  async close() {
    for (const person of this.#present.values()) if ('close' in person) await person.close();
  }

  /** @returns {Promise<Person>} */
  async #somebody() {
    const { Visitor } = await import('./visitor.mjs');
    if (!this.#areTwo) return new Visitor();
    const { Browser, findChromium } = await import('./browser.mjs');
    const chromium = findChromium();
    if (chromium === undefined) {
      detail('with plain HTTP and new cookies, since no Chromium is found');
      return new Visitor();
    }
    detail(`in ${chromium}, with a new profile`);
    return Browser.open(chromium);
  }
}
