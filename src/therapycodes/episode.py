"""
What all documents of an episode hold of what a policy asks for, and what is due next: pure functions over dates.

The library has no clock: the caller says as of which day to look, and what is dated later is not yet there.
Nothing is a verdict: a finding says what is there, what is missing, and who asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple, assert_never

from .clocks import Span, days_after, days_outside, months_after, rows_between, spans
from .code import Discipline
from .documentation import prominence
from .documents import Certification, Duration, Episode, FurnishedBy, Note, Order, PlanOfCare, Signature
from .errors import DataError, InvalidInputError
from .periods import Period, entry_on, parse_date
from .professions import credential_parts, profession
from .requirement import EpisodeCheck, NoteType, Requirement
from .results import Due, EpisodeReport, Finding, Outcome
from .ruleset import RuleSet


_MET = Outcome.MET
_NOT_MET = Outcome.NOT_MET
_NOT_APPLICABLE = Outcome.NOT_APPLICABLE
_NOT_ASSESSED = Outcome.NOT_ASSESSED

_DAY_NOTES = frozenset({NoteType.TREATMENT_NOTE, NoteType.EVALUATION, NoteType.RE_EVALUATION})
"""The documents whose date of service is a treatment day whatever else they hold."""

_CLINICIANS_ONLY = frozenset(
    {NoteType.EVALUATION, NoteType.RE_EVALUATION, NoteType.PLAN_OF_CARE, NoteType.DISCHARGE_NOTE}
)
"""What no assistant may write; a progress report of an assistant supplements the clinician's."""

_EVALUATING = frozenset(
    ["evaluation-pt", "evaluation-ot", "slp-evaluation", "slp-other-diagnostic", "swallow-study", "aphasia-assessment"]
)
"""The categories of codes that evaluate and treat nothing."""

_DAYS_SHOWN = 6


class _Clock(NamedTuple):
    """
    What is due, before it has its requirement: what, by when, how that was counted, and whether it is overdue.
    """

    what: str
    counting: str
    by: date | None = None
    treatment_days_left: int | None = None
    overdue: bool = False


class _Answer(NamedTuple):
    """
    Outcome, sentence, the input it is about, and what is due.
    """

    outcome: Outcome
    message: str
    path: str | None = None
    due: _Clock | None = None


class _Planned(NamedTuple):
    """
    A plan of care, in a document of its own or within another.
    """

    path: str
    plan: PlanOfCare
    signature: Signature | None
    written_on: date | None


class _Certified(NamedTuple):
    """
    A certification, first or again, and the day the physician's approval is dated.
    """

    path: str
    part: Certification
    signature: Signature | None
    signed_on: date | None
    again: bool
    plan: PlanOfCare | None

    @property
    def approved_on(self) -> date | None:
        days = [day for day in (self.part.verbal_on, self.signed_on) if day is not None]
        return min(days, default=None)


class _Ordered(NamedTuple):
    """
    An order or referral.
    """

    path: str
    order: Order
    signature: Signature | None
    ordered_on: date | None


class _Reported(NamedTuple):
    """
    A progress report or discharge note, or another document that serves as one.
    """

    path: str
    through: date | None
    signature: Signature | None
    by: FurnishedBy | None
    is_discharge: bool


class _Interval(NamedTuple):
    """
    Days that one certification can cover, how that was counted, and by when it had to be there.
    """

    days: Period
    counting: str
    certified: _Certified | None
    due_on: date
    plan: PlanOfCare | None

    @property
    def is_late(self) -> bool:
        if self.certified is None or self.certified.approved_on is None:
            return False
        return self.certified.approved_on > self.due_on


class _Record(NamedTuple):
    """
    Everything one check may look at, sorted out once.
    """

    rules: RuleSet
    requirements: tuple[Requirement, ...]
    looked_on: date | None
    ended_on: date | None
    days: tuple[date, ...]
    noted: frozenset[date]
    treated: tuple[date, ...]
    notes: tuple[tuple[str, Note], ...]
    plans: tuple[_Planned, ...]
    certifications: tuple[_Certified, ...]
    orders: tuple[_Ordered, ...]
    reports: tuple[_Reported, ...]
    discharges: tuple[str, ...]

    def requirement(self, kind: EpisodeCheck) -> Requirement | None:
        """
        The requirement that is checked in one way, where the policy has it.
        """
        return next((one for one in self.requirements if one.over_episode is kind), None)

    @property
    def first(self) -> date | None:
        return self.days[0] if self.days else None

    @property
    def evaluated_on(self) -> date | None:
        """
        The day of the initial evaluation, or else the first treatment day.
        """
        days = [note.date_of_service for _, note in self.notes if note.note_type is NoteType.EVALUATION]
        return min((day for day in days if day is not None), default=self.first)

    @property
    def is_evaluation_only(self) -> bool | None:
        """
        Whether nothing but an evaluation was furnished; `None` while treatment may still follow.
        """
        if self.treated or not self.days:
            return False
        evaluations = [note.evaluation for _, note in self.notes if note.evaluation is not None]
        needless = any(evaluation.therapy_needed is False for evaluation in evaluations)
        return True if needless or self.ended_on is not None else None

    @property
    def initial(self) -> _Certified | None:
        """
        The certification of the first plan: the earliest that is dated, or else one that is not.
        """
        first = [one for one in self.certifications if not one.again]
        return min(first, key=_by_approval, default=None)

    def passed(self, day: date) -> bool:
        """
        Whether the day the caller looks from is later than this one.
        """
        return self.looked_on is not None and self.looked_on > day


def _by_approval(certified: _Certified) -> tuple[date, str]:
    return certified.approved_on or date.max, certified.path


