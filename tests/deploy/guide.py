"""Types every command of the guide and of the project's README, in their order, in a shell.

The program and curl are the real ones, before a real daemon. What would change the machine, take long or need a cluster
(docker, kubectl, systemctl, sudo, apt-get, certbot, cargo) is a stand-in that looks whether the files that it is given
are there and hands commands for `codegraph` inside a container on to the program. Arguments: the root of the checkout,
a folder.
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
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
    install.sh | run | rust-analyzer) ;;
    cargo) last=${*: -1}; there "${last#linker=}" ;;
    nginx | apt-get | certbot | promtool) ;;
esac
'''
tools = scratch / "bin"
tools.mkdir()
os.symlink(program, tools / "codegraph")
for name in ("sudo", "docker", "kubectl", "systemctl", "nginx", "apt-get", "certbot", "cargo", "rust-analyzer"):
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

# A small project that has what the README asks for.
asked = scratch / "repo"
for name, text in {
    "src/requests/sessions.py": """from .adapters import HTTPAdapter
from .cookies import extract_cookies_to_jar, RequestsCookieJar
from urllib3.util import parse_url


class Session:
    def merge_environment_settings(self, request):
        \"\"\"Merge environment proxies into the request.\"\"\"
        return parse_url(request)

    def get(self, url):
        return self.request(url)

    def request(self, url):
        return self.send(url)

    def send(self, url):
        extract_cookies_to_jar(url)
        return HTTPAdapter().send(url)
""",
    "src/requests/adapters.py": "class HTTPAdapter:\n    def send(self, url):\n        return url\n",
    "src/requests/cookies.py": "from collections.abc import MutableMapping\n\n\nclass RequestsCookieJar(MutableMapping):\n    pass\n\n\ndef extract_cookies_to_jar(jar):\n    return jar\n",
    "src/client.py": """class Client:
    def send(self):
        return 1


def retry_upload(client: Client):
    \"\"\"Where we retry a failed upload. TODO(anna): the api_key.\"\"\"
    return client.send()
""",
    "src/net/net.go": "package net\n\n// Dialer: retry until max attempts are made.\ntype Dialer interface {\n\tDial() error\n}\n",
    "src/Shop.java": "class Order {\n    int price() { return 1; }\n    int total() { return price(); }\n}\n",
}.items():
    (asked / name).parent.mkdir(parents=True, exist_ok=True)
    (asked / name).write_text(text, encoding="utf-8")
home = scratch / "home"
keys = home / ".local/share/codegraph"
keys.mkdir(parents=True, mode=0o700)
(keys / "api_key").write_text(key + "\n", encoding="utf-8")
(keys / "api_key").chmod(0o600)


def of_readme():
    """The commands of the README: of `sh` the lines, of `console` those after a `$`."""
    text = (root / "README.md").read_text(encoding="utf-8")
    for kind, block in re.findall(r"^```(sh|console)\n(.*?)^```", text, re.S | re.M):
        for line in block.replace("\\\n", " ").splitlines():
            if kind == "console" and not line.startswith("$ "):
                continue
            line = line.removeprefix("$ ")
            # The line of a crontab begins with its times.
            yield re.sub(r"^([0-9*]+ +){5}", "", line)


@contextlib.contextmanager
def daemon(settings):
    """A daemon; gives its address."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        process = subprocess.Popen(
            [program, "serve", "--port", "0"], env=settings, stdout=out, stderr=subprocess.DEVNULL, cwd=scratch
        )
        try:
            for _ in range(200):
                out.seek(0)
                found = re.search(r"listening on (\S+)", out.read())
                if found:
                    break
                time.sleep(0.1)
            assert found, "the daemon does not listen"
            yield found[1]
        finally:
            process.terminate()
            process.wait(timeout=60)


def type_in(line, settings, where):
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line], env=settings, cwd=where, capture_output=True, text=True, timeout=120,
        check=False,
    )
    if ended.returncode != 0:
        failed.append(f"{line}\n  {ended.returncode}: {ended.stdout[-300:]}{ended.stderr[-300:]}")


failed, typed = [], 0
with daemon(environment) as url:
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
            type_in(line, environment, where)

inside = {**environment, "HOME": str(home), "KEY": key, "CODEGRAPH_DATABASE_PATH": str(scratch / "data-of-readme")}
with daemon(inside) as url:
    for line in of_readme():
        # What builds, tests or runs another tool for minutes is left to others; it must be there.
        for name in re.findall(r"(?:^|&& )(\./install\.sh|tests/run|~/\.local/bin/codegraph)", line):
            assert name.startswith("~") or (root / name).exists(), line
        if line.startswith(("./install.sh", "tests/run", "rust-analyzer", "codegraph verify")):
            continue
        typed += 1
        line = line.replace("./repo", str(asked)).replace("http://127.0.0.1:8000", url)
        line = line.replace("/srv/code/shop", str(asked)).replace("projects/shop/", "projects/repo/")
        line = line.replace("/var/backups/codegraph", str(scratch / "backups"))
        type_in(line, inside, asked)
print(f"{typed} commands, {len(failed)} failed")
if failed:
    sys.exit("\n".join(failed))
