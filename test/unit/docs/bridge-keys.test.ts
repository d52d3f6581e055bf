import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TemporaryShop } from '../config/temporary-shop.ts';

const docs = join(import.meta.dirname, '../../../docs');
const shop = new TemporaryShop();

/** Keys of a bridge in inline code of a page, written out. */
const written = readdirSync(docs)
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    [...readFileSync(join(docs, name), 'utf8').matchAll(/`((?:match|except|on_answer): [^`…]+)`/g)].map(
      ([, code = '']) => [name, code] as const,
    ),
  );

describe('what the pages say of a bridge', () => {
  it.each(written)('%s: %s can be said', async (_, code) => {
    const yaml = `bridges:\n  - target: deployment/x\n    ports: [80]\n    ${code}`;
    const { bridges } = await shop.loadService(yaml, { environment: { USER: 'ann' } });
    expect(bridges).toHaveLength(1);
  });
});
