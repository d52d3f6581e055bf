import { TOKEN_CHARACTERS } from './fields.ts';
import { Unreadable } from './unreadable.ts';

/** Sizes of chunks have so many digits at most: what a number holds exactly. */
const SIZE_DIGITS = 13;

/** Extensions of all chunks of a body may be so long together, and so may its trailers, bytes. */
const LONGEST_EXTENSIONS = 8 * 1024;
const LONGEST_TRAILERS = 64 * 1024;

/** What belongs into a head alone: whoever heeds it in a trailer reads another message than the others. */
const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'transfer-encoding',
  'upgrade',
]);

const CR = 0x0d;
const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SEMICOLON = 0x3b;
const COLON = 0x3a;
const EQUALS = 0x3d;

const isToken = byteClass(new RegExp(`[${TOKEN_CHARACTERS}]`));
const isText = byteClass(/[\t\x20-\x7e\x80-\xff]/);

type Part =
  | 'size'
  | 'extension-name'
  | 'extension-value'
  | 'extension-token'
  | 'quoted'
  | 'escaped'
  | 'after-quoted'
  | 'size-end'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-end'
  | 'end'
  | 'complete';

/**
 * Follows a chunked body to its end, with extensions and trailers (RFC 9112, 7.1). Each byte that it lets pass goes on
 * from the ones before as the grammar wants it, so that they can be sent on before the rest is there.
 */
export class ChunkedBody {
  #part: Part = 'size';
  #size = 0;
  /** Digits of the size, characters of the name: how long what is being read is. */
  #count = 0;
  #extensionBytes = 0;
  #trailerBytes = 0;
  #trailerName = '';
  #why = '';

  get isComplete(): boolean {
    return this.#part === 'complete';
  }

  /** Why no further byte can be read; undefined while it goes on. */
  get doubt(): Unreadable | undefined {
    return this.#why === '' ? undefined : new Unreadable(this.#why);
  }

  /** Reads `chunk` from `start` on; up to where it belongs to the body and can be read. */
  read(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length && this.#part !== 'complete') {
      if (this.#part === 'data') {
        const length = Math.min(chunk.length - at, this.#size);
        at += length;
        this.#size -= length;
        if (this.#size === 0) this.#part = 'data-cr';
        continue;
      }
      const next = this.#step(chunk[at] ?? 0);
      if (next === undefined) {
        if (this.#why === '') this.#why = 'a chunk of the body is not as it must be';
        break;
      }
      this.#part = next;
      at += 1;
    }
    return at;
  }

  #step(byte: number): Part | undefined {
    switch (this.#part) {
      case 'size':
        return this.#sizeDigit(byte);
      case 'data-cr':
        return byte === CR ? 'data-lf' : undefined;
      case 'data-lf':
        return byte === LF ? this.#begin('size') : undefined;
      case 'size-end':
        if (byte !== LF) return undefined;
        return this.#size === 0 ? 'trailer' : 'data';
      case 'trailer':
      case 'trailer-name':
      case 'trailer-value':
      case 'trailer-end':
      case 'end':
        return this.#trailer(byte);
      default:
        return this.#extension(byte);
    }
  }

  #begin(part: Part): Part {
    this.#count = 0;
    if (part === 'size') this.#size = 0;
    if (part === 'trailer-name') this.#trailerName = '';
    return part;
  }

  #sizeDigit(byte: number): Part | undefined {
    const digit = hexDigit(byte);
    if (digit === undefined) return this.#count === 0 ? undefined : this.#afterItem(byte);
    this.#count += 1;
    if (this.#count > SIZE_DIGITS) return undefined;
    this.#size = this.#size * 16 + digit;
    return 'size';
  }

  /** After a size, or an extension that is complete. */
  #afterItem(byte: number): Part | undefined {
    if (byte === CR) return 'size-end';
    return byte === SEMICOLON ? this.#begin('extension-name') : undefined;
  }

  #extension(byte: number): Part | undefined {
    this.#extensionBytes += 1;
    if (this.#extensionBytes > LONGEST_EXTENSIONS) return this.#fail('the extensions of chunks are too long');
    switch (this.#part) {
      case 'extension-name':
        if (isToken[byte]) return this.#counted('extension-name');
        if (this.#count === 0) return undefined;
        return byte === EQUALS ? 'extension-value' : this.#afterItem(byte);
      case 'extension-value':
        if (byte === QUOTE) return 'quoted';
        return isToken[byte] ? 'extension-token' : undefined;
      case 'extension-token':
        return isToken[byte] ? 'extension-token' : this.#afterItem(byte);
      case 'quoted':
        if (byte === QUOTE) return 'after-quoted';
        if (byte === BACKSLASH) return 'escaped';
        return isText[byte] ? 'quoted' : undefined;
      case 'escaped':
        return isText[byte] ? 'quoted' : undefined;
      default:
        return this.#afterItem(byte);
    }
  }

  #trailer(byte: number): Part | undefined {
    this.#trailerBytes += 1;
    if (this.#trailerBytes > LONGEST_TRAILERS) return this.#fail('its trailers are too long');
    switch (this.#part) {
      case 'trailer':
        if (byte === CR) return 'end';
        return isToken[byte] ? this.#named(byte) : undefined;
      case 'trailer-name':
        if (byte !== COLON) return isToken[byte] ? this.#named(byte) : undefined;
        if (NOT_IN_TRAILERS.has(this.#trailerName)) return this.#fail(`a trailer is ${this.#trailerName}`);
        this.#trailerName = '';
        return 'trailer-value';
      case 'trailer-value':
        if (byte === CR) return 'trailer-end';
        return isText[byte] ? 'trailer-value' : undefined;
      case 'trailer-end':
        return byte === LF ? 'trailer' : undefined;
      default:
        return byte === LF ? 'complete' : undefined;
    }
  }

  #counted(part: Part): Part {
    this.#count += 1;
    return part;
  }

  #named(byte: number): Part {
    // No longer name is looked for.
    if (this.#trailerName.length < 32) this.#trailerName += String.fromCharCode(byte).toLowerCase();
    return 'trailer-name';
  }

  #fail(why: string): undefined {
    this.#why = why;
    return undefined;
  }
}

function hexDigit(byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined;
}

/** Which bytes a regular expression allows. */
function byteClass(allowed: RegExp): readonly boolean[] {
  return Array.from({ length: 256 }, (_, byte) => allowed.test(String.fromCharCode(byte)));
}
