#!/usr/bin/env bash
# Everything that a new machine needs: an archive of all projects, the settings, and what the backup is, side by side.
#
#   codegraph_<time>.tar.gz          all projects, of one generation: graph, words and vectors
#   codegraph_<time>.config.tar.gz   the folder with settings, without secrets (those are in variables and their files)
#   codegraph_<time>.json            what the archive holds: id, generation, version, files, bytes, checksum
#
# The archive is read back whole, restored into a temporary folder, and every row of it read, before older ones go.
#
# usage: comprehensive_backup.sh [--quiet]
#
#   BACKUP_ROOT      folder of the backups                          (/app/backups)
#   CONFIG_DIR       folder with settings; nothing is copied when it is not there      (/app/config)
#   RETENTION_DAYS   age at which a backup goes                     (30)
#   CLOUD_BACKUP     true: also copy them to s3://$S3_BACKUP_BUCKET/codegraph/backups/ with the command aws
#   CODEGRAPH        the program, as for backup.sh                  (codegraph)
#
# Ends with 0 only if all of it was done.
set -euo pipefail

case "${1-}" in
    "") quiet=false ;;
    --quiet) quiet=true ;;
    *) echo "usage: $0 [--quiet]" >&2; exit 2 ;;
esac
say() { "$quiet" || printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$1" >&2; exit "${2:-1}"; }
read -r -a codegraph <<<"${CODEGRAPH:-codegraph}"
root=${BACKUP_ROOT:-/app/backups}
config_dir=${CONFIG_DIR:-/app/config}
retention_days=${RETENTION_DAYS:-30}
case $retention_days in
    "" | *[!0-9]*) fail "RETENTION_DAYS is no number of days: $retention_days" 2 ;;
esac
if [ "${CLOUD_BACKUP:-}" = true ]; then
    [ -n "${S3_BACKUP_BUCKET:-}" ] || fail "CLOUD_BACKUP is true and S3_BACKUP_BUCKET is not set" 2
    command -v aws >/dev/null || fail "CLOUD_BACKUP is true and there is no command aws" 2
fi

umask 077
mkdir -p "$root"
name=codegraph_$(date +%Y%m%d_%H%M%S)
done=false
clean() { "$done" || rm -f "$root/$name.tar.gz" "$root/$name.config.tar.gz" "$root/$name.json"; }
trap clean EXIT

"${codegraph[@]}" --quiet backup --archive "$root/$name.tar.gz" --format json >"$root/$name.json" || fail "no backup was made"
[ -s "$root/$name.tar.gz" ] || fail "$root/$name.tar.gz is not there; is BACKUP_ROOT the same place for CODEGRAPH?"
"${codegraph[@]}" --quiet backup verify --to "$root/$name.tar.gz" --test-restore >/dev/null || fail "the backup is not sound"
if [ -d "$config_dir" ]; then
    tar -czf "$root/$name.config.tar.gz" -C "$config_dir" .
    tar -tzf "$root/$name.config.tar.gz" >/dev/null
fi
done=true

if [ "${CLOUD_BACKUP:-}" = true ]; then
    for file in "$root/$name".*; do
        aws s3 cp --only-show-errors "$file" "s3://$S3_BACKUP_BUCKET/codegraph/backups/${file##*/}" \
            || fail "the backup is in $root, and could not be copied to s3://$S3_BACKUP_BUCKET"
    done
    say "copied to s3://$S3_BACKUP_BUCKET/codegraph/backups/"
fi
find "$root" -maxdepth 1 -type f -name 'codegraph_[0-9]*' -mtime "+$retention_days" -delete
say "backup completed, verified and restored for a test: $root/$name.tar.gz"
