import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from '../../../src/common/nearest.ts';

const keys = ['image', 'command', 'entrypoint', 'working_dir', 'environment', 'volumes', 'ports', 'bridges'];

describe('the nearest word', () => {
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
  ])('to %j is %j', (word, expected) => {
    expect(nearest(word, keys)[0]).toBe(expected);
  });

  it('comes first of several', () => {
    expect(nearest('TAGS', ['TASK', 'TAG', 'STAGE'])).toEqual(['TAG']);
    expect(nearest('TAGS', ['TASKS', 'TAG', 'STAGS'])).toEqual(['TAG', 'STAGS']);
  });

  it.each([
    ['api', ['shop-api-1'], ['shop-api-1']],
    ['ap', ['app', 'sidecar'], ['app']],
    ['demo', ['sidecar-demo', 'democracy', 'pandemonium'], ['sidecar-demo', 'democracy']],
  ])('to %j, which is a part of names, is among %j %j', (word, names, expected) => {
    expect(nearest(word, names)).toEqual(expected);
  });

  it('is one of three at most, in their own order when they are equally near', () => {
    expect(nearest('web-0', ['web-4', 'web-3', 'web-2', 'web-1'])).toEqual(['web-4', 'web-3', 'web-2']);
  });

  it('is never the word itself', () => {
    expect(nearest('image', ['image'])).toEqual([]);
  });
});

describe('what may have been meant', () => {
  it.each([
    [[], undefined],
    [['app'], 'did you mean app?'],
    [['app', 'api'], 'did you mean app or api?'],
  ])('of %j is said as %j', (near, expected) => {
    expect(didYouMean(...near)).toBe(expected);
  });
});
