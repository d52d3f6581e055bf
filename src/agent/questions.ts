import { pause } from '../common/deadline.ts';
import type { AnswerRequest, ClaimSummary } from '../protocol/index.ts';
import type { Asker, AskTerms, Claim, Claimant, Refused } from './claim.ts';
import type { PortTable } from './ports.ts';
import { ASKING } from './timings.ts';

/** What a session says that is asked for its claim. */
type Answer = Pick<AnswerRequest, 'yields' | 'reason' | 'waits'>;

/** Who does not answer has not agreed. */
const SILENT: Answer = { yields: false, reason: 'its session does not answer' };

/** What sessions are asked on behalf of others: whether they let go of what they have. They alone decide. */
export class Questions {
  readonly #ports: PortTable;
  readonly #summary: (claim: Claim) => ClaimSummary;
  readonly #open = new Map<number, { readonly of: Claimant; readonly answer: (answer: Answer) => void }>();
  #last = 0;

  /** `summary`: what others are told of a claim. */
  constructor(ports: PortTable, summary: (claim: Claim) => ClaimSummary) {
    this.#ports = ports;
    this.#summary = summary;
  }

  /**
   * Asks the sessions that have a port, or the same requests of it. Resolves within seconds to the first who does not let
   * go; to undefined when nobody has it, and with `now` when nobody has it any more.
   */
  async ask(asker: Asker, { now, ...terms }: AskTerms): Promise<Refused | undefined> {
    const holders = this.#ports.inTheWayOf(terms).filter(({ claimant: { id } }) => id !== asker.id);
    const answers = await Promise.all(
      holders.map(async (claim) => ({ claim, ...(await this.#asked(claim, asker, now)) })),
    );
    const no = answers.find(({ yields }) => !yields);
    if (no !== undefined) return { holder: this.#summary(no.claim), reason: no.reason, waits: no.waits };
    if (now) await this.#gone(holders);
    return undefined;
  }

  /** A session answers. Without effect for a question to another one, or an old one. */
  answered(claimant: Claimant, { question, ...answer }: Pick<AnswerRequest, 'question'> & Answer): void {
    const open = this.#open.get(question);
    if (open?.of === claimant) open.answer(answer);
  }

  #asked({ claimant, port, terms: { tunnel } }: Claim, { id: session, owner: by }: Asker, now: boolean) {
    this.#last += 1;
    const question = this.#last;
    return new Promise<Answer>((resolve) => {
      const answer = (given: Answer) => {
        clearTimeout(timer);
        this.#open.delete(question);
        resolve(given);
      };
      const timer = setTimeout(() => answer(SILENT), ASKING.answerMs);
      this.#open.set(question, { of: claimant, answer });
      claimant.send({ type: 'asked', question, port, tunnel, by, session, now });
    });
  }

  /** Whoever lets go of a claim gives it back by itself, which takes a moment. */
  async #gone(claims: readonly Claim[]): Promise<void> {
    const deadline = performance.now() + ASKING.goneMs;
    while (performance.now() < deadline && claims.some((claim) => this.#ports.has(claim)))
      await pause(ASKING.lookMs);
  }
}
