/**
 * A path in the one spelling in which paths are compared: letters, digits and `-._~` are themselves, whether they were
 * percent-encoded or not, everything else keeps its encoding, in upper case. What must be encoded in a path is.
 */
export function normalPath(path: string): string {
  if (/^[\w\-.~!$&'()*+,;=:@/]*$/.test(path)) return path;
  return path.replaceAll(/[^!-~]+/g, encoded).replaceAll(/%[0-9a-f]{2}/gi, (coded) => {
    const character = String.fromCharCode(Number.parseInt(coded.slice(1), 16));
    return /[\w\-.~]/.test(character) ? character : coded.toUpperCase();
  });
}

/** As `encodeURIComponent`, which throws where a character is half. */
function encoded(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Whether a path is another one or lies below it; a `/` at the end of that one makes no difference. Both are normal. */
export function isBelow(path: string, above: string): boolean {
  const stem = above.endsWith('/') ? above.slice(0, -1) : above;
  return path.startsWith(stem) && (path.length === stem.length ? stem !== '' : path[stem.length] === '/');
}

/** Path and query of a request target as they were sent; the query without its `?`, undefined where there is none. */
export interface TargetParts {
  /** Undefined where the target has no path: `*`, and `HOST:PORT` of CONNECT. */
  readonly path: string | undefined;
  readonly query: string | undefined;
}

/** Takes a request target apart: of origin form (`/path?query`) or of absolute form (`http://host/path?query`). */
export function partsOfTarget(target: string): TargetParts {
  const [, absolute] = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*(.*)$/is.exec(target) ?? [];
  const local = absolute ?? target;
  const at = local.indexOf('?');
  const path = at === -1 ? local : local.slice(0, at);
  const query = at === -1 ? undefined : local.slice(at + 1);
  if (absolute !== undefined && path === '') return { path: '/', query };
  return { path: path.startsWith('/') ? path : undefined, query };
}
