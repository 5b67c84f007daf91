"""
Codes that stand for ranges of an amount: months and periods of minutes, days of data, wound area, muscles.

One code of a chain stands for each range; an add-on may take every further step.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple, assert_never

from .code import CodeFacts, Discipline, UnitBasis
from .errors import CodeNotInForceError, InvalidInputError
from .record import FurnishedBy, Service
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
    unit = rules.unit(code)
    while unit is not None and unit.tier_below is not None:
        code = unit.tier_below
        unit = rules.unit(code)
    return code


def _chain(start: str, rules: RuleSet) -> Iterator[CodeFacts]:
    """
    The codes of a chain in force that day, from the lowest range up.
    """
    code: str | None = start
    while code is not None:
        unit = rules.unit(code)
        with suppress(CodeNotInForceError):
            yield rules.code(code)
        code = unit.tier_above if unit is not None else None


def measured(service: Service, basis: UnitBasis, index: int) -> int:
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
            f"services[{index}].{name}", f"{service.code} counts {MEASURE[basis]} and they are missing", "give them"
        )
    return value


def count_amount(start: str, given: list[tuple[Service, int]], rules: RuleSet) -> Amount:
    """
    Units of one chain of codes.

    Args:
        start: the code the chain is known by.
        given: the services of the chain with their amounts.
        rules: the rules of the day.

    Source:
        The code definitions as cited in the `unit` fact of each code.
    """
    total = sum(amount for _, amount in given)
    by_assistant = sum(amount for service, amount in given if service.furnished_by is FurnishedBy.ASSISTANT)
    units = {service.code: 0 for service, _ in given}
    basis = rules.code(given[0][0].code).unit_basis or UnitBasis.UNTIMED
    reason = f"{total} {MEASURE[basis]}: no code of this day stands for so little"
    for facts in _chain(start, rules):
        unit = facts.unit
        if unit is None or unit.least is None or total < unit.least:
            continue
        if unit.most is not None and total > unit.most and unit.continued_by is None:
            reason = f"{total} {MEASURE[basis]}: more than {facts.code} stands for"
            continue
        further = _further(basis, total - (unit.most or unit.least), unit.continued_by, rules)
        units[facts.code] = 1
        reason = f"{total} {MEASURE[basis]}: {facts.code} stands for {_range(unit.least, unit.most)}"
        if unit.continued_by is not None and further:
            units[unit.continued_by] = further
            reason += f", {unit.continued_by} x{further} for the rest"
        break
    return Amount(basis, given[0][0].discipline, total, units, reason, RULE[basis], by_assistant)


def _further(basis: UnitBasis, rest: int, add_on: str | None, rules: RuleSet) -> int:
    """
    Units of the add-on code: a part of a step counts for area, only a full step for minutes of the month.
    """
    step = (rules.unit(add_on) if add_on is not None else None) or None
    if rest <= 0 or step is None or step.step is None:
        return 0
    match basis:
        case UnitBasis.AREA:
            return -(-rest // step.step)
        case UnitBasis.MONTH_MINUTES | UnitBasis.PERIOD_MINUTES | UnitBasis.DEVICE_DAYS | UnitBasis.MUSCLES:
            return rest // step.step
        case UnitBasis.TIMED | UnitBasis.UNTIMED | UnitBasis.TIME_BLOCK:
            return 0
        case _:
            assert_never(basis)


def _range(least: int, most: int | None) -> str:
    return f"{least} or more" if most is None else f"{least} through {most}"
