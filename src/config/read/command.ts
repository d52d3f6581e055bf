import { shellWords } from '../shell-words.ts';
import { quote } from '../tree.ts';
import { subject } from '../wording.ts';
import { yamlText } from '../yaml-text.ts';
import { items, partIn, type Reading, stringIn, type Value } from './reading.ts';

/** Reads `command` or `entrypoint`: a list as it is, a string split into words. An empty entrypoint removes the image's. */
export function readCommand(
  value: Value | undefined,
  emptiness: 'filled' | 'maybe empty',
  reading: Reading,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  // An empty list says nothing to the engine.
  if (emptiness === 'filled' && value.node.kind === 'sequence' && value.node.items.length === 0)
    return undefined;
  const text = stringIn(value);
  const words = text === undefined ? listed(value) : split(value, text, reading);
  if (words?.length === 0 && emptiness === 'filled') {
    reading.report(value, {
      code: 'empty-command',
      message: `${subject(value.path)} is empty`,
      hint: 'remove it to run the image’s own command',
    });
  }
  return words;
}

function listed(value: Value): readonly string[] | undefined {
  if (value.node.kind !== 'sequence') return undefined;
  return items(value).flatMap((item) => stringIn(item) ?? []);
}

function split(value: Value, text: string, reading: Reading): readonly string[] | undefined {
  const result = shellWords(text);
  if ('words' in result) return result.words;
  const part = text.slice(result.from, result.to);
  const key = String(value.path.at(-1));
  const facts = {
    'open-quote': {
      message: `the quote ${part.charAt(0)} is never closed`,
      hint: 'close it, or write a backslash before a quote that is meant as such',
    },
    'trailing-backslash': {
      message: 'nothing follows the backslash',
      hint: 'remove it, or write two for a backslash',
    },
    operator: {
      message: `no shell runs ${subject(value.path)}, so ${quote(part)} has no meaning in it`,
      hint: `start a shell: \`${key}: ${yamlText(['sh', '-c', text.trim()])}\``,
    },
  }[result.fault];
  reading.report(value, { code: 'bad-command', ...facts }, partIn(value, result.from, result.to));
  return undefined;
}
