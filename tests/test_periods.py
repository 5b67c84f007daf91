"""
Dates of service and periods: plain calendar dates, both ends included.
"""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import therapycodes as tc
from therapycodes.periods import Period, entry_on, parse_date, timeline_faults


YEAR_2020 = Period(date(2020, 1, 1), date(2020, 12, 31))
SINCE_2021 = Period(date(2021, 1, 1))


class TestPeriod:
    """
    Both ends of a period are inclusive; an absent end means still in force.
    """

    @pytest.mark.parametrize(
        ("day", "inside"),
        [
            (date(2019, 12, 31), False),
            (date(2020, 1, 1), True),
            (date(2020, 2, 29), True),
            (date(2020, 12, 31), True),
            (date(2021, 1, 1), False),
        ],
    )
    def test_both_sides(self, day, inside):
        """
        The first and the last day are inside, their neighbors are not.
        """
        assert inside is (day in YEAR_2020)

    def test_open_end(self):
        """
        A period without an end lasts.
        """
        assert date(2020, 12, 31) not in SINCE_2021
        assert date(2021, 1, 1) in SINCE_2021
        assert date.max in SINCE_2021

    @pytest.mark.parametrize("other", ["2020-03-02", 20200302, None])
    def test_only_dates(self, other):
        """
        What is no date is in no period.
        """
        assert other not in YEAR_2020

    def test_words(self):
        """
        A period reads as a span of dates of service.
        """
        assert "2020-01-01 through 2020-12-31" == str(YEAR_2020)
        assert "from 2021-01-01" == str(SINCE_2021)

    def test_is_a_value(self):
        """
        Periods compare, hash, copy and pickle.
        """
        assert YEAR_2020 == pickle.loads(pickle.dumps(YEAR_2020)) == copy.deepcopy(YEAR_2020)
        assert 1 == len({YEAR_2020, Period(date(2020, 1, 1), date(2020, 12, 31))})


class TestParseDate:
    """
    A date is a `date` or text in one form; nothing else is guessed at.
    """

    @pytest.mark.parametrize("value", ["2024-02-29", date(2024, 2, 29)])
    def test_reads(self, value):
        """
        Both forms give the same day.
        """
        assert date(2024, 2, 29) == parse_date(value)

    @pytest.mark.parametrize(
        "value",
        [
            "2023-02-29",
            "2026-13-01",
            "0000-01-01",
            "2026-3-2",
            "20260302",
            "2026-W10-1",
            "2026-03-02 ",
            " 2026-03-02",
            "2026-03-02\n",
            "2026-03-02T00:00:00",
            "03/02/2026",
            "\u0662\u0660\u0662\u0666-03-02",
            "",
            "today",
            b"2026-03-02",
            20260302,
            2026.0,
            True,
            None,
            ["2026-03-02"],
            datetime(2026, 3, 2, tzinfo=UTC),
            datetime(2026, 3, 2),  # noqa: DTZ001
        ],
    )
    def test_refuses(self, value):
        """
        Anything else is refused with the field's name, and is not repeated.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            parse_date(value, "visit.day")

        assert ("visit.day", "not a calendar date") == (caught.value.field, caught.value.problem)
        assert "visit.day: not a calendar date; give a datetime.date or text in the form YYYY-MM-DD" == str(
            caught.value
        )

    def test_names_the_date_of_service(self):
        """
        Without a name the field is the date of service.
        """
        with pytest.raises(tc.InvalidInputError, match=r"^date_of_service: "):
            parse_date("yesterday")

    @given(st.dates())
    def test_reads_back(self, day):
        """
        Every date reads back from its own text.
        """
        assert day == parse_date(day.isoformat()) == parse_date(day)


class TestEntryOn:
    """
    On one day at most one entry of a sound timeline holds.
    """

    @pytest.mark.parametrize(
        ("day", "found"),
        [
            (date(2019, 12, 31), None),
            (date(2020, 1, 1), YEAR_2020),
            (date(2020, 12, 31), YEAR_2020),
            (date(2021, 1, 1), SINCE_2021),
            (date(2050, 1, 1), SINCE_2021),
        ],
    )
    def test_finds(self, day, found):
        """
        The entry whose period holds the day is found.
        """
        assert found is entry_on([YEAR_2020, SINCE_2021], day)

    def test_after_the_last(self):
        """
        After the last end nothing holds.
        """
        assert entry_on([YEAR_2020], date(2021, 1, 1)) is None

    def test_nothing(self):
        """
        An empty timeline holds on no day.
        """
        assert entry_on([], date(2021, 1, 1)) is None

    @given(st.dates(), st.lists(st.dates(), min_size=1, max_size=6, unique=True))
    def test_agrees_with_periods(self, day, starts):
        """
        What is found is the one entry that contains the day.
        """
        starts = sorted(starts)
        ends = [date.fromordinal(start.toordinal() - 1) for start in starts[1:]]
        entries = [Period(start, end) for start, end in zip(starts, [*ends, None], strict=True)]
        containing = [entry for entry in entries if day in entry]

        assert len(containing) <= 1
        assert (containing or [None])[0] is entry_on(entries, day)


class TestTimelineFaults:
    """
    A timeline has its entries in order, touching, and each the right way round.
    """

    @pytest.mark.parametrize(
        ("entries", "faults"),
        [
            ([], []),
            ([SINCE_2021], []),
            ([YEAR_2020, SINCE_2021], []),
            ([Period(date(2020, 1, 1), date(2020, 1, 1)), Period(date(2020, 1, 2))], []),
            (
                [Period(date(2020, 1, 2), date(2020, 1, 1))],
                [(0, "effective_through is before effective_from")],
            ),
            ([SINCE_2021, YEAR_2020], [(1, "entries are not in order of effective_from")]),
            ([SINCE_2021, SINCE_2021], [(1, "entries are not in order of effective_from")]),
            ([Period(date(2020, 1, 1)), SINCE_2021], [(1, "overlaps the entry before it")]),
            (
                [Period(date(2020, 1, 1), date(2021, 1, 1)), SINCE_2021],
                [(1, "overlaps the entry before it")],
            ),
            ([Period(date(2020, 1, 1), date(2020, 12, 30)), SINCE_2021], [(1, "a gap before this entry")]),
            (
                [YEAR_2020, Period(date(2022, 1, 1), date(2021, 1, 1)), Period(date(2021, 1, 2))],
                [
                    (1, "effective_through is before effective_from"),
                    (1, "a gap before this entry"),
                    (2, "entries are not in order of effective_from"),
                ],
            ),
            (
                [Period(date(2020, 1, 1), date.max), Period(date.max)],
                [(1, "overlaps the entry before it")],
            ),
        ],
    )
    def test_tells(self, entries, faults):
        """
        Every fault is told with the index of its entry.
        """
        assert faults == list(timeline_faults(entries))

    def test_end_of_the_calendar(self):
        """
        An end on the last day there is, out of order, is told like any other.
        """
        entries = [Period(date(2020, 1, 1), date.max), Period(date(2019, 1, 1))]

        assert [(1, "entries are not in order of effective_from")] == list(timeline_faults(entries))
