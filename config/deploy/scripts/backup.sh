#!/usr/bin/env bash
# One archive of the newest state of all projects, read back whole; then archives older than 30 days go.
# It works beside a running daemon and without one.
#
# usage: backup.sh [--quiet]
#
#   BACKUP_DIR       folder of the archives                         (/app/backups)
#   RETENTION_DAYS   age at which an archive goes                   (30)
#   CODEGRAPH        the program, also with words before it: "docker exec codegraph-api /app/codegraph";
#                    BACKUP_DIR is then a path that is the same inside and outside     (codegraph)
#
# Ends with 0 only if the new archive was made and verified. Nothing is removed otherwise.
set -euo pipefail

case "${1-}" in
    "") quiet=false ;;
    --quiet) quiet=true ;;
    *) echo "usage: $0 [--quiet]" >&2; exit 2 ;;
esac
say() { "$quiet" || printf '%s\n' "$*"; }
read -r -a codegraph <<<"${CODEGRAPH:-codegraph}"
backup_dir=${BACKUP_DIR:-/app/backups}
retention_days=${RETENTION_DAYS:-30}
case $retention_days in
    "" | *[!0-9]*) echo "error: RETENTION_DAYS is no number of days: $retention_days" >&2; exit 2 ;;
esac

umask 077
mkdir -p "$backup_dir"
archive=$backup_dir/codegraph_backup_$(date +%Y%m%d_%H%M%S).tar.gz
if ! "${codegraph[@]}" --quiet backup --archive "$archive" >/dev/null; then
    rm -f "$archive"
    echo "error: no backup was made" >&2
    exit 1
fi
"${codegraph[@]}" --quiet backup verify --to "$archive" >/dev/null
[ -s "$archive" ] || { echo "error: $archive is not there; is BACKUP_DIR the same place for CODEGRAPH?" >&2; exit 1; }

find "$backup_dir" -maxdepth 1 -type f -name 'codegraph_backup_*.tar.gz' -mtime "+$retention_days" -delete
say "backup completed and verified: $archive"
