"""
What all documents of an episode hold of what a policy asks for, and what is due next: pure functions over dates.

The library has no clock: the caller says as of which day to look, and what is dated later is not yet there.
Nothing is a verdict: a finding says what is there, what is missing, and who asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

from .answers import Answer, Clock, counted, limit_of, listed
from .certification import Approval, check_certification
from .chart import ASSISTANTS, CLINICIANS, Chart, Reported, chart_of, is_of_a_day
from .clocks import Span, rows_between, spans
from .code import Discipline
from .credentials import Profession, profession_of
from .documentation import prominence
from .documents import Episode, Signature, is_named
from .errors import InvalidInputError
from .inputs import checked_sequence
from .periods import Period, parse_date
from .record import Override
from .requirement import EpisodeCheck, NoteType, Requirement
from .results import Due, EpisodeReport, Finding, Outcome
from .ruleset import RuleSet


_MET = Outcome.MET
_NOT_MET = Outcome.NOT_MET
_NOT_APPLICABLE = Outcome.NOT_APPLICABLE
_NOT_ASSESSED = Outcome.NOT_ASSESSED

_OUTCOME_ORDER = (_NOT_MET, _NOT_ASSESSED, _MET, _NOT_APPLICABLE)


_CLINICIANS_ONLY = frozenset(
    {NoteType.EVALUATION, NoteType.RE_EVALUATION, NoteType.PLAN_OF_CARE, NoteType.DISCHARGE_NOTE}
)
"""What no assistant may write; a progress report of an assistant supplements the clinician's."""


