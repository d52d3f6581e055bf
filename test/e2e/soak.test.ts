import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './world/paths.ts';

const LIMIT_MS = 300_000;

it(
  'the short soak: each cheap event once under load, and all is well again after each',
  async () => {
    const { code, stdout, stderr } = await soak('--short');
    console.log(stdout);
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toContain('All was as it should be.');
    for (const event of ['file saved, nothing changed', 'service killed', 'agent killed'])
      expect(stdout).toMatch(new RegExp(`^\\| ${event} \\| 1 \\| [1-9]`, 'm'));
  },
  LIMIT_MS,
);

function soak(...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'soak', 'main.mjs'), ...words],
      { timeout: LIMIT_MS },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
