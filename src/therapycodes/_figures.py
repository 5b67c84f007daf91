"""
Figures in the parts of a text: dates, times of day, scores, and numbers with units.

Each function looks at the part where it is told to and a fixed number of parts after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ._lexicon import Group, Lexicon, Part
from .mention import Certainty


_LONGEST_NUMBER = 7
_FIRST_YEAR = 1900
_LAST_YEAR = 2100
_DATE_SIGNS = frozenset("/-")
_RANGE_SIGNS = frozenset("-\N{EN DASH}")
_GRADE_SIGNS = frozenset("+-")
_PRIME = "'"
_MOST_PRIME_MINUTES = 60
"""A prime stands for minutes up to an hour, beyond it for feet."""

_HALVES = frozenset({"am", "pm"})


class DateRead(NamedTuple):
    """
    A date, the part after it, and how sure its year is.
    """

    value: date
    end: int
    certainty: Certainty


class TimeRead(NamedTuple):
    """
    A time of day as `"09:45"`, the part after it, and how sure its half of the day is.
    """

    value: str
    end: int
    certainty: Certainty


class Figure(NamedTuple):
    """
    A number with what belongs to it.

    Attributes:
        value: the number, a range such as `"0-120"`, or a grade such as `"4-"`.
        out_of: what stands after a stroke.
        unit: the unit, where one is written.
        end: the part after it.
    """

    value: int | Decimal | str
    out_of: int | None
    unit: str | None
    end: int

    @property
    def largest(self) -> Decimal:
        """
        The number, or the upper end of a range.
        """
        return Decimal(str(self.value).rstrip("+-").rpartition("-")[2])


def text_at(read: Sequence[Part], at: int) -> str:
    """
    The part at a place as written, or nothing beyond the end.
    """
    return read[at].text if at < len(read) else ""


def is_number(read: Sequence[Part], at: int) -> bool:
    """
    Whether a number of a plausible length stands at a place.
    """
    return at < len(read) and read[at].kind == "number" and len(read[at].text) <= _LONGEST_NUMBER


def whole_at(read: Sequence[Part], at: int) -> int | None:
    """
    The whole number at a place.
    """
    return int(read[at].text) if is_number(read, at) and "." not in read[at].text else None


def touches(read: Sequence[Part], at: int) -> bool:
    """
    Whether a part follows the one before it without a blank.
    """
    return 0 < at < len(read) and read[at - 1].end == read[at].start


def _number(text: str) -> int | Decimal:
    return Decimal(text) if "." in text else int(text)


# -- dates ------------------------------------------------------------------------------------------------------------


def date_at(read: Sequence[Part], at: int, lexicon: Lexicon) -> DateRead | None:
    """
    The date at a place: 2026-03-02, 3/2/2026, 3/2/26, March 2, 2026 or 2 March 2026; never without a year.
    """
    if read[at].kind == "word":
        return _month_first(read, at, lexicon)
    sign = text_at(read, at + 1)
    if sign not in _DATE_SIGNS or text_at(read, at + 3) != sign:
        return _day_first(read, at, lexicon)
    first, second, third = (whole_at(read, at + step) for step in (0, 2, 4))
    if first is None or second is None or third is None or not all(touches(read, at + step) for step in range(1, 5)):
        return None
    if len(read[at].text) == 4:
        return _made(first, second, third, at + 5)
    if len(read[at + 4].text) == 2:
        return _made(2000 + third, first, second, at + 5, Certainty.LIKELY)
    return _made(third, first, second, at + 5)


def _month(read: Sequence[Part], at: int, lexicon: Lexicon) -> int | None:
    found = lexicon.term_at(read, at) if at < len(read) else None
    return int(found[0].name) if found is not None and found[0].group is Group.MONTH else None


def _month_first(read: Sequence[Part], at: int, lexicon: Lexicon) -> DateRead | None:
    month = _month(read, at, lexicon)
    here = at + 2 if text_at(read, at + 1) == "." else at + 1
    day = whole_at(read, here)
    here = here + 2 if text_at(read, here + 1) == "," else here + 1
    year = whole_at(read, here)
    if month is None or day is None or year is None:
        return None
    return _made(year, month, day, here + 1)


def _day_first(read: Sequence[Part], at: int, lexicon: Lexicon) -> DateRead | None:
    if at + 1 >= len(read) or read[at + 1].kind != "word":
        return None
    month = _month(read, at + 1, lexicon)
    day, year = whole_at(read, at), whole_at(read, at + 2)
    if month is None or day is None or year is None:
        return None
    return _made(year, month, day, at + 3)


def _made(year: int, month: int, day: int, end: int, certainty: Certainty = Certainty.STATED) -> DateRead | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return DateRead(date(year, month, day), end, certainty)
    except ValueError:
        return None


# -- times of day -----------------------------------------------------------------------------------------------------


def time_at(read: Sequence[Part], at: int, *, plain: bool = False) -> TimeRead | None:
    """
    The time of day at a place: 9:45, 09:45, 9:45 am; after a label also 0945.
    """
    if plain and len(read[at].text) == 4 and read[at].text.isdigit() and text_at(read, at + 1) != ":":
        text = read[at].text
        within = text[:2] < "24" and text[2:] < "60"
        return TimeRead(f"{text[:2]}:{text[2:]}", at + 1, Certainty.STATED) if within else None
    hour, minute = whole_at(read, at), whole_at(read, at + 2)
    if hour is None or minute is None or text_at(read, at + 1) != ":" or len(read[at + 2].text) != 2:
        return None
    if hour > 23 or minute > 59 or not (touches(read, at + 1) and touches(read, at + 2)):
        return None
    half = text_at(read, at + 3).casefold()
    if half in _HALVES and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
        return TimeRead(f"{hour:02}:{minute:02}", at + 4, Certainty.STATED)
    clear = hour > 12 or read[at].text.startswith("0")
    return TimeRead(f"{hour:02}:{minute:02}", at + 3, Certainty.STATED if clear else Certainty.LIKELY)


# -- numbers ----------------------------------------------------------------------------------------------------------


def figure_at(read: Sequence[Part], at: int, lexicon: Lexicon) -> Figure | None:
    """
    The number at a place with its grade sign, range, highest score and unit.
    """
    if not is_number(read, at):
        return None
    value: int | Decimal | str = _number(read[at].text)
    out_of, here = None, at + 1
    if text_at(read, here) in _GRADE_SIGNS and text_at(read, here + 1) == "/" and touches(read, here):
        value, here = f"{read[at].text}{read[here].text}", here + 1
    elif text_at(read, here) in _RANGE_SIGNS and is_number(read, here + 1) and touches(read, here + 1):
        value, here = f"{read[at].text}-{read[here + 1].text}", here + 2
    if text_at(read, here) == "/" and whole_at(read, here + 1) is not None:
        out_of, here = whole_at(read, here + 1), here + 2
    elif [text_at(read, here + step).casefold() for step in (0, 1)] == ["out", "of"] and is_number(read, here + 2):
        out_of, here = whole_at(read, here + 2), here + 3
    unit, end = _unit(read, here, lexicon)
    if unit == _PRIME:
        unit = "ft" if isinstance(value, str) or value > _MOST_PRIME_MINUTES else "min"
    return Figure(value, out_of, unit, end)


def _goes_on(read: Sequence[Part], at: int) -> bool:
    """
    Whether a word or a number follows without a blank, as in a height or a genitive.
    """
    return touches(read, at) and read[at].kind in ("word", "number")


def _unit(read: Sequence[Part], at: int, lexicon: Lexicon) -> tuple[str | None, int]:
    sign = text_at(read, at)
    if sign in ("%", "#"):
        return ("%" if sign == "%" else "lb"), at + 1
    if sign == "\N{DEGREE SIGN}":
        return "degrees", at + 1
    if (
        sign in ("'", "\N{PRIME}", "\N{RIGHT SINGLE QUOTATION MARK}")
        and touches(read, at)
        and not _goes_on(read, at + 1)
    ):
        return _PRIME, at + 1
    at = at + 1 if sign == "-" and touches(read, at) else at
    return lexicon.unit_at(read, at) or (None, at)
