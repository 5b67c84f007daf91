"""
Dates of service and the periods between them: the only date logic of the package.

The date that selects a rule is the date of service.
Both ends of a period are inclusive; an absent end means still in force.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from attrs import frozen

from .errors import InvalidInputError


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CLOCK_TIME = re.compile(r"[0-9]{2}:[0-9]{2}", re.ASCII)
_ONE_DAY = timedelta(days=1)


@frozen
class Period:
    """
    Dates of service from `effective_from` through `effective_through`, both included.
    """

    effective_from: date
    effective_through: date | None = None

    def __contains__(self, day: object) -> bool:
        """
        Whether a day falls inside the period.
        """
        if not isinstance(day, date):
            return False
        return self.effective_from <= day and (self.effective_through is None or day <= self.effective_through)

    def __str__(self) -> str:
        """
        The period in words.
        """
        if self.effective_through is None:
            return f"from {self.effective_from}"
        return f"{self.effective_from} through {self.effective_through}"


class HasPeriod(Protocol):
    """
    Anything that holds between two dates of service.
    """

    @property
    def effective_from(self) -> date: ...  # noqa: D102

    @property
    def effective_through(self) -> date | None: ...  # noqa: D102


D = TypeVar("D", bound=HasPeriod)


def parse_date(value: date | str, field: str = "date_of_service") -> date:
    """
    Read a plain calendar date.

    Args:
        value: a `date`, or text such as `"2026-03-02"`.
        field: the name to use in the error.

    Raises:
        InvalidInputError: anything else, a `datetime` included: which day it falls on depends on the time zone.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise InvalidInputError(field, "not a calendar date", "give a datetime.date or text in the form YYYY-MM-DD")


def parse_time(value: time | str, field: str) -> time:
    """
    Read a clock time to the minute; its date is the date of service.

    Args:
        value: a `time` without time zone, or text such as `"09:05"`.
        field: the name to use in the error.

    Raises:
        InvalidInputError: anything else, seconds included: minutes are whole.
    """
    if isinstance(value, str) and _CLOCK_TIME.fullmatch(value):
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, time) and value.tzinfo is None and not value.second and not value.microsecond:
        return value
    raise InvalidInputError(field, "not a clock time", "give a datetime.time to the minute or text in the form HH:MM")


def minutes_between(start: time, end: time) -> int:
    """
    Whole minutes from one clock time of a day to another; negative when they stand the other way round.
    """
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def entry_on(entries: Iterable[D], day: date) -> D | None:
    """
    The entry of a timeline that holds on a day, if any.
    """
    for entry in entries:
        if entry.effective_from <= day and (entry.effective_through is None or day <= entry.effective_through):
            return entry
    return None


def timeline_faults(entries: Iterable[HasPeriod]) -> Iterator[tuple[int, str]]:
    """
    Say what is wrong with a timeline.

    Args:
        entries: the entries as written, oldest first.

    Returns:
        Index and description of each fault: an end before its beginning, an overlap, a wrong order, a gap.
    """
    previous: HasPeriod | None = None
    for index, entry in enumerate(entries):
        if entry.effective_through is not None and entry.effective_through < entry.effective_from:
            yield index, "effective_through is before effective_from"
        if previous is not None:
            end = previous.effective_through
            if entry.effective_from <= previous.effective_from:
                yield index, "entries are not in order of effective_from"
            elif end is None or end >= entry.effective_from:
                yield index, "overlaps the entry before it"
            elif end + _ONE_DAY < entry.effective_from:
                yield index, "a gap before this entry"
        previous = entry
