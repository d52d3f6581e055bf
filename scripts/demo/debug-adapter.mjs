// A client of the Debug Adapter Protocol, as far as it takes to stop at a line and look around: what an editor does.
// Source: the protocol's own description, and how debugpy uses it for processes that a program starts.
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How long an adapter may take to answer, milliseconds. */
const ANSWER_MS = 20_000;

/** How long after the last one an adapter may take to tell of another process, milliseconds. */
const QUIET_MS = 400;

/**
 * @typedef {object} AttachOptions
 * @property {number} port of the adapter, on 127.0.0.1
 * @property {string} directory of this machine that has the sources; absolute
 * @property {string} remoteDirectory where it is for the program
 * @property {Readonly<Record<string, unknown>>} [attach] what else this adapter must know to attach
 */

/**
 * A program that stands still.
 * @typedef {object} Stop
 * @property {string} file on this machine
 * @property {number} line counted from 1
 * @property {string} function its name
 * @property {(expression: string) => Promise<string>} evaluate in the frame that stands; throws with what the program threw
 * @property {() => Promise<void>} goOn lets it run again
 */

/** A debugger that is attached to a program and to the processes which that starts. */
export class DebugAdapter {
  #options;
  /** @type {Set<Connection>} */
  #connections = new Set();
  /** @type {Promise<void>[]} */
  #opening = [];
  /** @type {{ file: string, lines: readonly number[] } | undefined} */
  #breakpoints;
  /** @type {Stop[]} */
  #stops = [];
  /** @type {Set<(stop: Stop) => void>} */
  #listeners = new Set();

  /** @param {AttachOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Attaches. Resolves when the program and the processes it has started run under this debugger.
   * @param {AttachOptions} options
   * @param {string} [file] of this machine in which it is to stop
   * @param {number} [line] counted from 1
   */
  static async attach(options, file, line) {
    const adapter = new DebugAdapter(options);
    if (file !== undefined && line !== undefined) adapter.#breakpoints = { file, lines: [line] };
    const { directory, remoteDirectory, attach = {} } = options;
    await adapter.#track({
      request: 'attach',
      justMyCode: true,
      subProcess: true,
      pathMappings: [{ localRoot: directory, remoteRoot: remoteDirectory }],
      ...attach,
    });
    for (let known = 0; known < adapter.#opening.length; ) {
      known = adapter.#opening.length;
      await Promise.all(adapter.#opening);
      await pause(QUIET_MS);
    }
    return adapter;
  }

  /**
   * The next time a program stands still, or the last time nobody asked for.
   * @param {number} ms how long to wait
   * @returns {Promise<Stop>}
   */
  nextStop(ms) {
    const stop = this.#stops.shift();
    if (stop !== undefined) return Promise.resolve(stop);
    return new Promise((resolve, reject) => {
      const listener = (/** @type {Stop} */ stopped) => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        resolve(stopped);
      };
      const timer = setTimeout(() => {
        this.#listeners.delete(listener);
        reject(new Error(`the program did not stop within ${ms / 1000} s`));
      }, ms);
      this.#listeners.add(listener);
    });
  }

  /** Detaches: breakpoints are gone, the programs run on. */
  async detach() {
    await Promise.all([...this.#connections].map((connection) => connection.detach()));
    this.#connections.clear();
  }

  /**
   * @param {Readonly<Record<string, unknown>>} attach
   * @returns {Promise<void>}
   */
  #track(attach) {
    const opening = this.#open(attach);
    this.#opening.push(opening);
    return opening;
  }

  /** @param {Readonly<Record<string, unknown>>} attach */
  async #open(attach) {
    const connection = await Connection.open(this.#options.port);
    this.#connections.add(connection);
    connection.closed.then(() => this.#connections.delete(connection));
    const initialized = connection.event('initialized');
    connection.on('debugpyAttach', (body) => {
      // A process that the program started: its debugger listens on the same port, and says itself how to attach.
      this.#track({ ...body, pathMappings: attach.pathMappings }).catch(() => {
        // It has ended already.
      });
    });
    connection.on('stopped', (body) => {
      this.#stopped(connection, Number(body.threadId)).catch(() => {
        // It has ended at the line.
      });
    });
    await connection.request('initialize', {
      clientID: 'devenv-demo',
      adapterID: 'debugpy',
      pathFormat: 'path',
      linesStartAt1: true,
      columnsStartAt1: true,
    });
    // It is answered only after `configurationDone`.
    const attached = connection.request('attach', attach);
    await Promise.race([initialized, attached]);
    if (this.#breakpoints !== undefined) {
      const { file, lines } = this.#breakpoints;
      const breakpoints = lines.map((line) => ({ line }));
      await connection.request('setBreakpoints', { source: { path: file }, breakpoints });
    }
    await connection.request('configurationDone');
    await attached;
  }

  /**
   * @param {Connection} connection
   * @param {number} threadId
   */
  async #stopped(connection, threadId) {
    const { stackFrames } = await connection.request('stackTrace', { threadId, levels: 1 });
    const [frame] = stackFrames;
    const stop = {
      file: frame.source.path,
      line: frame.line,
      function: frame.name,
      evaluate: async (/** @type {string} */ expression) =>
        (await connection.request('evaluate', { expression, frameId: frame.id, context: 'watch' })).result,
      goOn: async () => {
        await connection.request('continue', { threadId });
      },
    };
    const [listener] = this.#listeners;
    if (listener === undefined) this.#stops.push(stop);
    else listener(stop);
  }
}

