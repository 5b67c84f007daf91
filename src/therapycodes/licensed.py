"""
Text of a licence holder, laid over the codes.

CPT descriptors belong to the American Medical Association, so none stand in this package.
Who holds a licence reads them from files of their own with `load_cpt`, `load_mrconso` or `load_hcpcs`; the labels of
the catalogue stay as they are, and nothing read here is kept by the library.

Text is shown only to those who ask for it by name: no `repr` and no error repeats a word of a file, and the values
refuse to be pickled, because a pickle is a copy of licensed text that nobody counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, NoReturn, Self

from attrs import Factory, evolve, field, frozen

from .code import Code
from .errors import InvalidInputError, TherapyCodesError
from .frozenmap import FrozenMap
from .givenfiles import AS_SHIPPED, Faults, TextFile, csv_rows, not_text, text_of, workbook_rows


__all__ = [
    "Descriptor",
    "Descriptors",
    "LineKind",
    "NoDescriptorError",
    "Origin",
    "load_cpt",
    "load_hcpcs",
    "load_mrconso",
]

LARGEST_MRCONSO = 16 * 1024 * 1024 * 1024
"""Bytes of the largest MRCONSO.RRF that is read; it is read row by row and may hold every vocabulary of the UMLS."""

_LONGEST_MRCONSO_ROW = 64 * 1024

_CPT = "[0-9]{4}[0-9A-Z]"
_SHAPE_OF_A_CODE = re.compile(r"[A-Z0-9]{5}", re.ASCII)


class LineKind(StrEnum):
    """
    The kind of line a text was read from.

    Attributes:
        TAB_ROW: code, TAB, text.
        FIXED_ROW: code, blank, text from column 7.
        FIXED_ROWS: code and sequence number; the text runs over several rows.
        CONCEPT_ROW: TAB-delimited columns with a concept id before the code.
        MRCONSO_CPT: a row of MRCONSO.RRF with the source abbreviation CPT.
        MRCONSO_HCPCS: a row of MRCONSO.RRF with the source abbreviation HCPCS.
        HCPCS_RECORD: the fixed-width record of the HCPCS Level II file.
        HCPCS_SHEET: a row of the spreadsheet of the HCPCS Level II file.
    """

    TAB_ROW = "tab-row"
    FIXED_ROW = "fixed-row"
    FIXED_ROWS = "fixed-rows"
    CONCEPT_ROW = "concept-row"
    MRCONSO_CPT = "mrconso-cpt"
    MRCONSO_HCPCS = "mrconso-hcpcs"
    HCPCS_RECORD = "hcpcs-record"
    HCPCS_SHEET = "hcpcs-sheet"


class NoDescriptorError(TherapyCodesError, KeyError):
    """
    The files that were read hold no text for this code.

    Attributes:
        code: the code asked for.
    """

    def __init__(self, code: object) -> None:
        self.code = code
        super().__init__(code)

    def __str__(self) -> str:
        shown = self.code if isinstance(self.code, str) and _SHAPE_OF_A_CODE.fullmatch(self.code) else "this code"
        return f"the files that were read hold no text for {shown}; for_code() gives None instead"


class _Unpickled:
    """
    Mixin for values with licensed text: copies are the value itself, pickles are refused.
    """

    __slots__ = ()

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("licensed text is not pickled; load it in each process")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        return self


@frozen
class Origin:
    """
    Where a text was read.

    Attributes:
        file: name of the file, without its folder.
        kind: the kind of line.
        line: number of the line, the first one of a text that runs over several.
    """

    file: str
    kind: LineKind
    line: int


@frozen(kw_only=True, repr=False)
class Descriptor(_Unpickled):
    """
    The licensed text of one code or modifier; what the files did not hold is `None` or empty.

    Attributes:
        code: the code or modifier.
        long: the full text.
        medium: the text of at most 48 characters.
        short: the text of at most 28 characters.
        consumer: the text for patients.
        clinician: the texts for clinicians, in the order of the file.
        origins: kind of text, such as `"long"` -> where it was read.
    """

    code: str
    long: str | None = None
    medium: str | None = None
    short: str | None = None
    consumer: str | None = None
    clinician: tuple[str, ...] = ()
    origins: Mapping[str, Origin] = Factory(FrozenMap)

    def __repr__(self) -> str:
        """
        The code and which texts there are; never a text.
        """
        return f"<Descriptor {self.code}: {', '.join(self.origins) or 'nothing'}>"


TEXTS = ("long", "medium", "short", "consumer", "clinician")
"""The kinds of text a `Descriptor` holds."""


@frozen(repr=False)
class Descriptors(_Unpickled, Mapping[str, Descriptor]):
    """
    The licensed text of many codes: a mapping from code to `Descriptor`.

    Attributes:
        modifiers: modifier -> its text, for files that hold modifiers.
        files: names of the files that were read.

    Example:
        >>> from therapycodes.licensed import Descriptor, Descriptors
        >>> own = Descriptors({"0001X": Descriptor(code="0001X", short="an invented text")})
        >>> own["0001X"].short
        'an invented text'
        >>> own
        <Descriptors: 1 code, 0 modifiers, from no file>
    """

    _codes: Mapping[str, Descriptor] = field(factory=dict, converter=FrozenMap[str, Descriptor])
    modifiers: Mapping[str, Descriptor] = field(factory=dict, kw_only=True, converter=FrozenMap[str, Descriptor])
    files: tuple[str, ...] = field(default=(), kw_only=True)

    def __getitem__(self, code: str) -> Descriptor:
        """
        The text of a code.

        Raises:
            NoDescriptorError: the files hold none; it is a `KeyError`.
        """
        try:
            return self._codes[code]
        except (KeyError, TypeError):
            raise NoDescriptorError(code) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def __repr__(self) -> str:
        """
        Counts and file names; never a text.
        """
        counts = f"{_counted(len(self), 'code')}, {_counted(len(self.modifiers), 'modifier')}"
        return f"<Descriptors: {counts}, from {', '.join(self.files) or 'no file'}>"

    def for_code(self, code: Code | str) -> Descriptor | None:
        """
        The text of a code of the catalogue, or `None`.

        Args:
            code: a `Code`, or its five characters.

        Example:
            >>> import therapycodes as tc
            >>> from therapycodes.licensed import Descriptors
            >>> Descriptors().for_code(tc.lookup("97110")) is None
            True
        """
        return self.get(code.code if isinstance(code, Code) else code)

    def merge(self, other: Descriptors) -> Descriptors:
        """
        Both together; where both hold the same text, it comes from this one.

        Args:
            other: further text.

        Raises:
            InvalidInputError: something else, or the two hold different text of one kind for the same code.
        """
        if not isinstance(other, Descriptors):
            raise InvalidInputError("other", "not Descriptors", "give what one of the loaders returned")
        codes, conflicts = _merged(self._codes, other._codes)
        modifiers, further = _merged(self.modifiers, other.modifiers)
        conflicts += further
        if conflicts:
            raise InvalidInputError(
                "other",
                f"holds different text for {_counted(len(conflicts), 'code')} that both have, first {conflicts[0]}",
                "merge files of one release only",
            )
        files = tuple(dict.fromkeys(self.files + other.files))
        return Descriptors(codes, modifiers=modifiers, files=files)


def load_cpt(source: str | Path | Iterable[str | Path]) -> Descriptors:
    """
    Read the AMA's standard files.

    Known are LONGULT, LONGULF, LONGUT and LONGUF (long text; the first of them that is there is read), MEDU, SHORTU,
    ConsumerDescriptor and ClinicianDescriptor, each with the suffix `.txt`.
    Long, medium and short text must be there for the same codes.

    Args:
        source: the folder of a release, searched three levels deep; or one file, or several.

    Returns:
        The text of every code; all of it or, with an error, nothing.

    Raises:
        DataError: names file, line and reason for each fault; never a word of the text.
    """
    faults = Faults()
    texts: dict[str, _Rows] = {}
    names: dict[str, str] = {}
    for kind, path, read in _cpt_files(source, faults):
        text = text_of(path, faults)
        names[kind] = path.name
        if text is not None:
            texts[kind] = read(text, faults)
    faults.stop()
    _same_codes(texts, names, faults)
    faults.stop()
    return _descriptors(texts, {}, tuple(names.values()))


def load_mrconso(path: str | Path) -> Descriptors:
    """
    Read the CPT and HCPCS rows of the UMLS file MRCONSO.RRF.

    Rows of other vocabularies, other languages than English, suppressed rows, chapter headings and modifiers are left
    out; term types say which kind of text a row is.

    Args:
        path: the file; it is read row by row, whatever its size.

    Raises:
        DataError: names file, line and reason for each fault; never a word of the text.
    """
    path, faults = Path(path), Faults()
    texts: dict[str, _Rows] = {}
    seen = False
    for number, line in _long_lines(path, faults):
        seen = seen or bool(line.strip())
        entry = _mrconso_row(line, path.name, number, faults)
        if entry is not None:
            kind, code, text, origin = entry
            _add(texts.setdefault(kind, {}), code, text, origin, faults, several=kind == "clinician")
    if not seen:
        faults.add(path.name, None, "an empty file", AS_SHIPPED, unless_any=True)
    elif not texts:
        faults.add(
            path.name,
            None,
            "no row of CPT or HCPCS with text for a code",
            "install the source CPT or HCPCS from the UMLS",
            unless_any=True,
        )
    faults.stop()
    return _descriptors(texts, {}, (path.name,))


def load_hcpcs(path: str | Path) -> Descriptors:
    """
    Read the HCPCS Level II file of CMS, with its modifiers.

    Args:
        path: the fixed-width file, or the spreadsheet saved as CSV (`.csv`); a workbook (`.xlsx`) is read only where
            openpyxl is installed, as with the extra `licensed`.

    Raises:
        DataError: names file, line and reason for each fault; never a word of the text.
    """
    path, faults = Path(path), Faults()
    suffix = path.suffix.casefold()
    records: Iterable[_Record] = ()
    if suffix == ".xlsx":
        records = _sheet_records(workbook_rows(path, faults, "licensed"), path.name, faults)
    elif (text := text_of(path, faults)) is not None:
        records = (
            _sheet_records(csv_rows(text, faults), path.name, faults) if suffix == ".csv" else _fixed(text, faults)
        )
    codes: dict[str, _Rows] = {}
    modifiers: dict[str, _Rows] = {}
    for record in _joined(records, path.name, faults):
        texts = modifiers if record.is_modifier else codes
        origin = Origin(path.name, record.kind, record.line)
        _add(texts.setdefault("long", {}), record.code, record.long, origin, faults)
        if record.short:
            _add(texts.setdefault("short", {}), record.code, record.short, origin, faults)
    if not codes and not modifiers:
        faults.add(path.name, None, "no record of a code or modifier", "give the file as CMS ships it", unless_any=True)
    faults.stop()
    return _descriptors(codes, modifiers, (path.name,))


# -- what is read and what is wrong with it ---------------------------------------------------------------------------


_Rows = dict[str, list[tuple[str, Origin]]]
"""Code -> its texts of one kind, with where each was read."""


def _add(  # noqa: PLR0913 - one text and where it belongs
    rows: _Rows, code: str, text: str, origin: Origin, faults: Faults, *, several: bool = False
) -> None:
    """
    Keep a text; a second one for the same code is a fault unless several are usual or it is the same again.
    """
    known = rows.setdefault(code, [])
    if several or not known:
        known.append((text, origin))
    elif known[0][0] != text or origin.kind in _ONCE:
        faults.add(origin.file, origin.line, f"{code} stands on line {known[0][1].line} too", "keep one of them")


_ONCE = frozenset(LineKind) - {LineKind.MRCONSO_CPT, LineKind.MRCONSO_HCPCS}
"""Files in which a code stands once; the UMLS repeats a text that several of its concepts share."""


def _descriptors(codes: dict[str, _Rows], modifiers: dict[str, _Rows], files: tuple[str, ...]) -> Descriptors:
    return Descriptors(_assembled(codes), modifiers=_assembled(modifiers), files=files)


def _assembled(texts: dict[str, _Rows]) -> dict[str, Descriptor]:
    """
    One descriptor a code, sorted, of the texts of each kind.
    """
    made: dict[str, Descriptor] = {}
    for code in sorted({code for rows in texts.values() for code in rows}):
        of_code = {kind: texts[kind][code] for kind in TEXTS if code in texts.get(kind, {})}
        single = {kind: found[0][0] for kind, found in of_code.items()}
        made[code] = Descriptor(
            code=code,
            long=single.get("long"),
            medium=single.get("medium"),
            short=single.get("short"),
            consumer=single.get("consumer"),
            clinician=tuple(text for text, _ in of_code.get("clinician", ())),
            origins=FrozenMap({kind: found[0][1] for kind, found in of_code.items()}),
        )
    return made


def _merged(
    ours: Mapping[str, Descriptor], theirs: Mapping[str, Descriptor]
) -> tuple[dict[str, Descriptor], list[str]]:
    """
    Both together, and the codes for which they differ.
    """
    merged, conflicts = dict(ours), []
    for code, other in theirs.items():
        own = merged.get(code)
        if own is None:
            merged[code] = other
            continue
        if any(getattr(own, kind) and getattr(other, kind) not in (getattr(own, kind), None, ()) for kind in TEXTS):
            conflicts.append(code)
            continue
        gained = {kind: getattr(other, kind) for kind in TEXTS if not getattr(own, kind) and getattr(other, kind)}
        merged[code] = evolve(own, **gained, origins=FrozenMap({**other.origins, **own.origins}))
    return dict(sorted(merged.items())), conflicts


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# -- the AMA's standard files -----------------------------------------------------------------------------------------


_TAB_ROW = re.compile(rf"({_CPT})\t(.*)", re.ASCII)
_FIXED_ROW = re.compile(rf"({_CPT})[ \t](.*)", re.ASCII)
_LONG_FIXED_ROW = re.compile(rf"({_CPT}) ?([0-9]{{2}}) (.*)", re.ASCII)
_CONCEPT_ROW = re.compile(rf"[^\t]*\t({_CPT})\t(.*)", re.ASCII)


def _row_matches(
    text: TextFile, pattern: re.Pattern[str], faults: Faults, *, columns: int = 0
) -> Iterator[tuple[int, re.Match[str]]]:
    """
    The rows after the copyright block.

    The block may be of any length and ends at an empty line, so the first row opens its paragraph (or follows a
    heading of as many columns); after it, every line that is not empty is a row.
    """
    number = next((number for number, line in enumerate(text.lines) if pattern.match(line)), None)
    if number is None:
        faults.add(text.name, None, "holds no row: no line begins like one", AS_SHIPPED)
        return
    start = number
    while start and text.lines[start - 1].strip():
        start -= 1
    if start < number and columns and text.lines[start].count("\t") == columns - 1:
        start += 1
    for index in range(start, len(text.lines)):
        line = text.lines[index]
        match = pattern.match(line)
        if match is not None:
            yield index + 1, match
        elif line.strip():
            faults.add(text.name, index + 1, "neither a row nor an empty line", AS_SHIPPED)


def _simple(pattern: re.Pattern[str], kind: LineKind) -> Callable[[TextFile, Faults], _Rows]:
    """
    A reader of files with one row a code.
    """

    def read(text: TextFile, faults: Faults) -> _Rows:
        rows: _Rows = {}
        for number, match in _row_matches(text, pattern, faults):
            _add_checked(rows, match[1], match[2], Origin(text.name, kind, number), faults)
        return rows

    return read


def _add_checked(  # noqa: PLR0913 - see _add
    rows: _Rows, code: str, text: str, origin: Origin, faults: Faults, *, several: bool = False
) -> None:
    if text.strip():
        _add(rows, code, text.strip(), origin, faults, several=several)
    else:
        faults.add(origin.file, origin.line, "cut off: no text after the code", AS_SHIPPED)


def _long_fixed(text: TextFile, faults: Faults) -> _Rows:
    """
    Long text over several rows, by code and rising sequence.
    """
    rows: _Rows = {}
    parts: dict[str, list[str]] = {}
    first: dict[str, tuple[int, int]] = {}
    previous, sequence = "", -1
    for number, match in _row_matches(text, _LONG_FIXED_ROW, faults):
        code, step, part = match[1], int(match[2]), match[3].strip()
        if not part:
            faults.add(text.name, number, "cut off: no text after the code", AS_SHIPPED)
        elif code in parts and (code != previous or step <= sequence):
            faults.add(text.name, number, f"{code} continues out of sequence", AS_SHIPPED)
        first.setdefault(code, (step, number))
        parts.setdefault(code, []).append(part)
        previous, sequence = code, step
    base = min((step for step, _ in first.values()), default=0)
    for code, (step, number) in first.items():
        if step != base:
            faults.add(text.name, number, f"the first row of {code} is missing", AS_SHIPPED)
        rows[code] = [(" ".join(parts[code]), Origin(text.name, LineKind.FIXED_ROWS, number))]
    return rows


def _concepts(columns: int, *, several: bool) -> Callable[[TextFile, Faults], _Rows]:
    """
    A reader of files with a heading and a concept id before the code.
    """

    def read(text: TextFile, faults: Faults) -> _Rows:
        rows: _Rows = {}
        for number, match in _row_matches(text, _CONCEPT_ROW, faults, columns=columns):
            cells = match[0].split("\t")
            if len(cells) != columns:
                faults.add(text.name, number, f"has {len(cells)} columns instead of {columns}", AS_SHIPPED)
                continue
            origin = Origin(text.name, LineKind.CONCEPT_ROW, number)
            _add_checked(rows, match[1], cells[-1], origin, faults, several=several)
        return rows

    return read


_Reader = Callable[[TextFile, Faults], _Rows]

_CPT_FILES: Mapping[str, tuple[str, _Reader]] = {
    "longult": ("long", _simple(_TAB_ROW, LineKind.TAB_ROW)),
    "longulf": ("long", _long_fixed),
    "longut": ("long", _simple(_TAB_ROW, LineKind.TAB_ROW)),
    "longuf": ("long", _long_fixed),
    "medu": ("medium", _simple(_FIXED_ROW, LineKind.FIXED_ROW)),
    "shortu": ("short", _simple(_FIXED_ROW, LineKind.FIXED_ROW)),
    "consumerdescriptor": ("consumer", _concepts(3, several=False)),
    "cliniciandescriptor": ("clinician", _concepts(4, several=True)),
}
"""Name of a file without suffix -> the kind of text and its reader; long text in mixed case before upper case."""

_KNOWN = "LONGULT, LONGULF, LONGUT, LONGUF, MEDU, SHORTU, ConsumerDescriptor or ClinicianDescriptor, each .txt"


def _cpt_files(source: str | Path | Iterable[str | Path], faults: Faults) -> list[tuple[str, Path, _Reader]]:
    """
    The files to read: kind of text, path and reader; one of each kind.
    """
    if isinstance(source, (str, Path)):
        one = Path(source)
        if not one.is_dir():
            return _by_kind([one], faults, choose=False)
        found = [path for level in ("*", "*/*", "*/*/*") for path in sorted(one.glob(level)) if _is_cpt(path)]
        if not found:
            faults.add(one.name or ".", None, "a folder without any of the standard files", f"it should hold {_KNOWN}")
        return _by_kind(found, faults, choose=True)
    given = [Path(path) for path in source]
    if not given:
        raise InvalidInputError("source", "no file at all", "give the folder of a release, or its files")
    return _by_kind(given, faults, choose=False)


def _is_cpt(path: Path) -> bool:
    return path.suffix.casefold() == ".txt" and path.stem.casefold() in _CPT_FILES


def _by_kind(paths: list[Path], faults: Faults, *, choose: bool) -> list[tuple[str, Path, _Reader]]:
    """
    One file of each kind; of several with long text the best is chosen in a folder, and none where files are named.
    """
    order = list(_CPT_FILES)
    known = [path for path in paths if _is_cpt(path)]
    for path in paths:
        if path not in known:
            faults.add(path.name, None, "not one of the standard files", f"give {_KNOWN}")
    chosen: dict[str, tuple[str, Path, _Reader]] = {}
    for path in sorted(known, key=lambda path: order.index(path.stem.casefold())):
        kind, read = _CPT_FILES[path.stem.casefold()]
        other = chosen.get(kind)
        if other is None:
            chosen[kind] = (kind, path, read)
        elif not choose or other[1].stem.casefold() == path.stem.casefold():
            faults.add(path.name, None, f"a second file with {kind} text", "give the files of one release, each once")
    return list(chosen.values())


def _same_codes(texts: dict[str, _Rows], names: dict[str, str], faults: Faults) -> None:
    """
    Long, medium and short text are there for the same codes, or the files are not of one release.
    """
    full = [kind for kind in ("long", "medium", "short") if kind in texts]
    for kind in full[1:]:
        ours, theirs = set(texts[full[0]]), set(texts[kind])
        if ours != theirs:
            missing, extra = len(ours - theirs), len(theirs - ours)
            faults.add(
                names[kind],
                None,
                f"{_counted(missing + extra, 'code')} differ from {names[full[0]]}: {missing} missing, {extra} more",
                "take all files from one release",
            )


# -- UMLS -------------------------------------------------------------------------------------------------------------


_MRCONSO_COLUMNS = 18
_LAT, _SAB, _TTY, _CODE, _STR, _SUPPRESS = 1, 11, 12, 13, 14, 16

_TERM_TYPES: Mapping[str, Mapping[str, str]] = {
    "CPT": {"PT": "long", "SY": "medium", "AB": "short", "ETCF": "consumer", "ETCLIN": "clinician"},
    "HCPCS": {"PT": "long", "AB": "short"},
}
_MRCONSO_SOURCES = (b"|CPT|", b"|HCPCS|")
"""Looked for before a row is taken apart: of the millions of rows few are of these vocabularies."""

_MRCONSO_KIND = {"CPT": LineKind.MRCONSO_CPT, "HCPCS": LineKind.MRCONSO_HCPCS}
_UMLS_CODE = {"CPT": re.compile(_CPT, re.ASCII), "HCPCS": re.compile(r"[A-Z][0-9]{4}", re.ASCII)}
_NO_CODE = re.compile(r"[0-9]{7}|[0-9A-Z]{2}", re.ASCII)
"""Chapter headings have seven digits, modifiers two characters."""


def _long_lines(path: Path, faults: Faults) -> Iterator[tuple[int, bytes]]:
    """
    The lines of a file that may be too large for memory.
    """
    try:
        if path.stat().st_size > LARGEST_MRCONSO:
            faults.add(path.name, None, f"larger than {LARGEST_MRCONSO // 1024**3} GB", AS_SHIPPED)
            return
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_MRCONSO_ROW):
                number += 1
                wrong = not_text(line) if number == 1 and line.strip() else None
                if wrong is not None:
                    faults.add(path.name, None, *wrong)
                    faults.stop()
                if len(line) == _LONGEST_MRCONSO_ROW:
                    faults.add(path.name, number, "longer than a row can be", AS_SHIPPED)
                    faults.stop()
                yield number, line
    except OSError:
        faults.add(path.name, None, "cannot be read", "give the path of MRCONSO.RRF")
        faults.stop()


def _mrconso_row(line: bytes, name: str, number: int, faults: Faults) -> tuple[str, str, str, Origin] | None:
    """
    Kind of text, code, text and origin of a row, or `None` for a row that holds no text of ours.
    """
    if not line.strip():
        return None
    row = line.rstrip(b"\r\n")
    if row.count(b"|") != _MRCONSO_COLUMNS or not row.endswith(b"|"):
        faults.add(name, number, f"not a row of {_MRCONSO_COLUMNS} columns, each ended by a bar", AS_SHIPPED)
        return None
    if not any(source in row for source in _MRCONSO_SOURCES):
        return None
    cells = row.split(b"|")
    source = cells[_SAB].decode("ascii", "replace")
    kind = _TERM_TYPES.get(source, {}).get(cells[_TTY].decode("ascii", "replace"))
    if kind is None or cells[_LAT] != b"ENG" or cells[_SUPPRESS] not in (b"N", b""):
        return None
    code = cells[_CODE].decode("ascii", "replace")
    if not _UMLS_CODE[source].fullmatch(code):
        if not _NO_CODE.fullmatch(code):
            faults.add(name, number, f"the column CODE holds no {source} code", AS_SHIPPED)
        return None
    try:
        text = cells[_STR].decode("utf-8").strip()
    except UnicodeDecodeError:
        faults.add(name, number, "not UTF-8", AS_SHIPPED)
        return None
    if not text:
        faults.add(name, number, "the column STR is empty", AS_SHIPPED)
        return None
    return kind, code, text, Origin(name, _MRCONSO_KIND[source], number)


# -- HCPCS Level II ---------------------------------------------------------------------------------------------------


class _Record(NamedTuple):
    """
    One record of the HCPCS file: the beginning or a continuation of a text.
    """

    line: int
    kind: LineKind
    code: str
    sequence: int
    is_modifier: bool
    is_first: bool
    long: str
    short: str


_RECORD_LENGTH = 320
_DETAIL_LENGTH = 293
"""A first record reaches to its action code; filler after it may be trimmed."""

_RECORD_ID = {"3": (False, True), "4": (False, False), "7": (True, True), "8": (True, False)}
"""Record id -> whether it is a modifier's, and whether it is the first."""