def check_episode(episode: Episode, rules: RuleSet, *, as_of: date | str | None = None) -> EpisodeReport:
    """
    Say what the documents of an episode hold of what the policy asks for, and what is due next.

    An item may stand in any document: a treatment note may hold the progress report, an evaluation the plan.
    Each clock is judged by what was in force on the first treatment day; the findings say which day it ran out.

    Args:
        episode: the documents so far, in any order.
        rules: the rules under which to look; their policy decides which requirements there are.
        as_of: the day from which to look; what is dated later is left aside. Without it, the latest day any document
            names is the latest day known to have come.

    Returns:
        One finding a requirement, what is missing first, and what is due.

    Raises:
        InvalidInputError: no `Episode` or `RuleSet`, no date, or documents of several disciplines in an episode that
            does not say whose it is.

    Source:
        Medicare Benefit Policy Manual, Pub. 100-02, chapter 15, sections 220.1.3 and 220.3; each finding cites its own.

    Example:
        >>> import therapycodes as tc
        >>> days = ["2026-01-05", "2026-01-12", "2026-02-05"]
        >>> episode = tc.Episode([tc.Note("treatment-note", day) for day in days], discipline="PT")
        >>> report = tc.check_episode(episode, tc.rules_on("2026-02-05"), as_of="2026-02-05")
        >>> print(report.finding("CERT-01").message.partition(";")[0])
        No certification is on file
    """
    if not isinstance(episode, Episode):
        raise InvalidInputError("episode", "not an Episode", "give an Episode, or make one with from_dict")
    if not isinstance(rules, RuleSet):
        raise InvalidInputError("rules", "not a RuleSet", "give what rules_on returned")
    record = _record(episode, rules, None if as_of is None else parse_date(as_of, "as_of"))
    findings, due = [], []
    for requirement in record.requirements:
        answer = _answer(requirement, record, episode.discipline)
        missing = answer.outcome is _NOT_MET
        findings.append(
            Finding(
                id=requirement.id,
                title=requirement.title,
                outcome=answer.outcome,
                obligation=requirement.obligation,
                message=f"{answer.message} {requirement.remedy}" if missing else answer.message,
                path=answer.path or "episode.documents",
                citations=requirement.citations,
            )
        )
        if answer.due is not None:
            due.append(Due(id=requirement.id, citations=requirement.citations, **answer.due._asdict()))
    return EpisodeReport(
        policy=rules.policy.id,
        as_of=record.looked_on,
        findings=tuple(sorted(findings, key=prominence)),
        due=tuple(sorted(due, key=_urgency)),
        carried_forward=rules.carried_forward,
    )


def _urgency(due: Due) -> tuple[bool, date, int]:
    """
    What is overdue first, then what has the nearest date, then what has treatment days left.
    """
    return not due.overdue, due.by or date.max, due.treatment_days_left or 0


# -- sorting out the documents ---------------------------------------------------------------------------------------


def _record(episode: Episode, rules: RuleSet, as_of: date | None) -> _Record:
    discipline = _whose(episode)
    given = [
        (f"episode.documents[{index}]", note)
        for index, note in enumerate(episode.documents)
        if note.discipline in (None, discipline)
    ]
    events = [day for _, note in given for day in _events(note)] + list(episode.treatment_days)
    events += [episode.ended_on] if episode.ended_on is not None else []
    looked_on = as_of or max(events, default=None)
    last = as_of or date.max
    notes = tuple((path, note) for path, note in given if min(_events(note), default=date.min) <= last)
    day_notes = [note for _, note in notes if _is_of_a_day(note)]
    noted = frozenset(
        note.date_of_service for note in day_notes if note.date_of_service is not None and note.date_of_service <= last
    )
    days = tuple(sorted(noted | {day for day in episode.treatment_days if day <= last}))
    evaluated = {note.date_of_service for note in day_notes if _evaluates_only(note, rules)}
    treated = {note.date_of_service for note in day_notes if not _evaluates_only(note, rules)}
    discharges = [(path, note) for path, note in notes if _is_discharge(note) and _written_on(note, date.min) <= last]
    requirements = tuple(_in_force(rules.episode_requirements, days[0] if days else rules.rules_day))
    return _Record(
        rules=rules,
        requirements=requirements,
        looked_on=looked_on,
        ended_on=_ended_on(episode, [note for _, note in discharges], last),
        days=days,
        noted=noted,
        treated=tuple(day for day in days if day not in evaluated or day in treated),
        notes=notes,
        plans=tuple(sorted(_plans(notes, last), key=lambda one: (one.written_on or date.max, one.path))),
        certifications=tuple(sorted(_certifications(notes, last, _certifiers(requirements)), key=_by_approval)),
        orders=tuple(_orders(notes)),
        reports=tuple(_reports(notes, last)),
        discharges=tuple(path for path, _ in discharges),
    )


def _in_force(every: Iterable[Requirement], day: date) -> Iterator[Requirement]:
    """
    Of the versions of each requirement the one of a day; the first where none holds then, which its finding tells.
    """
    versions: dict[str, list[Requirement]] = {}
    for requirement in every:
        versions.setdefault(requirement.id, []).append(requirement)
    yield from (entry_on(one, day) or one[0] for one in versions.values())


def _whose(episode: Episode) -> Discipline | None:
    if episode.discipline is not None:
        return episode.discipline
    named = {note.discipline for note in episode.documents} - {None}
    if len(named) > 1:
        raise InvalidInputError(
            "discipline", "not stated, and the documents name several", "make an Episode of each discipline"
        )
    return next(iter(named), None)


def _events(note: Note) -> Iterator[date]:
    """
    Every day on which something that a document tells of happened.
    """
    signatures = [note.signature]
    days = [note.date_of_service, note.date_written]
    if note.plan is not None:
        days += [note.plan.established_on, note.plan.sent_on]
        signatures.append(note.plan.signature)
    if note.certification is not None:
        days += [note.certification.received_on, note.certification.verbal_on]
        signatures.append(note.certification.signature)
    if note.order is not None:
        days.append(note.order.ordered_on)
        signatures.append(note.order.signature)
    if note.discharge is not None:
        days.append(note.discharge.date)
    days += [signature.date for signature in signatures if signature is not None]
    yield from (day for day in days if day is not None)


