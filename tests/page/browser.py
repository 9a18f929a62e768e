#!/usr/bin/env python3
"""Drives the page at `/` in headless Chromium: the parts that only a browser can tell.

Usage: tests/page/browser.py PROGRAM [--shots FOLDER] [--chromium CHROMIUM]

PROGRAM is a built `codegraph`. It needs Chromium (Debian: `apt-get install chromium`) and Python 3, nothing else: the
browser is spoken to over two pipes, in the DevTools protocol. With `--shots` it leaves pictures of every view. It is no
part of `tests/run`, which checks what needs no browser (`tests/page.rs`).
"""

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

KEY = "a-key-of-the-tests-0123456789abcdef"
HOSTILE = "<img src=x onerror=document.title=1>"
WAIT = 15.0

SHOP = {
    "src/shop.ts": """import { Order, Priced } from "./order";

/** All that a shop knows. */
export class Shop {
    private orders: Order[] = [];

    constructor(private readonly name: string) {}

    /** The sum of all orders, in cents. */
    total(): number {
        let sum = 0; // in cents
        for (const order of this.orders) sum += order.price();
        return sum;
    }

    add(order: Order): void {
        this.orders.push(order);
        log(`added ${order.price()} to ${this.name}`);
    }
}

function log(text: string): void {
    console.log(text);
}
""",
    "src/order.ts": """export interface Priced {
    price(): number;
}

export class Order implements Priced {
    constructor(private readonly cents: number) {}

    price(): number {
        return round(this.cents);
    }
}

export class Gift extends Order {
    price(): number {
        return 0;
    }
}

function round(cents: number): number {
    return Math.round(cents);
}
""",
    "tools/report.py": '''"""Reports of the shop."""


def render(rows):
    """Makes a table of rows."""
    return "\\n".join(line(row) for row in rows)


def line(row):
    # One row, tab by tab.
    return "\\t".join(str(cell) for cell in row)


def main():
    print(render([[1, 2], [3, 4]]))
''',
    # Neither a name nor a text may become markup.
    f"evil/{HOSTILE.replace('/', '')}.py": f'''def hostile():
    """{HOSTILE}</script><script>document.title = 1</script>"""
    return "{HOSTILE}"


def caller():
    return hostile()
''',
    "big/long.py": "".join(f"def f{n}():\n    return {n}\n\n" for n in range(3000)),
    "notes.md": "# Notes\n\nA shop sells things. `total` is in cents.\n",
}


