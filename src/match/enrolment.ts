import type { Field, RequestHead } from '../http1/request-head.ts';
import { isMarkName, MARK_NAME } from './mark.ts';
import { cookiesOf, valuesOf } from './pairs.ts';

/**
 * The answer to a link with `?gefyra-devenv=NAME`, which sends the browser to the same page without it and marks its
 * requests from now on by a cookie of the session. What the browser has in its cache of the site goes, so that the page is
 * asked for anew. An empty name takes the cookie away, and so does one that is not live, where there is a cookie.
 * Undefined = the request is no such link, and goes its way. `isLive`: whether requests with a mark are taken on this port.
 */
export function enrolment(head: RequestHead, isLive: (name: string) => boolean): Uint8Array | undefined {
  const link = linkIn(head);
  if (link === undefined) return undefined;
  const live = isMarkName(link.name) && isLive(link.name);
  const hasCookie = cookiesOf(head.fields).some(([name]) => name === MARK_NAME);
  if (!live && link.name !== '' && !hasCookie) return undefined;
  const lines = [
    'HTTP/1.1 303 See Other',
    `Location: ${link.page}`,
    `Set-Cookie: ${live ? cookie(link.name) : NO_COOKIE}`,
    'Cache-Control: no-store',
    // The page may be in the browser's cache, from before: it would come from there, and whose it is would not change.
    'Clear-Site-Data: "cache"',
    'Content-Length: 0',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax';
const NO_COOKIE = `${MARK_NAME}=; Max-Age=0; ${ATTRIBUTES}`;

/** It ends with the browser's session: no `Max-Age`. */
function cookie(name: string): string {
  return `${MARK_NAME}=${name}; ${ATTRIBUTES}`;
}

interface Link {
  readonly name: string;
  /** Path and query without the mark. */
  readonly page: string;
}

/** Only what a person opens in a browser, or asks for by hand: an image of a strange page must enrol nobody. */
function linkIn({ method, target, fields }: RequestHead): Link | undefined {
  if (method !== 'GET' || !target.startsWith('/') || !target.includes('gefyra')) return undefined;
  if (!/^[!-~]*$/.test(target) || !isPlainNavigation(fields)) return undefined;
  const at = target.indexOf('?');
  if (at === -1) return undefined;
  const members = target.slice(at + 1).split('&');
  const names = members.map(markInMember);
  const name = names.find((mark) => mark !== undefined);
  if (name === undefined) return undefined;
  const query = members.filter((_, index) => names[index] === undefined).join('&');
  return { name, page: `${safePath(target.slice(0, at))}${query === '' ? '' : `?${query}`}` };
}

/** Neither asked for by a page nor with a body, which the answer would have to wait for, nor an upgrade. */
function isPlainNavigation(fields: readonly Field[]): boolean {
  const isNavigation = valuesOf(fields, 'sec-fetch-mode').every((mode) => mode === 'navigate');
  const hasBody =
    valuesOf(fields, 'transfer-encoding').length > 0 ||
    valuesOf(fields, 'content-length').some((length) => Number(length) !== 0);
  return isNavigation && !hasBody && valuesOf(fields, 'upgrade').length === 0;
}

function markInMember(member: string): string | undefined {
  const [name, value] = [...new URLSearchParams(member)][0] ?? [];
  return name === MARK_NAME ? value : undefined;
}

/** Begins with exactly one `/`: browsers take `//host` and `/\host` for another host. */
function safePath(path: string): string {
  return path.replace(/^[/\\]+/, '/');
}
