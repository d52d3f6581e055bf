/** A word for a POSIX shell, whatever is in it. Pure. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
