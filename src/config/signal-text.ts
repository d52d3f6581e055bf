import { nearest } from '../common/nearest.ts';
import { meantOr } from './meant-or.ts';
import { quote } from './tree.ts';

/** Signals of Linux by name, without `SIG`. Not those of the machine devenv runs on: containers run on Linux. */
const names = new Set(
  (
    'HUP INT QUIT ILL TRAP ABRT IOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU ' +
    'URG XCPU XFSZ VTALRM PROF WINCH IO POLL PWR SYS'
  ).split(' '),
);

/** What is said about a text that is no signal. */
interface SignalFault {
  readonly message: string;
  readonly label?: string;
  readonly hint?: string;
}

/** Parses a signal: `SIGTERM`, `TERM`, `SIGRTMIN+3` or a number of Linux. The result is `SIG…`, or the number. */
export function parseSignalText(text: string): { readonly signal: string } | SignalFault {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number >= 1 && number <= 64) return { signal: String(number) };
    return { message: `there is no signal ${text}`, hint: 'the numbers of signals are 1 to 64' };
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (names.has(name) || isRealTime(name)) return { signal: `SIG${name}` };
  const [near] = nearest(name, names).map((known) => `SIG${known}`);
  return {
    message: text === '' ? 'the signal is empty' : `${quote(text)} is no signal`,
    ...meantOr('write a name such as SIGTERM, or a number', near),
  };
}

function isRealTime(name: string): boolean {
  const match = /^RT(?:MIN(?:\+(\d+))?|MAX(?:-(\d+))?)$/.exec(name);
  if (match === null) return false;
  return Number(match[1] ?? 0) <= 15 && Number(match[2] ?? 0) <= 14;
}
