#!/bin/sh
# The pod of this example in Docker's terms: containers that share one network namespace, and Keycloak beside them.
#
#   NAME-pod       owns the namespace and its published port, like a pod's pause container
#   NAME-app       the original app on port 8155              (pod/main.py)
#   NAME-sidecar   logs people in and calls the app on 127.0.0.1:8155
#   NAME-keycloak  the identity provider: john@gefyra.dev with the password john, jane@gefyra.dev with jane
#
# usage: pod.sh up | down | status
set -eu

NAME=${DEMO_NAME:-oauth2-demo}
PORT=${DEMO_PORT:-18090}                   # http://localhost:PORT is the sidecar
KEYCLOAK_PORT=${DEMO_KEYCLOAK_PORT:-18091} # http://localhost:KEYCLOAK_PORT is Keycloak
HERE=$(cd "$(dirname "$0")" && pwd)
ISSUER=http://localhost:$KEYCLOAK_PORT/realms/demo

up() {
  if is_up; then
    echo "$NAME is already up"
    return
  fi
  down
  "$HERE/images.sh"
  docker network create "$NAME" >/dev/null
  run --name "$NAME-keycloak" --network "$NAME" --network-alias keycloak --memory 768m \
    --publish "127.0.0.1:$KEYCLOAK_PORT:8080" --env "KC_HOSTNAME=http://localhost:$KEYCLOAK_PORT" \
    oauth2-demo-keycloak:dev
  run --name "$NAME-pod" --network "$NAME" --publish "127.0.0.1:$PORT:8080" \
    oauth2-demo-app:dev sh -c 'trap "exit 0" TERM INT; sleep infinity & wait'
  run --name "$NAME-app" --network "container:$NAME-pod" --volume "$HERE/pod:/app:ro" --workdir /app \
    oauth2-demo-app:dev python3 -m uvicorn main:app --port 8155 --header x-answered-by:original
  run --name "$NAME-sidecar" --network "container:$NAME-pod" \
    --env "OIDC_ISSUER=$ISSUER" --env OIDC_BACKCHANNEL=http://keycloak:8080/realms/demo \
    --env OIDC_CLIENT_SECRET=a-secret-for-this-demo-only --env COOKIE_SECRET=another-secret-of-32-characters. \
    oauth2-demo-sidecar:dev
  echo "waiting for Keycloak and the sidecar"
  wait_for "$ISSUER" "http://localhost:$PORT/ping"
  status
}

down() {
  docker rm --force --volumes "$NAME-sidecar" "$NAME-app" "$NAME-pod" "$NAME-keycloak" >/dev/null 2>&1 || true
  if docker network inspect "$NAME" >/dev/null 2>&1; then
    docker network rm "$NAME" >/dev/null
  fi
}

status() {
  docker ps --all --filter "name=^$NAME-(pod|app|sidecar|keycloak)\$" --format 'table {{.Names}}\t{{.Status}}\t{{.Ports}}'
  if is_up; then
    echo "http://localhost:$PORT/items/123   log in as john@gefyra.dev with the password john"
  fi
}

run() {
  docker run --detach "$@" >/dev/null
}

wait_for() {
  tries=0
  for url in "$@"; do
    until curl --fail --silent --output /dev/null "$url"; do
      tries=$((tries + 1))
      [ "$tries" -lt 300 ] || fail "$url does not answer; see \`docker logs $NAME-keycloak\`"
      sleep 0.2
    done
  done
}

is_up() {
  running=$(docker ps --quiet --filter "name=^$NAME-(pod|app|sidecar|keycloak)\$" | wc -l)
  [ "$running" -eq 4 ]
}

fail() {
  echo "pod.sh: $*" >&2
  exit 1
}

case ${1:-} in
  up | down | status) ;;
  *) fail "usage: pod.sh up | down | status" ;;
esac
command -v docker >/dev/null || fail "the docker command is missing; install Docker first"
"$1"
