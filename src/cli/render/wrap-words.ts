import wrapAnsi from 'wrap-ansi';

/**
 * Text as lines of no more than `width` columns, broken between words; within one only where it is longer than a line.
 * Lines that go on begin as the line began, and with `indent`. Escape sequences take no columns.
 */
export function wrapWords(text: string, width: number, indent = ''): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const begin = (/^ */.exec(line)?.[0] ?? '').slice(0, width >> 1);
    const wrap = (rest: string, room: number) =>
      wrapAnsi(rest, Math.max(room, 1), { hard: true }).split('\n');
    const [first = '', ...more] = wrap(line.trimStart(), width - begin.length);
    // What goes on has less room than the first line.
    const next = more.length === 0 ? [] : wrap(more.join(' '), width - begin.length - indent.length);
    return [`${begin}${first}`, ...next.map((piece) => `${begin}${indent}${piece}`)];
  });
}
