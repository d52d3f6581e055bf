/** The words of a command, or what is wrong with it; `from` and `to` are offsets into the text. */
export type ShellWords =
  | { readonly words: readonly string[] }
  | {
      readonly fault: 'open-quote' | 'trailing-backslash' | 'operator';
      readonly from: number;
      readonly to: number;
    };

/**
 * Splits a command into words as a shell does: blanks separate, single quotes are literal, a backslash escapes, and
 * within double quotes it escapes `"`, `\`, `$`, backtick and line breaks. Nothing is expanded. An operator of the
 * shell that stands for itself, such as `&&` or `>`, is a fault: no shell is there to act on it.
 */
export function shellWords(text: string): ShellWords {
  const words: string[] = [];
  let word: string | undefined;
  let start = 0;
  let bare = true;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === undefined || /\s/.test(character)) {
      if (word !== undefined) {
        if (bare && isOperator(word)) return { fault: 'operator', from: start, to: at };
        words.push(word);
      }
      word = undefined;
      continue;
    }
    if (word === undefined) {
      word = '';
      start = at;
      bare = true;
    }
    switch (character) {
      case "'": {
        const end = text.indexOf("'", at + 1);
        if (end < 0) return { fault: 'open-quote', from: at, to: text.length };
        word += text.slice(at + 1, end);
        bare = false;
        at = end;
        break;
      }
      case '"': {
        const quoted = /"((?:[^"\\]|\\[\s\S])*)"/y;
        quoted.lastIndex = at;
        const match = quoted.exec(text);
        if (match === null) return { fault: 'open-quote', from: at, to: text.length };
        word += (match[1] ?? '').replace(/\\(["\\$`\n])/g, (_, escaped: string) =>
          escaped === '\n' ? '' : escaped,
        );
        bare = false;
        at += match[0].length - 1;
        break;
      }
      case '\\':
        if (at + 1 >= text.length) return { fault: 'trailing-backslash', from: at, to: at + 1 };
        at += 1;
        bare = false;
        // A backslash before a line break continues the line.
        if (text[at] !== '\n') word += text[at];
        else if (word === '') word = undefined;
        break;
      default:
        word += character;
    }
  }
  return { words };
}

function isOperator(word: string): boolean {
  return /^(&&?|\|\|?|;|\d*(>>?|<<?)(&\d)?)$/.test(word);
}
