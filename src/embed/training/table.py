"""Reads and writes tables in the format of `src/embed/table.rs`."""

import struct
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

MAGIC = b"CGEM"


@dataclass
class Table:
    """Words, sorted by their bytes, and a row for each; the norm of a row is its weight."""

    words: list
    rows: np.ndarray

    @staticmethod
    def read(path):
        """Reads a table; raises ValueError when it is damaged."""
        with open(path, "rb") as file:
            content = file.read()
        if content[:4] != MAGIC:
            raise ValueError(f"{path} does not begin with {MAGIC!r}")
        number, dimension = struct.unpack_from("<II", content, 4)
        at, words = 12, []
        for _ in range(number):
            length = content[at]
            words.append(content[at + 1 : at + 1 + length].decode())
            at += 1 + length
        if len(content) != at + number * (4 + dimension):
            raise ValueError(f"{path} has another size than its head says")
        scales = np.frombuffer(content, "<f4", number, at)
        rows = np.frombuffer(content, np.int8, number * dimension, at + 4 * number)
        return Table(words, rows.reshape(number, dimension) * scales[:, None])

    def write(self, path):
        """Writes the table, with each row rounded to signed bytes under a scale of its own."""
        order = sorted(range(len(self.words)), key=lambda at: self.words[at].encode())
        rows = np.asarray(self.rows, np.float32)[order]
        scales = np.abs(rows).max(axis=1) / 127
        numbers = np.rint(rows / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
        with open(path, "wb") as file:
            file.write(MAGIC + struct.pack("<II", *rows.shape))
            for at in order:
                word = self.words[at].encode()
                file.write(bytes([len(word)]) + word)
            file.write(scales.astype("<f4").tobytes())
            file.write(numbers.tobytes())

    def vectors(self, counts):
        """A vector of unit length for each Counter of words; zero where no word is known."""
        return unit(weighted(matrix(counts, self.words)) @ self.rows)


def matrix(counts, words):
    """A sparse row of counts for each Counter, with a column for each word."""
    column = {word: at for at, word in enumerate(words)}
    numbers, columns, starts = [], [], [0]
    for count in counts:
        for word, times in count.items():
            at = column.get(word)
            if at is not None:
                columns.append(at)
                numbers.append(times)
        starts.append(len(columns))
    shape = (len(starts) - 1, len(words))
    return sparse.csr_matrix((np.array(numbers, np.float32), np.array(columns, np.int32), starts), shape=shape)


def weighted(counts):
    """Counts as weights: 1 + ln(times)."""
    result = counts.copy()
    result.data = 1 + np.log(result.data)
    return result


def unit(vectors):
    """Rows of unit length; zero stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
