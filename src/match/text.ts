import { isUtf8 } from 'node:buffer';

/** What a Latin-1 text of a head means: programs send UTF-8 in it, and where it is none, Latin-1. */
export function meantText(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1;
}

/** A text with `%41` and the like decoded as UTF-8; what is none stays as it is. */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (coded) => {
    const bytes = Buffer.from(coded.replaceAll('%', ''), 'hex');
    return isUtf8(bytes) ? bytes.toString('utf8') : coded;
  });
}
