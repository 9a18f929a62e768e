# The scripts before a data folder and a daemon, sound ones and broken ones. Run by tests/deploy/run.

setup() {
    scripts=$BATS_TEST_DIRNAME/../../config/deploy/scripts
    home=$BATS_TEST_TMPDIR
    export CODEGRAPH="$PROGRAM --data-dir $home/data" BACKUP_DIR=$home/backups BACKUP_ROOT=$home/backups CONFIG_DIR=$home/config
    unset CODEGRAPH_API_KEY CLOUD_BACKUP S3_BACKUP_BUCKET
    mkdir -p "$home/shop" "$home/config" "$home/backups"
    printf 'def retry_upload(client):\n    return client.send()\n' >"$home/shop/shop.py"
    echo '# settings' >"$home/config/config.toml"
    $CODEGRAPH --quiet index "$home/shop"
}

teardown() {
    [ -z "${daemon:-}" ] || { kill "$daemon"; wait "$daemon" || true; }
}

serve() {
    CODEGRAPH_API_KEY=a-key-of-the-checks-0123456789abcdef $CODEGRAPH serve --port 0 "$@" >"$home/out" 2>"$home/log" 3>&- &
    daemon=$!
    local left=100
    until grep -q '^listening on ' "$home/out"; do
        left=$((left - 1))
        [ $left -gt 0 ]
        sleep 0.1
    done
    url=$(sed -n 's/^listening on //p' "$home/out")
    export CODEGRAPH_API_KEY=a-key-of-the-checks-0123456789abcdef
}

# An answer of a pretended daemon to every path that it knows; 404 otherwise. Arguments are PATH=STATUS:BODY.
pretend() {
    python3 - "$home/port" "$@" 3>&- <<'PY' &
import http.server, os, sys
answers = dict((path, rest.split(":", 1)) for path, rest in (each.split("=", 1) for each in sys.argv[2:]))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = answers.get(self.path, ["404", ""])
        self.send_response(int(status)); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body.encode())
    do_POST = do_GET
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1] + ".new", "w") as file: file.write(str(server.server_port))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
PY
    daemon=$!
    local left=100
    until [ -e "$home/port" ]; do left=$((left - 1)); [ $left -gt 0 ]; sleep 0.1; done
    url=http://127.0.0.1:$(cat "$home/port")
}

found() { $CODEGRAPH --quiet search --all retry_upload --format json | jq -e '[.. | .path? // empty] | index("shop.py") != null' >/dev/null; }

