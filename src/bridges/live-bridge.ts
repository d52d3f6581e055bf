import { unlessAborted } from '../common/deadline.ts';
import { messageOf } from '../common/errors.ts';
import { supervised } from '../common/supervised.ts';
import type { Reporter } from '../model/event.ts';
import type { BridgedPort } from '../model/observed.ts';
import type { BridgedPlace, TargetSide } from '../model/target-side.ts';
import type { AgentEvent, AskedEvent, Owner } from '../protocol/index.ts';
import { type AgentClaim, leave, newClaim } from './agent-claim.ts';
import { placesOf, shownPlace, targetFacts } from './bridged-places.ts';
import { PortNews } from './port-news.ts';
import type { BridgeAgent, BridgeRoutes } from './ports.ts';
import { refusal } from './refusal.ts';
import { claimAt, decisionOn, FOR_NOBODY, type HoldingTerms, ownerName, YIELDS } from './take-over.ts';
import { leavePlace, tellCut } from './tell-cut.ts';
import { ToldVerdict } from './told-verdict.ts';
import { verdictOn } from './verdict.ts';
import { requestFor, Wishes } from './wish.ts';

/** How long to wait before a claim that was lost, and could not be made again, is tried once more, milliseconds. */
const CLAIM_AGAIN_MS = [200, 2000];

/**
 * One bridge while it is open: holds the claim with every agent of its target, makes it again when an agent comes
 * back or has lost it, and lets it rest whenever the service cannot take requests.
 */
export class OpenBridge {
  readonly bridge: BridgedPort;
  readonly #report: Reporter;
  readonly #claims = new Map<BridgeAgent, AgentClaim>();
  readonly #unfollow: (() => void)[] = [];
  /** The target's end, as it was told last. */
  #target: TargetSide | undefined;
  readonly #wishes: Wishes;
  readonly #news: PortNews;
  readonly #told: ToldVerdict;
  readonly #holding: HoldingTerms;
  #closed = false;
  #opened = false;
  /** Whoever has the port while this is being opened is asked for it. */
  #takesOver = false;
  #takenBy: string | undefined;

  /** `holding`: absent = it lets go of its port for nobody. `takenBy`: who has been given it before. */
  constructor(bridge: BridgedPort, report: Reporter, holding = FOR_NOBODY, takenBy?: string) {
    this.bridge = bridge;
    this.#report = report;
    this.#wishes = new Wishes(bridge.traffic.fallback, (isAnother) => this.#wishChanged(isAnother));
    this.#news = new PortNews(bridge, report);
    this.#told = new ToldVerdict(bridge, report);
    this.#holding = holding;
    this.#takenBy = takenBy;
  }

