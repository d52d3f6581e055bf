#!/bin/sh
# The first argument names the program.
case "$1" in
  agent | gateway | relay)
    program=$1
    shift
    exec node "/opt/devenv/$program.js" "$@"
    ;;
  holder)
    # Does nothing but exist: others join its network namespace. Ends at once when asked to.
    trap 'exit 0' TERM INT
    while :; do
      sleep 2147483647 &
      wait $!
    done
    ;;
  *)
    echo "unknown program: $1 (agent, gateway, relay, holder)" >&2
    exit 64
    ;;
esac
