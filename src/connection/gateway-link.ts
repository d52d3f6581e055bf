import type { Duplex } from 'node:stream';
import { pause } from '../common/deadline.ts';
import { DevenvError, messageOf } from '../common/errors.ts';
import { type Looks, nextLook } from '../common/next-look.ts';
import type { SessionIdentity } from '../model/identity.ts';
import { gatewayAccessIn } from '../programs/index.ts';
import {
  type DuplexRole,
  decodeGatewayEvent,
  type GatewayEvent,
  type GatewayRequest,
  type NamedAddress,
  type ResolverSettings,
  type ServiceNames,
} from '../protocol/index.ts';
import type { Runner } from '../runner/index.ts';
import { ControlClient, greet, type Unnumbered } from '../wire/index.ts';
import { GATEWAY_SOCKET } from './gateway-container.ts';
import { greetingOf } from './greeting-of.ts';

/** A gateway whose container runs is waited for this long, milliseconds: on a slow machine it takes its time. */
const START_MS = 300_000;

/** Looks whether it listens: most gateways do soon. */
const LOOKS: Looks = { quickest: 15, slowest: 250, part: 1 / 6 };

/** What a container without a gateway's variables has: nobody listens there. */
const NO_ACCESS = { secret: '', socketPath: GATEWAY_SOCKET };

/** Pause between looks whether its container runs at all, milliseconds, for which the engine is asked. */
const LOOK_AT_CONTAINER_MS = 1000;

/** A connection to one gateway, for as long as its control duplex lives. */
export class GatewayLink {
  /** Resolves when the connection is lost or closed. */
  readonly closed: Promise<void>;
  readonly #control: ControlClient<GatewayRequest, GatewayEvent>;
  readonly #open: (role: DuplexRole, tunnel: string, signal?: AbortSignal) => Promise<Duplex>;

  private constructor(
    control: ControlClient<GatewayRequest, GatewayEvent>,
    open: (role: DuplexRole, tunnel: string, signal?: AbortSignal) => Promise<Duplex>,
  ) {
    this.closed = control.closed;
    this.#control = control;
    this.#open = open;
  }

  /**
   * Connects to a gateway, which may only just be starting. `hears` is told what it says by itself, and of its silence.
   * Errors: `container-failed` with its last output when it does not come, `cancelled`.
   */
  static async connect(
    runner: Runner,
    containerId: string,
    identity: SessionIdentity,
    hears: {
      readonly said: (event: GatewayEvent) => void;
      readonly silenceChanged: (silent: boolean) => void;
    },
    signal: AbortSignal,
  ): Promise<GatewayLink> {
    const info = await runner.findUnit(containerId);
    const { secret, socketPath } = gatewayAccessIn(info?.environment ?? {}) ?? NO_ACCESS;
    const open = async (role: DuplexRole, tunnel: string, within?: AbortSignal) => {
      const duplex = await runner.dialSocket(containerId, socketPath, within);
      await greet(duplex, greetingOf(identity, { secret, port: undefined }, role, tunnel), within);
      return duplex;
    };
    const duplex = await untilItListens(runner, containerId, () => open('control', '', signal), signal);
    const control = new ControlClient<GatewayRequest, GatewayEvent>(
      duplex,
      decodeGatewayEvent,
      hears.said,
      hears.silenceChanged,
    );
    return new GatewayLink(control, open);
  }

  /** A further duplex to the gateway, greeted for a role. */
  dial(role: DuplexRole, tunnel: string, signal?: AbortSignal): Promise<Duplex> {
    return this.#open(role, tunnel, signal);
  }

  /** Gives the service the workload's names. */
  async configure(resolver: ResolverSettings, { own, bridged }: ServiceNames): Promise<void> {
    await this.#asked({ type: 'configure', resolver, names: own, bridged });
  }

  /** From now on these addresses stand for neighbours, and their names for these addresses. */
  async setNeighbours(addresses: readonly NamedAddress[]): Promise<void> {
    await this.#asked({ type: 'neighbours', addresses });
  }

  /** From now on changes on these ports are told. */
  async watch(ports: readonly number[]): Promise<void> {
    await this.#asked({ type: 'watch', ports });
  }

  /** How many connections to a port of the service there are now. Errors: `container-failed` where that is not known. */
  async connectionsTo(port: number): Promise<number> {
    const answer = await this.#asked({ type: 'connected', port });
    return answer.type === 'connected' ? answer.count : 0;
  }

  /** Ends the connection. */
  close(): void {
    this.#control.close();
  }

  async #asked(request: Unnumbered<GatewayRequest>): Promise<GatewayEvent> {
    const answer = await this.#control.request(request);
    if (answer.type !== 'refused') return answer;
    throw new DevenvError({
      code: 'container-failed',
      message: `the gateway could not ${request.type}: ${answer.reason}`,
      owner: 'devenv',
    });
  }
}

async function untilItListens(
  runner: Runner,
  containerId: string,
  open: () => Promise<Duplex>,
  signal: AbortSignal,
): Promise<Duplex> {
  const begun = performance.now();
  let lookedAt = begun;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (signal.aborted) throw error;
      if (error instanceof DevenvError && error.code === 'protocol-mismatch') throw error;
      const now = performance.now();
      if (now - begun > START_MS)
        throw await failed(runner, containerId, `it does not listen: ${messageOf(error)}`);
      if (now - lookedAt > LOOK_AT_CONTAINER_MS) {
        lookedAt = now;
        const state = (await runner.findUnit(containerId))?.state;
        if (state !== 'running') throw await failed(runner, containerId, 'its container ended');
      }
      await pause(nextLook(now - begun, LOOKS), signal);
    }
  }
}

async function failed(runner: Runner, containerId: string, why: string): Promise<DevenvError> {
  const evidence: string[] = [];
  try {
    for await (const { line } of runner.unitLogs(containerId, { follow: false, tail: 10 }))
      evidence.push(line);
  } catch {
    // It is gone with its logs.
  }
  return new DevenvError({
    code: 'container-failed',
    message: `the gateway does not run: ${why}`,
    evidence,
    owner: 'environment',
  });
}
