"""Asks a daemon through nginx as it ships: HTTP and HTTPS ports, and the daemon's key, are the arguments."""

import http.client
import json
import ssl
import subprocess
import sys
import threading
import time

http_port, https_port, key = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
bearer = {"Authorization": f"Bearer {key}"}


def ask(method, path, body=None, headers=None, connection=None):
    own = connection or http.client.HTTPSConnection("127.0.0.1", https_port, context=context, timeout=30)
    own.request(method, path, body, {"Host": "api.codegraph.dev", **(headers or {})})
    answer = own.getresponse()
    text = answer.read()
    if not connection:
        own.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


for _ in range(100):
    try:
        ask("GET", "/health")
        break
    except OSError:
        time.sleep(0.1)

status, headers, text = ask("GET", "/health")
assert status == 200 and json.loads(text)["status"], (status, text)
assert headers["strict-transport-security"].startswith("max-age=31536000"), headers
assert headers["x-frame-options"] == "DENY" and "nginx/" not in headers.get("server", ""), headers

plain = http.client.HTTPConnection("127.0.0.1", http_port, timeout=10)
plain.request("GET", "/api/v1?x=1", headers={"Host": "api.codegraph.dev"})
moved = plain.getresponse()
assert (moved.status, moved.getheader("Location")) == (301, "https://api.codegraph.dev/api/v1?x=1"), moved.getheaders()

# Questions, with and without a key, on one connection that stays.
one = http.client.HTTPSConnection("127.0.0.1", https_port, context=context, timeout=30)
query = json.dumps({"query": ["retry_upload"], "all": True})
for _ in range(5):
    status, _, text = ask("POST", "/api/v1/search", query, {**bearer, "Content-Type": "application/json"}, one)
    assert status == 200 and b"shop.py" in text, (status, text)
assert ask("POST", "/api/v1/search", query)[0] == 401

# An agent.
agent = {**bearer, "Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
hello = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "check", "version": "1"}},
}
status, _, text = ask("POST", "/mcp", json.dumps(hello), agent)
assert status == 200 and b"serverInfo" in text, (status, text)

# Bodies: one of 1 MB reaches the daemon, one of 11 MB does not pass the proxy.
status, _, _ = ask("POST", "/mcp", b" " * 1_000_000, agent)
assert status < 500 and status != 413, status
try:
    status, _, _ = ask("POST", "/mcp", b" " * 11_000_000, agent)
    assert status == 413, status
except OSError:
    pass  # It may close before it has read all.

# Metrics are for this machine, and closed to others: here another address of it stands for them.
assert ask("GET", "/metrics")[0] == 200
outside = http.client.HTTPSConnection("127.0.0.1", https_port, context=context, timeout=10, source_address=("127.0.0.2", 0))
assert ask("GET", "/metrics", connection=outside)[0] == 403

# TLS 1.1 is refused.
old = subprocess.run(
    ["openssl", "s_client", "-connect", f"127.0.0.1:{https_port}", "-tls1_1"],
    input=b"", capture_output=True, timeout=20, check=False,
)
assert old.returncode != 0 or b"Cipher is (NONE)" in old.stdout, old.stdout

# A flood of one address: some pass, the rest get 429, nothing else happens. Probes still pass.
codes = []


def flood():
    mine = http.client.HTTPSConnection("127.0.0.1", https_port, context=context, timeout=30)
    for _ in range(60):
        codes.append(ask("GET", "/api/v1", headers=bearer, connection=mine)[0])


threads = [threading.Thread(target=flood) for _ in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert set(codes) == {200, 429}, sorted(set(codes))
assert ask("GET", "/health")[0] == 200
print(f"{codes.count(200)} of {len(codes)} passed, {codes.count(429)} were told to wait")
