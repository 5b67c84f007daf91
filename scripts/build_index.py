"""
Write the index behind `search` and `suggest` from the bundled codes and the vocabulary.

Run it after any change of `data/codes/` or `data/vocabulary.toml`; with `--check` it only says whether it is due.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import therapycodes
from therapycodes._index import INDEX, VOCABULARY, build, to_bytes, vocabulary_from
from therapycodes.catalogue import bundled


DATA = Path(therapycodes.__file__).with_name("data")


def content() -> bytes:
    """
    What the index file must hold.
    """
    vocabulary = vocabulary_from((DATA / VOCABULARY).read_bytes())
    return to_bytes(build(bundled().codes(), vocabulary))


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Write the index, or with `--check` compare it.

    Args:
        arguments: those of the command line, if not the process's own.

    Returns:
        0, or 1 when the file is stale.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 when the index is stale")
    options = parser.parse_args(arguments)
    due, path = content(), DATA / INDEX
    if options.check:
        fresh = path.is_file() and path.read_bytes() == due
        print("index.json is up to date" if fresh else "index.json is stale: run scripts/build_index.py")
        return 0 if fresh else 1
    path.write_bytes(due)
    print(f"{path.name}: {len(due)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
