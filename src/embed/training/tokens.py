"""Text to terms, exactly as `src/text` does it.

The table's rows belong to these terms, so the two must agree to the letter: `src/text/expected_terms.tsv` is checked by
the tests of the program and by `selftest.py`. Stop words are read from the program's own list.
"""

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

TEXT_FOLDER = Path(__file__).resolve().parents[2] / "text"

# Bytes of a part that count.
LONGEST_PART = 64

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]|[0-9]+")


def _stop_words():
    source = (TEXT_FOLDER / "stop.rs").read_text(encoding="utf-8")
    table = source.partition("STOP_WORDS: &[&str] = &[")[2].partition("];")[0]
    words = frozenset(re.findall(r'"([a-z]+)"', table))
    if len(words) < 50:
        raise ValueError("the list of stop words in stop.rs was not found")
    return words


STOP_WORDS = _stop_words()


def _has_vowel(word):
    return any(letter in "aeiouy" for letter in word)


def _single(word):
    """`stopp` to `stop`; doubled l, s and z stay."""
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz"
    return word[:-1] if doubled else word


def stem(word):
    """Takes plural and the commonest endings off a lower-case word."""
    if len(word) > 4:
        if word.endswith("ies"):
            word = word[:-3] + "y"
        elif word.endswith("sses"):
            word = word[:-2]
        elif word.endswith("s") and word[-2:] not in ("ss", "us", "is"):
            word = word[:-1]
    length = len(word)
    if length > 5:
        if word.endswith("ing") and _has_vowel(word[:-3]):
            word = _single(word[:-3])
        elif word.endswith("ed") and _has_vowel(word[:-2]):
            word = _single(word[:-2])
        elif length > 6 and word.endswith(("er", "or")):
            word = word[:-2]
        elif word.endswith("ation"):
            word = word[:-5]
        elif length > 6 and word.endswith("ion"):
            word = word[:-3]
        elif word.endswith("ly"):
            word = word[:-2]
        elif length > 7 and word.endswith("ment"):
            word = word[:-4]
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    return word


@lru_cache(maxsize=1_000_000)
def parts(identifier):
    """The stemmed parts of an identifier: what the table can have rows for."""
    found = PART.findall(identifier)
    if not found:
        return (identifier[:LONGEST_PART].lower(),)
    return tuple(stem(part[:LONGEST_PART].lower()) for part in found)


def terms(text):
    """All terms of a text in order, with `=whole` after the parts of an identifier that has several."""
    every = []
    for identifier in IDENTIFIER.findall(text):
        several = parts(identifier)
        every.extend(several)
        if len(several) > 1 and len(identifier) <= 120:
            every.append("=" + identifier.lower())
    return every


def words(text):
    """The words of a text that the table can have rows for, with how often each stands there."""
    return Counter(part for identifier in IDENTIFIER.findall(text) for part in parts(identifier))


def question_words(text):
    """The same for a question: without stop words, unless nothing else is in it."""
    identifiers = IDENTIFIER.findall(text)
    kept = [each for each in identifiers if each.lower() not in STOP_WORDS]
    return Counter(part for each in kept or identifiers for part in parts(each))


def path_words(path):
    """The words of a file's stem and of the folder that it is in."""
    folder, _, file = path.rpartition("/")
    stem_of_file, dot, ending = file.rpartition(".")
    if not (stem_of_file and dot and ending):
        stem_of_file = file
    return words(stem_of_file + " " + folder.rpartition("/")[2])
