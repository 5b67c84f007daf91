"""
Codes that stand for ranges of an amount: months and periods of minutes, days of data, wound area, muscles.

One code of a chain stands for each range; an add-on may take every further step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .code import CodeFacts, Discipline, UnitBasis, UnitRule
from .documents import FurnishedBy
from .errors import InvalidInputError
from .record import Service
from .ruleset import RuleSet


MEASURE = {
    UnitBasis.MONTH_MINUTES: "minutes of the calendar month",
    UnitBasis.PERIOD_MINUTES: "minutes of the period",
    UnitBasis.DEVICE_DAYS: "days of data in 30",
    UnitBasis.AREA: "square centimeters",
    UnitBasis.MUSCLES: "muscles",
}
"""What is measured, in words, for each basis that counts amounts."""


RULE = {
    UnitBasis.MONTH_MINUTES: "unit-month-minutes",
    UnitBasis.PERIOD_MINUTES: "unit-period-minutes",
    UnitBasis.DEVICE_DAYS: "unit-device-days",
    UnitBasis.AREA: "unit-area",
    UnitBasis.MUSCLES: "unit-muscles",
}
"""The rule behind each of them."""


DAYS_IN_A_PERIOD = 30
"""Days over which the days with data are counted."""


class Amount(NamedTuple):
    """
    One chain of codes, what was measured, and the units it came to.

    Attributes:
        basis: what is measured.
        discipline: the discipline, where stated.
        amount: the sum of what was measured.
        units: code -> units, the codes that were named included.
        reason: why, in a sentence.
        rule: id of the rule behind it.
        by_assistant: how much of the amount an assistant furnished.
    """

    basis: UnitBasis
    discipline: Discipline | None
    amount: int
    units: dict[str, int]
    reason: str
    rule: str
    by_assistant: int


def chain_start(facts: CodeFacts, rules: RuleSet) -> str:
    """
    The code by which a chain is known: its lowest range in the data, in force that day or not.
    """
    code = facts.continues or facts.code
    while (below := rules.unit(code).tier_below) is not None:
        code = below
    return code


def _ranges(start: str, rules: RuleSet) -> Iterator[tuple[str, UnitRule]]:
    """
    The codes of a chain with what they stand for that day, from the lowest range up.
    """
    code: str | None = start
    while code is not None:
        unit = rules.unit(code)
        yield code, unit
        code = unit.tier_above


def measured(service: Service, basis: UnitBasis, place: str) -> int:
    """
    The amount of one service: minutes for the bases of minutes, `amount` for the others.

    Raises:
        InvalidInputError: the amount is missing.
    """
    in_minutes = basis in (UnitBasis.MONTH_MINUTES, UnitBasis.PERIOD_MINUTES)
    value = service.minutes if in_minutes else service.amount
    if value is None:
        name = "minutes" if in_minutes else "amount"
        raise InvalidInputError(
            f"{place}.{name}", f"{service.code} counts {MEASURE[basis]} and they are missing", "give them"
        )
    if basis is UnitBasis.DEVICE_DAYS and value > DAYS_IN_A_PERIOD:
        raise InvalidInputError(f"{place}.amount", "more days than the period has", "give 30 days at most")
    return value


def count_amount(basis: UnitBasis, start: str, given: list[tuple[Service, int]], rules: RuleSet) -> Amount:
    """
    Units of one chain of codes.

    Args:
        basis: what is measured.
        start: the code the chain is known by.
        given: the services of the chain with their amounts.
        rules: the rules of the day.

    Source:
        The code definitions as cited in the `unit` fact of each code.
    """
    total = sum(amount for _, amount in given)
    if basis is UnitBasis.DEVICE_DAYS and total > DAYS_IN_A_PERIOD:
        raise InvalidInputError("services", "more days than the period has", "give 30 days at most")
    by_assistant = sum(amount for service, amount in given if service.furnished_by is FurnishedBy.ASSISTANT)
    units = {service.code: 0 for service, _ in given}
    reason = f"{total} {MEASURE[basis]}: no code of this day stands for so little"
    for code, unit in _ranges(start, rules):
        least, most, add_on = unit.least or 0, unit.most, unit.continued_by
        if total < least:
            continue
        if most is not None and total > most and add_on is None:
            reason = f"{total} {MEASURE[basis]}: more than {code} stands for"
            continue
        units[code] = 1
        reason = f"{total} {MEASURE[basis]}: {code} stands for {_range(least, most)}"
        further = _steps(basis, total - (most or least), rules.unit(add_on).step or 1) if add_on else 0
        if add_on and further:
            units[add_on] = further
            reason += f", {add_on} x{further} for the rest"
        break
    return Amount(basis, given[0][0].discipline, total, units, reason, RULE[basis], by_assistant)


def _steps(basis: UnitBasis, rest: int, step: int) -> int:
    """
    Further units: a part of a step counts for area, only a full step for anything else.
    """
    return max(-(-rest // step) if basis is UnitBasis.AREA else rest // step, 0)


def _range(least: int, most: int | None) -> str:
    return f"{least} or more" if most is None else f"{least} through {most}"
