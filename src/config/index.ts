/**
 * From a `gefyra.yaml` to a validated `Workspace`, or to all of its problems at once, each with its place and its fix.
 * It reads files and never runs anything, talks to no engine or cluster, and neither prints nor exits.
 */

export { isNote } from './effectless.ts';
export { explainProblems, loadWidths } from './explain.ts';
export { formatUninterpolated, formatWorkspace } from './format.ts';
export { parseForwardText as parseForward } from './forward-text.ts';
export { type LoadResult, loadWorkspace } from './load.ts';
export type { LoadOptions } from './load-options.ts';
export type { Problem } from './problem.ts';
export { projectNameIn } from './project-name.ts';
export { explainValue } from './provenance.ts';
export { settingsIn } from './settings.ts';
export { parseTargetText as parseTarget } from './target-text.ts';
