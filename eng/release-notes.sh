#!/usr/bin/env bash
# Prints what CHANGELOG.md says of a version. Fails unless it is the newest release there, and the version of Directory.Build.props.
#   eng/release-notes.sh VERSION
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# = 1 ] || { echo "Usage: eng/release-notes.sh VERSION" >&2; exit 2; }

version=$1
built=$(sed -n 's,.*<Version>\(.*\)</Version>.*,\1,p' Directory.Build.props)
newest=$(sed -nE 's/^## ([0-9]+\.[0-9]+\.[0-9]+) - [0-9]{4}-[0-9]{2}-[0-9]{2}$/\1/p' CHANGELOG.md | head -n 1)
if [ "$version" != "$built" ] || [ "$version" != "$newest" ]; then
  echo "This is no release of $version: Directory.Build.props has $built, and the newest release in CHANGELOG.md is $newest." >&2
  exit 1
fi

# Links in the changelog are relative to the repository, those of a release are not.
awk -v heading="## $version - " '/^## /{ shown = index($0, heading) == 1; next } shown' CHANGELOG.md |
  sed -E "s,\]\(([^:)#][^:)]*)\),](https://github.com/pywharf/pywharf/blob/v$version/\1),g" | sed -e '/./,$!d'
