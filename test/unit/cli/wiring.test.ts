import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runtimeDirectory } from '../../../src/cli/wiring.ts';

const fallback = join(tmpdir(), `gefyra-devenv-${process.getuid?.()}`);

const runtimeOf = (XDG_RUNTIME_DIR: string | undefined) =>
  runtimeDirectory({ environment: { XDG_RUNTIME_DIR } });

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xdg-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the runtime directory', () => {
  it("lies in the system's one for this user", () => {
    const folder = aFolder();
    expect(runtimeOf(folder)).toBe(join(folder, 'gefyra-devenv'));
  });

  it.each([
    ['is not named', () => undefined],
    ['is named by nothing', () => ''],
    ['does not exist', () => '/run/user/nobody-at-all'],
    ['is relative', () => '.'],
    [
      'is a file',
      () => {
        const file = join(aFolder(), 'file');
        writeFileSync(file, '');
        return file;
      },
    ],
  ])('lies beside those of other users where that %s', (_, base) => {
    expect(runtimeOf(base())).toBe(fallback);
  });

  it('lies beside those of other users where that is another user’s, as after su', () => {
    const ours = process.getuid?.() ?? 0;
    const theirs = ours === 0 ? aFolder() : '/root';
    if (ours === 0) giveAway(theirs);
    expect(runtimeOf(theirs)).toBe(fallback);
  });
});

function giveAway(folder: string): void {
  chmodSync(folder, 0o700);
  chownSync(folder, 65534, 65534);
}
