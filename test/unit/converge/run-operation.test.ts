import { expect, it } from 'vitest';
import { runOperation } from '../../../src/converge/index.ts';
import { label } from '../../../src/model/labels.ts';
import { workingsOf } from '../../../src/session/workings.ts';
import { FakeEngine, FakePlatform } from '../../fakes/index.ts';

/** Makes the project's network where one of its name is there already, with these labels. */
async function makingWhere(labels: Readonly<Record<string, string>>) {
  const engine = new FakeEngine();
  await engine.createNetwork({ name: 'gefyra-shop', labels });
  const identity = { id: 's1', project: 'shop', user: 'ben@laptop', since: 0 };
  const workings = workingsOf({ engine, platform: new FakePlatform(), identity, report: () => {} });
  const context = { ...workings, file: '/home/ben/gefyra.yaml', drainMs: 0 };
  return runOperation({ kind: 'create-network' }, context, AbortSignal.any([]));
}

it('tells who has the project up whose names are taken', async () => {
  const theirs = {
    [label.project]: 'shop',
    [label.session]: 's0',
    [label.owner]: 'ann@desk',
    [label.since]: String(Date.UTC(2026, 0, 31, 9, 5)),
    [label.file]: '/home/ann/gefyra.yaml',
  };
  await expect(makingWhere(theirs)).rejects.toMatchObject({
    code: 'session-conflict',
    message: 'project shop is up already, by ann@desk from /home/ann/gefyra.yaml since 2026-01-31 09:05 UTC',
    evidence: ['the network name gefyra-shop is taken'],
  });
});

it('tells of the name where something else has it', async () => {
  await expect(makingWhere({})).rejects.toMatchObject({ message: 'the network name gefyra-shop is taken' });
});