class Browser:
    """Chromium with one tab, over its two pipes."""

    def __init__(self, program, folder):
        down_read, self.down = os.pipe()
        self.up, up_write = os.pipe()

        def ends():
            # Chromium reads from 3 and writes to 4.
            first, second = os.dup(down_read), os.dup(up_write)
            os.dup2(first, 3)
            os.dup2(second, 4)

        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        flags += ["--disable-background-networking", "--remote-debugging-pipe", f"--user-data-dir={folder}"]
        with open(os.path.join(folder, "log"), "wb") as log:
            self.process = subprocess.Popen([program, *flags, "about:blank"], preexec_fn=ends, close_fds=False, stderr=log)
        os.close(down_read)
        os.close(up_write)
        self.n, self.rest, self.session, self.events = 0, b"", None, []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        self.n += 1
        message = {"id": self.n, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.down, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.n:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def receive(self):
        while b"\0" not in self.rest:
            more = os.read(self.up, 1 << 20)
            if not more:
                raise RuntimeError("the browser has gone")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def run(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, expression, what=None):
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            if self.run(f"Boolean({expression})"):
                return
            time.sleep(0.05)
        text = self.run("document.body.innerText.slice(0, 600)")
        complaints = json.dumps(self.complaints(), indent=1)
        message = f"waited in vain for {what or expression}; the page says:\n{text}\nand complains:\n{complaints}"
        raise AssertionError(message)

    def go(self, address):
        self.call("Page.navigate", url=address)

    def key(self, key, text=None):
        codes = {"Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "ArrowLeft": 37, "ArrowRight": 39, "Tab": 9}
        text = text or ("\r" if key == "Enter" else key if len(key) == 1 else None)
        event = {"key": key, "windowsVirtualKeyCode": codes.get(key, 0)}
        if text:
            event["text"] = text
        self.call("Input.dispatchKeyEvent", type="keyDown", **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text):
        for letter in text:
            self.key(letter)

    def size(self, width, height, phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)

    def scheme(self, name):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def shot(self, file):
        time.sleep(0.3)
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def complaints(self):
        """What went wrong in the page: exceptions, refused loads, broken policies."""
        self.run("1")
        # What the page gave up itself is no failure.
        failed = [event["params"] for event in self.events if event.get("method") == "Network.loadingFailed"]
        found = [failure for failure in failed if not failure.get("canceled")]
        for event in self.events:
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(event["params"]["exceptionDetails"])
            if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["source"] in ("security", "javascript"):
                found.append(event["params"]["entry"])
        return found

    def requests(self):
        return [event["params"]["request"]["url"] for event in self.events if event.get("method") == "Network.requestWillBeSent"]

    def end(self):
        # Asked to, it takes its other processes along, which write into the profile.
        os.write(self.down, json.dumps({"id": 0, "method": "Browser.close"}).encode() + b"\0")
        try:
            self.process.wait(WAIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def write(folder, files):
    for path, text in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)


class Daemon:
    """A daemon on a free port that wants a key."""

    def __init__(self, program, data):
        environment = {**os.environ, "CODEGRAPH_API_KEY": KEY}
        command = [program, "--data-dir", data, "serve", "--port", "0"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip().removeprefix("listening on ")

    def end(self):
        self.process.terminate()
        self.process.wait()


def closed(daemon):
    """True when the daemon wants a key."""
    request = urllib.request.Request(f"{daemon.address}/api/v1/status", data=b"{}", method="POST")
    try:
        urllib.request.urlopen(request)
        return False
    except urllib.error.HTTPError as error:
        return error.code == 401


def check(browser, daemon, shots):
    address, shot = daemon.address, lambda name: shots and browser.shot(os.path.join(shots, f"{name}.png"))
    browser.size(1280, 860)
    browser.scheme("light")
    browser.go(f"{address}/")

    if closed(daemon):
        browser.until("document.querySelector('dialog[open] input')", "the question for a key")
        shot("key")
        browser.type("wrong")
        browser.key("Enter")
        browser.until("document.querySelector('dialog[open] .refused')", "the question once more")
        browser.type(KEY)
        browser.key("Enter")
        browser.until("sessionStorage.length === 1 && !document.querySelector('dialog')")
        assert KEY not in browser.run("location.href + JSON.stringify(localStorage) + document.cookie")
    browser.until("document.querySelector('.project-link')", "the projects")
    shot("start")

    # Search while typing; an answer that comes late is dropped.
    browser.run("document.activeElement.blur()")
    browser.key("/")
    assert browser.run("document.activeElement.id") == "query"
    browser.type("sum of all orders")
    browser.until("[...document.querySelectorAll('.hit-link .symbol')].some((symbol) => symbol.textContent === 'Shop.total')", "the hit")
    # The hit may be there before the last letter is asked for.
    browser.until("location.hash.includes('q=sum+of+all+orders')")
    browser.until("!document.querySelector('.results').hasAttribute('aria-busy')")
    shot("search")
    browser.run("""(async () => {
        const plain = window.fetch;
        let first = true;
        window.fetch = async (...args) => {
            const late = first;
            first = false;
            const reply = await plain(...args);
            if (late) await new Promise((done) => setTimeout(done, 700));
            return reply;
        };
        location.hash = '#/search?q=render';
        await new Promise((done) => setTimeout(done, 50));
        location.hash = '#/search?q=round';
        await new Promise((done) => setTimeout(done, 1200));
        window.fetch = plain;
    })()""")
    assert browser.run("document.querySelector('.hit-link .symbol').textContent") == "round"
    browser.run("location.hash = '#/search?q=price&kind=method'")
    browser.until("document.querySelector('.hit') && [...document.querySelectorAll('.hit .kind')].every((kind) => kind.textContent === 'method')", "methods only")
    browser.run("location.hash = '#/search?q=price&lang=python'")
    browser.until("![...document.querySelectorAll('.hit .file')].some((file) => file.textContent.endsWith('.ts'))")
    browser.run("location.hash = '#/search?q=qqzzqq&path=nowhere%2F**'")
    browser.until("document.querySelector('.results .state h2')?.textContent === 'Nothing found'")
    assert browser.run("document.getElementById('query').value") == "qqzzqq", "the field does not say what was asked"
    shot("nothing")

    # The keyboard: down to a result, open it, back.
    browser.run("location.hash = '#/search?q=total'")
    browser.until("document.querySelector('.hit-link .symbol')?.textContent === 'Shop.total'")
    browser.run("document.getElementById('query').focus()")
    browser.key("ArrowDown")
    assert browser.run("document.activeElement.className") == "hit-link"
    browser.key("Enter")
    browser.until("document.querySelector('.lines .chosen')", "the source")
    assert browser.run("document.querySelector('.lines .chosen').dataset.line") == "10"
    browser.until("document.querySelectorAll('.near').length === 2", "the panel")
    classes = browser.run("[...new Set([...document.querySelectorAll('.lines [class^=c-]')].map((each) => each.className))].sort().join()")
    for name in ("c-comment", "c-keyword", "c-string", "c-type"):
        assert name in classes, classes
    assert browser.run("[...document.querySelectorAll('.lines .t')].map((line) => line.textContent).join('\\n') + '\\n'") == SHOP["src/shop.ts"]
    browser.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    browser.key("c")
    browser.until("window.copied === 'src/shop.ts:10' && document.querySelector('.copy').textContent === 'Copied'", "the copied path")
    shot("source")
    browser.run("[...document.querySelectorAll('.lines .def')].find((each) => each.textContent === 'add').click()")
    browser.until("document.querySelector('.card .symbol')?.textContent === 'Shop.add'")
    browser.key("Escape")
    browser.until("document.querySelector('.card .symbol')?.textContent === 'Shop.total'", "the step back")
    browser.key("Escape")
    browser.until("document.activeElement.className === 'hit-link'", "the result that was left")

    # What was typed last does not bring back who has gone elsewhere, and to skip to the content is no address.
    browser.run("document.getElementById('query').focus()")
    browser.type("zz")
    browser.run("location.hash = document.querySelector('.hit-link').hash")
    browser.until("document.querySelector('.lines .chosen')")
    time.sleep(0.3)
    browser.run("document.querySelector('.skip').click()")
    assert browser.run("location.hash").startswith("#/source"), browser.run("location.hash")
    assert browser.run("document.activeElement.id") == "main"
    browser.run("location.hash = '#/search?q=total'")
    browser.until("document.querySelector('.hit-link .symbol')?.textContent === 'Shop.total'")

    # The neighbourhood.
    target = browser.run("document.querySelector('.hit-link').hash")
    of = dict(urllib.parse.parse_qsl(target.split("?")[1]))
    order = f"#/graph?{urllib.parse.urlencode({'project': of['project'], 'id': 'src/order.ts#Order.price'})}"
    browser.run(f"location.hash = {json.dumps(order)}")
    browser.until("document.querySelector('.node.middle')", "the picture")
    names = browser.run("[...document.querySelectorAll('.node .name')].map((each) => each.textContent).sort().join()")
    assert names == "Gift.price,Order.price,Priced.price,Shop.add,Shop.total,round", names
    spot = lambda name: browser.run(f"(([...document.querySelectorAll('.node')].find((each) => each.querySelector('.name')?.textContent === '{name}')).getBoundingClientRect().toJSON())")
    middle = spot("Order.price")
    assert spot("Shop.total")["right"] < middle["left"] < middle["right"] < spot("round")["left"]
    assert spot("Priced.price")["bottom"] <= middle["top"] and spot("Gift.price")["top"] >= middle["bottom"]
    shot("graph")
    browser.run("document.querySelector('.node.middle').focus()")
    browser.key("ArrowRight")
    assert browser.run("document.activeElement.querySelector('.name').textContent") == "round"
    browser.key("Enter")
    browser.until("document.querySelector('.node.middle .name')?.textContent === 'round'", "a step to the right")
    browser.run("document.querySelector('.node.middle').focus()")
    browser.key("ArrowLeft")
    browser.key("e")
    browser.until("document.querySelectorAll('.node').length > 2 && location.hash.includes('open=')", "the opened node")
    shared = browser.run("location.hash")
    browser.run("location.hash = '#/'")
    browser.until("document.querySelector('.overview')")
    browser.run(f"location.hash = {json.dumps(shared)}")
    browser.until("document.querySelectorAll('.node').length > 2", "the shared picture")
    browser.run("[...document.querySelectorAll('.chip')].find((chip) => chip.textContent.startsWith('calls')).click()")
    browser.until("document.querySelectorAll('.line .e-calls').length === 0 && location.hash.includes('hide=calls')", "no calls")

    # A name that several have lets one choose.
    browser.run(f"location.hash = '#/graph?project={of['project']}&id=price'")
    browser.until("document.querySelectorAll('.choices a').length === 3", "the choices")
    browser.run("document.querySelector('.choices a').click()")
    browser.until("document.querySelector('.node.middle .name')?.textContent.endsWith('.price')", "the one that was chosen")
    browser.run(f"location.hash = '#/graph?project={of['project']}&id=Gift.price'")
    browser.until("document.querySelector('.node.middle .name')?.textContent === 'Gift.price' && location.hash.includes('%40')", "the symbol of that name")

    # Nothing of a project becomes markup.
    browser.run("location.hash = '#/search?q=hostile'")
    browser.until("document.querySelector('.hit-link .symbol')?.textContent === 'hostile'")
    browser.run("document.querySelector('.hit-link').click()")
    browser.until("document.querySelectorAll('.near').length === 2")
    assert HOSTILE in browser.run("document.querySelector('.lines').textContent")
    shot("hostile")
    browser.run("document.querySelector('.card .act').click()")
    browser.until("document.querySelector('.node.middle')")
    assert browser.run("document.querySelectorAll('img').length + document.querySelectorAll('body script').length") == 0
    assert browser.run("document.title") == "hostile · CodeGraph"

    # A long file comes in parts, around the line that is asked for.
    browser.run(f"location.hash = '#/source?project={of['project']}&path=big%2Flong.py&line=7501'")
    browser.until("document.querySelector('.lines .chosen')?.dataset.line === '7501'", "line 7501")
    first = browser.run("document.querySelector('.lines .row').dataset.line")
    assert int(first) > 1
    browser.run("document.querySelector('.lines .more').click()")
    browser.until(f"Number(document.querySelector('.lines .row').dataset.line) < {first}", "the lines before")

    # Errors say what to do next.
    browser.run("location.hash = '#/graph?project=none&id=x'")
    browser.until("document.querySelector('main > .state h2')", "the error")
    shot("error")

    # A phone, and the dark.
    browser.size(390, 844, phone=True)
    browser.run("location.hash = '#/search?q=price'")
    browser.until("document.querySelectorAll('.hit').length > 1")
    assert browser.run("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than a phone"
    shot("phone-search")
    browser.run(f"location.hash = {json.dumps(target)}")
    browser.until("document.querySelectorAll('.near').length === 2")
    assert browser.run("document.documentElement.scrollWidth <= innerWidth"), "the source is wider than a phone"
    shot("phone-source")
    browser.run(f"location.hash = {json.dumps(order)}")
    browser.until("document.querySelector('.node.middle')")
    shot("phone-graph")
    browser.size(1280, 860)
    browser.scheme("dark")
    shot("dark-graph")
    browser.run(f"location.hash = {json.dumps(target)}")
    browser.until("document.querySelectorAll('.near').length === 2")
    shot("dark-source")
    browser.run("location.hash = '#/search?q=price'")
    browser.until("document.querySelectorAll('.hit').length > 1")
    shot("dark-search")
    assert browser.run("getComputedStyle(document.body).colorScheme") is not None
    dark = browser.run("getComputedStyle(document.body).backgroundColor")
    browser.run("document.getElementById('theme').click()")
    assert browser.run("getComputedStyle(document.body).backgroundColor") != dark, "the switch does nothing"

    # Every control has a name, and no request went elsewhere.
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "link", "textbox", "searchbox", "combobox", "checkbox"}
    bare = [node["role"]["value"] for node in nodes if not node.get("ignored") and node["role"]["value"] in roles and not node.get("name", {}).get("value")]
    assert bare == [], f"controls without a name: {bare}"
    elsewhere = [url for url in browser.requests() if not url.startswith((address, "data:", "about:"))]
    assert elsewhere == [], elsewhere
    complaints = browser.complaints()
    assert complaints == [], json.dumps(complaints, indent=1)

    # When the daemon has gone, that is said.
    daemon.end()
    browser.run("location.hash = '#/search?q=later'")
    browser.until("document.querySelector('.state h2')?.textContent === 'The daemon does not answer'")
    shot("gone")


def main():
    parser = argparse.ArgumentParser(description="Drives the page in headless Chromium")
    parser.add_argument("program")
    parser.add_argument("--shots", help="folder for pictures")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser"))
    options = parser.parse_args()
    if not options.chromium:
        sys.exit("there is no Chromium: install it, or name it with --chromium")
    if options.shots:
        os.makedirs(options.shots, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data, shop, profile = (os.path.join(folder, name) for name in ("data", "shop", "profile"))
        os.makedirs(profile)
        write(shop, SHOP)
        program = os.path.abspath(options.program)
        subprocess.run([program, "--data-dir", data, "-q", "index", shop], check=True)
        daemon = Daemon(program, data)
        try:
            browser = Browser(options.chromium, profile)
            try:
                check(browser, daemon, options.shots)
            finally:
                browser.end()
        finally:
            daemon.end()
    print("the page does what it should")


if __name__ == "__main__":
    main()
