import { DevenvError } from '../common/errors.ts';
import type { ExecSpec } from '../runner/index.ts';

/**
 * Whether the first piece of a program's output may be the engine's word that it could not be begun: engines write that
 * where the program would have written.
 */
export function mayBeRefusal({ command: [program = ''] }: ExecSpec, words: string): boolean {
  return (
    words.startsWith('OCI runtime exec failed') ||
    words.startsWith('unable to find user ') ||
    // What becomes of a script whose interpreter is missing, in the words of the runtime.
    words.startsWith(`exec ${program}: `)
  );
}

/** Exit codes with which engines end what could not be begun. */
const REFUSED: readonly (number | null)[] = [1, 126, 127, 255];

/**
 * Why a program could not be begun, from the engine's words and the exit code it gave; undefined = it was begun, and
 * these words are its own. The code is that of shells: `program-not-found` or `program-not-executable`. Pure.
 */
export function execRefusal(spec: ExecSpec, words: string, exitCode: number | null): DevenvError | undefined {
  if (!mayBeRefusal(spec, words) || !REFUSED.includes(exitCode)) return undefined;
  const [program = ''] = spec.command;
  const why = reasonIn(words, program);
  if (/^chdir to cwd|^unable to find user/.test(why))
    return refusal('program-not-executable', program, why, 'check the user and the working directory');
  return /executable file not found|no such file or directory/.test(why)
    ? refusal('program-not-found', program, why, 'check its spelling, and that the image has it')
    : refusal('program-not-executable', program, why, 'is it a program, made for this architecture?');
}

/** The runtime's reason without its own names for what it was doing. */
function reasonIn(words: string, program: string): string {
  const [line = ''] = words.trim().split('\n');
  const own = [
    /^OCI runtime exec failed: /,
    /^exec failed: /,
    /^(?:container_linux\.go:\d+: starting|unable to start) container process(?: caused)?: /,
    /^process_linux\.go:\d+: /,
  ];
  const bare = own.reduce((text, name) => text.replace(name, ''), line);
  // It is named before the reason already.
  const heads = [`exec: "${program}": `, `exec ${program}: `, `stat ${program}: `];
  return heads
    .reduce((text, head) => (text.startsWith(head) ? text.slice(head.length) : text), bare)
    .replace(/: unknown\b.*$/, '');
}

function refusal(
  code: 'program-not-found' | 'program-not-executable',
  program: string,
  why: string,
  hint: string,
): DevenvError {
  return new DevenvError({ code, message: `${program} could not be run: ${why}`, hint, owner: 'user' });
}
