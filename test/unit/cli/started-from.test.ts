import { describe, expect, it } from 'vitest';
import { startedFrom } from '../../../src/cli/started-from.ts';

const up = [
  { project: 'shop', file: '/home/ada/shop/gefyra.yaml' },
  { project: 'shop-2', file: '/home/ada/shop/other.yaml' },
  { project: 'home', file: '/home/ada/gefyra.yaml' },
];

describe('the projects that were started from', () => {
  it.each([
    ['the file that is meant', '/home/ada/shop', '/home/ada/shop/gefyra.yaml', false, ['shop']],
    ['the file that is meant, below it', '/home/ada/shop/app', '/home/ada/shop/gefyra.yaml', false, ['shop']],
    ['a file that is named', '/tmp', '/home/ada/shop/other.yaml', true, ['shop-2']],
    ['no other file than the named one', '/home/ada/shop', '/home/ada/shop/third.yaml', true, []],
    ['the directory, without a file', '/home/ada/shop', undefined, false, ['shop', 'shop-2']],
    ['the nearest directory above, without a file', '/home/ada/x/y', undefined, false, ['home']],
    ['nowhere above the nearest file', '/home/ada/x/y', '/home/ada/x/gefyra.yaml', false, []],
    ['nowhere', '/srv', undefined, false, []],
  ])('%s', (_, directory, file, isGiven, projects) => {
    expect(startedFrom(up, { directory, file, isGiven })).toEqual(projects);
  });
});
