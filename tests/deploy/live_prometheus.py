"""Has a Prometheus scrape a daemon with the configuration that ships, and asks it every expression of rules and dashboard.

Arguments: the folder config/deploy, a folder to write to, the daemon's address, its key.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

deploy, scratch, daemon, key = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]
folder = scratch / "prometheus"
folder.mkdir(parents=True)
with socket.socket() as listener:
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
config = (deploy / "prometheus/prometheus.yml").read_text(encoding="utf-8")
assert "codegraph-api:8000" in config
config = config.replace("codegraph-api:8000", daemon.removeprefix("http://"))
# Faster than in production, so that rates over a minute are there in seconds.
config = re.sub(r"(scrape_interval|evaluation_interval): 15s", r"\1: 1s", config).replace("scrape_timeout: 10s", "scrape_timeout: 1s")
(folder / "prometheus.yml").write_text(config, encoding="utf-8")
shutil.copy(deploy / "prometheus/codegraph_rules.yml", folder)


def expressions():
    """Every expression, with where it is from. A comparison of a rule is left out: here the series counts, not the alarm."""
    rules = (deploy / "prometheus/codegraph_rules.yml").read_text(encoding="utf-8")
    for found in re.finditer(r"- alert: (\w+)\n +expr: (?:\|-\n((?: {10}.*\n)+)|(.*)\n)", rules):
        text = found[2] or found[3]
        # A sound daemon has no errors, so they are looked for among all answers.
        yield found[1], re.sub(r"\s(?:>|<|==)\s[^><=]*$", "", text.strip()).replace('status=~"5.."', 'status=~".+"')
    assert rules.count("- alert:") == len(re.findall(r" expr: ", rules))
    dashboard = json.loads((deploy / "grafana/dashboards/codegraph.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*")


def ask(path, body=None, headers=None):
    request = urllib.request.Request(daemon + path, body, {"Authorization": f"Bearer {key}", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def query(text):
    address = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": text})
    with urllib.request.urlopen(address, timeout=30) as answer:
        return json.load(answer)["data"]["result"]


def traffic():
    """Answers, errors, refusals: one of each kind that a metric counts."""
    search = json.dumps({"query": ["retry_upload"], "all": True}).encode()
    ask("/api/v1/search", search, {"Content-Type": "application/json"})
    ask("/api/v1/no-such-route")
    ask("/api/v1", headers={"Authorization": "Bearer a-wrong-key-0123456789"})


server = subprocess.Popen(
    [
        "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
    ],
    stdout=subprocess.DEVNULL,
)
try:
    missing = dict.fromkeys(expressions())
    assert len(missing) > 20, len(missing)
    n, end = len(missing), time.monotonic() + float(os.environ.get("PATIENCE", "60"))
    while missing and time.monotonic() < end:
        traffic()
        time.sleep(1)
        try:
            missing = {each: None for each in missing if not query(each[1])}
        except OSError:
            pass  # It is about to start.
    assert not missing, "no series for: " + "\n".join(f"{name}: {text}" for name, text in missing)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/rules", timeout=30) as answer:
        rules = [rule for group in json.load(answer)["data"]["groups"] for rule in group["rules"]]
    assert rules and all(rule["health"] == "ok" for rule in rules), [rule["lastError"] for rule in rules if "lastError" in rule]
    print(f"{n} expressions have series, {len(rules)} rules are evaluated")
finally:
    server.terminate()
    server.wait(timeout=30)
