import { describe, expect, it } from 'vitest';
import { type BridgeUse, IDLE_MS, inUse } from '../../../src/bridges/in-use.ts';

const idle: BridgeUse = {
  quietMs: IDLE_MS,
  heldMs: IDLE_MS,
  unheard: undefined,
  debuggers: 0,
  savedMs: undefined,
};

describe('a bridge', () => {
  it.each<[string, Partial<BridgeUse>]>([
    ['long after its last request', {}],
    ['to which nothing came for long', { quietMs: undefined }],
    ['whose files were saved long ago', { savedMs: IDLE_MS }],
  ])('is idle %s', (_, facts) => {
    expect(inUse({ ...idle, ...facts })).toBeUndefined();
  });

  it.each<[string, Partial<BridgeUse>]>([
    ['a request is in flight', { quietMs: 0, debuggers: 1 }],
    ['a debugger is attached', { debuggers: 2, quietMs: 12_000 }],
    ['whether a debugger is attached cannot be found out', { debuggers: undefined }],
    ['a request 12 s ago', { quietMs: 12_999, savedMs: 1 }],
    ['a request 9 min ago', { quietMs: IDLE_MS - 1 }],
    ['a file was saved 0 s ago', { savedMs: 0 }],
    ['the agent at pod/x does not say what comes', { unheard: 'pod/x' }],
    ['it was bridged 1 min ago', { heldMs: 61_000, quietMs: undefined }],
    // What came before it was claimed again, nobody knows.
    ['it was bridged 1 min ago', { heldMs: 61_000 }],
  ])('is in use: %s', (why, facts) => {
    expect(inUse({ ...idle, ...facts })).toBe(why);
  });
});