def _is_of_a_day(note: Note) -> bool:
    """
    Whether a document tells of a day of treatment; a visit without any minute did not take place.
    """
    if note.total_treatment_minutes == 0 and not note.interventions:
        return False
    return note.note_type in _DAY_NOTES or bool(note.interventions)


def _evaluates_only(note: Note, rules: RuleSet) -> bool:
    return note.note_type is NoteType.EVALUATION and all(
        one.code is not None and _evaluates(one.code, rules) for one in note.interventions
    )


def _evaluates(code: str, rules: RuleSet) -> bool:
    try:
        return rules.catalogue.lookup(code).category in _EVALUATING
    except LookupError:
        return False


def _is_discharge(note: Note) -> bool:
    return note.note_type is NoteType.DISCHARGE_NOTE or note.discharge is not None


def _ended_on(episode: Episode, discharges: Sequence[Note], last: date) -> date | None:
    stated = [episode.ended_on]
    stated += [note.discharge.date if note.discharge is not None else None for note in discharges]
    stated += [note.date_of_service for note in discharges]
    return next((day for day in stated if day is not None and day <= last), None)


def _written_on(note: Note, otherwise: date) -> date:
    """
    The day a document was written, as far as it tells.
    """
    signed = note.signature.date if note.signature is not None else None
    return note.date_written or signed or note.date_of_service or otherwise


def _is_signed(signature: Signature | None) -> bool:
    return signature is not None and "name" not in signature.absent and any((signature.name, signature.credential))


def _plans(notes: Iterable[tuple[str, Note]], last: date) -> Iterator[_Planned]:
    for path, note in notes:
        if note.plan is None and note.note_type is not NoteType.PLAN_OF_CARE:
            continue
        plan = note.plan or PlanOfCare()
        signature = plan.signature or note.signature
        signed = signature.date if signature is not None else None
        written = plan.established_on or note.date_written or note.date_of_service or signed
        if written is None or written <= last:
            yield _Planned(f"{path}.plan" if note.plan else path, plan, signature, written)


def _certifiers(requirements: Iterable[Requirement]) -> frozenset[str]:
    return frozenset(
        credential
        for one in requirements
        if one.over_episode is EpisodeCheck.CERTIFIER
        for credential in one.credentials
    )


def _certifications(notes: Iterable[tuple[str, Note]], last: date, certifiers: frozenset[str]) -> Iterator[_Certified]:
    """
    The certifications that are signed or verbal; a plan that who may certify has signed needs no other.
    """
    for path, note in notes:
        again = note.note_type is NoteType.RECERTIFICATION
        if note.certification is None and not again and note.note_type is not NoteType.CERTIFICATION:
            if note.plan is not None or note.note_type is NoteType.PLAN_OF_CARE:
                yield from _signed_plan(path, note, last, certifiers)
            continue
        part = note.certification or Certification()
        signature = part.signature or note.signature
        signed_on = (signature.date if signature is not None else None) or part.received_on or note.date_written
        if signed_on is not None and signed_on > last:
            signature, signed_on = None, None
        if not _is_signed(signature):
            signed_on = None
        if _is_signed(signature) or part.verbal_on is not None:
            where = f"{path}.certification" if note.certification is not None else path
            yield _Certified(where, part, signature, signed_on, again, note.plan)


def _signed_plan(path: str, note: Note, last: date, certifiers: frozenset[str]) -> Iterator[_Certified]:
    signatures = [note.plan.signature if note.plan is not None else None, note.signature]
    signatures += [note.order.signature] if note.order is not None else []
    for signature in signatures:
        if (
            signature is not None
            and credential_parts(signature.credential) & certifiers
            and (signature.date is None or signature.date <= last)
        ):
            yield _Certified(f"{path}.plan", Certification(), signature, signature.date, False, note.plan)
            return


def _orders(notes: Iterable[tuple[str, Note]]) -> Iterator[_Ordered]:
    for path, note in notes:
        if note.order is None and note.note_type is not NoteType.ORDER:
            continue
        order = note.order or Order()
        signature = order.signature or note.signature
        signed = signature.date if signature is not None else None
        yield _Ordered(
            f"{path}.order" if note.order else path,
            order,
            signature,
            order.ordered_on or signed or note.date_written or note.date_of_service,
        )


def _reports(notes: Iterable[tuple[str, Note]], last: date) -> Iterator[_Reported]:
    for path, note in notes:
        progress = note.progress
        if progress is None and note.note_type is not NoteType.PROGRESS_REPORT and not _is_discharge(note):
            continue
        if _written_on(note, date.min) > last:
            continue
        ends = progress.last_day if progress is not None else None
        left = note.discharge.date if note.discharge is not None else None
        signed = note.signature.date if note.signature is not None else None
        through = ends or left or note.date_of_service or note.date_written or signed
        by = profession(note.signature.credential) if note.signature is not None else None
        yield _Reported(path, through, note.signature, by, note.note_type is NoteType.DISCHARGE_NOTE)


# -- one answer a requirement ----------------------------------------------------------------------------------------


def _answer(requirement: Requirement, record: _Record, discipline: Discipline | None) -> _Answer:
    if requirement.disciplines and discipline is not None and discipline not in requirement.disciplines:
        return _Answer(_NOT_APPLICABLE, "The requirement belongs to another discipline.")
    kind = requirement.over_episode
    if kind is None or kind is EpisodeCheck.NEVER_DEMAND:
        return _Answer(_NOT_APPLICABLE, f"Not asked for. {requirement.remedy}")
    if record.first is None:
        return _Answer(_NOT_ASSESSED, "No document names a treatment day.", "episode.treatment_days")
    covered = record.rules.catalogue.coverage()
    if record.first < covered.effective_from or (
        record.first > covered.effective_through and not record.rules.carried_forward
    ):
        return _Answer(_NOT_ASSESSED, "The rules do not reach the first treatment day.", "episode.treatment_days")
    if record.first not in Period(requirement.effective_from, requirement.effective_through):
        return _Answer(
            _NOT_APPLICABLE, f"It holds {Period(requirement.effective_from, requirement.effective_through)}."
        )
    return _checked(kind, requirement, record, record.first)


