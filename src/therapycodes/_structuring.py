"""
Plain tables into typed values, strictly: no coercion, no unknown keys, every fault with its path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, time
from decimal import Decimal
from enum import Enum
from types import GenericAlias
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin

from attrs import fields
from cattrs import BaseValidationError, Converter, ForbiddenExtraKeysError
from cattrs.errors import AttributeValidationNote, IterableValidationNote

from .errors import DataError, InvalidInputError, TherapyCodesError
from .periods import parse_date, parse_time


T = TypeVar("T")

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}", re.ASCII)

_WANTED: Mapping[type, tuple[str, str]] = {
    str: ("not text", "give text"),
    bool: ("neither true nor false", "give true or false"),
    int: ("not a whole number", "give a whole number without quotes or decimals"),
    Decimal: ("not an amount", "write it with its cents, such as 2410.00"),
    date: ("not a calendar date", "give a date in the form YYYY-MM-DD"),
    time: ("not a clock time", "give a time in the form HH:MM"),
}


class Fault(NamedTuple):
    """
    One thing wrong with a table: where, what, and what to do.
    """

    path: str
    problem: str
    remedy: str


class _MisfitError(TherapyCodesError):
    """
    A single value of the wrong kind; carries problem and remedy.
    """


def _exactly(kind: type[T]) -> Callable[[object, Any], T]:
    def structure(value: object, asked: Any) -> T:
        if isinstance(asked, type) and issubclass(asked, Enum):
            # dispatch by class takes an enumeration of text for text
            member: T = _member(value, asked)
            return member
        if type(value) is not kind:
            raise _MisfitError(*_WANTED[kind])
        return value

    return structure


def _date_from_text(value: object, _: object) -> date:
    if isinstance(value, str):
        with suppress(InvalidInputError):
            return parse_date(value)
    raise _MisfitError(*_WANTED[date])


def _time_from_text(value: object, _: object) -> time:
    if isinstance(value, str):
        with suppress(InvalidInputError):
            return parse_time(value, "time")
    raise _MisfitError(*_WANTED[time])


def _is_tuple(kind: object) -> bool:
    return get_origin(kind) is tuple


def _member(value: object, kind: type[Enum]) -> Any:
    try:
        return kind(value)
    except ValueError:
        choices = ", ".join(str(member.value) for member in kind)
        raise _MisfitError("not one of the known values", f"choose one of {choices}") from None


def strict_converter(*, dates: str) -> Converter:
    """
    A converter that changes no type and forbids unknown keys.

    Args:
        dates: `"toml"` when dates arrive as dates, `"json"` when they arrive as text.
    """
    converter = Converter(forbid_extra_keys=True, use_alias=True)
    for kind in _WANTED:
        converter.register_structure_hook(kind, _exactly(kind))
    if dates == "json":
        converter.register_structure_hook(date, _date_from_text)
        converter.register_structure_hook(time, _time_from_text)
    converter.register_structure_hook(Enum, _member)

    def listed(value: object, kind: object) -> tuple[object, ...]:
        # a mapping or a text can be walked too, but is no list
        if not isinstance(value, (list, tuple)):
            raise _MisfitError("not a list", "give a list")
        (item, *_) = get_args(kind)
        made: tuple[object, ...] = tuple(converter.structure(value, cast("Any", GenericAlias(list, (item,)))))
        return made

    converter.register_structure_hook_func(_is_tuple, listed)
    return converter


def faults_of(error: BaseException, path: str = "") -> Iterator[Fault]:
    """
    Every fault inside an error of a strict converter.
    """
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from faults_of(inner, path + _step(inner, path))
    elif isinstance(error, ForbiddenExtraKeysError):
        known = ", ".join(str(attribute.alias) for attribute in fields(error.cl) if attribute.name != "reasons")
        for key in sorted(error.extra_fields, key=str):
            shown = key if _PLAIN_KEY.fullmatch(str(key)) else "(a key that is not shown)"
            yield Fault(_joined(path, shown), "unknown key", f"remove it, or use one of {known}")
    elif isinstance(error, DataError):
        for fault in error.faults:
            said, _, inner_path = fault.rpartition(" @ ")
            problem, _, remedy = said.partition(": ")[2].partition("; ")
            yield Fault(_joined(path, inner_path.removeprefix(".")), problem, remedy or "mend it")
    elif isinstance(error, InvalidInputError):
        yield Fault(_joined(path, error.field, ending=True), error.problem, error.remedy)
    elif isinstance(error, _MisfitError):
        problem, remedy = error.args
        yield Fault(path, problem, remedy)
    elif isinstance(error, KeyError) and error.args and _PLAIN_KEY.fullmatch(str(error.args[0])):
        yield Fault(path, "missing", "add it")
    elif type(error) is ValueError and error.args:
        yield Fault(path, str(error), "mend it")
    else:
        yield Fault(path, "not of the right kind", "compare it with the documented format")


def _step(error: BaseException, path: str) -> str:
    """
    The part of the path that an inner error adds.
    """
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            name = note.name.lstrip("_")
            return f".{name}" if path else name
        if isinstance(note, IterableValidationNote):
            return f"[{note.index}]"
    return ""


def _joined(path: str, name: str, *, ending: bool = False) -> str:
    """
    A path and a further name; a name the path already ends with is not repeated.
    """
    if not path or not name:
        return path or name
    if ending and (path == name or path.endswith(f".{name}")):
        return path
    return f"{path}.{name}"
