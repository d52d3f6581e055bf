import { type Deferred, deferred } from '../common/deferred.ts';
import type { ServiceSide } from '../model/service-side.ts';
import type { Fallback } from '../model/workspace.ts';
import { Absence } from './absence.ts';
import { type BridgeFacts, takesRequests } from './verdict.ts';

/**
 * What agents are asked to do with a port that is claimed; `rest for a while`: the service is being started anew. `await it`:
 * the service is away, and requests are treated as the bridge's `fallback` says.
 */
export type Wish = 'resume' | 'rest' | 'rest for a while' | 'await it';

/** A service that was started anew takes requests soon; after so many milliseconds it rests like any other. */
const BACK_MS = 15_000;

/** What an agent is asked for, for what is wanted. */
export function requestFor(wish: Exclude<Wish, 'rest for a while'>) {
  return wish === 'await it' ? ({ type: 'rest', away: true } as const) : { type: wish };
}

/** What a bridge wants of its agents, by how its service is and what people ask for. */
export class Wishes {
  #side: ServiceSide = {
    gateway: 'connecting',
    listens: false,
    awaitedDebugger: undefined,
    isHealthy: true,
    ended: undefined,
    isStopped: false,
  };
  #onRequest = false;
  /** By how many the service is being started anew. */
  #timesAside = 0;
  /** It is, or was and takes no requests yet. */
  #isAside = false;
  #back: NodeJS.Timeout | undefined;
  readonly #fallback: Fallback;
  readonly #absence: Absence;
  #change: Deferred<void> = deferred();
  readonly #onChange: (isAnother: boolean) => void;

  /**
   * `fallback`: what becomes of requests while the service is away. `onChange` is called whenever something changes that was
   * told; `isAnother`: the wish, too.
   */
  constructor(fallback: Fallback, onChange: (isAnother: boolean) => void) {
    this.#fallback = fallback;
    this.#absence = new Absence(fallback, (giveUp) => this.#changed(giveUp));
    this.#onChange = onChange;
  }

  /** What agents are to be asked now. */
  get now(): Wish {
    if (this.#isAside) return 'rest for a while';
    if (this.#onRequest || this.#side.isStopped) return 'rest';
    if (takesRequests(this.#side)) return 'resume';
    return this.#absence.isAwaited ? 'await it' : 'rest';
  }

  /**
   * What is said to agents when the service is set aside: requests are treated as the bridge's `fallback` says, unless
   * somebody stops it, who gives back what it takes.
   */
  get whileAside(): { readonly away?: true } {
    return this.#fallback.kind === 'original' || this.#side.isStopped ? {} : { away: true };
  }

  /** What a verdict must know of it. */
  get facts(): Pick<BridgeFacts, 'side' | 'onRequest' | 'isAside' | 'meanwhile'> {
    const meanwhile = this.#absence.isAwaited ? this.#fallback : undefined;
    return { side: this.#side, onRequest: this.#onRequest, isAside: this.#timesAside > 0, meanwhile };
  }

  /** Resolves when `now` changes. */
  get another(): Promise<void> {
    return this.#change.promise;
  }

  /** The service's end, as it was told last. */
  get side(): ServiceSide {
    return this.#side;
  }

  /** Somebody asked that the original answers, until they ask for the opposite. */
  get onRequest(): boolean {
    return this.#onRequest;
  }

  /** The service's end is so from now on. */
  sideChanged(side: ServiceSide): void {
    this.#changed(() => {
      this.#side = side;
    });
  }

  /** Lets the original answer, whatever the service does, or no longer. */
  restOnRequest(onRequest: boolean): void {
    this.#changed(() => {
      this.#onRequest = onRequest;
    });
  }

  /** The service is about to be stopped, to be started anew. */
  setAside(): void {
    clearTimeout(this.#back);
    this.#changed(() => {
      this.#timesAside += 1;
      this.#isAside = true;
    });
  }

  /** Ends what one `setAside` began, as soon as the service takes requests, or does not for too long. */
  takeBack(): void {
    this.#changed(() => {
      this.#timesAside -= 1;
    });
    if (!this.#isAside || this.#timesAside > 0) return;
    const giveUp = () =>
      this.#changed(() => {
        this.#isAside = false;
      });
    this.#back = setTimeout(giveUp, BACK_MS);
  }

  /** Nothing is wanted any more. */
  close(): void {
    clearTimeout(this.#back);
    this.#absence.close();
  }

  #changed(change: () => void): void {
    const before = this.now;
    change();
    const takes = this.#timesAside === 0 && takesRequests(this.#side);
    const { isStopped } = this.#side;
    // Nobody expects a service back that is stopped.
    if (takes || (isStopped && this.#timesAside === 0)) this.#isAside = false;
    if (isStopped) this.#absence.forget();
    else this.#absence.settle(takes);
    const isAnother = this.now !== before;
    if (isAnother) {
      this.#change.resolve();
      this.#change = deferred();
    }
    this.#onChange(isAnother);
  }
}
