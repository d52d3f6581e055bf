import { basename, dirname, relative } from 'node:path';
import { safeLine } from '../../common/terminal-text.ts';
import type { LoadResult } from '../../config/index.ts';
import type { CliContext, GlobalFlags } from '../context.ts';
import { CONFIG_INVALID, type Loaded, loadUntold, tellProblems } from '../load.ts';
import { problemsForGitHub, problemsJson } from '../render/problems.ts';

/** What `devenv validate` takes. */
export interface ValidateFlags {
  /** `text` for people, `json` for programs, `github` for annotations of a pull request. */
  readonly format: 'text' | 'json' | 'github';
}

/**
 * `devenv validate`: every problem of the file, or a line that says it has none. As text problems go to stderr; as JSON
 * and as commands of a workflow they are the result, on stdout. Exit code 3 for a file with problems.
 */
export async function validate(
  context: CliContext,
  flags: GlobalFlags,
  { format }: ValidateFlags,
): Promise<number> {
  const result = await loadUntold(context, flags);
  switch (format) {
    case 'json':
      context.out(problemsJson(result));
      break;
    case 'github':
      // Where the runner has checked the repository out, which need not be the directory of this step.
      context.out(problemsForGitHub(result, context.environment['GITHUB_WORKSPACE'] ?? context.directory));
      break;
    case 'text':
      await tellProblems(context, flags, result);
      context.err(furtherWords(result));
      if ('workspace' in result) context.out(verdict(result));
  }
  return 'workspace' in result ? 0 : CONFIG_INVALID;
}

function verdict({ workspace: { file, services }, layers: [, ...further] }: Loaded): string {
  // Whoever has given several wants to know that each of them was read.
  const others = further.map((layer) => relative(dirname(file), layer) || basename(layer));
  const names = [file, ...others].map((name) => safeLine(name)).join(' + ');
  const bridges = [...services.values()].flatMap((service) => service.bridges).length;
  return `${names}: valid; ${count(services.size, 'service')}, ${count(bridges, 'bridge')}\n`;
}

/** Where more is to be read about a kind of problem. */
function furtherWords(result: LoadResult): string {
  const [first] = 'problems' in result ? result.problems : [];
  return first === undefined ? '' : `\n\`devenv explain ${first.code}\` says more, with an example\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
