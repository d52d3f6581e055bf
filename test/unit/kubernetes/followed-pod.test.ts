import type { V1Pod } from '@kubernetes/client-node';
import { expect, it, onTestFinished } from 'vitest';
import type { WatchEvent } from '../../../src/kubernetes/api.ts';
import type { ApiRequest } from '../../../src/kubernetes/api-request.ts';
import { ApiRefusal } from '../../../src/kubernetes/failures.ts';
import { FollowedPod } from '../../../src/kubernetes/followed-pod.ts';
import { placeOf } from '../../../src/kubernetes/targets.ts';
import { Feed } from '../../fakes/feed.ts';

const aPod = (phase: string, uid = 'u-1'): V1Pod => ({
  metadata: { name: 'shop-0', namespace: 'shop', uid, resourceVersion: '7' },
  status: { phase },
});

/** A server with one pod. */
class OnePod {
  readonly asked: string[] = [];
  readonly #events = new Feed<WatchEvent<V1Pod>>();
  pod: V1Pod | undefined;

  constructor(pod: V1Pod | undefined) {
    this.pod = pod;
  }

  tell(type: WatchEvent<V1Pod>['type'], object: V1Pod): void {
    this.#events.publish({ type, object });
  }

  endWatches(): void {
    this.#events.end();
  }

  send = async <T>({ path }: ApiRequest): Promise<T> => {
    this.asked.push(path);
    if (this.pod === undefined) throw new ApiRefusal(404, 'NotFound', 'no such pod');
    return this.pod as T;
  };

  async *watch<T>({ query, signal }: ApiRequest): AsyncGenerator<WatchEvent<T>> {
    this.asked.push(`watch ${query?.['fieldSelector']} from ${query?.['resourceVersion']}`);
    for await (const event of this.#events.subscribe(signal)) yield event as WatchEvent<T>;
  }
}

function followed(server: OnePod): FollowedPod {
  const pod = new FollowedPod(server, placeOf(aPod('Pending')));
  onTestFinished(() => pod.close());
  return pod;
}

const ASKED_ONCE = ['/api/v1/namespaces/shop/pods/shop-0', 'watch metadata.name=shop-0 from 7'];

it('a pod that is followed is asked for once, and told of', async () => {
  const server = new OnePod(aPod('Pending'));
  const pod = followed(server);
  expect((await pod.state())?.status?.phase).toBe('Pending');
  await expect.poll(() => server.asked).toEqual(ASKED_ONCE);
  const changed = pod.change(10_000);
  server.tell('MODIFIED', aPod('Running'));
  await changed;
  expect((await pod.state())?.status?.phase).toBe('Running');
  await pod.change(5);
  server.tell('DELETED', aPod('Running'));
  await expect.poll(() => pod.state()).toBeUndefined();
  expect(server.asked).toEqual(ASKED_ONCE);
});

it('a pod that was told of just now is not asked for again, and who waits for a change is free when it ends', async () => {
  const server = new OnePod(aPod('Pending'));
  const pod = new FollowedPod(server, placeOf(aPod('Pending')), aPod('Running'));
  expect((await pod.state())?.status?.phase).toBe('Running');
  await expect.poll(() => server.asked).toEqual(ASKED_ONCE.slice(1));
  const changed = pod.change(60_000);
  pod.close();
  await changed;
});

it('a watch that ends is begun again, after a look', async () => {
  const server = new OnePod(aPod('Pending'));
  const pod = followed(server);
  await expect.poll(() => server.asked).toEqual(ASKED_ONCE);
  server.pod = aPod('Running');
  server.endWatches();
  await expect.poll(async () => (await pod.state())?.status?.phase, { timeout: 3000 }).toBe('Running');
});

it('another pod of the same name is not that of the place', async () => {
  expect(await followed(new OnePod(aPod('Running', 'u-2'))).state()).toBeUndefined();
  expect(await followed(new OnePod(undefined)).state()).toBeUndefined();
});

it('what the server refuses is told to whoever waits', async () => {
  const server = new OnePod(aPod('Pending'));
  server.send = async () => {
    throw new ApiRefusal(403, 'Forbidden', 'not yours');
  };
  const pod = followed(server);
  await expect(pod.state()).rejects.toThrow('not yours');
  await expect(pod.change(1000)).rejects.toThrow('not yours');
});
