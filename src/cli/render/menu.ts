import { safeLine } from '../../common/terminal-text.ts';
import type { Style } from './style.ts';
import { wrapWords } from './wrap-words.ts';

/** Keys that choose, in the order they are given out. `q` and the letters of actions stay what they are. */
const CHOICE_KEYS = [...'123456789abcdefghijkmnostuvwxyz'];

/** Something to choose, with its key. */
export interface Choice<T> {
  readonly key: string;
  readonly label: string;
  readonly value: T;
}

/** Gives each a key, as far as there are keys. */
export function choicesOf<T>(
  options: readonly { readonly label: string; readonly value: T }[],
): readonly Choice<T>[] {
  return options
    .slice(0, CHOICE_KEYS.length)
    .map(({ label, value }, index) => ({ key: CHOICE_KEYS[index] ?? '', label: safeLine(label), value }));
}

/** A question with what can be answered, in lines of a terminal. */
export function choiceLines(
  question: string,
  choices: readonly Pick<Choice<unknown>, 'key' | 'label'>[],
  width: number,
  style: Style,
): readonly string[] {
  return keyLines(style.dim(question), [...choices, { key: 'esc', label: 'back' }], width, style);
}

/** What somebody else wants, with how to say yes or no, in lines of a terminal. */
export function questionLines(text: string, width: number, style: Style): readonly string[] {
  const choices = [
    { key: 'y', label: 'let go' },
    { key: 'n', label: 'keep it' },
  ];
  return keyLines(style.yellow(safeLine(text)), choices, width, style);
}

function keyLines(
  question: string,
  choices: readonly Pick<Choice<unknown>, 'key' | 'label'>[],
  width: number,
  { bold }: Style,
): readonly string[] {
  const keys = choices.map(({ key, label }) => `${bold(key)}\u00a0${label.replaceAll(' ', '\u00a0')}`);
  return wrapWords(`${question}  ${keys.join('   ')}`, width, '  ').map((line) =>
    line.replaceAll('\u00a0', ' '),
  );
}

/** What each key does, in lines of a terminal. */
export function helpLines(
  keys: readonly { readonly key: string; readonly does: string }[],
  width: number,
  style: Style,
): readonly string[] {
  const longest = Math.max(...keys.map(({ does }) => does.length)) + 4;
  const perLine = Math.max(1, Math.floor(width / longest));
  const lines: string[] = [];
  for (let index = 0; index < keys.length; index += perLine) {
    const some = keys.slice(index, index + perLine);
    const line = some.map(({ key, does }) => `${style.bold(key)} ${does.padEnd(longest - 2)}`).join('');
    lines.push(...wrapWords(line.trimEnd(), width, '  '));
  }
  return lines;
}
