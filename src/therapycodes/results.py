"""
What the library answers, as frozen values.

A result says what it found and which rule, with which citations, made it so; it is never a verdict about payment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from attrs import Attribute, evolve, field, frozen

from .code import Discipline, UnitBasis
from .errors import InvalidInputError
from .evidence import Citation, HasCitations
from .frozenmap import FrozenMap
from .inputs import checked_choice, checked_code
from .notebook import ShowsItself
from .periods import parse_date
from .policy import EditSeverity
from .record import Override
from .requirement import Obligation
from .ruleset import RuleSet


Units: TypeAlias = int | Decimal
"""Units of service: whole ones, except for a payer who takes decimals."""

LARGEST_UNITS = 9999
_DECIMALS = (-1, -2)
MOST_MODIFIERS = 4
"""Modifiers a claim line has room for."""

_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)


@frozen(kw_only=True)
class Reason:
    """
    One step of an answer.

    Attributes:
        rule: id of the rule applied.
        sentence: the step, with its figures.
        citations: where the rule can be read.
        unsettled: whether no source confirms the rule, or sources disagree.
    """

    rule: str
    sentence: str
    citations: tuple[Citation, ...] = ()
    unsettled: bool = False

    def __str__(self) -> str:
        """
        The sentence.
        """
        return self.sentence


def reason_of(rules: RuleSet, rule: str, sentence: str, parameter: str | None = None) -> Reason:
    """
    A step of an answer with what it rests on that day.

    Args:
        rules: the rules of the day.
        rule: id of the rule applied.
        sentence: the step, with its figures.
        parameter: what of the policy chose the rule, as in `RuleSet.ground`.
    """
    known = rules._grounds.get((rule, parameter))  # noqa: SLF001 - looked up in place: a trace has many steps
    ground = known or rules.ground(rule, parameter)
    return Reason(rule=rule, sentence=sentence, citations=ground.citations, unsettled=ground.unsettled)


@frozen(kw_only=True)
class UnitLine:
    """
    What became of one code of one discipline.

    Attributes:
        code: the code.
        discipline: the discipline, where stated.
        minutes: its minutes that day; `None` where they do not matter and were not given.
        amount: what was measured, for the bases that count no minutes.
        units: units counted; 0 stays in the count and drops off the claim.
        assistant_units: how many of them the policy counts as furnished by an assistant; 0 where the policy has no
            such rule, `None` where the input cannot tell.
        full_blocks: whole units its own minutes fill.
        remainder: minutes left over after the whole units.
        basis: what one unit stands for.
        reason: why this many units, in a sentence.
        minutes_to_next_unit: further minutes of this code that would add a unit to the day; `None` for untimed codes.
            For documentation review only.
        unsettled: ids of the rules behind this line that no source confirms, or on which sources disagree.
    """

    code: str
    discipline: Discipline | None
    minutes: int | None
    amount: int | None
    units: Units
    assistant_units: Units | None
    full_blocks: int
    remainder: int
    basis: UnitBasis
    reason: str
    minutes_to_next_unit: int | None
    unsettled: tuple[str, ...] = ()


def _is_code(_instance: object, _attribute: Attribute[str], value: str) -> None:
    checked_code(value)


def _discipline(value: str | None) -> Discipline | None:
    return None if value is None else checked_choice(Discipline, value, "discipline")


def _modifiers(values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise InvalidInputError("modifiers", "not a sequence", "give a list or tuple of modifiers")
    return tuple(values)


def _is_region(_instance: object, _attribute: Attribute[str | None], value: object) -> None:
    if value is not None and not (isinstance(value, str) and value.strip()):
        raise InvalidInputError("region", "not text, or empty", "say it in words, or leave it out")


def _check_units(value: object) -> None:
    if type(value) is int and 1 <= value <= LARGEST_UNITS:
        return
    if type(value) is Decimal and value.is_finite() and 0 < value <= LARGEST_UNITS:
        if value.as_tuple().exponent in _DECIMALS:
            return
        raise InvalidInputError("units", "not in tenths or hundredths", "give part units with one or two decimals")
    raise InvalidInputError("units", "not a number of units", f"give a whole number from 1 to {LARGEST_UNITS}")


def _check_modifiers(value: tuple[object, ...]) -> None:
    if len(value) > MOST_MODIFIERS:
        raise InvalidInputError("modifiers", "more than four", "a claim line takes at most four modifiers")
    for index, modifier in enumerate(value):
        if not (isinstance(modifier, str) and _MODIFIER.fullmatch(modifier)):
            raise InvalidInputError(f"modifiers[{index}]", "not a modifier", "give two capital letters or digits")


@frozen
class ClaimLine:
    """
    One line of a claim.

    Args:
        code: the procedure code.
        units: units of service, 1 or more; a part of a unit, as a `Decimal`, only for a payer who takes decimals.
        modifiers: at most four, in claim order.
        discipline: the discipline, where known.
        region: the body region or wound treated, in any words; two lines agree when the words do, capitals aside.
        reasons: why the line looks like this.

    Raises:
        InvalidInputError: not a code, no units, malformed or too many modifiers.
    """

    code: str = field(validator=_is_code)
    units: Units = field()
    modifiers: tuple[str, ...] = field(default=(), converter=_modifiers)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    region: str | None = field(default=None, kw_only=True, repr=False, validator=_is_region)
    reasons: tuple[Reason, ...] = field(default=(), kw_only=True, repr=False, eq=False)

    @units.validator
    def _units_are_whole(self, _attribute: Attribute[int], value: object) -> None:
        _check_units(value)

    @modifiers.validator
    def _modifiers_fit(self, _attribute: Attribute[tuple[str, ...]], value: tuple[object, ...]) -> None:
        _check_modifiers(value)


@frozen
class PastLine:
    """
    One line billed before, on the same day or an earlier one, as far as the checks of new lines need it.

    Args:
        date_of_service: the day it was for.
        code: the procedure code.
        units: units of service, 1 or more.
        modifiers: at most four, in claim order.
        discipline: the discipline, where known.
        region: the body region or wound treated, in any words.

    Raises:
        InvalidInputError: no date, not a code, no units, malformed or too many modifiers.

    Example:
        >>> from therapycodes.results import PastLine
        >>> PastLine("2026-03-02", "97110", 2).units
        2
    """

    date_of_service: date = field(converter=parse_date)
    code: str = field(validator=_is_code)
    units: Units = field(default=1)
    modifiers: tuple[str, ...] = field(default=(), kw_only=True, converter=_modifiers)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    region: str | None = field(default=None, kw_only=True, repr=False, validator=_is_region)

    @units.validator
    def _units_are_whole(self, _attribute: Attribute[int], value: object) -> None:
        _check_units(value)

    @modifiers.validator
    def _modifiers_fit(self, _attribute: Attribute[tuple[str, ...]], value: tuple[object, ...]) -> None:
        _check_modifiers(value)


class EditOutcome(StrEnum):
    """
    What a check of claim lines found; `no-data` where the tables do not reach, which is never the same as no edit.
    """

    APPLIES = "applies"
    DOES_NOT_APPLY = "does-not-apply"
    NO_DATA = "no-data"


class Severity(StrEnum):
    """
    How a policy weighs a finding on claim lines.
    """

    MUST_FIX = "must-fix"
    SHOULD_CHECK = "should-check"
    NOTE = "note"


def severity_of(weight: EditSeverity) -> Severity:
    """
    The severity of a finding by the weight of its check; what a policy switches off weighs as a note.
    """
    return Severity.NOTE if weight is EditSeverity.OFF else Severity(weight)


@frozen(kw_only=True)
class EditFinding(HasCitations):
    """
    The answer of one check of claim lines.

    Attributes:
        id: stable id of the check, such as `"edit-pair"` or `"unit-limit"`; never reused.
        outcome: applies, does not apply, or no data.
        severity: how the policy weighs it.
        codes: the codes concerned; of an edit pair, column one and then column two.
        lines: the positions of the lines concerned.
        message: what was found, with its figures and dates.
        remedy: the way out; empty when nothing applies.
        resolved_by: the modifiers that would resolve it, on either line unless the message says otherwise.
        override: the decision to let it stand, where the caller brought one.
    """

    id: str
    outcome: EditOutcome
    severity: Severity
    codes: tuple[str, ...]
    lines: tuple[int, ...]
    message: str
    remedy: str = ""
    resolved_by: tuple[str, ...] = ()
    override: Override | None = None


@frozen(kw_only=True)
class EditReport(ShowsItself):
    """
    What the checks of claim lines found; never a verdict about payment.

    Attributes:
        policy: id of the policy.
        findings: what applies first, then what could not be known, then what does not apply.
        carried_forward: whether rules were used beyond the dates they are known for.
        switched_off: ids of the checks the policy leaves out; nothing is said about them.
    """

    policy: str
    findings: tuple[EditFinding, ...] = field(repr=False)
    carried_forward: bool = False
    switched_off: tuple[str, ...] = field(default=(), repr=False)

    @property
    def applying(self) -> tuple[EditFinding, ...]:
        """
        The findings that apply.
        """
        return tuple(finding for finding in self.findings if finding.outcome is EditOutcome.APPLIES)

    @property
    def no_data(self) -> tuple[EditFinding, ...]:
        """
        What could not be known.
        """
        return tuple(finding for finding in self.findings if finding.outcome is EditOutcome.NO_DATA)


class Outcome(StrEnum):
    """
    What a documentation check found.
    """

    MET = "met"
    NOT_MET = "not-met"
    NOT_APPLICABLE = "not-applicable"
    NOT_ASSESSED = "not-assessed"


@frozen(kw_only=True)
class Finding:
    """
    The answer to one documentation requirement.

    Attributes:
        id: stable id of the requirement, such as `"TN-04"`.
        title: a few words.
        outcome: met, not met, not applicable or not assessed.
        obligation: how strongly the item is asked for.
        message: what was found, and what to record; never the text of the note.
        path: the input it is about, such as `"note.total_treatment_minutes"`.
        priority: 1 for what auditors find first, 3 for what they seldom look at.
        citations: who asks for it, and where.
        override: the decision to let it stand, where the caller brought one.
    """

    id: str
    title: str
    outcome: Outcome
    obligation: Obligation
    message: str
    path: str
    citations: tuple[Citation, ...]
    priority: int = 2
    override: Override | None = None

    def overridden(self, override: Override) -> Finding:
        """
        The finding with somebody's decision to let it stand; its outcome stays what it is.
        """
        return evolve(self, override=override)

    @property
    def requirement_id(self) -> str:
        """
        The id of the requirement; the same as `id`.
        """
        return self.id


@frozen(kw_only=True)
class DocumentationReport(ShowsItself):
    """
    What a document holds of what a policy asks for; never a verdict.

    Attributes:
        policy: id of the policy.
        findings: one for each requirement, what is missing first.
        carried_forward: whether rules were used beyond the dates they are known for.
    """

    policy: str
    findings: tuple[Finding, ...] = field(repr=False)
    carried_forward: bool = False

    def _having(self, outcome: Outcome) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.outcome is outcome)

    @property
    def missing(self) -> tuple[Finding, ...]:
        """
        Findings that are not met, recommendations left out.
        """
        return tuple(
            finding for finding in self._having(Outcome.NOT_MET) if finding.obligation is not Obligation.RECOMMENDED
        )

    @property
    def not_assessed(self) -> tuple[Finding, ...]:
        """
        Findings the input was not enough for.
        """
        return self._having(Outcome.NOT_ASSESSED)

    @property
    def is_complete(self) -> bool:
        """
        Whether nothing is missing among what could be assessed; `not_assessed` says what could not.
        """
        return not self.missing

    @property
    def completeness(self) -> float:
        """
        Share of the assessed requirements that are met, from 0.0 to 1.0; recommendations do not count.
        """
        met = [finding for finding in self._having(Outcome.MET) if finding.obligation is not Obligation.RECOMMENDED]
        assessed = len(met) + len(self.missing)
        return len(met) / assessed if assessed else 1.0

    @property
    def by_obligation(self) -> Mapping[Obligation, tuple[Finding, ...]]:
        """
        The findings of each obligation, in the order of the report.
        """
        return FrozenMap(
            {one: tuple(finding for finding in self.findings if finding.obligation is one) for one in Obligation}
        )

    def finding(self, requirement: str) -> Finding:
        """
        The finding of one requirement.

        Raises:
            InvalidInputError: the policy has no such requirement for this document.
        """
        for finding in self.findings:
            if finding.id == requirement:
                return finding
        raise InvalidInputError("requirement", "not part of this report", "use an id that stands in findings")


@frozen(kw_only=True)
class Due(HasCitations):
    """
    What an episode needs next, and by when.

    Attributes:
        id: id of the requirement that asks for it.
        what: the document or act, in a few words.
        by: the day by which it is needed, where that is known.
        treatment_days_left: how many more treatment days may pass without it, where treatment days are counted.
        counting: how that was counted, in a sentence.
        overdue: whether the limit has passed as of the day the caller looks from.
    """

    id: str
    what: str
    by: date | None = None
    treatment_days_left: int | None = None
    counting: str
    overdue: bool = False

    @property
    def requirement_id(self) -> str:
        """
        The id of the requirement; the same as `id`.
        """
        return self.id


@frozen(kw_only=True)
class EpisodeReport(DocumentationReport):
    """
    What the documents of an episode hold of what a policy asks for, and what is due next; never a verdict.

    Attributes:
        as_of: the day looked from: the caller's, or else the latest day that any document names.
        due: what is due, what is overdue first and then by date.
    """

    as_of: date | None = None
    due: tuple[Due, ...] = field(default=(), repr=False)

    @property
    def overdue(self) -> tuple[Due, ...]:
        """
        What should be there already.
        """
        return tuple(due for due in self.due if due.overdue)
