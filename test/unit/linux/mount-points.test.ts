import { describe, expect, it } from 'vitest';
import type { MachineFiles } from '../../../src/linux/machine-files.ts';
import { mountPointsOf } from '../../../src/linux/mount-points.ts';
import type { ProgramMount } from '../../../src/machine/index.ts';

/** A machine with these directories, files and links; this user writes at home and in /tmp alone. */
const directories = [
  '/',
  '/etc',
  '/etc/ssl',
  '/run',
  '/run/u',
  '/tmp',
  '/home',
  '/home/me',
  '/home/me/shop',
  '/data',
];
const plain = ['/etc/hosts', '/home/me/shop/.env', '/data/file'];
const links: Readonly<Record<string, string>> = { '/var': '/', '/lib': '/etc/ssl' };

const files: MachineFiles = {
  kindOf: (path) => (directories.includes(path) ? 'directory' : plain.includes(path) ? 'other' : undefined),
  realPath: (path) => links[path] ?? ([...directories, ...plain].includes(path) ? path : undefined),
  isOwn: (directory) => directory === '/tmp' || directory.startsWith('/home/me'),
};

const bind = (target: string, source = '/data', makesSource = false): ProgramMount => ({
  kind: 'bind',
  source,
  target,
  readOnly: false,
  ...(makesSource ? { makesSource } : {}),
});
const pods = (target: string, alone?: string): ProgramMount => ({
  kind: 'shared',
  directory: 'files/0',
  target,
  ...(alone === undefined ? {} : { alone }),
});
const memory = (target: string): ProgramMount => ({
  kind: 'tmpfs',
  target,
  sizeBytes: undefined,
  mode: undefined,
});

/** Where mounts go, or why they cannot. */
function points(...mounts: readonly ProgramMount[]): string {
  try {
    const mounter = { workingDir: '/home/me/shop', needed: '/run/u' };
    const { copies, mounts: placed } = mountPointsOf(mounts, mounter, files);
    return [...copies.map((directory) => `copy ${directory}`), ...placed.map(({ at }) => at)].join(', ');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return `${error.message}; ${'hint' in error ? error.hint : ''}`;
  }
}

describe('the place of a mount', () => {
  it('is what is there, without links; one within another comes after it', () => {
    expect(points(pods('/etc/ssl'), bind('/home/'))).toBe('/home, /etc/ssl');
    expect(points(bind('/lib'))).toBe('/etc/ssl');
    expect(points(bind('/etc/hosts', '/data/file'))).toBe('/etc/hosts');
  });

  it('is in a copy of the next directory that is there, of which the outer ones are made first', () => {
    expect(points(pods('/etc/app/config'), pods('/etc/ssl/app'), bind('/vault/secrets'))).toBe(
      'copy /, copy /etc, copy /etc/ssl, /vault/secrets, /etc/app/config, /etc/ssl/app',
    );
    expect(points(pods('/var/run/secrets/x'))).toBe('copy /run, /run/secrets/x');
  });

  it('is a link in such a copy for a file that comes alone, whether there is one or not', () => {
    expect(points(pods('/etc/app.yaml', 'app.yaml'))).toBe('copy /etc, /etc/app.yaml');
    expect(points(pods('/etc/hosts', 'hosts'))).toBe('copy /etc, /etc/hosts');
  });

  it('is never a copy of what this user writes to, which would be lost', () => {
    expect(points(bind('/home/me/shop/a/b'))).toBe(
      'nothing can be mounted at /home/me/shop/a/b: it would need a place in /home/me/shop, which this user writes to; make the place for it: mkdir -p /home/me/shop/a/b',
    );
    expect(points(bind('/tmp/file', '/data/file'))).toMatch(
      /make the place for it: mkdir -p \/tmp && touch \/tmp\/file$/,
    );
    expect(points(pods('/home/me/shop/.env', '.env'))).toMatch(
      /in \/home\/me\/shop, which this user writes to; mount the directory of the file, onto one that is there$/,
    );
  });

  it('is of the kind of what comes there', () => {
    expect(points(bind('/etc/ssl', '/data/file'))).toBe(
      'nothing can be mounted at /etc/ssl: it is a directory, and what comes there is a file; name another target',
    );
    expect(points(bind('/etc/hosts'))).toMatch(/it is a file, and what comes there is a directory/);
    expect(points(pods('/etc/ssl', 'a'))).toMatch(/it is a directory, and what comes there is a file/);
    expect(points(bind('/etc/hosts/x'))).toMatch(/\/etc\/hosts is no directory/);
  });

  it('needs a source, unless that is made', () => {
    expect(points(bind('/etc/ssl', '/nowhere'))).toMatch(/\/nowhere does not exist; create it/);
    expect(points(bind('/etc/ssl', '/nowhere', true))).toBe('/etc/ssl');
  });

  it('is within another mount where that has it, or begins empty', () => {
    expect(points(bind('/etc/ssl', '/home'), pods('/etc/ssl/me'))).toBe('/etc/ssl, /etc/ssl/me');
    expect(points(bind('/etc/ssl', '/home'), pods('/etc/ssl/you'))).toMatch(
      /\/home\/you is not there; make the place for it: mkdir -p \/home\/you$/,
    );
    expect(points(bind('/etc/ssl', '/home'), bind('/etc/ssl/me', '/data/file'))).toMatch(/of another kind/);
    expect(points(memory('/etc/ssl'), bind('/etc/ssl/a/b'))).toBe('/etc/ssl, /etc/ssl/a/b');
    expect(points(pods('/etc/ssl'), bind('/etc/ssl/a'))).toMatch(/it is within \/etc\/ssl, which is a mount/);
  });

  it('hides nothing that the program itself needs', () => {
    expect(points(memory('/run'))).toBe('/run, /run/u');
    expect(points(bind('/run'))).toMatch(/at \/run: it would hide \/run\/u, where devenv keeps what the/);
  });
});
