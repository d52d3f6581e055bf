import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Service } from '../model/workspace.ts';

/** So many entries are looked at, for so long, milliseconds; who has more files than that is judged by these. */
const MAX_ENTRIES = 20_000;
const MAX_MS = 1500;

/** What nobody edits, and what is large. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules', '.venv', '__pycache__']);

/**
 * How long ago one of these files, or of those that are mounted into a service from this machine, was saved,
 * milliseconds. Undefined when there are none. Never rejects: what cannot be read was not saved.
 */
export async function lastSave(
  files: readonly string[],
  service: Pick<Service, 'volumes'> | undefined,
): Promise<number | undefined> {
  const mounts = (service?.volumes ?? []).flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : []));
  let newest = Number.NEGATIVE_INFINITY;
  let left = MAX_ENTRIES;
  const deadline = performance.now() + MAX_MS;
  const waiting = [...files, ...mounts];
  for (
    let path = waiting.shift();
    path !== undefined && left > 0 && performance.now() < deadline;
    path = waiting.shift()
  ) {
    left -= 1;
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) newest = Math.max(newest, found.mtimeMs);
    if (found?.isDirectory()) waiting.push(...(await entriesOf(path, left)));
  }
  return newest === Number.NEGATIVE_INFINITY ? undefined : Math.max(0, Date.now() - newest);
}

async function entriesOf(directory: string, most: number): Promise<readonly string[]> {
  const entries: string[] = [];
  try {
    for await (const entry of await opendir(directory)) {
      if (entries.length >= most) break;
      // A link may lead anywhere, and round in circles.
      if (!entry.isSymbolicLink() && !LEFT_OUT.has(entry.name)) entries.push(join(directory, entry.name));
    }
  } catch {
    // Gone, or not ours to read.
  }
  return entries;
}
