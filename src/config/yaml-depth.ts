import type { CST } from 'yaml';

/** How deep the pieces of a text lie, at most: lines that are indented more and more, brackets, and dashes of one line. */
export class Depth {
  /** Indentations of the lines that the current one lies below, its own included. */
  readonly #indents: number[] = [];
  #brackets = 0;
  #dashes = 0;
  #indent = 0;
  #isLineStart = true;

  /** How deep a piece lies; all of them are asked for, in order. */
  at(token: string, type: CST.TokenType | null): number {
    if (type === 'newline') {
      this.#isLineStart = true;
      this.#indent = 0;
      this.#dashes = 0;
    } else if (type === 'space' && this.#isLineStart) {
      this.#indent = token.length;
    } else if (type !== 'comment' && type !== 'space') {
      if (this.#isLineStart && this.#brackets === 0) this.#beginLine();
      this.#isLineStart = false;
      if (type === 'flow-map-start' || type === 'flow-seq-start') this.#brackets += 1;
      else if (type === 'flow-map-end' || type === 'flow-seq-end') this.#brackets -= 1;
      else if (type === 'seq-item-ind' || type === 'explicit-key-ind') this.#dashes += 1;
    }
    return this.#indents.length + Math.max(0, this.#brackets) + this.#dashes;
  }

  #beginLine(): void {
    while ((this.#indents.at(-1) ?? -1) >= this.#indent) this.#indents.pop();
    this.#indents.push(this.#indent);
  }
}
