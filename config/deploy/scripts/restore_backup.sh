#!/usr/bin/env bash
# Brings a backup back: of backup.sh, of comprehensive_backup.sh, or a backup folder. A running daemon goes over to it
# by itself, so nothing is stopped. If what was restored does not answer, the state of before comes back.
#
# usage: restore_backup.sh BACKUP
#
#   KNOWN_QUERY      words that a search must find afterwards       (none)
#   CONFIG_DIR       where the settings go, if BACKUP.config.tar.gz is there, each file by a rename; what is there is
#                    kept as CONFIG_DIR.pre-restore                 (nowhere)
#   OWNER            user:group of the data afterwards              (unchanged)
#   CODEGRAPH        the program, as for backup.sh                  (codegraph)
#
# Every byte is compared with the checksums of the backup before anything changes; what was there before is kept.
# Killed at any moment it leaves the data as it was or as it is to be, and can be run again; the state of before then
# lies beside the backup as before-restore-….tar.gz.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: $0 BACKUP" >&2
    exit 2
fi
backup=$1
read -r -a codegraph <<<"${CODEGRAPH:-codegraph}"
say() { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$1" >&2; exit 1; }

"${codegraph[@]}" --quiet backup verify --to "$backup" --test-restore >/dev/null \
    || fail "$backup is not sound; nothing was changed"
say "verified: every byte, every row"

# What is there now, as a backup, for the way back. A folder without an index has none.
umask 077
case $backup in
    */*) before=${backup%/*}/before-restore-$$.tar.gz ;;
    *) before=./before-restore-$$.tar.gz ;;
esac
trap 'rm -f "$before"' EXIT
has_before=false
if "${codegraph[@]}" --quiet status --no-scan >/dev/null 2>&1; then
    "${codegraph[@]}" --quiet backup --archive "$before" >/dev/null \
        || fail "the present state could not be kept; nothing was changed"
    has_before=true
fi

"${codegraph[@]}" restore --from "$backup" || fail "nothing was restored; the data is as it was"

# What is derived is no part of a backup: files with vectors are made again.
"${codegraph[@]}" --quiet doctor --repair >/dev/null || true

answers() {
    "${codegraph[@]}" --quiet status --no-scan >/dev/null || return 1
    [ -z "${KNOWN_QUERY:-}" ] || "${codegraph[@]}" --quiet search --all "$KNOWN_QUERY" >/dev/null
}
if ! answers; then
    if "$has_before"; then
        "${codegraph[@]}" --quiet restore --from "$before" >/dev/null \
            || fail "the restored data does not answer, and the way back failed"
        fail "the restored data does not answer; the state of before is back"
    fi
    fail "the restored data does not answer"
fi

config=${backup%.tar.gz}.config.tar.gz
if [ -n "${CONFIG_DIR:-}" ] && [ -f "$config" ]; then
    mkdir -p "$CONFIG_DIR"
    rm -rf "$CONFIG_DIR"/.restore-*
    fresh=$CONFIG_DIR/.restore-$$
    mkdir "$fresh"
    tar -xzf "$config" -C "$fresh" --no-same-owner
    rm -rf "$CONFIG_DIR.pre-restore"
    cp -a "$CONFIG_DIR" "$CONFIG_DIR.pre-restore"
    rm -rf "$CONFIG_DIR.pre-restore/${fresh##*/}"
    while IFS= read -r -d '' file; do
        mkdir -p "$CONFIG_DIR/${file%/*}"
        mv -f "$fresh/$file" "$CONFIG_DIR/$file"
    done < <(cd "$fresh" && find . -type f -print0)
    rm -rf "$fresh"
    say "settings restored to $CONFIG_DIR; a daemon reads them when it starts"
fi
if [ -n "${OWNER:-}" ]; then
    data=$("${codegraph[@]}" --quiet status --no-scan --format json | sed -n 's/^{"data_dir":"\([^"]*\)".*/\1/p')
    [ -n "$data" ] || fail "the data folder could not be told"
    chown -R "$OWNER" "$data"
fi
say "recovery completed"
