#!/usr/bin/env bash
# Links a program for Linux that runs where glibc is 2.28 or newer and there is no C++ library; rustc calls it.
#
#   cargo rustc --release --locked --bin codegraph -- -C linker=config/deploy/release/linker.sh
#
# The objects are those of any build on Debian 12. Zig links them against the symbols of the older glibc, with its own
# unwinder; the C++ library of the compiler goes in whole; old_glibc.c has the three functions that are still missing.
# Wants g++, and of pip cargo-zigbuild and ziglang. GLIBC names another version.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case $(uname -m) in
    x86_64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) echo "error: no release is made for $(uname -m)" >&2; exit 1 ;;
esac
words=()
for word in "$@"; do
    if [ "$word" = -lstdc++ ]; then word=$(g++ -print-file-name=libstdc++.a); fi
    words+=("$word")
done
exec cargo-zigbuild zig cc -- -g0 -fno-sanitize=all -target "$machine-linux-gnu.${GLIBC:-2.28}" "${words[@]}" "$here/old_glibc.c"
