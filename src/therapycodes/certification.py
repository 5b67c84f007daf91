"""
Certification of the plan of care: by whom, by when, and for how long.

A limit of so many days after an event is kept on that day and exceeded on the next; the event's own day is day 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple, assert_never

from .answers import Answer, Clock, counted, limit_of, listed
from .chart import Certified, Chart, Planned, is_signed
from .clocks import days_after, days_outside, months_after
from .credentials import profession_of
from .documents import Duration, PlanOfCare, is_named
from .periods import Period
from .requirement import EpisodeCheck, Requirement
from .results import Outcome


_MET = Outcome.MET
_NOT_MET = Outcome.NOT_MET
_NOT_APPLICABLE = Outcome.NOT_APPLICABLE
_NOT_ASSESSED = Outcome.NOT_ASSESSED


Approval = Literal[
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


def check_certification(kind: Approval, requirement: Requirement, chart: Chart, first: date) -> Answer:
    """
    The answer to one requirement on orders and certifications.

    Args:
        kind: how it is checked.
        requirement: the requirement, with its limits.
        chart: the documents, sorted out.
        first: the first treatment day.
    """
    match kind:
        case EpisodeCheck.INITIAL_CERTIFICATION:
            return _initial_certification(requirement, chart, first)
        case EpisodeCheck.ORDER_EXCEPTION:
            return _order_exception(requirement, chart, first)
        case EpisodeCheck.VERBAL_CERTIFICATION:
            return _verbal_certification(requirement, chart)
        case EpisodeCheck.INTERVAL:
            return _interval(requirement, chart, first)
        case EpisodeCheck.RECERTIFICATION:
            return _recertification(requirement, chart, first)
        case EpisodeCheck.DELAYED_CERTIFICATION:
            return _delayed_certification(requirement, chart, first)
        case EpisodeCheck.CERTIFIER:
            return _certifier(requirement, chart)
        case EpisodeCheck.CERTIFICATION_DATE:
            return _certification_date(chart)
        case EpisodeCheck.EVALUATION_ONLY:
            return _evaluation_only(chart)
        case EpisodeCheck.SIGNED_ORDER:
            return _signed_order(chart)
        case _:
            assert_never(kind)


class _Exception(NamedTuple):
    """
    Whether a signed order and a plan that was sent stand in for the signature, why, and by when to send it.
    """

    holds: bool
    why: str
    send_by: date | None = None


def _exception(chart: Chart, first: date) -> _Exception:
    requirement = chart.requirement(EpisodeCheck.ORDER_EXCEPTION)
    if requirement is None:
        return _Exception(False, "This policy knows no exception for a signed order.")
    if first not in Period(requirement.effective_from, requirement.effective_through):
        return _Exception(False, f"An order stands in for it only in treatment from {requirement.effective_from}.")
    if not chart.orders:
        return _Exception(False, "No order or referral is on file to stand in for it.")
    signed = [one for one in chart.orders if is_signed(one.signature) and one.ordered_on is not None]
    if not signed:
        return _Exception(False, "The order on file is not signed and dated and cannot stand in for it.")
    if all("therapy_type" in one.order.absent for one in signed):
        return _Exception(False, "The order on file does not name the type of therapy and cannot stand in for it.")
    start = chart.evaluated_on or first
    by = days_after(start, limit_of(requirement, "days"))
    sent = min((one.plan.sent_on for one in chart.plans if one.plan.sent_on is not None), default=None)
    if sent is None or (chart.looked_on is not None and sent > chart.looked_on):
        return _Exception(False, f"An order is on file; nothing shows that the plan was sent by {by}.", by)
    told = f"the plan was sent on {sent}, {_after(start, sent)} after the evaluation of {start}"
    if sent > by:
        return _Exception(False, f"An order is on file, but {told}; {by} was the last day.")
    return _Exception(True, f"A signed order of {signed[0].ordered_on} is on file and {told}.")


class _Interval(NamedTuple):
    """
    Days that one certification can cover, how that was counted, and by when it had to be there.
    """

    days: Period
    counting: str
    certified: Certified | None
    due_on: date
    plan: PlanOfCare | None

    @property
    def is_late(self) -> bool:
        if self.certified is None or self.certified.approved_on is None:
            return False
        return self.certified.approved_on > self.due_on


def _initial_certification(requirement: Requirement, chart: Chart, first: date) -> Answer:
    if chart.is_evaluation_only:
        return Answer(_NOT_APPLICABLE, "Only an evaluation was furnished; an order is enough for it.")
    by = days_after(first, limit_of(requirement, "days"))
    clock = f"{by} was day {requirement.days} after the first treatment day, {first}"
    initial = chart.initial
    approved = initial.approved_on if initial is not None else None
    if initial is not None and approved is not None and approved <= by:
        return Answer(_MET, f"Certified on {approved}; {clock}.", initial.path)
    exception = _exception(chart, first)
    if exception.holds:
        return Answer(_MET, exception.why, chart.orders[0].path)
    if initial is not None and approved is None:
        return Answer(_NOT_ASSESSED, f"The certification carries no date; {clock}.", initial.path)
    if initial is not None and is_named(initial.part.delay_reason):
        return Answer(_MET, f"Certified on {approved} with a reason for the delay; {clock}.", initial.path)
    if initial is not None and approved is not None:
        late = f"Certified on {approved}, {_after(first, approved)}; {clock}. No reason for the delay is recorded."
        return Answer(_NOT_MET, f"{late} {exception.why}", initial.path)
    overdue = chart.passed(by)
    due = Clock("Certification of the plan of care", f"{clock.replace(' was ', ' is ')}.", by, overdue=overdue)
    if not overdue:
        return Answer(_NOT_APPLICABLE, f"No certification is on file; it is due by {by}.", due=due)
    return Answer(_NOT_MET, f"No certification is on file; {clock}. {exception.why}", due=due)


def _order_exception(requirement: Requirement, chart: Chart, first: date) -> Answer:
    if chart.is_evaluation_only:
        return Answer(_NOT_APPLICABLE, "Only an evaluation was furnished; an order is enough for it.")
    required = chart.requirement(EpisodeCheck.INITIAL_CERTIFICATION)
    initial, approved = chart.initial, chart.initial.approved_on if chart.initial is not None else None
    if initial is not None and approved is not None and required is not None:
        by = days_after(first, limit_of(required, "days"))
        if approved <= by:
            return Answer(_NOT_APPLICABLE, "The plan is certified in time and needs no exception.", initial.path)
    exception = _exception(chart, first)
    if exception.holds:
        return Answer(_MET, exception.why, chart.orders[0].path)
    if exception.send_by is None or initial is not None:
        return Answer(_NOT_APPLICABLE, exception.why)
    counting = f"{exception.send_by} is day {requirement.days} after the evaluation."
    due = Clock(
        "Proof that the plan was sent to whoever ordered therapy, or else its certification",
        counting,
        exception.send_by,
        overdue=chart.passed(exception.send_by),
    )
    return Answer(_NOT_APPLICABLE, exception.why, due=due)


def _verbal_certification(requirement: Requirement, chart: Chart) -> Answer:
    verbal = [(one, one.part.verbal_on) for one in chart.certifications if one.part.verbal_on is not None]
    if not verbal:
        return Answer(_NOT_APPLICABLE, "No certification was verbal.")
    open_until: tuple[date, date] | None = None
    for one, spoken in verbal:
        by = days_after(spoken, limit_of(requirement, "days"))
        clock = f"{by} was day {requirement.days} after the verbal order of {spoken}"
        if one.signed_on is not None and one.signed_on > by:
            return Answer(_NOT_MET, f"Signed on {one.signed_on}, {_after(spoken, one.signed_on)}; {clock}.", one.path)
        if is_signed(one.signature) and one.signed_on is None:
            return Answer(_NOT_ASSESSED, f"The signature carries no date; {clock}.", one.path)
        if one.signed_on is None:
            due = Clock("Signature after the verbal order", f"{clock.replace(' was ', ' is ')}.", by)
            if chart.passed(by):
                return Answer(_NOT_MET, f"Not signed; {clock}.", one.path, due._replace(overdue=True))
            open_until = (spoken, by)
    if open_until is not None:
        spoken, by = open_until
        due = Clock("Signature after the verbal order", f"{by} is day {requirement.days} after {spoken}.", by)
        return Answer(_NOT_APPLICABLE, f"Not signed yet; the signature is due by {by}.", verbal[-1][0].path, due)
    return Answer(_MET, f"The verbal order was signed within {requirement.days} days.", verbal[0][0].path)


def _intervals(chart: Chart, first: date, days: int) -> tuple[_Interval, ...]:
    """
    The certified intervals in a row, the first as if it were certified: whether it is has a finding of its own.

    A further interval begins where its certification says, on the day of the new plan it is about, or the day after
    the interval before it; one that comes late without a reason begins no sooner than it was given.
    """
    initial = chart.initial
    found = [_interval_from(chart, days, first, initial, _first_plan(chart))]
    for one in chart.certifications:
        if one is initial:
            continue
        previous = found[-1].days
        before = previous.effective_through or first
        renewed = _renewed_plan(chart, one, previous.effective_from)
        written = renewed.written_on if renewed is not None else None
        start = one.part.first_day or written or days_after(before, 1)
        approved = one.approved_on
        if approved is not None and approved > before and not is_named(one.part.delay_reason):
            start = max(start, approved)
        made = _interval_from(chart, days, start, one, renewed.plan if renewed is not None else None)
        found.append(made._replace(due_on=before))
    return tuple(found)


def _first_plan(chart: Chart) -> PlanOfCare | None:
    """
    The plan of the first interval that says how long it runs: one of the day of the earliest plan, or undated.
    """
    earliest = chart.plans[0].written_on if chart.plans else None
    first = (one.plan for one in chart.plans if one.written_on in (None, earliest))
    return next((plan for plan in first if plan.duration is not None), None)


def _renewed_plan(chart: Chart, certified: Certified, since: date) -> Planned | None:
    """
    The latest plan that a further certification can be about: written after the interval before it had begun.
    """
    last = certified.approved_on or date.max
    written = [one for one in chart.plans if one.written_on is not None and since < one.written_on <= last]
    return written[-1] if written else None


def _interval_from(
    chart: Chart, days: int, start: date, certified: Certified | None, plan: PlanOfCare | None
) -> _Interval:
    most = days_after(start, days)
    ends = [(most, f"{most} is day {days} after {start}")]
    if plan is not None and plan.duration is not None:
        ends += _planned_end(plan.duration, start, chart)
    if certified is not None and certified.part.last_day is not None:
        ends.append((certified.part.last_day, f"it is certified through {certified.part.last_day}"))
    end, counting = min(ends, key=lambda one: one[0])
    return _Interval(Period(start, max(start, end)), counting, certified, start, plan)


def _planned_end(duration: Duration, start: date, chart: Chart) -> Iterator[tuple[date, str]]:
    if duration.weeks is not None:
        end = days_after(start, 7 * duration.weeks)
        yield end, f"{end} ends the {counted(duration.weeks, 'week')} of the plan from {start}"
    if duration.days is not None:
        end = days_after(start, duration.days)
        yield end, f"{end} ends the {counted(duration.days, 'day')} of the plan from {start}"
    if duration.sessions is not None:
        sessions = [day for day in chart.treated if day >= start]
        if 0 < duration.sessions <= len(sessions):
            end = sessions[duration.sessions - 1]
            yield end, f"{end} was the last of the {counted(duration.sessions, 'session')} of the plan from {start}"


def _interval(requirement: Requirement, chart: Chart, first: date) -> Answer:
    if chart.is_evaluation_only:
        return Answer(_NOT_APPLICABLE, "Only an evaluation was furnished.")
    days = limit_of(requirement, "days")
    intervals = _intervals(chart, first, days)
    for one in intervals:
        if one.certified is None or one.certified.part.last_day is None:
            continue
        if one.certified.part.last_day > (one.days.effective_through or date.max):
            stated = one.certified.part.last_day
            return Answer(_NOT_MET, f"Certified through {stated}; {one.counting}.", f"{one.certified.path}.last_day")
    if chart.initial is None and not _exception(chart, first).holds:
        return Answer(_NOT_APPLICABLE, "No certification is on file to cover an interval.")
    last = intervals[-1]
    return Answer(_MET, f"Certified from {last.days.effective_from}: {last.counting}.")


def _recertification(requirement: Requirement, chart: Chart, first: date) -> Answer:
    if chart.is_evaluation_only:
        return Answer(_NOT_APPLICABLE, "Only an evaluation was furnished.")
    intervals = _intervals(chart, first, limit_of(requirement, "days"))
    last = intervals[-1]
    ends = last.days.effective_through or first
    outside = days_outside(chart.days, [one.days for one in intervals])
    due = None
    if chart.ended_on is None or outside:
        due = Clock(
            "Recertification, if treatment goes on",
            f"The certified interval from {last.days.effective_from} ends: {last.counting}.",
            ends,
            _sessions_left(last, chart),
            overdue=bool(outside) and outside[-1] > ends,
        )
    if outside and any(one.approved_on is None for one in chart.certifications):
        return Answer(_NOT_ASSESSED, f"A certification carries no date; uncertain: {listed(outside)}.", due=due)
    if outside:
        told = f"Treatment outside a certified interval: {listed(outside)}; {_gap(intervals, outside[0]).counting}."
        return Answer(_NOT_MET, f"{told} An order and a plan that was sent do not take its place.", due=due)
    if len(intervals) > 1:
        return Answer(_MET, f"Certified again; {last.counting}.", last.certified and last.certified.path, due)
    return Answer(_NOT_APPLICABLE, f"No treatment is known beyond the first interval; {last.counting}.", due=due)


def _sessions_left(interval: _Interval, chart: Chart) -> int | None:
    """
    How many sessions of a plan that counts them are left.
    """
    duration = interval.plan.duration if interval.plan is not None else None
    if duration is None or duration.sessions is None:
        return None
    return max(0, duration.sessions - sum(day >= interval.days.effective_from for day in chart.treated))


def _gap(intervals: Sequence[_Interval], day: date) -> _Interval:
    """
    The interval that ended before a day.
    """
    ended = [one for one in intervals if (one.days.effective_through or day) < day]
    return ended[-1] if ended else intervals[0]


def _delayed_certification(requirement: Requirement, chart: Chart, first: date) -> Answer:
    late = list(_late(chart, first))
    if not late:
        return Answer(_NOT_APPLICABLE, "No certification is late.")
    reasoned = [(one, by) for one, by in late if is_named(one.part.delay_reason)]
    if not reasoned:
        return Answer(_NOT_APPLICABLE, "A certification is late and gives no reason; its own finding says so.")
    one, by = reasoned[0]
    told = f"Certified on {one.approved_on} with a reason for the delay; it was due by {by}."
    if one.approved_on is not None and one.approved_on > months_after(by, limit_of(requirement, "months")):
        told += f" More than {requirement.months} months late: other signs of the physician's part may be asked for."
    return Answer(_MET, told, f"{one.path}.delay_reason")


def _late(chart: Chart, first: date) -> Iterator[tuple[Certified, date]]:
    """
    The certifications that came after they were due, each with the day it was due.
    """
    initial, required = chart.initial, chart.requirement(EpisodeCheck.INITIAL_CERTIFICATION)
    if initial is not None and initial.approved_on is not None and required is not None:
        by = days_after(first, limit_of(required, "days"))
        if initial.approved_on > by and not _exception(chart, first).holds:
            yield initial, by
    again = chart.requirement(EpisodeCheck.RECERTIFICATION)
    if again is not None:
        for interval in _intervals(chart, first, limit_of(again, "days"))[1:]:
            if interval.is_late and interval.certified is not None:
                yield interval.certified, interval.due_on


def _certifier(requirement: Requirement, chart: Chart) -> Answer:
    signed = [one for one in chart.certifications if is_signed(one.signature)]
    if not signed:
        return Answer(_NOT_APPLICABLE, "No signed certification is on file.")
    unknown = None
    for one in signed:
        profession = profession_of(one.signature.credential if one.signature is not None else None)
        if profession in requirement.accepted:
            continue
        if profession is not None:
            return Answer(_NOT_MET, "Signed by somebody who may not certify.", f"{one.path}.signature.credential")
        unknown = unknown or one
    if unknown is not None:
        told = "Whether the signer may certify does not follow from the credential."
        return Answer(_NOT_ASSESSED, told, f"{unknown.path}.signature.credential")
    return Answer(_MET, "Signed by somebody who may certify, within the limits of their scope.", signed[0].path)


def _certification_date(chart: Chart) -> Answer:
    if not chart.certifications:
        return Answer(_NOT_APPLICABLE, "No signed certification is on file.")
    for one in chart.certifications:
        if is_signed(one.signature) and one.signed_on is None:
            return Answer(_NOT_MET, "The certification carries no date.", f"{one.path}.signature.date")
    return Answer(_MET, "Every certification is dated.", chart.certifications[0].path)


def _evaluation_only(chart: Chart) -> Answer:
    only = chart.is_evaluation_only
    if only is False:
        return Answer(_NOT_APPLICABLE, "Treatment was furnished as well.")
    ordered = [one.path for one in chart.orders if is_signed(one.signature)]
    ordered += [one.path for one in chart.certifications]
    if ordered:
        return Answer(_MET, "An order or a certification is on file.", ordered[0])
    if only is None:
        return Answer(_NOT_APPLICABLE, "Only an evaluation is known so far; treatment may follow.")
    return Answer(_NOT_MET, "Only an evaluation was furnished; neither an order nor a certification is on file.")


def _signed_order(chart: Chart) -> Answer:
    if not chart.orders:
        return Answer(_NOT_APPLICABLE, "No order is on file, and none is asked for where the plan is certified.")
    for one in chart.orders:
        if not is_signed(one.signature):
            return Answer(_NOT_MET, "The order on file is not signed.", f"{one.path}.signature")
        if one.ordered_on is None:
            return Answer(_NOT_MET, "The order on file carries no date.", f"{one.path}.ordered_on")
    return Answer(_MET, "Every order on file is signed and dated.", chart.orders[0].path)


def _after(start: date, day: date) -> str:
    return f"day {(day - start).days}"
