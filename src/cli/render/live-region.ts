import { clearScreenDown, moveCursor } from 'node:readline';
import { createLogUpdate } from 'log-update';
import { displayWidth } from '../../common/display-width.ts';
import { withColorsOnly } from '../../common/terminal-text.ts';

/**
 * The last lines of a terminal, which are drawn again and again, below text that stays. Nothing but text and its colours
 * gets there, whatever is given to it.
 */
export class LiveRegion {
  readonly #terminal: NodeJS.WriteStream;
  readonly #update: ReturnType<typeof createLogUpdate>;
  #lines: readonly string[] = [];
  #drawnWidth = 0;

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal;
    // Whatever ends this program, nobody is left without a cursor.
    this.#update = createLogUpdate(terminal, { showCursor: true });
  }

  /** Characters in a line, without the last one: some terminals begin a new line when it is written. */
  get width(): number {
    return (this.#terminal.columns ?? 80) - 1;
  }

  /** Lines that can be drawn. */
  get height(): number {
    return (this.#terminal.rows ?? 24) - 1;
  }

  /** Draws these lines in place of the last ones. No more than `height`, none longer than `width`. */
  draw(lines: readonly string[]): void {
    this.#eraseWrapped();
    this.#lines = lines;
    this.#drawnWidth = this.width;
    if (lines.length === 0) this.#update.clear();
    else this.#update(withColorsOnly(lines.join('\n')));
  }

  /** In a terminal that became narrower what was drawn takes more rows than it had lines. */
  #eraseWrapped(): void {
    if (this.#lines.length === 0 || this.width >= this.#drawnWidth) return;
    const widths = this.#lines.map(displayWidth);
    const rows = widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / (this.width + 1))), 0);
    moveCursor(this.#terminal, 0, -rows);
    clearScreenDown(this.#terminal);
    // It begins anew.
    this.#update.done();
  }

  /** Writes text that stays, above what is drawn. Ends with a line end. */
  print(text: string): void {
    const lines = this.#lines;
    this.draw([]);
    this.#terminal.write(withColorsOnly(text));
    this.draw(lines);
  }
}
