import { describe, expect, it } from 'vitest';
import { imageFault } from '../../../src/config/image-reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image reference', () => {
  it.each([
    'node',
    'node:22-slim',
    'library/node',
    'registry.example.com/team/app:v1.2_3',
    'localhost/app',
    'localhost:5000/app:dev',
    'Registry.Example.COM/app',
    `app@${digest}`,
    `registry.example.com:5000/team/app:dev@${digest}`,
    'a__b/c--d/e.f',
  ])('%s is fine', (reference) => {
    expect(imageFault(reference)).toBeUndefined();
  });

  it.each([
    ['', '', 'the image is empty'],
    ['my app', ' ', 'the image "my app" contains a space'],
    [' app', ' ', 'the image " app" contains a space'],
    ['App:dev', 'App', 'the image "App:dev" has upper-case letters in its name'],
    [
      'localhost:5000/Team/app',
      'Team/app',
      'the image "localhost:5000/Team/app" has upper-case letters in its name',
    ],
    ['app:', ':', 'the image "app:" ends without a tag'],
    ['app:-x', '-x', 'the image "app:-x" has a malformed tag'],
    [`app:${'x'.repeat(129)}`, 'x'.repeat(129), expect.stringContaining('has a malformed tag')],
    ['app@sha256:123', '@sha256:123', 'the image "app@sha256:123" has a malformed digest'],
    ['app//x', 'app//x', 'the image "app//x" has a malformed name'],
    ['-app', '-app', 'the image "-app" has a malformed name'],
    ['app_', 'app_', 'the image "app_" has a malformed name'],
    ['https://example.com/app', 'https://', 'the image "https://example.com/app" is a web address'],
  ])('%j is at fault in %j', (reference, part, message) => {
    const fault = imageFault(reference);
    expect([reference.slice(fault?.from, fault?.to), fault?.message]).toEqual([part, message]);
  });
});
