import { posix } from 'node:path';
import { isPathWithin } from '../common/path-within.ts';
import { shellQuoted } from '../common/shell-quoted.ts';
import type { TmpfsMount } from '../model/workspace.ts';
import type { MountPoints, PlacedMount } from './mount-points.ts';
import { USUAL_SIGNALS } from './scripts.ts';
import { file } from './unit-files.ts';

/**
 * What a program's first process does before it loses its rights, for any POSIX shell: makes the mounts, which belong to its
 * mount namespace and end with it, and goes on as the first process. `$1`: the program's directory; after it, what takes
 * rights from a program.
 */
export function beginScript(points: MountPoints | undefined, networkDirectory: string): string {
  const mounts = points === undefined ? '' : mountScript(points, networkDirectory);
  return `dir=$1; shift\n${mounts}${USUAL_SIGNALS}\nexec "$@" env $usual sh "$dir/first.sh" "$dir"\n`;
}

/** Beside the entries of a directory that is copied: what its links lead to. */
const BESIDE = '.gefyra-devenv';

/**
 * Nothing may come from another place because of a mount made before: sources are taken first, into a stage that they do not
 * hold themselves, and which is reached as the working directory whatever becomes of the path to it.
 */
function mountScript({ copies, mounts }: MountPoints, networkDirectory: string): string {
  return [
    PRELUDE,
    ...mounts.flatMap(({ mount, isDirectory }, index) => {
      if (mount.kind === 'tmpfs') return [];
      const source = mount.kind === 'bind' ? mount.source : posix.join(networkDirectory, mount.directory);
      const isWhole = isDirectory || mount.kind === 'shared';
      return [`${isWhole ? 'mkdir' : ': >'} ${index}`, `mount -n -c --rbind ${shellQuoted(source)} ${index}`];
    }),
    ...copies.map((directory) => `copy ${shellQuoted(directory)}`),
    ...mounts.flatMap((placed, index) => placing(placed, index, copies)),
    ...copies.map((directory) => `mount -n -c -o remount,bind,ro ${shellQuoted(directory)}`),
    // Where something hides it, nobody sees it anyway.
    `umount -n -l "$dir/${file.stage}" 2>/dev/null || :`,
    'cd "$dir"',
    ...(copies.includes('/') ? [`umount -n -l /${BESIDE}/here`] : []),
    'exec 2>&3 3>&-\n',
  ].join('\n');
}

function placing(
  { mount, at, isDirectory, isMade }: PlacedMount,
  index: number,
  copies: readonly string[],
): readonly string[] {
  const place = shellQuoted(at);
  const parent = shellQuoted(posix.dirname(at));
  if (mount.kind === 'shared' && mount.alone !== undefined) {
    const copy = copies.findLast((directory) => isPathWithin(at, directory)) ?? '/';
    const beside = posix.join(copy, BESIDE, String(index));
    return [
      `mkdir -p ${shellQuoted(beside)} ${parent}`,
      `mount -n -c --bind ${index} ${shellQuoted(beside)}`,
      `closed ${shellQuoted(beside)}`,
      `rm -f ${place}`,
      `ln -s ${shellQuoted(posix.join(beside, mount.alone))} ${place}`,
    ];
  }
  const made = isDirectory ? `mkdir -p ${place}` : `mkdir -p ${parent}; : >${place}`;
  const isClosed = mount.kind === 'shared' || (mount.kind === 'bind' && mount.readOnly);
  return [
    ...(isMade ? [made] : []),
    mount.kind === 'tmpfs'
      ? `mount -n -c -t tmpfs -o ${shellQuoted(optionsOf(mount))} devenv ${place}`
      : `mount -n -c --rbind ${index} ${place}`,
    ...(isClosed ? [`closed ${place}`] : []),
  ];
}

/** As engines mount memory, over which the file's own words have their way. */
function optionsOf({ sizeBytes, mode, options }: TmpfsMount): string {
  return [
    ...['noexec', 'nosuid', 'nodev', `mode=${(mode ?? 0o1777).toString(8)}`],
    ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`]),
    ...(options ? [options] : []),
  ].join(',');
}

/**
 * A copy is a directory in memory with the entries of one of this machine: directories are mounted, and everything else is a
 * link to what has its name in the original, or would stay what it is now when it is replaced. Of the root directory, which
 * nothing can be mounted over, the copy takes the place.
 */
const PRELUDE = `set -e
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
exec 3>&2 2>"$dir/${file.mountsSaid}"
copies=0
copy() {
  of=\${1%/} copies=$((copies + 1))
  new=copy$copies original=${BESIDE}/here
  mkdir "$new"
  mount -n -c -t tmpfs -o mode=0755 devenv "$new"
  chmod "$(stat -c %a "$1")" "$new"
  mkdir -p "$new/$original"
  [ -z "$of" ] || mount -n -c --rbind "$of" "$new/$original"
  # All of a kind at once: there may be hundreds.
  set --
  for entry in "$of"/* "$of"/.[!.]* "$of"/..?*; do [ ! -L "$entry" ] || set -- "$@" "$entry"; done
  [ $# -eq 0 ] || cp -P "$@" "$new/"
  set --
  for entry in "$of"/* "$of"/.[!.]* "$of"/..?*; do
    [ -L "$entry" ] || [ ! -d "$entry" ] || set -- "$@" "$new/\${entry##*/}"
  done
  [ $# -eq 0 ] || mkdir "$@"
  for made; do printf '%s\\t%s\\n' "$of/\${made##*/}" "$made"; done >"$new.list"
  set --
  for entry in "$of"/* "$of"/.[!.]* "$of"/..?*; do
    [ -L "$entry" ] || [ -d "$entry" ] || [ ! -e "$entry" ] || set -- "$@" "$original/\${entry##*/}"
  done
  if [ -n "$of" ]; then
    [ $# -eq 0 ] || ln -s "$@" "$new/"
    all_within "$1"
    mount -n -c --rbind "$new" "$of"
  else
    for other; do : >"$new/\${other##*/}"; printf '/%s\\t%s\\n' "\${other##*/}" "$new/\${other##*/}"; done >>"$new.list"
    all_within /
    (cd "$new" && pivot_root . "$original")
  fi
}
all_within() {
  sed 's/\\\\/\\\\134/g; s/ /\\\\040/g; s/$/\\tnone\\trbind\\t0\\t0/' "$new.list" >"$new.fstab"
  mount -n -c -a -T "$new.fstab" || echo "a program does not see all of $1" >&3
}
# With every mount in it, of which each is for itself. What the kernel lets nobody loosen must be said again.
closed() {
  top=$(readlink -f "$1")
  while read -r _ _ _ _ point flags _; do
    case $point in *\\\\*) point=$(printf %b "$point") ;; esac
    case $point in "$top" | "$top"/*) mount -n -c -o "remount,bind,$flags,ro" "$point" ;; esac
  done </proc/self/mountinfo
}
mount -n -t tmpfs -o mode=0755 devenv "$dir/${file.stage}"
mount -n --make-unbindable "$dir/${file.stage}"
cd "$dir/${file.stage}"`;
