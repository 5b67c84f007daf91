"""
The edge: the one module that opens data files.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ._building import build
from .code import Code, Metadata
from .errors import DataError
from .evidence import Source


if TYPE_CHECKING:
    from decimal import Decimal

    from importlib_resources.abc import Traversable

    from .fieldnames import FieldNames
    from .modifier import Modifier
    from .policy import Policy, Rule
    from .published import Provenance, Row, Table
    from .requirement import RequirementSet
    from .year import Year

    R = TypeVar("R", bound=Row)

T = TypeVar("T")

CODES = "codes"
YEARS = "years"
POLICIES = "policies"
DOCUMENTATION = "documentation"
RULES = "rules"
TABLES = "tables"
FIELDS = "fields"
SOURCES = "sources.toml"
MODIFIERS = "modifiers.toml"
SUFFIX = ".toml"
TABLE_SUFFIX = ".csv"

_METADATA_HEAD = re.compile(rb"^\[metadata\.", re.MULTILINE)

_POSITION = re.compile(r"\((at [^()]*)\)\Z", re.ASCII)
_SOURCE_HEAD = re.compile(r"^\[([a-z0-9-]+)\]\r?$", re.MULTILINE | re.ASCII)


def bundled_root(folder: str = "data") -> Traversable | Path:
    """
    A data folder of the installed package, a directory or a part of a zip.
    """
    beside = Path(__file__).with_name(folder)
    if beside.is_dir():
        return beside
    from importlib_resources import files  # noqa: PLC0415 - a directory needs none of its machinery

    return files(__package__).joinpath(folder)


def bundled_content(name: str) -> bytes:
    """
    The bytes of a file that stands in the bundled data folder itself.
    """
    return bundled_root().joinpath(name).read_bytes()


def _amount(text: str) -> Decimal:
    from decimal import Decimal  # noqa: PLC0415 - most files hold no amounts

    return Decimal(text)


def parse(content: bytes, name: str) -> dict[str, Any]:
    """
    Read one TOML file; amounts come out as `Decimal`.
    """
    try:
        return tomllib.loads(content.decode("utf-8"), parse_float=_amount)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        where = _POSITION.search(str(fault))
        raise DataError([f"{name}: not valid TOML in UTF-8, {where[1] if where else 'undecodable'} @ ."]) from None


def divided(content: bytes) -> tuple[bytes, bytes]:
    """
    A code file cut before its metadata, which stand last and are most of it.
    """
    found = _METADATA_HEAD.search(content)
    at = found.start() if found else len(content)
    return content[:at], content[at:]


class TableFile(NamedTuple):
    """
    A table file taken apart: its provenance, and its rows with the number of the line before the first.
    """

    provenance: dict[str, Any]
    headings: list[str]
    rows: Iterator[list[str]]
    headings_line: int


def table_file(content: bytes, path: str) -> TableFile:
    """
    Take a table file apart; the comment lines it begins with are TOML together.

    Raises:
        DataError: not UTF-8, or a provenance that is no TOML.
    """
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise DataError([f"{path}: not UTF-8 @ ."]) from None
    start = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = "\n".join(line[1:].removeprefix(" ") for line in lines[:start])
    provenance = parse(header.encode(), path)
    rows = csv.reader(lines[start:])
    return TableFile(provenance, next(rows, []), rows, start + 1)


class DataFiles:
    """
    A tree of data files, read one file at a time and only when asked.

    Args:
        root: the folder that holds `codes/`, `policies/` and the rest.
    """

    def __init__(self, root: Traversable | Path) -> None:
        self.root = root
        self._sources: Mapping[str, Source] | None = None

    def names(self, folder: str) -> tuple[str, ...]:
        """
        The names of the files of a folder without their suffix, sorted.
        """
        inside = self.root.joinpath(folder).iterdir()
        return tuple(sorted(item.name.removesuffix(SUFFIX) for item in inside if item.name.endswith(SUFFIX)))

    def field_name_ids(self) -> tuple[str, ...]:
        """
        The ids of the tables of field names, sorted; none where the tree has no such folder.
        """
        return self.names(FIELDS) if self.root.joinpath(FIELDS).is_dir() else ()

    def field_names(self, name: str) -> FieldNames | None:
        """
        One table of field names, if there is a file for it.
        """
        from .fieldnames import FieldNames  # noqa: PLC0415 - looking a code up does without

        return self._read(FieldNames, FIELDS, name)

    def table_names(self) -> tuple[str, ...]:
        """
        The names of the tables, sorted; none where the tree has no such folder.
        """
        folder = self.root.joinpath(TABLES)
        inside = folder.iterdir() if folder.is_dir() else ()
        return tuple(
            sorted(item.name.removesuffix(TABLE_SUFFIX) for item in inside if item.name.endswith(TABLE_SUFFIX))
        )

    def content(self, *path: str) -> bytes | None:
        """
        The bytes of a file, or `None` when there is no such file.
        """
        item = self.root
        for part in path:
            item = item.joinpath(part)
        return item.read_bytes() if item.is_file() else None

    @property
    def sources(self) -> Mapping[str, Source]:
        """
        Every source, by id; each is read when first asked for.
        """
        if self._sources is None:
            self._sources = _Sources(self.content(SOURCES) or b"")
        return self._sources

    def _read(self, kind: type[T], folder: str, name: str) -> T | None:
        content = self.content(folder, name + SUFFIX)
        if content is None:
            return None
        path = f"{folder}/{name}{SUFFIX}"
        return self._built(kind, parse(content, path), path)

    def _built(self, kind: type[T], table: Mapping[str, Any], path: str) -> T:
        try:
            return build(kind, table, self.sources)
        except (KeyError, TypeError, ValueError) as fault:
            raise _misfit(path, fault) from fault

    def code(self, code: str) -> Code | None:
        """
        One code, if there is a file for it; its metadata, which stand last in the file, are read when asked for.
        """
        content = self.content(CODES, code + SUFFIX)
        if content is None:
            return None
        path = f"{CODES}/{code}{SUFFIX}"
        head, tail = divided(content)
        table = parse(head, path)
        if tail and "metadata" in table:
            table = parse(content, path)
        elif tail:
            table["metadata"] = partial(self._metadata, code)
        return self._built(Code, table, path)

    def _metadata(self, code: str) -> Metadata:
        path = f"{CODES}/{code}{SUFFIX}"
        _, tail = divided(self.content(CODES, code + SUFFIX) or b"")
        return self._built(Metadata, parse(tail, path).get("metadata", {}), path)

    def policy(self, name: str) -> Policy | None:
        """
        One policy, if there is a file for it.
        """
        from .policy import Policy  # noqa: PLC0415 - looking a code up does without

        return self._read(Policy, POLICIES, name)

    def requirement_set(self, name: str) -> RequirementSet | None:
        """
        One set of documentation requirements, if there is a file for it.
        """
        from .requirement import RequirementSet  # noqa: PLC0415 - looking a code up does without

        return self._read(RequirementSet, DOCUMENTATION, name)

    def year(self, year: int) -> Year | None:
        """
        The amounts of one calendar year, if there is a file for it.
        """
        from .year import Year  # noqa: PLC0415 - looking a code up does without

        return self._read(Year, YEARS, str(year))

    def table(self, name: str, kind: type[R]) -> Table[R] | None:
        """
        One published table, if there is a file for it; every row is read.
        """
        content = self.content(TABLES, name + TABLE_SUFFIX)
        if content is None:
            return None
        from .published import Provenance, Table, columns  # noqa: PLC0415 - looking a code up does without

        path = f"{TABLES}/{name}{TABLE_SUFFIX}"
        file = table_file(content, path)
        provenance: Provenance = self._built(Provenance, file.provenance, path)
        if tuple(file.headings) != columns(kind):
            raise _misfit(path, ValueError("other columns"))
        return Table(name, kind, provenance, file.rows)

    def rules(self) -> tuple[Rule, ...]:
        """
        Every rule of every rule file.
        """
        from .policy import Rule  # noqa: PLC0415 - looking a code up does without

        found: list[Rule] = []
        for name in self.names(RULES):
            path = f"{RULES}/{name}{SUFFIX}"
            table = parse(self.content(RULES, name + SUFFIX) or b"", path)
            try:
                found += [build(Rule, entry, self.sources) for entry in table["rules"]]
            except (KeyError, TypeError, ValueError) as fault:
                raise _misfit(path, fault) from fault
        return tuple(found)

    def modifiers(self) -> tuple[Modifier, ...]:
        """
        Every entry of the file of modifiers; a tree without that file knows none.
        """
        from .modifier import Modifier  # noqa: PLC0415 - looking a code up does without

        content = self.content(MODIFIERS)
        if content is None:
            return ()
        try:
            return tuple(build(Modifier, entry, self.sources) for entry in parse(content, MODIFIERS)["modifiers"])
        except (KeyError, TypeError, ValueError) as fault:
            raise _misfit(MODIFIERS, fault) from fault


class _Sources(Mapping[str, Source]):
    """
    The bibliography, cut into its tables and parsed one table at a time: a lookup cites a few of hundreds.
    """

    def __init__(self, content: bytes) -> None:
        text = content.decode("utf-8")
        heads = list(_SOURCE_HEAD.finditer(text))
        ends = [*(head.start() for head in heads[1:]), len(text)]
        self._texts = {head[1]: text[head.start() : end] for head, end in zip(heads, ends, strict=False)}
        self._made: dict[str, Source] = {}

    def __getitem__(self, key: str) -> Source:
        made = self._made.get(key)
        if made is None:
            entry = parse(self._texts[key].encode(), SOURCES)[key]
            try:
                made = build(Source, {"id": key, **entry}, {})
            except (KeyError, TypeError, ValueError) as fault:
                raise _misfit(SOURCES, fault) from fault
            self._made[key] = made
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def _misfit(path: str, fault: Exception) -> DataError:
    """
    A bundled file that does not fit its class: the installation is damaged.
    """
    return DataError([f"{path}: does not fit its class ({type(fault).__name__}: {fault}); reinstall therapycodes"])
