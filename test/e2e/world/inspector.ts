import { WebSocket } from 'ws';

const ANSWER_MS = 10_000;

/** A program that stands still. */
export interface Pause {
  /** Address of the file for its program. */
  readonly url: string;
  /** Counted from 1. */
  readonly line: number;
  /** Value of an expression where it stands. */
  evaluate(expression: string): Promise<unknown>;
  /** Lets it run again. */
  goOn(): Promise<void>;
}

/** A debugger for Node.js: a client of its inspector, as far as the scenarios need it. */
export class Inspector implements Disposable {
  readonly #socket: WebSocket;
  readonly #open = new Map<number, (message: Message) => void>();
  readonly #scripts = new Map<string, string>();
  readonly #pauses: Pause[] = [];
  #listener: ((pause: Pause) => void) | undefined;
  #sequence = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#heard(JSON.parse(String(data))));
  }

  /** Attaches to the program whose inspector listens on a port of 127.0.0.1. */
  static async attach(port: number): Promise<Inspector> {
    const list = await fetch(`http://127.0.0.1:${port}/json/list`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const [program] = (await list.json()) as { readonly webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(program?.webSocketDebuggerUrl ?? '');
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const inspector = new Inspector(socket);
    await inspector.#ask('Runtime.enable');
    await inspector.#ask('Debugger.enable');
    return inspector;
  }

  /** Lets a program begin that was waiting for a debugger; it stands before its first line then. */
  async begin(): Promise<void> {
    await this.#ask('Runtime.runIfWaitingForDebugger');
  }

  /** Makes it stop before a line, counted from 1, of the files whose path ends so. */
  async stopAt(file: string, line: number): Promise<void> {
    const urlRegex = `${file.replaceAll('.', '\\.')}$`;
    await this.#ask('Debugger.setBreakpointByUrl', { urlRegex, lineNumber: line - 1 });
  }

  /** The next time it stands still. Errors: when it does not within 10 s. */
  nextPause(): Promise<Pause> {
    const pause = this.#pauses.shift();
    if (pause !== undefined) return Promise.resolve(pause);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the program did not stop')), ANSWER_MS);
      this.#listener = (stopped) => {
        clearTimeout(timer);
        this.#listener = undefined;
        resolve(stopped);
      };
    });
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }

  #ask(method: string, params: object = {}): Promise<Message> {
    const id = ++this.#sequence;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), ANSWER_MS);
      this.#open.set(id, (message) => {
        clearTimeout(timer);
        if (message.error === undefined) resolve(message);
        else reject(new Error(`${method}: ${message.error.message}`));
      });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #heard(message: Message): void {
    if (message.id !== undefined) {
      this.#open.get(message.id)?.(message);
      this.#open.delete(message.id);
    }
    const script = message.method === 'Debugger.scriptParsed' ? message.params : undefined;
    if (script?.scriptId !== undefined) this.#scripts.set(script.scriptId, script.url ?? '');
    const frame = message.method === 'Debugger.paused' ? message.params?.callFrames?.[0] : undefined;
    if (frame === undefined) return;
    const pause: Pause = {
      url: this.#scripts.get(frame.location.scriptId) ?? '',
      line: frame.location.lineNumber + 1,
      evaluate: async (expression) => {
        const params = { callFrameId: frame.callFrameId, expression, returnByValue: true };
        return (await this.#ask('Debugger.evaluateOnCallFrame', params)).result?.result?.value;
      },
      goOn: async () => {
        await this.#ask('Debugger.resume');
      },
    };
    if (this.#listener === undefined) this.#pauses.push(pause);
    else this.#listener(pause);
  }
}

/** What the inspector says: an answer, or an event. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly error?: { readonly message: string };
  readonly result?: { readonly result?: { readonly value?: unknown } };
  readonly params?: {
    readonly scriptId?: string;
    readonly url?: string;
    readonly callFrames?: readonly {
      readonly callFrameId: string;
      readonly location: { readonly scriptId: string; readonly lineNumber: number };
    }[];
  };
}
