"""
Codes that count something else than 15-minute units: time blocks, months, days, area, muscles.
"""

from __future__ import annotations

import pickle

import pytest

import therapycodes as tc
from therapycodes.errors import DataError


def counted(day, *services, policy="medicare-part-b"):
    """
    The units of these services, codes without a unit left out.
    """
    count = tc.count_units(services, tc.rules_on(day, policy))
    return {code: units for code, units in count.units.items() if units}


@pytest.mark.parametrize(
    ("code", "minutes", "expected"),
    [
        ("97550", 15, {}),
        ("97550", 16, {"97550": 1}),
        ("97550", 37, {"97550": 1}),
        ("97550", 38, {"97550": 1, "97551": 1}),
        ("97550", 53, {"97550": 1, "97551": 2}),
        ("G0541", 38, {"G0541": 1, "G0542": 1}),
        ("96125", 30, {}),
        ("96125", 31, {"96125": 1}),
        ("96125", 90, {"96125": 1}),
        ("96125", 91, {"96125": 2}),
        ("92607", 75, {"92607": 1}),
        ("92607", 76, {"92607": 1, "92608": 1}),
        ("97810", 22, {"97810": 1}),
        ("97810", 23, {"97810": 1, "97811": 1}),
    ],
)
def test_time_blocks(code, minutes, expected):
    """
    A code with a block of its own length is earned past its midpoint, and so is each further block of its add-on.
    """
    assert expected == counted("2026-03-02", tc.Service(code, minutes))


@pytest.mark.parametrize(
    ("day", "minutes", "expected"),
    [
        ("2025-12-31", 15, {}),
        ("2026-01-01", 9, {}),
        ("2026-01-01", 10, {"98979": 1}),
        ("2026-01-01", 19, {"98979": 1}),
        ("2026-01-01", 20, {"98980": 1}),
        ("2026-01-01", 39, {"98980": 1}),
        ("2025-12-31", 42, {"98980": 1, "98981": 1}),
        ("2026-01-01", 60, {"98980": 1, "98981": 2}),
    ],
)
def test_minutes_of_the_month(day, minutes, expected):
    """
    Management minutes of a month count in full steps only; fewer than 20 earn a code from 2026 on.
    """
    assert expected == counted(day, tc.Service("98980", minutes))


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        ("2025-12-31", 10, {}),
        ("2025-12-31", 16, {"98977": 1}),
        ("2026-01-01", 1, {}),
        ("2026-01-01", 2, {"98985": 1}),
        ("2026-01-01", 15, {"98985": 1}),
        ("2026-01-01", 30, {"98977": 1}),
    ],
)
def test_days_of_data(day, days, expected):
    """
    Days with data out of 30 choose the code, whichever code of the pair is named.
    """
    assert expected == counted(day, tc.Service("98977", amount=days))


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        (1, {"97597": 1}),
        (20, {"97597": 1}),
        (21, {"97597": 1, "97598": 1}),
        (25, {"97597": 1, "97598": 1}),
        (60, {"97597": 1, "97598": 2}),
        (70, {"97597": 1, "97598": 3}),
    ],
)
def test_area(area, expected):
    """
    A part of a further 20 square centimeters counts as a whole.
    """
    assert expected == counted("2026-03-02", tc.Service("97597", amount=area))


@pytest.mark.parametrize(("muscles", "expected"), [(1, {"20560": 1}), (2, {"20560": 1}), (3, {"20561": 1})])
def test_muscles(muscles, expected):
    """
    The number of muscles chooses one code for the session.
    """
    assert expected == counted("2026-03-02", tc.Service("20560", amount=muscles))


@pytest.mark.parametrize(
    ("minutes", "expected"), [(4, {}), (5, {"98970": 1}), (11, {"98971": 1}), (21, {"98972": 1}), (300, {"98972": 1})]
)
def test_minutes_of_an_exchange(minutes, expected):
    """
    The minutes of an e-visit choose one of three codes.
    """
    assert expected == counted("2026-03-02", tc.Service("98972", minutes))


def test_amounts_add_up(rules):
    """
    Several wounds add up; the first 20 square centimeters are of the base code, the rest of its add-on.
    """
    count = tc.count_units([tc.Service("97597", amount=15), tc.Service("97598", amount=15)], rules)
    assert {"97597": 1, "97598": 1} == count.units
    assert [20, 10] == [line.amount for line in count.lines]
    assert "unit-area" == count.trace[0].rule


@pytest.mark.parametrize(
    ("service", "field"),
    [
        (tc.Service("97597", 20), "services[0].amount"),
        (tc.Service("98980", amount=20), "services[0].minutes"),
        (tc.Service("97550"), "services[0].minutes"),
        (tc.Service("98977", amount=31), "services[0].amount"),
    ],
)
def test_missing_amounts(rules, service, field):
    """
    The measure a code needs is asked for by name, and more days than the period has are refused.
    """
    with pytest.raises(tc.InvalidInputError) as caught:
        tc.count_units([service], rules)
    assert field == caught.value.field