@test "backup.sh makes one archive that can be verified" {
    run "$scripts/backup.sh"
    [ "$status" = 0 ]
    [ "$(ls "$home/backups" | grep -c '^codegraph_backup_[0-9]\{8\}_[0-9]\{6\}\.tar\.gz$')" = 1 ]
    $CODEGRAPH backup verify --to "$home"/backups/*.tar.gz --test-restore
    [ "$(stat -c %a "$home"/backups/*.tar.gz)" = 600 ]
}

@test "backup.sh works beside a daemon, and says nothing when it is told to" {
    serve
    run "$scripts/backup.sh" --quiet
    [ "$status" = 0 ]
    [ -z "$output" ]
    ls "$home"/backups/codegraph_backup_*.tar.gz
}

@test "backup.sh removes archives of long ago, and nothing else" {
    touch -d '40 days ago' "$home/backups/codegraph_backup_20200101_000000.tar.gz" "$home/backups/notes.txt"
    touch -d '20 days ago' "$home/backups/codegraph_backup_20200121_000000.tar.gz"
    "$scripts/backup.sh"
    [ ! -e "$home/backups/codegraph_backup_20200101_000000.tar.gz" ]
    [ -e "$home/backups/codegraph_backup_20200121_000000.tar.gz" ]
    [ -e "$home/backups/notes.txt" ]
}

@test "backup.sh fails without an index, leaves no archive and keeps the old ones" {
    touch -d '40 days ago' "$home/backups/codegraph_backup_20200101_000000.tar.gz"
    CODEGRAPH="$PROGRAM --data-dir $home/nothing" run "$scripts/backup.sh"
    [ "$status" = 1 ]
    [ "$(ls "$home/backups")" = codegraph_backup_20200101_000000.tar.gz ]
}

@test "backup.sh fails on a full disk and leaves nothing there" {
    command -v unshare && unshare -rm true || skip "no user namespaces"
    run unshare -rm bash -c "mount -t tmpfs -o size=4k tmpfs '$home/backups' && { '$scripts/backup.sh'; code=\$?; ls '$home/backups'; exit \$code; }"
    [ "$status" = 1 ]
    [[ "$output" != *codegraph_backup_* ]] || [[ "$output" == *error* ]]
    [ "$(grep -c '^codegraph_backup_' <<<"$output")" = 0 ]
}

@test "backup.sh tells wrong arguments" {
    run "$scripts/backup.sh" --wrong
    [ "$status" = 2 ]
    RETENTION_DAYS=soon run "$scripts/backup.sh"
    [ "$status" = 2 ]
}

@test "comprehensive_backup.sh holds what an empty machine needs" {
    run "$scripts/comprehensive_backup.sh"
    [ "$status" = 0 ]
    archive=$(ls "$home"/backups/codegraph_*[0-9].tar.gz)
    jq -e '.files > 0 and (.manifest_sha256 | length == 64)' "${archive%.tar.gz}.json"
    CODEGRAPH="$PROGRAM --data-dir $home/elsewhere"
    export CONFIG_DIR=$home/config-elsewhere KNOWN_QUERY=retry_upload CODEGRAPH
    run "$scripts/restore_backup.sh" "$archive"
    [ "$status" = 0 ]
    found
    [ "$(cat "$home/config-elsewhere/config.toml")" = '# settings' ]
}

@test "comprehensive_backup.sh copies to a bucket, and fails when it cannot" {
    mkdir "$home/bin"
    printf '#!/bin/sh\n[ "$S3_BACKUP_BUCKET" = good ] && echo "$@" >>%s/aws.log\n' "$home" >"$home/bin/aws"
    chmod +x "$home/bin/aws"
    PATH=$home/bin:$PATH CLOUD_BACKUP=true S3_BACKUP_BUCKET=good run "$scripts/comprehensive_backup.sh"
    [ "$status" = 0 ]
    [ "$(wc -l <"$home/aws.log")" = 3 ]
    grep -q 's3://good/codegraph/backups/codegraph_.*\.tar\.gz' "$home/aws.log"
    PATH=$home/bin:$PATH CLOUD_BACKUP=true S3_BACKUP_BUCKET=bad run "$scripts/comprehensive_backup.sh"
    [ "$status" = 1 ]
    CLOUD_BACKUP=true run "$scripts/comprehensive_backup.sh"
    [ "$status" = 2 ]
}

@test "restore_backup.sh wants one argument" {
    run "$scripts/restore_backup.sh"
    [ "$status" = 2 ]
    run "$scripts/restore_backup.sh" a b
    [ "$status" = 2 ]
}

@test "restore_backup.sh brings back what was lost, under a running daemon" {
    "$scripts/backup.sh"
    serve
    $CODEGRAPH --quiet remove shop
    ! found
    KNOWN_QUERY=retry_upload run "$scripts/restore_backup.sh" "$home"/backups/*.tar.gz
    [ "$status" = 0 ]
    found
    [ "$(ls "$home"/backups | wc -l)" = 1 ]
}

@test "restore_backup.sh changes nothing when the backup is damaged" {
    "$scripts/backup.sh"
    archive=$(ls "$home"/backups/*.tar.gz)
    printf 'x' | dd of="$archive" bs=1 seek=$(($(stat -c %s "$archive") / 2)) conv=notrunc status=none
    before=$(find "$home/data" -type f ! -name '*.lock' | sort | xargs sha256sum | sha256sum)
    run "$scripts/restore_backup.sh" "$archive"
    [ "$status" = 1 ]
    [ "$before" = "$(find "$home/data" -type f ! -name '*.lock' | sort | xargs sha256sum | sha256sum)" ]
    found
}

@test "restore_backup.sh brings the state of before back when the answer is missing" {
    "$scripts/backup.sh"
    archive=$(ls "$home"/backups/*.tar.gz)
    printf 'def entirely_new_name():\n    return 1\n' >"$home/shop/new.py"
    $CODEGRAPH --quiet index "$home/shop"
    KNOWN_QUERY='"entirely_new_name"' run "$scripts/restore_backup.sh" "$archive"
    [ "$status" = 1 ]
    [[ "$output" == *"the state of before is back"* ]]
    $CODEGRAPH --quiet search --all '"entirely_new_name"' >/dev/null
}

# Puts a stand-in before the program and the tools that change files: call number $KILL_AT of them all kills the script
# that made it, before it does anything or a moment after it has begun, itself with it.
deadly() {
    mkdir -p "$home/deadly"
    cat >"$home/deadly/codegraph" <<'SH'
#!/usr/bin/env bash
name=${0##*/}
real=$PROGRAM
[ "$name" = codegraph ] || real=$(PATH=${PATH#*:} type -P "$name")
n=$(($(cat "$COUNT" 2>/dev/null || echo 0) + 1))
echo "$n" >"$COUNT"
if [ "$n" = "$KILL_AT" ]; then
    if [ "$KILL_HOW" = within ]; then
        "$real" "$@" &
        sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
        kill -9 $! 2>/dev/null
    fi
    kill -9 "$PPID" $$
fi
exec "$real" "$@"
SH
    chmod +x "$home/deadly/codegraph"
    for tool in tar cp mv mkdir; do ln -sf codegraph "$home/deadly/$tool"; done
}

# Which of the two states there is: `old` has a name that is in no backup. Anything else is neither.
state() {
    $CODEGRAPH --quiet search --all '"retry_upload"' >/dev/null || { echo neither; return; }
    local data=new settings
    if $CODEGRAPH --quiet search --all '"entirely_new_name"' >/dev/null; then data=old; fi
    settings=$(cat "$CONFIG_DIR/config.toml") || settings=none
    echo "$data $settings"
}

@test "restore_backup.sh killed at any step leaves the old state or the new one, and runs again" {
    "$scripts/comprehensive_backup.sh" --quiet
    archive=$(ls "$home"/backups/codegraph_*[0-9].tar.gz)
    printf 'def entirely_new_name():\n    return 1\n' >"$home/shop/new.py"
    $CODEGRAPH --quiet index "$home/shop"
    echo '# newer settings' >"$home/config/config.toml"
    mv "$home/data" "$home/data.old"
    cp -a "$home/config" "$home/config.old"
    deadly
    export COUNT=$home/count KILL_AT KILL_HOW
    local kills=0 states=' ' now
    for ((round = 0; round < ${RESTORE_ROUNDS:-1}; round++)); do
        for KILL_HOW in before within; do
            for ((KILL_AT = 1; ; KILL_AT++)); do
                rm -rf "$home/data" "$home/config" "$home/config.pre-restore" "$COUNT"
                cp -a "$home/data.old" "$home/data"
                cp -a "$home/config.old" "$home/config"
                code=0
                PATH=$home/deadly:$PATH CODEGRAPH="codegraph --data-dir $home/data" KNOWN_QUERY=retry_upload \
                    "$scripts/restore_backup.sh" "$archive" >"$home/out" 2>&1 || code=$?
                now=$(state)
                echo "$KILL_HOW step $KILL_AT: exit $code, $now"
                [ "$code" != 0 ] || break
                [ "$code" = 137 ]
                case $now in
                    'old # newer settings' | 'new # newer settings' | 'new # settings') ;;
                    *) false ;;
                esac
                kills=$((kills + 1))
                [[ $states == *" $now "* ]] || {
                    # The first time that this state is met: it can be gone on from.
                    states+=" $now "
                    KNOWN_QUERY=retry_upload "$scripts/restore_backup.sh" "$archive"
                    [ "$(state)" = 'new # settings' ]
                }
            done
            [ "$now" = 'new # settings' ]
        done
    done
    echo "$kills kills:$states"
    [ "$kills" -ge 20 ]
    [[ $states == *' old # newer settings '*' new # newer settings '* ]]
}

