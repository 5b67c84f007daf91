"""
The arithmetic of clocks over plain dates: both sides of every limit.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from therapycodes.clocks import days_after, days_outside, months_after, rows_between, spans
from therapycodes.periods import Period


DAYS = st.dates(date(2020, 1, 1), date(2026, 6, 30))
ROWS = st.lists(DAYS, min_size=1, max_size=60, unique=True).map(sorted)


def every_other_day(count, first=date(2026, 1, 5)):
    """
    Treatment days two days apart.
    """
    return [first + timedelta(days=2 * number) for number in range(count)]


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2024-01-02", 30, "2024-02-01"),  # January has 31 days: 2 + 30 = 32
        ("2024-02-01", 30, "2024-03-02"),  # a leap year: 29 days of February
        ("2026-02-01", 30, "2026-03-03"),
        ("2026-03-02", 90, "2026-05-31"),  # 29 left in March + 30 + 31 = 90
        ("9999-12-31", 30, "9999-12-31"),  # the calendar ends there
    ],
)
def test_days_after(start, days, last):
    """
    The limit is the day itself plus so many days.
    """
    assert date.fromisoformat(last) == days_after(date.fromisoformat(start), days)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-03-02", 1, "2026-04-02"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-11-30", 15, "2028-02-29"),
        ("9999-12-01", 1, "9999-12-31"),
    ],
)
def test_months_after(start, months, last):
    """
    A month ends on the same day of the next one, or on its last day.
    """
    assert date.fromisoformat(last) == months_after(date.fromisoformat(start), months)


def test_ten_days_are_one_period_that_has_ended():
    """
    Ten treatment days fill a period of ten; nothing is exceeded until an eleventh.
    """
    (span,) = spans(every_other_day(10), 10)

    assert (date(2026, 1, 23), False, 10) == (span.ends, span.exceeded, len(span.days))


def test_eleventh_day_exceeds():
    """
    The eleventh treatment day begins a new period and shows that the first had no report.
    """
    first, second = spans(every_other_day(11), 10)

    assert (date(2026, 1, 23), True) == (first.ends, first.exceeded)
    assert (None, False, 1) == (second.ends, second.exceeded, len(second.days))


def test_nine_days_have_no_end_yet():
    """
    The end of a period is known only once its tenth treatment day is.
    """
    (span,) = spans(every_other_day(9), 10)

    assert (None, False) == (span.ends, span.exceeded)


def test_no_days_no_periods():
    """
    Without treatment days there is nothing to report on.
    """
    assert [] == list(spans([], 10))


def test_month_ends_a_period_before_its_visits():
    """
    Six visits over forty days: no ten treatment days, but more than a month.
    """
    days = [date(2026, 1, 5) + timedelta(days=8 * number) for number in range(6)]

    assert [False] == [span.exceeded for span in spans(days, 10)]
    assert [(date(2026, 2, 5), True), (date(2026, 3, 6), False)] == [
        (span.ends, span.exceeded) for span in spans(days, 12, 1)
    ]


def test_a_visit_on_the_last_day_of_the_month_is_inside():
    """
    The same day of the next month is still within the month; the day after is not.
    """
    inside, outside = [date(2026, 1, 5), date(2026, 2, 5)], [date(2026, 1, 5), date(2026, 2, 6)]

    assert [False] == [span.exceeded for span in spans(inside, 12, 1)]
    assert [True, False] == [span.exceeded for span in spans(outside, 12, 1)]


def test_twelve_visits_end_a_period_before_its_month():
    """
    Whichever comes first: twelve visits in 23 days.
    """
    first, second = spans(every_other_day(13), 12, 1)

    assert (date(2026, 1, 27), True) == (first.ends, first.exceeded)
    assert (date(2026, 2, 28), False) == (second.ends, second.exceeded)


def test_reports_divide_the_days():
    """
    A report closes its row on the day it covers through; the treatment day after it opens the next.
    """
    days = every_other_day(6)

    assert (tuple(days[:3]), tuple(days[3:])) == rows_between(days, [days[2]])
    assert (tuple(days[:3]), tuple(days[3:])) == rows_between(days, [days[2] + timedelta(days=1), days[2]])
    assert (tuple(days), ()) == rows_between(days, [days[-1]])
    assert (tuple(days),) == rows_between(days, [])
    assert ((),) == rows_between([], [date(2026, 1, 5)])


def test_days_outside_intervals():
    """
    A day belongs to an interval from its first through its last day.
    """
    days = [date(2026, 1, 5), date(2026, 4, 5), date(2026, 4, 6)]

    assert (days[2],) == days_outside(days, [Period(days[0], days[1])])
    assert () == days_outside(days, [Period(days[0], days[1]), Period(days[2], None)])
    assert tuple(days) == days_outside(days, [])


@given(ROWS, st.integers(1, 12))
def test_the_minimum_report_period_is_once_every_so_many_treatment_days(days, limit):
    """
    Periods hold every treatment day once, none holds more than the limit, and all but the last are full.
    """
    found = list(spans(days, limit))

    assert days == [day for span in found for day in span.days]
    assert all(len(span.days) == limit and span.exceeded for span in found[:-1])
    assert len(found[-1].days) <= limit
    assert not found[-1].exceeded


@given(ROWS, st.integers(1, 12), st.integers(0, 180))
def test_treatment_days_are_counted_not_calendar_days(days, limit, shift):
    """
    Moving every date moves the ends of all periods as far, whatever the calendar.
    """
    moved = [day + timedelta(days=shift) for day in days]
    ends = [span.ends and span.ends + timedelta(days=shift) for span in spans(days, limit)]

    assert ends == [span.ends for span in spans(moved, limit)]


@given(ROWS, st.lists(DAYS, max_size=10))
def test_every_treatment_day_stands_in_one_row(days, ends):
    """
    Reports lose and repeat no treatment day, in whatever order they are given.
    """
    rows = rows_between(days, ends)

    assert tuple(days) == tuple(day for row in rows for day in row)
    assert rows == rows_between(days, reversed(ends))
