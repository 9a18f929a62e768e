#!/usr/bin/env bash
# Installs CodeGraph with its man pages and shell completions: built from this checkout, or as a release archive has it.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: ./install.sh [OPTION…]

Builds codegraph from this checkout and installs the program, its man pages and its
completions for bash, zsh, fish, elvish and PowerShell. Running it again updates them.
In an unpacked release archive it installs the program that is there, and builds nothing.

  --from FILE    install from a release archive, FILE.sha256 being beside it
  --prefix DIR   install below DIR (default: ~/.local)
  --yes          do not ask before packages are installed with sudo
  --no-deps      never install packages; only check what is there
  --deps-only    install what the build needs, build nothing
  --uninstall    remove what an earlier run installed below the prefix
  --help         show this text

Building needs a Rust toolchain (https://rustup.rs) and, for RocksDB, a C++ compiler and libclang with
its headers. The last two are installed when they are missing and the package manager is known.
TEXT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix="${HOME:-}/.local"
yes=false deps=true build=true uninstall=false archive=

say() { printf '%s\n' "$*"; }
die() {
    printf 'error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -ge 2 ] || die "--prefix wants a folder"; prefix=$2; shift ;;
        --prefix=*) prefix=${1#--prefix=} ;;
        --from) [ $# -ge 2 ] || die "--from wants an archive"; archive=$2; shift ;;
        --from=*) archive=${1#--from=} ;;
        --yes | -y) yes=true ;;
        --no-deps) deps=false ;;
        --deps-only) build=false ;;
        --uninstall) uninstall=true ;;
        --help | -h) usage; exit 0 ;;
        *) usage >&2; die "unknown option $1" ;;
    esac
    shift
done
case $prefix in
    /*) ;;
    *) prefix=$PWD/$prefix ;;
esac

# What is installed: source below this checkout, mode, place below the prefix.
files() {
    local page
    for page in "$here"/man/*.1; do
        [ ! -e "$page" ] || say "man/${page##*/} 644 share/man/man1/${page##*/}"
    done
    say "completions/codegraph.bash 644 share/bash-completion/completions/codegraph"
    say "completions/_codegraph 644 share/zsh/site-functions/_codegraph"
    say "completions/codegraph.fish 644 share/fish/vendor_completions.d/codegraph.fish"
    say "completions/codegraph.elv 644 share/elvish/lib/codegraph.elv"
    say "completions/_codegraph.ps1 644 share/codegraph/_codegraph.ps1"
    say "config/codegraph.toml 644 share/codegraph/codegraph.toml"
}

if $uninstall; then
    files | while read -r _ _ to; do rm -f "$prefix/$to"; done
    rm -f "$prefix/bin/codegraph"
    rmdir "$prefix/share/codegraph" 2>/dev/null || true
    say "removed codegraph from $prefix; indexes in your data folder are left alone"
    exit 0
fi

put() { mkdir -p "$(dirname "$3")" && install -m "$2" "$1" "$3"; }
# Copies program, pages and completions, and tells where.
install_from() {
    put "$1" 755 "$prefix/bin/codegraph"
    files | while read -r from mode to; do put "$here/$from" "$mode" "$prefix/$to"; done
    say "installed $("$prefix/bin/codegraph" --version) to $prefix/bin/codegraph"
    case ":$PATH:" in
        *":$prefix/bin:"*) ;;
        *) say "add $prefix/bin to your PATH to call it as codegraph" ;;
    esac
}

# ---- from a release archive ----------------------------------------------------------------------------------------

# Compares files with a list of checksums; the names in it are relative to the working folder.
check_sums() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum -c --quiet "$1"; else shasum -a 256 -c --quiet "$1"; fi
}

if [ -n "$archive" ]; then
    [ -f "$archive" ] || die "there is no $archive"
    [ -f "$archive.sha256" ] || die "there is no $archive.sha256" "download it from where the archive is from"
    (cd "$(dirname "$archive")" && check_sums "$(basename "$archive").sha256") || die "$archive is not what its checksum says" "download it again"
    unpacked=$(mktemp -d)
    trap 'rm -rf "$unpacked"' EXIT
    tar -xzf "$archive" -C "$unpacked" --strip-components 1
    "$unpacked/install.sh" --prefix "$prefix"
    exit 0
fi
if [ -f "$here/SHA256SUMS" ] && [ -f "$here/codegraph" ]; then
    (cd "$here" && check_sums SHA256SUMS) || die "a file of this archive is not what its checksum says" "download it again"
    install_from "$here/codegraph"
    exit 0
