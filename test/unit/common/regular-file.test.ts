import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRegularFile } from '../../../src/common/regular-file.ts';

let directory = '';
const at = (name: string) => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'devenv-file-'));
  writeFileSync(at('small'), 'A=1\n');
  writeFileSync(at('large'), 'x'.repeat(11));
  mkdirSync(at('folder'));
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync(at('small'), at('link'));
  symlinkSync('/dev/zero', at('zero'));
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('a file that somebody else may have named', () => {
  it('is read when it is a regular one, also at the end of a link, and up to the limit', async () => {
    expect(String(await readRegularFile(at('small'), 4))).toBe('A=1\n');
    expect(String(await readRegularFile(at('link'), 4))).toBe('A=1\n');
  });

  it.each([
    ['pipe', 'it is a named pipe, not a regular file'],
    ['zero', 'it is a device, not a regular file'],
    ['folder', 'it is a directory, not a regular file'],
    ['large', 'it is larger than 10 bytes'],
  ])('is not read when it is a %s', async (name, why) => {
    await expect(readRegularFile(at(name), 10)).rejects.toThrow(why);
  });

  it('is not read when it is a socket', async () => {
    const server = createServer().listen(at('socket'));
    await expect(readRegularFile(at('socket'), 10)).rejects.toThrow('it is a socket');
    server.close();
  });

  it.runIf(process.platform === 'linux')(
    'is limited by what it gives, not by what is said of it',
    async () => {
      await expect(readRegularFile('/proc/self/maps', 100)).rejects.toThrow('it is larger than 100 bytes');
    },
  );

  it('is not read on when nobody waits for it any more', async () => {
    const aborted = AbortSignal.abort();
    await expect(readRegularFile(at('small'), 10, aborted)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is missing in the words of the system', async () => {
    await expect(readRegularFile(at('nothing'), 10)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
