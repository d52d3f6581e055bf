// What stays open for long: streams, and a download.
import { request } from 'node:http';
import WebSocket from 'ws';
import { ask, LIMIT_MS, named, nameIn, reasonOf } from './ask.mjs';

/** A stream is left after so long, and is taken for dead after so long a silence, milliseconds. */
const STREAM = { ms: 15_000, silentMs: 10_000 };
const DOWNLOAD_SECONDS = 10;

/**
 * @param {string} url of the app
 * @param {import('./ledger.mjs').Ledger} ledger
 * @returns {Promise<boolean>} whether all of it came
 */
export async function download(url, ledger) {
  const end = ledger.begin('download', { endless: true });
  const outcome = await ask(
    `${url}/download?seconds=${DOWNLOAD_SECONDS}`,
    undefined,
    DOWNLOAD_SECONDS * 1000 + LIMIT_MS,
  );
  end(outcome);
  return outcome.error === undefined;
}

/**
 * @param {string} url
 * @param {import('./ledger.mjs').Ledger} ledger
 * @param {AbortSignal} signal
 */
export function eventStream(url, ledger, signal) {
  return stream('events', ledger, signal, (hears, ends) => {
    const outgoing = request(`${url}/events`, { agent: false }, (response) => {
      const by = nameIn(response.headers);
      if (response.statusCode !== 200) ends(`${response.statusCode} of ${by}`);
      response.on('data', () => hears(by));
      response.on('error', (error) => ends(reasonOf(error)));
      response.on('end', () => ends('it came to an end'));
    });
    outgoing.on('error', (error) => ends(reasonOf(error)));
    outgoing.end();
    return () => outgoing.destroy();
  });
}

/**
 * @param {string} url
 * @param {import('./ledger.mjs').Ledger} ledger
 * @param {AbortSignal} signal
 */
export function webSocket(url, ledger, signal) {
  return stream('WebSocket', ledger, signal, (hears, ends) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { handshakeTimeout: LIMIT_MS });
    socket.on('message', (data) => hears(String(data)));
    socket.on('error', (error) => ends(reasonOf(error)));
    socket.on('close', (code) => ends(`it was closed with ${code}`));
    return () => socket.terminate();
  });
}

/**
 * One stream, until it has been heard long enough. Who speaks on it is who answers.
 * @param {string} name
 * @param {import('./ledger.mjs').Ledger} ledger
 * @param {AbortSignal} signal
 * @param {(hears: (by: string | undefined) => void, ends: (why: string) => void) => () => void} open returns what closes it
 * @returns {Promise<boolean>} whether it stayed open
 */
function stream(name, ledger, signal, open) {
  const end = ledger.begin(name, { endless: true });
  return new Promise((resolve) => {
    /** @type {string | undefined} */
    let by;
    const settle = (/** @type {string | undefined} */ error) => {
      clearTimeout(enough);
      clearTimeout(silence);
      signal.removeEventListener('abort', onAbort);
      end(error === undefined ? named(by) : { error });
      close();
      resolve(error === undefined);
    };
    const tooSilent = () => settle(`silent for ${STREAM.silentMs / 1000} s`);
    let silence = setTimeout(tooSilent, STREAM.silentMs);
    const onAbort = () => settle(undefined);
    const enough = setTimeout(onAbort, STREAM.ms);
    signal.addEventListener('abort', onAbort);
    const close = open((speaker) => {
      by = speaker;
      clearTimeout(silence);
      silence = setTimeout(tooSilent, STREAM.silentMs);
    }, settle);
  });
}
