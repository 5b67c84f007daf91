"""
Newer tables: files of CMS that a user downloaded, read into tables a catalogue can be given.

`Catalogue.with_tables` lays what is read here over the bundled tables.
A file that is empty, cut off, a web page or of another kind is refused; nothing is ever read as "no edits".
No error repeats a word of a file, and descriptions are not read at all: they belong to the AMA.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from .catalogue import Catalogue, bundled
from .evidence import Citation, Source, Standing
from .feeschedule import CodeStatus, GeographicFactors, RelativeValue
from .givenfiles import Faults, csv_rows, text_of, workbook_rows
from .inputs import checked_choice
from .periods import Period, parse_date
from .published import (
    EDIT_PAIRS,
    GEOGRAPHIC_FACTORS,
    RELATIVE_VALUES,
    UNIT_LIMITS,
    DateBasis,
    EditIndicator,
    EditPair,
    EditReason,
    Provenance,
    Row,
    Setting,
    Table,
    UnitLimit,
    cell_faults,
)


__all__ = ["load_edit_pairs", "load_geographic_factors", "load_relative_values", "load_unit_limits"]

LARGEST_TABLE = 512 * 1024 * 1024
"""Bytes of the largest table that is read; a quarter of a full set of edit pairs takes about a hundred megabytes."""

FEWEST = 0.5
"""A release that holds fewer of the keys the catalogue's table holds is taken for a part, or for another file."""

R = TypeVar("R", bound=Row)

_CODE = re.compile(r"(?=[A-Z0-9]*[0-9])[A-Z0-9]{5}(?![A-Za-z0-9])", re.ASCII)
"""A code; words of five capital letters in a heading are none."""

_DAY = re.compile(r"[0-9]{8}(?:\.0)?", re.ASCII)
_PART = re.compile(r"(.*[-_]f)([1-4])", re.IGNORECASE)
_FIRST_EDITS = date(1996, 1, 1)
"""The first day of the edits; a release holds every window since."""

_WHAT_IT_IS = "take the file as CMS ships it, whole"

REASONS: Mapping[str, EditReason] = {
    "standards of medical/surgical practice": EditReason.STANDARDS,
    "cpt manual or cms manual coding instruction": EditReason.INSTRUCTION,
    "misuse of column two code with column one code": EditReason.MISUSE,
    "mutually exclusive procedures": EditReason.EXCLUSIVE,
    "more extensive procedure": EditReason.EXTENSIVE,
    "cpt separate procedure definition": EditReason.SEPARATE,
    "hcpcs/cpt procedure code definition": EditReason.DEFINITION,
    "standard preparation/monitoring services for anesthesia": EditReason.ANESTHESIA,
}
"""CMS's category of an edit pair, in small letters -> our code for it."""


def load_edit_pairs(  # noqa: PLR0913 - what a release does not say of itself stands beside it
    source: str | Path | Iterable[str | Path],
    *,
    setting: str,
    version: str,
    covered_through: date | str,
    read_on: date | str,
    current_from: date | str | None = None,
    is_complete: bool = True,
    catalogue: Catalogue | None = None,
) -> Table[EditPair]:
    """
    Read procedure-to-procedure edits: the text file with tabs, the workbook, or the sheet saved as CSV.

    Only pairs with a code of the catalogue are kept.

    Args:
        source: the file, or every part of the set; a set of four parts is read whole or not at all.
        setting: `"practitioner"` or `"hospital"`.
        version: the release, such as `"v323r0"`.
        covered_through: last date of service the release supports, which is the last day of its quarter.
        read_on: the day the files were downloaded.
        current_from: first day of the quarter.
        is_complete: whether this is everything CMS has for the codes of the catalogue; of an extract only what it lists
            is believed.
        catalogue: whose codes are kept, if not the bundled catalogue's.

    Raises:
        DataError: names file, line and reason for each fault.
        InvalidInputError: an unknown setting, or no date.
    """
    where = checked_choice(Setting, setting, "setting")
    known, faults = catalogue or bundled(), Faults()
    names = set(known.code_names)
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    paths = _paths(source)
    _whole_set(paths, faults)
    for path in paths:
        held = False
        for number, cells in _rows(path, faults):
            row = _edit_row(cells)
            if row is None:
                if any(cell.strip() for cell in cells) and (held or _CODE.match(cells[0].strip())):
                    faults.add(path.name, number, "not a row of an edit pair", _WHAT_IT_IS)
                continue
            held = True
            if row[0] in names or row[1] in names:
                _keep(kept, row, EditPair, (path, number), faults)
        if not held:
            faults.add(path.name, None, "holds no row of an edit pair", _WHAT_IT_IS, unless_any=True)
    name = f"{EDIT_PAIRS}-{where}"
    rows = sorted(kept.values(), key=lambda row: (row[:2], row[4] or "9999", row[3]))
    if is_complete:
        _is_whole(rows, known.table(name, EditPair), EditPair, faults, paths)
    codes = {code for row in rows for code in row[:2]}
    period = Period(_FIRST_EDITS, parse_date(covered_through, "covered_through"))
    current = None if current_from is None else parse_date(current_from, "current_from")
    partners = tuple(sorted(codes - names if is_complete else codes))
    title = f"procedure-to-procedure edits, {where}"
    about = _provenance(title, paths, version, period, read_on, current_from=current, partners=partners)
    return _table(name, EditPair, about, rows, faults)


