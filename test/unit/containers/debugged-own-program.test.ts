import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { debuggedOwnProgram } from '../../../src/containers/debugged-own-program.ts';
import { aService } from '../../builders/workspace.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-'));
  writeFileSync(join(folder, 'serve'), '#!/usr/bin/env python3\n');
  chmodSync(join(folder, 'serve'), 0o755);
  symlinkSync(join(folder, 'serve'), join(folder, 'linked'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const debugpy = { type: 'debugpy', port: 5678, wait: false, command: undefined } as const;
const words = (
  process: readonly string[],
  path: string,
  debug: Parameters<typeof debuggedOwnProgram>[1] = debugpy,
) =>
  debuggedOwnProgram(aService({ process, workingDir: folder }), debug, path).then(({ command }) =>
    command.join(' '),
  );

describe('a program of this machine under its debugger', () => {
  it('is found as a shell would, also behind links, by what runs it', async () => {
    const started = `python3 -m debugpy --listen 0.0.0.0:5678 ${folder}/`;
    expect(await words(['serve', '-v'], `/nowhere:${folder}`)).toBe(`${started}serve -v`);
    expect(await words(['./linked'], '')).toBe(`${started}linked`);
    const node = { ...debugpy, type: 'node', port: 9229 } as const;
    expect(await words(['node', 'server.js'], '', node)).toBe('node --inspect=0.0.0.0:9229 server.js');
  });

  it('is refused where it is no program of that language', async () => {
    await expect(words(['serve'], '/nowhere')).rejects.toMatchObject({ code: 'debug-impossible' });
    await expect(words(['sleep', '1'], '/bin')).rejects.toMatchObject({ code: 'debug-impossible' });
  });
});