def test_beside_the_pool(rules):
    """
    Time blocks and amounts stand beside the pooled minutes and change nothing there.
    """
    services = [tc.Service("97110", 23), tc.Service("97550", 38), tc.Service("97597", amount=25)]
    count = tc.count_units(services, rules)
    assert 2 == count.timed_units
    assert 23 == count.total_timed_minutes
    assert count.permitted_allocations == (count.units,)
    assert count == pickle.loads(pickle.dumps(count))


def test_in_a_tie(rules):
    """
    Every allocation of a tie holds the measured codes too.
    """
    services = [tc.Service("97110", 20), tc.Service("97140", 20), tc.Service("97597", amount=45)]
    count = tc.count_units(services, rules)
    assert 2 == len(count.permitted_allocations)
    assert {2} == {allocation["97598"] for allocation in count.permitted_allocations}
    assert count.units == count.permitted_allocations[0]


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        ([tc.Service("97550", 30, furnished_by="assistant"), tc.Service("97550", 8)], [1, 1]),
        ([tc.Service("97550", 3, furnished_by="assistant"), tc.Service("97550", 35)], [0, 0]),
        ([tc.Service("98980", 20, furnished_by="assistant"), tc.Service("98980", 20)], [1, 1]),
        ([tc.Service("98980", 2, furnished_by="assistant"), tc.Service("98980", 38)], [0, 0]),
        ([tc.Service("98977", amount=20, furnished_by="assistant")], [0]),
    ],
)
def test_assistants(rules, services, expected):
    """
    For the other bases the 10 percent test looks at the whole service; device supply is not subject to it.
    """
    lines = [line for line in tc.count_units(services, rules).lines if line.units]
    assert expected == [line.assistant_units for line in lines]


def test_assistants_without_a_rule(cpt_rules):
    """
    Where the policy has no assistant rule no unit counts as the assistant's.
    """
    count = tc.count_units([tc.Service("98980", 20, furnished_by="assistant")], cpt_rules)
    assert [0] == [line.assistant_units for line in count.lines]


def test_minutes_to_next_unit(rules):
    """
    The distance to the next unit follows the block that comes next.
    """
    assert [10, 1, 15] == [
        tc.count_units([tc.Service("97550", minutes)], rules).minutes_to_next_unit for minutes in (6, 37, 38)
    ]


def test_chain_without_a_measure(rules):
    """
    A code that says nothing about its unit cannot be part of a chain.
    """
    with pytest.raises(DataError, match=r"codes/97799\.toml"):
        rules.unit("97799")


def test_whose_unit_of_a_family(rules):
    """
    Where base and add-on are both named, the assistant's unit stands on the code the assistant furnished.
    """
    first = [tc.Service("97129", 15, furnished_by="assistant"), tc.Service("97130", 15)]
    last = [tc.Service("97129", 15), tc.Service("97130", 15, furnished_by="assistant")]
    assert [1, 0] == [line.assistant_units for line in tc.count_units(first, rules).lines]
    assert [0, 1] == [line.assistant_units for line in tc.count_units(last, rules).lines]


def test_minutes_of_a_family_with_one_unit(rules):
    """
    A family with a single unit shows all its minutes on that line.
    """
    (line,) = tc.count_units([tc.Service("97129", 20)], rules).lines
    assert (20, 1, 5) == (line.minutes, line.full_blocks, line.remainder)


@pytest.mark.parametrize("code", ["97110", "97550"])
def test_more_than_a_day(rules, code):
    """
    More minutes of one code than a day has are refused.
    """
    with pytest.raises(tc.InvalidInputError, match="more than a day"):
        tc.count_units([tc.Service(code, 1440), tc.Service(code, 1)], rules)


def test_rules_that_are_none():
    """
    A date where rules are wanted is refused as input.
    """
    with pytest.raises(tc.InvalidInputError, match="rules: not a RuleSet"):
        tc.count_units([], "2026-03-02")


def test_days_of_a_period_add_up_to_thirty_at_most():
    """
    More days than the period has are refused, in one service or in several.
    """
    rules = tc.rules_on("2026-03-02")
    for days in ([31], [15, 16]):
        with pytest.raises(tc.InvalidInputError, match="more days than the period has"):
            tc.count_units([tc.Service("98977", amount=each) for each in days], rules)


def test_minutes_of_a_month_are_shared_out():
    """
    The first 20 minutes of the month are of the base code, what goes beyond them of its add-on.
    """
    count = tc.count_units([tc.Service("98980", 42)], tc.rules_on("2026-03-02"))

    assert [("98980", 20), ("98981", 22)] == [(line.code, line.minutes) for line in count.lines]
