// The login as a person sees it: a browser without a window, and pictures of what it shows.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensurePackages } from '../engine.mjs';

/** Where Debian's package puts it. */
const DEBIAN = '/usr/bin/chromium';
const PLACES = [DEBIAN, '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** It speaks to the demo and to nobody else. */
const ARGUMENTS = ['--disable-gpu', '--disable-quic', '--disable-sync'];

/**
 * Path of a Chromium; where none is found, Debian's is installed if this machine lets us.
 * @param {(line: string) => void} report
 * @returns {Promise<string>}
 * @throws {Error} when there is none and none can be had
 */
export async function ensureChromium(report) {
  const found = process.env.CHROMIUM || PLACES.find((path) => existsSync(path));
  if (found !== undefined) return found;
  try {
    await ensurePackages({ chromium: DEBIAN }, report);
    return DEBIAN;
  } catch (error) {
    throw new Error('no Chromium is found: install it, or set CHROMIUM to its path', { cause: error });
  }
}

/** A browser that is used by one person. */
export class Browser {
  #browser;
  #page;
  #folder;

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {import('playwright-core').Page} page
   * @param {string} folder
   */
  constructor(browser, page, folder) {
    this.#browser = browser;
    this.#page = page;
    this.#folder = folder;
  }

  /**
   * @param {string} executablePath of a Chromium
   * @param {string} folder for the pictures; made if it is not there
   * @returns {Promise<Browser>}
   */
  static async open(executablePath, folder) {
    mkdirSync(folder, { recursive: true });
    // Root, as in containers, cannot use its sandbox.
    const args = process.getuid?.() === 0 ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS;
    const browser = await chromium.launch({ executablePath, args });
    const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    return new Browser(browser, page, folder);
  }

  /**
   * Fills in Keycloak's form. Returns the paths of the pictures.
   * @param {string} url
   * @param {{ username: string, password: string }} credentials
   */
  async logIn(url, { username, password }) {
    await this.#page.goto(url);
    await this.#page.fill('#username', username);
    await this.#page.fill('#password', password);
    const form = await this.#picture('login');
    await this.#page.click('#kc-login');
    await this.#page.waitForURL(`${new URL(url).origin}/**`);
    return form;
  }

  /**
   * @param {string} url
   * @param {string} name of the picture
   * @returns {Promise<{ status: number, body: string, picture: string }>}
   */
  async get(url, name) {
    const response = await this.#page.goto(url);
    const body = (await this.#page.locator('body').textContent())?.trim() ?? '';
    return { status: response?.status() ?? 0, body, picture: await this.#picture(name) };
  }

  async close() {
    await this.#browser.close();
  }

  /** @param {string} name */
  async #picture(name) {
    const path = join(this.#folder, `${name}.png`);
    await this.#page.screenshot({ path });
    return path;
  }
}
