import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSessionLog, withShortLog, writtenSince } from '../../../src/cli/session-log.ts';
import { stateDirectory } from '../../../src/cli/state-directory.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'devenv-log-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const shop = { name: 'shop', file: '/home/dev/shop/gefyra.yaml' };
const context = () => ({ environment: { XDG_STATE_HOME: join(home, 'state') } });
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the log of a session in the background', () => {
  it('lies in the state directory, for nobody else to see, one for each project and place', () => {
    const { path, descriptor } = openSessionLog(context(), shop);
    closeSync(descriptor);
    expect(path).toMatch(/state\/gefyra-devenv\/logs\/shop-[0-9a-f]{8}\.log$/);
    expect(mode(path)).toBe('600');
    expect(mode(join(path, '..'))).toBe('700');
    expect(mode(join(path, '../..'))).toBe('700');
    const other = openSessionLog(context(), { ...shop, file: '/home/dev/other/gefyra.yaml' });
    closeSync(other.descriptor);
    expect(other.path).not.toBe(path);
  });

  it('takes the rights that others have from what is there', () => {
    const logs = join(home, 'state/gefyra-devenv/logs');
    mkdirSync(logs, { recursive: true });
    const first = openSessionLog(context(), shop);
    closeSync(first.descriptor);
    chmodSync(first.path, 0o644);
    chmodSync(logs, 0o755);
    closeSync(openSessionLog(context(), shop).descriptor);
    expect(mode(first.path)).toBe('600');
    expect(mode(logs)).toBe('700');
  });

  it('is no link, and lies in none', () => {
    const { path, descriptor } = openSessionLog(context(), shop);
    closeSync(descriptor);
    const bashrc = join(home, '.bashrc');
    writeFileSync(bashrc, '');
    rmSync(path);
    symlinkSync(bashrc, path);
    const refused = expect.objectContaining({ code: 'state-unusable' });
    expect(() => openSessionLog(context(), shop)).toThrow(refused);
    rmSync(join(path, '..'), { recursive: true });
    symlinkSync(home, join(path, '..'));
    expect(() => openSessionLog(context(), shop)).toThrow('it is a link, not a directory');
    expect(readFileSync(bashrc, 'utf8')).toBe('');
  });

  it('says what is wrong where there can be none', () => {
    writeFileSync(join(home, 'state'), '');
    const why = expect.objectContaining({
      code: 'state-unusable',
      hint: expect.stringContaining('XDG_STATE_HOME'),
    });
    expect(() => openSessionLog(context(), shop)).toThrow(why);
  });

  it('is not put where a relative XDG_STATE_HOME leads, which would be the project', () => {
    expect(stateDirectory({ environment: { XDG_STATE_HOME: '.' } })).toMatch(
      /^\/.*\.local\/state\/gefyra-devenv$/,
    );
  });
});

describe('a log that grows', () => {
  /** Writes lines of 10 bytes to a log of at most 100. */
  function written(lines: number, before: (path: string) => void = () => {}): string {
    const log = openSessionLog(context(), shop);
    before(log.path);
    const write = (text: string) => void writeSync(log.descriptor, text);
    const { out, err } = withShortLog({ out: write, err: write }, log, 100);
    for (let line = 0; line < lines; line++)
      (line % 2 === 0 ? out : err)(`line ${String(line).padStart(4)}\n`);
    closeSync(log.descriptor);
    return log.path;
  }

  it('begins anew, with one older half beside it and nothing lost between them', () => {
    const path = written(25);
    const lines = `${readFileSync(`${path}.1`, 'utf8')}${readFileSync(path, 'utf8')}`.trim().split('\n');
    const numbers = lines.map((line) => Number(line.slice(5)));
    expect(numbers.at(-1)).toBe(24);
    expect(numbers).toEqual(numbers.map((_, index) => 25 - numbers.length + index));
    expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(110);
    expect(mode(`${path}.1`)).toBe('600');
    expect(readdirSync(join(path, '..'))).toHaveLength(2);
  });

  it('counts what was there before', () => {
    const path = written(1, (log) => writeFileSync(log, 'x'.repeat(100)));
    expect(readFileSync(path, 'utf8')).toBe('');
    expect(readFileSync(`${path}.1`, 'utf8')).toContain('line    0');
  });

  it('is emptied and leaves nothing when somebody removed it or put another there', () => {
    const path = written(30, (log) => rmSync(log));
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.1`)).toBe(false);
  });

  it('does not write through a link that lies where the older half goes', () => {
    const target = join(home, 'target');
    writeFileSync(target, 'mine');
    const path = written(12, (log) => symlinkSync(target, `${log}.1`));
    expect(readFileSync(target, 'utf8')).toBe('mine');
    expect(readFileSync(`${path}.1`, 'utf8')).toContain('line');
  });
});

describe('what a session told before it ended', () => {
  it('is what was written since, its last lines alone', () => {
    const before = openSessionLog(context(), shop);
    writeSync(before.descriptor, 'of an earlier one\n');
    closeSync(before.descriptor);
    const log = openSessionLog(context(), shop);
    expect(writtenSince(log)).toEqual([]);
    writeSync(log.descriptor, 'error: no\nhint: this\n');
    expect(writtenSince(log)).toEqual(['error: no', 'hint: this']);
    for (let line = 0; line < 1000; line += 1) writeSync(log.descriptor, `line ${line}\n`);
    closeSync(log.descriptor);
    expect(writtenSince(log)).toEqual(Array.from({ length: 10 }, (_, at) => `line ${990 + at}`));
  });

  it('is nothing when the log is gone', () => {
    expect(writtenSince({ path: '/nowhere', size: 0 })).toEqual([]);
  });
});
