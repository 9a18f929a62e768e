"""Types every command of the guide, in its order, in a shell.

The program and curl are the real ones, before a real daemon. What would change the machine, take long or need a cluster
(docker, kubectl, systemctl, sudo, apt-get, certbot, cargo) is a stand-in that looks whether the files that it is given
are there and hands commands for `codegraph` inside a container on to the program. Arguments: the root of the checkout,
a folder.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

root, scratch = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
program = os.environ["PROGRAM"]
scratch.mkdir(parents=True, exist_ok=True)
tree = scratch / "checkout"
tree.mkdir()
shutil.copytree(root / "config", tree / "config")
for name in ("install.sh", "Cargo.toml"):
    shutil.copy(root / name, tree)

# What the guide calls /app/projects, /var/backups and so on, below the folder.
places = {
    "/app/projects": scratch / "projects",
    "/srv/projects": scratch / "projects",
    "/var/backups/codegraph": scratch / "backups",
    "/etc/codegraph": scratch / "etc/codegraph",
    "/etc/nginx": scratch / "etc/nginx",
}
for place in places.values():
    place.mkdir(parents=True, exist_ok=True)
(scratch / "etc/nginx/conf.d").mkdir()
shop = scratch / "projects/shop"
shop.mkdir(parents=True)
(shop / "shop.py").write_text(
    'def retry_upload(client):\n    """Retry a failed upload."""\n    return client.send()\n', encoding="utf-8"
)

stand_in = r'''#!/usr/bin/env bash
set -euo pipefail
name=${0##*/}
there() { [ -e "$1" ] || { echo "$name: there is no $1" >&2; exit 1; }; }
inside() { [ "$1" = /app/codegraph ] || { echo "$name: no $1 in the image" >&2; exit 1; }; shift; exec codegraph "$@"; }
case $name in
    sudo) exec "$@" ;;
    docker)
        case $1 in
            build) for word in "$@"; do [[ $word != */Dockerfile ]] || there "$word"; done ;;
            run | logs) ;;
            exec) shift 2; inside "$@" ;;
            compose) there docker-compose.yml; there .env ;;
            *) echo "docker: $1?" >&2; exit 1 ;;
        esac ;;
    kubectl)
        for ((i = 1; i <= $#; i++)); do
            j=$((i + 1))
            case ${!i} in
                -f) there "${!j}" ;;
                -k) there "${!j}/kustomization.yaml" ;;
                --) shift "$i"; inside "$@" ;;
            esac
        done ;;
    systemctl)
        case ${*: -1} in
            daemon-reload | nginx) ;;
            *) there "config/deploy/systemd/${*: -1}" ;;
        esac ;;
    cargo) last=${*: -1}; there "${last#linker=}" ;;
    nginx | apt-get | certbot | promtool) ;;
esac
'''
tools = scratch / "bin"
tools.mkdir()
os.symlink(program, tools / "codegraph")
for name in ("sudo", "docker", "kubectl", "systemctl", "nginx", "apt-get", "certbot", "cargo"):
    (tools / name).write_text(stand_in, encoding="utf-8")
    (tools / name).chmod(0o755)
if not shutil.which("promtool"):
    (tools / "promtool").write_text(stand_in, encoding="utf-8")
    (tools / "promtool").chmod(0o755)

key = "a-key-of-the-checks-0123456789abcdef"
environment = {
    "PATH": f"{tools}:{os.environ['PATH']}",
    "HOME": str(scratch),
    "CODEGRAPH_DATABASE_PATH": str(scratch / "data"),
    "CODEGRAPH_API_KEY": key,
}
guide = (root / "config/deploy/README.md").read_text(encoding="utf-8")
blocks = re.findall(r"```sh\n(.*?)```", guide, re.S)
assert len(blocks) > 10, len(blocks)

out = open(scratch / "daemon.out", "w+", encoding="utf-8")
daemon = subprocess.Popen(
    [program, "serve", "--port", "0"], env=environment, stdout=out, stderr=subprocess.DEVNULL, cwd=scratch
)
failed, typed = [], 0
try:
    url = None
    for _ in range(200):
        found = re.search(r"listening on (\S+)", (scratch / "daemon.out").read_text(encoding="utf-8"))
        if found:
            url = found[1]
            break
        time.sleep(0.1)
    assert url, "the daemon does not listen"
    for block in blocks:
        for place, own in places.items():
            block = block.replace(place, str(own))
        block = block.replace("http://localhost:8000", url)
        for line in block.replace("\\\n", " ").splitlines():
            typed += 1
            # Each block begins at the root of the checkout; a `cd` holds for the rest of it.
            before = block.split(line)[0]
            folder = re.findall(r"(?m)^cd (\S+)$", before)
            where = tree / folder[-1] if folder else tree
            ended = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", line], env=environment, cwd=where, capture_output=True, text=True,
                timeout=120, check=False,
            )
            if ended.returncode != 0:
                failed.append(f"{line}\n  {ended.returncode}: {ended.stdout[-300:]}{ended.stderr[-300:]}")
finally:
    daemon.terminate()
    daemon.wait(timeout=60)
print(f"{typed} commands, {len(failed)} failed")
if failed:
    sys.exit("\n".join(failed))
