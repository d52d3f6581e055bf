import { Writable } from 'node:stream';
import { TextLines } from '../common/text-lines.ts';
import type { Reporter } from '../model/event.ts';
import type { ExecStreams } from '../runner/index.ts';

/** As many lines as are shown of whatever failed. */
const KEPT_LINES = 10;

/** What a hook writes: lines of its service, the last of which are kept for when it fails. */
export class HookOutput {
  /** Where the hook writes. */
  readonly streams: Pick<ExecStreams, 'output' | 'errors'>;
  readonly #service: string;
  readonly #report: Reporter;
  readonly #last: string[] = [];
  readonly #open: (() => void)[] = [];

  constructor(service: string, report: Reporter) {
    this.#service = service;
    this.#report = report;
    this.streams = { output: this.#stream('stdout'), errors: this.#stream('stderr') };
  }

  /** The last lines of both streams, at most ten. */
  get last(): readonly string[] {
    return this.#last;
  }

  /** The hook has ended: what has no line end is a line. */
  end(): void {
    for (const close of this.#open.splice(0)) close();
  }

  #stream(stream: 'stdout' | 'stderr'): Writable {
    const lines = new TextLines();
    const tell = (all: readonly string[]) => {
      for (const line of all) {
        this.#report({ type: 'log', service: this.#service, stream, line });
        this.#last.push(line);
        if (this.#last.length > KEPT_LINES) this.#last.shift();
      }
    };
    this.#open.push(() => tell(lines.end()));
    return new Writable({
      write: (bytes: Buffer, _, done) => {
        tell(lines.add(bytes));
        done();
      },
    });
  }
}
