import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kubectl } from '../e2e/world/cluster.ts';
import { oauth2Example } from '../e2e/world/paths.ts';
import { playStory } from '../e2e/world/story.ts';

it('the bug behind the login is debugged and fixed from this machine, on a cluster, for one of two people', async () => {
  const { code, text } = await playStory('--kubernetes', '--two');
  expect(text).toMatch(/^everything went as told$/m);
  expect(text).toContain('john  200  answered by local  {"item_id":123,"Email":"john@gefyra.dev"}');
  expect(text).toContain('data["Email"] = KeyError');
  expect(text.match(/john {2}500 {2}answered by original/g)).toHaveLength(4);
  expect(text.match(/jane {2}500 {2}answered by original/g)).toHaveLength(2);
  expect(code).toBe(0);
}, 300_000);

// What is in public registries cannot be had here; that a cluster takes the manifests can.
it('the manifests with public images are well-formed', async () => {
  const folder = join(oauth2Example, 'public');
  const words = ['apply', '--dry-run=server', '--kustomize', folder, '--output', 'name'];
  expect((await kubectl('--namespace', 'default', ...words)).split('\n')).toContain(
    'deployment.apps/oauth2-demo',
  );
});
