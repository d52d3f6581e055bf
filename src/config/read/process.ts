import { readCommand } from './command.ts';
import { items, type Reading, stringIn, type Value } from './reading.ts';

/**
 * Reads the command of a program of this machine: a text is for a shell, a list is as it is. Undefined when it is wrong.
 * `isDebugged`: a text is split into words, for the debugger takes the place of the first.
 */
export function readProcess(
  value: Value | undefined,
  isDebugged: boolean,
  reading: Reading,
): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const text = stringIn(value);
  if (isDebugged && text?.trim()) return readCommand(value, 'filled', reading);
  const words = text === undefined ? items(value).flatMap((item) => stringIn(item) ?? []) : [text.trim()];
  const [program = ''] = words;
  if (program === '') {
    reading.report(value, {
      code: 'empty-command',
      message: '"process" is empty',
      hint: 'write what runs, for example `process: npm run dev`',
    });
    return undefined;
  }
  return text === undefined ? words : ['sh', '-c', program];
}
