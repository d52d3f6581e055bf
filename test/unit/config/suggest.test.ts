import { describe, expect, it } from 'vitest';
import { suggest } from '../../../src/config/suggest.ts';

const keys = ['image', 'command', 'entrypoint', 'working_dir', 'environment', 'volumes', 'ports', 'bridges'];

describe('a suggestion', () => {
  it.each([
    ['comand', 'command'],
    ['commnad', 'command'],
    ['Image', 'image'],
    ['workingDir', 'working_dir'],
    ['workdir', 'working_dir'],
    ['env', 'environment'],
    ['cmd', 'command'],
    ['enviroment', 'environment'],
    ['port', 'ports'],
    ['prots', 'ports'],
    ['bridge', 'bridges'],
    ['xyz', undefined],
    ['a', undefined],
    ['', undefined],
  ])('for %j is %j', (word, expected) => {
    expect(suggest(word, keys)).toBe(expected);
  });

  it('is the nearest of several', () => {
    expect(suggest('TAGS', ['TASK', 'TAG', 'STAGE'])).toBe('TAG');
  });

  it('is never the word itself', () => {
    expect(suggest('image', ['image'])).toBeUndefined();
  });
});
