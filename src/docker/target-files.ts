import { posix } from 'node:path';
import { DevenvError, messageOf } from '../common/errors.ts';
import { belowTop, type CarriedFile, filesInTar } from '../common/tar.ts';
import type { Engine } from '../engine/index.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import { containersOf } from './targets.ts';

/** What is brought is kept in memory. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/** See `Platform.readFiles`. Of several replicas the first by name speaks for all. */
export async function readFiles(
  engine: Engine,
  reference: TargetRef,
  path: string,
): Promise<readonly CarriedFile[]> {
  const [container] = await containersOf(engine, reference);
  if (container === undefined) return [];
  try {
    const archive = await engine.readArchive(container.id, path);
    const files = await filesInTar(archive, LIMIT_BYTES);
    return belowTop(files);
  } catch (error) {
    throw new DevenvError({
      code: 'files-unreadable',
      message: `the files in ${path} of ${targetText(reference)} cannot be read: ${messageOf(error)}`,
      hint: `name a directory or file that it has: docker exec ${container.name} ls -a ${posix.dirname(path)}`,
      owner: 'environment',
      cause: error,
    });
  }
}
