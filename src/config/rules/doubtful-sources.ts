import type { Workspace } from '../../model/workspace.ts';
import type { FileSystem } from '../file-system.ts';
import { missingPath } from '../missing-path.ts';
import type { Problem } from '../problem.ts';
import type { At } from '../read/reading.ts';
import { problemOf } from '../tree.ts';

/** Sources of mounts that do not exist and become directories, which may be misspelt or meant as files. */
export async function doubtfulSources(
  workspace: Workspace,
  at: At,
  files: FileSystem | undefined,
): Promise<readonly Problem[]> {
  if (files === undefined) return [];
  const problems: Problem[] = [];
  for (const { volumes } of workspace.services.values()) {
    for (const mount of volumes) {
      if (mount.kind !== 'bind' || !mount.makesSource || (await files.find(mount.source)) !== undefined)
        continue;
      const { node, path, span } = at(mount, 'source');
      const { label } = await missingPath(mount.source, files);
      problems.push(problemOf(node, path, { ...willBeMade(mount.source), label }, span));
    }
  }
  return problems;
}

function willBeMade(path: string) {
  return {
    code: 'made-source',
    message: `${JSON.stringify(path)} does not exist: an empty directory is made there`,
    hint: 'create it first if it is to be a file, or correct the path',
  };
}
