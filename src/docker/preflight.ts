import { withDeadline } from '../common/deadline.ts';
import { DevenvError, type ErrorFacts, errorFacts } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { PlatformNeeds, Preflight } from '../platform/index.ts';
import { readFiles } from './target-files.ts';
import { containersOf, resolveTarget } from './targets.ts';

const FILES = { name: 'the look at the files', ms: 5000 };

/** See `Platform.preflight`. */
export async function preflight(engine: Engine, needs: PlatformNeeds): Promise<Preflight> {
  const distinct = (targets: readonly TargetRef[]) => [
    ...new Map(targets.map((target) => [targetText(target), target])).values(),
  ];
  const networks = distinct([...needs.bridges.map(({ target }) => target), ...needs.outbound]);
  const others = distinct([...needs.environments, ...needs.files.map(({ from }) => from)]);
  const looks = await Promise.all([
    ...networks.map((target) => problemOf(() => resolveTarget(engine, target))),
    ...others.map((target) => problemOf(() => containersOf(engine, target))),
    ...needs.files.map(({ from, source }) =>
      problemOf(() => withDeadline(FILES, undefined, () => readFiles(engine, from, source))),
    ),
  ]);
  const problems = looks.flatMap((problem) => problem ?? []);
  return {
    problems: [...new Map(problems.map((problem) => [problem.message, problem])).values()],
    warnings: [],
  };
}

/** Undefined where there is none; also where more time is needed to find one. Errors: that the engine does not answer. */
async function problemOf(look: () => Promise<unknown>): Promise<ErrorFacts | undefined> {
  try {
    await look();
    return undefined;
  } catch (error) {
    if (!(error instanceof DevenvError) || error.code === 'engine-unreachable') throw error;
    return error.code === 'deadline-passed' ? undefined : errorFacts(error);
  }
}
