import { createRequire } from 'node:module';
import { expect, it } from 'vitest';

it('nothing native is loaded before something is asked of the kernel', async () => {
  const { cache } = createRequire(import.meta.url);
  const native = () => Object.keys(cache).filter((path) => path.includes('koffi'));
  const { connectionsTo } = await import('../../../src/netfilter/index.ts');
  expect(native()).toEqual([]);
  connectionsTo(1);
  expect(native()).not.toEqual([]);
});
