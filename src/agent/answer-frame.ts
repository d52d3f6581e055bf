const HTTP = /^HTTP\/1\.[01] (\d{3})/;
const VERSION = Buffer.from('HTTP/1.');
const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');

/** A head may be so long, bytes; whoever sends more speaks something else. */
const LONGEST_HEAD = 256 * 1024;

/** A line with the size of a chunk may be so long, bytes. */
const LONGEST_SIZE_LINE = 4096;

/**
 * Where an answer has come to. `unknown`: it is not HTTP/1, or not understood; `until-end`: it ends with its connection.
 */
type Part =
  | 'unknown'
  | 'head'
  | 'body'
  | 'size'
  | 'data'
  | 'data-end'
  | 'trailers'
  | 'until-end'
  | 'complete';

/**
 * Follows one HTTP/1 answer, byte by byte and without keeping what it says, to know whether more of it must come
 * (RFC 9112, 6.3). Whatever it does not understand it leaves open.
 */
export class AnswerFrame {
  /** The answer is to a HEAD request: it says how long it would be, and has no body. */
  readonly #toHead: boolean;
  #part: Part = 'head';
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0;
  /** What came of a head or a line that is not complete. */
  #begun: Buffer = Buffer.alloc(0);

  constructor(toHead: boolean) {
    this.#toHead = toHead;
  }

  /** Whether more must come, for sure or for sure not; undefined where that is not known. */
  get goesOn(): boolean | undefined {
    if (this.#part === 'unknown') return undefined;
    return this.#part !== 'complete';
  }

  /** The next bytes of the answer. */
  read(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) {
      const length = this.#take(rest);
      // More than was to come: it is not what it seemed to be.
      if (this.#part === 'complete' && length < rest.length) this.#part = 'unknown';
      if (this.#part === 'unknown' || this.#part === 'until-end') return;
      rest = rest.subarray(length);
    }
  }

  /** Takes from the beginning of `rest` what belongs together; how much that was, in bytes. */
  #take(rest: Buffer): number {
    switch (this.#part) {
      case 'head':
        if (!isHttp(this.#begun, rest)) {
          this.#part = 'unknown';
          return rest.length;
        }
        return this.#line(rest, HEAD_END, LONGEST_HEAD, (head) => this.#afterHead(head));
      case 'size':
        return this.#line(rest, LINE_END, LONGEST_SIZE_LINE, (line) => this.#afterSize(line));
      case 'data-end':
        return this.#line(rest, LINE_END, LINE_END.length, () => 'size');
      case 'trailers':
        return this.#line(rest, LINE_END, LONGEST_HEAD, (line) => (line === '' ? 'complete' : 'trailers'));
      case 'body':
      case 'data': {
        const length = Math.min(rest.length, this.#left);
        this.#left -= length;
        if (this.#left === 0) this.#part = this.#part === 'body' ? 'complete' : 'data-end';
        return length;
      }
      default:
        return rest.length;
    }
  }

  #line(rest: Buffer, end: Buffer, longest: number, next: (line: string) => Part): number {
    const before = this.#begun;
    const whole = before.length === 0 ? rest : Buffer.concat([before, rest]);
    // The end may have begun in what came before.
    const at = whole.indexOf(end, Math.max(0, before.length - end.length));
    if ((at < 0 ? whole.length : at) > longest) this.#part = 'unknown';
    else if (at < 0) this.#begun = Buffer.from(whole);
    else {
      this.#begun = Buffer.alloc(0);
      this.#part = next(whole.toString('latin1', 0, at));
      return at + end.length - before.length;
    }
    return rest.length;
  }

  #afterHead(head: string): Part {
    const status = Number(HTTP.exec(head)?.[1]);
    if (Number.isNaN(status)) return 'unknown';
    // Another protocol begins.
    if (status === 101) return 'unknown';
    // Not the answer yet.
    if (status < 200) return 'head';
    if (this.#toHead || status === 204 || status === 304) return 'complete';
    if (/^transfer-encoding:.*\bchunked[ \t]*$/im.test(head)) return 'size';
    const length = /^content-length:[ \t]*(\d{1,15})[ \t]*$/im.exec(head)?.[1];
    if (length === undefined) return 'until-end';
    this.#left = Number(length);
    return this.#left === 0 ? 'complete' : 'body';
  }

  #afterSize(line: string): Part {
    const size = /^([\da-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) return 'unknown';
    this.#left = Number.parseInt(size, 16);
    return this.#left === 0 ? 'trailers' : 'data';
  }
}

/** Whether what begins so and goes on so, however short it is, may be HTTP/1. */
function isHttp(begun: Buffer, rest: Buffer): boolean {
  const start = Buffer.concat([begun.subarray(0, VERSION.length), rest.subarray(0, VERSION.length)]);
  const length = Math.min(start.length, VERSION.length);
  return start.subarray(0, length).equals(VERSION.subarray(0, length));
}
