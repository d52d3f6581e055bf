import { messageOf } from '../common/errors.ts';
import { keptStanding } from '../common/supervised.ts';
import type { Reporter } from '../model/event.ts';
import type { Guardian } from './guardian.ts';

/** A session's guardian, and the next one whenever one is gone: somebody is on guard for as long as the session lives. */
export class Guard {
  /** Settles as the start of the first guardian does. */
  readonly ready: Promise<void>;
  readonly #ended = new AbortController();
  #current: Promise<Guardian> | undefined;

  /** Starts the first one: it is on guard from this moment. */
  constructor(start: () => Promise<Guardian>, report: Reporter) {
    const warn = (message: string, hint?: string) =>
      report({ type: 'warning', message, ...(hint === undefined ? {} : { hint }) });
    let isAlone = false;
    const { opened } = keptStanding(
      {
        live: async (stands) => {
          this.#current = start();
          const guardian = await this.#current;
          stands();
          await guardian.ended;
        },
        onLost: (why, failures) => {
          if (why === undefined) {
            if (failures > 1) return;
            return warn('the guardian, which cleans up if this session is killed, is gone; starting another');
          }
          if (isAlone) return;
          isAlone = true;
          warn(
            `no other guardian can be started: ${messageOf(why)}`,
            'everything goes on, but if this session is killed, it takes `devenv down` to remove what it leaves',
          );
        },
        onBack: () => {
          if (isAlone) warn('there is a guardian again');
          isAlone = false;
        },
      },
      this.#ended.signal,
    );
    this.ready = opened;
  }

  /** The session has cleaned up itself: nobody is on guard any more. */
  async dismiss(): Promise<void> {
    this.#ended.abort();
    // One that did not get ready has ended by itself.
    const guardian = await this.#current?.catch(() => undefined);
    guardian?.dismiss();
  }

  /** The session could not clean up: its guardian does, once this process is gone. */
  leave(): void {
    this.#ended.abort();
  }
}
