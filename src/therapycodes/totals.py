"""
The day's timed units where only the total of minutes is known.

Medicare asks the record for the total of timed minutes, not for minutes code by code; the total fixes how many units
the day has, and nothing about which code they belong to.
"""

from __future__ import annotations

from attrs import frozen

from .errors import InvalidInputError
from .inputs import checked_minutes
from .notebook import ShowsItself
from .policy import UnitMethod
from .pooling import SHORTEST_UNIT, block_range, units_of_total
from .results import Reason, reason_of
from .ruleset import RuleSet


@frozen(kw_only=True)
class TotalCount(ShowsItself):
    """
    What a total of timed minutes comes to; no unit is given to a code.

    Attributes:
        minutes: the total of timed minutes.
        rules: the rules it was counted under.
        timed_units: units of the day; `None` where the method counts each code by itself, so that a total does not
            decide.
        minutes_to_next_unit: further minutes that would add a unit; `None` where the units are not known.
        trace: why, step by step.
    """

    minutes: int
    rules: RuleSet
    timed_units: int | None
    minutes_to_next_unit: int | None
    trace: tuple[Reason, ...]

    @property
    def carried_forward(self) -> bool:
        """
        Whether rules were used beyond the dates they are known for.
        """
        return self.rules.carried_forward


def count_total(minutes: int, rules: RuleSet) -> TotalCount:
    """
    Count the units of one discipline's day from the total of timed minutes alone.

    Args:
        minutes: the total of minutes of 15-minute codes.
        rules: the rules of the day, from `rules_on`.

    Returns:
        The day's timed units without an allocation, or `None` under a method that needs minutes code by code.

    Raises:
        InvalidInputError: not whole minutes within a day, or no rules.

    Source:
        Medicare Claims Processing Manual, Pub. 100-04, chapter 5, section 20.2.C.

    Example:
        >>> import therapycodes as tc
        >>> tc.count_total(49, tc.rules_on("2026-03-02")).timed_units
        3
        >>> tc.count_total(49, tc.rules_on("2026-03-02", "cpt")).timed_units is None
        True
    """
    checked_minutes(minutes)
    if not isinstance(rules, RuleSet):
        raise InvalidInputError("rules", "not a RuleSet", "give what rules_on returned")
    if rules.unit_method is not UnitMethod.TOTAL_TIME:
        told = "This policy counts each code by itself: how many units a total gives was not assessed."
        step = reason_of(rules, rules.unit_method, told, "unit_method")
        return TotalCount(minutes=minutes, rules=rules, timed_units=None, minutes_to_next_unit=None, trace=(step,))
    units = units_of_total(minutes)
    further = block_range(units + 1)[0] - minutes
    if units:
        low, high = block_range(units)
        allowed = f"{minutes} minutes allow {units} unit{'s' if units != 1 else ''} ({low} through {high} minutes)."
    else:
        allowed = f"{minutes} minutes are fewer than {SHORTEST_UNIT}: no timed unit."
    steps = (
        reason_of(rules, "total-time-units", allowed, "unit_method"),
        reason_of(rules, "total-only", "Minutes code by code are not given: which codes take the units stays open."),
    )
    return TotalCount(minutes=minutes, rules=rules, timed_units=units, minutes_to_next_unit=further, trace=steps)
