import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { emitKeypressEvents, type Key } from 'node:readline';
import type { ReadStream } from 'node:tty';

/** Takes a key by its name (`r`, `escape`) or its character (`?`). */
export type KeyListener = (key: string) => void;

/** Keys that a terminal itself turns into signals for all programs in the foreground, unless a program reads key by key. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = { c: 'SIGINT', z: 'SIGTSTP', '\\': 'SIGQUIT' };

/**
 * Hears single keys of a terminal, without echo, until the returned function is called. Ctrl-C, Ctrl-Z and Ctrl-\ do what
 * they do elsewhere. In the background nothing is heard: who reads there is stopped by the system.
 */
export function listenToKeys(input: ReadStream, listener: KeyListener): () => void {
  const onKey = (text: string | undefined, key: Key) => {
    const signal = key.ctrl ? SIGNALS[key.name ?? ''] : undefined;
    // Escape alone is told as if Alt were pressed with it.
    const isChord = key.ctrl || (key.meta && key.name !== 'escape');
    if (signal !== undefined) raise(signal);
    else if (!isChord) listener(text !== undefined && text > ' ' ? text : (key.name ?? ''));
  };
  const raise = (signal: NodeJS.Signals) => {
    if (signal === 'SIGTSTP') leave();
    process.kill(0, signal);
  };
  const enter = () => {
    if (!isForeground()) return;
    input.setRawMode(true);
    input.resume();
  };
  const leave = () => {
    if (!input.isRaw) return;
    input.setRawMode(false);
    input.pause();
  };
  // A terminal that is gone is told by a signal.
  const ignore = () => {};
  emitKeypressEvents(input);
  input.on('keypress', onKey);
  input.on('error', ignore);
  process.on('SIGCONT', enter);
  enter();
  return () => {
    process.off('SIGCONT', enter);
    input.off('keypress', onKey);
    leave();
    input.off('error', ignore);
  };
}

/** Whether the terminal belongs to this process's group: only then it may be read and set up. */
function isForeground(): boolean {
  try {
    const [group, foreground] = groups();
    return group === foreground;
  } catch {
    return false;
  }
}

/** This process's group and the one in the terminal's foreground. */
function groups(): readonly [group: string | undefined, foreground: string | undefined] {
  if (process.platform === 'linux') {
    // Fields after the program's name, which may hold anything: state, parent, group, session, terminal, foreground.
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return [fields[2], fields[5]];
  }
  const text = execFileSync('ps', ['-o', 'pgid=,tpgid=', '-p', `${process.pid}`], { encoding: 'utf8' });
  const [group, foreground] = text.trim().split(/\s+/);
  return [group, foreground];
}
