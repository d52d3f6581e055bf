import { describe, expect, it, vi } from 'vitest';
import type { ClusterApi } from '../../../src/kubernetes/api.ts';
import { ApiRefusal } from '../../../src/kubernetes/failures.ts';
import { placeStandalone, standalonePlace } from '../../../src/kubernetes/standalone.ts';
import { LASTS_SECONDS, STARTS_WITHIN_SECONDS } from '../../../src/kubernetes/standalone-job.ts';
import { tryStandalone } from '../../../src/kubernetes/try-standalone.ts';
import { FakeJobs, READY } from './fake-jobs.ts';

const spec = { kind: 'plain', image: 'agent:1', secret: 's' } as const;
const TOO_LARGE =
  'pods "agent-x" is forbidden: maximum memory usage per Container is 100Mi, but limit is 256Mi';

function placed(jobs: FakeJobs, signal?: AbortSignal, secret: string = spec.secret) {
  return placeStandalone(jobs, standalonePlace(jobs), { ...spec, secret }, signal);
}

/** A namespace whose Jobs get a pod in a state. */
function jobsWhosePod(status: typeof READY | object): FakeJobs {
  const jobs = new FakeJobs();
  jobs.onJob = () => {
    jobs.pods = [jobs.podIn(status)];
  };
  return jobs;
}

