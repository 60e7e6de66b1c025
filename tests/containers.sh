#!/usr/bin/env bash
# Prepares this machine for the tests in tests/Integration/Containers, and cleans up behind them.
#   containers.sh start FOLDER [--podman]   finds a container engine that answers, and gets the images that the tests start from
#   containers.sh stop FOLDER               ends what start started, and removes what the tests left; FOLDER can go then
# start writes FOLDER/environment, lines of NAME=VALUE for the tests: how to reach the engine, or why they are skipped.
# With --podman an engine that does not answer is replaced by podman: installed where this is Debian and root, with a service and
# a storage of its own in FOLDER.
set -euo pipefail

folder=$(realpath "$2")
images=(mcr.microsoft.com/dotnet/sdk:10.0 mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled docker.io/library/nginx:stable)
label=org.pywharf.tests # on whatever the tests make
network=$(basename "$folder") # another run on this engine has its own
pulls=1
store=(--root "$folder/storage" --runroot "$folder/run" --network-config-dir "$folder/networks")

skip() {
  echo "$1"
  echo "PYWHARF_NO_CONTAINERS=$1" >"$folder/environment"
  exit 0
}

# The name of the stand-in for an image: localhost/pywharf-tests/nginx for docker.io/library/nginx:stable.
stand_in() { local name=${1##*/}; echo "localhost/pywharf-tests/${name%%:*}:latest"; }

install_podman() {
  command -v podman >/dev/null && return
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || skip "podman can be installed by this script on Debian as root: install it, or start Docker"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  local install=("${apt[@]}" install -y --no-install-recommends podman buildah runc netavark aardvark-dns iptables)
  "${install[@]}" || { "${apt[@]}" update && "${install[@]}"; } || skip "podman could not be installed"
}

start_podman() {
  install_podman
  mkdir -p "$folder/networks"
  # The defaults ask for more open files and processes than a machine without CAP_SYS_RESOURCE may give.
  printf '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n' >"$folder/containers.conf"
  export CONTAINERS_CONF=$folder/containers.conf
  podman "${store[@]}" system service --time=0 "unix://$folder/podman.sock" >"$folder/podman.log" 2>&1 &
  echo $! >"$folder/podman.pid"
  for _ in $(seq 100); do
    [ ! -S "$folder/podman.sock" ] || break
    kill -0 "$(cat "$folder/podman.pid")" 2>/dev/null || skip "podman's service did not start: $(tail -n 1 "$folder/podman.log")"
    read -r -t 0.1 <> <(:) || true
  done
  engine=(podman "${store[@]}")
  environment=("DOCKER_HOST=unix://$folder/podman.sock" TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1)
}

# An image of this machine's own programs, for one that no registry gives: a shell, nginx, the .NET SDK, and the libraries that they load.
import() { # NAME PATH-BELOW-THE-SDK...
  local name=$1 root=$folder/root dotnet file target below
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  shift
  if [ ! -d "$root" ]; then
    mkdir -p "$root"/{usr/bin,usr/sbin,usr/lib,usr/lib64,etc,proc,sys,dev,run,root} && mkdir -m 1777 "$root/tmp"
    for file in bin sbin lib lib64; do ln -s "usr/$file" "$root/$file"; done
    local programs=() libraries
    for file in bash id install nginx sh; do programs+=("$(PATH=/usr/bin:/usr/sbin:/bin:/sbin command -v "$file")") || return 1; done
    mapfile -t libraries < <(ldconfig -p | sed -nE 's/.* => (.*\/lib(ssl|crypto|nss_dns|nss_files)\.so\.[0-9]+)$/\1/p')
    {
      printf '%s\n' "${programs[@]}" "${libraries[@]}"
      find "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" -name dotnet -o -name '*.so' | xargs ldd "${programs[@]}" "${libraries[@]}" 2>/dev/null |
        sed -nE 's/^\t(.* => )?(\/[^ ]+) .*/\2/p' | grep -v "^$dotnet" || true
    } | sort -u | while read -r file; do
      target=$root$(realpath "$(dirname "$file")")
      mkdir -p "$target" && cp -L "$file" "$target/"
    done
    cp -rL --parents /etc/ssl/certs /etc/nginx/mime.types /etc/nsswitch.conf "$root"
    ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
    printf 'root:x:0:0::/root:/bin/sh\napp:x:1654:1654::/:/bin/sh\n' >"$root/etc/passwd"
    printf 'root:x:0:\napp:x:1654:\n' >"$root/etc/group"
  fi
  below=()
  for file in "$@"; do below+=("dotnet/$file"); done
  if [ ${#below[@]} -gt 0 ]; then below=(--transform 's,^dotnet,usr/share/dotnet,' -C "$(dirname "$dotnet")" "${below[@]}"); fi
  local settings=()
  for file in APP_UID=1654 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 NUGET_CERT_REVOCATION_MODE=offline SSL_CERT_DIR=/etc/ssl/certs; do
    settings+=(--change "ENV $file")
  done
  tar -c --owner=0 --group=0 -C "$root" . "${below[@]}" | "${engine[@]}" import "${settings[@]}" - "$name" >/dev/null
}

get() { # IMAGE
  ! "${engine[@]}" image inspect "$1" >/dev/null 2>&1 || return 0
  ! { [ -n "$pulls" ] && timeout 120 "${engine[@]}" pull -q "$1"; } || return 0
  pulls= # where one registry does not answer, the next image would wait as long for nothing
  case $1 in
    */sdk:*) import "$(stand_in "$1")" . ;;
    */aspnet:*) import "$(stand_in "$1")" dotnet host shared ;;
    *) import "$(stand_in "$1")" ;;
  esac
}

# Whether containers run here, and reach what the build of the image downloads.
try() {
  local image=${images[0]} host=api.nuget.org
  "${engine[@]}" image inspect "$image" >/dev/null 2>&1 || image=$(stand_in "$image")
  "${engine[@]}" network create --label "$label" "$network" >/dev/null &&
    timeout 60 "${engine[@]}" run --rm --label "$label" --network "$network" --read-only --cap-drop=ALL --security-opt=no-new-privileges "$image" \
      bash -c "exec 3<>/dev/tcp/$host/443" &&
    "${engine[@]}" network rm "$network" >/dev/null
}

start() {
  engine=() environment=()
  if timeout 20 docker info >/dev/null 2>&1; then
    engine=(docker)
  elif [ -n "${DOCKER_HOST:-}" ] && command -v podman >/dev/null && timeout 20 podman --url "$DOCKER_HOST" info >/dev/null 2>&1; then
    engine=(podman --url "$DOCKER_HOST")
  elif [ "${1:-}" = --podman ]; then
    start_podman
  else
    exit 0 # The tests say how to get one.
  fi
  echo "${engine[@]}" >"$folder/engine"
  local image
  for image in "${images[@]}"; do
    get "$image" || skip "no image $image: it can't be pulled, and no stand-in can be made of this machine's programs"
  done
  try || skip "containers don't run on this machine, or don't reach api.nuget.org: ${engine[0]} run says why"
  printf '%s\n' "${environment[@]}" >"$folder/environment"
}

# Fills `labelled` with what of a kind (ps -a, network ls, ...) has the label of the tests.
labelled=()
find_labelled() {
  mapfile -t labelled < <("${engine[@]}" "$@" --filter "label=$label" -q)
  [ ${#labelled[@]} -gt 0 ]
}

stop() {
  [ -e "$folder/engine" ] || return 0
  read -ra engine <"$folder/engine"
  if find_labelled ps -a; then "${engine[@]}" rm -f -v "${labelled[@]}"; fi
  if find_labelled network ls; then "${engine[@]}" network rm "${labelled[@]}"; fi
  if find_labelled volume ls; then "${engine[@]}" volume rm "${labelled[@]}"; fi
  if [ -e "$folder/podman.pid" ]; then
    local left
    mapfile -t left < <(cat "$folder/podman.pid"; pgrep -P "$(cat "$folder/podman.pid")" || true; pgrep -f "^/usr/bin/conmon .* $folder/storage/" || true)
    kill -KILL "${left[@]}" || true # at a SIGTERM the service waits for connections, and monitors of commands stay for five minutes
    ! mountpoint -q "$folder/storage/overlay" || umount -l "$folder/storage/overlay"
    return
  fi
  if find_labelled images; then "${engine[@]}" rmi -f "${labelled[@]}"; fi
  local image
  for image in "${images[@]}"; do "${engine[@]}" rmi -f "$(stand_in "$image")" || true; done
}

case $1 in
  start) start "${3:-}" ;;
  stop) stop ;;
esac
