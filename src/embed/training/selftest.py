#!/usr/bin/env python3
"""Tests the scripts: `python3 selftest.py [--codegraph PROGRAM]`. With the program, also from a package to a table.

The tests of the program do not run this, so that they need no Python.
"""

import argparse
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import numpy as np

import docs
import evaluate
import harvest
import licences
import pairs
import tokens
import train
from table import Table, matrix

HERE = Path(__file__).resolve().parent
CODEGRAPH = None

MIT = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software, to deal in it"
VERBS = ["read", "write", "close", "open", "parse", "check", "count", "merge", "split", "sort"]
NOUNS = ["file", "socket", "header", "token", "user", "window", "colour", "matrix", "price", "route"]


class Texts(unittest.TestCase):
    def test_terms_are_those_of_the_program(self):
        lines = (tokens.TEXT_FOLDER / "expected_terms.tsv").read_text(encoding="utf-8").splitlines()
        self.assertGreater(len(lines), 400)
        for line in lines:
            text, _, expected = line.partition("\t")
            self.assertEqual(" ".join(tokens.terms(text)), expected, text)

    def test_stop_words_count_only_when_nothing_else_is_asked(self):
        self.assertEqual(tokens.question_words("where is the parser"), Counter(["parser"]))
        self.assertEqual(tokens.question_words("while"), Counter(["whil"]))

    def test_a_path_gives_its_stem_and_folder(self):
        self.assertEqual(tokens.path_words("a/http_server/.profile"), Counter(["http", "server", "profil"]))
        self.assertEqual(tokens.path_words("x/src/readFile.test.rs"), Counter(["src", "read", "file", "test"]))


class Docs(unittest.TestCase):
    def test_comments_above_are_found_in_every_style(self):
        for ending, text in [
            ("rs", "/// Opens the *given* file.\n///\n/// More.\n#[inline]\nfn f() {}"),
            ("java", "/**\n * Opens the {@code given} file.\n * @param x it\n */\n@Override\nvoid f() {}"),
            ("go", "// Opens the given file.\nfunc f() {}"),
            ("rb", "# Opens the given file.\ndef f"),
            ("lua", "--- Opens the given file.\nfunction f()"),
            ("c", "/* Opens the given file. */\nint f(void) {"),
            ("cs", "/// <summary>\n/// Opens the given file.\n/// </summary>\nvoid F() {}"),
        ]:
            lines = text.split("\n")
            doc = docs.doc_above(lines, len(lines) - 1, ending)
            self.assertEqual(docs.question(doc), "Opens the given file.", ending)

    def test_a_docstring_is_found_behind_a_long_head_and_its_lines_are_told(self):
        lines = 'def f(\n    a,\n):\n    r"""Opens the given file.\n\n    :param a: it\n    """\n    return a'.split("\n")
        doc, taken = docs.docstring(lines, 0, 7)
        self.assertEqual(docs.question(doc), "Opens the given file.")
        self.assertEqual(taken, range(3, 7))
        self.assertEqual(docs.docstring(["def f():", "    return 1"], 0, 1), ("", range(0)))

    def test_what_says_nothing_is_no_question(self):
        for doc in ["", "Copyright 2020 A. Person", "x = 1;", "TODO: explain this", "---------- 12 ----------", "Two words"]:
            self.assertEqual(docs.question(doc), "", doc)


class Licences(unittest.TestCase):
    def test_only_known_permissive_texts_are_taken(self):
        self.assertEqual(licences.licence_of_text(MIT), "MIT")
        self.assertIsNone(licences.licence_of_text("GNU GENERAL PUBLIC LICENSE Version 3"))
        self.assertIsNone(licences.licence_of_text(MIT + "\nOr, at your choice, the GNU Lesser General Public License."))
        self.assertIsNone(licences.licence_of_text("All rights reserved."))

    def test_a_package_needs_a_file_and_each_must_be_permissive(self):
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder)
            self.assertEqual(licences.licence_of(package), (None, "no licence file"))
            (package / "LICENSE").write_text(MIT)
            self.assertEqual(licences.licence_of(package), ("MIT", None))
            (package / "COPYING.LESSER").write_text("GNU LESSER GENERAL PUBLIC LICENSE")
            self.assertIsNone(licences.licence_of(package)[0])

    def test_debian_copyright_counts_for_all_but_the_packaging(self):
        head = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: "
        tail = "\n\nFiles: debian/*\nLicense: GPL-2+\n"
        self.assertEqual(licences.licence_of_debian(head + "Expat" + tail), "Expat")
        self.assertEqual(licences.licence_of_debian(head + "GPL-2 or Apache-2.0" + tail), "Apache-2.0")
        self.assertIsNone(licences.licence_of_debian(head + "LGPL-2.1" + tail))
        self.assertIsNone(licences.licence_of_debian(head + "Expat and GPL-2" + tail))

    def test_excluded_packages_are_known_by_folder_and_by_repository(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, manifest, expected in [
                ("golang-github-spf13-cobra-dev_1.6", "", "spf13/cobra"),
                ("snake", '[package]\nrepository = "https://github.com/SPF13/cobra"', "spf13/cobra"),
                ("corner", '[package]\nrepository = "https://github.com/spf13/cobra-x"', None),
            ]:
                package = Path(folder, name)
                package.mkdir()
                (package / "Cargo.toml").write_text(manifest)
                self.assertEqual(harvest.why_excluded(package, ["spf13/cobra"]), expected, name)


class Tables(unittest.TestCase):
    def test_the_shipped_table_is_read_and_written_byte_for_byte(self):
        shipped = HERE.parent / "table.bin"
        table = Table.read(shipped)
        self.assertEqual(table.rows.shape, (12_000, 128))
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, "table.bin")
            table.write(copy)
            again = Table.read(copy)
            self.assertEqual(again.words, table.words)
            self.assertLess(np.abs(again.rows - table.rows).max(), 1e-6)
            copy.write_bytes(copy.read_bytes()[:-1])
            self.assertRaises(ValueError, Table.read, copy)

    def test_words_without_a_row_count_nothing(self):
        self.assertEqual(matrix([Counter(a=2, c=1), Counter(c=1)], ["a", "b"]).toarray().tolist(), [[2, 0], [0, 0]])


