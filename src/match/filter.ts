/** What a text must be. */
export type TextTest =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'prefix'; readonly text: string }
  /** A regular expression of RE2, found anywhere in the text. */
  | { readonly kind: 'regex'; readonly text: string }
  /** Anything, but it must be there. */
  | { readonly kind: 'exists' };

/** What the path of a request must be; the query is no part of it. */
export type PathTest =
  /** The path itself, or one below it. */
  | { readonly kind: 'below'; readonly text: string }
  | { readonly kind: 'exact'; readonly text: string }
  /** A regular expression of RE2, found anywhere in the path. */
  | { readonly kind: 'regex'; readonly text: string };

/** One thing that must hold of a request. */
export type Condition =
  /** A header; its name in lower case. Any of its values will do. */
  | { readonly of: 'header'; readonly name: string; readonly test: TextTest }
  /** A member of W3C baggage. */
  | { readonly of: 'baggage'; readonly name: string; readonly test: TextTest }
  | { readonly of: 'cookie'; readonly name: string; readonly test: TextTest }
  /** A parameter of the query. */
  | { readonly of: 'query'; readonly name: string; readonly test: TextTest }
  /** Any of them. */
  | { readonly of: 'path'; readonly anyOf: readonly PathTest[] }
  /** Any of them, in upper case. */
  | { readonly of: 'method'; readonly anyOf: readonly string[] }
  /** The request is marked with this name, which `match: mine` asks for. */
  | { readonly of: 'mark'; readonly name: string };

/** All of its conditions must hold. */
export type Alternative = readonly Condition[];

/** Which requests of a port a bridge takes. */
export interface Filter {
  /** Any of them; undefined = all requests of the port. */
  readonly match: readonly Alternative[] | undefined;
  /** Requests that are never taken; none by default. */
  readonly except: readonly Alternative[];
}
