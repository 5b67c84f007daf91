"""
The facts the data files hold, as frozen values: sources, codes, policies, rules and documentation requirements.

Each class mirrors one kind of table in `data/`; a field here is a key there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from attrs import Factory, evolve, field, fields, frozen

from .errors import CodeNotInForceError, DateNotCoveredError
from .periods import Period, entry_on, parse_date


T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class FrozenMap(Mapping[K, V]):
    """
    A read-only mapping that pickles and copies; equal to any mapping with the same items.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V] | None = None) -> None:
        self._items = dict(items or {})

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


# -- evidence ---------------------------------------------------------------------------------------------------------


class Standing(StrEnum):
    """
    How much weight a source carries, heaviest first; `unconfirmed` marks what nobody could check.
    """

    PRIMARY = "primary"
    CONTRACTOR = "contractor"
    PAYER = "payer"
    PROFESSIONAL = "professional"
    SECONDARY = "secondary"
    DISPUTED = "disputed"
    UNCONFIRMED = "unconfirmed"


_BY_WEIGHT = tuple(Standing)


@frozen(kw_only=True, repr=False)
class Source:
    """
    A document in the form somebody read it.

    Attributes:
        id: stable id, as used in citations.
        title: what the document is called.
        publisher: who issued it.
        standing: what weight it carries.
        read_on: the day it was read.
        revision: which revision or edition was read, where it says.
        url: where it is published.
        note: how it was read, when not from the publisher's own page.
    """

    id: str
    title: str
    publisher: str
    standing: Standing
    read_on: date
    revision: str | None = None
    url: str | None = None
    note: str | None = None

    def __repr__(self) -> str:
        """
        Id, title and standing.
        """
        return f"<Source {self.id}: {self.title} ({self.standing})>"


@frozen(repr=False)
class Citation:
    """
    A place in a source: the document and where in it.
    """

    source: Source
    locator: str

    def __repr__(self) -> str:
        """
        The citation with its standing.
        """
        return f"<Citation {self} ({self.source.standing})>"

    def __str__(self) -> str:
        """
        The citation as a reader would write it.
        """
        return f"{self.source.title}, {self.locator}"


def _strongest(citations: tuple[Citation, ...]) -> Standing:
    """
    The standing of a statement is that of its heaviest citation.
    """
    return min((citation.source.standing for citation in citations), key=_BY_WEIGHT.index)


def _standing_from_citations(instance: HasCitations) -> Standing:
    """
    Default of the `standing` fields: read off the citations unless the data say otherwise.
    """
    return _strongest(instance.citations) if instance.citations else Standing.UNCONFIRMED


def _cited(_instance: object, _attribute: object, citations: tuple[Citation, ...]) -> None:
    if not citations:
        raise ValueError("needs at least one citation")


@frozen(kw_only=True)
class HasCitations:
    """
    What every statement of fact carries: its citations and its standing.

    Attributes:
        citations: where the statement can be read; never empty.
        standing: that of the heaviest citation, unless the data mark it down (`disputed`, `unconfirmed`).
    """

    citations: tuple[Citation, ...] = field(validator=_cited)
    standing: Standing = Factory(_standing_from_citations, takes_self=True)


@frozen(kw_only=True, repr=False)
class Statement(HasCitations):
    """
    One sentence of ours about a code, and what supports it.
    """

    text: str

    def __repr__(self) -> str:
        """
        The sentence with its standing.
        """
        return f"<{self.text} ({self.standing})>"

    def __str__(self) -> str:
        """
        The sentence.
        """
        return self.text

    def __contains__(self, words: str) -> bool:
        """
        Whether the sentence holds these words, in any case.
        """
        return words.casefold() in self.text.casefold()


@frozen(kw_only=True)
class HasDates(HasCitations):
    """
    What every dated fact carries.

    Attributes:
        effective_from: first date of service for which we vouch for the fact.
        effective_through: last date of service; absent while it holds.
        reviewed_on: the day a person last checked the sources.
        note: a remark for the reader.
    """

    effective_from: date
    effective_through: date | None = None
    reviewed_on: date
    note: str | None = None


@frozen(kw_only=True)
class Dated(HasDates, Generic[T]):
    """
    A value that holds between two dates of service.
    """

    value: T


