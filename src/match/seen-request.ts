import type { Field, RequestHead } from '../http1/request-head.ts';
import { markOf } from './mark.ts';
import { baggageOf, cookiesOf, type Pair, valuesOf } from './pairs.ts';
import { normalPath, partsOfTarget } from './path.ts';
import { meantText } from './text.ts';

/** The head of a request as conditions look at it; each part is read when the first one asks for it. */
export class SeenRequest {
  readonly method: string;
  readonly #head: RequestHead;
  #baggage: readonly Pair[] | undefined;
  #cookies: readonly Pair[] | undefined;
  #query: readonly Pair[] | undefined;
  #path: { readonly text: string | undefined } | undefined;

  constructor(head: RequestHead) {
    this.method = head.method;
    this.#head = head;
  }

  /** Every value that a header, member, cookie or parameter of this name has. */
  values(of: 'header' | 'baggage' | 'cookie' | 'query', name: string): readonly string[] {
    switch (of) {
      case 'header':
        return valuesOf(this.#fields, name).map(meantText);
      case 'baggage':
        this.#baggage ??= baggageOf(this.#fields);
        return named(this.#baggage, name);
      case 'cookie':
        this.#cookies ??= cookiesOf(this.#fields);
        return named(this.#cookies, name);
      case 'query':
        this.#query ??= [...new URLSearchParams(meantText(partsOfTarget(this.#head.target).query ?? ''))];
        return named(this.#query, name);
    }
  }

  /** The normal path; undefined where the target has none. */
  get path(): string | undefined {
    if (this.#path === undefined) {
      const { path } = partsOfTarget(this.#head.target);
      this.#path = { text: path === undefined ? undefined : normalPath(meantText(path)) };
    }
    return this.#path.text;
  }

  /** The name the request is marked with. */
  get mark(): string | undefined {
    return markOf(this.#head);
  }

  get #fields(): readonly Field[] {
    return this.#head.fields;
  }
}

function named(pairs: readonly Pair[], name: string): readonly string[] {
  return pairs.flatMap(([key, value]) => (key === name ? [value] : []));
}
