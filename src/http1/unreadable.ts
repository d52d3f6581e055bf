/**
 * Bytes that are no HTTP/1 by the strict grammar, or that it leaves open, or that a widespread parser reads otherwise:
 * whoever goes on with them must not rely on where a message ends.
 */
export class Unreadable {
  /** What is wrong with them, in words that can follow `cannot be read: `. */
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}
