"""
Units of the day where only the total of timed minutes is known.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import therapycodes as tc


RULES = tc.rules_on("2026-03-02")


@pytest.mark.parametrize(
    ("minutes", "units"),
    [(0, 0), (7, 0), (8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (127, 8), (128, 9), (1440, 96)],
)
def test_units(minutes, units):
    """
    The interval table of section 20.2.C, both sides of each step.
    """
    count = tc.count_total(minutes, RULES)
    assert (units, minutes) == (count.timed_units, count.minutes)
    assert units + 1 == tc.count_total(minutes + count.minutes_to_next_unit, RULES).timed_units if minutes < 1430 else 1


@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(st.integers(0, 1440))
def test_as_counted_code_by_code(minutes):
    """
    The total of one code is the same day.
    """
    count = tc.count_units([tc.Service("97110", minutes)], RULES)
    assert count.timed_units == tc.count_total(minutes, RULES).timed_units
    assert count.minutes_to_next_unit == tc.count_total(minutes, RULES).minutes_to_next_unit


@pytest.mark.parametrize("policy", ["cpt", "security-health-plan-badgercare-plus"])
def test_each_code_by_itself(policy):
    """
    Where each code is counted by itself a total decides nothing, and the answer says so.
    """
    count = tc.count_total(24, tc.rules_on("2026-03-02", policy))
    assert (None, None) == (count.timed_units, count.minutes_to_next_unit)
    assert "not assessed" in count.trace[0].sentence
    assert "24 minutes, not assessed" in tc.render_text(count)
    assert "not assessed" in count._repr_html_()


def test_no_allocation():
    """
    The trace says that the codes stay open.
    """
    count = tc.count_total(49, RULES)
    assert ["total-time-units", "total-only"] == [step.rule for step in count.trace]
    assert "timed: 49 minutes, 3 units" in tc.render_text(count)
    assert 3 == tc.to_dict(count)["timed_units"]
    assert "3 units" in count._repr_html_()
    assert not count.carried_forward


def test_too_few():
    """
    Fewer than 8 minutes are no unit, in words.
    """
    assert "7 minutes are fewer than 8: no timed unit." == str(tc.count_total(7, RULES).trace[0])


@pytest.mark.parametrize("minutes", [-1, 1441, 7.5, True, "24", None])
def test_refused(minutes):
    """
    Anything but whole minutes of a day is refused.
    """
    with pytest.raises(tc.InvalidInputError):
        tc.count_total(minutes, RULES)


def test_needs_rules():
    """
    Rules are needed.
    """
    with pytest.raises(tc.InvalidInputError):
        tc.count_total(24, "medicare-part-b")
