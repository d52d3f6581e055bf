import type { Duplex } from 'node:stream';
import { messageOf } from '../common/errors.ts';
import { encodeLine, readJsonLines } from '../common/json-lines.ts';
import { startControlHeart } from './control-heart.ts';

/** A program's end of a control duplex. */
export class ControlServer<Request, Event> {
  /** Resolves when the duplex is gone. */
  readonly closed: Promise<void>;
  readonly #duplex: Duplex;
  readonly #heard: () => void;

  constructor(duplex: Duplex) {
    this.#duplex = duplex;
    duplex.on('error', () => {});
    this.closed = new Promise((resolve) => duplex.once('close', resolve));
    this.#heard = startControlHeart(duplex);
  }

  /** Says something; dropped when the duplex is gone. */
  send(event: Event): void {
    if (this.#duplex.writable) this.#duplex.write(encodeLine(event));
  }

  /** Handles requests as they come, without waiting for one before the next, until the duplex is gone. */
  async serve(
    decode: (value: unknown) => Request,
    handle: (request: Request) => Promise<void>,
  ): Promise<void> {
    try {
      for await (const value of readJsonLines(this.#duplex, this.#heard)) {
        handle(decode(value)).catch((error) => console.error(`request failed: ${messageOf(error)}`));
      }
    } catch (error) {
      if (!this.#duplex.destroyed) console.error(`control closed: ${messageOf(error)}`);
    }
    this.#duplex.destroy();
  }

  /** Ends the duplex. */
  close(): void {
    this.#duplex.destroy();
  }
}
