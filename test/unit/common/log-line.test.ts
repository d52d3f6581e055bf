import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeLogLine } from '../../../src/common/log-line.ts';
import { safeText } from '../../../src/common/terminal-text.ts';
import { anyText } from '../../builders/any-text.ts';

const RED = '\u001b[31m';
const RESET = '\u001b[0m';

describe('a line of a service', () => {
  it.each([
    ['keeps its colours', `${RED}red${RESET} plain`, `${RED}red${RESET} plain`],
    ['does not colour what follows', `${RED}red`, `${RED}red${RESET}`],
    ['moves no cursor', 'a\u001b[3A\u001b[2Jb\u001b[?1049h\u001b7c', 'abc'],
    ['sets no title and copies nothing', '\u001b]0;owned\u0007a\u001b]52;c;eA==\u001b\\b', 'ab'],
    ['links nowhere', '\u001b]8;;http://a.test\u001b\\here\u001b]8;;\u001b\\', 'here'],
    ['asks the terminal for nothing', '\u001bP$qm\u001b\\\u001bc\u009b6na', 'a'],
    ['shows what is no whole sequence', 'a\u001b[3', 'a\\x1b[3'],
    ['shows other control characters', 'a\u0007\u0000', 'a\\x07\\x00'],
    ['shows what turns the direction', 'a\u202eb', 'a<U+202E>b'],
    ['keeps the joiners of languages', 'می\u200cخواهم', 'می\u200cخواهم'],
    ['shows the last state of a progress bar', '10%\r50%\r100%', '100%'],
    ['keeps what a shorter text does not write over', '100%\r99', '99' + '0%'],
    ['erases as it says', 'waiting\r\u001b[Kdone', 'done'],
    ['takes a character back', 'abX\bc', 'abc'],
    ['keeps the colours of what was written over', `${RED}10%\r${RESET}50`, `50${RED}%${RESET}`],
  ])('%s', (_, line, shown) => {
    expect(safeLogLine(line)).toBe(shown);
    expect(safeLogLine(shown)).toBe(shown);
  });

  it('is as a terminal would finally show it', async () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      'XYZ',
      ' ',
      '\r',
      '\b',
      RED,
      RESET,
      '\u001b[1m',
      '\u001b[K',
      '\u001b[1K',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
        const line = pieces.join('');
        expect(await onScreen(safeLogLine(line))).toEqual(await onScreen(line));
      }),
      { numRuns: 200 },
    );
  });

  it('holds nothing but colours, whatever it held', () => {
    const piece = fc.oneof(anyText, fc.constantFrom('\u001b[', '\u001b]', '\r', '31m', '\u009b'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        const left = safeLogLine(pieces.join('')).replace(/\u001b\[[\d;:]*m|[\u200c\u200d]/g, '');
        expect(safeText(left)).toBe(left);
      }),
      { numRuns: 50 },
    );
  }, 20_000);

  it('takes no more time the longer it is, whatever it holds', () => {
    for (const part of ['\u001b]', '\u001b[', '\u001bP', '\u001b[31', RED, 'a\r', `${RED}a\b`]) {
      const from = performance.now();
      safeLogLine(part.repeat(100_000));
      expect(performance.now() - from).toBeLessThan(2000);
    }
  });
});

/** What stands in the first line of a terminal. */
async function onScreen(line: string): Promise<readonly string[]> {
  const terminal = new Terminal({ cols: 80, rows: 3, allowProposedApi: true });
  await new Promise<void>((written) => terminal.write(line, written));
  const row = terminal.buffer.active.getLine(0);
  const cells = Array.from({ length: 80 }, (_, at) => row?.getCell(at));
  terminal.dispose();
  return cells.map((cell) => {
    const text = cell?.getChars() ?? '';
    return text.trim() === '' ? '' : `${text} ${cell?.getFgColor()} ${cell?.isBold()}`;
  });
}
