// Somebody with cookies, as a browser is: follows redirects, and logs in where Keycloak asks for it. Not `fetch`: it
// says of itself that it is no browser, and sidecars show a login to browsers only.
import { request } from 'node:http';
import { CookieJar } from 'tough-cookie';

/** How long one answer may take, milliseconds. */
const ANSWER_MS = 30_000;

/** A login goes to and fro; more is a circle. */
const MOST_REDIRECTS = 10;

/**
 * What was answered.
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} by who answered, by its own account; empty = nobody said so
 * @property {string} body trimmed
 * @property {string} url where redirects led
 * @property {number} ms from the first request to the last byte
 */

/** A visitor of a site behind a login. */
export class Visitor {
  #jar = new CookieJar();

  /**
   * Opens a page, and fills in Keycloak's form.
   * @param {string} url
   * @param {{ username: string, password: string }} credentials
   * @returns {Promise<{ form: string, answer: Answer }>} origin of the form, and what came after it
   * @throws {Error} when there is no form, or it comes again
   */
  async logIn(url, credentials) {
    const page = await this.get(url);
    const action = formOf(page);
    if (action === undefined) throw new Error(`${page.url} answered ${page.status} without a form to log in`);
    const answer = await this.#visit(action, new URLSearchParams(credentials).toString());
    if (formOf(answer) !== undefined) throw new Error(`${answer.url} did not accept ${credentials.username}`);
    return { form: new URL(page.url).origin, answer };
  }

  /**
   * GET, with the cookies of the login.
   * @param {string} url
   * @returns {Promise<Answer>}
   */
  get(url) {
    return this.#visit(url, undefined);
  }

  /**
   * @param {string} url
   * @param {string | undefined} form undefined = GET
   * @returns {Promise<Answer>}
   */
  async #visit(url, form) {
    const start = performance.now();
    let at = url;
    for (let visits = 0; visits <= MOST_REDIRECTS; visits += 1) {
      const { status, headers, body } = await this.#ask(at, visits === 0 ? form : undefined);
      if (headers.location === undefined) {
        const by = String(headers['x-answered-by'] ?? '');
        return { status, by, body: body.trim(), url: at, ms: performance.now() - start };
      }
      at = new URL(headers.location, at).href;
    }
    throw new Error(`${url} leads from one address to the next without end`);
  }

  /**
   * One request on a connection of its own.
   * @param {string} url
   * @param {string | undefined} form
   * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }>}
   */
  async #ask(url, form) {
    const headers = {
      accept: 'text/html,application/json;q=0.9,*/*;q=0.8',
      cookie: await this.#jar.getCookieString(url),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    const method = form === undefined ? 'GET' : 'POST';
    const signal = AbortSignal.timeout(ANSWER_MS);
    return new Promise((resolve, reject) => {
      const failed = (/** @type {Error} */ error) => reject(new Error(`${method} ${url}: ${error.message}`));
      const question = request(url, { method, headers, agent: false, signal }, async (response) => {
        try {
          const body = Buffer.concat(await response.toArray()).toString();
          for (const cookie of response.headers['set-cookie'] ?? [])
            await this.#jar.setCookie(cookie, url, { ignoreError: true });
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        } catch (error) {
          failed(error instanceof Error ? error : new Error(String(error)));
        }
      });
      question.on('error', failed);
      question.end(form);
    });
  }
}

/**
 * Where Keycloak's form of a page leads.
 * @param {Answer} page
 */
function formOf({ body }) {
  return /<form[^>]*\baction="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&');
}
