import type { Reporter } from '../model/event.ts';
import type { Workspace } from '../model/workspace.ts';
import { watchFiles } from './file-watch.ts';
import type { Reading, Reload } from './reading.ts';

/** The files that a session follows: those that it began with, until a later `up` has read others. */
export class FollowedFiles {
  readonly #reload: Reload | undefined;
  /** Told when there are others to watch. */
  #tellOthers = () => {};

  /** `reload` absent = nothing is watched. */
  constructor(reload: Reload | undefined) {
    this.#reload = reload;
  }

  /**
   * Saving one of them makes a pass with what they say then; one with problems changes nothing, and a failure is told.
   * `want` makes a pass towards what is loaded when its turn comes. Until `signal` aborts.
   */
  watch(
    want: (load: () => Promise<Workspace | undefined>) => Promise<void>,
    report: Reporter,
    signal: AbortSignal,
  ): void {
    const reload = this.#reload;
    if (reload === undefined) return;
    // What is read then may be other files.
    const load = () => reload.load().finally(() => this.#tellOthers());
    const saved = () => void want(load).catch(() => {});
    const onOthers = (listener: () => void) => {
      this.#tellOthers = listener;
    };
    const { files: now, areOthers } = reload;
    void watchFiles({ now, areOthers, onOthers }, saved, report, signal);
  }

  /** From now on the files are those of `reading`, and are read as it says: a pass that waits for its turn does so too. */
  follow(reading: Reading): void {
    this.#reload?.follow(reading);
    this.#tellOthers();
  }
}
