#!/bin/sh
# Usage: collect.sh DIRECTORY PROGRAM…
# Copies programs and the shared libraries that they need to a directory, each to the path it has here: that is all there
# is in the image, without package manager, documents, and most of what a distribution comes with.
set -eu
target=$1
shift

copy() {
  [ ! -e "$target$1" ] || return 0
  mkdir -p "$target${1%/*}"
  # A link has the name by which it is looked for, and what it leads to has the content.
  cp -L "$1" "$target$1"
  # What debuggers need is a fifth of Node where it comes from its makers; Debian has taken it away.
  case "$1" in *.js) ;; *) ! command -v strip >/dev/null || strip --strip-unneeded "$target$1" ;; esac
  # Debian's Node has scripts of its own beside it, which are named in it.
  case "$1" in
    */node | */libnode.so*)
      { grep -ao '/usr/share/nodejs/[A-Za-z0-9/._-]*\.js' "$1" || true; } | while read -r script; do copy "$script"; done
      ;;
  esac
}

for program in "$@"; do
  path=$(command -v "$program")
  copy "$path"
  ldd "$path" | grep -o '/[^ )]*' | while read -r library; do copy "$library"; done
done

# Where engines put what belongs to a container, and programs what belongs to nobody.
mkdir -p "$target/etc" "$target/proc" "$target/dev" "$target/sys" "$target/run" "$target/tmp"
chmod 1777 "$target/tmp"
echo 'hosts: files dns' >"$target/etc/nsswitch.conf"
