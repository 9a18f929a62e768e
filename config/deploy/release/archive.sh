#!/usr/bin/env bash
# Packs a program with its man pages, completions, settings and deployment files, and writes checksums: inside for each
# file, beside for the archive. The same input gives the same bytes.
#
# usage: archive.sh PROGRAM TARGET FOLDER
#
# Makes FOLDER/codegraph-VERSION-TARGET.tar.gz and the same with .sha256. Wants GNU tar (gtar on macOS).
set -euo pipefail

[ $# -eq 3 ] || { echo "usage: $0 PROGRAM TARGET FOLDER" >&2; exit 2; }
program=$1 target=$2
mkdir -p "$3"
out=$(cd "$3" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
name=codegraph-$version-$target
tar=tar
! command -v gtar >/dev/null || tar=gtar
sums() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir "$stage/$name"
cp "$program" "$stage/$name/codegraph"
cp -R "$root/man" "$root/completions" "$root/config" "$root/install.sh" "$root/LICENSE" "$root/README.md" \
    "$root/CHANGELOG.md" "$stage/$name/"
chmod -R u=rwX,go=rX "$stage/$name"
chmod 755 "$stage/$name/codegraph" "$stage/$name/install.sh"
(
    cd "$stage/$name"
    find . -type f | LC_ALL=C sort | while IFS= read -r file; do sums "${file#./}"; done >"$stage/SHA256SUMS"
    mv "$stage/SHA256SUMS" .
)
"$tar" --sort=name --mtime="@${SOURCE_DATE_EPOCH:-0}" --owner=0 --group=0 --numeric-owner -C "$stage" -cf - "$name" \
    | gzip -9n >"$out/$name.tar.gz"
(cd "$out" && sums "$name.tar.gz" >"$name.tar.gz.sha256")
printf '%s\n' "$out/$name.tar.gz"
