import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openTable } from '../../../src/netfilter/index.ts';

/**
 * Answers as nft does, but not before it has heard so many lines. Keeps what it hears; refuses what an environment variable
 * names.
 */
const NFT = `#!/bin/sh
heard=0
while read -r line; do
  echo "$line" >>"$HEARD"
  heard=$((heard + 1))
  case "$line" in
    "describe meta mark") say="meta expression, datatype mark" ;;
    *) case "$line" in *"$REFUSES"*) say="Error: not supported" ;; *) say="" ;; esac ;;
  esac
  kept="$kept$say
"
  if [ "$heard" -ge "$AT_ONCE" ]; then printf '%s' "$kept" | grep . ; kept=""; fi
done
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nft-'));
  await writeFile(join(folder, 'nft'), NFT);
  await chmod(join(folder, 'nft'), 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
  vi.stubEnv('HEARD', join(folder, 'heard'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** What nft was told until the table was there, but for what only tells where an answer ends. */
async function told(atOnce: number, refuses: string): Promise<readonly string[]> {
  vi.stubEnv('AT_ONCE', String(atOnce));
  vi.stubEnv('REFUSES', refuses);
  const table = await openTable('devenv', 'add chain inet devenv pre', 'add chain inet devenv less');
  const heard = (await readFile(join(folder, 'heard'), 'utf8')).split('\n');
  await table.close();
  return heard.filter((line) => line !== '' && !line.startsWith('describe'));
}

const OWNED = 'add table inet devenv { flags owner; }';

it('a table is made and filled without waiting in between', async () => {
  expect(await told(4, 'nothing')).toEqual([OWNED, 'add chain inet devenv pre']);
});

it('where the kernel knows no owners, a plain one is made anew and filled', async () => {
  expect(await told(1, 'flags owner')).toEqual([
    OWNED,
    'add chain inet devenv pre',
    'add table inet devenv',
    'delete table inet devenv',
    'add table inet devenv',
    'add chain inet devenv pre',
  ]);
});

it('where the kernel does not know all of the content, the lesser is what it is filled with', async () => {
  expect(await told(1, ' pre')).toEqual([OWNED, 'add chain inet devenv pre', 'add chain inet devenv less']);
});