/** One connection: requests with their answers, and events. */
class Connection {
  #socket;
  #sequence = 0;
  /** @type {Map<number, { resolve: (body: any) => void, reject: (error: Error) => void }>} */
  #open = new Map();
  /** @type {Map<string, (body: Record<string, unknown>) => void>} */
  #handlers = new Map();
  #unread = Buffer.alloc(0);
  /** @type {Promise<void>} */
  closed;

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#read(chunk));
    // What matters of an error is that the connection ends.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const { reject } of this.#open.values()) reject(new Error('the debugger closed the connection'));
        this.#open.clear();
        resolve();
      });
    });
  }

  /**
   * @param {number} port
   * @returns {Promise<Connection>}
   */
  static open(port) {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new Connection(socket)));
    });
  }

  /**
   * @param {string} command
   * @param {Readonly<Record<string, unknown>>} [args]
   * @returns {Promise<any>} body of the answer
   */
  request(command, args = {}) {
    const seq = ++this.#sequence;
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#open.delete(seq);
        reject(new Error(`the debugger did not answer ${command} within ${ANSWER_MS / 1000} s`));
      };
      const timer = setTimeout(late, ANSWER_MS);
      const settled = (/** @type {(value: any) => void} */ settle) => (/** @type {any} */ value) => {
        clearTimeout(timer);
        settle(value);
      };
      this.#open.set(seq, { resolve: settled(resolve), reject: settled(reject) });
      const text = JSON.stringify({ seq, type: 'request', command, arguments: args });
      this.#socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    });
  }

  /**
   * @param {string} name
   * @param {(body: Record<string, unknown>) => void} handler takes the place of an earlier one
   */
  on(name, handler) {
    this.#handlers.set(name, handler);
  }

  /**
   * @param {string} name
   * @returns {Promise<void>} resolves when the event comes
   */
  event(name) {
    return new Promise((resolve) => this.on(name, () => resolve()));
  }

  async detach() {
    await Promise.race([
      this.request('disconnect', { restart: false, terminateDebuggee: false }).catch(() => {}),
      this.closed,
    ]);
    this.#socket.destroy();
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const end = this.#unread.indexOf('\r\n\r\n');
      const length = /content-length: *(\d+)/i.exec(
        this.#unread.subarray(0, Math.max(end, 0)).toString(),
      )?.[1];
      if (end === -1 || length === undefined) return;
      const from = end + 4;
      if (this.#unread.length < from + Number(length)) return;
      const message = JSON.parse(this.#unread.subarray(from, from + Number(length)).toString());
      this.#unread = this.#unread.subarray(from + Number(length));
      this.#heard(message);
    }
  }

  /** @param {any} message */
  #heard(message) {
    if (message.type === 'event') this.#handlers.get(message.event)?.(message.body ?? {});
    if (message.type !== 'response') return;
    const waiting = this.#open.get(message.request_seq);
    this.#open.delete(message.request_seq);
    if (message.success) waiting?.resolve(message.body);
    else waiting?.reject(new Error(message.message ?? `${message.command} was refused`));
  }
}