_SHEET_COLUMNS = ("hcpc", "seqnum", "recid", "longdescription", "shortdescription")


def _record(
    file: str, line: int, kind: LineKind, cells: tuple[str, str, str, str, str], faults: Faults
) -> _Record | None:
    """
    A record of its cells: code, sequence, record id, long and short text.
    """
    code, sequence, record_id, long, short = (cell.strip() for cell in cells)
    is_modifier, is_first = _RECORD_ID.get(record_id, (None, False))
    problem = None
    if is_modifier is None:
        problem = "has none of the record ids 3, 4, 7 and 8"
    elif not re.fullmatch(r"[0-9A-Z]{2}" if is_modifier else r"[A-Z][0-9]{4}", code, re.ASCII):
        problem = f"does not begin with a Level II {'modifier' if is_modifier else 'code'}"
    elif not (sequence.isascii() and sequence.isdigit()):
        problem = "has no sequence number"
    elif not long:
        problem = "cut off: no text"
    if problem is not None or is_modifier is None:
        faults.add(file, line, problem or "", AS_SHIPPED)
        return None
    return _Record(line, kind, code, int(sequence), is_modifier, is_first, long, short)


def _fixed(text: TextFile, faults: Faults) -> Iterator[_Record]:
    """
    The records of the fixed-width file.
    """
    for number, line in enumerate(text.lines, start=1):
        if not line.strip():
            continue
        is_first = line[10:11] in ("3", "7")
        if len(line) > _RECORD_LENGTH or (is_first and len(line) < _DETAIL_LENGTH):
            faults.add(text.name, number, f"has {len(line)} of {_RECORD_LENGTH} characters", AS_SHIPPED)
            continue
        cells = (line[:5], line[5:10], line[10:11], line[11:91], line[91:119])
        record = _record(text.name, number, LineKind.HCPCS_RECORD, cells, faults)
        if record is not None:
            yield record