def check_episode(
    episode: Episode, rules: RuleSet, *, as_of: date | str | None = None, overrides: Iterable[Override] = ()
) -> EpisodeReport:
    """
    Say what the documents of an episode hold of what the policy asks for, and what is due next.

    An item may stand in any document: a treatment note may hold the progress report, an evaluation the plan.
    Each clock is judged by what was in force on the first treatment day; the findings say which day it ran out.

    Args:
        episode: the documents so far, in any order.
        rules: the rules under which to look; their policy decides which requirements there are.
        as_of: the day from which to look; what is dated later is left aside. Without it, the latest day any document
            names is the latest day known to have come.
        overrides: decisions to let findings stand; each is attached to its finding and changes no outcome.

    Returns:
        One finding a requirement, what is missing first, and what is due.

    Raises:
        InvalidInputError: no `Episode`, `RuleSet` or `Override`, no date, or documents of several disciplines in an
            episode that does not say whose it is.

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
    chart = chart_of(episode, rules, None if as_of is None else parse_date(as_of, "as_of"))
    decided = {one.finding: one for one in checked_sequence(Override, overrides, "overrides")}
    findings, due = [], []
    for requirement in sorted(chart.requirements, key=prominence):
        answer = _answer(requirement, chart, episode.discipline)
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
                priority=requirement.priority,
                override=decided.get(requirement.id),
            )
        )
        if answer.due is not None:
            due.append(Due(id=requirement.id, citations=requirement.citations, **answer.due._asdict()))
    return EpisodeReport(
        policy=rules.policy.id,
        as_of=chart.looked_on,
        findings=tuple(sorted(findings, key=lambda finding: _OUTCOME_ORDER.index(finding.outcome))),
        due=tuple(sorted(due, key=_urgency)),
        carried_forward=rules.carried_forward,
    )


def _urgency(due: Due) -> tuple[bool, date, int]:
    """
    What is overdue first, then what has the nearest date, then what has treatment days left.
    """
    return not due.overdue, due.by or date.max, due.treatment_days_left or 0


def _answer(requirement: Requirement, chart: Chart, discipline: Discipline | None) -> Answer:
    if requirement.disciplines and discipline is not None and discipline not in requirement.disciplines:
        return Answer(_NOT_APPLICABLE, "The requirement belongs to another discipline.")
    kind = requirement.over_episode
    if kind is None or kind is EpisodeCheck.NEVER_DEMAND:
        return Answer(_NOT_APPLICABLE, f"Not asked for. {requirement.remedy}")
    if chart.first is None:
        return Answer(_NOT_ASSESSED, "No document names a treatment day.", "episode.treatment_days")
    covered = chart.rules.catalogue.coverage()
    if chart.first < covered.effective_from or (
        chart.first > covered.effective_through and not chart.rules.carried_forward
    ):
        return Answer(_NOT_ASSESSED, "The rules do not reach the first treatment day.", "episode.treatment_days")
    held = Period(requirement.effective_from, requirement.effective_through)
    if chart.first not in held:
        return Answer(_NOT_APPLICABLE, f"It holds for treatment {held}.")
    return _checked(kind, requirement, chart, chart.first)


_OfRecord = Literal[
    EpisodeCheck.ON_FILE,
    EpisodeCheck.EVERY_DAY,
    EpisodeCheck.PLAN_FIRST,
    EpisodeCheck.REPORTED,
    EpisodeCheck.REPORT_AUTHOR,
    EpisodeCheck.CLINICIAN_PART,
    EpisodeCheck.DISCHARGE,
    EpisodeCheck.AUTHOR,
]


def _checked(kind: _OfRecord | Approval, requirement: Requirement, chart: Chart, first: date) -> Answer:
    match kind:
        case EpisodeCheck.ON_FILE:
            return _on_file(chart)
        case EpisodeCheck.EVERY_DAY:
            return _every_day(chart)
        case EpisodeCheck.PLAN_FIRST:
            return _plan_first(chart)
        case EpisodeCheck.REPORTED:
            return _reported(requirement, chart)
        case EpisodeCheck.REPORT_AUTHOR:
            return _report_author(requirement, chart)
        case EpisodeCheck.CLINICIAN_PART:
            return _clinician_part(requirement, chart)
        case EpisodeCheck.DISCHARGE:
            return _discharge(chart)
        case EpisodeCheck.AUTHOR:
            return _author(requirement, chart)
        case _:
            return check_certification(kind, requirement, chart, first)


def _on_file(chart: Chart) -> Answer:
    if any(note.note_type is NoteType.EVALUATION or note.evaluation is not None for _, note in chart.notes):
        return Answer(
            _MET, "The evaluation is on file; plan, certifications, reports and notes have findings of their own."
        )
    return Answer(_NOT_MET, "No evaluation is on file.")


def _every_day(chart: Chart) -> Answer:
    missing = [day for day in chart.days if day not in chart.noted]
    if not missing:
        return Answer(_MET, f"Each of {counted(len(chart.days), 'known treatment day')} has its note.")
    undated = [path for path, note in chart.notes if is_of_a_day(note) and note.date_of_service is None]
    if undated:
        return Answer(
            _NOT_ASSESSED, f"A note without a date may belong to {listed(missing)}.", f"{undated[0]}.date_of_service"
        )
    return Answer(_NOT_MET, f"No note of {listed(missing)}.")


def _plan_first(chart: Chart) -> Answer:
    if not chart.treated:
        return Answer(_NOT_APPLICABLE, "Nothing but an evaluation is known.")
    if not chart.plans:
        return Answer(_NOT_MET, "No plan of care is on file.")
    dated = [plan for plan in chart.plans if plan.written_on is not None]
    if not dated or dated[0].written_on is None:
        return Answer(_NOT_ASSESSED, "The plan of care carries no date.", chart.plans[0].path)
    written, begun = dated[0].written_on, chart.treated[0]
    if written <= begun:
        return Answer(_MET, f"The plan of {written} was there when treatment began on {begun}.", dated[0].path)
    if len(dated) < len(chart.plans):
        return Answer(_NOT_ASSESSED, "One of the plans carries no date.", chart.plans[-1].path)
    before = [day for day in chart.treated if day < written]
    return Answer(_NOT_MET, f"The plan is of {written}; treated before it: {listed(before)}.", dated[0].path)


def _discharge(chart: Chart) -> Answer:
    if chart.is_evaluation_only:
        return Answer(_NOT_APPLICABLE, "Only an evaluation was furnished.")
    if chart.discharges:
        return Answer(_MET, "The discharge note is on file.", chart.discharges[0])
    if chart.ended_on is None:
        return Answer(_NOT_APPLICABLE, "Nothing says that treatment has ended.")
    counting = f"Treatment ended on {chart.ended_on}."
    due = Clock("Discharge note", counting, chart.ended_on, overdue=chart.passed(chart.ended_on))
    return Answer(_NOT_MET, f"{counting[:-1]}; no discharge note is on file.", due=due)


def _report_rows(chart: Chart) -> tuple[tuple[date, ...], ...]:
    """
    The treatment days between reports; what an assistant wrote supplements a clinician's report and is none.
    """
    ends = [
        one.through for one in chart.reports if one.through is not None and (one.by is None or one.by in CLINICIANS)
    ]
    return rows_between(chart.days, ends)


def _reported(requirement: Requirement, chart: Chart) -> Answer:
    limit, months = limit_of(requirement, "limit"), requirement.months
    rows = _report_rows(chart)
    missed = [span for row in rows for span in spans(row, limit, months) if span.exceeded]
    due = None if chart.ended_on is not None else _report_due(requirement, chart, rows, limit)
    if not missed:
        most = max(len(span.days) for row in rows for span in spans(row, limit, months))
        told = f"No more than {counted(most, 'treatment day')} without a progress report."
        return Answer(_MET, told, due=due)
    undated = [one.path for one in chart.reports if one.through is None]
    if undated:
        return Answer(_NOT_ASSESSED, "A progress report carries no date.", undated[0], due)
    row = next(row for row in rows if missed[0].days[0] in row)
    fell = listed([span.ends for span in missed if span.ends is not None])
    told = (
        f"{counted(len(row), 'treatment day')} from {row[0]} through {row[-1]} without a clinician's progress report; "
        f"it fell due on {fell}{_ordinal(missed[0], limit)}."
    )
    if any(one.by in ASSISTANTS for one in chart.reports):
        told += " What an assistant wrote only supplements it."
    return Answer(_NOT_MET, told, due=due)


def _ordinal(span: Span, limit: int) -> str:
    return f", treatment day {limit} of the period" if len(span.days) == limit else ""


def _report_due(requirement: Requirement, chart: Chart, rows: Sequence[Sequence[date]], limit: int) -> Clock:
    since = rows[-1]
    before = chart.days[len(chart.days) - len(since) - 1] if len(since) < len(chart.days) else None
    start = f"the report that covers {before}" if before is not None else "the first one"
    months = f", or {counted(requirement.months, 'month')}" if requirement.months is not None else ""
    if not since:
        counting = f"0 of {limit} treatment days{months} since {start}."
        return Clock("Progress report", counting, treatment_days_left=limit)
    *full, last = spans(since, limit, requirement.months)
    past = [span.ends for span in full if span.ends is not None]
    counting = f"{len(last.days)} of {limit} treatment days{months} since {start}: {listed(last.days)}."
    if past:
        counting = f"{len(since)} treatment days since {start}; every {limit}{months} need a report."
        return Clock("Progress report", counting, past[0], 0, overdue=True)
    calendar = requirement.months is not None and last.ends is not None and chart.passed(last.ends)
    return Clock("Progress report", counting, last.ends, limit - len(last.days), overdue=calendar)


def _report_author(requirement: Requirement, chart: Chart) -> Answer:
    reports = [one for one in chart.reports if not one.is_discharge]
    if not reports:
        return Answer(_NOT_APPLICABLE, "No progress report is on file.")
    accepted = [one for one in chart.reports if one.by in requirement.accepted]
    unknown = [one for one in reports if one.by is None]
    for one in reports:
        if one not in accepted + unknown and not _is_supplement(one, accepted + unknown):
            told = "No clinician wrote the report, and no clinician's report covers its period."
            return Answer(_NOT_MET, told, f"{one.path}.signature.credential")
    if unknown:
        told = "Who wrote a report does not follow from its signature."
        return Answer(_NOT_ASSESSED, told, f"{unknown[0].path}.signature.credential")
    return Answer(_MET, "A clinician wrote each report that counts.", reports[0].path)


def _is_supplement(report: Reported, others: Sequence[Reported]) -> bool:
    """
    Whether another report covers the days of an assistant's.
    """
    ends = [one.through for one in others if one.through is not None]
    return report.through is None or any(end >= report.through for end in ends)


def _clinician_part(requirement: Requirement, chart: Chart) -> Answer:
    limit = limit_of(requirement, "limit")
    rows = _report_rows(chart)
    ended = [row for row in rows[:-1] if row]
    ended += [span.days for span in spans(rows[-1], limit) if span.exceeded]
    if not ended:
        return Answer(_NOT_APPLICABLE, "No report period has ended.")
    unknown: Sequence[date] | None = None
    for row in ended:
        seen = set(_signers(chart, row))
        if CLINICIANS.intersection(seen):
            continue
        if None in seen:
            unknown = unknown or row
            continue
        told = f"From {row[0]} through {row[-1]} no clinician signed a note or the report."
        return Answer(_NOT_MET, told)
    if unknown is not None:
        told = f"Who signed between {unknown[0]} and {unknown[-1]} does not follow from the credentials."
        return Answer(_NOT_ASSESSED, told)
    return Answer(_MET, "A clinician signed in every report period that has ended.")


def _signers(chart: Chart, row: Sequence[date]) -> Iterator[Profession | None]:
    """
    Who signed the notes of some days and the report that closes them, as far as the credentials tell.
    """
    days = set(row)
    for _, note in chart.notes:
        if note.date_of_service in days and note.signature is not None and is_named(note.signature.credential):
            yield profession_of(note.signature.credential)
    for one in chart.reports:
        named = one.signature is not None and is_named(one.signature.credential)
        if named and one.through is not None and row[0] <= one.through and _closes(one.through, chart.days, row):
            yield one.by


def _closes(through: date, days: Sequence[date], row: Sequence[date]) -> bool:
    later = [day for day in days if day > row[-1]]
    return not later or through < later[0]


def _author(requirement: Requirement, chart: Chart) -> Answer:
    """
    Whether any document that only a clinician may write is an assistant's; each is answered by one requirement.
    """
    kinds = _answered_by(requirement, chart)
    unknown: str | None = None
    found: str | None = None
    for kind, path, signature in _authored(chart):
        if kind not in kinds or signature is None or not is_named(signature.credential):
            continue
        found = found or path
        by = profession_of(signature.credential)
        if by is not None and by not in requirement.accepted:
            where = f"{path}.signature.credential"
            return Answer(_NOT_MET, f"Signed by somebody who may not write the {_NAMES[kind]}.", where)
        if by is None:
            unknown = unknown or path
    if unknown is not None:
        told = "Who wrote it does not follow from the credential."
        return Answer(_NOT_ASSESSED, told, f"{unknown}.signature.credential")
    if found is None:
        return Answer(_NOT_APPLICABLE, "No document that it is about is on file with a credential.")
    return Answer(_MET, "Whoever signed the documents it is about may write them.", found)


def _answered_by(requirement: Requirement, chart: Chart) -> frozenset[NoteType]:
    """
    The clinician's documents a requirement answers for: those that none names more narrowly.
    """
    others = [one for one in chart.requirements if one.over_episode is EpisodeCheck.AUTHOR and one is not requirement]
    narrower = [kind for one in others if len(one.documents) < len(requirement.documents) for kind in one.documents]
    return _CLINICIANS_ONLY.intersection(requirement.documents).difference(narrower)


_NAMES = {kind: kind.value.replace("-", " ") for kind in NoteType}


def _authored(chart: Chart) -> Iterator[tuple[NoteType, str, Signature | None]]:
    for plan in chart.plans:
        yield NoteType.PLAN_OF_CARE, plan.path, plan.signature
    for path, note in chart.notes:
        if note.note_type is not NoteType.PLAN_OF_CARE:
            yield note.note_type, path, note.signature