fi

# ---- what the build needs ------------------------------------------------------------------------------------------

has() { command -v "$1" >/dev/null 2>&1; }

# The build reads RocksDB's C header through libclang, which brings its own copy of stdbool.h and the like.
has_libclang() {
    local lib header
    [ "$(uname -s)" != Darwin ] || { has clang; return; }
    for lib in "${LIBCLANG_PATH:-/nowhere}"/libclang*.so* /usr/lib/llvm*/lib/libclang*.so* \
        /usr/lib/*-linux-*/libclang*.so* /usr/lib64/libclang*.so* /usr/lib/libclang*.so* /usr/lib64/llvm*/lib/libclang*.so*; do
        [ -e "$lib" ] || continue
        for header in /usr/lib/llvm*/lib/clang/*/include/stdbool.h /usr/lib/clang/*/include/stdbool.h \
            /usr/lib64/clang/*/include/stdbool.h /usr/lib64/llvm*/lib/clang/*/include/stdbool.h; do
            [ ! -e "$header" ] || return 0
        done
    done
    return 1
}

# Debian and Ubuntu number the package; the release's own number is the one that `libclang-dev` stands for.
debian_libclang() {
    local version
    version=$(apt-cache depends libclang-dev 2>/dev/null | sed -n 's/.*Depends: libclang-\([0-9]*\)-dev.*/\1/p' | head -n 1)
    [ -n "$version" ] && say "libclang1-$version libclang-common-$version-dev"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; return; fi
    has sudo || die "installing packages needs root, and there is no sudo" "run as root: $*"
    if ! $yes; then
        [ -t 0 ] || die "packages are missing and there is no terminal to ask on" "run again with --yes, or run as root: $*"
        local answer
        read -r -p "run 'sudo $*'? [y/N] " answer
        case $answer in [yY]*) ;; *) die "not installed" "run it yourself, then ./install.sh --no-deps" ;; esac
    fi
    sudo "$@"
}

install_missing() {
    local cxx=true clang=true
    has "${CXX%% *}" || has c++ || has g++ || has clang++ || cxx=false
    has_libclang || clang=false
    if $cxx && $clang; then return; fi
    $deps || die "missing: $($cxx || printf 'a C++ compiler ')$($clang || printf 'libclang with its headers')" \
        "run ./install.sh without --no-deps, or install them with your package manager"
    if has apt-get; then
        export DEBIAN_FRONTEND=noninteractive
        as_root apt-get update -qq
        local packages=()
        $cxx || packages+=(g++)
        if ! $clang; then
            local libclang
            libclang=$(debian_libclang) || die "the package archive has no libclang" "install libclang and its headers, then ./install.sh --no-deps"
            # shellcheck disable=SC2206 # two names
            packages+=($libclang)
        fi
        as_root apt-get install -y -qq --no-install-recommends "${packages[@]}"
    elif has dnf; then
        as_root dnf install -y gcc-c++ clang-devel
    elif has pacman; then
        as_root pacman -S --needed --noconfirm gcc clang
    elif has zypper; then
        as_root zypper --non-interactive install gcc-c++ clang-devel
    elif has apk; then
        as_root apk add g++ clang-dev
    else
        die "missing: $($cxx || printf 'a C++ compiler ')$($clang || printf 'libclang with its headers')" \
            "install them with your package manager, then ./install.sh --no-deps"
    fi
    has_libclang || die "libclang is still not found" "set LIBCLANG_PATH to the folder that holds libclang.so"
}

CXX=${CXX:-}
has cargo || [ ! -x "${CARGO_HOME:-${HOME:-}/.cargo}/bin/cargo" ] || PATH="${CARGO_HOME:-${HOME:-}/.cargo}/bin:$PATH"
has cargo || die "there is no Rust toolchain" "install one from https://rustup.rs, then run ./install.sh again"
install_missing
$build || exit 0

# ---- build and install ---------------------------------------------------------------------------------------------

cd "$here"
# RocksDB's 343 C++ files are compiled once for all profiles and checkouts where ccache is there, those of tests/run too.
if [ -z "$CXX" ] && has ccache && has g++; then
    export CC="ccache gcc" CXX="ccache g++" CCACHE_DIR="${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/codegraph-ci/ccache}"
else
    [ -n "$CXX" ] || unset CXX
fi
say "building; the first build compiles RocksDB and takes some minutes"
cargo build --release --locked
target=$(cargo metadata --format-version 1 --no-deps --locked | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
install_from "$target/release/codegraph"
