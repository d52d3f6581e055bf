// One request, and what came of it.
import { request } from 'node:http';

/** Whoever gets no answer for so long has got none, milliseconds. What takes its time by itself has longer. */
export const LIMIT_MS = 10_000;

/** @typedef {{ by?: string, error?: string, body?: string }} Outcome */

/**
 * One GET. Never rejects.
 * @param {string} url
 * @param {import('node:http').Agent | undefined} agent undefined: on a connection of its own
 * @param {number} [limitMs]
 * @returns {Promise<Outcome>}
 */
export function ask(url, agent, limitMs = LIMIT_MS) {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(limitMs);
    /** @type {string | undefined} */
    let by;
    const fail = (/** @type {Error} */ error) =>
      resolve({ error: signal.aborted ? `no answer within ${limitMs / 1000} s` : reasonOf(error) });
    const outgoing = request(url, { agent: agent ?? false, signal }, (response) => {
      by = nameIn(response.headers);
      let body = '';
      let length = 0;
      response.on('data', (chunk) => {
        length += chunk.length;
        if (length < 1000) body += chunk;
      });
      response.on('error', fail);
      response.on('end', () => {
        const { statusCode } = response;
        resolve(
          statusCode === 200 ? { ...named(by), body } : { error: `${statusCode} of ${by}: ${body.trim()}` },
        );
      });
    });
    outgoing.on('error', fail);
    outgoing.end();
  });
}

/** @param {import('node:http').IncomingHttpHeaders} headers */
export function nameIn(headers) {
  return headers['x-answered-by']?.toString();
}

/** As part of an outcome. @param {string | undefined} by */
export function named(by) {
  return by === undefined ? {} : { by };
}

/** @param {Error & { code?: string }} error */
export function reasonOf(error) {
  return error.code ?? error.message;
}