def load_unit_limits(  # noqa: PLR0913 - see load_edit_pairs
    source: str | Path,
    *,
    setting: str,
    version: str,
    covered_from: date | str,
    covered_through: date | str,
    read_on: date | str,
    is_complete: bool = True,
    catalogue: Catalogue | None = None,
) -> Table[UnitLimit]:
    """
    Read medically unlikely edits: the workbook, or the sheet saved as CSV.

    A release has no dates, so the days it is for are asked.
    Only codes of the catalogue are kept.

    Args:
        source: the file.
        setting: `"practitioner"` or `"hospital"`; its own column title must agree where it names one.
        version: the release.
        covered_from: first day of its quarter.
        covered_through: last day of its quarter.
        read_on: the day the file was downloaded.
        is_complete: whether this is the whole release.
        catalogue: whose codes are kept, if not the bundled catalogue's.

    Raises:
        DataError: names file, line and reason for each fault.
        InvalidInputError: an unknown setting, or no date.
    """
    where = checked_choice(Setting, setting, "setting")
    known, faults = catalogue or bundled(), Faults()
    period = _period(covered_from, covered_through)
    path = Path(source)
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    for number, cells in _under_heading(path, _LIMIT_HEADING, where, faults):
        code, units, indicator = (cell.strip() for cell in cells)
        if not _CODE.fullmatch(code) or not re.fullmatch(r"[123]( .*)?", indicator):
            faults.add(path.name, number, "not a row of a unit limit", _WHAT_IT_IS)
        elif code in known.code_names:
            _keep(kept, (code, units, indicator[0], *_days(period)), UnitLimit, (path, number), faults)
    name = f"{UNIT_LIMITS}-{where}"
    rows = sorted(kept.values())
    if is_complete:
        _is_whole(rows, known.table(name, UnitLimit), UnitLimit, faults, [path])
    about = _provenance(f"medically unlikely edits, {where}", [path], version, period, read_on)
    return _table(name, UnitLimit, about, rows, faults)


def load_relative_values(  # noqa: PLR0913 - see load_edit_pairs
    source: str | Path,
    *,
    version: str,
    covered_from: date | str,
    covered_through: date | str,
    read_on: date | str,
    catalogue: Catalogue | None = None,
) -> Table[RelativeValue]:
    """
    Read a relative value file (PPRRVU): the text file with fixed columns, the workbook, or the sheet saved as CSV.

    Rows with a modifier and codes the catalogue does not hold are left out.

    Args:
        source: the file.
        version: the release, such as `"26D"`.
        covered_from: first day of its quarter.
        covered_through: last day of its quarter.
        read_on: the day the file was downloaded.
        catalogue: whose codes are kept, if not the bundled catalogue's.

    Raises:
        DataError: names file, line and reason for each fault.
        InvalidInputError: no date.
    """
    known, faults = catalogue or bundled(), Faults()
    period = _period(covered_from, covered_through)
    path = Path(source)
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    for number, one in _relative_rows(path, faults):
        if one.code not in known.code_names or one.modifier:
            continue
        row = (*one.cells(), *_days(period), version)
        _keep(kept, row, RelativeValue, (path, number), faults)
    about = _provenance("relative values", [path], version, period, read_on)
    return _table(RELATIVE_VALUES, RelativeValue, about, sorted(kept.values()), faults)