# -- codes ------------------------------------------------------------------------------------------------------------


class CodeSystem(StrEnum):
    """
    Who maintains the code: the AMA (CPT) or CMS (HCPCS Level II).
    """

    CPT = "CPT"
    HCPCS = "HCPCS"


class Discipline(StrEnum):
    """
    The therapy disciplines of Medicare's outpatient benefit.
    """

    PT = "PT"
    OT = "OT"
    SLP = "SLP"


class UnitBasis(StrEnum):
    """
    What one unit of a code stands for.
    """

    TIMED = "timed"
    UNTIMED = "untimed"


class Attendance(StrEnum):
    """
    How closely the clinician attends the patient.
    """

    SUPERVISED = "supervised"
    CONSTANT = "constant"
    DIRECT_ONE_ON_ONE = "direct-one-on-one"
    GROUP = "group"


class TherapyDesignation(StrEnum):
    """
    The code's place on the Medicare therapy code list.
    """

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    NONE = "none"


class EventKind(StrEnum):
    """
    What happened to a code.
    """

    ADDED = "added"
    REVISED = "revised"
    DELETED = "deleted"


@frozen(kw_only=True, repr=False)
class HistoryEvent(HasCitations):
    """
    One event in the life of a code.

    Attributes:
        kind: added, revised or deleted.
        date: the first date of service of an addition or revision; the last date of service of a deleted code.
        replaced_by: the codes to look at instead of a deleted one.
        reviewed_on: the day a person last checked the sources.
        note: a remark for the reader.
    """

    kind: EventKind
    date: dt.date
    replaced_by: tuple[str, ...] = ()
    reviewed_on: dt.date
    note: str | None = None

    def __repr__(self) -> str:
        """
        What happened, when, and how sure that is.
        """
        then = f", replaced by {', '.join(self.replaced_by)}" if self.replaced_by else ""
        return f"<{self.kind} {self.date}{then} ({self.standing})>"


@frozen(kw_only=True)
class UnitRule:
    """
    What one unit of a code is.

    Attributes:
        basis: timed or untimed.
        minutes: minutes in one unit of a timed code.
        continues: the code whose first unit must come before this one, for an add-on code.
        continued_by: the add-on code that takes every further unit.
    """

    basis: UnitBasis
    minutes: int | None = None
    continues: str | None = None
    continued_by: str | None = None

    def __attrs_post_init__(self) -> None:
        """
        A timed code has minutes, an untimed one has none.
        """
        if (self.basis is UnitBasis.TIMED) != (self.minutes is not None):
            raise ValueError("minutes belong to a timed basis and to no other")


@frozen(kw_only=True)
class Facts:
    """
    The dated facts of a code: one timeline a property, oldest first; an empty one is not known.

    Attributes:
        unit: what one unit is.
        attendance: how closely the patient is attended.
        disciplines: which disciplines furnish it.
        therapy_designation: its place on the Medicare therapy code list.
        fixed_discipline: the one discipline whose modifier the code takes, where CMS fixed it.
        medicare_status: status letter of the Medicare physician fee schedule.
        multiple_procedure_indicator: payment-reduction indicator of the fee schedule; `5` marks the therapy reduction.
        assistants: whether a PTA or OTA may furnish it under Medicare.
        telehealth: whether it is on Medicare's telehealth list.
    """

    unit: tuple[Dated[UnitRule], ...] = ()
    attendance: tuple[Dated[Attendance], ...] = ()
    disciplines: tuple[Dated[tuple[Discipline, ...]], ...] = ()
    therapy_designation: tuple[Dated[TherapyDesignation], ...] = ()
    fixed_discipline: tuple[Dated[Discipline], ...] = ()
    medicare_status: tuple[Dated[str], ...] = ()
    multiple_procedure_indicator: tuple[Dated[str], ...] = ()
    assistants: tuple[Dated[bool], ...] = ()
    telehealth: tuple[Dated[bool], ...] = ()


@frozen(kw_only=True, repr=False)
class SimilarCode(Statement):
    """
    A code easily taken for this one, and the difference that decides.
    """

    code: str

    def __repr__(self) -> str:
        """
        The other code, the difference and its standing.
        """
        return f"<{self.code}: {self.text} ({self.standing})>"


