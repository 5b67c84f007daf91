"""
Many random visits, drawn from fixed seeds: counted against a brute force, and against the laws.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from random import Random

import pytest

import therapycodes as tc


TIMED = ("97110", "97112", "97116", "97124", "97140", "97530", "97035")
OTHERS = ("97161", "97150", "G0283", "97129", "97130", "97550", "97551", "98980", "97597", "20560", "96125", "97545")
IN_AMOUNTS = {"97597", "20560"}
DAYS = ("2020-01-01", "2021-12-31", "2022-01-01", "2026-12-31")
RULES = {day: tc.rules_on(day) for day in DAYS}


def drawn_minutes(random):
    """
    Minutes near the boundaries more often than far from them.
    """
    return random.choice((random.randrange(41), random.choice((7, 8, 14, 15, 16, 22, 23)), random.randrange(121)))


def brute_force(minutes):
    """
    Every allocation of the manual, by trying them all: the sum fixes the units, whole quarters of an hour stay with
    their code, and no code that goes without has more minutes left over than one that got a further unit.
    """
    units = sum(1 for first in range(8, sum(minutes.values()) + 1, 15))
    whole = {code: own // 15 for code, own in minutes.items()}
    left = {code: own % 15 for code, own in minutes.items()}
    found = set()
    for winners in combinations(minutes, units - sum(whole.values())):
        losers = set(minutes) - set(winners)
        if all(left[one] >= left[other] for one in winners for other in losers):
            found.add(tuple(whole[code] + (code in winners) for code in minutes))
    return found


def test_fifty_thousand_visits_against_brute_force():
    """
    50,000 visits of one to six codes: the units chosen and every allocation permitted are those of the brute force.
    """
    random = Random(4)
    for _ in range(50_000):
        services = [tc.Service(random.choice(TIMED), drawn_minutes(random)) for _ in range(random.randint(1, 6))]
        count = tc.count_units(services, RULES[DAYS[3]])
        minutes = {}
        for service in services:
            minutes[service.code] = minutes.get(service.code, 0) + service.minutes
        expected = brute_force(minutes)
        assert tuple(count.units.values()) in expected
        assert expected == {tuple(one.values()) for one in count.permitted_allocations}


def random_service(random):
    """
    A service of any basis, by a therapist or an assistant.
    """
    code = random.choice((*TIMED, *TIMED, *OTHERS))
    by = random.choice(("therapist", "therapist", "assistant"))
    if code in IN_AMOUNTS:
        return tc.Service(code, amount=random.randrange(1, 130), furnished_by=by)
    return tc.Service(code, drawn_minutes(random), furnished_by=by)


@pytest.mark.parametrize("day", DAYS)
def test_a_hundred_thousand_visits_keep_the_laws(day):
    """
    25,000 visits a day of rules: nothing is raised, units add up, whole blocks stay, nobody gets a unit for nothing,
    assistants never have more units than there are, and all of them when they did everything.
    """
    random, rules = Random(day), RULES[day]
    known = [code for code in OTHERS if rules.catalogue.lookup(code).in_force_on(rules.date_of_service)]
    for _ in range(25_000):
        services = [random_service(random) for _ in range(random.randint(0, 5))]
        services = [one for one in services if one.code in TIMED or one.code in known]
        count = tc.count_units(services, rules)
        timed = [line for line in count.lines if line.basis is tc.UnitBasis.TIMED]
        assert count.timed_units == sum(line.units for line in timed)
        assert sum(count.units.values()) == sum(line.units for line in count.lines)
        for line in count.lines:
            assert 0 <= line.assistant_units <= line.units
            assert line.minutes or line.amount or not line.units
            assert line.units >= line.full_blocks or line.basis is not tc.UnitBasis.TIMED
        if services and all(one.furnished_by == "assistant" for one in services):
            assert all(line.assistant_units == line.units for line in count.lines)
        if not any(one.furnished_by == "assistant" for one in services):
            assert not any(line.assistant_units for line in count.lines)


@pytest.mark.parametrize("method", ["total-time", "midpoint", "nearest-quarter-hour", "whole-blocks", "decimal"])
def test_a_day_of_fifty_services(method):
    """
    Fifty services fill 24 hours, which are 96 quarters; rounding moves each of the codes by less than a unit.
    """
    random = Random(method)
    rules = RULES[DAYS[3]].choosing(unit_method=method)
    cuts = sorted(random.sample(range(1, 1440), 49))
    lengths = [last - first for first, last in zip([0, *cuts], [*cuts, 1440], strict=True)]
    count = tc.count_units([tc.Service(random.choice(TIMED), length) for length in lengths], rules)
    assert 1440 == count.total_timed_minutes
    assert abs(Decimal(count.timed_units) - 96) < len(TIMED)
    assert count.trace
    assert count.lines
