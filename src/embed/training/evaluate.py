#!/usr/bin/env python3
"""Says how well tables find the code of a doc comment, beside chance and TF-IDF.

The questions are the doc comments of sources that `train.py` leaves out. The candidates of a question are the definitions of
its own source, documented or not; code and path count, the doc comment does not. Figures are means over sources.
"""

import argparse
import re
from collections import Counter, defaultdict

import numpy as np

import pairs
import tokens
from table import Table, matrix, weighted

# Questions and candidates of a source, evenly spread; a source with fewer questions is left out.
MOST_QUESTIONS = 300
MOST_CANDIDATES = 3_000
FEWEST_QUESTIONS = 20
# What the table counts beside TF-IDF where both are added, as words and meaning are in a search.
OF_TABLE = 0.6
WIDTH = 48


def spread(items, most):
    """At most so many items, evenly spread."""
    return [items[at * len(items) // most] for at in range(most)] if len(items) > most else items


def load(paths):
    """For each held out source: questions, which candidate answers each, and candidates."""
    by_source = defaultdict(list)
    for row in pairs.read(paths):
        if pairs.is_held_out(row["source"]):
            by_source[row["source"]].append(row)
    for source, rows in sorted(by_source.items()):
        rows = spread(rows, MOST_CANDIDATES)
        asked = spread([at for at, row in enumerate(rows) if row["doc"]], MOST_QUESTIONS)
        if len(asked) >= FEWEST_QUESTIONS:
            questions = [question(rows[at]) for at in asked]
            yield source, questions, np.array(asked), [candidate(row) for row in rows]


def question(row):
    """The words of a doc comment without the name of its definition, which some begin with."""
    return tokens.question_words(re.sub(rf"\b{re.escape(row['name'])}\b", " ", row["doc"]))


def candidate(row):
    count = tokens.words(row["code"])
    count.update(tokens.path_words(row["path"]))
    return count


def name_of(what):
    """What is shown of a name in a column of its width."""
    return what if len(what) <= WIDTH else "…" + what[1 - WIDTH :]


def by_tf_idf(questions, candidates):
    """The scores of TF-IDF under cosine."""
    words = sorted(set().union(*questions, *candidates))
    rows = matrix(candidates, words)
    idf = np.log(1 + len(candidates) / (1 + np.asarray((rows > 0).sum(axis=0)).ravel()))
    scaled = [weighted(each).multiply(idf).tocsr() for each in (matrix(questions, words), rows)]
    lengths = [np.sqrt(np.asarray(each.multiply(each).sum(axis=1))) for each in scaled]
    asked, answers = (each.multiply(1 / np.where(n > 0, n, 1)).tocsr() for each, n in zip(scaled, lengths))
    return (asked @ answers.T).toarray()


def of_best(scores):
    """Scores as shares of the best one of each question."""
    best = scores.max(axis=1, keepdims=True)
    return scores / np.where(best > 0, best, 1)


def figures(scores, right):
    """Mean reciprocal rank, recall at 1 and at 10; equal scores count half for and half against."""
    own = scores[np.arange(len(right)), right][:, None]
    ranks = (scores > own).sum(axis=1) + ((scores == own).sum(axis=1) + 1) / 2
    return np.array([(1 / ranks).mean(), (ranks <= 1).mean(), (ranks <= 10).mean()])


def chance(n):
    """The same figures for an order that is drawn by lot."""
    return np.array([(1 / np.arange(1, n + 1)).mean(), 1 / n, min(1, 10 / n)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pairs", nargs="+", help="what harvest.py wrote")
    parser.add_argument("--table", action="append", default=[], help="a table; may be given several times")
    parser.add_argument("--by-source", action="store_true", help="show every source")
    options = parser.parse_args()
    tables = {path: Table.read(path) for path in options.table}
    all_figures = defaultdict(list)
    n_questions = Counter()
    print(f"{'':{WIDTH}} {'MRR':>6} {'at 1':>6} {'at 10':>6}")
    for source, questions, right, candidates in load(options.pairs):
        by_words = by_tf_idf(questions, candidates)
        found = {"chance": chance(len(candidates)), "TF-IDF": figures(by_words, right)}
        for path, table in tables.items():
            scores = table.vectors(questions) @ table.vectors(candidates).T
            found[path] = figures(scores, right)
            found["TF-IDF with " + path] = figures(of_best(by_words) + OF_TABLE * of_best(scores), right)
        for name, three in found.items():
            all_figures[name].append(three)
            if options.by_source:
                print(f"{name_of(source + ' ' + name):{WIDTH}} " + " ".join(f"{x:6.3f}" for x in three))
        n_questions[source] = len(questions)
    if not all_figures:
        raise SystemExit("no held out source has enough doc comments")
    for name, many in all_figures.items():
        print(f"{name_of(name):{WIDTH}} " + " ".join(f"{x:6.3f}" for x in np.mean(many, axis=0)))
    print(f"{sum(n_questions.values())} questions from {len(n_questions)} sources")


if __name__ == "__main__":
    main()
