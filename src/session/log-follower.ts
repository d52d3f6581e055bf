import { onAbort } from '../common/deadline.ts';
import { supervised } from '../common/supervised.ts';
import type { Reporter } from '../model/event.ts';
import type { LogLine, Runner } from '../runner/index.ts';

/** Passes on what services write, each line once, also over restarts of a container. */
export class LogFollower {
  readonly #runner: Runner;
  readonly #report: Reporter;
  readonly #ending = new AbortController();
  readonly #following = new Set<string>();
  /** When the last line of a container was written that has been passed on. */
  readonly #readUpTo = new Map<string, number>();

  constructor(runner: Runner, report: Reporter) {
    this.#runner = runner;
    this.#report = report;
  }

  /** Begins with the first line that was not passed on yet. Nothing happens for a container that is being followed. */
  follow(service: string, containerId: string): void {
    if (this.#following.has(containerId)) return;
    this.#following.add(containerId);
    void this.#read(service, containerId);
  }

  /** Ends all following. */
  close(): void {
    this.#ending.abort();
  }

  /** As long as the container runs: a stream that broke off is opened again where it ended. */
  async #read(service: string, containerId: string): Promise<void> {
    const over = new AbortController();
    const end = () => over.abort();
    const unfollow = onAbort(this.#ending.signal, end);
    await supervised(
      {
        live: async (stands, signal) => {
          const since = this.#readUpTo.get(containerId);
          const options = { follow: true, since: since === undefined ? undefined : since + 1 };
          const lines = this.#runner.unitLogs(containerId, options, signal);
          const broken = await this.#pass(service, containerId, lines, stands);
          const found = await this.#runner.findUnit(containerId);
          if (found === undefined) this.#readUpTo.delete(containerId);
          else if (found.state === 'running') throw broken;
          // Whoever supervises it tells its end, and asks again when it was started again.
          end();
        },
      },
      over.signal,
    );
    unfollow();
    this.#following.delete(containerId);
  }

  /** Resolves to why there are no more lines. */
  async #pass(
    service: string,
    containerId: string,
    lines: AsyncIterable<LogLine>,
    stands: () => void,
  ): Promise<unknown> {
    try {
      for await (const { stream, line, at } of lines) {
        stands();
        this.#readUpTo.set(containerId, at);
        this.#report({ type: 'log', service, stream, line });
      }
      return new Error('its output ended');
    } catch (error) {
      return error;
    }
  }
}
