import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);

/** What the server says about a place of a document: lines and columns counted from 0. */
export interface Diagnostic {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly message: string;
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** A proposal of the server's. */
export interface Proposal {
  readonly label: string;
  readonly insertText?: string;
  readonly textEdit?: { readonly newText: string };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** The language server that editors run for YAML, over its standard streams; documents exist for it alone. */
export class LanguageServer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (reason: Error) => void }
  >();
  readonly #diagnostics = new Map<string, (diagnostics: readonly Diagnostic[]) => void>();
  readonly #schema: string;
  #read = Buffer.alloc(0);
  #count = 0;
  #hasSettings = false;

  private constructor(schema: string) {
    const program = require.resolve('yaml-language-server/package.json');
    this.#schema = schema;
    this.#process = spawn(process.execPath, [join(dirname(program), 'bin/yaml-language-server'), '--stdio']);
    this.#process.stdout.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#process.on('exit', (code, signal) => {
      for (const { reject } of this.#answers.values())
        reject(new Error(`the language server ended with ${signal ?? code}`));
    });
  }

  /** Starts one whose documents all have the schema in a file; resolves when it knows that. */
  static async start(schemaFile: string): Promise<LanguageServer> {
    const server = new LanguageServer(pathToFileURL(schemaFile).href);
    await server.#ask('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {
        textDocument: {
          hover: { contentFormat: ['markdown'] },
          completion: { completionItem: { snippetSupport: true } },
        },
        workspace: { configuration: true },
      },
    });
    server.#tell('initialized', {});
    // It asks for its settings then. Completion and hover do not wait for them, and find no schema before; lenses do.
    await server.#ask('textDocument/codeLens', { textDocument: { uri: server.#newUri() } });
    if (!server.#hasSettings) throw new Error('the language server did not ask for its settings');
    return server;
  }

  /** What it marks in a text. */
  async diagnostics(text: string): Promise<readonly Diagnostic[]> {
    const uri = this.#newUri();
    const told = new Promise<readonly Diagnostic[]>((resolve) => this.#diagnostics.set(uri, resolve));
    this.#open(uri, text);
    const diagnostics = await told;
    this.#tell('textDocument/didClose', { textDocument: { uri } });
    return diagnostics;
  }

  /** What it shows about the place that `‸` marks in a text; empty when it shows nothing. */
  async hover(text: string): Promise<string> {
    const hover = (await this.#askAt('textDocument/hover', text)) as { contents?: { value?: string } } | null;
    return hover?.contents?.value ?? '';
  }

  /** What it proposes at the place that `‸` marks in a text. */
  async completion(text: string): Promise<readonly Proposal[]> {
    const list = (await this.#askAt('textDocument/completion', text)) as {
      items: readonly Proposal[];
    } | null;
    return list?.items ?? [];
  }

  /** Ends it. */
  stop(): void {
    this.#process.kill();
  }

  #askAt(method: string, text: string): Promise<unknown> {
    const before = text.slice(0, text.indexOf('‸')).split('\n');
    const uri = this.#newUri();
    this.#open(uri, text.replace('‸', ''));
    return this.#ask(method, {
      textDocument: { uri },
      position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
    });
  }

  #newUri(): string {
    return `file:///shop-${++this.#count}/gefyra.yaml`;
  }

  #open(uri: string, text: string): void {
    this.#tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  #tell(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #take(bytes: Buffer): void {
    this.#read = Buffer.concat([this.#read, bytes]);
    for (;;) {
      const end = this.#read.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/i.exec(this.#read.toString('latin1', 0, Math.max(0, end)))?.[1],
      );
      if (end < 0 || this.#read.length < end + 4 + length) return;
      const message: Message = JSON.parse(this.#read.toString('utf8', end + 4, end + 4 + length));
      this.#read = this.#read.subarray(end + 4 + length);
      this.#hear(message);
    }
  }

  #hear({ id, method, params, result, error }: Message): void {
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Diagnostic[] };
      this.#diagnostics.get(uri)?.(diagnostics);
    } else if (method === 'workspace/configuration' && id !== undefined) {
      const { items } = params as { items: readonly { section: string }[] };
      this.#hasSettings ||= items.some(({ section }) => section === 'yaml');
      this.#send({ id, result: items.map(({ section }) => (section === 'yaml' ? this.#settings() : null)) });
    } else if (method !== undefined && id !== undefined) {
      this.#send({ id, result: null });
    } else if (id !== undefined) {
      const answer = this.#answers.get(id);
      this.#answers.delete(id);
      if (error === undefined) answer?.resolve(result);
      else answer?.reject(new Error(error.message));
    }
  }

  #settings() {
    return {
      schemas: { [this.#schema]: 'gefyra.yaml' },
      schemaStore: { enable: false },
      kubernetesCRDStore: { enable: false },
      validate: true,
      hover: true,
      completion: true,
    };
  }
}
