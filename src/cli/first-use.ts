import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { cancelled, DevenvError, messageOf } from '../common/errors.ts';
import { maskText } from '../common/secrets/secret-parts.ts';
import { safeLine } from '../common/terminal-text.ts';
import type { Workspace } from '../model/workspace.ts';
import { isAnswered, rememberAnswer } from './answers.ts';
import { type Concern, decide } from './consent.ts';
import type { CliContext, GlobalFlags } from './context.ts';

/** Puts a question of one line to a person, and gives their line. Errors: `cancelled`. */
export type Ask = (question: string, context: CliContext) => Promise<string>;

/** How a person is asked. */
export interface HowAsked {
  /** Default: in the terminal. */
  readonly ask?: Ask;
  /** What is asked about a place. Default: whether the workspace may be brought up there. */
  readonly there?: string;
}

/**
 * Asks, for each concern, before the first use in this checkout; a yes is remembered. Where nobody can be asked it needs
 * `-y`, and so does what `connection.allow` leaves out. Errors: `not-confirmed`, `cancelled`.
 */
export async function confirmFirstUse(
  context: CliContext,
  flags: GlobalFlags,
  workspace: Workspace,
  concerns: readonly Concern[],
  { ask = askInTerminal, there = `Bring ${workspace.name} up there?` }: HowAsked = {},
): Promise<void> {
  const { allow } = workspace.connection;
  const directory = dirname(workspace.file);
  const checkout = await realpath(directory).catch(() => directory);
  for (const concern of concerns) {
    const answer = { ...concern, checkout };
    const remembered = await isAnswered(context, answer);
    switch (decide(concern, { allow, remembered, yes: flags.yes === true, canAsk: context.canAsk })) {
      case 'go on':
        break;
      case 'unlisted':
        throw unlisted(concern, workspace);
      case 'nobody to ask':
        throw notConfirmed(concern, 'nobody can be asked');
      case 'ask': {
        context.err(`${safeLine(maskText(matterOf(concern)))}.\n`);
        const question = concern.kind === 'program' ? 'Run that as you?' : there;
        const line = await ask(`${question} [y/N] `, context);
        if (!/^y(es)?$/i.test(line.trim())) throw notConfirmed(concern, 'you said no');
        // Whoever said yes is not kept from it by a directory that cannot be written to.
        await rememberAnswer(context, answer).catch((error) =>
          context.err(`the answer could not be remembered: ${messageOf(error)}\n`),
        );
      }
    }
  }
}

/** Asks on stderr, and reads stdin. Errors: `cancelled`. */
export async function askInTerminal(question: string, context: CliContext): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal gives Ctrl-C as a key meanwhile, and would close in silence; Ctrl-D does, and says no.
  terminal.on('SIGINT', context.interrupt);
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return await Promise.race([terminal.question(safeLine(question), { signal: context.ending }), closed]);
  } catch (error) {
    throw context.ending.aborted ? cancelled('the question') : error;
  } finally {
    terminal.close();
  }
}

function unlisted({ title, kind }: Concern, { file, connection: { allow = [] } }: Workspace): DevenvError {
  const listed = allow.length === 0 ? 'nothing' : allow.join(', ');
  return new DevenvError({
    code: 'not-confirmed',
    message: `${title} is none of the places that connection.allow of ${file} names: ${listed}`,
    hint: `choose another ${kind === 'engine' ? 'one with DOCKER_CONTEXT' : 'context with --context'}, or use -y to go there all the same`,
    owner: 'user',
  });
}

/** What there is to ask about, as half a sentence. */
function matterOf({ kind, title }: Concern): string {
  return kind === 'program'
    ? `the file runs programs of this machine: ${title}`
    : `${title} is not on this machine`;
}

function notConfirmed(concern: Concern, why: string): DevenvError {
  return new DevenvError({
    code: 'not-confirmed',
    message: `${matterOf(concern)}, and ${why}`,
    hint: 'use -y if it is meant',
    owner: 'user',
  });
}