@test "the backup scripts need no key: the files' rights decide, beside a daemon too" {
    serve
    CODEGRAPH_API_KEY=a-wrong-key-of-the-checks-0123456789 run "$scripts/backup.sh"
    [ "$status" = 0 ]
    $CODEGRAPH backup verify --to "$home"/backups/codegraph_backup_*.tar.gz
    # A daemon that is asked for by its address wants a key that it knows.
    CODEGRAPH_REMOTE=$url CODEGRAPH_API_KEY=a-wrong-key-of-the-checks-0123456789 run "$scripts/comprehensive_backup.sh"
    [ "$status" = 1 ]
    [ "$(ls "$home/backups" | wc -l)" = 1 ]
}

@test "deployment_verification.sh fails with a wrong key and with none" {
    serve
    for key in a-wrong-key-of-the-checks-0123456789 ''; do
        CODEGRAPH_API_KEY=$key run "$scripts/deployment_verification.sh" "$url"
        echo "$output"
        [ "$status" = 1 ]
        [[ "$output" == *"FAILED: search"* ]]
    done
}

@test "deployment_verification.sh passes before a daemon" {
    serve
    KNOWN_QUERY=retry_upload run "$scripts/deployment_verification.sh" "$url"
    echo "$output"
    [ "$status" = 0 ]
}

