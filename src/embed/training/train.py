#!/usr/bin/env python3
"""Trains a table on pairs from random start. `README.md` has the steps and what was found.

What a batch asks: given the questions and the code of some hundred definitions from few packages, which belongs to which?
The loss is InfoNCE in both directions (van den Oord and others 2018), over the cosines of sums of word rows. Sources that
`pairs.is_held_out` names are left out. The same pairs, options and seed give the same table.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

import pairs
import tokens
from table import Table, matrix, weighted

# Words in fewer rows, and longer ones, get no row.
FEWEST_ROWS = 5
LONGEST_WORD = 24
# How often a batch sees the words of the path, a name in place of the doc comment, and not a word that is there.
SEE_PATH = 0.6
NAME_FOR_DOC = 0.15
DROP_OF_CODE = 0.15
DROP_OF_QUESTION = 0.10
# Cosines are multiplied by this before they are compared.
SHARPNESS = 20.0
# A source is drawn in proportion to this power of its rows.
SOURCE_POWER = 0.7
FEWEST_OF_SOURCE = 40
# Adam (Kingma and Ba 2015), with a shorter memory of squares, since a word's row is touched in few steps.
BETA_MEAN = 0.9
BETA_SQUARE = 0.99
EPSILON = 1e-6
WARM_UP = 200
# A word that half of the rows have starts with a much smaller weight than a rare one.
COMMON = 1e-2


@dataclass
class Data:
    """The pairs as sparse counts, a row for each definition and a column for each word."""

    words: list
    frequency: np.ndarray
    doc: sparse.csr_matrix
    code: sparse.csr_matrix
    name: sparse.csr_matrix
    path: sparse.csr_matrix
    sources: list


def load(paths, most_words):
    """Reads pairs, and chooses as words those that most definitions have."""
    doc, code, name, path, sources = [], [], [], [], []
    frequency = Counter()
    numbers, members = {}, []
    for row in pairs.read(paths):
        if pairs.is_held_out(row["source"]):
            continue
        in_code = tokens.words(row["code"])
        if len(in_code) < 4:
            continue
        in_doc = tokens.question_words(row["doc"]) if row["doc"] else Counter()
        in_name = tokens.words(row["name"])
        number = numbers.setdefault(row["source"], len(numbers))
        if number == len(members):
            members.append([])
        members[number].append(len(code))
        doc.append(in_doc)
        code.append(in_code)
        name.append(in_name)
        path.append(tokens.path_words(row["path"]))
        frequency.update(set(in_code) | set(in_doc))
    common = sorted(frequency.items(), key=lambda item: (-item[1], item[0]))
    kept = [(word, n) for word, n in common if n >= FEWEST_ROWS and len(word) <= LONGEST_WORD][:most_words]
    words = [word for word, _ in kept]
    counts = [matrix(part, words) for part in (doc, code, name, path)]
    return Data(words, np.array([n for _, n in kept], np.float32) / max(1, len(code)), *counts, members)


def start(data, dimension, rng):
    """Random directions; a common word's row is shorter."""
    rows = rng.standard_normal((len(data.words), dimension), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows * np.sqrt(COMMON / (COMMON + data.frequency))[:, None].astype(np.float32)


def without_some(counts, share, rng):
    """Sparse rows in which a share of the words is not seen."""
    counts.data *= rng.random(len(counts.data), dtype=np.float32) >= share
    return counts


class Batches:
    """Draws batches from few sources each, so that a question competes with code of its own package."""

    def __init__(self, data, size, of_source, rng):
        self.data, self.size, self.of_source, self.rng = data, size, of_source, rng
        self.has_doc = np.diff(data.doc.indptr) > 1
        self.has_name = np.diff(data.name.indptr) > 1
        usable = self.has_doc | self.has_name
        members = [np.array([row for row in rows if usable[row]]) for rows in data.sources]
        self.members = [rows for rows in members if len(rows) >= FEWEST_OF_SOURCE]
        if not self.members:
            raise SystemExit(f"no source has {FEWEST_OF_SOURCE} rows that can be learnt from")
        odds = np.array([len(rows) for rows in self.members], np.float64) ** SOURCE_POWER
        self.odds = odds / odds.sum()
        self.doc, self.code, self.name, self.path = map(weighted, (data.doc, data.code, data.name, data.path))

    def rows(self):
        drawn = []
        while sum(map(len, drawn)) < self.size:
            members = self.members[self.rng.choice(len(self.members), p=self.odds)]
            drawn.append(self.rng.choice(members, min(self.of_source, len(members)), replace=False))
        # A source may be drawn twice; a row may not, or it would be its own wrong answer.
        return np.unique(np.concatenate(drawn))

    def next(self):
        """Questions and code, row by row."""
        rows = self.rows()
        named = ~self.has_doc[rows] | ((self.rng.random(len(rows)) < NAME_FOR_DOC) & self.has_name[rows])
        by_name, by_doc = sparse.diags(named.astype(np.float32)), sparse.diags((~named).astype(np.float32))
        names = by_name @ self.name[rows]
        question = (by_doc @ self.doc[rows] + names).tocsr()
        code = self.code[rows]
        if self.rng.random() < SEE_PATH:
            code = code + self.path[rows]
        # A name is asked of code that does not have its words, or the answer would stand in the question.
        code = (code - code.multiply(names.astype(bool).astype(np.float32))).tocsr()
        return without_some(question, DROP_OF_QUESTION, self.rng), without_some(code, DROP_OF_CODE, self.rng)


def softmax(scores, axis):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def gradient(question, code, rows):
    """The loss of a batch, the words that it has, and the gradient of their rows."""
    sums = [part @ rows for part in (question, code)]
    lengths = [np.linalg.norm(part, axis=1, keepdims=True) + 1e-6 for part in sums]
    asked, answers = (part / length for part, length in zip(sums, lengths))
    scores = SHARPNESS * (asked @ answers.T)
    which_code, which_question = softmax(scores, 1), softmax(scores, 0)
    right = np.arange(len(scores))
    loss = -np.log(np.stack([which_code[right, right], which_question[right, right]]) + 1e-9).mean()
    error = (which_code + which_question) / 2
    error[right, right] -= 1
    error *= SHARPNESS / len(scores)

    def through_length(slope, vectors, length):
        return (slope - (slope * vectors).sum(axis=1, keepdims=True) * vectors) / length

    slopes = [
        through_length(error @ answers, asked, lengths[0]),
        through_length(error.T @ asked, answers, lengths[1]),
    ]
    both = sparse.vstack([question, code]).tocsc()
    seen = np.flatnonzero(np.diff(both.indptr))
    return loss, seen, both[:, seen].T @ np.vstack(slopes).astype(np.float32)


def train(data, options):
    """The rows after so many steps."""
    rng = np.random.default_rng(options.seed)
    rows = start(data, options.dimension, rng)
    mean, square = np.zeros_like(rows), np.zeros_like(rows)
    batches = Batches(data, options.batch, options.of_source, rng)
    begun, recent = time.time(), []
    for step in range(1, options.steps + 1):
        loss, seen, slope = gradient(*batches.next(), rows)
        rate = options.rate * min(1, step / WARM_UP) * max(0.05, 1 - step / options.steps)
        mean[seen] = BETA_MEAN * mean[seen] + (1 - BETA_MEAN) * slope
        square[seen] = BETA_SQUARE * square[seen] + (1 - BETA_SQUARE) * slope * slope
        rows[seen] -= rate * mean[seen] / (np.sqrt(square[seen]) + EPSILON)
        recent.append(loss)
        if step % 100 == 0 or step == options.steps:
            print(f"step {step}: loss {np.mean(recent):.3f}, {time.time() - begun:.0f} s", file=sys.stderr)
            recent.clear()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pairs", nargs="+", help="what harvest.py wrote")
    parser.add_argument("--output", required=True, help="the table")
    parser.add_argument("--words", type=int, default=12_000, help="rows of the table [default: %(default)s]")
    parser.add_argument("--dimension", type=int, default=128, help="numbers of a row [default: %(default)s]")
    parser.add_argument("--steps", type=int, default=3_000, help="[default: %(default)s]")
    parser.add_argument("--batch", type=int, default=768, help="pairs of a step [default: %(default)s]")
    parser.add_argument("--of-source", type=int, default=192, help="most of them from one source [default: %(default)s]")
    parser.add_argument("--rate", type=float, default=2e-3, help="largest step of a number [default: %(default)s]")
    parser.add_argument("--seed", type=int, default=0, help="[default: %(default)s]")
    options = parser.parse_args()
    data = load(options.pairs, options.words)
    n = [len(data.sources), data.code.shape[0], int((np.diff(data.doc.indptr) > 0).sum()), len(data.words)]
    print("{} sources, {} definitions, {} of them documented, {} words".format(*n), file=sys.stderr)
    Table(data.words, train(data, options)).write(options.output)


if __name__ == "__main__":
    main()
