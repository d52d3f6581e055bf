import { expect, it } from 'vitest';
import { playStory } from './world/story.ts';

it('the bug behind the login is debugged and fixed from this machine', async () => {
  const { code, text } = await playStory();
  expect(text).toMatch(/^everything went as told$/m);
  expect(text).toContain('200  answered by local  {"item_id":123,"Email":"john@gefyra.dev"}');
  expect(text).toContain('data["Email"] = KeyError');
  expect(text.match(/500 {2}answered by original/g)).toHaveLength(2);
  expect(code).toBe(0);
}, 300_000);