def load_geographic_factors(
    source: str | Path, *, version: str, covered_from: date | str, covered_through: date | str, read_on: date | str
) -> Table[GeographicFactors]:
    """
    Read geographic practice cost indices: the workbook, or the sheet saved as CSV.

    Args:
        source: the file.
        version: the release, such as `"2026"`.
        covered_from: first day the factors are for.
        covered_through: last day they are for.
        read_on: the day the file was downloaded.

    Raises:
        DataError: names file, line and reason for each fault.
        InvalidInputError: no date.
    """
    faults = Faults()
    period = _period(covered_from, covered_through)
    path = Path(source)
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    ended = False
    for number, cells in _under_heading(path, _FACTOR_HEADING, None, faults):
        contractor, locality, work, pe, mp = (cell.strip() for cell in cells)
        if not any((contractor, locality, work)) or (contractor and not (work or pe or mp)):
            # notes stand below the last row
            ended = True
            continue
        if ended or not re.fullmatch(r"[0-9]{4,5}", contractor) or not re.fullmatch(r"[0-9]{1,2}", locality):
            faults.add(path.name, number, "not a row of a locality", _WHAT_IT_IS)
            continue
        key = f"{contractor.zfill(5)}-{locality.zfill(2)}"
        _keep(kept, (key, work, pe, mp, *_days(period)), GeographicFactors, (path, number), faults)
    about = _provenance("geographic practice cost indices", [path], version, period, read_on)
    return _table(GEOGRAPHIC_FACTORS, GeographicFactors, about, sorted(kept.values()), faults)


# -- what all of them share -------------------------------------------------------------------------------------------


def _paths(source: str | Path | Iterable[str | Path]) -> list[Path]:
    return [Path(source)] if isinstance(source, (str, Path)) else [Path(one) for one in source]


def _period(covered_from: date | str, covered_through: date | str) -> Period:
    return Period(parse_date(covered_from, "covered_from"), parse_date(covered_through, "covered_through"))


def _days(period: Period) -> tuple[str, str]:
    return str(period.effective_from), str(period.effective_through)


