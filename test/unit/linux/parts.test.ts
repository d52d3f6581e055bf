import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { waysOf } from '../../../src/linux/namespaces.ts';
import { lookupsByDns } from '../../../src/linux/network-files.ts';
import { commandScript } from '../../../src/linux/scripts.ts';
import { eventsBetween } from '../../../src/linux/watch.ts';
import type { UnitInfo } from '../../../src/runner/index.ts';

describe('a command for a shell', () => {
  it('keeps words and variables as they are, also of names that no shell has', () => {
    const environment = { 'a.b': "it's $HOME", two: 'lines\nof it' };
    const script = commandScript(['/usr/bin/printf', '%s|', "a 'b'", '$c', ''], environment, '/');
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe("a 'b'|$c||");
    const shown = execFileSync('sh', ['-c', commandScript(['/usr/bin/env'], environment, '/')], {
      encoding: 'utf8',
    });
    expect(shown).toBe("a.b=it's $HOME\ntwo=lines\nof it\n");
  });
});

describe('namespaces', () => {
  it('have no user namespace for root, who would lose rights over the files of others', () => {
    expect(waysOf(0).make).not.toContain('--user');
    expect(waysOf(1000).make).toContain('--map-current-user');
    expect(waysOf(1000).enter(7)).toEqual(
      'nsenter --target 7 --user --preserve-credentials --net --mount --pid'.split(' '),
    );
  });
});

describe('names of hosts in a network of its own', () => {
  it('come from files and DNS alone', () => {
    expect(lookupsByDns('passwd: files systemd\nhosts: mymachines resolve [!UNAVAIL=return] dns\n')).toBe(
      'passwd: files systemd\nhosts: files dns\n',
    );
    expect(lookupsByDns('')).toBe('hosts: files dns\n');
  });
});

describe('what happened between two looks', () => {
  const unit = (fields: Partial<UnitInfo>): ReadonlyMap<string, UnitInfo> =>
    new Map([
      ['a', { id: 'a', name: 'app', labels: {}, state: 'running', startedAt: 1, ...fields } as UnitInfo],
    ]);
  const kinds = (...looks: [ReadonlyMap<string, UnitInfo>, ReadonlyMap<string, UnitInfo>]) =>
    eventsBetween(...looks).map(({ kind }) => kind);

  it('is told once each', () => {
    expect(kinds(new Map(), unit({}))).toEqual(['started']);
    expect(kinds(unit({}), unit({}))).toEqual([]);
    expect(kinds(unit({}), unit({ state: 'exited' }))).toEqual(['died']);
    expect(kinds(unit({ state: 'created', startedAt: undefined }), unit({ state: 'exited' }))).toEqual([
      'started',
      'died',
    ]);
    expect(kinds(unit({}), unit({ startedAt: 2 }))).toEqual(['started']);
    expect(kinds(unit({ health: 'starting' }), unit({ health: 'healthy' }))).toEqual(['health']);
    expect(kinds(unit({}), new Map())).toEqual(['removed']);
  });
});
