#!/usr/bin/env bash
# Five checks of a running daemon. The first that fails ends it, with its name and exit code 1.
#
# usage: deployment_verification.sh [URL]        (http://localhost:8000)
#
#   CODEGRAPH_API_KEY        key of the daemon; or
#   CODEGRAPH_API_KEY_FILE   file that holds it
#   KNOWN_QUERY              words that a search must find; without them a search must be answered, and an index
#                            may be missing
#
# Needs curl and jq.
set -euo pipefail

[ $# -le 1 ] || { echo "usage: $0 [URL]" >&2; exit 2; }
url=${1:-http://localhost:8000}
key=${CODEGRAPH_API_KEY:-}
if [ -z "$key" ] && [ -n "${CODEGRAPH_API_KEY_FILE:-}" ]; then key=$(<"$CODEGRAPH_API_KEY_FILE"); fi
for tool in curl jq; do
    command -v "$tool" >/dev/null || { echo "error: $tool is needed" >&2; exit 2; }
done

fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
# The key goes by standard input, so that no list of processes shows it.
get() { curl -sS --fail-with-body --max-time 30 -H @- "$@" <<<"${key:+Authorization: Bearer $key}"; }

echo "=== CodeGraph Deployment Verification: $url ==="

echo "1. API health"
health=$(get "$url/health") || fail "health: $url/health does not answer 200"
jq -e '.status == "healthy"' <<<"$health" >/dev/null || fail "health: $health"

echo "2. Database"
parts=$(get "$url/api/v1/health") || fail "database: $url/api/v1/health does not answer 200: ${parts:-}"
jq -e '.components.database.status == "healthy"' <<<"$parts" >/dev/null || fail "database: $parts"

echo "3. Vector search"
jq -e '.components.vector_search.status == "healthy"' <<<"$parts" >/dev/null || fail "vector search: $parts"
body=$(jq -n --arg query "${KNOWN_QUERY:-code}" '{query: [$query], all: true, limit: 1}')
if ! found=$(get -H 'Content-Type: application/json' -d "$body" "$url/api/v1/search"); then
    { [ -z "${KNOWN_QUERY:-}" ] && jq -e '.code == "no_index"' <<<"$found" >/dev/null 2>&1; } || fail "search: ${found:-no answer}"
    echo "   nothing is indexed yet"
elif [ -n "${KNOWN_QUERY:-}" ]; then
    jq -e '[.. | .path? // empty] | length > 0' <<<"$found" >/dev/null || fail "search: nothing found for $KNOWN_QUERY"
fi

echo "4. Metrics"
metrics=$(get "$url/metrics") || fail "metrics: $url/metrics does not answer 200"
grep -q '^codegraph_requests_total{' <<<"$metrics" || fail "metrics: codegraph_requests_total is not among them"

echo "5. 100 requests, 10 at a time"
codes=$(seq 100 | xargs -P 10 -I{} curl -s -o /dev/null -w '%{http_code}\n' --max-time 30 "$url/health" || true)
good=$(grep -c '^200$' <<<"$codes" || true)
[ "$good" = 100 ] || fail "load: $good of 100 requests were answered 200"

echo "All verification checks passed."
