#!/usr/bin/env bash
# Tells the newest glibc that a program asks for, and fails when it is newer than the one that is named.
#
# usage: glibc.sh PROGRAM [2.28]
#
# 2.28 is that of RHEL 8; Ubuntu 20.04 and Debian 11 have 2.31. Wants objdump.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo "usage: $0 PROGRAM [VERSION]" >&2
    exit 2
fi
program=$1 most=${2:-2.28}
symbols=$(objdump -T "$program")
newest=$(grep -o 'GLIBC_[0-9.]*' <<<"$symbols" | sort -uV | tail -n 1)
[ -n "$newest" ] || { echo "$program asks for no glibc"; exit 0; }
echo "$program asks for $newest"
if [ "$(printf '%s\nGLIBC_%s\n' "$newest" "$most" | sort -V | tail -n 1)" != "GLIBC_$most" ]; then
    echo "error: newer than $most, because of:" >&2
    grep 'GLIBC_' <<<"$symbols" | sed 's/.*(\(GLIBC_[0-9.]*\)) */\1 /' \
        | awk -v most="$most" '{ split(substr($1, 7), a, "."); split(most, b, "."); if (a[1] > b[1] || (a[1] == b[1] && a[2] > b[2])) print "  " $0 }' | sort -V >&2
    exit 1
fi
if objdump -p "$program" | grep -q 'NEEDED *libstdc++'; then
    echo "error: it takes the machine's libstdc++, which is older on such a system" >&2
    exit 1
fi
