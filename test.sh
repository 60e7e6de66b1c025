#!/usr/bin/env bash
# Builds everything and runs every test. Quiet when all is well; the last line is "N passed, N failed[, N skipped]".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'HELP'
./test.sh [--soak] [--filter EXPRESSION] [--format]
  --soak     run the long loops (races, crashes, leaks) in full; takes minutes
  --filter   only tests that match, as in `dotnet test --filter`, for example --filter ClientFormTests
  --format   also check that `dotnet format` has nothing to change; counts as one more test where it has
With CI=true packages are restored exactly as the lock files have them.
HELP
}

filter=() format=
while [ $# -gt 0 ]; do
  case $1 in
    --soak) export PYWHARF_SOAK=1 ;;
    --filter) filter=(--filter "${2:?--filter needs an expression}"); shift ;;
    --filter=*) filter=(--filter "${1#*=}") ;;
    --format) format=1 ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

# What tests run when it is there: Python clients, a browser, a proxy. python3-toml reads what we write as the original would.
tools=(
  chromium-driver curl flit nginx-light pipenv python3-build python3-hatchling python3-pdm python3-pip python3-poetry python3-toml python3-venv python3-yaml twine
)
passed=0 failed=0 skipped=0 out=$(mktemp -d)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

finish() {
  local status=$?
  rm -rf "$out"
  if [ $((passed + failed)) = 0 ]; then echo "No test ran."; fi
  if [ $((passed + failed)) = 0 ] || { [ "$status" != 0 ] && [ "$failed" = 0 ]; }; then failed=1; fi
  if [ "$skipped" = 0 ]; then skipped=; else skipped=", $skipped skipped"; fi
  echo "$passed passed, $failed failed$skipped"
  [ "$failed" = 0 ] || exit 1
}
trap finish EXIT

took() { printf '%-12s %4d s\n' "$1" "$((SECONDS - begin))"; }

# stage NAME COMMAND...: says how long it took, and what it wrote when it fails
stage() {
  local name=$1 begin=$SECONDS status=0
  shift
  "$@" >"$out/log" 2>&1 || status=$?
  took "$name"
  [ "$status" = 0 ] || cat "$out/log"
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
  local begin=$SECONDS apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  local install=("${apt[@]}" install -y --no-install-recommends "${missing[@]}")
  if "${install[@]}" >"$out/log" 2>&1 || { "${apt[@]}" update && "${install[@]}"; } >"$out/log" 2>&1; then
    took tools
  else
    cat "$out/log"
    echo "Could not install ${missing[*]}: tests that need them are skipped."
  fi
}

# GitHub's own description of its API, which the answers of the tests' fake GitHub are held against. Of the package one file is kept.
openapi=23.0.2

fetch_description() {
  local file=artifacts/octokit-openapi-$openapi.json begin=$SECONDS
  [ ! -e "$file" ] || return 0
  command -v npm >/dev/null || { echo "No npm: the fake GitHub is not checked against GitHub's description."; return 0; }
  if npm pack --loglevel error --pack-destination "$out" "@octokit/openapi@$openapi" >"$out/log" 2>&1 &&
    tar -xzf "$out/octokit-openapi-$openapi.tgz" -C "$out" package/generated/api.github.com.json >"$out/log" 2>&1; then
    mkdir -p artifacts
    rm -f artifacts/octokit-openapi-*
    mv "$out/package/generated/api.github.com.json" "$file.part" && mv "$file.part" "$file"
    took description
  else
    echo "Could not fetch @octokit/openapi ($(head -n 1 "$out/log")): the fake GitHub is not checked against GitHub's description."
  fi
}

count() { sed -n "s/.*<Counters.* $1=\"\([0-9]*\)\".*/\1/p" "$out/results.trx"; }

# results OUTCOME: the name of each test that ended so, with what it said
results() {
  awk -v outcome="outcome=\"$1\"" '
    /<UnitTestResult / { show = index($0, outcome); if (show) { match($0, / testName="[^"]*"/); print "  " substr($0, RSTART + 11, RLENGTH - 12) } next }
    /<\/UnitTestResult>/ { show = 0 }
    show { sub(/^ *<(Message|StackTrace|StdOut)>/, ""); gsub(/<[^>]*>/, ""); if ($0 ~ /[^ ]/) print "    " $0 }
  ' "$out/results.trx" | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&apos;/'"'"'/g; s/&#x[AD];//g; s/&amp;/\&/g'
}

# tests NAME PROJECT: adds to the totals; shows what failed, and what was skipped and why
tests() {
  local name=$1 begin=$SECONDS status=0 good=0 bad=0
  rm -f "$out/results.trx"
  dotnet test "$2" --no-build -c Release "${filter[@]}" --logger "trx;LogFileName=$out/results.trx" \
    --blame-hang-timeout 20m --blame-hang-dump-type none --results-directory "$out" >"$out/log" 2>&1 || status=$?
  took "$name"
  if [ -e "$out/results.trx" ]; then
    good=$(count passed) bad=$(($(count executed) - good)) skipped=$((skipped + $(count total) - good - bad))
    results NotExecuted | sed '/^  [^ ]/ { N; s/^ */  skipped: /; s/\n */: / }'
    results Failed | sed 's/^  \([^ ]\)/  FAILED: \1/'
  fi
  if [ "$status" != 0 ] && [ "$bad" = 0 ]; then
    cat "$out/log" # it broke down, and no test can tell
    bad=1
  fi
  passed=$((passed + good)) failed=$((failed + bad))
}

command -v dotnet >/dev/null || { echo "The .NET SDK is needed: https://dotnet.microsoft.com/download"; exit 1; }
install_tools
fetch_description
stage build dotnet build pywharf.slnx -c Release -v quiet ${CI:+-p:RestoreLockedMode=true}
tests unit tests/Unit
tests integration tests/Integration
if [ -n "$format" ]; then
  stage format dotnet format pywharf.slnx --verify-no-changes --no-restore || failed=$((failed + 1))
fi
