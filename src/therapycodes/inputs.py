"""
Checks of single values a caller passes in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from .errors import InvalidInputError


MINUTES_IN_A_DAY = 1440

_CODE = re.compile(r"[A-Z0-9]{5}", re.ASCII)

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


def checked_code(value: object, path: str = "code") -> str:
    """
    A procedure code: five capital letters or digits.
    """
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    raise InvalidInputError(
        path, "not a procedure code", 'give five capital letters or digits as text, such as "97110"'
    )


def checked_minutes(value: object, path: str = "minutes") -> int:
    """
    Whole minutes within one day.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInputError(path, "not a whole number of minutes", "give an int, dropping part minutes")
    if value < 0:
        raise InvalidInputError(path, "negative", "give 0 or more whole minutes")
    if value > MINUTES_IN_A_DAY:
        raise InvalidInputError(path, "longer than a day", f"give at most {MINUTES_IN_A_DAY} minutes")
    return value


def checked_money(value: object, path: str) -> Decimal:
    """
    An amount of dollars that is not negative, as a `Decimal`.
    """
    if not isinstance(value, Decimal):
        raise InvalidInputError(path, "not a Decimal", 'give amounts as Decimal, such as Decimal("33.50")')
    if not value.is_finite() or value < 0:
        raise InvalidInputError(path, "no amount of dollars", "give 0 or more dollars")
    return value


def checked_choice(kind: type[E], value: object, path: str) -> E:
    """
    One of the values of an enumeration, given as member or as its text.
    """
    if isinstance(value, str):
        try:
            return kind(value)
        except ValueError:
            pass
    raise InvalidInputError(path, "not one of the known values", f"choose one of {', '.join(kind)}")


def checked_sequence(kind: type[T], values: Iterable[T], path: str) -> tuple[T, ...]:
    """
    Several values of one class; text can be walked too, but is none.
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InvalidInputError(path, "not a sequence", f"give a list or tuple of {kind.__name__}")
    found = tuple(values)
    for index, value in enumerate(found):
        if not isinstance(value, kind):
            raise InvalidInputError(f"{path}[{index}]", f"not a {kind.__name__}", f"give {kind.__name__} values")
    return found
