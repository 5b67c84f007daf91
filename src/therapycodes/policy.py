"""
Rules in words, and what a payer's policy decides, by date.
"""

from __future__ import annotations

from decimal import Decimal
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
        codes: the codes it is about, where it names some.
        beside: the codes it sets them beside.
    """

    id: str
    statement: str
    codes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


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


class EditSeverity(StrEnum):
    """
    How a policy weighs a check of claim lines; `off` leaves the check out.
    """

    MUST_FIX = "must-fix"
    SHOULD_CHECK = "should-check"
    NOTE = "note"
    OFF = "off"


@frozen(kw_only=True)
class EditWeight:
    """
    The weight of one check.

    Attributes:
        rule: id of the rule, such as `"edit-pair"`.
        severity: how heavily it weighs.
    """

    rule: str
    severity: EditSeverity


class FeeSchedule(StrEnum):
    """
    Whose amounts an estimate uses: those of the Physician Fee Schedule, or none where the policy names none.
    """

    NONE = "none"
    PHYSICIAN = "physician"


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
        edits: how heavily each check of claim lines weighs; what it leaves out is taken from the parent policy, and is
            off where no policy names it.
        pair_modifiers: the modifiers that resolve an edit pair, on either line, in the order they are offered.
        further_pair_modifiers: modifiers that resolve one too and are not offered, for they say something else first.
        fee_schedule: whose amounts an estimate uses.
        further_unit_pe: the part of the practice expense that is paid for every therapy unit of a day after the first.
        assistant_payment: the part of the payment that is made for what an assistant furnished.
        coinsurance: the patient's part of the fee.
        sequestration: the part of the payment that the budget law holds back.
    """

    unit_method: tuple[Dated[UnitMethod], ...] = ()
    timed_pool: tuple[Dated[TimedPool], ...] = ()
    assistant_rule: tuple[Dated[AssistantRule], ...] = ()
    assistant_test: tuple[Dated[DeMinimis], ...] = ()
    discipline_modifiers: tuple[Dated[bool], ...] = ()
    documentation_sets: tuple[Dated[tuple[str, ...]], ...] = ()
    edits: tuple[Dated[tuple[EditWeight, ...]], ...] = ()
    pair_modifiers: tuple[Dated[tuple[str, ...]], ...] = ()
    further_pair_modifiers: tuple[Dated[tuple[str, ...]], ...] = ()
    fee_schedule: tuple[Dated[FeeSchedule], ...] = ()
    further_unit_pe: tuple[Dated[Decimal], ...] = ()
    assistant_payment: tuple[Dated[Decimal], ...] = ()
    coinsurance: tuple[Dated[Decimal], ...] = ()
    sequestration: tuple[Dated[Decimal], ...] = ()


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
