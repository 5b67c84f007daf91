"""
Rules in words, and what a payer's policy decides, by date.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from .evidence import Dated, HasDates


@frozen(kw_only=True)
class Rule(HasDates):
    """
    One rule in a sentence of our own; results name the rules that made them.

    Attributes:
        id: stable id, never reused.
        statement: the rule.
    """

    id: str
    statement: str


class UnitMethod(StrEnum):
    """
    How minutes of timed codes become units.

    Attributes:
        TOTAL_TIME: the minutes of the day are added up and the sum fixes the units (Medicare).
        MIDPOINT: each code by itself, a unit once more than half of its time has passed (CPT).
        NEAREST_QUARTER_HOUR: each code by itself, its minutes rounded to the nearest quarter of an hour.
        WHOLE_BLOCKS: each code by itself, completed blocks only.
        DECIMAL: each code by itself, a part of a unit billed as a decimal.
    """

    TOTAL_TIME = "total-time"
    MIDPOINT = "midpoint"
    NEAREST_QUARTER_HOUR = "nearest-quarter-hour"
    WHOLE_BLOCKS = "whole-blocks"
    DECIMAL = "decimal"


class TimedPool(StrEnum):
    """
    Whose timed minutes are added up: those of one discipline, or everybody's that day.
    """

    DISCIPLINE = "discipline"
    DAY = "day"


class AssistantRule(StrEnum):
    """
    When a unit counts as furnished by an assistant.

    `each-unit` tests every unit; `midpoint-exception` leaves the last unit to a therapist with 8 minutes of it.
    """

    NONE = "none"
    EACH_UNIT = "each-unit"
    MIDPOINT_EXCEPTION = "midpoint-exception"


class DeMinimis(StrEnum):
    """
    The arithmetic behind "more than 10 percent": a rounded percentage, or a tenth of the minutes plus one.
    """

    PERCENTAGE = "percentage"
    SIMPLE = "simple"


@frozen(kw_only=True)
class Parameters:
    """
    What a policy decides, one timeline a parameter; an empty one is taken from the parent policy.

    Attributes:
        unit_method: how minutes become units.
        timed_pool: whose timed minutes are added up.
        assistant_rule: when a unit counts as the assistant's.
        assistant_test: the arithmetic of the 10 percent test.
        discipline_modifiers: whether lines carry GP, GO or GN.
        documentation_sets: ids of the requirement sets that apply.
    """

    unit_method: tuple[Dated[UnitMethod], ...] = ()
    timed_pool: tuple[Dated[TimedPool], ...] = ()
    assistant_rule: tuple[Dated[AssistantRule], ...] = ()
    assistant_test: tuple[Dated[DeMinimis], ...] = ()
    discipline_modifiers: tuple[Dated[bool], ...] = ()
    documentation_sets: tuple[Dated[tuple[str, ...]], ...] = ()


@frozen(kw_only=True)
class Policy:
    """
    The billing rules of a payer, by date.

    Attributes:
        id: stable id.
        title: what it is called.
        summary: one sentence on whose rules these are.
        extends: id of the policy whose parameters fill the gaps.
        parameters: what it decides.
    """

    id: str
    title: str
    summary: str
    extends: str | None = None
    parameters: Parameters = field(default=Parameters(), repr=False)
