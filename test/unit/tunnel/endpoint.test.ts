import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { socketEndpoint } from '../../../src/tunnel/index.ts';
import { aSocketPair } from '../../builders/socket-pair.ts';

describe('breaking a socket off', () => {
  it('is a reset for its other end', async () => {
    const [outer, inner] = await aSocketPair();
    const error = once(outer, 'error');
    socketEndpoint(inner).abort();
    expect(await error).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(inner.closed).toBe(true);
  });

  it('closes it also in the moment in which its end is sent, which the other end gets', async () => {
    const [outer, inner] = await aSocketPair();
    const errors: Error[] = [];
    inner.on('error', (error) => errors.push(error));
    const [ended, closed] = [once(outer.resume(), 'end'), once(inner, 'close')];
    inner.end();
    socketEndpoint(inner).abort();
    await Promise.all([ended, closed]);
    expect(errors).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('leaves no descriptor, whenever it is done', async () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let round = 0; round < 5; round += 1) {
      const [outer, inner] = await aSocketPair();
      outer.on('error', () => {});
      const closed = once(inner, 'close', { signal: AbortSignal.timeout(5000) });
      inner.end();
      socketEndpoint(inner).abort();
      await closed;
      outer.destroy();
    }
    expect(open()).toBeLessThan(before + 5);
  });
});
