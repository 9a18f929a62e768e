#!/usr/bin/env python3
"""Makes training pairs from folders of unpacked packages. `README.md` has the steps.

Each folder that is given holds one folder for each package. The definitions come from `codegraph` itself, so that they
are those of the languages that it knows; the rest is in `licences.py` and `docs.py`.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import docs
import licences

CALLABLES = {"function", "method", "constructor", "accessor", "macro"}
TYPES = {"class", "struct", "trait", "interface", "enum"}
# What is no example of how a program is written.
NO_SOURCE = re.compile(
    r"(^|/)(tests?|testing|testdata|__tests__|spec|specs|fixtures?|examples?|samples?|demos?|docs?|bench(marks?)?"
    r"|vendor(ed)?|_vendor|third[_-]?party|node_modules|generated|dist|min)(/|$)"
    r"|(^|/)test_[^/]*$|[_.](test|spec)\.\w+$|Tests?\.\w+$|\.min\.\w+$|\.d\.[cm]?ts$|\.pb\.\w+$|_pb2\w*\.py$",
)
# Rows that one package gives at most, with a doc comment and without, so that no package is most of a table.
MOST_DOCUMENTED = 8_000
MOST_BARE = 2_500
# Lines and characters of code in a row.
LINES_OF_CALLABLE = 60
LINES_OF_TYPE = 40
LONGEST_CODE = 1_500
SHORTEST_CODE = 30
# A definition without a doc comment has at least so many lines.
SHORTEST_BARE = 4


def words_of_name(name):
    return re.findall(r"[a-z0-9]+", name.lower())


def read_exclusions(path):
    """`owner/name` or `name` a line; `#` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in Path(path).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def manifests_of(package):
    """The files of a package that may name its repository."""
    names = ["Cargo.toml", "package.json", "composer.json", "pom.xml", ".git/config", "METADATA", "PKG-INFO"]
    found = [path for name in names for place in (name, "*/" + name) for path in sorted(package.glob(place))]
    return [path for path in found if path.is_file()]


def head_of_manifest(path):
    """The text of a manifest; of Python's, only the fields, since a description may name any repository."""
    text = path.read_text(encoding="utf-8", errors="replace")[:20_000]
    return text.partition("\n\n")[0] if path.name in ("METADATA", "PKG-INFO") else text


def why_excluded(package, exclusions):
    """The line that a package is excluded by: its folder has that name, or its manifest that repository."""
    own = " ".join(["", *words_of_name(package.name), ""])
    heads = "\n".join(map(head_of_manifest, manifests_of(package))).lower()
    for line in exclusions:
        if " ".join(["", *words_of_name(line.rpartition("/")[2]), ""]) in own:
            return line
        if "/" in line and re.search(rf"/{re.escape(line.lower())}(\.git|[^\w.-]|$)", heads):
            return line
    return None


def definitions(binary, package, seconds):
    """The definitions of a package by file, as `codegraph export` gives them within so many seconds."""
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "CODEGRAPH_DATABASE_PATH": data}
        run = {"cwd": package, "env": environment, "timeout": seconds, "stdout": subprocess.DEVNULL}
        index = subprocess.run([binary, "--quiet", "index", "."], check=False, **run)
        # 3: some files could not be read.
        if index.returncode not in (0, 3):
            raise RuntimeError(f"codegraph index ended with {index.returncode}")
        export = [binary, "export", "--output", os.path.join(data, "graph.jsonl")]
        subprocess.run(export, check=True, **run)
        by_file = {}
        with open(export[-1], encoding="utf-8") as lines:
            for line in lines:
                # Definitions are all that is asked for, so other lines need no parsing.
                if line.startswith('{"kind":"def"'):
                    definition = json.loads(line)
                    by_file.setdefault(definition["file"], []).append(definition)
        return by_file


