import type { Part } from './secret-value.ts';

/** Passwords in addresses; users and hosts are left to be seen. A user alone is one where it looks like a token. */
export function urlSecrets(text: string): readonly Part[] {
  if (!text.includes('://')) return [];
  return [...text.matchAll(/[^\s"'<>`]+/g)].flatMap((match) => {
    const [run] = match;
    const lastAt = run.lastIndexOf('@');
    if (lastAt < 0) return [];
    return [...run.matchAll(ADDRESS)].flatMap((address) => {
      const from = address.index + address[0].length;
      const within = secretIn(address.groups?.['authority'] ?? '', lastAt - from);
      return within === undefined
        ? []
        : [{ start: match.index + from + within.start, end: match.index + from + within.end }];
    });
  });
}

/** What follows is looked at and not taken: another address may begin in it. */
const ADDRESS = /[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/(?=(?<authority>[^/?#]*))/g;

/** `lastAt` is where the last @ stands behind the scheme, which may be far behind the authority. */
function secretIn(authority: string, lastAt: number): Part | undefined {
  const colon = authority.indexOf(':');
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    if (colon >= 0 && colon < at) return { start: colon + 1, end: at };
    const user = authority.slice(0, at);
    return user.length >= 20 && /\d/.test(user) && !user.includes('$') ? { start: 0, end: at } : undefined;
  }
  // A password with a / in it, which nobody has encoded; a port is a number, or a variable.
  const isPort = /^(\d{0,5}|\$.*)$/.test(authority.slice(colon + 1));
  if (colon < 0 || lastAt < 0 || isPort || authority.startsWith('[')) return undefined;
  return { start: colon + 1, end: lastAt };
}