class Training(unittest.TestCase):
    def test_the_gradient_is_that_of_the_loss(self):
        rng = np.random.default_rng(1)
        rows = rng.standard_normal((6, 4)).astype(np.float64)
        question, code = (matrix([Counter(a=1, b=2), Counter(c=1), Counter(d=1, e=1)], list("abcdef")) for _ in range(2))
        code = code[:, [1, 2, 3, 4, 5, 0]]
        _, seen, slope = train.gradient(question, code, rows)
        for at, word in enumerate(seen):
            for column in range(4):
                moved = [rows.copy(), rows.copy()]
                moved[0][word, column] += 1e-4
                moved[1][word, column] -= 1e-4
                up, down = (train.gradient(question, code, each)[0] for each in moved)
                self.assertAlmostEqual((up - down) / 2e-4, slope[at, column], delta=1e-3)

    def test_equal_scores_count_half(self):
        reciprocal, first, ten = evaluate.figures(np.array([[1.0, 1.0, 0.0]]), np.array([0]))
        self.assertEqual((reciprocal, first, ten), (1 / 1.5, 0, 1))

    def test_from_packages_to_a_table_that_is_the_same_again_and_better_than_chance(self):
        if not CODEGRAPH:
            self.skipTest("needs --codegraph")
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            names = [f"package{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
            kept = [name for name in names if not pairs.is_held_out(name)][:3]
            held = [name for name in names if pairs.is_held_out(name)][:1]
            for name in kept + held + ["secret"]:
                package = folder / "packages" / name
                package.mkdir(parents=True)
                (package / "LICENSE").write_text(MIT)
                # A text is taken once, so those of each package differ.
                functions = (made_function(verb, noun, name) for verb in VERBS for noun in NOUNS)
                (package / "all.py").write_text("\n".join(functions))
            (folder / "exclude.txt").write_text("somebody/secret\n")
            run("harvest.py", folder / "packages", "--codegraph", CODEGRAPH, "--exclude", folder / "exclude.txt",
                "--output", folder)
            self.assertIn("secret\texcluded", (folder / "refused.tsv").read_text())
            rows = list(pairs.read([folder / "pairs.jsonl"]))
            self.assertEqual(len(rows), 100 * len(kept + held))
            self.assertFalse([row for row in rows if '"""' in row["code"] or row["licence"] != "MIT"])
            options = ["--steps", "60", "--batch", "64", "--of-source", "32", "--dimension", "16"]
            for name in ("one.bin", "two.bin"):
                run("train.py", folder / "pairs.jsonl", "--output", folder / name, *options)
            self.assertEqual((folder / "one.bin").read_bytes(), (folder / "two.bin").read_bytes())
            said = run("evaluate.py", folder / "pairs.jsonl", "--table", folder / "one.bin")
            found = {line.rsplit(None, 3)[0]: float(line.rsplit(None, 3)[1]) for line in said.splitlines()[1:-1]}
            self.assertGreater(found[evaluate.name_of(str(folder / "one.bin"))], 3 * found["chance"])


def made_function(verb, noun, package):
    doc = f"{verb.capitalize()} the {noun} of the {package} now."
    body = f"    result = {package}.{verb}({noun})\n    return result, {noun}\n"
    return f'def do({package}):\n    """{doc}"""\n{body}'


def run(script, *arguments):
    command = [sys.executable, "-B", str(HERE / script), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--codegraph", help="the program")
    known, rest = parser.parse_known_args()
    CODEGRAPH = known.codegraph and str(Path(known.codegraph).resolve())
    unittest.main(argv=sys.argv[:1] + rest)
