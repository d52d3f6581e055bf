import { readFile } from 'node:fs/promises';

/**
 * Whether a process of this machine is stopped (Ctrl-Z, SIGSTOP, a debugger); false where that cannot be told: for none
 * of that id, and on systems without `/proc`.
 */
export async function isStopped(pid: number): Promise<boolean> {
  const facts = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name before it, in parentheses, may have any characters.
  const [, state = ''] = /^.*\) (\S)/s.exec(facts) ?? [];
  return state === 'T' || state === 't';
}
