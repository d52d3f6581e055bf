import { describe, expect, it } from 'vitest';
import { commandIn } from '../../../src/cli/command-line/command-in.ts';

describe('the command of devenv run', () => {
  it.each([
    // Words of the command line, those that are no options, whether --like is among them, service and command.
    ['run app -- ls -la', 'app ls -la', false, 'app', 'ls -la'],
    ['run app --bridge -- ls -la', 'app ls -la', false, 'app', 'ls -la'],
    ['run -- ls -la', 'ls -la', false, undefined, 'ls -la'],
    ['run app ls -la', 'app ls -la', false, 'app', 'ls -la'],
    ['run app', 'app', false, 'app', ''],
    ['run', '', false, undefined, ''],
    ['run --like pod/x -- app', 'app', true, undefined, 'app'],
    ['run --like pod/x env', 'env', true, undefined, 'env'],
    ['run app -- sh -c exit -- x', 'app sh -c exit -- x', false, 'app', 'sh -c exit -- x'],
  ])('%s', (all, words, isLike, service, command) => {
    const split = (text: string) => text.split(' ').filter((word) => word !== '');
    expect(commandIn(split(all), split(words), isLike)).toEqual({ service, words: split(command) });
  });
});
