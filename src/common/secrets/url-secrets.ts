import type { Part } from './secret-value.ts';

/** Passwords in addresses; users and hosts are left to be seen. A user alone is one where it looks like a token. */
export function urlSecrets(text: string): readonly Part[] {
  return [...text.matchAll(ADDRESS)].flatMap((match) => {
    const rest = match.groups?.['rest'] ?? '';
    const within = secretIn(rest);
    const from = match.index + match[0].length;
    return within === undefined ? [] : [{ start: from + within.start, end: from + within.end }];
  });
}

/** What follows is looked at and not taken: another address may stand in it. */
const ADDRESS = /[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/(?=(?<rest>[^\s"'<>`]{0,4096}))/g;

function secretIn(rest: string): Part | undefined {
  const authority = rest.slice(0, /[/?#]|$/.exec(rest)?.index);
  const colon = authority.indexOf(':');
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    if (colon >= 0 && colon < at) return { start: colon + 1, end: at };
    const user = authority.slice(0, at);
    return user.length >= 20 && /\d/.test(user) && !user.includes('$') ? { start: 0, end: at } : undefined;
  }
  // A password with a / in it, which nobody has encoded; a port is a number, or a variable.
  const far = rest.lastIndexOf('@');
  if (
    colon < 0 ||
    far < 0 ||
    /^(\d{0,5}|\$.*)$/.test(authority.slice(colon + 1)) ||
    authority.startsWith('[')
  )
    return undefined;
  return { start: colon + 1, end: far };
}
