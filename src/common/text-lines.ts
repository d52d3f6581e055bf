import { StringDecoder } from 'node:string_decoder';

/** Longest piece that is kept waiting for its line end, characters; a longer line is passed on in pieces. */
export const MAX_LINE_CHARACTERS = 1024 * 1024;

/** Makes lines of bytes, without their ends. Characters that span two pieces stay whole. */
export class TextLines {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** The lines that end with these bytes. */
  add(bytes: Buffer): readonly string[] {
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAX_LINE_CHARACTERS) {
      lines.push(this.#rest);
      this.#rest = '';
    }
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  }

  /** What has no line end. */
  end(): readonly string[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}
