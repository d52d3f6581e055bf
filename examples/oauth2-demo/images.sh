#!/bin/sh
# The images of this example. Those that are there already are not made again, unless files that are in them have changed.
# Where a registry answers: python, Keycloak and oauth2-proxy as their makers publish them.
# Where none does: from Debian's packages and Keycloak's distribution; needs root, mmdebstrap, curl and unzip.
# DEMO_IMAGES=registry or packages chooses.
set -eu

KEYCLOAK=26.3.5
LABEL=gefyra-devenv/demo-sources # of an image: what its files were when it was made
MIRROR=${MAVEN_MIRROR:-https://repo1.maven.org/maven2}
HERE=$(cd "$(dirname "$0")" && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/gefyra-devenv/oauth2-demo
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

main() {
  missing oauth2-demo-app:dev || missing oauth2-demo-sidecar:dev || missing oauth2-demo-keycloak:dev || return 0
  case ${DEMO_IMAGES:-} in
    registry) from_registry ;;
    packages) from_packages ;;
    '') if pulls python:3.12-slim; then from_registry; else from_packages; fi ;;
    *) fail "DEMO_IMAGES must be registry or packages" ;;
  esac
}

pulls() {
  timeout 120 docker pull --quiet "$1" >/dev/null 2>&1
}

from_registry() {
  missing oauth2-demo-app:dev && published oauth2-demo-app:dev "$HERE/pod" registry.Dockerfile
  missing oauth2-demo-sidecar:dev && published oauth2-demo-sidecar:dev "$HERE/sidecar" oauth2-proxy.Dockerfile
  if missing oauth2-demo-keycloak:dev; then
    mkdir "$WORK/context"
    cp "$HERE/keycloak/registry.Dockerfile" "$HERE/pod/realm.json" "$WORK/context/"
    published oauth2-demo-keycloak:dev "$WORK/context" registry.Dockerfile
  fi
}

# published IMAGE CONTEXT DOCKERFILE
published() {
  echo "pulling what $1 is built from"
  docker build --quiet --tag "$1" --label "$LABEL=$(sources "$1")" --file "$2/$3" "$2" >/dev/null
}

from_packages() {
  for tool in mmdebstrap curl unzip docker; do
    command -v "$tool" >/dev/null || fail "$tool is missing"
  done
  base oauth2-demo-app:dev bookworm python3-fastapi,python3-uvicorn,python3-jwt,python3-debugpy
  base oauth2-demo-java:dev trixie openjdk-21-jre-headless
  base oauth2-demo-apache:dev trixie apache2,libapache2-mod-auth-openidc,ca-certificates
  missing oauth2-demo-sidecar:dev && built oauth2-demo-sidecar:dev oauth2-demo-apache:dev "$HERE/sidecar"
  if missing oauth2-demo-keycloak:dev; then
    keycloak_distribution "$WORK/context/keycloak"
    cp "$HERE/keycloak/Dockerfile" "$HERE/pod/realm.json" "$WORK/context/"
    built oauth2-demo-keycloak:dev oauth2-demo-java:dev "$WORK/context"
  fi
}

missing() {
  made=$(docker image inspect --format "{{ index .Config.Labels \"$LABEL\" }}" "$1" 2>/dev/null) || return 0
  [ "$made" != "$(sources "$1")" ]
}

# sources IMAGE: a sum of the checkout's files that are in it; nothing for one that has none.
sources() {
  case $1 in
    oauth2-demo-sidecar:*) cat "$HERE"/sidecar/* | cksum ;;
    oauth2-demo-keycloak:*) cat "$HERE"/keycloak/* "$HERE/pod/realm.json" | cksum ;;
  esac
}

# base IMAGE SUITE PACKAGES
base() {
  missing "$1" || return 0
  echo "installing $3 into $1"
  # Without its manual pages Java's package does not install.
  mmdebstrap --quiet --variant=minbase --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --include="$3" "$2" "$WORK/rootfs.tar"
  docker import "$WORK/rootfs.tar" "$1" >/dev/null
  rm "$WORK/rootfs.tar"
}

# built IMAGE BASE CONTEXT
built() {
  echo "building $1"
  docker build --quiet --tag "$1" --label "$LABEL=$(sources "$1")" --build-arg "BASE=$2" "$3" >/dev/null
}

# keycloak_distribution DIRECTORY
keycloak_distribution() {
  archive=$CACHE/keycloak-$KEYCLOAK.zip
  if [ ! -f "$archive" ]; then
    echo "fetching Keycloak $KEYCLOAK"
    mkdir -p "$CACHE"
    curl --fail --silent --show-error --location --output "$archive.part" \
      "$MIRROR/org/keycloak/keycloak-quarkus-dist/$KEYCLOAK/keycloak-quarkus-dist-$KEYCLOAK.zip"
    mv "$archive.part" "$archive"
  fi
  mkdir -p "$(dirname "$1")"
  unzip -q "$archive" -d "$WORK"
  mv "$WORK/keycloak-$KEYCLOAK" "$1"
}

fail() {
  echo "images.sh: $*" >&2
  exit 1
}

main
