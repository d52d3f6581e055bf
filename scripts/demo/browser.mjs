// A page as a person sees it: a browser without a window.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensurePackages } from '../engine.mjs';

/** Where Debian's package puts it. */
const DEBIAN = '/usr/bin/chromium';
const PLACES = [DEBIAN, '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** It speaks to the demo and to nobody else. */
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

/** @returns {string | undefined} path of a Chromium that is there: CHROMIUM, or where packages put it */
export function findChromium() {
  return process.env.CHROMIUM || PLACES.find((path) => existsSync(path));
}

/**
 * Path of a Chromium; where none is found, Debian's is installed if this machine lets us.
 * @param {(line: string) => void} report
 * @returns {Promise<string>}
 * @throws {Error} when there is none and none can be had
 */
export async function ensureChromium(report) {
  const found = findChromium();
  if (found !== undefined) return found;
  try {
    await ensurePackages({ chromium: DEBIAN }, report);
    return DEBIAN;
  } catch (error) {
    throw new Error('no Chromium is found: install it, or set CHROMIUM to its path', { cause: error });
  }
}

/**
 * One answer on the way to a page: a redirect, or the page.
 * @typedef {object} Step
 * @property {string} url that was asked
 * @property {number} status
 * @property {Readonly<Record<string, string>>} headers by name in lower case
 */

/**
 * What the browser shows.
 * @typedef {import('./visitor.mjs').Answer & { trail: readonly Step[] }} Shown `trail`: how it came there
 */

/** A browser that is used by one person: its profile is new, and gone when it is closed. Does what a Visitor does. */
export class Browser {
  #context;
  #page;
  #profile;
  /** @type {import('playwright-core').Response[]} */
  #responses = [];

  /**
   * @param {import('playwright-core').BrowserContext} context
   * @param {import('playwright-core').Page} page
   * @param {string} profile its folder
   */
  constructor(context, page, profile) {
    this.#context = context;
    this.#page = page;
    this.#profile = profile;
    page.on('response', (response) => {
      if (response.request().isNavigationRequest()) this.#responses.push(response);
    });
  }

  /**
   * @param {string} executablePath of a Chromium
   * @returns {Promise<Browser>}
   */
  static async open(executablePath) {
    const profile = mkdtempSync(join(tmpdir(), 'devenv-browser-'));
    // Root, as in containers, cannot use its sandbox.
    const args = process.getuid?.() === 0 ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS;
    const viewport = { width: 1000, height: 700 };
    try {
      const context = await chromium.launchPersistentContext(profile, { executablePath, args, viewport });
      return new Browser(context, context.pages()[0] ?? (await context.newPage()), profile);
    } catch (error) {
      rmSync(profile, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Opens a page, and sends Keycloak's form.
   * @param {string} url
   * @param {{ username: string, password: string }} credentials
   * @returns {Promise<{ form: string, answer: Shown }>} origin of the form, and what came after it
   */
  async logIn(url, credentials) {
    const form = await this.fillIn(url, credentials);
    return { form, answer: await this.submit(url) };
  }

  /**
   * Opens a page, and fills in Keycloak's form.
   * @param {string} url
   * @param {{ username: string, password: string }} credentials
   * @returns {Promise<string>} origin of the form
   */
  async fillIn(url, { username, password }) {
    const { url: form } = await this.get(url);
    await this.#page.fill('#username', username);
    await this.#page.fill('#password', password);
    return new URL(form).origin;
  }

  /**
   * Sends the form that was filled in.
   * @param {string} url of the page that was wanted
   * @returns {Promise<Shown>}
   */
  submit(url) {
    return this.#navigation(async () => {
      const back = this.#page.waitForURL(`${new URL(url).origin}/**`);
      await Promise.all([back, this.#page.click('#kc-login')]);
    });
  }

  /**
   * @param {string} url
   * @returns {Promise<Shown>}
   */
  get(url) {
    return this.#navigation(() => this.#page.goto(url));
  }

  /**
   * Cookies that it has for a page.
   * @param {string} url
   */
  cookies(url) {
    return this.#context.cookies(url);
  }

  /**
   * Takes cookies away.
   * @param {RegExp} name of those
   */
  async forget(name) {
    await this.#context.clearCookies({ name });
  }

  /**
   * Sends headers with every request from now on, as extensions do.
   * @param {Record<string, string>} headers
   */
  async alwaysSend(headers) {
    await this.#context.setExtraHTTPHeaders(headers);
  }

  /** @param {string} path of the picture to make */
  async picture(path) {
    mkdirSync(dirname(path), { recursive: true });
    await this.#page.screenshot({ path });
  }

  async close() {
    await this.#context.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }

  /**
   * @param {() => Promise<unknown>} work leads to another page
   * @returns {Promise<Shown>}
   */
  async #navigation(work) {
    const start = performance.now();
    this.#responses = [];
    await work();
    const trail = await Promise.all(
      this.#responses.map(async (response) => ({
        url: response.url(),
        status: response.status(),
        headers: await response.allHeaders(),
      })),
    );
    const ms = performance.now() - start;
    const { status = 0, headers = /** @type {Record<string, string>} */ ({}) } = trail.at(-1) ?? {};
    const body = (await this.#page.locator('body').textContent())?.trim() ?? '';
    return { status, by: headers['x-answered-by'] ?? '', body, url: this.#page.url(), ms, trail };
  }
}
