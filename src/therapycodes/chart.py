"""
The documents of an episode, sorted out once for every check: treatment days, plans, certifications, orders, reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from .code import Discipline
from .credentials import Profession, profession_of
from .documents import Certification, Episode, Note, Order, PlanOfCare, Signature
from .errors import InvalidInputError
from .periods import entry_on
from .requirement import EpisodeCheck, NoteType, Requirement
from .ruleset import RuleSet


CLINICIANS = frozenset(
    [
        *(Profession.PT, Profession.OT, Profession.SLP),
        *(Profession.PHYSICIAN, Profession.NPP, Profession.PODIATRIST, Profession.OPTOMETRIST),
    ]
)
"""Who evaluates, plans and reports."""

ASSISTANTS = frozenset({Profession.PTA, Profession.OTA})

_DAY_NOTES = frozenset({NoteType.TREATMENT_NOTE, NoteType.EVALUATION, NoteType.RE_EVALUATION})
"""The documents whose date of service is a treatment day whatever else they hold."""


_EVALUATING = frozenset(
    ["evaluation-pt", "evaluation-ot", "slp-evaluation", "slp-other-diagnostic", "swallow-study", "aphasia-assessment"]
)
"""The categories of codes that evaluate and treat nothing."""


class Planned(NamedTuple):
    """
    A plan of care, in a document of its own or within another.
    """

    path: str
    plan: PlanOfCare
    signature: Signature | None
    written_on: date | None


class Certified(NamedTuple):
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
        """
        The day of the verbal order or of the signature, whichever came first.
        """
        days = [day for day in (self.part.verbal_on, self.signed_on) if day is not None]
        return min(days, default=None)


class Ordered(NamedTuple):
    """
    An order or referral.
    """

    path: str
    order: Order
    signature: Signature | None
    ordered_on: date | None


class Reported(NamedTuple):
    """
    A progress report or discharge note, or another document that serves as one.
    """

    path: str
    through: date | None
    signature: Signature | None
    by: Profession | None
    is_discharge: bool


class Chart(NamedTuple):
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
    plans: tuple[Planned, ...]
    certifications: tuple[Certified, ...]
    orders: tuple[Ordered, ...]
    reports: tuple[Reported, ...]
    discharges: tuple[str, ...]

    def requirement(self, kind: EpisodeCheck) -> Requirement | None:
        """
        The requirement that is checked in one way, where the policy has it.
        """
        return next((one for one in self.requirements if one.over_episode is kind), None)

    @property
    def first(self) -> date | None:
        """
        The first treatment day, that of the evaluation included.
        """
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
    def initial(self) -> Certified | None:
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


def _by_approval(certified: Certified) -> tuple[date, str]:
    return certified.approved_on or date.max, certified.path


def chart_of(episode: Episode, rules: RuleSet, as_of: date | None) -> Chart:
    """
    Sort out the documents of an episode, as far as they were there on a day.

    Raises:
        InvalidInputError: documents of several disciplines in an episode that does not say whose it is.
    """
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
    day_notes = [note for _, note in notes if is_of_a_day(note)]
    noted = frozenset(
        note.date_of_service for note in day_notes if note.date_of_service is not None and note.date_of_service <= last
    )
    days = tuple(sorted(noted | {day for day in episode.treatment_days if day <= last}))
    evaluated = {note.date_of_service for note in day_notes if _evaluates_only(note, rules)}
    treated = {note.date_of_service for note in day_notes if not _evaluates_only(note, rules)}
    discharges = [(path, note) for path, note in notes if _is_discharge(note) and _written_on(note, date.min) <= last]
    requirements = tuple(_in_force(rules.episode_requirements, days[0] if days else rules.rules_day))
    return Chart(
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


def is_of_a_day(note: Note) -> bool:
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


def is_signed(signature: Signature | None) -> bool:
    """
    Whether anybody signed, as far as is stated.
    """
    return signature is not None and "name" not in signature.absent and any((signature.name, signature.credential))


def _plans(notes: Iterable[tuple[str, Note]], last: date) -> Iterator[Planned]:
    for path, note in notes:
        if note.plan is None and note.note_type is not NoteType.PLAN_OF_CARE:
            continue
        plan = note.plan or PlanOfCare()
        signature = plan.signature or note.signature
        signed = signature.date if signature is not None else None
        written = plan.established_on or note.date_written or note.date_of_service or signed
        if written is None or written <= last:
            yield Planned(f"{path}.plan" if note.plan else path, plan, signature, written)


def _certifiers(requirements: Iterable[Requirement]) -> frozenset[str]:
    return frozenset(
        credential for one in requirements if one.over_episode is EpisodeCheck.CERTIFIER for credential in one.accepted
    )


def _certifications(notes: Iterable[tuple[str, Note]], last: date, certifiers: frozenset[str]) -> Iterator[Certified]:
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
        if not is_signed(signature):
            signed_on = None
        if is_signed(signature) or part.verbal_on is not None:
            where = f"{path}.certification" if note.certification is not None else path
            yield Certified(where, part, signature, signed_on, again, note.plan)


def _signed_plan(path: str, note: Note, last: date, certifiers: frozenset[str]) -> Iterator[Certified]:
    signatures = [note.plan.signature if note.plan is not None else None, note.signature]
    signatures += [note.order.signature] if note.order is not None else []
    for signature in signatures:
        if (
            signature is not None
            and profession_of(signature.credential) in certifiers
            and (signature.date is None or signature.date <= last)
        ):
            yield Certified(f"{path}.plan", Certification(), signature, signature.date, False, note.plan)
            return


def _orders(notes: Iterable[tuple[str, Note]]) -> Iterator[Ordered]:
    for path, note in notes:
        if note.order is None and note.note_type is not NoteType.ORDER:
            continue
        order = note.order or Order()
        signature = order.signature or note.signature
        signed = signature.date if signature is not None else None
        yield Ordered(
            f"{path}.order" if note.order else path,
            order,
            signature,
            order.ordered_on or signed or note.date_written or note.date_of_service,
        )


def _reports(notes: Iterable[tuple[str, Note]], last: date) -> Iterator[Reported]:
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
        by = profession_of(note.signature.credential) if note.signature is not None else None
        yield Reported(path, through, note.signature, by, note.note_type is NoteType.DISCHARGE_NOTE)
