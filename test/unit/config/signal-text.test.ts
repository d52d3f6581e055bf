import { describe, expect, it } from 'vitest';
import { parseSignalText } from '../../../src/config/signal-text.ts';

describe('a signal', () => {
  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['TERM', 'SIGTERM'],
    ['sigint', 'SIGINT'],
    ['15', '15'],
    ['064', '64'],
    ['SIGRTMIN+3', 'SIGRTMIN+3'],
    ['RTMAX', 'SIGRTMAX'],
    ['rtmax-14', 'SIGRTMAX-14'],
  ])('%s is %s', (text, signal) => {
    expect(parseSignalText(text)).toEqual({ signal });
  });

  it.each([
    ['SIGTREM', { message: '"SIGTREM" is no signal', label: 'did you mean SIGTERM?' }],
    ['0', { message: 'there is no signal 0', hint: 'the numbers of signals are 1 to 64' }],
    ['65', { message: 'there is no signal 65', hint: 'the numbers of signals are 1 to 64' }],
    ['', { message: 'the signal is empty', hint: 'write a name such as SIGTERM, or a number' }],
    ['RTMIN+16', { message: '"RTMIN+16" is no signal', hint: 'write a name such as SIGTERM, or a number' }],
    ['graceful', { message: '"graceful" is no signal', hint: 'write a name such as SIGTERM, or a number' }],
  ])('%j is none', (text, fault) => {
    expect(parseSignalText(text)).toEqual(fault);
  });
});
