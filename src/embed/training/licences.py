"""Says under which permissive licence a package is, by the text of its licence files.

A package is taken only if each of its licence files is permissive, or the machine-readable Debian copyright file says
so of all files but the packaging. No file, an unknown text and a mix with another licence all mean no.
"""

import re
from pathlib import Path

# A sentence that stands in the licence, in lower case with single spaces.
PERMISSIVE = {
    "Apache-2.0": "apache license,? version 2",
    "MIT": "permission is hereby granted, free of charge, to any person obtaining a copy",
    "BSD": "redistribution and use in source and binary forms",
    "ISC": r"permission to use, copy, modify, and(/or)? distribute this software",
    "Unlicense": "free and unencumbered software released into the public domain",
    "Zlib": "this software is provided 'as-is', without any express or implied warranty",
    "BSL-1.0": "boost software license - version 1.0",
    "CC0-1.0": "cc0 1.0 universal",
    "PSF-2.0": "python software foundation license version 2",
}
OTHER = re.compile(
    r"gnu (lesser |library |affero )?general public|\b(lgpl|agpl|gpl)[- ]?v?[0-9]|mozilla public license|eclipse public"
    r"|business source|elastic license|server side public|commons clause|common development and distribution"
    r"|european union public|non-?commercial|advertising materials mentioning|all rights reserved\W+no part"
)
# Short names of permissive licences in Debian's copyright files.
DEBIAN_NAMES = re.compile(r"(expat|mit|apache-2(\.0)?|bsd(-\w+)*|isc|unlicense|zlib|bsl-1(\.0)?|cc0-1(\.0)?|0bsd)", re.I)
FILE_NAME = re.compile(r"(un)?licen[cs]es?\b|licen[cs]e-|copying|copyright$", re.I)
SOURCE_NOT_FREE = re.compile(r"general public licen[cs]e|spdx-license-identifier:[^\n]*\b(a?gpl|lgpl|mpl|busl|sspl)", re.I)
LONGEST_TEXT = 100_000


def licence_files(package):
    """The licence files of a package, wherever packages of each kind have them."""
    places = ["*", "*/*", "*.dist-info/licenses/**/*", "usr/share/doc/*/copyright"]
    found = {path for place in places for path in Path(package).glob(place)}
    return sorted(path for path in found if FILE_NAME.match(path.name) and path.is_file())


def licence_of_text(text):
    """The name of the permissive licence that a text is; None for any other text."""
    plain = re.sub(r"[\s*#>]+", " ", text[:LONGEST_TEXT].lower()).replace("``", "'").replace("’", "'")
    if OTHER.search(plain):
        return None
    names = [name for name, sentence in PERMISSIVE.items() if re.search(sentence, plain)]
    return " AND ".join(sorted(names)) or None


def licence_of_debian(text):
    """The same for a copyright file in Debian's machine-readable form."""
    names = set()
    for paragraph in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([A-Z][\w-]*):[ \t]*(.*)$", paragraph, re.M))
        if "Files" not in fields or fields["Files"].strip().startswith("debian"):
            continue
        name = fields.get("License", "").strip()
        choices = [re.split(r",?\s+and\s+|,\s*", choice) for choice in re.split(r",?\s+or\s+", name)]
        free = [choice for choice in choices if all(map(DEBIAN_NAMES.fullmatch, choice))]
        if not free:
            return None
        names.update(free[0])
    return " AND ".join(sorted(names)) or None


def licence_of(package):
    """The permissive licence of a package and None, or None and why it is not taken."""
    files = licence_files(package)
    if not files:
        return None, "no licence file"
    names = set()
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        debian = path.name == "copyright" and text.lstrip().startswith("Format:")
        name = licence_of_debian(text) if debian else licence_of_text(text)
        if name is None:
            return None, f"not known to be permissive: {path.relative_to(package)}"
        names.update(name.split(" AND "))
    return " AND ".join(sorted(names)), None


def is_free_source(head):
    """False for a file whose head names a licence that is not permissive."""
    return not SOURCE_NOT_FREE.search(head)
