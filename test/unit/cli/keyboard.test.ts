import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { expect, it, onTestFinished } from 'vitest';
import { listenToKeys } from '../../../src/cli/keyboard.ts';

/** Keys heard of what a terminal sends, once it has been silent for a while. */
async function heard(...sent: readonly string[]): Promise<readonly string[]> {
  const input = Object.assign(new PassThrough(), { isRaw: false, setRawMode: () => {} });
  const keys: string[] = [];
  onTestFinished(listenToKeys(input as unknown as ReadStream, (key) => keys.push(key)));
  for (const text of sent) {
    input.write(text);
    // Whether Escape begins a sequence shows only by what follows it at once.
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
  return keys;
}

it('hears letters and signs, Escape, and Escape again', async () => {
  expect(await heard('r?', '\u001b', '\u001b', '2')).toEqual(['r', '?', 'escape', 'escape', '2']);
});

it('hears keys with names by them, and nothing of Ctrl and Alt', async () => {
  expect(await heard('\u001b[A', '\u001br\u0001', '\r')).toEqual(['up', 'return']);
});