def _rows(path: Path, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """
    The rows of a file by its suffix: a workbook, CSV, or text with tabs.
    """
    suffix = path.suffix.casefold()
    if suffix == ".xlsx":
        yield from workbook_rows(path, faults, "tables")
        return
    text = text_of(path, faults, LARGEST_TABLE)
    if text is None:
        return
    if suffix == ".csv":
        yield from csv_rows(text, faults)
    else:
        yield from ((number, line.split("\t")) for number, line in enumerate(text.lines, start=1))
        if text.is_open:
            faults.add(path.name, len(text.lines), "cut off: the last line has no end", _WHAT_IT_IS)


def _keep(
    kept: dict[tuple[str, ...], tuple[str, ...]],
    row: tuple[str, ...],
    kind: type[Row],
    where: tuple[Path, int],
    faults: Faults,
) -> None:
    """
    Keep a row whose cells fit, once.
    """
    wrong = [f"{column}: {problem}" for column, problem in cell_faults(kind, row)]
    for problem in wrong:
        faults.add(where[0].name, where[1], problem, _WHAT_IT_IS)
    if not wrong and kept.setdefault(_key(kind, row), row) != row:
        faults.add(where[0].name, where[1], "stands in the file twice, with different values", _WHAT_IT_IS)


def _key(kind: type[Row], row: tuple[str, ...]) -> tuple[str, ...]:
    """
    What may stand in a file once: a code or place, or a pair with its first day, deleted ones aside.
    """
    if kind is not EditPair:
        return row[:1]
    return row[:5] if row[2] == EditIndicator.DELETED else (*row[:2], row[3])


def _is_whole(
    rows: Iterable[tuple[str, ...]], older: Table[R] | None, kind: type[R], faults: Faults, paths: list[Path]
) -> None:
    """
    Note it when a release holds too little of what the catalogue's own table holds.
    """
    if older is None:
        return
    size = len(kind.KEY)
    keys = older.keys()
    found = len(keys & {row[:size] for row in rows})
    if found < FEWEST * len(keys):
        faults.add(
            paths[0].name if paths else ".",
            None,
            f"holds {found} of the {len(keys)} keys of the table it is to replace",
            "give every part of the release, or say is_complete=False of an extract",
            unless_any=True,
        )


def _provenance(
    title: str, paths: list[Path], version: str, period: Period, read_on: date | str, **further: Any
) -> Provenance:
    names = ", ".join(path.name for path in paths)
    day = parse_date(read_on, "read_on")
    source = Source(
        id="given-by-the-caller",
        title=f"CMS {title}",
        publisher="Centers for Medicare & Medicaid Services, as downloaded by the caller",
        standing=Standing.PRIMARY,
        read_on=day,
        revision=version,
        note="Read from a file of the caller, whose origin this library cannot check.",
    )
    return Provenance(
        title=f"CMS {title}",
        version=version,
        covered_from=period.effective_from,
        covered_through=period.effective_through or date.max,
        reviewed_on=day,
        written_by=__name__,
        citations=(Citation(source, names or "no file"),),
        **further,
    )


def _table(name: str, kind: type[R], about: Provenance, rows: list[tuple[str, ...]], faults: Faults) -> Table[R]:
    file = about.citations[0].locator
    if not rows:
        faults.add(file, None, "holds nothing for the codes or places asked for", _WHAT_IT_IS, unless_any=True)
    if about.covered_through < about.covered_from:
        faults.add(file, None, "covered_through is before the first day", "give the days of the release")
    faults.stop()
    return Table(name, kind, about, rows)


def _words(cell: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", cell.casefold()).strip()


def _under_heading(
    path: Path, wanted: tuple[re.Pattern[str], ...], setting: Setting | None, faults: Faults
) -> Iterator[tuple[int, list[str]]]:
    """
    The cells of the wanted columns below the row of headings, which is found by its words.
    """
    places: list[int] | None = None
    for number, cells in _rows(path, faults):
        if places is None:
            heads = [_words(cell) for cell in cells]
            found = [next((at for at, head in enumerate(heads) if one.search(head)), None) for one in wanted]
            if None not in found:
                places = [at for at in found if at is not None]
                _right_setting(path, " ".join(heads), setting, faults)
        elif any(cell.strip() for cell in cells):
            padded = cells + [""] * (max(places) + 1 - len(cells))
            yield number, [padded[place] for place in places]
    if places is None:
        faults.add(path.name, None, "no row of headings of this kind of file", _WHAT_IT_IS, unless_any=True)


def _right_setting(path: Path, heads: str, setting: Setting | None, faults: Faults) -> None:
    """
    Note it when the headings name the other setting.
    """
    other = {Setting.PRACTITIONER: "hospital", Setting.HOSPITAL: "practitioner"}
    if setting is not None and other[setting] in heads:
        faults.add(path.name, None, f"its headings are those of the {other[setting]} file", "give the other setting")


# -- edit pairs -------------------------------------------------------------------------------------------------------


def _whole_set(paths: list[Path], faults: Faults) -> None:
    """
    Note it when parts of a set of four are missing, or when no file is given at all.
    """
    if not paths:
        faults.add(".", None, "no file at all", "give the files of the release")
    parts: dict[str, set[str]] = {}
    for path in paths:
        found = _PART.fullmatch(path.stem)
        if found is not None:
            parts.setdefault(found[1].casefold(), set()).add(found[2])
    for stem, numbers in parts.items():
        missing = sorted({"1", "2", "3", "4"} - numbers)
        if missing:
            faults.add(f"{stem}{missing[0]}", None, "a part of the set that was not given", "give all four parts")


def _edit_row(cells: list[str]) -> tuple[str, ...] | None:
    """
    The cells of an edit pair, or `None` for a line that is none.

    After the two codes may come a mark for edits older than 1996, and after it the two dates, the indicator and the
    reason.
    """
    held = [cell.strip() for cell in cells]
    if len(held) < 5 or not (_CODE.fullmatch(held[0]) and _CODE.fullmatch(held[1])):
        return None
    start = next((at for at in (2, 3) if _DAY.fullmatch(held[at])), None)
    if start is None or len(held) < start + 3:
        return None
    first, last, indicator = held[start : start + 3]
    if last not in ("*", "") and not _DAY.fullmatch(last):
        return None
    reason = held[start + 3].casefold() if len(held) > start + 3 else ""
    return (
        held[0],
        held[1],
        indicator.removesuffix(".0"),
        _iso(first),
        "" if last in ("*", "") else _iso(last),
        DateBasis.OBSERVED.value,
        REASONS[reason].value if reason in REASONS else "",
        "",
    )


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}"


# -- unit limits ------------------------------------------------------------------------------------------------------

_LIMIT_HEADING = (re.compile(r"^hcpcs"), re.compile(r"mue values?$"), re.compile(r"adjudication indicator"))


# -- the fee schedule -------------------------------------------------------------------------------------------------

_FACTOR_HEADING = (
    re.compile(r"contractor|^mac\b"),
    re.compile(r"^locality (number|no)|^locality$"),
    re.compile(r"\bpw gpci|work gpci|^gpci work|work floor"),
    re.compile(r"\bpe gpci|^gpci pe"),
    re.compile(r"\bmp gpci|^gpci mp"),
)


class _RelativeRow(NamedTuple):
    """
    What is read of one row of a relative value file.
    """

    code: str
    modifier: str
    status: str
    work: str
    nonfacility_pe: str
    nonfacility_na: str
    facility_pe: str
    facility_na: str
    mp: str
    pc_tc: str
    multiple_procedure: str

    def cells(self) -> tuple[str, ...]:
        """
        The cells of the table, up to the dates.
        """
        marks = ("yes" if mark == "NA" else "" for mark in (self.nonfacility_na, self.facility_na))
        parts = self.work, self.nonfacility_pe, self.facility_pe, self.mp
        return self.code, self.status, *parts, "", "", *marks, self.multiple_procedure, self.pc_tc


_FIXED = {
    "code": (0, 5),
    "modifier": (5, 7),
    "status": (57, 58),
    "work": (59, 65),
    "nonfacility_pe": (66, 72),
    "nonfacility_na": (72, 74),
    "facility_pe": (75, 81),
    "facility_na": (81, 83),
    "mp": (84, 89),
    "pc_tc": (102, 103),
    "multiple_procedure": (115, 116),
}
"""First and last position of each field of the text file, counted from 0."""

_RECORD = 147
"""Characters a record reaches at least, filler aside."""

_SHEET_PLACES = {
    "code": 0,
    "modifier": 1,
    "status": 3,
    "work": 5,
    "nonfacility_pe": 6,
    "nonfacility_na": 7,
    "facility_pe": 8,
    "facility_na": 9,
    "mp": 10,
    "pc_tc": 13,
    "multiple_procedure": 18,
}
"""Columns of the sheet; the headings stand over several rows and do not tell them apart."""


def _relative_rows(path: Path, faults: Faults) -> Iterator[tuple[int, _RelativeRow]]:
    read = _sheet_record if path.suffix.casefold() in (".csv", ".xlsx") else _fixed_record
    held = False
    for number, cells in _rows(path, faults):
        if not any(cell.strip() for cell in cells) or "\t".join(cells).startswith("HDR"):
            continue
        one = read(cells)
        if one is None:
            if held or _CODE.match(cells[0].strip()):
                faults.add(path.name, number, "not a row of relative values", _WHAT_IT_IS)
            continue
        held = True
        yield number, one
    if not held:
        faults.add(path.name, None, "holds no row of relative values", _WHAT_IT_IS, unless_any=True)


def _fixed_record(cells: list[str]) -> _RelativeRow | None:
    line = "\t".join(cells)
    if len(line) < _RECORD or not _CODE.fullmatch(line[:5]):
        return None
    return _checked({name: line[first:last].strip() for name, (first, last) in _FIXED.items()})


def _sheet_record(cells: list[str]) -> _RelativeRow | None:
    if len(cells) <= max(_SHEET_PLACES.values()):
        return None
    return _checked({name: cells[place].strip() for name, place in _SHEET_PLACES.items()})


def _checked(values: dict[str, str]) -> _RelativeRow | None:
    """
    A row that looks like one: a code, a status and four values.
    """
    one = _RelativeRow(**values)
    numbers = one.work, one.nonfacility_pe, one.facility_pe, one.mp
    is_row = _CODE.fullmatch(one.code) and one.status in {status.value for status in CodeStatus}
    return one if is_row and all(re.fullmatch(r"[0-9]*\.?[0-9]+", number) for number in numbers) else None
