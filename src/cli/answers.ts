import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliContext } from './context.ts';
import { makeStateDirectory, stateDirectory } from './state-directory.ts';

/** A yes that holds for one checkout and one thing. */
export interface Answer {
  /** Absolute path of the directory of the file, links resolved. */
  readonly checkout: string;
  readonly kind: string;
  /** Address of what was asked about. */
  readonly identity: string;
}

/** Whether this was answered with yes before. */
export async function isAnswered(context: Pick<CliContext, 'environment'>, answer: Answer): Promise<boolean> {
  return (await readAnswers(answersFile(context))).some((one) => isSame(one, answer));
}

/** Remembers a yes. Errors: `state-unusable`, and the system's. */
export async function rememberAnswer(
  context: Pick<CliContext, 'environment'>,
  answer: Answer,
): Promise<void> {
  makeStateDirectory(context);
  const file = answersFile(context);
  const { checkout, kind, identity } = answer;
  const all = [...(await readAnswers(file)), { checkout, kind, identity }];
  // A new file in place of the old one: whoever reads meanwhile has one of both, and no link is followed.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(all, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}

function answersFile(context: Pick<CliContext, 'environment'>): string {
  return join(stateDirectory(context), 'consents.json');
}

/** A file that is missing or damaged holds no answers: then the question is asked again. */
async function readAnswers(file: string): Promise<readonly Answer[]> {
  try {
    const answers: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(answers) ? answers.filter(isAnswer) : [];
  } catch {
    return [];
  }
}

function isAnswer(value: unknown): value is Answer {
  return (
    typeof value === 'object' &&
    value !== null &&
    'checkout' in value &&
    typeof value.checkout === 'string' &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    'identity' in value &&
    typeof value.identity === 'string'
  );
}

function isSame(one: Answer, other: Answer): boolean {
  return one.checkout === other.checkout && one.kind === other.kind && one.identity === other.identity;
}
