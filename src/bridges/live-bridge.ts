import { unlessAborted } from '../common/deadline.ts';
import { DevenvError } from '../common/errors.ts';
import type { LiveState, Reporter } from '../model/event.ts';
import { bridgeResource, type LiveBridge } from '../model/observed.ts';
import type { AgentEvent } from '../protocol/index.ts';
import type { BridgeAgent, BridgeRoutes, Readiness } from './ports.ts';

/** How long to wait before a claim that was lost, and could not be made again, is tried once more, milliseconds. */
const CLAIM_AGAIN_MS = 2000;

/**
 * One bridge while it is open: holds the claim with every agent of its target, makes it again when an agent comes
 * back, and lets it rest whenever the service cannot take requests.
 */
export class OpenBridge {
  readonly bridge: LiveBridge;
  readonly #report: Reporter;
  readonly #agents = new Map<BridgeAgent, 'claiming' | 'claimed' | 'live'>();
  readonly #unfollow: (() => void)[] = [];
  readonly #firstClaims: Promise<void>[] = [];
  #readiness: Readiness = { ready: false, why: 'the service has not started yet', waitsForDebugger: false };
  #closed = false;
  #opened = false;
  #said = '';

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
      routes.followReadiness(service, local, (readiness) => this.#readinessChanged(readiness)),
      routes.followAgents(target, {
        up: (agent) => {
          const claim = this.#claim(agent);
          this.#firstClaims.push(claim);
          claim.catch(() => this.#claimLater(agent));
        },
        down: (agent) => {
          this.#agents.delete(agent);
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
    this.#agents.set(agent, 'claimed');
    await this.#want(agent);
  }

  async #want(agent: BridgeAgent): Promise<void> {
    const type = this.#readiness.ready ? 'resume' : 'rest';
    await agent.request({ type, port: this.bridge.port });
  }

  /** A claim that failed after the bridge was opened, e.g. because somebody was faster while the agent was away. */
  #claimLater(agent: BridgeAgent): void {
    setTimeout(() => {
      if (this.#closed || this.#agents.has(agent)) return;
      this.#claim(agent).catch((error) => {
        if (this.#closed) return;
        this.#state('lost', error instanceof Error ? error.message : String(error));
        this.#claimLater(agent);
      });
    }, CLAIM_AGAIN_MS).unref();
  }

  #readinessChanged(readiness: Readiness): void {
    const changed = this.#readiness.ready !== readiness.ready;
    this.#readiness = readiness;
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
    if (this.#closed || !this.#opened) return;
    const states = [...this.#agents].map(([agent, state]) => (agent.isSilent ? 'silent' : state));
    if (states.length === 0) this.#state('lost', 'no agent is connected, the original answers');
    else if (states.every((state) => state === 'silent'))
      this.#state('lost', 'the agent does not answer, the original does');
    else if (!this.#readiness.ready) {
      const { why, waitsForDebugger } = this.#readiness;
      this.#state(waitsForDebugger ? 'waiting' : 'resting', `${why}, the original answers`);
    } else if (states.every((state) => state === 'live')) this.#state('live', '');
    else if (states.some((state) => state === 'live')) this.#state('live', 'not at every replica');
  }

  #state(state: LiveState, reason: string): void {
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