def _checked(kind: EpisodeCheck, requirement: Requirement, record: _Record, first: date) -> _Answer:
    match kind:
        case EpisodeCheck.ON_FILE:
            return _on_file(record)
        case EpisodeCheck.EVERY_DAY:
            return _every_day(record)
        case EpisodeCheck.PLAN_FIRST:
            return _plan_first(record)
        case EpisodeCheck.REPORTED:
            return _reported(requirement, record)
        case EpisodeCheck.REPORT_AUTHOR:
            return _report_author(record)
        case EpisodeCheck.CLINICIAN_PART:
            return _clinician_part(requirement, record)
        case EpisodeCheck.DISCHARGE:
            return _discharge(record)
        case EpisodeCheck.AUTHOR:
            return _author(requirement, record)
        case EpisodeCheck.NEVER_DEMAND:
            return _Answer(_NOT_APPLICABLE, f"Not asked for. {requirement.remedy}")
        case _:
            return _checked_approval(kind, requirement, record, first)


_Approval = Literal[
    EpisodeCheck.INITIAL_CERTIFICATION,
    EpisodeCheck.ORDER_EXCEPTION,
    EpisodeCheck.VERBAL_CERTIFICATION,
    EpisodeCheck.INTERVAL,
    EpisodeCheck.RECERTIFICATION,
    EpisodeCheck.DELAYED_CERTIFICATION,
    EpisodeCheck.CERTIFIER,
    EpisodeCheck.CERTIFICATION_DATE,
    EpisodeCheck.EVALUATION_ONLY,
    EpisodeCheck.SIGNED_ORDER,
]


def _checked_approval(kind: _Approval, requirement: Requirement, record: _Record, first: date) -> _Answer:
    match kind:
        case EpisodeCheck.INITIAL_CERTIFICATION:
            return _initial_certification(requirement, record, first)
        case EpisodeCheck.ORDER_EXCEPTION:
            return _order_exception(requirement, record, first)
        case EpisodeCheck.VERBAL_CERTIFICATION:
            return _verbal_certification(requirement, record)
        case EpisodeCheck.INTERVAL:
            return _interval(requirement, record, first)
        case EpisodeCheck.RECERTIFICATION:
            return _recertification(requirement, record, first)
        case EpisodeCheck.DELAYED_CERTIFICATION:
            return _delayed_certification(requirement, record, first)
        case EpisodeCheck.CERTIFIER:
            return _certifier(requirement, record)
        case EpisodeCheck.CERTIFICATION_DATE:
            return _certification_date(record)
        case EpisodeCheck.EVALUATION_ONLY:
            return _evaluation_only(record)
        case EpisodeCheck.SIGNED_ORDER:
            return _signed_order(record)
        case _:
            assert_never(kind)


def _limit(requirement: Requirement, name: str) -> int:
    """
    A number that the check cannot do without; the check of the data tree asks for it too.
    """
    value: int | None = getattr(requirement, name)
    if value is None:
        raise DataError([f"documentation: {requirement.id} gives no {name} @ {name}"])
    return value


def _after(start: date, day: date) -> str:
    return f"day {(day - start).days}"


def _listed(days: Sequence[date]) -> str:
    shown = ", ".join(str(day) for day in days[:_DAYS_SHOWN])
    left = len(days) - _DAYS_SHOWN
    return f"{shown} and {left} more" if left > 0 else shown


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count != 1 else ''}"


# -- documents there have to be --------------------------------------------------------------------------------------


def _on_file(record: _Record) -> _Answer:
    if any(note.note_type is NoteType.EVALUATION or note.evaluation is not None for _, note in record.notes):
        return _Answer(
            _MET, "The evaluation is on file; plan, certifications, reports and notes have findings of their own."
        )
    return _Answer(_NOT_MET, "No evaluation is on file.")


def _every_day(record: _Record) -> _Answer:
    missing = [day for day in record.days if day not in record.noted]
    if not missing:
        return _Answer(_MET, f"Each of {_counted(len(record.days), 'known treatment day')} has its note.")
    undated = [path for path, note in record.notes if _is_of_a_day(note) and note.date_of_service is None]
    if undated:
        return _Answer(
            _NOT_ASSESSED, f"A note without a date may belong to {_listed(missing)}.", f"{undated[0]}.date_of_service"
        )
    return _Answer(_NOT_MET, f"No note of {_listed(missing)}.")


def _plan_first(record: _Record) -> _Answer:
    if not record.treated:
        return _Answer(_NOT_APPLICABLE, "Nothing but an evaluation is known.")
    if not record.plans:
        return _Answer(_NOT_MET, "No plan of care is on file.")
    dated = [plan for plan in record.plans if plan.written_on is not None]
    if not dated or dated[0].written_on is None:
        return _Answer(_NOT_ASSESSED, "The plan of care carries no date.", record.plans[0].path)
    written, begun = dated[0].written_on, record.treated[0]
    if written <= begun:
        return _Answer(_MET, f"The plan of {written} was there when treatment began on {begun}.", dated[0].path)
    if len(dated) < len(record.plans):
        return _Answer(_NOT_ASSESSED, "One of the plans carries no date.", record.plans[-1].path)
    before = [day for day in record.treated if day < written]
    return _Answer(_NOT_MET, f"The plan is of {written}; treated before it: {_listed(before)}.", dated[0].path)


def _discharge(record: _Record) -> _Answer:
    if record.is_evaluation_only:
        return _Answer(_NOT_APPLICABLE, "Only an evaluation was furnished.")
    if record.discharges:
        return _Answer(_MET, "The discharge note is on file.", record.discharges[0])
    if record.ended_on is None:
        return _Answer(_NOT_APPLICABLE, "Nothing says that treatment has ended.")
    counting = f"Treatment ended on {record.ended_on}."
    due = _Clock("Discharge note", counting, record.ended_on, overdue=record.passed(record.ended_on))
    return _Answer(_NOT_MET, f"{counting[:-1]}; no discharge note is on file.", due=due)


