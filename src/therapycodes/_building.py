"""
Bundled tables into frozen values, without the cost of a full check.

The release checks every bundled file strictly (`_checking`); here a table only has to fit its class.
A test holds the two to the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from attrs import fields, has

from .code import Metadata
from .evidence import Citation, Source


T = TypeVar("T")
Table = Mapping[str, Any]
Convert = Callable[[Any, Mapping[str, Source]], Any]


def build(kind: type[T], table: Table, sources: Mapping[str, Source]) -> T:
    """
    Make a value of a class from the table of a data file.

    Args:
        kind: an attrs class of `model`.
        table: what the file holds.
        sources: source id -> source, to resolve citations.

    Raises:
        KeyError, TypeError, ValueError: the table does not fit the class.
    """
    convert: Convert = _builder(kind)  # type: ignore[arg-type]
    made: T = convert(table, sources)
    return made


def _citation(table: Any, sources: Mapping[str, Source]) -> Citation:
    return Citation(sources[table["source"]], table["locator"])


@cache
def _builder(kind: Any) -> Convert:
    if kind is Citation:
        return _citation
    origin = get_origin(kind) or kind
    if kind == Metadata | Callable[[], Metadata]:
        return lambda value, sources: value if callable(value) else _builder(Metadata)(value, sources)
    if origin is UnionType:
        return _builder(next(option for option in get_args(kind) if option is not NoneType))
    if origin is tuple:
        item = _builder(get_args(kind)[0])
        return lambda values, sources: tuple([item(value, sources) for value in values])
    if isinstance(origin, type) and issubclass(origin, Enum):
        return lambda value, _sources: origin(value)
    if isinstance(origin, type) and has(origin):
        return _class_builder(origin, get_args(kind))
    return lambda value, _sources: value


def _class_builder(kind: Any, arguments: tuple[Any, ...]) -> Convert:
    hints = get_type_hints(kind)
    convert = {
        attribute.alias: _builder(arguments[0] if isinstance(hints[attribute.name], TypeVar) else hints[attribute.name])
        for attribute in fields(kind)
    }

    def make(table: Any, sources: Mapping[str, Source]) -> Any:
        return kind(**{key: convert[key](value, sources) for key, value in table.items()})

    return make
