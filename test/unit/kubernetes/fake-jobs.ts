import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { ApiRequest } from '../../../src/kubernetes/api-request.ts';
import { ApiRefusal, explain } from '../../../src/kubernetes/failures.ts';
import type { Cluster } from '../../../src/kubernetes/kubeconfig.ts';

const CLUSTER = { context: 'dev', namespace: 'shop', server: 'https://cluster', user: 'ann' } as Cluster;

/** A namespace with Jobs as far as the standalone agent sees them: what is asked of it stands in `asked`. */
export class FakeJobs {
  readonly cluster = CLUSTER;
  readonly asked: string[] = [];
  job: V1Job | undefined;
  pods: V1Pod[] = [];
  /** Messages of events that tell why a pod was not made. */
  events: string[] = [];
  /** What a Job that is made comes to. */
  onJob: (job: V1Job) => void = () => {};
  /** A quota lets in one Job. */
  quota = false;
  /** The answer to a Job is lost, and its sender sends it once more. */
  losesAnswer = false;
  /** Refusals by method and the end of the path, e.g. `POST jobs`. */
  readonly refusals = new Map<string, ApiRefusal>();
  #made = 0;

  async send<T>(request: ApiRequest): Promise<T> {
    const { method = 'GET', path, query = {} } = request;
    const key = `${method} ${path.replace(/^.*\//, '')}`;
    this.asked.push(query['dryRun'] === undefined ? key : `${key} (dry run)`);
    try {
      const refusal = this.refusals.get(key);
      if (refusal !== undefined) throw refusal;
      return this.#answer(key, request) as T;
    } catch (error) {
      throw explain(CLUSTER, request.doing, error);
    }
  }

  #answer(key: string, { path, body, query = {} }: ApiRequest): unknown {
    if (key === 'GET security.openshift.io') throw new ApiRefusal(404, 'NotFound', 'there is no such group');
    if (key === 'GET events') return { items: this.events.map((message) => ({ message })) };
    if (key === 'GET limitranges') return { items: [{ metadata: { name: 'small' } }] };
    if (key === 'GET pods') return { items: this.job === undefined ? [] : this.pods };
    if (key === 'POST pods') return {};
    if (key === 'POST jobs') return this.#make(body as V1Job, query['dryRun'] !== undefined);
    if (this.job === undefined) throw new ApiRefusal(404, 'NotFound', `${path} is not there`);
    if (key.startsWith('GET ')) return this.job;
    if (key.startsWith('DELETE ')) {
      this.job = undefined;
      this.pods = [];
      return {};
    }
    const { spec } = body as V1Job;
    this.job = { ...this.job, spec: { ...this.job.spec, ...spec } as NonNullable<V1Job['spec']> };
    return this.job;
  }

  #make(job: V1Job, isTried: boolean): unknown {
    // Quotas are asked before names are.
    if (this.quota && this.job !== undefined)
      throw new ApiRefusal(403, 'Forbidden', 'jobs.batch "j" is forbidden: exceeded quota: one-job');
    if (this.job !== undefined) throw new ApiRefusal(409, 'AlreadyExists', 'it is there');
    if (isTried) return job;
    this.#made += 1;
    this.job = { ...job, metadata: { ...job.metadata, uid: `job-${this.#made}` } };
    this.onJob(this.job);
    return this.losesAnswer ? this.#make(job, false) : this.job;
  }

  /** The pod of the Job that is there now, in a state. */
  podIn(status: V1Pod['status']): V1Pod {
    return {
      metadata: { name: 'agent-1', namespace: 'shop' },
      ...(this.job?.spec?.template.spec === undefined ? {} : { spec: this.job.spec.template.spec }),
      ...(status === undefined ? {} : { status }),
    };
  }
}

/** The state of a pod whose agent listens. */
export const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