@test "deployment_verification.sh fails at a search that finds nothing" {
    serve
    KNOWN_QUERY='"no such words at all"' run "$scripts/deployment_verification.sh" "$url"
    [ "$status" = 1 ]
    [[ "$output" == *"FAILED: search"* ]]
}

@test "deployment_verification.sh fails before a dead daemon" {
    serve
    kill "$daemon" && wait "$daemon" || true
    daemon=
    run "$scripts/deployment_verification.sh" "$url"
    [ "$status" = 1 ]
    [[ "$output" == *"FAILED: health"* ]]
}

@test "deployment_verification.sh names the check that fails" {
    parts='{"components":{"database":{"status":"healthy"},"vector_search":{"status":"healthy"}}}'
    well=('/health=200:{"status":"healthy"}' "/api/v1/health=200:$parts" '/metrics=200:codegraph_requests_total{} 1'
        '/api/v1/search=200:{}')
    check() {
        rm -f "$home/port"
        pretend "${well[@]}" "$2"
        run "$scripts/deployment_verification.sh" "$url"
        kill "$daemon" && wait "$daemon" || true
        daemon=
        echo "$output"
        [ "$status" = "$3" ]
        [[ "$output" == *"$1"* ]]
    }
    check 'All verification checks passed' '/other=200:' 0
    check 'FAILED: health' '/health=503:{"status":"healthy"}' 1
    check 'FAILED: health' '/health=200:{"status":"ill"}' 1
    check 'FAILED: database' "/api/v1/health=503:$parts" 1
    check 'FAILED: database' '/api/v1/health=200:{"components":{"database":{"status":"corrupt"}}}' 1
    check 'FAILED: vector search' '/api/v1/health=200:{"components":{"database":{"status":"healthy"}}}' 1
    check 'nothing is indexed yet' '/api/v1/search=404:{"code":"no_index"}' 0
    check 'FAILED: search' '/api/v1/search=503:{"code":"corrupt"}' 1
    check 'FAILED: metrics' '/metrics=404:' 1
    check 'FAILED: metrics' '/metrics=200:other 1' 1
}
