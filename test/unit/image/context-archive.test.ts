import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveOf } from '../../../src/image/context-archive.ts';
import { readImageContext } from '../../../src/image/image-context.ts';

describe('the archive of an image context', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gefyra-context-'));
    await mkdir(join(directory, 'libraries'));
    await aFile('Dockerfile', 'FROM scratch\n', 0o644);
    await aFile('entrypoint.sh', '#!/bin/sh\n', 0o755);
    await aFile('libraries/koffi.node', 'binary', 0o700);
    await aFile('private.json', '{}', 0o600);
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('holds its files with the modes they have on disk', async () => {
    const archive = archiveOf(await readImageContext(directory)).pipe(extract());
    const found: string[] = [];
    for await (const entry of archive) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
      const { name, mode = 0, type } = entry.header;
      found.push(`${type} ${mode.toString(8)} ${name}: ${Buffer.concat(chunks)}`);
    }
    expect(found).toEqual([
      'file 644 Dockerfile: FROM scratch\n',
      'file 755 entrypoint.sh: #!/bin/sh\n',
      'file 700 libraries/koffi.node: binary',
      'file 600 private.json: {}',
    ]);
  });

  it('fails when a file is gone', async () => {
    const context = await readImageContext(directory);
    await rm(join(directory, 'entrypoint.sh'));
    await expect(archiveOf(context).toArray()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  async function aFile(name: string, content: string, mode: number): Promise<void> {
    await writeFile(join(directory, name), content);
    await chmod(join(directory, name), mode);
  }
});
