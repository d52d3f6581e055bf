import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { onAbort } from '../common/deadline.ts';
import { deferred } from '../common/deferred.ts';
import { messageOf } from '../common/errors.ts';
import { supervised } from '../common/supervised.ts';
import type { Reporter } from '../model/event.ts';

/** Editors save in several steps (truncate, write, rename); what is read too early is half a file. Milliseconds. */
const SETTLE_MS = 120;

/** Where the system refuses to tell of changes, files are looked at so often, milliseconds. */
const LOOK_MS = 1000;

/** Files of which there may be others from time to time. */
export interface WatchedFiles {
  /** Absolute paths of those that are watched now, there or not. */
  readonly now: () => readonly string[];
  /** Whom to call when there are others; only the last one given is. */
  readonly onOthers: (listener: () => void) => void;
  /** Whether one of them is not as it was when they were read last. */
  readonly areOthers: () => boolean;
}

/**
 * Calls `changed` once after each save of one of the files, however the editor does it, until `signal` aborts.
 * Their folders are watched, so that a file that is replaced or comes into being is noticed too. Where watching fails,
 * which is told, the files are looked at again and again instead. What was saved before the watch began, or while it was
 * lost, counts as a change.
 */
export async function watchFiles(
  files: WatchedFiles,
  changed: () => void,
  report: Reporter,
  signal: AbortSignal,
): Promise<void> {
  let lookInstead = false;
  await supervised(
    {
      live: async (stands, life) => {
        const watched = foldersOf(files);
        const watcher = watch([...watched], {
          depth: 0,
          ignoreInitial: true,
          usePolling: lookInstead,
          interval: LOOK_MS,
        });
        files.onOthers(() => {
          const others = [...foldersOf(files)].filter((folder) => !watched.has(folder));
          for (const folder of others) watched.add(folder);
          watcher.add(others);
        });
        const begins = () => {
          stands();
          if (files.areOthers()) changed();
        };
        await untilItFails(watcher, (path) => files.now().includes(path), changed, begins, life);
      },
      onLost: (why, failures) => {
        lookInstead = true;
        if (failures > 1) return;
        report({
          type: 'warning',
          message: `changes of the file are not told by the system any more (${messageOf(why)}); it is looked at every second instead`,
        });
      },
    },
    signal,
  );
}

/** What tells one state of a file from another: which file it is, its size and when it was written. */
export function fileLooks(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined ? 'none' : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    })
    .join('\n');
}

function foldersOf(files: WatchedFiles): Set<string> {
  return new Set(files.now().map((file) => dirname(file)));
}

async function untilItFails(
  watcher: FSWatcher,
  isWanted: (path: string) => boolean,
  changed: () => void,
  begins: () => void,
  signal: AbortSignal,
): Promise<void> {
  const over = deferred();
  let timer: NodeJS.Timeout | undefined;
  watcher.on('all', (_, path) => {
    if (!isWanted(path)) return;
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  });
  watcher.on('ready', begins);
  watcher.on('error', over.reject);
  onAbort(signal, () => over.resolve());
  try {
    await over.promise;
  } finally {
    clearTimeout(timer);
    await watcher.close();
  }
}
