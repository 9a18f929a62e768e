"""Finds the doc comment of a definition in the lines around it, and makes a question of it."""

import re

# What begins a line comment, by the ending of the file's name.
SLASHES = "c h cc cpp cxx hpp hh hxx cs go java js jsx mjs cjs ts tsx mts cts kt kts rs php swift scala dart zig proto"
HASHES = "rb sh bash ex exs"
DASHES = "lua hs sql"
MARKS = {
    **{ending: re.compile(r"\s*//[/!]?") for ending in SLASHES.split()},
    **{ending: re.compile(r"\s*#(?!!)+") for ending in HASHES.split()},
    **{ending: re.compile(r"\s*--+ ?[|^]?") for ending in DASHES.split()},
}
BLOCKS = {"*/": "/*", "-}": "{-", "*)": "(*", "]]": "--[["}
# Lines between a doc comment and its definition.
BETWEEN = re.compile(r"\s*(#\[.*\]|#!\[.*\]|@\w.*|\[[^\]]*\]|template\s*<.*>|export default|INLINE\w*)\s*$")
DOCSTRING = re.compile(r'\s*[rRuU]{0,2}("""|\'\'\'|"|\')')
# Most lines that are looked at above a definition, and below the head of a Python function.
MOST_LINES = 80

NO_SENTENCE = re.compile(
    r"copyright|licen[cs]ed?\b|\b(todo|fixme|hack|deprecated|inheritdoc|auto-?generated|noqa|nolint|eslint|pylint)\b"
    r"|-{4}|={4}|\*{4}|#{4}|/{4}|[;{}]$",
    re.I,
)
SECTION = re.compile(
    r"\s*([@\\:]\w|#+ |```|~~~|>>>|(args|arguments|parameters|params|returns?|raises|throws|examples?|usage|notes?)\s*:?\s*$)",
    re.I,
)


def doc_above(lines, start, ending):
    """The doc comment that ends above line `start` (from 0), without its marks; empty when there is none."""
    at = start - 1
    while at >= 0 and start - at < 12 and BETWEEN.match(lines[at]):
        at -= 1
    if at < 0:
        return ""
    last = lines[at].rstrip()
    opener = BLOCKS.get(last[-2:])
    if opener:
        first = at
        while first >= 0 and opener not in lines[first]:
            first -= 1
            if at - first > MOST_LINES:
                return ""
        if first < 0 or not lines[first].lstrip().startswith(opener):
            return ""
        text = "\n".join(lines[first : at + 1]).strip()[len(opener) : -2]
        return "\n".join(re.sub(r"^\s*[*|!]*( |$)", "", line) for line in text.split("\n"))
    mark = MARKS.get(ending)
    first = at + 1
    while mark and first > 0 and at - first < MOST_LINES and mark.match(lines[first - 1]):
        first -= 1
    return "\n".join(mark.sub("", line, count=1).strip() for line in lines[first : at + 1]) if mark else ""


def docstring(lines, start, end):
    """The docstring of the Python definition in lines `start` to `end`, and the lines that it takes."""
    for at in range(start + 1, min(end + 1, start + MOST_LINES)):
        opened = DOCSTRING.match(lines[at])
        before = lines[at - 1].partition(" #")[0].rstrip()
        if not opened or not before.endswith(":"):
            continue
        quotes = opened.group(1)
        last = at
        rest = lines[at][opened.end() :]
        while quotes not in rest:
            last += 1
            if last > end or len(quotes) == 1:
                return "", range(0)
            rest = lines[last]
        text = "\n".join(lines[at : last + 1])[opened.end() :]
        return text.partition(quotes)[0], range(at, last + 1)
    return "", range(0)


def question(doc):
    """The first paragraph of a doc comment as plain words; empty when it says nothing."""
    kept = []
    for line in doc.strip().split("\n"):
        if not line.strip() and kept:
            break
        if SECTION.match(line):
            break
        kept.append(line.strip())
    text = " ".join(kept)
    text = re.sub(r"\{@\w+ ([^}]*)\}", r"\1", text)
    text = re.sub(r"</?[A-Za-z][^>]*>", " ", text)
    text = re.sub(r"\[+([^\]]*)\]+(\([^)]*\))?", r"\1", text)
    text = re.sub(r":\w+:`([^`]*)`", r"\1", text)
    text = re.sub(r"[\s`*]+", " ", text).strip(" -*")
    letters = sum(char.isascii() and (char.isalpha() or char == " ") for char in text)
    if len(text.split()) < 3 or letters < 0.75 * len(text) or NO_SENTENCE.search(text):
        return ""
    return text[:300]
