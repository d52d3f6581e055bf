import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { DevenvError } from '../common/errors.ts';
import { safeLine } from '../common/terminal-text.ts';
import type { Workspace } from '../model/workspace.ts';
import type { PlatformInfo } from '../platform/index.ts';
import type { CliContext, GlobalFlags } from './context.ts';

/**
 * Asks once before a project is first brought up on an engine or a cluster that is not on this machine; the answer is remembered.
 * Without a terminal it needs `-y` or `connection.allow`. Errors: `not-confirmed`.
 */
export async function confirmPlace(
  context: CliContext,
  flags: GlobalFlags,
  workspace: Workspace,
  where: PlatformInfo,
): Promise<void> {
  if (where.isLocal || flags.yes === true) return;
  if (where.names.some((name) => workspace.connection.allow.includes(name))) return;
  const place = `${workspace.name} on ${where.names[0] ?? where.title}`;
  const file = answersFile(context);
  const answers = await readAnswers(file);
  if (answers.includes(place)) return;
  if (!context.canAsk) throw notConfirmed(where, 'nobody can be asked');
  if (!(await saysYes(workspace, where, context.ending))) throw notConfirmed(where, 'you said no');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify([...answers, place], undefined, 2)}\n`, { mode: 0o600 });
}

function answersFile({ environment }: CliContext): string {
  const state = environment['XDG_STATE_HOME'] || join(homedir(), '.local/state');
  return join(state, 'gefyra-devenv', 'allowed-places.json');
}

/** A file that is missing or damaged holds no answers: then the question is asked again. */
async function readAnswers(file: string): Promise<readonly string[]> {
  try {
    const answers: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(answers) ? answers.filter((answer) => typeof answer === 'string') : [];
  } catch {
    return [];
  }
}

async function saysYes(workspace: Workspace, where: PlatformInfo, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = `${where.title} is not on this machine. Bring ${workspace.name} up there? [y/N] `;
    return /^y(es)?$/i.test((await terminal.question(safeLine(question), { signal })).trim());
  } finally {
    terminal.close();
  }
}

function notConfirmed(where: PlatformInfo, why: string): DevenvError {
  return new DevenvError({
    code: 'not-confirmed',
    message: `${where.title} is not on this machine, and ${why}`,
    hint: `use -y, or add it to the file: connection: {allow: [${where.names.at(-1)}]}`,
    owner: 'user',
  });
}