# -- certification ---------------------------------------------------------------------------------------------------


class _Exception(NamedTuple):
    """
    Whether a signed order and a plan that was sent stand in for the signature, why, and by when to send it.
    """

    holds: bool
    why: str
    send_by: date | None = None


def _exception(record: _Record, first: date) -> _Exception:
    requirement = record.requirement(EpisodeCheck.ORDER_EXCEPTION)
    if requirement is None:
        return _Exception(False, "This policy knows no exception for a signed order.")
    if first not in Period(requirement.effective_from, requirement.effective_through):
        return _Exception(False, f"An order stands in for it only in treatment from {requirement.effective_from}.")
    if not record.orders:
        return _Exception(False, "No order or referral is on file to stand in for it.")
    signed = [one for one in record.orders if _is_signed(one.signature) and one.ordered_on is not None]
    if not signed:
        return _Exception(False, "The order on file is not signed and dated and cannot stand in for it.")
    if all("therapy_type" in one.order.absent for one in signed):
        return _Exception(False, "The order on file does not name the type of therapy and cannot stand in for it.")
    start = record.evaluated_on or first
    by = days_after(start, _limit(requirement, "days"))
    sent = min((one.plan.sent_on for one in record.plans if one.plan.sent_on is not None), default=None)
    if sent is None or (record.looked_on is not None and sent > record.looked_on):
        return _Exception(False, f"An order is on file; nothing shows that the plan was sent by {by}.", by)
    told = f"the plan was sent on {sent}, {_after(start, sent)} after the evaluation of {start}"
    if sent > by:
        return _Exception(False, f"An order is on file, but {told}; {by} was the last day.")
    return _Exception(True, f"A signed order of {signed[0].ordered_on} is on file and {told}.")


def _initial_certification(requirement: Requirement, record: _Record, first: date) -> _Answer:
    if record.is_evaluation_only:
        return _Answer(_NOT_APPLICABLE, "Only an evaluation was furnished; an order is enough for it.")
    by = days_after(first, _limit(requirement, "days"))
    clock = f"{by} was day {requirement.days} after the first treatment day, {first}"
    initial = record.initial
    approved = initial.approved_on if initial is not None else None
    if initial is not None and approved is not None and approved <= by:
        return _Answer(_MET, f"Certified on {approved}; {clock}.", initial.path)
    exception = _exception(record, first)
    if exception.holds:
        return _Answer(_MET, exception.why, record.orders[0].path)
    if initial is not None and approved is None:
        return _Answer(_NOT_ASSESSED, f"The certification carries no date; {clock}.", initial.path)
    if initial is not None and _is_named(initial.part.delay_reason):
        return _Answer(_MET, f"Certified on {approved} with a reason for the delay; {clock}.", initial.path)
    if initial is not None and approved is not None:
        late = f"Certified on {approved}, {_after(first, approved)}; {clock}. No reason for the delay is recorded."
        return _Answer(_NOT_MET, f"{late} {exception.why}", initial.path)
    overdue = record.passed(by)
    due = _Clock("Certification of the plan of care", f"{clock.replace(' was ', ' is ')}.", by, overdue=overdue)
    if not overdue:
        return _Answer(_NOT_APPLICABLE, f"No certification is on file; it is due by {by}.", due=due)
    return _Answer(_NOT_MET, f"No certification is on file; {clock}. {exception.why}", due=due)


def _is_named(text: str | None) -> bool:
    return text is not None and bool(text.strip())


def _order_exception(requirement: Requirement, record: _Record, first: date) -> _Answer:
    if record.is_evaluation_only:
        return _Answer(_NOT_APPLICABLE, "Only an evaluation was furnished; an order is enough for it.")
    required = record.requirement(EpisodeCheck.INITIAL_CERTIFICATION)
    initial, approved = record.initial, record.initial.approved_on if record.initial is not None else None
    if initial is not None and approved is not None and required is not None:
        by = days_after(first, _limit(required, "days"))
        if approved <= by:
            return _Answer(_NOT_APPLICABLE, "The plan is certified in time and needs no exception.", initial.path)
    exception = _exception(record, first)
    if exception.holds:
        return _Answer(_MET, exception.why, record.orders[0].path)
    if exception.send_by is None or initial is not None:
        return _Answer(_NOT_APPLICABLE, exception.why)
    counting = f"{exception.send_by} is day {requirement.days} after the evaluation."
    due = _Clock(
        "Proof that the plan was sent to whoever ordered therapy, or else its certification",
        counting,
        exception.send_by,
        overdue=record.passed(exception.send_by),
    )
    return _Answer(_NOT_APPLICABLE, exception.why, due=due)


def _verbal_certification(requirement: Requirement, record: _Record) -> _Answer:
    verbal = [(one, one.part.verbal_on) for one in record.certifications if one.part.verbal_on is not None]
    if not verbal:
        return _Answer(_NOT_APPLICABLE, "No certification was verbal.")
    open_until: tuple[date, date] | None = None
    for one, spoken in verbal:
        by = days_after(spoken, _limit(requirement, "days"))
        clock = f"{by} was day {requirement.days} after the verbal order of {spoken}"
        if one.signed_on is not None and one.signed_on > by:
            return _Answer(_NOT_MET, f"Signed on {one.signed_on}, {_after(spoken, one.signed_on)}; {clock}.", one.path)
        if _is_signed(one.signature) and one.signed_on is None:
            return _Answer(_NOT_ASSESSED, f"The signature carries no date; {clock}.", one.path)
        if one.signed_on is None:
            due = _Clock("Signature after the verbal order", f"{clock.replace(' was ', ' is ')}.", by)
            if record.passed(by):
                return _Answer(_NOT_MET, f"Not signed; {clock}.", one.path, due._replace(overdue=True))
            open_until = (spoken, by)
    if open_until is not None:
        spoken, by = open_until
        due = _Clock("Signature after the verbal order", f"{by} is day {requirement.days} after {spoken}.", by)
        return _Answer(_NOT_APPLICABLE, f"Not signed yet; the signature is due by {by}.", verbal[-1][0].path, due)
    return _Answer(_MET, f"The verbal order was signed within {requirement.days} days.", verbal[0][0].path)