describe('the agent of services without a workload', () => {
  it('has a short time to come to be, and then as long as it is used', async () => {
    const jobs = jobsWhosePod(READY);
    const first = jobs.onJob;
    let before: number | undefined;
    jobs.onJob = (job) => {
      before = job.spec?.activeDeadlineSeconds;
      first(job);
    };
    expect(await placed(jobs)).toMatchObject({ handle: 'shop/agent-1', secret: 's' });
    expect(before).toBe(STARTS_WITHIN_SECONDS);
    expect(jobs.job?.spec?.activeDeadlineSeconds).toBe(LASTS_SECONDS);
    expect(LASTS_SECONDS).toBeGreaterThan(2 * 86_400);
  });

  it.each([true, false])('does not trip over its own Job; a quota lets in one: %s', async (quota) => {
    const jobs = jobsWhosePod({ phase: 'Pending' });
    Object.assign(jobs, { quota, losesAnswer: true });
    const wait = placed(jobs);
    await until(() => jobs.asked.filter((one) => one === 'GET pods').length > 3);
    expect(jobs.asked.filter((one) => one === 'POST jobs')).toHaveLength(1);
    jobs.pods = [jobs.podIn(READY)];
    expect(await wait).toMatchObject({ secret: 's' });
  });

  it('that the cluster makes no pod for is told at once, and removed', async () => {
    const jobs = new FakeJobs();
    jobs.events = [`Error creating: ${TOO_LARGE}`];
    const begun = performance.now();
    await expect(placed(jobs)).rejects.toMatchObject({
      code: 'admission-refused',
      evidence: [TOO_LARGE, 'LimitRange small'],
    });
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(jobs.job).toBeUndefined();
  });

  it('waits on where the controller only has to try again', async () => {
    const jobs = new FakeJobs();
    jobs.events = ['Error creating: Internal error occurred: failed calling webhook "w": timeout'];
    const wait = placed(jobs);
    await until(() => jobs.asked.filter((one) => one === 'GET events').length > 2);
    jobs.pods = [jobs.podIn(READY)];
    expect(await wait).toMatchObject({ secret: 's' });
  });

  it('leaves nothing behind that does not start, or is not waited for any more', async () => {
    const waiting = { reason: 'ErrImagePull', message: 'not found' };
    const stuck = jobsWhosePod({ phase: 'Pending', containerStatuses: [{ state: { waiting } }] });
    await expect(placed(stuck)).rejects.toMatchObject({ code: 'agent-failed', evidence: ['not found'] });
    expect(stuck.job).toBeUndefined();
    const pending = jobsWhosePod({ phase: 'Pending' });
    await expect(placed(pending, AbortSignal.timeout(300))).rejects.toMatchObject({ code: 'cancelled' });
    expect(pending.job).toBeUndefined();
  });

  it('is given up after a while, with what keeps its pod from running', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const message = '0/1 nodes are available: 1 Insufficient memory.';
      const conditions = [{ type: 'PodScheduled', status: 'False', message }];
      const jobs = jobsWhosePod({ phase: 'Pending', conditions });
      const wait = expect(placed(jobs)).rejects.toMatchObject({
        code: 'agent-failed',
        evidence: [`pod agent-1: Pending (${message})`],
      });
      await vi.advanceTimersByTimeAsync(300_000);
      // Whoever waits keeps it.
      const { activeDeadlineSeconds = 0 } = jobs.job?.spec ?? {};
      expect(activeDeadlineSeconds).toBeGreaterThan(300);
      expect(activeDeadlineSeconds).toBeLessThanOrEqual(300 + STARTS_WITHIN_SECONDS);
      await vi.advanceTimersByTimeAsync(301_000);
      await wait;
      expect(jobs.job).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it("does not remove what is somebody else's, nor what others use", async () => {
    const theirs = jobsWhosePod({ phase: 'Pending' });
    void placed(theirs, AbortSignal.timeout(1500), 'theirs').catch(() => {});
    await until(() => theirs.job !== undefined);
    await expect(placed(theirs, AbortSignal.timeout(300))).rejects.toMatchObject({ code: 'cancelled' });
    expect(theirs.job).toBeDefined();
  });

  it('that has ended makes room for the next, and one of ours that failed says why', async () => {
    const over = jobsWhosePod(READY);
    over.job = { metadata: { uid: 'old' }, status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    expect(await placed(over)).toMatchObject({ secret: 's' });
    const fails = new FakeJobs();
    fails.onJob = (job) => {
      const conditions = [
        { type: 'Failed', status: 'True', reason: 'DeadlineExceeded', message: 'too long' },
      ];
      fails.job = { ...job, status: { conditions } };
    };
    await expect(placed(fails)).rejects.toThrow('DeadlineExceeded: too long');
    expect(fails.job).toBeUndefined();
  });
});

describe('a look ahead at the agent of services without a workload', () => {
  const looked = (jobs: FakeJobs) => tryStandalone(jobs as unknown as ClusterApi, 'agent:1');

  it.each([
    [
      'POST jobs',
      'jobs.batch "j" is forbidden: exceeded quota: one-job, requested: count/jobs.batch=1',
      'quota',
    ],
    ['POST pods', 'pods "p" is forbidden: exceeded quota: full, requested: pods=1', 'quota'],
    ['POST pods', TOO_LARGE, 'limitranges'],
    ['POST pods', "ValidatingAdmissionPolicy 'no-agents' with binding 'b' denied request: no", 'exception'],
    ['POST jobs', 'admission webhook "w.example" denied the request: no', 'exception'],
    ['POST pods', 'pods "p" is forbidden: something that nobody has heard of', 'exception'],
  ])('tells what refuses %s: %s', async (request, message, hint) => {
    const jobs = new FakeJobs();
    jobs.refusals.set(request, new ApiRefusal(403, 'Forbidden', message));
    await expect(looked(jobs)).rejects.toMatchObject({
      code: 'admission-refused',
      evidence: expect.arrayContaining([message]),
      hint: expect.stringContaining(hint),
    });
  });

  it('takes no missing right for a rule', async () => {
    const jobs = new FakeJobs();
    const message =
      'pods is forbidden: User "ann" cannot create resource "pods" in API group "" in the namespace "shop"';
    jobs.refusals.set('POST pods', new ApiRefusal(403, 'Forbidden', message));
    await looked(jobs);
    jobs.refusals.set('POST jobs', new ApiRefusal(403, 'Forbidden', message));
    await expect(looked(jobs)).rejects.toMatchObject({ code: 'permission-missing' });
  });

  it('lets one that has ended, or is being removed, stand in no way', async () => {
    const jobs = new FakeJobs();
    jobs.quota = true;
    jobs.job = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    await looked(jobs);
    jobs.job = { metadata: { deletionTimestamp: new Date() } };
    jobs.quota = false;
    await looked(jobs);
  });

  it('asks nothing where one stands, which would be in its own way', async () => {
    const jobs = jobsWhosePod(READY);
    await placed(jobs);
    jobs.quota = true;
    jobs.asked.length = 0;
    await looked(jobs);
    expect(jobs.asked.filter((one) => one.startsWith('POST'))).toEqual([]);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
