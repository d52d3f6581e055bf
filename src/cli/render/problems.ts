import { relative } from 'node:path';
import { safeJson, safeLine } from '../../common/terminal-text.ts';
import type { LoadResult, Problem } from '../../config/index.ts';

/** What was found in a file, for programs: `valid`, and the problems with places as editors count them. Ends with a line end. */
export function problemsJson(result: LoadResult): string {
  const found = foundIn(result).map(({ severity, problem }) => ({ severity, ...problem }));
  const valid = 'workspace' in result;
  return `${safeJson(JSON.stringify({ valid, problems: found }, undefined, 2))}\n`;
}

/**
 * The same as commands of a GitHub workflow, which shows them at their lines. Files are told relative to `directory`;
 * empty when there is nothing to tell.
 */
export function problemsForGitHub(result: LoadResult, directory: string): string {
  return foundIn(result)
    .map(({ severity, problem }) => {
      const { file, line, column, length, code, message, label, hint } = problem;
      const path = relative(directory, file);
      const properties = {
        file: path.startsWith('..') ? file : path,
        line,
        col: column,
        endColumn: column + Math.max(1, length),
        title: code,
      };
      const shown = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
      const words = [message, label, hint].filter((text) => text !== undefined).join('\n');
      return `::${severity} ${shown.join(',')}::${data(words)}\n`;
    })
    .join('');
}

/** Problems as errors, or what is worth knowing as warnings. */
function foundIn(result: LoadResult): readonly { severity: 'error' | 'warning'; problem: Problem }[] {
  return 'problems' in result
    ? result.problems.map((problem) => ({ severity: 'error', problem }))
    : result.warnings.map((problem) => ({ severity: 'warning', problem }));
}

/** The text of a command: percent signs and line ends are what GitHub decodes. */
function data(text: string): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => safeLine(line).replaceAll('%', '%25'));
  return lines.join('%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
