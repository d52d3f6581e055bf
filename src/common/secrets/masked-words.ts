import { tellsSecret } from './secret-name.ts';
import { MASK, maskParts, maskText, secretParts } from './secret-parts.ts';
import { isHarmless } from './secret-value.ts';

/** The words of a command with each secret in them masked: also one that is a word of its own, behind its option. */
export function maskedWords(words: readonly string[]): readonly string[] {
  const line = words.join(' ');
  const parts = secretParts(line);
  let from = 0;
  return words.map((word, index) => {
    const start = from;
    from += word.length + 1;
    if (isValueOf(words[index - 1], word)) return MASK;
    const own = parts
      .map((part) => ({
        start: Math.max(part.start - start, 0),
        end: Math.min(part.end - start, word.length),
      }))
      .filter((part) => part.end > part.start);
    // A word alone may be what it is not in its line, such as a text that begins with a setting.
    return maskText(maskParts(word, own));
  });
}

function isValueOf(option: string | undefined, word: string): boolean {
  const name = /^--?([A-Za-z][\w.-]+)$/.exec(option ?? '')?.[1];
  return name !== undefined && tellsSecret(name) && !/^--?[A-Za-z]/.test(word) && !isHarmless(word);
}
