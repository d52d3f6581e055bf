import { posix } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import { isPathWithin } from '../common/path-within.ts';
import type { ProgramMount } from '../machine/index.ts';
import type { MachineFiles } from './machine-files.ts';

/** A mount, and where it is in what the program sees. */
export interface PlacedMount {
  readonly mount: ProgramMount;
  /** Absolute path, without symbolic links. */
  readonly at: string;
  readonly isDirectory: boolean;
  /** There is nothing yet: a place is made, in memory that the program alone has. */
  readonly isMade: boolean;
}

/** What a program sees in place of what this machine has. */
export interface MountPoints {
  /**
   * Directories of this machine of which the program has a copy, where what it mounts has a place: nobody but root could
   * make one in the directory itself. Outer ones first.
   */
  readonly copies: readonly string[];
  /** In the order in which they are made: one within another after it. */
  readonly mounts: readonly PlacedMount[];
}

/** Whose mounts they are. */
export interface Mounter {
  /** Directory in which the program runs. */
  readonly workingDir: string;
  /** Directory of what its first process needs, which no mount may hide. */
  readonly needed: string;
}

/**
 * Where mounts go. A directory that this user may write to is never copied, since what the program wrote there would be
 * lost with it. Errors: `mount-failed`.
 */
export function mountPointsOf(
  mounts: readonly ProgramMount[],
  { workingDir, needed }: Mounter,
  files: MachineFiles,
): MountPoints {
  const points = new Points(workingDir, files);
  for (const mount of [...mounts].sort((one, other) => depthOf(one.target) - depthOf(other.target)))
    points.add(mount);
  if (points.hides(needed)) points.keep(needed);
  return points.all();
}

class Points {
  readonly #workingDir: string;
  readonly #files: MachineFiles;
  readonly #copies = new Set<string>();
  readonly #placed: PlacedMount[] = [];

  constructor(workingDir: string, files: MachineFiles) {
    this.#workingDir = workingDir;
    this.#files = files;
  }

  all(): MountPoints {
    const copies = [...this.#copies].sort(
      (one, other) => depthOf(one) - depthOf(other) || (one < other ? -1 : 1),
    );
    return { copies, mounts: this.#placed };
  }

  hides(path: string): boolean {
    return this.#outer(this.#nearest(path).full) !== undefined;
  }

  add(mount: ProgramMount): void {
    const { existing, full } = this.#nearest(mount.target);
    const outer = this.#outer(full);
    const isMade = outer === undefined ? existing !== full : outer.mount.kind === 'tmpfs';
    const placed = { mount, at: full, isDirectory: this.#isDirectory(mount), isMade };
    if (outer !== undefined) this.#checkWithin(outer, placed);
    else if (existing !== full) this.#copy(existing, placed);
    else this.#checkKind(placed);
    this.#placed.push(placed);
  }

  /** Something is there already. */
  #checkKind(placed: PlacedMount): void {
    const { mount, at, isDirectory } = placed;
    const isThere = this.#files.kindOf(at) === 'directory' ? 'a directory' : 'a file';
    const comes = isDirectory ? 'a directory' : 'a file';
    if (isThere !== comes)
      throw refused(mount.target, `it is ${isThere}, and what comes there is ${comes}`, OTHER_TARGET);
    // A link takes its place.
    if (isAlone(mount)) this.#copy(posix.dirname(at), placed);
  }

  /** Shows a directory of this machine where a mount hides it. */
  keep(directory: string): void {
    const { full } = this.#nearest(directory);
    const outer = this.#outer(full);
    if (outer === undefined || outer.mount.kind !== 'tmpfs')
      throw refused(
        outer?.mount.target ?? directory,
        `it would hide ${directory}, where devenv keeps what the program needs`,
        OTHER_TARGET,
      );
    const mount = { kind: 'bind', source: directory, target: directory, readOnly: false } as const;
    this.#placed.push({ mount, at: full, isDirectory: true, isMade: true });
  }

  #copy(directory: string, { mount, at, isDirectory }: PlacedMount): void {
    if (this.#files.kindOf(directory) !== 'directory')
      throw refused(mount.target, `${directory} is no directory`, OTHER_TARGET);
    const isAtWork = this.#workingDir !== '/' && isPathWithin(directory, this.#workingDir);
    if (isAtWork || this.#files.isOwn(directory)) {
      throw refused(
        mount.target,
        `it would need a place in ${directory}, which this user writes to`,
        isAlone(mount)
          ? 'mount the directory of the file, onto one that is there'
          : placeMade(at, isDirectory),
      );
    }
    this.#copies.add(directory);
  }

  /** What has a place within another mount is in what that one brings. */
  #checkWithin({ mount: outer, at }: PlacedMount, { mount, at: full, isDirectory }: PlacedMount): void {
    if (outer.kind === 'tmpfs') return;
    if (outer.kind === 'shared' || isAlone(mount))
      throw refused(mount.target, `it is within ${outer.target}, which is a mount itself`, OTHER_TARGET);
    const place = posix.join(outer.source, posix.relative(at, full));
    const kind = this.#files.kindOf(place);
    if (kind === undefined)
      throw refused(mount.target, `${place} is not there`, placeMade(place, isDirectory));
    if ((kind === 'directory') !== isDirectory)
      throw refused(mount.target, `${place} is of another kind`, OTHER_TARGET);
  }

  /** The innermost mount that a path is in or at, of those before. */
  #outer(full: string): PlacedMount | undefined {
    return this.#placed.findLast(({ at }) => isPathWithin(full, at));
  }

  #isDirectory(mount: ProgramMount): boolean {
    if (mount.kind !== 'bind') return !isAlone(mount);
    const kind = this.#files.kindOf(mount.source);
    if (kind === undefined && !mount.makesSource)
      throw refused(mount.target, `${mount.source} does not exist`, 'create it, or correct the path');
    return kind !== 'other';
  }

  /** How much of a path there is, and the whole of it, both without symbolic links as far as it is there. */
  #nearest(path: string): { readonly existing: string; readonly full: string } {
    let existing = '/';
    const rest = posix.normalize(path).split('/').filter(Boolean);
    for (;;) {
      const [name] = rest;
      if (name === undefined) return { existing, full: existing };
      const real = this.#files.realPath(posix.join(existing, name));
      if (real === undefined) return { existing, full: posix.join(existing, ...rest) };
      existing = real;
      rest.shift();
    }
  }
}

const OTHER_TARGET = 'name another target';

function isAlone(mount: ProgramMount): boolean {
  return mount.kind === 'shared' && mount.alone !== undefined;
}

function placeMade(path: string, isDirectory: boolean): string {
  const command = isDirectory ? `mkdir -p ${path}` : `mkdir -p ${posix.dirname(path)} && touch ${path}`;
  return `make the place for it: ${command}`;
}

function depthOf(path: string): number {
  return posix.normalize(path).split('/').filter(Boolean).length;
}

function refused(target: string, why: string, hint: string): DevenvError {
  return new DevenvError({
    code: 'mount-failed',
    message: `nothing can be mounted at ${target}: ${why}`,
    hint,
    owner: 'user',
  });
}
