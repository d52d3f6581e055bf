#!/bin/sh
# The first argument names the program.

# Less memory of V8 and of the C library, at no cost that could be measured where bytes are only passed on. What sockets are
# read into is mapped by itself, and is the system's again once it is freed: in a heap it would leave holes.
small='--max-semi-space-size=1 --optimize-for-size'
export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=16384

# Who runs out of memory here is a guest's fault: the kernel shall end the guest. Raising needs no privilege.
yield_first() {
  echo 1000 2>/dev/null >/proc/self/oom_score_adj || true
}

# The agent as it is after its program has been read and what it needs of Node has been made ready: an agent that begins from
# here takes half the processor until it listens, of a node that starts replicas just then. Node makes it without what is
# the processor's own (agent.snapshot.json): the image may have been built on another machine.
snapshot=/opt/devenv/agent.blob
agent_flags="$small --expose-gc"

# Makes the snapshot while the image is built, to a file. It is of use only where an agent listens that begins from it.
make_snapshot() {
  node $agent_flags --snapshot-blob "$1" --build-snapshot-config /opt/devenv/agent.snapshot.json &&
    DEVENV_AGENT_SECRET=none DEVENV_PORT=0 DEVENV_INTERCEPTS=no DEVENV_AGENT_LINGER_MS=1 \
      timeout 30 node $agent_flags --snapshot-blob "$1" 2>&1 && return
  echo 'this Node gives no snapshot of the agent: agents will begin without' >&2
  rm -f "$1"
}

# Runs the gateway for as long as the container lives, which is as long as the network namespace that others join: this
# shell stays its first process, so that a gateway that ends takes no network with it.
gateway() {
  ended='' child='' failures=0
  trap 'ended=yes; kill "$child" 2>/dev/null' TERM INT
  # From here on nothing leaves past the gateway, whether it runs or not.
  printf '%s\n' "$DEVENV_GUARD" | nft -f - || exit 1
  while [ -z "$ended" ]; do
    began=$(date +%s)
    node /opt/devenv/gateway.js &
    child=$!
    wait "$child"
    code=$?
    [ -z "$ended" ] || break
    # One that has never listened will not do so next time either: its last words are the container's.
    [ -S "$DEVENV_SOCKET" ] || exit "$code"
    [ $(($(date +%s) - began)) -lt 10 ] || failures=0
    echo "the gateway ended with $code; starting it again" >&2
    rest "$failures"
    failures=$((failures + 1))
  done
  wait "$child"
  exit 0
}

# Longer after each failure in a row.
rest() {
  case "$1" in
    0) return ;;
    1 | 2) seconds=0.2 ;;
    3 | 4) seconds=1 ;;
    *) seconds=3 ;;
  esac
  sleep "$seconds" &
  wait $!
}

# Does nothing but exist: others join its network namespace. Ends at once when asked to.
holder() {
  trap 'exit 0' TERM INT
  while :; do
    sleep 2147483647 &
    wait $!
  done
}

case "$1" in
  agent)
    yield_first
    [ ! -e "$snapshot" ] || exec node $agent_flags --snapshot-blob "$snapshot" /opt/devenv/agent.cjs
    exec node $agent_flags /opt/devenv/agent.cjs
    ;;
  relay)
    shift
    yield_first
    exec node $small /opt/devenv/relay.js "$@"
    ;;
  snapshot)
    make_snapshot "$2"
    ;;
  gateway | holder)
    "$1"
    ;;
  *)
    echo "unknown program: $1 (agent, gateway, relay, holder)" >&2
    exit 64
    ;;
esac
