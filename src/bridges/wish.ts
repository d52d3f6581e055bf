import { type Deferred, deferred } from '../common/deferred.ts';
import type { ServiceSide } from '../model/service-side.ts';
import { takesRequests } from './verdict.ts';

/** What agents are asked to do with a port that is claimed; `rest for a while`: the service is soon there again. */
export type Wish = 'resume' | 'rest' | 'rest for a while';

/** A service that was started anew takes requests soon; after so many milliseconds it rests like any other. */
const BACK_MS = 15_000;

/** What a bridge wants of its agents, by how its service is and what people ask for. */
export class Wishes {
  #side: ServiceSide = {
    gateway: 'connecting',
    listens: false,
    awaitedDebugger: undefined,
    isHealthy: true,
    ended: undefined,
  };
  #onRequest = false;
  /** By how many the service is being started anew. */
  #timesAside = 0;
  /** It is, or was and takes no requests yet. */
  #isAside = false;
  #back: NodeJS.Timeout | undefined;
  #change: Deferred<void> = deferred();
  readonly #onChange: (isAnother: boolean) => void;

  /** `onChange` is called whenever something changes that was told; `isAnother`: the wish, too. */
  constructor(onChange: (isAnother: boolean) => void) {
    this.#onChange = onChange;
  }

  /** What agents are to be asked now. */
  get now(): Wish {
    if (this.#isAside) return 'rest for a while';
    return !this.#onRequest && takesRequests(this.#side) ? 'resume' : 'rest';
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

  /** The service is being stopped, or was, to be started anew. */
  get isAside(): boolean {
    return this.#timesAside > 0;
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
  }

  #changed(change: () => void): void {
    const before = this.now;
    change();
    if (this.#timesAside === 0 && takesRequests(this.#side)) this.#isAside = false;
    const isAnother = this.now !== before;
    if (isAnother) {
      this.#change.resolve();
      this.#change = deferred();
    }
    this.#onChange(isAnother);
  }
}
