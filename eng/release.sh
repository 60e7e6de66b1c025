#!/usr/bin/env bash
# Makes what a release consists of beside the image: archives that need no runtime on their target, the .NET tool package, an SBOM of each,
# and SHA256SUMS. Builds the files that git knows, in a folder of its own.
#   eng/release.sh VERSION FOLDER [RUNTIME...]      RUNTIME: linux-x64 linux-arm64 (default: both)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -ge 2 ] || { echo "Usage: eng/release.sh VERSION FOLDER [RUNTIME...]" >&2; exit 2; }

version=$1 target=$2
shift 2
runtimes=("$@")
[ ${#runtimes[@]} -gt 0 ] || runtimes=(linux-x64 linux-arm64)
eng/release-notes.sh "$version" >/dev/null
mkdir -p "$target"
target=$(realpath "$target")
[ -z "$(ls -A "$target")" ] || { echo "$target is not empty: name a new folder." >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source=$work/source
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# quietly COMMAND...: shows what it wrote only when it fails
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; return 1; }; }

# The paths of this machine are in no assembly; the commit is.
build=(-c Release -v quiet -p:PathMap="$source=/pywharf" -p:SourceRevisionId="$(git rev-parse HEAD)")

# sbom NAME FOLDER: lists the files of FOLDER, and the packages that the last build restored with their licences, in SPDX
sbom() {
  rm -rf "$work/sbom"
  mkdir "$work/sbom"
  quietly dotnet sbom-tool generate -b "$2" -bc "$source/src" -m "$work/sbom" -pn pywharf -pv "$version" -ps pywharf \
    -nsb https://github.com/pywharf/pywharf -pm true -V Warning
  cp "$work"/sbom/_manifest/spdx_*/manifest.spdx.json "$target/$1.spdx.json"
}

mkdir "$source"
git ls-files -z -- .editorconfig 'Directory.*.props' LICENSE README.md global.json eng src | xargs -0 cp --parents -t "$source"
quietly dotnet tool restore
quietly dotnet restore "$source/src/Api" --locked-mode

quietly dotnet pack "$source/src/Api" "${build[@]}" -o "$work/tool"
sbom "pywharf.$version" "$work/tool"
cp "$work/tool/pywharf.$version.nupkg" "$target/"

for runtime in "${runtimes[@]}"; do
  name=pywharf-$version-$runtime
  quietly dotnet publish "$source/src/Api" "${build[@]}" -r "$runtime" --self-contained -p:PublishReadyToRun=true -o "$work/$name"
  cp LICENSE "$work/$name/"
  chmod -R u=rwX,go=rX "$work/$name"
  sbom "$name" "$work/$name"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -C "$work" -c "$name" | gzip -n >"$target/$name.tar.gz"
done

cd "$target"
sha256sum -- * >"$work/SHA256SUMS"
cp "$work/SHA256SUMS" .