@frozen(kw_only=True)
class Metadata:
    """
    What a code is, in plain words of our own; every statement carries its citations and standing.

    Attributes:
        purpose: what the service is for.
        indications: conditions with the documented deficit that supports the service.
        techniques: what is done.
        personnel: who furnishes it.
        settings: where.
        preparation: what comes before.
        steps: how a session runs.
        duration: the billing unit and its thresholds, apart from the length of a session.
        risks: what can go wrong.
        benefits: what it aims at; never a promise.
        recovery: what follows.
        alternatives: what else may serve.
        patient_experience: what a patient notices.
        examples: synthetic situations in which the code is the right one.
        not_supported_by: what belongs to another code or to none.
        similar: neighboring codes and the difference that decides.
    """

    purpose: Statement | None = None
    indications: tuple[Statement, ...] = ()
    techniques: tuple[Statement, ...] = ()
    personnel: tuple[Statement, ...] = ()
    settings: tuple[Statement, ...] = ()
    preparation: tuple[Statement, ...] = ()
    steps: tuple[Statement, ...] = ()
    duration: tuple[Statement, ...] = ()
    risks: tuple[Statement, ...] = ()
    benefits: tuple[Statement, ...] = ()
    recovery: tuple[Statement, ...] = ()
    alternatives: tuple[Statement, ...] = ()
    patient_experience: tuple[Statement, ...] = ()
    examples: tuple[Statement, ...] = ()
    not_supported_by: tuple[Statement, ...] = ()
    similar: tuple[SimilarCode, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """
        Every statement, in the order of the fields.
        """
        rest = [statement for entry in fields(Metadata)[1:] for statement in getattr(self, entry.name)]
        return tuple(rest if self.purpose is None else [self.purpose, *rest])

    @property
    def sources(self) -> tuple[Source, ...]:
        """
        Every source cited by a statement, once, in order of first use.
        """
        cited = (citation.source for statement in self.statements for citation in statement.citations)
        return tuple(dict.fromkeys(cited))


@frozen(kw_only=True)
class CodeFacts:
    """
    The facts of a code on one date of service; `None` means not known for that day.

    Attributes:
        code: the code.
        date_of_service: the day.
        unit_basis: timed or untimed.
        minutes: minutes in one unit of a timed code.
        continues: for an add-on code, the code it continues.
        continued_by: the add-on code that takes the further units.
        attendance: how closely the patient is attended.
        disciplines: which disciplines furnish it.
        therapy_designation: its place on the Medicare therapy code list.
        fixed_discipline: the one discipline whose modifier the code takes, where CMS fixed it.
        medicare_status: status letter of the Medicare physician fee schedule.
        multiple_procedure_indicator: payment-reduction indicator of the fee schedule.
        assistants: whether a PTA or OTA may furnish it under Medicare.
        telehealth: whether it is on Medicare's telehealth list.
        evidence: property name -> the dated entry behind it, with citations, standing and dates.
    """

    code: str
    date_of_service: date
    unit_basis: UnitBasis | None
    minutes: int | None
    continues: str | None
    continued_by: str | None
    attendance: Attendance | None
    disciplines: tuple[Discipline, ...] | None
    therapy_designation: TherapyDesignation | None
    fixed_discipline: Discipline | None
    medicare_status: str | None
    multiple_procedure_indicator: str | None
    assistants: bool | None
    telehealth: bool | None
    evidence: Mapping[str, HasDates] = field(repr=False)

    @property
    def one_on_one(self) -> bool | None:
        """
        Whether the clinician is with this patient alone for the counted minutes.
        """
        if self.attendance is None:
            return None
        return self.attendance in (Attendance.DIRECT_ONE_ON_ONE, Attendance.CONSTANT)


@frozen(kw_only=True, repr=False)
class Code:
    """
    One procedure code over all dates.

    Attributes:
        code: five characters.
        system: CPT or HCPCS.
        category: our grouping, such as `"therapeutic-procedure"`.
        label: our short plain name; never AMA wording.
        metadata: what the code is, in our words.
        history: added, revised and deleted events, oldest first.
        facts: the timelines of its dated facts; `on` reads them for one day.
        covered: the dates of service the catalogue vouches for; filled in when the catalogue hands the code out.
    """

    code: str
    system: CodeSystem
    category: str
    label: str
    metadata: Metadata = Metadata()
    history: tuple[HistoryEvent, ...] = ()
    facts: Facts = Facts()
    covered: Period | None = field(default=None, eq=False)

    def __repr__(self) -> str:
        """
        The code with its label, and when it ended.
        """
        deleted = self.deleted
        ended = f", ended {deleted.date}" if deleted else ""
        return f"<Code {self.code} {self.label!r}{ended}>"

    @property
    def added(self) -> HistoryEvent | None:
        """
        The event that brought the code in, where it is known for certain.
        """
        return self._event(EventKind.ADDED)

    @property
    def deleted(self) -> HistoryEvent | None:
        """
        The event that ended the code.
        """
        return self._event(EventKind.DELETED)

    @property
    def replaced_by(self) -> tuple[str, ...]:
        """
        The codes that took the place of a deleted one.
        """
        return self.deleted.replaced_by if self.deleted else ()

    def _event(self, kind: EventKind) -> HistoryEvent | None:
        confirmed = [event for event in self.history if event.kind is kind and event.standing != Standing.UNCONFIRMED]
        return confirmed[-1] if confirmed else None

    def in_force_on(self, day: date | str) -> bool:
        """
        Whether the code existed on a date of service, as far as its confirmed history tells.
        """
        day = parse_date(day)
        return not (self.added and day < self.added.date) and not (self.deleted and day > self.deleted.date)

    def on(self, day: date | str) -> CodeFacts:
        """
        The facts in force on one date of service.

        Args:
            day: the date of service.

        Raises:
            CodeNotInForceError: the code had ended, or had not begun.
            DateNotCoveredError: the code may have been in force, but our data do not reach that day.

        Example:
            >>> from datetime import date
            >>> import therapycodes as tc
            >>> tc.lookup("97112").on(date(2026, 3, 2)).minutes
            15
        """
        day = parse_date(day)
        if not self.in_force_on(day):
            raise CodeNotInForceError(
                self.code,
                day,
                self.added.date if self.added else None,
                self.deleted.date if self.deleted else None,
                self.replaced_by,
            )
        found = {entry.name: entry_on(getattr(self.facts, entry.name), day) for entry in fields(Facts)}
        end = self.covered.effective_through if self.covered else None
        if not any(found.values()) or (end is not None and day > end):
            raise DateNotCoveredError(day, *self._vouched(), subject=self.code)
        evidence = {name: entry for name, entry in found.items() if entry is not None}
        values = {name: entry.value for name, entry in evidence.items()}
        unit: UnitRule | None = values.pop("unit", None)
        return CodeFacts(
            code=self.code,
            date_of_service=day,
            unit_basis=unit.basis if unit else None,
            minutes=unit.minutes if unit else None,
            continues=unit.continues if unit else None,
            continued_by=unit.continued_by if unit else None,
            evidence=FrozenMap(evidence),
            **{entry.name: values.get(entry.name) for entry in fields(Facts) if entry.name != "unit"},
        )

    def _vouched(self) -> tuple[date | None, date | None]:
        """
        First and last date of service for which any fact is known.
        """
        entries = [entry for series in fields(Facts) for entry in getattr(self.facts, series.name)]
        if not entries:
            return None, None
        end = self.covered.effective_through if self.covered else None
        last = max(entry.effective_through or end or date.max for entry in entries)
        return min(entry.effective_from for entry in entries), min(last, end or last)

    def within(self, covered: Period) -> Code:
        """
        The same code, knowing how far the catalogue's data reach.
        """
        return evolve(self, covered=covered)


# -- rules, policies, years -------------------------------------------------------------------------------------------


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

    `total-time` pools the minutes of the day (Medicare); `midpoint` counts each code by itself (CPT).
    """

    TOTAL_TIME = "total-time"
    MIDPOINT = "midpoint"


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


@frozen(kw_only=True)
class Year:
    """
    The amounts of one calendar year, in US dollars unless said otherwise.

    Attributes:
        year: the calendar year.
        kx_threshold_pt_slp: allowed amount above which PT and SLP lines need modifier KX.
        kx_threshold_ot: the same for OT.
        medical_review_threshold: amount above which a claim may be reviewed.
        conversion_factor: dollars for each relative value unit; from 2026 the one for clinicians who are not
            qualifying participants of an alternative payment model.
        conversion_factor_qualifying_apm: the one for those who are, from 2026.
    """

    year: int
    kx_threshold_pt_slp: tuple[Dated[Decimal], ...]
    kx_threshold_ot: tuple[Dated[Decimal], ...]
    medical_review_threshold: tuple[Dated[Decimal], ...]
    conversion_factor: tuple[Dated[Decimal], ...]
    conversion_factor_qualifying_apm: tuple[Dated[Decimal], ...] = ()


# -- documentation ----------------------------------------------------------------------------------------------------


class NoteType(StrEnum):
    """
    The documents of an episode, in CMS's words.
    """

    EVALUATION = "evaluation"
    RE_EVALUATION = "re-evaluation"
    PLAN_OF_CARE = "plan-of-care"
    CERTIFICATION = "certification"
    RECERTIFICATION = "recertification"
    ORDER = "order"
    PROGRESS_REPORT = "progress-report"
    TREATMENT_NOTE = "treatment-note"
    DISCHARGE_NOTE = "discharge-note"


class Obligation(StrEnum):
    """
    How strongly an item is asked for.

    `conditional` items are asked for only when their condition holds; what another payer may ask and this one must
    not is conditional too.
    """

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    RECOMMENDED = "recommended"


class CheckKind(StrEnum):
    """
    The closed list of ways a requirement is checked.

    Attributes:
        RECORDED: every input is recorded.
        CONTRIBUTORS: everybody who took part is listed.
        INTERVENTIONS: every billed code has an intervention in the note.
        UNBILLED: a timed service that was not billed is identified all the same.
        MINUTES_CONSISTENT: the minutes of the note do not contradict one another.
        UNITS_SUPPORTED: the minutes support the timed units billed.
        CLAIM_AGREES: date and codes of note and claim agree.
        DAY_DOCUMENTED: the note documents this treatment day.
        PROFESSIONAL_SIGNATURE: signed by a professional who may furnish or supervise the service.
        SUPERVISOR_CONSULT: the assistant's contact with the supervisor is noted where state law asks for it.
        NEVER_DEMAND: the item must not be demanded.
    """

    RECORDED = "recorded"
    CONTRIBUTORS = "contributors"
    INTERVENTIONS = "interventions"
    UNBILLED = "unbilled"
    MINUTES_CONSISTENT = "minutes-consistent"
    UNITS_SUPPORTED = "units-supported"
    CLAIM_AGREES = "claim-agrees"
    DAY_DOCUMENTED = "day-documented"
    PROFESSIONAL_SIGNATURE = "professional-signature"
    SUPERVISOR_CONSULT = "supervisor-consult"
    NEVER_DEMAND = "never-demand"


@frozen(kw_only=True)
class Requirement(HasDates):
    """
    One thing a payer wants to find in the record, or must not ask for.

    Attributes:
        id: stable id of the requirement matrix, such as `"TN-04"`; never reused.
        title: a few words.
        statement: the requirement, in a sentence of our own.
        documents: the note types it applies to; empty means all.
        check: how it is checked.
        obligation: how strongly it is asked for.
        inputs: paths of the inputs it reads, such as `"note.total_treatment_minutes"`.
        timed_only: whether it applies only when a timed code is billed.
        disciplines: the disciplines it applies to; empty means all.
        remedy: what to record, or why it is not asked for.
    """

    id: str
    title: str
    statement: str
    documents: tuple[NoteType, ...] = ()
    check: CheckKind
    obligation: Obligation
    inputs: tuple[str, ...]
    timed_only: bool = False
    disciplines: tuple[Discipline, ...] = ()
    remedy: str


@frozen(kw_only=True)
class RequirementSet:
    """
    The documentation requirements of one authority.

    Attributes:
        id: stable id, as named by policies.
        title: what the set covers.
        requirements: its requirements.
    """

    id: str
    title: str
    requirements: tuple[Requirement, ...] = field(repr=False)
