"""
Procedure codes as the data files hold them: dated facts, history and metadata.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from attrs import Factory, evolve, field, fields, frozen

from .errors import CodeNotInForceError, DateNotCoveredError
from .evidence import Dated, HasCitations, HasDates, Source, Standing, Statement
from .frozenmap import FrozenMap
from .notebook import ShowsItself
from .periods import Period, entry_on, parse_date


POOLED_BLOCK = 15
"""Minutes in a unit of the codes whose minutes Medicare pools."""


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

    Attributes:
        TIMED: minutes of a day, in the 15-minute units that Medicare pools.
        UNTIMED: the service, once a day.
        TIME_BLOCK: minutes of a day in blocks of the code's own length, each code or family by itself.
        MONTH_MINUTES: minutes of a calendar month, full blocks only.
        PERIOD_MINUTES: minutes added up over several days, one code for each range.
        DEVICE_DAYS: days with data in a 30-day period.
        AREA: square centimeters of wound, a part counting as a whole.
        MUSCLES: muscles treated.
    """

    TIMED = "timed"
    UNTIMED = "untimed"
    TIME_BLOCK = "time-block"
    MONTH_MINUTES = "month-minutes"
    PERIOD_MINUTES = "period-minutes"
    DEVICE_DAYS = "device-days"
    AREA = "area"
    MUSCLES = "muscles"


class Attendance(StrEnum):
    """
    How closely the clinician attends the patient.
    """

    SUPERVISED = "supervised"
    CONSTANT = "constant"
    DIRECT_ONE_ON_ONE = "direct-one-on-one"
    GROUP = "group"
    REMOTE = "remote"
    CAREGIVER_WITHOUT_PATIENT = "caregiver-without-patient"


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
        basis: what is counted.
        minutes: minutes in one unit, for the bases `timed` and `time-block`.
        continues: the code whose first unit must come before this one, for an add-on code.
        continued_by: the add-on code that takes every further unit.
        least: smallest amount the code stands for, for the bases that count amounts in ranges.
        most: largest amount it stands for; absent when there is no limit.
        step: further amount that makes one more unit of an add-on code.
        tier_below: the code for smaller amounts.
        tier_above: the code for larger amounts.
    """

    basis: UnitBasis
    minutes: int | None = None
    continues: str | None = None
    continued_by: str | None = None
    least: int | None = None
    most: int | None = None
    step: int | None = None
    tier_below: str | None = None
    tier_above: str | None = None

    def __attrs_post_init__(self) -> None:
        """
        Each basis has the measures it needs and no others.
        """
        in_blocks = self.basis in (UnitBasis.TIMED, UnitBasis.TIME_BLOCK)
        in_ranges = not in_blocks and self.basis is not UnitBasis.UNTIMED
        if in_blocks != (self.minutes is not None):
            raise ValueError("minutes belong to the bases timed and time-block and to no other")
        if self.basis is UnitBasis.TIMED and self.minutes != POOLED_BLOCK:
            raise ValueError("the basis timed stands for 15-minute units; give other lengths as time-block")
        if in_ranges != (self.least is not None or self.step is not None):
            raise ValueError("least or step belongs to the bases that count amounts and to no other")
        if (self.step is not None) != (in_ranges and self.continues is not None):
            raise ValueError("step belongs to an add-on code that counts amounts")


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
        add_on_to: the codes one of which must stand on the claim beside this add-on code.
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
    add_on_to: tuple[Dated[tuple[str, ...]], ...] = ()


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


def _of_unit(name: str) -> Any:
    """
    Default of a field that repeats a measure of the unit.
    """
    return Factory(lambda facts: getattr(facts.unit, name, None), takes_self=True)


@frozen(kw_only=True)
class CodeFacts(ShowsItself):
    """
    The facts of a code on one date of service; `None` means not known for that day.

    Attributes:
        code: the code.
        date_of_service: the day.
        unit: what one unit is, with every measure.
        unit_basis: what is counted.
        minutes: minutes in one unit of a code that counts minutes of a day.
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
        add_on_to: the codes one of which must stand beside this add-on code.
        evidence: property name -> the dated entry behind it, with citations, standing and dates.
    """

    code: str
    date_of_service: date
    unit: UnitRule | None = field(repr=False)
    unit_basis: UnitBasis | None = field(init=False, default=_of_unit("basis"))
    minutes: int | None = field(init=False, default=_of_unit("minutes"))
    continues: str | None = field(init=False, default=_of_unit("continues"))
    continued_by: str | None = field(init=False, default=_of_unit("continued_by"))
    attendance: Attendance | None
    disciplines: tuple[Discipline, ...] | None
    therapy_designation: TherapyDesignation | None
    fixed_discipline: Discipline | None
    medicare_status: str | None
    multiple_procedure_indicator: str | None
    assistants: bool | None
    telehealth: bool | None
    add_on_to: tuple[str, ...] | None
    evidence: Mapping[str, HasDates] = field(repr=False)

    @property
    def one_on_one(self) -> bool | None:
        """
        Whether the clinician is with this patient alone for the counted minutes.
        """
        if self.attendance is None:
            return None
        return self.attendance in (Attendance.DIRECT_ONE_ON_ONE, Attendance.CONSTANT)


def _read(metadata: Metadata | Callable[[], Metadata]) -> Metadata:
    return metadata if isinstance(metadata, Metadata) else metadata()


def _remake(parts: Mapping[str, Any]) -> Code:
    return Code(**parts)


@frozen(kw_only=True, repr=False)
class Code(ShowsItself):
    """
    One procedure code over all dates.

    Attributes:
        code: five characters.
        system: CPT or HCPCS.
        category: our grouping, such as `"therapeutic-procedure"`.
        label: our short plain name; never AMA wording.
        history: added, revised and deleted events, oldest first.
        facts: the timelines of its dated facts; `on` reads them for one day.
        covered: the dates of service the catalogue vouches for; filled in when the catalogue hands the code out.
    """

    code: str
    system: CodeSystem
    category: str
    label: str
    _metadata: Metadata | Callable[[], Metadata] = field(default=Metadata(), eq=_read)
    history: tuple[HistoryEvent, ...] = ()
    facts: Facts = Facts()
    covered: Period | None = field(default=None, eq=False)

    def __reduce__(self) -> tuple[object, ...]:
        """
        Pickled with its metadata read: a copy must not depend on where the files were.
        """
        parts = {a.alias: getattr(self, a.name) for a in fields(Code)} | {"metadata": self.metadata}
        return _remake, (parts,)

    @cached_property
    def metadata(self) -> Metadata:
        """
        What the code is, in our words; read when first asked for.
        """
        return _read(self._metadata)

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
        return CodeFacts(
            code=self.code,
            date_of_service=day,
            evidence=FrozenMap(evidence),
            **{entry.name: values.get(entry.name) for entry in fields(Facts)},
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