  /**
   * Claims the port with every agent that is there; with `takesOver` whoever has it is asked to let go. Errors:
   * `target-conflict` naming the owner when another session has it; `cancelled`. What was claimed until then is left to `close`.
   */
  async open(routes: BridgeRoutes, signal: AbortSignal, takesOver = false): Promise<void> {
    const { target, service, local } = this.bridge;
    this.#takesOver = takesOver;
    this.#unfollow.push(
      routes.followSide(service, local, (side) => this.#wishes.sideChanged(side)),
      routes.followAgents(target, {
        up: (agent) => this.#up(agent),
        down: (agent) => this.#down(agent),
        said: (agent, event) => this.#heard(agent, event),
        silenceChanged: () => this.#tell(),
        targetChanged: (side) => {
          this.#target = side;
          this.#tell();
        },
      }),
    );
    const claims = [...this.#claims.values()].map(({ first }) => first.promise);
    await unlessAborted('the claim', signal, Promise.all(claims));
    this.#opened = true;
    this.#tell();
  }

  /**
   * Gives the port back everywhere; resolves when what was in flight has ended. What has not after so many milliseconds is
   * cut off, and told.
   */
  async close(drainMs: number): Promise<void> {
    this.#closed = true;
    this.#told.silence();
    this.#wishes.close();
    for (const unfollow of this.#unfollow.splice(0)) unfollow();
    await this.#release('closed', drainMs);
  }

  /** Who was given its port, for whom it rests until it is opened anew; undefined while it is nobody. */
  get takenBy(): string | undefined {
    return this.#takenBy;
  }

  /**
   * Lets the original answer until `takeBack`, because the service is about to be stopped; resolves when what was in flight
   * has ended. What has not after so many milliseconds is cut off, and told.
   */
  async setAside(drainMs: number): Promise<void> {
    this.#wishes.setAside();
    // Of what goes through a gateway that does not answer nothing comes to an end.
    if (this.#wishes.side.gateway !== 'answers') return;
    const rest = { type: 'rest', ...this.#key, drain: drainMs, ...this.#wishes.whileAside } as const;
    const answers = await Promise.all([...this.#claims.keys()].map((agent) => agent.giveBack(rest)));
    const { isStopped } = this.#wishes.side;
    const why = `when service ${this.bridge.service} was stopped${isStopped ? '' : ' to be started anew'}`;
    tellCut(answers, { why, drainMs }, this.#report);
  }

  /** Ends what one `setAside` began, as soon as the service takes requests, or does not for too long. */
  takeBack(): void {
    if (!this.#closed) this.#wishes.takeBack();
  }

  /** Whether it rests because somebody asked for that. */
  get restsOnRequest(): boolean {
    return this.#wishes.onRequest;
  }

  /** How many callers stay with the original because their connection began before the bridge. */
  get staying(): number {
    return [...this.#claims.values()].reduce((sum, claim) => sum + claim.staying, 0);
  }

  /** How it is wherever its target runs. */
  get places(): readonly BridgedPlace[] {
    return placesOf(this.#target, this.#claims).map(shownPlace);
  }

  /** How many connections went to the original because an agent carried as many as it may. */
  get passedOn(): number {
    return [...this.#claims.values()].reduce((sum, claim) => sum + claim.passedOn, 0);
  }

  /** Lets the original answer, whatever the service does, until it is asked for the opposite. */
  rest(onRequest: boolean): void {
    this.#wishes.restOnRequest(onRequest);
  }

  async #release(what: string, drainMs: number): Promise<void> {
    const release = { type: 'release', ...this.#key, drain: drainMs } as const;
    const claims = [...this.#claims];
    this.#claims.clear();
    for (const [, claim] of claims) leave(claim);
    const answers = await Promise.all(claims.map(([agent]) => agent.giveBack(release)));
    tellCut(answers, { why: `when bridge ${this.bridge.name} ${what}`, drainMs }, this.#report);
  }

  /** Which of this session's claims it is. */
  get #key(): { readonly port: number; readonly tunnel: string } {
    return { port: this.bridge.port, tunnel: this.bridge.service };
  }

  #up(agent: BridgeAgent): void {
    if (this.#takenBy !== undefined) return;
    const claim = newClaim();
    this.#claims.set(agent, claim);
    void supervised(
      {
        live: (stands, signal) => this.#hold(agent, claim, stands, signal),
        onLost: (why) => {
          claim.state = 'refused';
          claim.objection = messageOf(why);
          claim.first.reject(why);
          this.#tell();
        },
        backoffMs: CLAIM_AGAIN_MS,
      },
      claim.left.signal,
    );
    this.#tell();
  }

  #down(agent: BridgeAgent): void {
    const claim = this.#claims.get(agent);
    if (claim === undefined) return;
    this.#claims.delete(agent);
    leave(claim);
    this.#tell();
    void leavePlace(agent, this.#key, this.#holding.drainMs(), this.#report);
  }

  /** Holds the claim, and tells the agent whether requests are wanted. Errors: the refusal; the agent's when it breaks off. */
  async #hold(agent: BridgeAgent, claim: AgentClaim, stands: () => void, signal: AbortSignal): Promise<void> {
    claim.state = 'claiming';
    const waiting = (owner: Owner) => this.#holding.waiting(this.bridge, owner);
    await claimAt(this.bridge, agent, { takesOver: this.#takesOver && !this.#opened, signal, waiting });
    if (signal.aborted) return;
    claim.since = performance.now();
    claim.state = 'claimed';
    claim.objection = undefined;
    stands();
    this.#tell();
    while (!signal.aborted) {
      const { now, another } = this.#wishes;
      claim.isAskedFor = now === 'resume';
      // A new claim rests already: nobody waits for another answer.
      if (now !== 'resume') claim.first.resolve();
      // Who sets the bridge aside asks for that rest, and waits for what is in flight.
      if (now !== 'rest for a while') await this.#ask(agent, { ...requestFor(now), ...this.#key });
      claim.first.resolve();
      await unlessAborted('the claim', signal, another).catch(() => {});
    }
  }

  /** Errors: the refusal, which says that the claim is not held. */
  async #ask(agent: BridgeAgent, request: Parameters<BridgeAgent['request']>[0]): Promise<void> {
    const answer = await agent.request(request);
    if (answer.type === 'refused') throw refusal(this.bridge, agent, answer);
  }

  #wishChanged(isAnother: boolean): void {
    // What an agent said belongs to what was wanted then.
    if (isAnother)
      for (const claim of this.#claims.values()) if (claim.state !== 'refused') claim.objection = undefined;
    this.#tell();
  }

  #heard(agent: BridgeAgent, event: AgentEvent): void {
    if (!('port' in event) || event.port !== this.#key.port || event.tunnel !== this.#key.tunnel) return;
    if (event.type === 'asked') void this.#asked(agent, event);
    const claim = this.#claims.get(agent);
    if (claim === undefined) return;
    this.#news.hear(event, agent.place);
    if (event.type === 'staying') claim.staying = event.count;
    if (event.type === 'crowded') claim.passedOn = event.count;
    if (event.type !== 'intercept') return;
    if (claim.state === 'refused') return;
    claim.state = event.live ? 'live' : 'claimed';
    claim.objection =
      event.live || this.#wishes.now !== 'resume' || !claim.isAskedFor ? undefined : event.reason;
    this.#tell();
  }

  /** Somebody wants the port: what is decided holds for all agents. */
  async #asked(agent: BridgeAgent, { question, by, session, now }: AskedEvent): Promise<void> {
    const isGiven = this.#takenBy !== undefined;
    const wanted = { bridge: this.bridge, by, session };
    const decision = isGiven ? YIELDS : await decisionOn(wanted, this.#claims, this.#holding);
    if (decision.yields && now && this.#takenBy === undefined && !this.#closed) {
      this.#takenBy = ownerName(by);
      // What is asked of an agent is done in this order: the port is free before that is known.
      void this.#release('was taken over', this.#holding.drainMs());
      this.#tell();
    }
    await agent.request({ type: 'answer', question, ...decision }).catch(() => {});
  }

  #tell(): void {
    if (this.#closed || !this.#opened) return;
    const own = { local: this.bridge.local, ...this.#wishes.facts, takenBy: this.#takenBy };
    this.#told.tell(verdictOn({ ...own, ...targetFacts(this.bridge, this.#target, this.#claims) }));
  }
}
