"""
The arithmetic behind the clocks of an episode: calendar days, treatment days and intervals, over plain dates.

A limit of so many days after an event is kept on that day and exceeded on the next; the event's own day is day 0.
A limit of so many treatment days counts the first one as 1, whatever the number of sessions on it.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import MAXYEAR, date, timedelta

from attrs import frozen

from .periods import Period


def days_after(start: date, days: int) -> date:
    """
    The last day that is still within so many calendar days after a day.

    Example:
        >>> from datetime import date
        >>> days_after(date(2024, 1, 2), 30).isoformat()
        '2024-02-01'
    """
    return start + timedelta(days=min(days, (date.max - start).days))


def months_after(start: date, months: int) -> date:
    """
    The same day so many months later, or the last day of a month that is too short for it.

    Example:
        >>> from datetime import date
        >>> months_after(date(2026, 1, 31), 1).isoformat()
        '2026-02-28'
    """
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


@frozen(kw_only=True)
class Span:
    """
    Treatment days that one report has to cover.

    Attributes:
        days: the treatment days, in order; never empty.
        ends: the day the period ends, where it is known already: the last treatment day it may hold, or the end of
            its months.
        exceeded: whether a treatment day without a report follows, so that the report did not come in time.
    """

    days: tuple[date, ...]
    ends: date | None
    exceeded: bool


def spans(days: Sequence[date], limit: int, months: int | None = None) -> Iterator[Span]:
    """
    Cut a row of treatment days without a report into the periods that each needed one.

    Args:
        days: the treatment days, each once, in order.
        limit: the most treatment days a period holds.
        months: the most months it lasts, where a payer limits that too; whichever comes first ends the period.
    """
    start = 0
    while start < len(days):
        reached = [days[start + limit - 1]] if start + limit <= len(days) else []
        if months is not None:
            reached.append(months_after(days[start], months))
        ends = min(reached, default=None)
        following = len(days) if ends is None else bisect_right(days, ends)
        yield Span(days=tuple(days[start:following]), ends=ends, exceeded=following < len(days))
        start = following


def rows_between(days: Sequence[date], ends: Iterable[date]) -> tuple[tuple[date, ...], ...]:
    """
    The treatment days divided by the days through which reports cover them; the last row has no report yet.

    Args:
        days: the treatment days, each once, in order.
        ends: the days through which each report covers, in any order.
    """
    rows = []
    start = 0
    for end in sorted(set(ends)):
        following = bisect_right(days, end)
        if following > start:
            rows.append(tuple(days[start:following]))
            start = following
    return (*rows, tuple(days[start:]))


def days_outside(days: Iterable[date], intervals: Sequence[Period]) -> tuple[date, ...]:
    """
    The days that fall into none of the intervals.
    """
    return tuple(day for day in days if not any(day in interval for interval in intervals))
