import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveOf } from '../../../src/image/context-archive.ts';
import { readImageContext } from '../../../src/image/image-context.ts';

const DOCKERFILE = 'ARG BASE=node:1\nFROM $BASE\n';

describe('the archive of an image context', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gefyra-context-'));
    await mkdir(join(directory, 'libraries'));
    await aFile('Dockerfile', DOCKERFILE, 0o644);
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
      `file 644 Dockerfile: ${DOCKERFILE}`,
      'file 755 entrypoint.sh: #!/bin/sh\n',
      'file 700 libraries/koffi.node: binary',
      'file 600 private.json: {}',
    ]);
  });

  it('holds them as they were read, whatever has become of them since', async () => {
    const context = await readImageContext(directory);
    const before = await archiveOf(context).toArray();
    await writeFile(join(directory, 'entrypoint.sh'), 'of another version');
    await rm(join(directory, 'Dockerfile'));
    expect(Buffer.concat(await archiveOf(context).toArray())).toEqual(Buffer.concat(before));
  });

  async function aFile(name: string, content: string, mode: number): Promise<void> {
    await writeFile(join(directory, name), content);
    await chmod(join(directory, name), mode);
  }
});
