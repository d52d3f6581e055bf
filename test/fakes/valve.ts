/** What lies between the two ends of a stream: while it is shut nothing passes, and what was sent meanwhile comes after. */
export class Valve {
  readonly #waiting: (() => void)[] = [];
  #isShut = false;

  /** From now on nothing passes, an end neither: a network that drops everything, or a program that is stopped. */
  shut(): void {
    this.#isShut = true;
  }

  /** Ends what `shut` began. */
  open(): void {
    this.#isShut = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Calls `go` as soon as something can pass, after whatever waits already. */
  pass(go: () => void): void {
    if (this.#isShut) this.#waiting.push(go);
    else go();
  }
}
