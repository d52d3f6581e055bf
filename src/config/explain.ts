import type { Measure } from '../common/fit-text.ts';
import type { Problem } from './problem.ts';
import { type RenderOptions, renderProblems } from './render.ts';

/** What a person reads of problems, see `renderProblems`; empty when there are none. */
export async function explainProblems(
  problems: readonly Problem[],
  sources: ReadonlyMap<string, string>,
  options: Omit<RenderOptions, 'widthOf'>,
): Promise<string> {
  if (problems.length === 0) return '';
  return renderProblems(problems, sources, { ...options, widthOf: await measureFor([...sources.values()]) });
}

/** Files are mostly ASCII, where each character takes one column; to know the widths of all others takes a while to load. */
async function measureFor(texts: readonly string[]): Promise<Measure> {
  if (texts.every((text) => /^\p{ASCII}*$/u.test(text))) return (text) => text.length;
  return (await widths()).displayWidth;
}

const widths = () => import('../common/display-width.ts');

/** Loads what else is loaded when a file has to be explained that is not ASCII: for a process that outlives its files. */
export async function loadWidths(): Promise<void> {
  await widths();
}