def _intervals(record: _Record, first: date, days: int) -> tuple[_Interval, ...]:
    """
    The certified intervals in a row, the first as if it were certified: whether it is has a finding of its own.

    A further interval begins where its certification says, on the day of the new plan it is about, or the day after
    the interval before it; one that comes late without a reason begins no sooner than it was given.
    """
    initial = record.initial
    plan = next((one.plan for one in record.plans if one.plan.duration is not None), None)
    found = [_interval_from(record, days, first, initial, plan)]
    for one in record.certifications:
        if one is initial:
            continue
        previous = found[-1].days
        before = previous.effective_through or first
        renewed = _renewed_plan(record, one, previous.effective_from)
        written = renewed.written_on if renewed is not None else None
        start = one.part.first_day or written or days_after(before, 1)
        approved = one.approved_on
        if approved is not None and approved > before and not _is_named(one.part.delay_reason):
            start = max(start, approved)
        made = _interval_from(record, days, start, one, renewed.plan if renewed is not None else None)
        found.append(made._replace(due_on=before))
    return tuple(found)


def _renewed_plan(record: _Record, certified: _Certified, since: date) -> _Planned | None:
    """
    The latest plan that a further certification can be about: written after the interval before it had begun.
    """
    last = certified.approved_on or date.max
    written = [one for one in record.plans if one.written_on is not None and since < one.written_on <= last]
    return written[-1] if written else None


def _interval_from(
    record: _Record, days: int, start: date, certified: _Certified | None, plan: PlanOfCare | None
) -> _Interval:
    most = days_after(start, days)
    ends = [(most, f"{most} is day {days} after {start}")]
    if plan is not None and plan.duration is not None:
        ends += _planned_end(plan.duration, start, record)
    if certified is not None and certified.part.last_day is not None:
        ends.append((certified.part.last_day, f"it is certified through {certified.part.last_day}"))
    end, counting = min(ends, key=lambda one: one[0])
    return _Interval(Period(start, max(start, end)), counting, certified, start, plan)


def _planned_end(duration: Duration, start: date, record: _Record) -> Iterator[tuple[date, str]]:
    if duration.weeks is not None:
        end = days_after(start, 7 * duration.weeks)
        yield end, f"{end} ends the {_counted(duration.weeks, 'week')} of the plan from {start}"
    if duration.days is not None:
        end = days_after(start, duration.days)
        yield end, f"{end} ends the {_counted(duration.days, 'day')} of the plan from {start}"
    if duration.sessions is not None:
        sessions = [day for day in record.treated if day >= start]
        if 0 < duration.sessions <= len(sessions):
            end = sessions[duration.sessions - 1]
            yield end, f"{end} was the last of the {_counted(duration.sessions, 'session')} of the plan from {start}"


def _interval(requirement: Requirement, record: _Record, first: date) -> _Answer:
    if record.is_evaluation_only:
        return _Answer(_NOT_APPLICABLE, "Only an evaluation was furnished.")
    days = _limit(requirement, "days")
    intervals = _intervals(record, first, days)
    for one in intervals:
        if one.certified is None or one.certified.part.last_day is None:
            continue
        if one.certified.part.last_day > (one.days.effective_through or date.max):
            stated = one.certified.part.last_day
            return _Answer(_NOT_MET, f"Certified through {stated}; {one.counting}.", f"{one.certified.path}.last_day")
    if record.initial is None and not _exception(record, first).holds:
        return _Answer(_NOT_APPLICABLE, "No certification is on file to cover an interval.")
    last = intervals[-1]
    return _Answer(_MET, f"Certified from {last.days.effective_from}: {last.counting}.")


def _recertification(requirement: Requirement, record: _Record, first: date) -> _Answer:
    if record.is_evaluation_only:
        return _Answer(_NOT_APPLICABLE, "Only an evaluation was furnished.")
    intervals = _intervals(record, first, _limit(requirement, "days"))
    last = intervals[-1]
    ends = last.days.effective_through or first
    outside = days_outside(record.days, [one.days for one in intervals])
    due = None
    if record.ended_on is None or outside:
        due = _Clock(
            "Recertification, if treatment goes on",
            f"The certified interval from {last.days.effective_from} ends: {last.counting}.",
            ends,
            _sessions_left(last, record),
            overdue=bool(outside) and outside[-1] > ends,
        )
    if outside and any(one.approved_on is None for one in record.certifications):
        return _Answer(_NOT_ASSESSED, f"A certification carries no date; uncertain: {_listed(outside)}.", due=due)
    if outside:
        told = f"Treatment outside a certified interval: {_listed(outside)}; {_gap(intervals, outside[0]).counting}."
        return _Answer(_NOT_MET, f"{told} An order and a plan that was sent do not take its place.", due=due)
    if len(intervals) > 1:
        return _Answer(_MET, f"Certified again; {last.counting}.", last.certified and last.certified.path, due)
    return _Answer(_NOT_APPLICABLE, f"No treatment is known beyond the first interval; {last.counting}.", due=due)


def _sessions_left(interval: _Interval, record: _Record) -> int | None:
    """
    How many sessions of a plan that counts them are left.
    """
    duration = interval.plan.duration if interval.plan is not None else None
    if duration is None or duration.sessions is None:
        return None
    return max(0, duration.sessions - sum(day >= interval.days.effective_from for day in record.treated))


