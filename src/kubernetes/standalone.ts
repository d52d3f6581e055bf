import type { V1Pod } from '@kubernetes/client-node';
import { pause, withDeadline } from '../common/deadline.ts';
import { cancelled, DevenvError } from '../common/errors.ts';
import type { AgentSpec, Place, PlacedAgent } from '../platform/index.ts';
import { agentAccessOf } from './agent-container.ts';
import { imageAdvice, isImageProblem } from './image-advice.ts';
import { assignsUsers } from './open-shift.ts';
import { handleOf } from './pod-address.ts';
import { describePod } from './pod-state.ts';
import { refusedPod } from './refused-pod.ts';
import { endOf, isMadeFrom, LASTS_SECONDS, STARTS_WITHIN_SECONDS, standaloneJob } from './standalone-job.ts';
import { type Asks, create, podsOfJob, prolong, readJob, remove } from './standalone-objects.ts';

/** One that is not stuck is waited for this long: a slow node takes its time, above all for an image. */
const READY = { name: 'standalone agent ready', ms: 600_000 } as const;
const POLL_MS = 150;
/** Whoever waits says so as often, milliseconds. */
const SAY_AGAIN_MS = (STARTS_WITHIN_SECONDS * 1000) / 4;
/** A Job without a pod for so long is asked what keeps it from one, milliseconds. */
const POD_AFTER_MS = 500;

/** The place of services that belong to no workload: the namespace itself, with one agent for all who need one. */
export function standalonePlace(api: Pick<Asks, 'cluster'>): Place {
  const { namespace } = api.cluster;
  return {
    id: `namespace-${namespace}`.slice(0, 63),
    name: `namespace ${namespace}`,
    handle: namespace,
    idleAgent: 'ends',
    undoesPlacing: true,
    probeUserAgents: () => [],
    isReady: true,
    isStarting: false,
    trouble: undefined,
  };
}

/** Whether a place is that of the standalone agent. */
export function isStandalone({ handle }: Pick<Place, 'handle'>): boolean {
  return !handle.includes('/');
}

/** The standalone agent that runs in the namespace, whoever made it. */
export async function findStandalone(api: Asks, place: Place): Promise<PlacedAgent | undefined> {
  const pod = (await podsOfJob(api)).find(isReady);
  return pod === undefined ? undefined : agentOf(place, pod);
}

/**
 * Makes the Job of the standalone agent, or takes the one that is there, and waits until it is ready. A Job that will not be
 * is removed. Errors: `agent-failed`, `admission-refused` for a Job or a pod that the cluster does not let in, `cancelled`.
 */
export async function placeStandalone(
  api: Asks,
  place: Place,
  spec: AgentSpec,
  signal?: AbortSignal,
): Promise<PlacedAgent> {
  let placing: Placing | undefined;
  let placed: Promise<PlacedAgent> | undefined;
  try {
    return await withDeadline(READY, signal, (inTime) => {
      placing = new Placing(api, place, spec, inTime);
      placed = placing.agent();
      return placed;
    });
  } catch (error) {
    // What is under way may still make one.
    await placed?.catch(() => {});
    await removeUnlessReady(api, spec);
    if (!(error instanceof DevenvError) || error.code !== 'deadline-passed') throw error;
    throw failed(api, `its pod is not ready after ${READY.ms / 1000} s`, { evidence: placing?.seen ?? [] });
  }
}

/** One wait for the agent. */
class Placing {
  readonly #api: Asks;
  readonly #place: Place;
  readonly #spec: AgentSpec;
  readonly #signal: AbortSignal;
  readonly #since = performance.now();
  #saidAt = this.#since;
  /** Since when there is a Job and no pod of it. */
  #withoutPod: number | undefined;

  /** The pods of the Job when they were last looked at, each in a line. */
  seen: readonly string[] = [];

  constructor(api: Asks, place: Place, spec: AgentSpec, signal: AbortSignal) {
    this.#api = api;
    this.#place = place;
    this.#spec = spec;
    this.#signal = signal;
  }

  async agent(): Promise<PlacedAgent> {
    for (;;) {
      const pods = await podsOfJob(this.#api);
      this.seen = pods.map(describePod);
      const ready = pods.find(isReady);
      const agent = ready === undefined ? undefined : agentOf(this.#place, ready);
      if (agent !== undefined) {
        await prolong(this.#api, LASTS_SECONDS);
        return agent;
      }
      for (const pod of pods) refuseStuck(this.#api, pod, this.#spec);
      if (pods.length === 0) await this.#seeToJob();
      else this.#withoutPod = undefined;
      await this.#sayThatItIsWaitedFor();
      await pause(POLL_MS, this.#signal);
      if (this.#signal.aborted) throw cancelled(READY.name);
    }
  }

  async #seeToJob(): Promise<void> {
    const job = await readJob(this.#api);
    if (job === undefined) {
      this.#withoutPod = undefined;
      return create(this.#api, standaloneJob(this.#spec, await assignsUsers(this.#api)));
    }
    const end = endOf(job);
    if (end?.failed && isMadeFrom(job, this.#spec)) throw failed(this.#api, end.why);
    // It makes room for the next.
    if (end !== undefined) return remove(this.#api, job);
    this.#withoutPod ??= performance.now();
    if (performance.now() - this.#withoutPod < POD_AFTER_MS) return;
    const refusal = await refusedPod(this.#api, job, this.#spec.image);
    if (refusal === undefined) return;
    await remove(this.#api, job);
    throw refusal;
  }

  async #sayThatItIsWaitedFor(): Promise<void> {
    const now = performance.now();
    if (now - this.#saidAt < SAY_AGAIN_MS) return;
    this.#saidAt = now;
    await prolong(this.#api, Math.ceil((now - this.#since) / 1000) + STARTS_WITHIN_SECONDS);
  }
}

/** What we made and is of use to nobody. Never fails: what is left then ends by its deadline. */
async function removeUnlessReady(api: Asks, spec: AgentSpec): Promise<void> {
  try {
    const job = await readJob(api);
    if (job === undefined || !isMadeFrom(job, spec)) return;
    if (!(await podsOfJob(api)).some(isReady)) await remove(api, job);
  } catch {
    // The first error says more.
  }
}

function isReady({ status }: V1Pod): boolean {
  return (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');
}

function agentOf(place: Place, pod: V1Pod): PlacedAgent | undefined {
  const access = agentAccessOf(pod.spec?.containers[0]?.env);
  return access === undefined ? undefined : { placeId: place.id, handle: handleOf(pod), ...access };
}

function refuseStuck(api: Asks, pod: V1Pod, spec: AgentSpec): void {
  const { waiting } = pod.status?.containerStatuses?.[0]?.state ?? {};
  const reason = waiting?.reason ?? '';
  if (!isImageProblem(reason) && !/Error$/.test(reason)) return;
  throw failed(api, reason, {
    evidence: waiting?.message === undefined ? [] : [waiting.message],
    ...(isImageProblem(reason) ? { hint: imageAdvice(api.cluster.context, spec.image) } : {}),
  });
}

function failed(
  { cluster }: Asks,
  why: string,
  more: { readonly evidence?: readonly string[]; readonly hint?: string } = {},
): DevenvError {
  return new DevenvError({
    code: 'agent-failed',
    message: `the standalone agent in namespace ${cluster.namespace} does not start: ${why}`,
    owner: 'environment',
    ...more,
  });
}