def _sheet_records(rows: Iterable[tuple[int, list[str]]], name: str, faults: Faults) -> Iterator[_Record]:
    """
    The records of the spreadsheet, whose columns are found by their names.
    """
    places: list[int] | None = None
    for number, cells in rows:
        if not any(cells):
            continue
        if places is None:
            names = [re.sub(r"[^a-z]", "", cell.casefold()) for cell in cells]
            if all(column in names for column in _SHEET_COLUMNS):
                places = [names.index(column) for column in _SHEET_COLUMNS]
            continue
        padded = cells + [""] * (max(places) + 1 - len(cells))
        code, sequence, record_id, long, short = (padded[place] for place in places)
        record = _record(name, number, LineKind.HCPCS_SHEET, (code, sequence, record_id, long, short), faults)
        if record is not None:
            yield record
    if places is None:
        faults.add(name, None, "no row with the headings HCPC, SEQNUM, RECID and so on", AS_SHIPPED, unless_any=True)


def _joined(records: Iterable[_Record], name: str, faults: Faults) -> list[_Record]:
    """
    One record a code, its text joined in order of sequence.
    """
    joined: list[_Record] = []
    previous: _Record | None = None
    for record in records:
        if record.is_first:
            joined.append(record)
        elif previous is None or (previous.code, previous.is_modifier) != (record.code, record.is_modifier):
            faults.add(name, record.line, f"{record.code} continues without its first record", AS_SHIPPED)
        elif record.sequence <= previous.sequence:
            faults.add(name, record.line, f"{record.code} continues out of sequence", AS_SHIPPED)
        else:
            joined[-1] = joined[-1]._replace(long=f"{joined[-1].long} {record.long}")
        previous = record
    return joined