def _gap(intervals: Sequence[_Interval], day: date) -> _Interval:
    """
    The interval that ended before a day.
    """
    ended = [one for one in intervals if (one.days.effective_through or day) < day]
    return ended[-1] if ended else intervals[0]


def _delayed_certification(requirement: Requirement, record: _Record, first: date) -> _Answer:
    late = list(_late(record, first))
    if not late:
        return _Answer(_NOT_APPLICABLE, "No certification is late.")
    reasoned = [(one, by) for one, by in late if _is_named(one.part.delay_reason)]
    if not reasoned:
        return _Answer(_NOT_APPLICABLE, "A certification is late and gives no reason; its own finding says so.")
    one, by = reasoned[0]
    told = f"Certified on {one.approved_on} with a reason for the delay; it was due by {by}."
    if one.approved_on is not None and one.approved_on > months_after(by, _limit(requirement, "months")):
        told += f" More than {requirement.months} months late: other signs of the physician's part may be asked for."
    return _Answer(_MET, told, f"{one.path}.delay_reason")


def _late(record: _Record, first: date) -> Iterator[tuple[_Certified, date]]:
    """
    The certifications that came after they were due, each with the day it was due.
    """
    initial, required = record.initial, record.requirement(EpisodeCheck.INITIAL_CERTIFICATION)
    if initial is not None and initial.approved_on is not None and required is not None:
        by = days_after(first, _limit(required, "days"))
        if initial.approved_on > by and not _exception(record, first).holds:
            yield initial, by
    again = record.requirement(EpisodeCheck.RECERTIFICATION)
    if again is not None:
        for interval in _intervals(record, first, _limit(again, "days"))[1:]:
            if interval.is_late and interval.certified is not None:
                yield interval.certified, interval.due_on


def _certifier(requirement: Requirement, record: _Record) -> _Answer:
    signed = [one for one in record.certifications if _is_signed(one.signature)]
    if not signed:
        return _Answer(_NOT_APPLICABLE, "No signed certification is on file.")
    unknown = None
    for one in signed:
        parts = credential_parts(one.signature.credential if one.signature is not None else None)
        if parts.intersection(requirement.credentials):
            continue
        if parts.intersection(requirement.refused):
            return _Answer(_NOT_MET, "Signed by somebody who may not certify.", f"{one.path}.signature.credential")
        unknown = unknown or one
    if unknown is not None:
        told = "Whether the signer may certify does not follow from the credential."
        return _Answer(_NOT_ASSESSED, told, f"{unknown.path}.signature.credential")
    return _Answer(_MET, "Signed by somebody who may certify, within the limits of their scope.", signed[0].path)


def _certification_date(record: _Record) -> _Answer:
    if not record.certifications:
        return _Answer(_NOT_APPLICABLE, "No signed certification is on file.")
    for one in record.certifications:
        if _is_signed(one.signature) and one.signed_on is None:
            return _Answer(_NOT_MET, "The certification carries no date.", f"{one.path}.signature.date")
    return _Answer(_MET, "Every certification is dated.", record.certifications[0].path)


def _evaluation_only(record: _Record) -> _Answer:
    only = record.is_evaluation_only
    if only is False:
        return _Answer(_NOT_APPLICABLE, "Treatment was furnished as well.")
    ordered = [one.path for one in record.orders if _is_signed(one.signature)]
    ordered += [one.path for one in record.certifications]
    if ordered:
        return _Answer(_MET, "An order or a certification is on file.", ordered[0])
    if only is None:
        return _Answer(_NOT_APPLICABLE, "Only an evaluation is known so far; treatment may follow.")
    return _Answer(_NOT_MET, "Only an evaluation was furnished; neither an order nor a certification is on file.")


def _signed_order(record: _Record) -> _Answer:
    if not record.orders:
        return _Answer(_NOT_APPLICABLE, "No order is on file, and none is asked for where the plan is certified.")
    for one in record.orders:
        if not _is_signed(one.signature):
            return _Answer(_NOT_MET, "The order on file is not signed.", f"{one.path}.signature")
        if one.ordered_on is None:
            return _Answer(_NOT_MET, "The order on file carries no date.", f"{one.path}.ordered_on")
    return _Answer(_MET, "Every order on file is signed and dated.", record.orders[0].path)


# -- reports and their authors ---------------------------------------------------------------------------------------


def _report_rows(record: _Record) -> tuple[tuple[date, ...], ...]:
    """
    The treatment days between reports; what an assistant wrote supplements a clinician's report and is none.
    """
    ends = [one.through for one in record.reports if one.through is not None and one.by is not FurnishedBy.ASSISTANT]
    return rows_between(record.days, ends)


def _reported(requirement: Requirement, record: _Record) -> _Answer:
    limit, months = _limit(requirement, "treatment_days"), requirement.months
    rows = _report_rows(record)
    missed = [span for row in rows for span in spans(row, limit, months) if span.exceeded]
    due = None if record.ended_on is not None else _report_due(requirement, record, rows, limit)
    if not missed:
        most = max(len(span.days) for row in rows for span in spans(row, limit, months))
        told = f"No more than {_counted(most, 'treatment day')} without a progress report."
        return _Answer(_MET, told, due=due)
    undated = [one.path for one in record.reports if one.through is None]
    if undated:
        return _Answer(_NOT_ASSESSED, "A progress report carries no date.", undated[0], due)
    row = next(row for row in rows if missed[0].days[0] in row)
    fell = _listed([span.ends for span in missed if span.ends is not None])
    told = (
        f"{_counted(len(row), 'treatment day')} from {row[0]} through {row[-1]} without a clinician's progress report; "
        f"it fell due on {fell}{_ordinal(missed[0], limit)}."
    )
    if any(one.by is FurnishedBy.ASSISTANT for one in record.reports):
        told += " What an assistant wrote only supplements it."
    return _Answer(_NOT_MET, told, due=due)


def _ordinal(span: Span, limit: int) -> str:
    return f", treatment day {limit} of the period" if len(span.days) == limit else ""


