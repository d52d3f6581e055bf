import { shellQuoted } from '../common/shell-quoted.ts';

/** The scripts that networks and programs are begun with, for any POSIX shell. Text, so that no upgrade takes them away. */

/**
 * What a shell begins in the background ignores what a terminal interrupts with, and as a shell could not even ask for it
 * again. `$usual` becomes words of env(1) that take that back, where it has them.
 */
export const USUAL_SIGNALS = `usual=--default-signal=INT,QUIT
env "$usual" true 2>/dev/null || usual=`;

/**
 * Runs a command with exactly these variables, in a directory, in place of the shell. A name that a shell could not export
 * is no trouble to env(1).
 */
export function commandScript(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  workingDir: string,
): string {
  const variables = Object.entries(environment).map(([name, value]) => shellQuoted(`${name}=${value}`));
  const words = [...variables, ...command.map(shellQuoted)].join(' ');
  return `cd ${shellQuoted(workingDir)} || exit 126
${USUAL_SIGNALS}
exec env -i $usual ${words}
`;
}

/** Tells of the process it is in, as the kernel knows it: `$1` = where to. The machine's own /proc must be mounted. */
const TELL = `began() { read -r stat </proc/self/stat; printf '%s\\n' "$stat" >"$1/began.new"; mv "$1/began.new" "$1/began"; }`;

/** How a program's streams are. */
export interface Streams {
  /** They are a terminal, of which everything is read as its output. */
  readonly tty: boolean;
  /** Its input never ends, though nobody writes there. */
  readonly stdinOpen: boolean;
}

/** What begins the program in a terminal of its own, in which it leads the group that is asked to end. */
const IN_TERMINAL =
  'echo "$$" >"$dir/group.new"; mv "$dir/group.new" "$dir/group"; stty rows 24 cols 80; exec sh "$dir/program.sh"';

/**
 * The first process of a program's process namespace: whatever the program leaves behind ends with it. Passes signals on
 * to the program and its children, as a terminal does, and reaps. Its pipes are open for reading too: whoever writes into
 * one while no process of the session reads must not be told that nobody ever will. `$1`: the program's directory.
 */
export function programScript({ tty, stdinOpen }: Streams): string {
  const program = tty
    ? `SHELL=/bin/sh setsid script --quiet --return --flush --command ${shellQuoted(IN_TERMINAL)} /dev/null`
    : 'setsid sh "$dir/program.sh"';
  return `
export dir="$1"
child=
pass() { [ -z "$child" ] || kill -s "$1" -- "-$(cat "$dir/group" 2>/dev/null || echo "$child")"; }
for s in HUP INT QUIT USR1 USR2 TERM WINCH; do trap "pass $s" $s; done
: >"$dir/ready"
${program} ${tty || stdinOpen ? '<>"$dir/in"' : '</dev/null'} 1<>"$dir/out" 2<>"$dir/err" &
child=$!
while :; do
  wait "$child"; code=$?
  # A signal of ours interrupts the wait and is no end of the program.
  kill -0 "$child" 2>/dev/null || break
done
# It may have been reaped in a wait that a signal broke off; then its code is still to be had.
wait "$child" 2>/dev/null; again=$?
[ "$again" -eq 127 ] || code=$again
echo "$code" >"$dir/exit.new"; mv "$dir/exit.new" "$dir/exit"
`;
}

/**
 * The first process of a process namespace in which others run a program by hand: whatever that leaves behind ends with it.
 * Passes the signal to end on to all of them, and ends when they have. `$1`: the program's directory.
 */
export const HOLD_SCRIPT = `
ending=
for s in HUP INT QUIT USR1 USR2 TERM; do trap "ending=$s; kill \\$! 2>/dev/null" $s; done
: >"$1/ready"
# A signal may come just before the pause, which must end all the same.
while [ -z "$ending" ]; do sleep 3 & wait $!; done
kill -s "$ending" -- -1
while set -- /proc/[0-9]*; [ $# -gt 1 ]; do sleep 0.02; done
`;

/**
 * The first process of a network: makes it, starts its gateway, again when it ends, and each program that it is asked for
 * on descriptor 3. When nobody can ask any more, its session is gone: it ends, and with it everything in its namespaces.
 * `$1`: the network's directory, `$2`: what takes rights from a program, `$3`: from the gateway.
 */
export const NETWORK_SCRIPT = `
set -e
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
dir=$1 lower=$2 lower_gateway=$3
${TELL}
ip link set lo up
ip addr add 192.0.2.1/32 dev lo
ip route add default dev lo src 192.0.2.1
{ ip -6 addr add 100::1/128 dev lo nodad && ip -6 route add default dev lo src 100::1; } 2>/dev/null || :
echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
mount --bind "$dir/resolv.conf" "$(readlink -f /etc/resolv.conf)"
[ ! -e /etc/nsswitch.conf ] || mount --bind "$dir/nsswitch.conf" "$(readlink -f /etc/nsswitch.conf)"
[ ! -e /etc/hosts ] || mount --bind "$dir/hosts" "$(readlink -f /etc/hosts)"
# Whoever looks names up by these would be answered by this machine.
for way in /run/nscd/socket /run/systemd/resolve/io.systemd.Resolve /run/avahi-daemon/socket; do
  [ ! -S "$way" ] || mount --bind "$dir/nobody" "$way"
done
# In the memory of this mount namespace alone.
while read -r name; do mount -t tmpfs -o mode=0755,nosuid,nodev devenv "$dir/$name"; done <"$dir/directories"
nft -f "$dir/guard.nft"
gateway() {
  failures=0
  while :; do
    start=$(date +%s) code=0
    $lower_gateway sh "$dir/program.sh" </dev/null || code=$?
    [ -S "$dir/gateway.sock" ] || { echo "the gateway ended with $code" >&2; kill -USR1 1; exit; }
    [ $(($(date +%s) - start)) -lt 10 ] || failures=0
    echo "the gateway ended with $code; starting it again" >&2
    case $failures in 0) ;; 1|2) sleep 0.2 ;; 3|4) sleep 1 ;; *) sleep 3 ;; esac
    failures=$((failures + 1))
  done
}
program() {
  began "$1"
  exec unshare --pid --fork --kill-child --mount-proc sh "$1/begin.sh" "$1" $lower
}
trap 'exit 1' USR1
gateway 3<&- &
began "$dir"
while read -r asked <&3; do program "$asked" 3<&- & done
`;
