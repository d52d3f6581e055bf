import { type BridgeUse, type Decision, inUse, ownerName, type Wanted } from '../bridges/index.ts';
import { bridgeResource } from '../model/observed.ts';
import type { People } from './people.ts';

/** A question stands for so long, milliseconds; then nobody has agreed. */
const QUESTION_MS = 60_000;

/** Who asks for a port asks again while a question stands; one that did not for so long, milliseconds, has gone. */
const GONE_MS = 10_000;

/** An answer holds for so long, milliseconds: who was told yes may need its time until it claims the port. */
const HOLDS_MS = { yes: 10 * 60_000, no: 30_000 };

/** What it takes to decide. */
export interface TakeoversOptions {
  /** Finds out how a bridge is used. Never rejects. */
  readonly use: (wanted: Wanted) => Promise<BridgeUse>;
  readonly people: People;
}

/**
 * Decides whether this session lets go of a port that another one wants: when it is idle, or somebody at its terminal
 * agrees. What is decided of a bridge holds for all of its replicas.
 */
export class Takeovers {
  readonly #options: TakeoversOptions;
  /** What people have said, by who wants which bridge, and until when that holds, on the clock of `performance`. */
  readonly #said = new Map<string, { readonly answer: 'yes' | 'no'; readonly until: number }>();
  /** What they are being asked, since when, and what ends it. */
  readonly #asking = new Map<string, { readonly since: number; readonly end: NodeJS.Timeout }>();

  constructor(options: TakeoversOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async decide(wanted: Wanted): Promise<Decision> {
    const key = `${wanted.session} ${wanted.bridge.name}`;
    if (this.#answerTo(key) === 'yes') return { yields: true, reason: '' };
    const why = inUse(await this.#options.use(wanted));
    if (why === undefined) return { yields: true, reason: '' };
    const reason = `in use: ${why}`;
    if (this.#answerTo(key) === 'no') return { yields: false, reason: `${reason}; its user keeps it` };
    if (!this.#options.people.areThere) return { yields: false, reason };
    this.#ask(key, wanted, why);
    return { yields: false, reason, waits: true };
  }

  #answerTo(key: string): 'yes' | 'no' | undefined {
    const said = this.#said.get(key);
    return said === undefined || performance.now() > said.until ? undefined : said.answer;
  }

  #ask(key: string, { bridge, by }: Wanted, why: string): void {
    const now = performance.now();
    const { since = now, end } = this.#asking.get(key) ?? {};
    clearTimeout(end);
    const nobody = () => this.#answered(key, 'no');
    const timer = setTimeout(nobody, Math.min(GONE_MS, since + QUESTION_MS - now)).unref();
    this.#asking.set(key, { since, end: timer });
    const text = `${ownerName(by)} asks for ${bridgeResource(bridge)}, which is in use: ${why}`;
    this.#options.people.ask(key, text, (yes) => this.#answered(key, yes ? 'yes' : 'no'));
  }

  #answered(key: string, answer: 'yes' | 'no'): void {
    clearTimeout(this.#asking.get(key)?.end);
    this.#asking.delete(key);
    this.#options.people.withdraw(key);
    this.#said.set(key, { answer, until: performance.now() + HOLDS_MS[answer] });
  }
}