def _report_due(requirement: Requirement, record: _Record, rows: Sequence[Sequence[date]], limit: int) -> _Clock:
    since = rows[-1]
    before = record.days[len(record.days) - len(since) - 1] if len(since) < len(record.days) else None
    start = f"the report that covers {before}" if before is not None else "the first one"
    months = f", or {_counted(requirement.months, 'month')}" if requirement.months is not None else ""
    if not since:
        counting = f"0 of {limit} treatment days{months} since {start}."
        return _Clock("Progress report", counting, treatment_days_left=limit)
    *full, last = spans(since, limit, requirement.months)
    past = [span.ends for span in full if span.ends is not None]
    counting = f"{len(last.days)} of {limit} treatment days{months} since {start}: {_listed(last.days)}."
    if past:
        counting = f"{len(since)} treatment days since {start}; every {limit}{months} need a report."
        return _Clock("Progress report", counting, past[0], 0, overdue=True)
    calendar = requirement.months is not None and last.ends is not None and record.passed(last.ends)
    return _Clock("Progress report", counting, last.ends, limit - len(last.days), overdue=calendar)


def _report_author(record: _Record) -> _Answer:
    reports = [one for one in record.reports if not one.is_discharge]
    if not reports:
        return _Answer(_NOT_APPLICABLE, "No progress report is on file.")
    clinicians = [one for one in record.reports if one.by is FurnishedBy.THERAPIST]
    unknown = [one for one in reports if one.by is None]
    for one in reports:
        if one.by is FurnishedBy.ASSISTANT and not _is_supplement(one, clinicians + unknown):
            told = "An assistant wrote the report, and no clinician's report covers its period."
            return _Answer(_NOT_MET, told, f"{one.path}.signature.credential")
    if unknown:
        told = "Who wrote a report does not follow from its signature."
        return _Answer(_NOT_ASSESSED, told, f"{unknown[0].path}.signature.credential")
    return _Answer(_MET, "A clinician wrote each report that counts.", reports[0].path)


def _is_supplement(report: _Reported, others: Sequence[_Reported]) -> bool:
    """
    Whether another report covers the days of an assistant's.
    """
    ends = [one.through for one in others if one.through is not None]
    return report.through is None or any(end >= report.through for end in ends)


def _clinician_part(requirement: Requirement, record: _Record) -> _Answer:
    limit = _limit(requirement, "treatment_days")
    rows = _report_rows(record)
    ended = [row for row in rows[:-1] if row]
    ended += [span.days for span in spans(rows[-1], limit) if span.exceeded]
    if not ended:
        return _Answer(_NOT_APPLICABLE, "No report period has ended.")
    unknown: Sequence[date] | None = None
    for row in ended:
        seen = set(_signers(record, row))
        if FurnishedBy.THERAPIST in seen:
            continue
        if None in seen:
            unknown = unknown or row
            continue
        told = f"From {row[0]} through {row[-1]} no clinician signed a note or the report."
        return _Answer(_NOT_MET, told)
    if unknown is not None:
        told = f"Who signed between {unknown[0]} and {unknown[-1]} does not follow from the credentials."
        return _Answer(_NOT_ASSESSED, told)
    return _Answer(_MET, "A clinician signed in every report period that has ended.")


def _signers(record: _Record, row: Sequence[date]) -> Iterator[FurnishedBy | None]:
    """
    Who signed the notes of some days and the report that closes them, as far as the credentials tell.
    """
    days = set(row)
    for _, note in record.notes:
        if note.date_of_service in days and note.signature is not None and _is_named(note.signature.credential):
            yield profession(note.signature.credential)
    for one in record.reports:
        named = one.signature is not None and _is_named(one.signature.credential)
        if named and one.through is not None and row[0] <= one.through and _closes(one.through, record.days, row):
            yield one.by


def _closes(through: date, days: Sequence[date], row: Sequence[date]) -> bool:
    later = [day for day in days if day > row[-1]]
    return not later or through < later[0]


def _author(requirement: Requirement, record: _Record) -> _Answer:
    """
    Whether any document that only a clinician may write is an assistant's; each is answered by one requirement.
    """
    kinds = _answered_by(requirement, record)
    unknown: str | None = None
    found: str | None = None
    for kind, path, signature in _authored(record):
        if kind not in kinds or signature is None or not _is_named(signature.credential):
            continue
        found = found or path
        by = profession(signature.credential)
        if by is FurnishedBy.ASSISTANT or credential_parts(signature.credential).intersection(requirement.refused):
            where = f"{path}.signature.credential"
            return _Answer(_NOT_MET, f"Signed by somebody who may not write the {_NAMES[kind]}.", where)
        if by is None:
            unknown = unknown or path
    if unknown is not None:
        told = "Who wrote it does not follow from the credential."
        return _Answer(_NOT_ASSESSED, told, f"{unknown}.signature.credential")
    if found is None:
        return _Answer(_NOT_APPLICABLE, "No document that it is about is on file with a credential.")
    return _Answer(_MET, "None of the documents it is about is signed by an assistant.", found)


def _answered_by(requirement: Requirement, record: _Record) -> frozenset[NoteType]:
    """
    The clinician's documents a requirement answers for: those that none names more narrowly.
    """
    others = [one for one in record.requirements if one.over_episode is EpisodeCheck.AUTHOR and one is not requirement]
    narrower = [kind for one in others if len(one.documents) < len(requirement.documents) for kind in one.documents]
    return _CLINICIANS_ONLY.intersection(requirement.documents).difference(narrower)


_NAMES = {kind: kind.value.replace("-", " ") for kind in NoteType}


def _authored(record: _Record) -> Iterator[tuple[NoteType, str, Signature | None]]:
    for plan in record.plans:
        yield NoteType.PLAN_OF_CARE, plan.path, plan.signature
    for path, note in record.notes:
        if note.note_type is not NoteType.PLAN_OF_CARE:
            yield note.note_type, path, note.signature
