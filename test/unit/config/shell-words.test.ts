import { describe, expect, it } from 'vitest';
import { shellWords } from '../../../src/config/shell-words.ts';

describe('splitting a command', () => {
  it.each([
    ['node server.js', ['node', 'server.js']],
    ['  node \t server.js\n', ['node', 'server.js']],
    ['', []],
    ['   ', []],
    [`sh -c 'echo "a  b"'`, ['sh', '-c', 'echo "a  b"']],
    ['echo "a  b"', ['echo', 'a  b']],
    [`echo "it's"`, ['echo', "it's"]],
    [`echo a"b c"d'e f'g`, ['echo', 'ab cde fg']],
    [`echo "" ''`, ['echo', '', '']],
    ['echo a\\ b', ['echo', 'a b']],
    ['echo \\"a\\"', ['echo', '"a"']],
    ['echo "\\"a\\" \\\\ \\$x \\`y\\` \\n"', ['echo', '"a" \\ $x `y` \\n']],
    [`echo '\\n'`, ['echo', '\\n']],
    ['echo a \\\n  b', ['echo', 'a', 'b']],
    ['echo \\\nab\\\nc', ['echo', 'abc']],
    ['echo "a\\\nb"', ['echo', 'ab']],
    // Operators in quotes or within words are text.
    [`echo '&&' "|" \\; a&b x>y 1;2`, ['echo', '&&', '|', ';', 'a&b', 'x>y', '1;2']],
    ['curl http://x/?a=1&b=2', ['curl', 'http://x/?a=1&b=2']],
    ['echo # no comment', ['echo', '#', 'no', 'comment']],
    ['echo Grüße 東京', ['echo', 'Grüße', '東京']],
  ])('%j gives %j', (text, words) => {
    expect(shellWords(text)).toEqual({ words });
  });

  it.each([
    ['echo "open', 'open-quote', '"open'],
    ["echo a'open", 'open-quote', "'open"],
    ['echo "a\\"', 'open-quote', '"a\\"'],
    ['echo a\\', 'trailing-backslash', '\\'],
    ['a && b', 'operator', '&&'],
    ['a || b', 'operator', '||'],
    ['a | b', 'operator', '|'],
    ['a ; b', 'operator', ';'],
    ['a &', 'operator', '&'],
    ['a > b', 'operator', '>'],
    ['a 2>&1', 'operator', '2>&1'],
    ['a < b', 'operator', '<'],
  ])('%j is at fault', (text, fault, part) => {
    const result = shellWords(text);
    if ('words' in result) throw new Error(`split into ${result.words}`);
    expect([result.fault, text.slice(result.from, result.to)]).toEqual([fault, part]);
  });
});
