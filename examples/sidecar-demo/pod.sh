#!/bin/sh
# A pod in Docker's terms: containers that share one network namespace, as the containers of a Kubernetes pod do.
#
#   NAME-pod      owns the namespace and its published ports, like a pod's pause container
#   NAME-app      the original app on port 8155            (pod/app.mjs)
#   NAME-sidecar  proxy on port 8080, calls the app on 127.0.0.1 (pod/sidecar.mjs)
#   NAME-vault    a neighbour named `vault` that only the pod's network reaches (pod/vault.mjs)
#
# usage: pod.sh up | down | status | image
set -eu

NAME=${DEMO_NAME:-sidecar-demo}         # prefix of all containers, and the network
IMAGE=${DEMO_IMAGE:-sidecar-demo:dev}
PORT=${DEMO_PORT:-18080}                # 127.0.0.1:PORT is the sidecar
APP_PORT=${DEMO_APP_PORT:-18155}        # 127.0.0.1:APP_PORT is the app, past the sidecar
DNS=${DEMO_DNS:-}                       # address of a DNS server for names outside; empty = the engine's choice
BASE=${DEMO_BASE:-}                     # image to build on; empty = see choose_base

PUBLIC_BASE=node:22-bookworm-slim
HERE=$(cd "$(dirname "$0")" && pwd)

up() {
  if is_up; then
    echo "$NAME is already up"
    return
  fi
  remove_containers
  docker image inspect "$IMAGE" >/dev/null 2>&1 || image

  docker network inspect "$NAME" >/dev/null 2>&1 || docker network create "$NAME" >/dev/null
  run --name "$NAME-vault" --network "$NAME" --network-alias vault "$IMAGE" node /pod/vault.mjs
  run --name "$NAME-pod" --network "$NAME" ${DNS:+--dns "$DNS"} \
    --publish "127.0.0.1:$PORT:8080" --publish "127.0.0.1:$APP_PORT:8155" \
    "$IMAGE" sh -c 'trap "exit 0" TERM INT; sleep infinity & wait'
  run --name "$NAME-app" --network "container:$NAME-pod" "$IMAGE" node /pod/app.mjs
  run --name "$NAME-sidecar" --network "container:$NAME-pod" "$IMAGE" node /pod/sidecar.mjs
  wait_until_it_answers
  status
}

down() {
  remove_containers
  if docker network inspect "$NAME" >/dev/null 2>&1; then
    docker network rm "$NAME" >/dev/null
  fi
}

status() {
  docker ps --all --filter "name=^$NAME-(pod|app|sidecar|vault)\$" --format 'table {{.Names}}\t{{.Status}}\t{{.Ports}}'
  if is_up; then
    echo "sidecar: http://127.0.0.1:$PORT/   app: http://127.0.0.1:$APP_PORT/"
  fi
}

image() {
  [ -n "$BASE" ] || BASE=$(choose_base)
  echo "building $IMAGE on $BASE"
  # The Dockerfile copies nothing, so it goes in without a build context.
  docker build --quiet --tag "$IMAGE" --build-arg "BASE=$BASE" - <"$HERE/Dockerfile" >/dev/null
}

# The public Node image where it is present or a registry answers; else the newest base that `devenv image build` made.
choose_base() {
  if docker image inspect "$PUBLIC_BASE" >/dev/null 2>&1 || docker pull "$PUBLIC_BASE" >&2; then
    echo "$PUBLIC_BASE"
    return
  fi
  made_here=$(docker image ls localhost/gefyra-devenv/base --format '{{.Repository}}:{{.Tag}}' | head -n 1)
  [ -n "$made_here" ] || fail "$PUBLIC_BASE cannot be pulled; run \`devenv image build\` first, or set DEMO_BASE"
  echo "$made_here"
}

remove_containers() {
  docker rm --force --volumes "$NAME-sidecar" "$NAME-app" "$NAME-pod" "$NAME-vault" >/dev/null 2>&1 || true
}

run() {
  docker run --detach --volume "$HERE/pod:/pod:ro" "$@" >/dev/null
}

wait_until_it_answers() {
  docker exec "$NAME-sidecar" node -e '
    const end = Date.now() + 10_000;
    const ask = () => fetch("http://127.0.0.1:8080/").then((answer) => answer.ok, () => false);
    const again = async () => {
      if (await ask()) process.exit(0);
      if (Date.now() > end) process.exit(1);
      setTimeout(again, 50);
    };
    again();
  ' || fail "the pod does not answer; see \`docker logs $NAME-app\`, \`docker logs $NAME-sidecar\`"
}

is_up() {
  running=$(docker ps --quiet --filter "name=^$NAME-(pod|app|sidecar|vault)\$" | wc -l)
  [ "$running" -eq 4 ]
}

fail() {
  echo "pod.sh: $*" >&2
  exit 1
}

case ${1:-} in
  up | down | status | image) ;;
  *) fail "usage: pod.sh up | down | status | image" ;;
esac
command -v docker >/dev/null || fail "the docker command is missing; install Docker first"
docker version >/dev/null 2>&1 || fail "no container engine answers; start Docker first"
"$1"