def row_of(definition, lines, ending):
    """The name, question and code of a definition, or None when there is nothing to learn from it."""
    start, end = definition["start"] - 1, min(definition["end"], len(lines)) - 1
    is_type = definition["dk"] in TYPES
    skip = range(0)
    doc = docs.doc_above(lines, start, ending)
    if ending in ("py", "pyi"):
        doc, skip = docs.docstring(lines, start, end)
    question = docs.question(doc)
    if not question and (is_type or end - start + 1 < SHORTEST_BARE):
        return None
    most = LINES_OF_TYPE if is_type else LINES_OF_CALLABLE
    kept = [lines[at] for at in range(start, end + 1) if at not in skip][:most]
    code = "\n".join(kept)[:LONGEST_CODE]
    if len(code) < SHORTEST_CODE:
        return None
    return {"name": definition["name"], "doc": question, "code": code}


def rows_of_file(package, path, found):
    """The rows of one file."""
    try:
        text = (package / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    if not licences.is_free_source(text[:3_000]):
        return
    lines = text.split("\n")
    ending = os.path.splitext(path)[1].lstrip(".").lower()
    for definition in found:
        wanted = definition["dk"] in CALLABLES or definition["dk"] in TYPES
        if not wanted or definition.get("test") or definition.get("cell") is not None:
            continue
        if definition.get("decl") or definition.get("abstract"):
            continue
        row = row_of(definition, lines, ending)
        if row:
            yield {"path": path, "line": definition["line"], "language": ending, **row}


def chosen(rows, most):
    """At most so many rows, the same ones whatever their order."""
    def draw(row):
        return hashlib.sha256(f"{row['path']}:{row['line']}".encode()).digest()

    kept = sorted(rows, key=draw)[:most]
    return sorted(kept, key=lambda row: (row["path"], row["line"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, help="folders that hold a folder for each package")
    parser.add_argument("--codegraph", default="codegraph", help="the program [default: %(default)s]")
    parser.add_argument("--seconds", type=float, default=300, help="longest time for a package [default: %(default)s]")
    parser.add_argument("--exclude", required=True, help="file with packages that must not be learnt from, one a line")
    parser.add_argument("--output", required=True, type=Path, help="folder for pairs.jsonl, sources.tsv, refused.tsv")
    options = parser.parse_args()
    exclusions = read_exclusions(options.exclude)
    options.output.mkdir(parents=True, exist_ok=True)
    packages = sorted(each for folder in options.folders for each in folder.iterdir() if each.is_dir())
    known = set()
    outputs = [open(options.output / name, "w", encoding="utf-8") for name in ("pairs.jsonl", "sources.tsv", "refused.tsv")]
    pairs, sources, refused = outputs

    def refuse(package, why):
        print(package.name, why, sep="\t", file=refused, flush=True)

    for number, package in enumerate(packages, 1):
        print(f"{number}/{len(packages)} {package.name}", file=sys.stderr)
        excluded = why_excluded(package, exclusions)
        if excluded:
            refuse(package, f"excluded as {excluded}")
            continue
        licence, why = licences.licence_of(package)
        if not licence:
            refuse(package, why)
            continue
        try:
            by_file = definitions(options.codegraph, package, options.seconds)
        except (RuntimeError, subprocess.SubprocessError) as error:
            refuse(package, str(error))
            continue
        rows = []
        for path in sorted(by_file):
            if NO_SOURCE.search(path):
                continue
            for row in rows_of_file(package, path, by_file[path]):
                key = hashlib.sha256((row["doc"] + "\0" + row["code"]).encode()).digest()[:16]
                if key not in known:
                    known.add(key)
                    rows.append(row)
        kept = chosen([row for row in rows if row["doc"]], MOST_DOCUMENTED)
        kept += chosen([row for row in rows if not row["doc"]], MOST_BARE)
        if not kept:
            refuse(package, "no definitions")
            continue
        for row in kept:
            print(json.dumps({"source": package.name, "licence": licence, **row}), file=pairs)
        documented = sum(1 for row in kept if row["doc"])
        languages = Counter(row["language"] for row in kept).most_common(1)[0][0]
        print(package.name, licence, languages, len(kept), documented, sep="\t", file=sources, flush=True)
    for output in outputs:
        output.close()


if __name__ == "__main__":
    main()
