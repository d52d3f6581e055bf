import { unlessAborted } from '../common/deadline.ts';
import { DevenvError, messageOf } from '../common/errors.ts';
import type { Reporter } from '../model/event.ts';
import { bridgeResource, type LiveBridge } from '../model/observed.ts';
import type { ServiceSide } from '../model/service-side.ts';
import type { AgentEvent } from '../protocol/index.ts';
import type { BridgeAgent, BridgeRoutes } from './ports.ts';
import { type BridgeVerdict, type ClaimState, takesRequests, verdictOn } from './verdict.ts';

/** How long to wait before a claim that was lost, and could not be made again, is tried once more, milliseconds. */
const CLAIM_AGAIN_MS = 2000;

/** What passes in a moment is told when it has lasted for so long, milliseconds. */
const PASSING_MS = 1000;

/**
 * One bridge while it is open: holds the claim with every agent of its target, makes it again when an agent comes
 * back, and lets it rest whenever the service cannot take requests.
 */
export class OpenBridge {
  readonly bridge: LiveBridge;
  readonly #report: Reporter;
  readonly #agents = new Map<BridgeAgent, Exclude<ClaimState, 'silent'>>();
  readonly #unfollow: (() => void)[] = [];
  readonly #firstClaims: Promise<void>[] = [];
  #side: ServiceSide = { hasGateway: false, listens: false, awaitedDebugger: undefined, isHealthy: true };
  /** Why the latest claim was refused; empty since one was made. */
  #refusal: string | undefined;
  #closed = false;
  #opened = false;
  #said = '';
  #passing: NodeJS.Timeout | undefined;

  constructor(bridge: LiveBridge, report: Reporter) {
    this.bridge = bridge;
    this.#report = report;
  }

  /**
   * Claims the port with every agent that is there. Errors: `target-conflict` naming the owner when another session
   * has it; `cancelled`. What was claimed until then is left to `close`.
   */
  async open(routes: BridgeRoutes, signal: AbortSignal): Promise<void> {
    const { target, service, local } = this.bridge;
    this.#unfollow.push(
      routes.followSide(service, local, (side) => this.#sideChanged(side)),
      routes.followAgents(target, {
        up: (agent) => {
          const claim = this.#claim(agent);
          this.#firstClaims.push(claim);
          claim.catch(() => this.#claimLater(agent));
        },
        down: (agent) => {
          this.#agents.delete(agent);
          // Where only the target has left the place, another one may keep the connection with the agent.
          void agent.giveBack({ type: 'release', port: this.bridge.port });
          this.#tell();
        },
        said: (agent, event) => this.#heard(agent, event),
        silenceChanged: () => this.#tell(),
      }),
    );
    await unlessAborted('the claim', signal, Promise.all(this.#firstClaims));
    this.#opened = true;
    this.#tell();
  }

  /** Gives the port back everywhere; resolves when what was in flight has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const unfollow of this.#unfollow.splice(0)) unfollow();
    const release = { type: 'release', port: this.bridge.port } as const;
    await Promise.all([...this.#agents.keys()].map((agent) => agent.giveBack(release)));
    this.#agents.clear();
  }

  async #claim(agent: BridgeAgent): Promise<void> {
    const { port, service, local } = this.bridge;
    this.#agents.set(agent, 'claiming');
    const probes = agent.probeUserAgents(port);
    const answer = await agent.request({ type: 'claim', port, tunnel: service, to: local, probes });
    if (answer.type === 'refused') {
      this.#agents.delete(agent);
      throw refusal(this.bridge, agent, answer);
    }
    if (this.#closed) return;
    this.#refusal = undefined;
    this.#agents.set(agent, 'claimed');
    await this.#want(agent);
  }

  async #want(agent: BridgeAgent): Promise<void> {
    const type = takesRequests(this.#side) ? 'resume' : 'rest';
    await agent.request({ type, port: this.bridge.port });
  }

  /** A claim that failed after the bridge was opened, e.g. because somebody was faster while the agent was away. */
  #claimLater(agent: BridgeAgent): void {
    setTimeout(() => {
      if (this.#closed || this.#agents.has(agent)) return;
      this.#claim(agent).catch((error) => {
        if (this.#closed) return;
        this.#refusal = messageOf(error);
        this.#tell();
        this.#claimLater(agent);
      });
    }, CLAIM_AGAIN_MS).unref();
  }

  #sideChanged(side: ServiceSide): void {
    const changed = takesRequests(this.#side) !== takesRequests(side);
    this.#side = side;
    if (changed) {
      for (const [agent, state] of this.#agents) if (state !== 'claiming') this.#want(agent).catch(() => {});
    }
    this.#tell();
  }

  #heard(agent: BridgeAgent, event: AgentEvent): void {
    if (event.type !== 'intercept' || event.port !== this.bridge.port || !this.#agents.has(agent)) return;
    this.#agents.set(agent, event.live ? 'live' : 'claimed');
    this.#tell();
  }

  #tell(): void {
    clearTimeout(this.#passing);
    if (this.#closed || !this.#opened) return;
    const verdict = verdictOn({
      local: this.bridge.local,
      side: this.#side,
      claims: [...this.#agents].map(([agent, claim]) => (agent.isSilent ? 'silent' : claim)),
      refusal: this.#refusal,
    });
    if (verdict.passing) this.#passing = setTimeout(() => this.#say(verdict), PASSING_MS);
    else this.#say(verdict);
  }

  #say({ state, reason }: BridgeVerdict): void {
    if (this.#closed) return;
    const words = `${state} ${reason}`;
    if (words === this.#said) return;
    this.#said = words;
    const resource = bridgeResource(this.bridge);
    this.#report({ type: 'state', resource, state, ...(reason === '' ? {} : { reason }) });
  }
}

function refusal(
  bridge: LiveBridge,
  agent: BridgeAgent,
  answer: Extract<AgentEvent, { type: 'refused' }>,
): DevenvError {
  const { holder } = answer;
  if (holder === undefined) {
    return new DevenvError({
      code: 'agent-failed',
      message: `the agent at ${agent.place} refused port ${bridge.port}: ${answer.reason}`,
      owner: 'environment',
    });
  }
  const { user, project, since } = holder.owner;
  return new DevenvError({
    code: 'target-conflict',
    message: `port ${bridge.port} of ${bridge.target} is held by ${user} (project ${project}, since ${new Date(since).toISOString()})`,
    hint: `ask ${user} to run \`devenv down\` in project ${project}, or bridge another target`,
    owner: 'user',
  });
}
