/** The form that pip gives to scripts whose interpreter's path is too long for a `#!` line, or has spaces in it. */
const PIP_LONG = /^#!\/bin\/sh\r?\n'''exec' (?:"([^"\n]+)"|(\S+)) /;

/**
 * The interpreter that the first line of a script names, with its options, as `execve(2)` and `env(1)` read it;
 * undefined for a file that is no script.
 */
export function interpreterIn(content: string): readonly string[] | undefined {
  const long = PIP_LONG.exec(content);
  const path = long?.[1] ?? long?.[2];
  if (path !== undefined) return [path];
  const words = /^#![ \t]*(\S[^\r\n]*)/.exec(content)?.[1]?.trim().split(/\s+/);
  if (words === undefined || !/(^|\/)env$/.test(words[0] ?? '')) return words;
  const named = words.slice(words[1] === '-S' ? 2 : 1).filter((word) => !/^[A-Za-z_]\w*=/.test(word));
  return named.length === 0 ? undefined : named;
}
