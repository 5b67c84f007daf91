"""
Field names of other systems: which of theirs stands for which field of a note, and the move from one to the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import NoneType
from typing import Any, assert_never

from attrs import field, frozen

from .errors import InvalidInputError
from .evidence import HasCitations
from .frozenmap import FrozenMap


_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2})(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?",
    re.ASCII,
)
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}", re.ASCII)


class Conversion(StrEnum):
    """
    What may be taken of a value on its way; nothing else is converted.
    """

    DATE_PART = "date-part"
    CLOCK_PART = "clock-part"


@frozen(kw_only=True)
class FieldMove:
    """
    One field of theirs and the field of a note it stands for.

    Attributes:
        theirs: path in their data, such as `"Procedure[].code.text"`; `[]` means each item of a list.
        ours: path in a note, such as `"interventions[].description"`.
        conversion: what is taken of the value, if not all of it.
        values: their words and ours, where the words differ too.
    """

    theirs: str
    ours: str
    conversion: Conversion | None = None
    values: Mapping[str, str] = field(factory=FrozenMap, converter=FrozenMap)


@frozen(kw_only=True, slots=False)
class FieldTable:
    """
    The field names of one system.

    Attributes:
        fields: what stands for what.
        ignored: paths of theirs that are known and not read, with everything below them.
    """

    fields: tuple[FieldMove, ...]
    ignored: tuple[str, ...] = ()


@frozen(kw_only=True)
class FieldNames(FieldTable, HasCitations):
    """
    A bundled table of field names.

    Attributes:
        id: its name.
        title: whose names these are.
        reviewed_on: the day a person last checked them.
        note: what is not read, and why.
    """

    id: str
    title: str
    reviewed_on: date
    note: str | None = None


@frozen
class Renamed:
    """
    A plain note under our names.

    Attributes:
        plain: the dictionary of the note.
        origins: path in it -> path the value came from.
    """

    plain: dict[str, Any] = field(factory=dict)
    origins: dict[str, str] = field(factory=dict)

    def origin(self, path: str) -> str:
        """
        The path of theirs that a path of ours, or the nearest above it, came from.
        """
        above = [ours for ours in self.origins if path == ours or path.startswith((f"{ours}.", f"{ours}["))]
        return self.origins[max(above, key=len)] if above else path


def renamed(data: Mapping[str, object], table: FieldTable) -> Renamed:
    """
    Move every value to where our field of the same meaning stands.

    Raises:
        InvalidInputError: names the field of theirs at fault: unknown, of another shape, or one too many.
    """
    made = Renamed()
    for pattern, path, indices, value in _values(data, table, "", "", ()):
        for move in table.fields:
            depth = move.ours.count("[]")
            if move.theirs == pattern:
                if any(indices[depth:]):
                    raise InvalidInputError(path, "more than one where a note holds one", "leave the one that is meant")
                outer, _, last = move.ours.rpartition(".")
                held, at = _part(made, outer, indices)
                held[last] = _converted(move, value, path)
                made.origins[f"{at}.{last}" if at else last] = path
            elif pattern.endswith("[]") and move.theirs.startswith(f"{pattern}.") and len(indices) <= depth:
                # an item that states nothing is an item all the same
                _part(made, "[]".join([*move.ours.split("[]")[: len(indices)], ""]), indices)
    return made


def _values(
    value: object, table: FieldTable, pattern: str, path: str, indices: tuple[int, ...]
) -> Iterator[tuple[str, str, tuple[int, ...], object]]:
    """
    Every value the table reads and every item of a list, with its path and indices; a null is not stated.
    """
    known = {move.theirs for move in table.fields}
    if pattern in table.ignored:
        return
    if pattern in known:
        if value is not None:
            yield pattern, path, indices, value
    elif any(one.startswith(f"{pattern}[]") for one in (*known, *table.ignored)):
        if not isinstance(value, (list, tuple, NoneType)):
            raise InvalidInputError(path, "not a list", "give a list")
        for index, item in enumerate(value or ()):
            below, at, inside = f"{pattern}[]", f"{path}[{index}]", (*indices, index)
            if below not in known:
                yield below, at, inside, None
            yield from _values(item, table, below, at, inside)
    elif not pattern or any(one.startswith(f"{pattern}.") for one in (*known, *table.ignored)):
        if not isinstance(value, (Mapping, NoneType)) or (value is None and not pattern):
            raise InvalidInputError(path or "data", "not an object", "give a mapping of field names to values")
        for key, item in (value or {}).items():
            shown = key if isinstance(key, str) and _PLAIN_KEY.fullmatch(key) else "(a key that is not shown)"
            below, at = (f"{pattern}.{shown}", f"{path}.{shown}") if pattern else (shown, shown)
            yield from _values(item, table, below, at, indices)
    else:
        raise InvalidInputError(path, "unknown key", "remove it, or name it in a table of one's own")


def _part(made: Renamed, path: str, indices: tuple[int, ...]) -> tuple[dict[str, Any], str]:
    """
    The part of the note at a path, made where it is not there yet, and the path with its indices.
    """
    held = made.plain
    at: list[str] = []
    places = iter(indices)
    for step in path.split(".") if path else ():
        name = step.removesuffix("[]")
        if name == step:
            held = held.setdefault(name, {})
            at.append(name)
        else:
            items = held.setdefault(name, [])
            index = next(places)
            items += [{} for _ in range(len(items), index + 1)]
            held = items[index]
            at.append(f"{name}[{index}]")
    return held, ".".join(at)


def _converted(move: FieldMove, value: object, path: str) -> object:
    if move.values:
        if not isinstance(value, str) or value not in move.values:
            choices = ", ".join(move.values)
            raise InvalidInputError(path, "not one of the known values", f"choose one of {choices}")
        return move.values[value]
    if move.conversion is None:
        return value
    found = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    match move.conversion:
        case Conversion.DATE_PART:
            part = found and found[1]
        case Conversion.CLOCK_PART:
            part = found and found[2]
        case _:  # pragma: no cover - the enumeration is closed
            assert_never(move.conversion)
    if part is None:
        raise InvalidInputError(
            path, f"has no {move.conversion.replace('-', ' ')}", "give text such as 2026-03-02T14:05:00-05:00"
        )
    return part
