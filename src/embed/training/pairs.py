"""Reads what `harvest.py` wrote, and says which sources are kept back for `evaluate.py`."""

import hashlib
import json
import re

# One source in so many is kept back.
HELD_OUT = 10


def read(paths):
    """Every row of some files, in their order."""
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)


def is_held_out(source):
    """True for sources that are never trained on: the same ones in every version, whatever else was harvested."""
    name = re.split(r"[-_]v?[0-9]", source)[0]
    return hashlib.sha256(name.encode()).digest()[0] % HELD_OUT == 0
