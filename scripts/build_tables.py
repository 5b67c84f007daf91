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
    hcpcs, status, work_rvu, nonfac_pe_rvu, ..., pctc, mult_proc, release
    mac, locality_number, gpci_work, gpci_pe, gpci_mp (with the year in the name of the file)
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
from therapycodes.published import (
    ADD_ON_PAIRS,
    EDIT_PAIRS,
    GEOGRAPHIC_FACTORS,
    KINDS,
    RELATIVE_VALUES,
    UNIT_LIMITS,
    columns,
)
from therapycodes.tables import (
    REASONS,
    load_edit_pairs,
    load_geographic_factors,
    load_relative_values,
    load_unit_limits,
)


TARGET = Path(therapycodes.__file__).with_name("data") / TABLES
MANIFEST = Path(__file__).with_name("tables.toml")

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
        elif {"hcpcs", "status", "work_rvu", "nonfac_pe_rvu", "release"} <= heading:
            yield from _relative_values(list(entries))
        elif {"mac", "locality_number", "gpci_work", "gpci_pe", "gpci_mp"} <= heading:
            yield from _geographic_factors(entries, path)
        else:
            raise SystemExit(f"{path.name}: not an extract for this table; see the head of this script")


EXTRACTS = ("column1,column2", "hcpcs,setting", "primary,add_on", "hcpcs,status", "mac,state")


def is_extract(path: Path) -> bool:
    """
    Whether a file begins with one of the headings above.
    """
    with path.open("rb") as file:
        head = file.readline(200).removeprefix(b"\xef\xbb\xbf")
    return head.startswith(tuple(one.encode() for one in EXTRACTS))


def as_shipped(name: str, paths: Sequence[Path], about: Mapping[str, Any]) -> Iterable[Sequence[str]]:
    """
    The rows of files in the layouts of CMS, read as a user's own are.
    """
    kind, _, setting = name.rpartition("-")
    release = {"version": about["version"], "read_on": about["reviewed_on"]}
    days = {"covered_from": about["covered_from"], "covered_through": about["covered_through"]}
    if kind == EDIT_PAIRS:
        through = about["covered_through"]
        current = about.get("current_from")
        return load_edit_pairs(paths, setting=setting, covered_through=through, current_from=current, **release).cells()
    if len(paths) != 1:
        raise SystemExit(f"{name}: give one file of CMS, or extracts")
    if kind == UNIT_LIMITS:
        return load_unit_limits(paths[0], setting=setting, **days, **release).cells()
    if name == RELATIVE_VALUES:
        return load_relative_values(paths[0], **days, **release).cells()
    if name == GEOGRAPHIC_FACTORS:
        return load_geographic_factors(paths[0], **days, **release).cells()
    raise SystemExit(f"{name}: only extracts are read for it")


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


PARTLY_READ = {"26"}
"""Years whose releases were read for some codes each: a code that one of them lacks may still stand in it."""


def _relative_values(entries: Sequence[Mapping[str, str]]) -> Iterator[Row]:
    """
    A row for each code and each stretch of quarters a release speaks for.

    A release speaks for its own quarter, and for those up to the next one that was read; the first one of a year
    speaks for the quarters before it, too.
    """
    by_code: dict[str, dict[int, tuple[str, ...]]] = {}
    year = ""
    read: set[int] = set()
    for entry in entries:
        year, quarter = _release(entry["release"])
        read.add(quarter)
        values = _values(entry)
        if by_code.setdefault(entry["hcpcs"], {}).setdefault(quarter, values) != values:
            raise SystemExit(f"{entry['hcpcs']}: two values in release {year}{LETTERS[quarter]}")
    for code, releases in by_code.items():
        known = sorted(releases if year in PARTLY_READ else read)
        for place, quarter in enumerate(known):
            if quarter in releases:
                first = 0 if place == 0 else quarter
                last = known[place + 1] - 1 if place + 1 < len(known) else 3
                start, end = date(2000 + int(year), 3 * first + 1, 1), _end_of(2000 + int(year), last)
                yield code, *releases[quarter], start.isoformat(), end.isoformat(), f"{year}{LETTERS[quarter]}"


LETTERS = "ABCD"


def _release(text: str) -> tuple[str, int]:
    """
    Year and quarter of a release such as `rvu24ar_jan`; a corrected one counts as the one it corrects.
    """
    found = re.match(r"rvu([0-9]{2})([abcd])", text)
    if found is None:
        raise SystemExit(f"{text}: not a release")
    return found[1], LETTERS.index(found[2].upper())


def _end_of(year: int, quarter: int) -> date:
    return date(year, 3 * quarter + 3, 31 if quarter in (0, 3) else 30)


def _values(entry: Mapping[str, str]) -> tuple[str, ...]:
    """
    Status, values and indicators; the totals only where their parts are missing.
    """
    parts = entry["work_rvu"], entry["nonfac_pe_rvu"], entry["fac_pe_rvu"], entry["mp_rvu"]
    totals = ("", "") if all(parts) else (entry["nonfac_total"], entry["fac_total"])
    marks = ("yes" if entry[name] else "" for name in ("nonfac_na", "fac_na"))
    return entry["status"], *parts, *totals, *marks, entry["mult_proc"], entry["pctc"]


def _geographic_factors(entries: Iterable[Mapping[str, str]], path: Path) -> Iterator[Row]:
    found = re.search(r"20[0-9]{2}", path.stem)
    if found is None:
        raise SystemExit(f"{path.name}: the name of the file is to hold the year")
    for entry in entries:
        locality = f"{entry['mac']}-{entry['locality_number']}"
        factors = entry["gpci_work"], entry["gpci_pe"], entry["gpci_mp"]
        yield locality, *factors, f"{found[0]}-01-01", f"{found[0]}-12-31"


def joined(rows: Iterable[Row], name: str) -> list[Row]:
    """
    Rows of one key that say the same over adjoining days, put together; the releases they were read in are added up.
    """
    heads = columns(KINDS[name])
    start, end = heads.index("effective_from"), heads.index("effective_through")
    done: list[Row] = []
    for row in sorted(rows, key=lambda row: (row[0], row[start])):
        last = done[-1] if done else None
        follows = last is not None and last[:start] == row[:start] and _next_day(last[end]) == row[start]
        if last is not None and follows:
            read = dict.fromkeys([*" ".join(last[end + 1 :]).split(), *row[end + 1 :]])
            done[-1] = (*last[:end], row[end], *([" ".join(read)] if read else []))
        else:
            done.append(row)
    return done


def _next_day(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()


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
    found: Iterable[Row]
    if all(is_extract(path) for path in paths):
        found = {row for path in paths for row in rows_of(name, path, about)}
    else:
        found = {tuple(cells) for cells in as_shipped(name, paths, about)}
    rows = sorted(found, key=_order(name))
    if name in (RELATIVE_VALUES, GEOGRAPHIC_FACTORS):
        rows = joined(rows, name)
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
    if name in (ADD_ON_PAIRS, RELATIVE_VALUES, GEOGRAPHIC_FACTORS):
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
