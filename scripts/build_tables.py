"""
Write the bundled tables from files in the layouts of CMS, or from extracts of them.

    python scripts/build_tables.py edit-pairs-practitioner=PATH unit-limits-practitioner=PATH ...

A name may be given several times; its rows are put together.
What is written about a table (version, covered dates, citations) stands in `scripts/tables.toml`.
With `--check` nothing is written, and the exit status is 1 when a table differs.

An extract is a CSV file with one of these headings, further columns being left alone:

    column1, column2, modifier_indicator, effective, deleted, effective_basis, rationale
    hcpcs, setting, mue, mai, version
    primary, add_on, aoc_edit_type
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import therapycodes
from therapycodes._loading import TABLE_SUFFIX, TABLES
from therapycodes.catalogue import bundled
from therapycodes.published import ADD_ON_PAIRS, EDIT_PAIRS, KINDS, EditReason, columns


TARGET = Path(therapycodes.__file__).with_name("data") / TABLES
MANIFEST = Path(__file__).with_name("tables.toml")

REASONS = {
    "standards of medical/surgical practice": EditReason.STANDARDS,
    "cpt manual or cms manual coding instruction": EditReason.INSTRUCTION,
    "misuse of column two code with column one code": EditReason.MISUSE,
    "mutually exclusive procedures": EditReason.EXCLUSIVE,
    "more extensive procedure": EditReason.EXTENSIVE,
    "cpt separate procedure definition": EditReason.SEPARATE,
    "hcpcs/cpt procedure code definition": EditReason.DEFINITION,
    "standard preparation/monitoring services for anesthesia": EditReason.ANESTHESIA,
}
QUARTER = re.compile(r"([0-9]{4})-?Q([1-4])")

Row = tuple[str, ...]


def rows_of(name: str, path: Path, about: Mapping[str, Any]) -> Iterator[Row]:
    """
    The rows an input file has for a table, as the cells of the bundled file.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        entries = csv.DictReader(file)
        heading = set(entries.fieldnames or ())
        if {"column1", "column2", "modifier_indicator"} <= heading:
            yield from _edit_pairs(entries, about)
        elif {"hcpcs", "setting", "mue", "mai", "version"} <= heading:
            yield from _unit_limits(entries, name)
        elif {"primary", "add_on", "aoc_edit_type"} <= heading:
            yield from _add_on_pairs(entries)
        else:
            raise SystemExit(f"{path.name}: neither a file of CMS nor an extract; see the head of this script")


def _edit_pairs(entries: Iterable[Mapping[str, str]], about: Mapping[str, Any]) -> Iterator[Row]:
    confirmed = max((one["covered_through"] for one in about.get("confirmed", ())), default=None)
    for entry in entries:
        basis = entry["effective_basis"].partition(" ")[0]
        yield (
            entry["column1"],
            entry["column2"],
            entry["modifier_indicator"],
            entry["effective"],
            entry["deleted"],
            basis,
            REASONS[entry["rationale"].casefold()].value,
            str(confirmed) if basis == "observed" and confirmed else "",
        )


def _unit_limits(entries: Iterable[Mapping[str, str]], name: str) -> Iterator[Row]:
    settings = {"practitioner": "practitioner", "outpatient_hospital": "hospital"}
    for entry in entries:
        if name.endswith(settings[entry["setting"]]):
            first, last = _quarters(entry["version"])
            yield entry["hcpcs"], entry["mue"], entry["mai"], first.isoformat(), last.isoformat()


def _quarters(version: str) -> tuple[date, date]:
    """
    First and last day of the quarters a version names, as its first day or as `2026Q3`.
    """
    named = [(int(year), int(number)) for year, number in QUARTER.findall(version)]
    if not named:
        day = date.fromisoformat(version)
        named = [(day.year, (day.month + 2) // 3)]
    (year, first), (until, last) = min(named), max(named)
    return date(year, 3 * first - 2, 1), date(until, 3 * last, 31 if last in (1, 4) else 30)


def _add_on_pairs(entries: Iterable[Mapping[str, str]]) -> Iterator[Row]:
    known = set(bundled().code_names)
    for entry in entries:
        # placeholders of CMS for "any code a contractor accepts" are no codes
        if entry["add_on"] in known and not re.fullmatch(r"C{5}", entry["primary"]):
            yield entry["add_on"], entry["primary"], entry["aoc_edit_type"] or "0"


def header(about: Mapping[str, Any]) -> Iterator[str]:
    """
    The comment lines a table begins with.
    """
    for key, value in {**about, "written_by": "scripts/build_tables.py"}.items():
        yield f"# {key} = {_toml(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(item)}' for key, item in value.items())} }}"
    return str(value)


def content(name: str, paths: Sequence[Path], about: Mapping[str, Any]) -> bytes:
    """
    What the file of a table must hold.
    """
    rows = sorted({row for path in paths for row in rows_of(name, path, about)}, key=_order(name))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns(KINDS[name]))
    writer.writerows(rows)
    return ("\n".join(header(about)) + "\n" + out.getvalue()).encode()


def _order(name: str) -> Any:
    """
    Rows by their key and, within it, the window that ended first.
    """
    if name.startswith(EDIT_PAIRS):
        return lambda row: (row[:2], row[4] or "9999", row[3], row)
    if name == ADD_ON_PAIRS:
        return lambda row: row
    return lambda row: (row[0], row[3])


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Write the tables whose inputs are given, or with `--check` compare them.

    Args:
        arguments: those of the command line, if not the process's own.

    Returns:
        0, or 1 when a table is stale.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 when a table is stale")
    parser.add_argument("--into", type=Path, default=TARGET, help="the folder to write to")
    parser.add_argument("inputs", nargs="+", metavar="NAME=PATH", help=f"NAME is one of {', '.join(sorted(KINDS))}")
    options = parser.parse_args(arguments)
    manifest = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))
    given: dict[str, list[Path]] = {}
    for one in options.inputs:
        name, _, path = one.partition("=")
        if name not in manifest or not path:
            parser.error(f"{name}: give NAME=PATH with a name that stands in {MANIFEST.name}")
        given.setdefault(name, []).append(Path(path))
    stale = 0
    for name, paths in given.items():
        due, target = content(name, paths, manifest[name]), options.into / f"{name}{TABLE_SUFFIX}"
        if options.check:
            fresh = target.is_file() and target.read_bytes() == due
            print(f"{target.name} is {'up to date' if fresh else 'stale: run scripts/build_tables.py'}")
            stale += not fresh
        else:
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(due)
            print(f"{target.name}: {len(due)} bytes")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
