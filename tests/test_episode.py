"""
Episodes: what is there, what is missing, and what is due when, on both sides of each date.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import therapycodes as tc
from test_episode_cases import MODEL, episode_of, not_met
from therapycodes import episode as module
from therapycodes.requirement import EpisodeCheck


FIRST = {2024: date(2024, 3, 4), 2025: date(2025, 3, 3), 2026: date(2026, 3, 2)}
PT = "PT, DPT"


def signed(day, credential="MD", name="Test Signer"):
    """
    A signature.
    """
    return tc.Signature(name, credential, day)


def visits(days, credential=PT):
    """
    A treatment note a day.
    """
    return [tc.Note("treatment-note", day, signature=signed(day, credential)) for day in days]


def evaluation(day, **given):
    """
    An evaluation that found therapy to be needed.
    """
    return tc.Note("evaluation", day, signature=signed(day, PT), evaluation=tc.Evaluation(**given))


def plan(day, **given):
    """
    A plan of care in a document of its own.
    """
    return tc.Note("plan-of-care", plan=tc.PlanOfCare(established_on=day, signature=signed(day, PT), **given))


def certification(day, kind="certification", credential="MD", **given):
    """
    A certification signed on a day.
    """
    signature = None if day is None else signed(day, credential)
    return tc.Note(kind, certification=tc.Certification(signature=signature, **given))


def order(day=None, **given):
    """
    A signed order for physical therapy.
    """
    part = tc.Order(ordered_on=day, signature=signed(day), therapy_type="physical therapy", **given)
    return tc.Note("order", order=part)


def report(through, credential=PT, kind="progress-report", **given):
    """
    A progress report on the days through one.
    """
    part = tc.ProgressReport(last_day=through)
    return tc.Note(kind, through, signature=signed(through, credential), progress=part, **given)


def row(first, count, step=2):
    """
    Treatment days a few days apart.
    """
    return [first + timedelta(days=step * number) for number in range(count)]


def checked(documents, *, day=None, policy="medicare-part-b", as_of=None, **given):
    """
    The report on an episode of physical therapy.
    """
    given.setdefault("discipline", "PT")
    rules = tc.rules_on(day or FIRST[2026], policy)
    return tc.check_episode(tc.Episode(documents, **given), rules, as_of=as_of)


def outcome(report, requirement):
    """
    The outcome of one requirement as text.
    """
    return report.finding(requirement).outcome.value


def due_of(report, requirement):
    """
    What is due of one requirement.
    """
    (found,) = [due for due in report.due if due.id == requirement]
    return found


WASHINGTON = "workers-compensation-wa"


class TestInitialCertification:
    """
    Within 30 days after the first treatment day, the evaluation included.
    """

    @pytest.mark.parametrize("year", FIRST)
    @pytest.mark.parametrize(("after", "found"), [(0, "met"), (30, "met"), (31, "not-met"), (200, "not-met")])
    def test_days_after_the_first(self, year, after, found):
        """
        Day 30 is in time, day 31 is not, in every year, while nothing stands in for the signature.
        """
        first = FIRST[year]
        documents = [evaluation(first), plan(first), *visits(row(first, 3)), certification(first + timedelta(after))]
        report = checked(documents, day=first)

        assert found == outcome(report, "CERT-01")
        assert "not-applicable" == outcome(report, "CERT-02")

    def test_evaluation_starts_the_clock(self):
        """
        The clock starts with the evaluation, not with the first treatment after it.
        """
        first = FIRST[2026]
        late = certification(first + timedelta(days=31))
        report = checked([evaluation(first), *visits([first + timedelta(days=5)]), late])

        assert "2026-04-01 was day 30 after the first treatment day, 2026-03-02" in report.finding("CERT-01").message

    def test_nothing_yet(self):
        """
        Without a certification it is due through day 30, overdue and missing from day 31.
        """
        first = FIRST[2026]
        documents = [evaluation(first), *visits(row(first, 3))]
        by = first + timedelta(days=30)
        in_time = checked(documents, as_of=by)
        late = checked(documents, as_of=by + timedelta(days=1))

        assert ("not-applicable", False, by) == (
            outcome(in_time, "CERT-01"),
            due_of(in_time, "CERT-01").overdue,
            due_of(in_time, "CERT-01").by,
        )
        assert ("not-met", True, by) == (
            outcome(late, "CERT-01"),
            due_of(late, "CERT-01").overdue,
            due_of(late, "CERT-01").by,
        )
        assert "CERT-01" == late.overdue[0].requirement_id

    def test_without_a_day_to_look_from_the_documents_tell_it(self):
        """
        The latest day of any document has come; nothing later is taken for granted.
        """
        first = FIRST[2026]

        assert "not-applicable" == outcome(checked(visits([first, first + timedelta(days=30)])), "CERT-01")
        assert "not-met" == outcome(checked(visits([first, first + timedelta(days=31)])), "CERT-01")

    def test_signed_plan_is_certified(self):
        """
        A plan that a physician signed and dated needs no certification beside it; one by the therapist does.
        """
        first = FIRST[2026]
        by_physician = tc.Note("plan-of-care", signature=signed(first + timedelta(days=9)))
        within_order = tc.Note(
            "order", plan=tc.PlanOfCare(therapy_type="PT"), order=tc.Order(signature=signed(first - timedelta(days=3)))
        )
        later = first + timedelta(days=40)

        assert "met" == outcome(checked([*visits([first]), by_physician], as_of=later), "CERT-01")
        assert "met" == outcome(checked([*visits([first]), within_order], as_of=later), "CERT-01")
        assert "not-met" == outcome(checked([*visits([first]), plan(first)], as_of=later), "CERT-01")

    def test_reason_for_the_delay(self):
        """
        A late certification with its reason is accepted; after more than six months the finding says more.
        """
        first = FIRST[2026]
        late = checked([*visits([first]), certification("2026-05-01", delay_reason="It was lost in the mail")])
        six_months = checked([*visits([first]), certification("2026-10-01", delay_reason="It was lost")])
        later = checked([*visits([first]), certification("2026-10-02", delay_reason="It was lost")])

        assert ["met", "met"] == [outcome(late, name) for name in ("CERT-01", "CERT-06")]
        assert "More than" not in six_months.finding("CERT-06").message
        assert "More than 6 months late" in later.finding("CERT-06").message

    def test_no_reason_for_the_delay(self):
        """
        A delay without a reason, or with an empty one, is one finding, not two.
        """
        first = FIRST[2026]
        report = checked([evaluation(first), plan(first), *visits(row(first, 2)), certification("2026-05-01")])
        blank = checked([*visits([first]), certification("2026-05-01", delay_reason=" ")])

        assert ["CERT-01"] == not_met(report)
        assert ["not-met", "not-applicable"] == [outcome(blank, name) for name in ("CERT-01", "CERT-06")]

    def test_undated(self):
        """
        Whether a certification without a date was in time is not assessed; that it has none is missing.
        """
        first = FIRST[2026]
        report = checked([*visits([first]), certification(None, verbal_on=None), certification_without_date()])

        assert ["not-assessed", "not-met"] == [outcome(report, name) for name in ("CERT-01", "CERT-08")]

    def test_day_of_the_fax(self):
        """
        The day printed on a faxed page stands in for a forgotten date.
        """
        first = FIRST[2026]
        report = checked([*visits([first]), certification_without_date(received_on=first + timedelta(days=30))])

        assert ["met", "met"] == [outcome(report, name) for name in ("CERT-01", "CERT-08")]

    @pytest.mark.parametrize(
        ("credential", "found"),
        [
            ("MD", "met"),
            ("D.O.", "met"),
            ("DPM", "met"),
            ("OD", "met"),
            ("FNP, APRN", "met"),
            ("PA-C", "met"),
            ("DC", "not-met"),
            ("DDS", "not-met"),
            ("DC, MD", "met"),
            ("RN", "not-assessed"),
        ],
    )
    def test_certifier(self, credential, found):
        """
        Physicians and NPPs certify, chiropractors and dentists do not, of others nothing is known.
        """
        first = FIRST[2026]

        assert found == outcome(checked([*visits([first]), certification(first, credential=credential)]), "CERT-07")


def certification_without_date(**given):
    """
    A signed certification that carries no date.
    """
    return tc.Note("certification", certification=tc.Certification(signature=tc.Signature("Test", "MD"), **given))


class TestOrderException:
    """
    From 2025 a signed order and a plan that was sent stand in for the first signature.
    """

    @pytest.mark.parametrize(
        ("year", "sent", "found"),
        [(2024, 10, "not-met"), (2025, 10, "met"), (2025, 30, "met"), (2025, 31, "not-met"), (2026, 30, "met")],
    )
    def test_by_year_and_day_of_sending(self, year, sent, found):
        """
        It holds for treatment from 2025 when the plan was sent within 30 days after the evaluation.
        """
        first = FIRST[year]
        documents = [
            order(first - timedelta(days=4)),
            evaluation(first),
            plan(first, sent_on=first + timedelta(days=sent)),
            *visits(row(first, 4)),
        ]
        report = checked(documents, day=first, as_of=first + timedelta(days=60))

        assert found == outcome(report, "CERT-01")
        assert ("met" if found == "met" else "not-applicable") == outcome(report, "CERT-02")

    def test_certified_on_day_31(self):
        """
        With order and proof of transmission a certification on day 31 does no harm.
        """
        first = FIRST[2025]
        documents = [order(first), evaluation(first), plan(first, sent_on=first), *visits(row(first, 4))]
        report = checked([*documents, certification(first + timedelta(days=31))], day=first)

        assert ["met", "met", "not-applicable"] == [outcome(report, f"CERT-0{number}") for number in (1, 2, 6)]

    @pytest.mark.parametrize(("first", "found"), [("2024-12-31", "not-met"), ("2025-01-01", "met")])
    def test_both_sides_of_its_first_day(self, first, found):
        """
        The first treatment day decides.
        """
        day = date.fromisoformat(first)
        documents = [order(day), evaluation(day), plan(day, sent_on=day), *visits(row(day, 3))]

        assert found == outcome(checked(documents, day=day, as_of=day + timedelta(days=40)), "CERT-01")

    @pytest.mark.parametrize(
        ("document", "why"),
        [
            (tc.Note("order"), "not signed and dated"),
            (tc.Note("order", order=tc.Order(signature=tc.Signature("Test", "MD"))), "not signed and dated"),
            (
                tc.Note("order", order=tc.Order(signature=signed("2026-02-20"), absent=["therapy_type"])),
                "does not name the type of therapy",
            ),
            (tc.Note("treatment-note", "2026-03-03"), "No order or referral is on file"),
        ],
    )
    def test_what_the_order_needs(self, document, why):
        """
        An order without signature or date, or known not to name the type of therapy, stands in for nothing.
        """
        first = FIRST[2026]
        report = checked([document, plan(first, sent_on=first), *visits([first])], as_of="2026-05-01")

        assert "not-met" == outcome(report, "CERT-01")
        assert why in report.finding("CERT-01").message

    def test_proof_of_sending_is_due(self):
        """
        With an order on file, proof that the plan was sent is due through day 30 after the evaluation.
        """
        first = FIRST[2026]
        documents = [order(first), evaluation(first), plan(first), *visits(row(first, 3))]
        due = due_of(checked(documents, as_of="2026-03-20"), "CERT-02")

        assert (date(2026, 4, 1), False) == (due.by, due.overdue)
        assert due_of(checked(documents, as_of="2026-04-02"), "CERT-02").overdue

    def test_sent_after_the_day_looked_from(self):
        """
        What is sent later has not been sent yet.
        """
        first = FIRST[2026]
        documents = [order(first), evaluation(first), plan(first, sent_on="2026-03-20"), *visits(row(first, 3))]

        assert "not-applicable" == outcome(checked(documents, as_of="2026-03-19"), "CERT-02")
        assert "met" == outcome(checked(documents, as_of="2026-03-20"), "CERT-02")

    def test_policy_without_the_exception(self, policy_of):
        """
        Where a policy has no such exception the finding says so.
        """
        report = checked(visits([FIRST[2026]]), policy=policy_of("CERT-01"), as_of="2026-05-01")

        assert "knows no exception" in report.finding("CERT-01").message

    def test_policy_without_recertification(self, policy_of):
        """
        Where a policy asks for the first certification alone, only that one can be late.
        """
        first = FIRST[2026]
        documents = [*visits([first]), certification("2026-05-01", delay_reason="It was lost")]
        report = checked(documents, policy=policy_of("CERT-01", "CERT-06"))

        assert ["met", "met"] == [outcome(report, name) for name in ("CERT-01", "CERT-06")]
        assert "not-applicable" == outcome(checked(documents, policy=policy_of("CERT-06")), "CERT-06")
        assert "not-applicable" == outcome(checked(documents, policy=policy_of("CERT-02")), "CERT-02")


@pytest.fixture
def policy_of(monkeypatch):
    """
    A policy of which only some requirements are kept.
    """
    every = tc.rules_on(FIRST[2026]).episode_requirements

    def keep(*names):
        kept = tuple(one for one in every if one.id in names)
        monkeypatch.setattr(tc.RuleSet, "episode_requirements", kept)
        return "medicare-part-b"

    return keep


class TestVerbalCertification:
    """
    A verbal order is signed within 14 days.
    """

    @pytest.mark.parametrize(("after", "found"), [(0, "met"), (14, "met"), (15, "not-met")])
    def test_days_to_the_signature(self, after, found):
        """
        The signature of day 14 is in time, that of day 15 is not.
        """
        first = FIRST[2026]
        spoken = first + timedelta(days=3)
        report = checked([*visits([first]), certification(spoken + timedelta(days=after), verbal_on=spoken)])

        assert found == outcome(report, "CERT-03")
        assert "met" == outcome(report, "CERT-01")

    def test_spoken_on_the_last_day(self):
        """
        A verbal order on day 30 certifies in time, with its signature two weeks later.
        """
        first = FIRST[2026]
        spoken, written = first + timedelta(days=30), first + timedelta(days=44)
        report = checked([*visits([first]), certification(written, verbal_on=spoken)])

        assert ["met", "met"] == [outcome(report, name) for name in ("CERT-01", "CERT-03")]

    def test_signature_to_come(self):
        """
        Until day 14 the signature is due, then it is missing.
        """
        first = FIRST[2026]
        documents = [*visits([first]), certification(None, verbal_on=first)]
        in_time, late = checked(documents, as_of="2026-03-16"), checked(documents, as_of="2026-03-17")

        assert ("not-applicable", False) == (outcome(in_time, "CERT-03"), due_of(in_time, "CERT-03").overdue)
        assert ("not-met", True) == (outcome(late, "CERT-03"), due_of(late, "CERT-03").overdue)

    def test_signature_after_the_day_looked_from(self):
        """
        A signature dated later is not there yet, the verbal order is.
        """
        first = FIRST[2026]
        documents = [*visits([first]), certification("2026-03-10", verbal_on=first)]

        assert "not-applicable" == outcome(checked(documents, as_of="2026-03-09"), "CERT-03")
        assert "met" == outcome(checked(documents, as_of="2026-03-10"), "CERT-03")

    def test_undated_signature(self):
        """
        Whether an undated signature came in time is not assessed.
        """
        first = FIRST[2026]
        report = checked([*visits([first]), certification_without_date(verbal_on=first)])

        assert ["not-assessed", "not-met"] == [outcome(report, name) for name in ("CERT-03", "CERT-08")]


class TestInterval:
    """
    The length of the plan or 90 days, whichever is less, and recertification beyond.
    """

    @pytest.mark.parametrize(
        ("length", "after", "found"),
        [
            (None, 90, "not-applicable"),
            (None, 91, "not-met"),
            ({"weeks": 8}, 56, "not-applicable"),
            ({"weeks": 8}, 57, "not-met"),
            ({"days": 45}, 45, "not-applicable"),
            ({"days": 45}, 46, "not-met"),
            ({"weeks": 20}, 90, "not-applicable"),
            ({"weeks": 20}, 91, "not-met"),
            ({"words": "until independent"}, 90, "not-applicable"),
            ({"words": "until independent"}, 91, "not-met"),
        ],
    )
    def test_last_day(self, length, after, found):
        """
        Treatment on the last day is inside, on the next day it needs a recertification.
        """
        first = FIRST[2026]
        duration = None if length is None else tc.Duration(**length)
        last = first + timedelta(days=after)
        documents = [evaluation(first), plan(first, duration=duration), certification(first), *visits([first, last])]
        finding = checked(documents).finding("CERT-05")

        assert found == finding.outcome.value
        assert (found == "not-met") is (f"outside a certified interval: {last};" in finding.message)

    def test_sessions(self):
        """
        A plan of four sessions ends with the fourth treatment day after the evaluation.
        """
        first = FIRST[2026]
        days = row(first + timedelta(days=2), 5)
        held = [evaluation(first), plan(first, duration=tc.Duration(sessions=4)), certification(first)]
        three, four, five = (checked([*held, *visits(days[:count])]) for count in (3, 4, 5))

        assert ["not-applicable", "not-applicable", "not-met"] == [
            outcome(one, "CERT-05") for one in (three, four, five)
        ]
        assert [1, 0] == [due_of(one, "CERT-05").treatment_days_left for one in (three, four)]
        assert (
            f"outside a certified interval: {days[4]}; {days[3]} was the last of the 4 sessions"
            in five.finding("CERT-05").message
        )

    def test_recertification_in_time(self):
        """
        Signed on the last day of the interval, the next one follows it without a gap.
        """
        first = FIRST[2026]
        days = [first + timedelta(days=after) for after in (0, 90, 91, 181)]
        again = certification(first + timedelta(days=90), "recertification")
        report = checked([certification(first), again, *visits(days)])

        assert "met" == outcome(report, "CERT-05")

    def test_second_interval_ends_too(self):
        """
        Two intervals cover no third.
        """
        first = FIRST[2026]
        days = [first + timedelta(days=after) for after in (0, 91, 182)]
        again = certification(first + timedelta(days=80), "recertification")
        finding = checked([certification(first), again, *visits(days)]).finding("CERT-05")

        assert "not-met" == finding.outcome.value
        assert f"outside a certified interval: {days[2]};" in finding.message

    def test_interval_of_a_new_plan(self):
        """
        A further certification of a new plan begins with the plan and lasts as long as it.
        """
        first = FIRST[2026]
        renewed = first + timedelta(days=40)
        documents = [
            plan(first),
            certification(first),
            plan(renewed, duration=tc.Duration(weeks=4)),
            certification(renewed + timedelta(days=2), "recertification"),
        ]
        inside, outside = first + timedelta(days=90), first + timedelta(days=91)

        assert "met" == outcome(checked([*documents, *visits([first, inside])]), "CERT-05")
        assert "not-met" == outcome(checked([*documents, *visits([first, outside])]), "CERT-05")

    def test_stated_interval(self):
        """
        A further certification covers the days it states and no others.
        """
        first = FIRST[2026]
        again = certification(
            first + timedelta(days=85), "recertification", first_day="2026-06-10", last_day="2026-06-30"
        )
        days = [first, date(2026, 6, 5), date(2026, 6, 10), date(2026, 6, 30), date(2026, 7, 1)]
        finding = checked([certification(first), again, *visits(days)]).finding("CERT-05")

        assert "outside a certified interval: 2026-06-05, 2026-07-01;" in finding.message

    @pytest.mark.parametrize(("reason", "found"), [(None, "not-met"), ("The physician was away", "met")])
    def test_late_recertification(self, reason, found):
        """
        A recertification that comes late covers the days before it only with a reason.
        """
        first = FIRST[2026]
        days = [first + timedelta(days=after) for after in (0, 95, 105)]
        again = certification(first + timedelta(days=100), "recertification", delay_reason=reason)
        report = checked([evaluation(first), plan(first), certification(first), again, *visits(days[1:])])

        assert found == outcome(report, "CERT-05")
        assert ("met" if reason else "not-applicable") == outcome(report, "CERT-06")
        assert (f"interval: {days[1]};" in report.finding("CERT-05").message) is (found == "not-met")

    def test_undated_recertification(self):
        """
        With an undated certification on file, days beyond every interval are not assessed.
        """
        first = FIRST[2026]
        again = tc.Note("recertification", signature=tc.Signature("Test", "MD"))
        days = [first, first + timedelta(days=100), first + timedelta(days=300)]
        report = checked([certification(first), again, *visits(days)])

        assert ["not-assessed", "not-met"] == [outcome(report, name) for name in ("CERT-05", "CERT-08")]

    def test_order_exception_never_excuses_it(self):
        """
        Order and transmitted plan certify the first interval in 2025 and nothing beyond it.
        """
        first = FIRST[2025]
        documents = [order(first), evaluation(first), plan(first, sent_on=first)]
        again = [
            order(first + timedelta(days=85)),
            plan(first + timedelta(days=85), sent_on=first + timedelta(days=86)),
        ]
        days = [first + timedelta(days=after) for after in (2, 91)]
        report = checked([*documents, *again, *visits(days)], day=first)

        assert ["met", "met", "met", "not-met"] == [outcome(report, f"CERT-0{number}") for number in (1, 2, 4, 5)]

    def test_certified_for_too_long(self):
        """
        A certification states no day beyond 90 days.
        """
        first = FIRST[2026]
        most, more = first + timedelta(days=90), first + timedelta(days=91)

        assert "met" == outcome(checked([*visits([first]), certification(first, last_day=most)]), "CERT-04")
        assert "not-met" == outcome(checked([*visits([first]), certification(first, last_day=more)]), "CERT-04")

    def test_recertification_is_due(self):
        """
        While treatment goes on, the end of the last interval is what comes next; after discharge nothing is.
        """
        first = FIRST[2026]
        documents = [plan(first, duration=tc.Duration(weeks=6)), certification(first), *visits(row(first, 3))]
        due = due_of(checked(documents), "CERT-05")

        assert (date(2026, 4, 13), False) == (due.by, due.overdue)
        assert "2026-04-13 ends the 6 weeks of the plan from 2026-03-02" in due.counting
        assert [] == [due.id for due in checked(documents, ended_on="2026-03-06").due if due.id == "CERT-05"]

    def test_recertification_is_overdue(self):
        """
        It is overdue once treatment has gone on beyond the interval.
        """
        first = FIRST[2026]
        documents = [plan(first, duration=tc.Duration(weeks=1)), certification(first), *visits(row(first, 6))]

        assert due_of(checked(documents), "CERT-05").overdue
        assert due_of(checked(documents, ended_on="2026-03-12"), "CERT-05").overdue


class TestProgressReports:
    """
    At least once every 10 treatment days.
    """

    def test_eleven_treatment_days(self):
        """
        Eleven treatment days without a report are flagged with the day it fell due; ten are not.
        """
        days = row(FIRST[2026], 11)
        ten, eleven = checked(visits(days[:10])), checked(visits(days))

        assert "met" == outcome(ten, "PR-01")
        assert "not-met" == outcome(eleven, "PR-01")
        assert "it fell due on 2026-03-20, treatment day 10 of the period" in eleven.finding("PR-01").message
        assert (date(2026, 3, 20), 0, True) == (
            due_of(eleven, "PR-01").by,
            due_of(eleven, "PR-01").treatment_days_left,
            due_of(eleven, "PR-01").overdue,
        )

    def test_six_treatment_days_over_forty_calendar_days(self):
        """
        Calendar days do not count: six treatment days over forty are fine, and the report says why.
        """
        report = checked(visits(row(FIRST[2026], 6, step=8)))

        assert "met" == outcome(report, "PR-01")
        assert "Medicare counts 10 treatment days" in report.finding("PR-N1").message

    def test_evaluation_day_counts(self):
        """
        The evaluation is the first of the ten; two documents of one day are one day.
        """
        first = FIRST[2026]
        days = row(first, 11)
        report = checked([evaluation(first), *visits(days[1:]), *visits(days[1:2])])

        assert "11 treatment days from 2026-03-02" in report.finding("PR-01").message

    def test_due_shows_its_counting(self):
        """
        What is due shows the treatment days counted and how many are left.
        """
        days = row(FIRST[2026], 3)
        due = due_of(checked([*visits(days)]), "PR-01")

        assert (None, 7, False) == (due.by, due.treatment_days_left, due.overdue)
        assert "3 of 10 treatment days since the first one: 2026-03-02, 2026-03-04, 2026-03-06." == due.counting

    def test_period_restarts_after_each_report(self):
        """
        The treatment day after a report is the first of the next period.
        """
        days = row(FIRST[2026], 14)
        report = checked([*visits(days), report_through(days[3])])

        assert "met" == outcome(report, "PR-01")
        assert "10 of 10 treatment days since the report that covers 2026-03-08" in due_of(report, "PR-01").counting
        assert days[13] == due_of(report, "PR-01").by

    def test_nothing_since_the_report(self):
        """
        Right after a report ten treatment days are left.
        """
        days = row(FIRST[2026], 4)
        due = due_of(checked([*visits(days), report_through(days[3])]), "PR-01")

        assert (10, "0 of 10 treatment days since the report that covers 2026-03-08.") == (
            due.treatment_days_left,
            due.counting,
        )

    def test_several_missed(self):
        """
        Every period without a report is named.
        """
        finding = checked(visits(row(FIRST[2026], 25, step=1))).finding("PR-01")

        assert "25 treatment days" in finding.message
        assert "it fell due on 2026-03-11, 2026-03-21" in finding.message

    def test_treatment_note_may_serve(self):
        """
        A treatment note that holds the report is one.
        """
        days = row(FIRST[2026], 11)
        notes = [*visits(days[:9]), report_through(days[9], kind="treatment-note"), *visits(days[10:])]

        assert ["met", "met"] == [outcome(checked(notes), name) for name in ("PR-01", "TN-01")]

    def test_discharge_note_is_a_report(self):
        """
        The discharge note covers the days since the last report.
        """
        days = row(FIRST[2026], 10)
        discharge = tc.Note("discharge-note", days[9], signature=signed(days[9], PT))
        report = checked([*visits(days), discharge])

        assert ["met", "met"] == [outcome(report, name) for name in ("PR-01", "DC-01")]
        assert [] == [due.id for due in report.due if due.id == "PR-01"]

    def test_assistant_supplements(self):
        """
        An assistant's report does not stop the clock; beside a clinician's it does no harm.
        """
        days = row(FIRST[2026], 11)
        alone = checked([*visits(days), report_through(days[8], "PTA")])
        beside = checked([*visits(days), report_through(days[4], "PTA"), report_through(days[9])])

        assert "not-met" == outcome(alone, "PR-01")
        assert "only supplements it" in alone.finding("PR-01").message
        assert ["met", "met"] == [outcome(beside, name) for name in ("PR-01", "PR-02")]

    def test_unknown_author(self):
        """
        A report by somebody unknown stops the clock, and who wrote it is not assessed.
        """
        days = row(FIRST[2026], 11)
        report = checked([*visits(days), report_through(days[8], "RN")])

        assert ["met", "not-assessed"] == [outcome(report, name) for name in ("PR-01", "PR-02")]

    def test_undated_report(self):
        """
        A report without any date may be the one that is missing.
        """
        notes = visits(row(FIRST[2026], 11))
        report = checked([*notes, tc.Note("progress-report", signature=tc.Signature("Test", "PT"))])

        assert "not-assessed" == outcome(report, "PR-01")

    def test_report_written_after_the_day_looked_from(self):
        """
        A report of a later day does not exist yet.
        """
        days = row(FIRST[2026], 11)
        late = tc.Note(
            "progress-report",
            days[9],
            date_written="2026-04-20",
            signature=signed("2026-04-20", PT),
            progress=tc.ProgressReport(last_day=days[9]),
        )

        assert "not-met" == outcome(checked([*visits(days), late], as_of="2026-04-19"), "PR-01")
        assert "met" == outcome(checked([*visits(days), late], as_of="2026-04-20"), "PR-01")


def report_through(day, credential=PT, kind="progress-report"):
    """
    A report on the days through one.
    """
    return report(day, credential, kind)


class TestWashington:
    """
    Twelve visits or one month, under such a policy only.
    """

    @pytest.mark.parametrize(("count", "step", "found"), [(12, 2, "met"), (13, 2, "not-met"), (2, 31, "met")])
    def test_visits(self, count, step, found):
        """
        Twelve visits need no report yet, a thirteenth does; 31 days after 2 March is 2 April, the last of the month.
        """
        assert found == outcome(checked(visits(row(FIRST[2026], count, step)), policy=WASHINGTON), "PR-09")

    def test_month(self):
        """
        Six visits over forty days run past the month.
        """
        report = checked(visits(row(FIRST[2026], 6, step=8)), policy=WASHINGTON)

        assert "not-met" == outcome(report, "PR-09")
        assert "it fell due on 2026-04-02." in report.finding("PR-09").message

    def test_month_is_due(self):
        """
        The end of the month is the day by which the report is due, whichever comes first.
        """
        notes = visits(row(FIRST[2026], 3))
        in_time, late = (checked(notes, policy=WASHINGTON, as_of=day) for day in ("2026-04-02", "2026-04-03"))

        assert (date(2026, 4, 2), 9, False) == (
            in_time.due[0].by,
            in_time.due[0].treatment_days_left,
            in_time.due[0].overdue,
        )
        assert "3 of 12 treatment days, or 1 month since the first one" in in_time.due[0].counting
        assert late.due[0].overdue

    def test_not_under_medicare(self):
        """
        Medicare knows no such clock.
        """
        report = checked(visits(row(FIRST[2026], 3)))

        assert [] == [finding for finding in report.findings if finding.id == "PR-09"]

    def test_other_discipline(self):
        """
        It does not reach speech-language pathology.
        """
        report = checked(visits(row(FIRST[2026], 13)), policy=WASHINGTON, discipline="SLP")

        assert "not-applicable" == outcome(report, "PR-09")


class TestClinicianPart:
    """
    A clinician takes part in each report period.
    """

    def test_assistants_alone(self):
        """
        Ten days of an assistant's notes and no report: nobody else took part.
        """
        days = row(FIRST[2026], 11)

        assert "not-met" == outcome(checked(visits(days, "PTA")), "PR-08")

    def test_one_note_is_enough(self):
        """
        One note signed by the therapist shows it.
        """
        days = row(FIRST[2026], 11)
        notes = [*visits(days[:4], "PTA"), *visits(days[4:5]), *visits(days[5:], "PTA")]

        assert "met" == outcome(checked(notes), "PR-08")

    def test_signed_report_is_enough(self):
        """
        So does the signature on the report.
        """
        days = row(FIRST[2026], 10)

        assert "met" == outcome(checked([*visits(days, "PTA"), report_through(days[9])]), "PR-08")

    def test_open_period(self):
        """
        Nothing is asked of a period that has not ended.
        """
        assert "not-applicable" == outcome(checked(visits(row(FIRST[2026], 10), "PTA")), "PR-08")

    def test_unknown_credential(self):
        """
        A credential that is not known leaves it open.
        """
        assert "not-assessed" == outcome(checked(visits(row(FIRST[2026], 11), "RN")), "PR-08")


class TestDocumentsOnFile:
    """
    Notes, plan, evaluation, order and discharge.
    """

    def test_day_without_a_note(self):
        """
        A treatment day that has no document is named; a note without a date may be it.
        """
        first = FIRST[2026]
        days = row(first, 9)
        missing = checked(visits(days[:1]), treatment_days=days)
        undated = checked([*visits(days[:1]), tc.Note("treatment-note")], treatment_days=days[:2])

        assert "2026-03-14 and 2 more" in missing.finding("TN-01").message
        assert "not-assessed" == outcome(undated, "TN-01")

    def test_visit_that_did_not_take_place(self):
        """
        A note of no minutes is no treatment day.
        """
        first = FIRST[2026]
        missed = tc.Note("treatment-note", first + timedelta(days=2), total_treatment_minutes=0)

        assert (
            "Each of 1 known treatment day has its note."
            == checked([*visits([first]), missed]).finding("TN-01").message
        )

    @pytest.mark.parametrize(("after", "found"), [(0, "met"), (1, "not-met")])
    def test_plan_before_treatment(self, after, found):
        """
        A plan of the day treatment begins is in time, one of the next day is not.
        """
        begun = FIRST[2026] + timedelta(days=3)
        report = checked([evaluation(FIRST[2026]), plan(begun + timedelta(days=after)), *visits([begun])])

        assert found == outcome(report, "POC-01")

    def test_plan_within_the_evaluation(self):
        """
        Evaluation and plan may share a document.
        """
        first = FIRST[2026]
        both = evolve(evaluation(first), plan=tc.PlanOfCare(diagnoses=["Test"]))
        report = checked([both, *visits(row(first, 2))])

        assert ["met", "met", "met"] == [outcome(report, name) for name in ("GEN-11", "POC-01", "POC-06")]

    def test_undated_plans(self):
        """
        Whether a plan without a date came first is not assessed.
        """
        first = FIRST[2026]
        undated = tc.Note("plan-of-care")
        late = plan(first + timedelta(days=9))

        assert "not-assessed" == outcome(checked([undated, *visits([first])]), "POC-01")
        assert "not-assessed" == outcome(checked([undated, late, *visits([first])]), "POC-01")
        assert "met" == outcome(checked([undated, plan(first), *visits([first])]), "POC-01")

    def test_plan_of_a_later_day(self):
        """
        A plan dated after the day looked from is not there yet.
        """
        first = FIRST[2026]
        documents = [evolve(plan("2026-03-05"), date_of_service=first), *visits([first])]

        assert "not-met" == outcome(checked(documents, as_of="2026-03-04"), "POC-01")
        assert "No plan of care is on file." in checked(documents, as_of="2026-03-04").finding("POC-01").message

    def test_treatment_on_the_day_of_evaluation(self):
        """
        An evaluation that lists a treatment code tells of treatment; one that lists evaluations only does not.
        """
        first = FIRST[2026]
        evaluated = [tc.Intervention(code="97161", minutes=30)]
        both = [*evaluated, tc.Intervention(code="97110", minutes=15)]
        unknown = [tc.Intervention(code="99999")]

        assert "not-applicable" == outcome(checked([evolve(evaluation(first), interventions=evaluated)]), "POC-01")
        assert "not-met" == outcome(checked([evolve(evaluation(first), interventions=both)]), "POC-01")
        assert "not-met" == outcome(checked([evolve(evaluation(first), interventions=unknown)]), "POC-01")

    def test_order_on_file(self):
        """
        An order is asked for by nobody; one on file is signed and dated.
        """
        first = FIRST[2026]
        unsigned = tc.Note("order", order=tc.Order(ordered_on=first, therapy_type="PT"))
        undated = tc.Note("order", signature=tc.Signature("Test", "MD"))
        dated = tc.Note("order", first, signature=tc.Signature("Test", "MD"))

        assert ["not-applicable", "met", "met", "not-met", "not-met"] == [
            outcome(checked([*visits([first]), *orders]), "GEN-06")
            for orders in ([], [order(first)], [dated], [unsigned], [undated])
        ]
        assert "Not asked for." in checked(visits([first])).finding("CERT-N1").message

    def test_discharge(self):
        """
        An episode that has ended has its discharge note, which may be part of another document.
        """
        days = row(FIRST[2026], 3)
        within = tc.Note("treatment-note", days[2], discharge=tc.Discharge(date=days[2]))
        open_, ended = checked(visits(days)), checked(visits(days), ended_on=days[2])

        assert "not-applicable" == outcome(open_, "DC-01")
        assert ("not-met", False) == (outcome(ended, "DC-01"), due_of(ended, "DC-01").overdue)
        assert due_of(checked(visits(days), ended_on=days[2], as_of="2026-03-07"), "DC-01").overdue
        assert "met" == outcome(checked([*visits(days[:2]), within]), "DC-01")

    def test_ended_after_the_day_looked_from(self):
        """
        What ends later has not ended yet.
        """
        days = row(FIRST[2026], 3)

        assert "not-applicable" == outcome(checked(visits(days), ended_on=days[2], as_of=days[1]), "DC-01")


class TestEvaluationOnly:
    """
    An evaluation without treatment needs no more than an order.
    """

    @pytest.mark.parametrize("more", [[], [order("2026-04-20")], [certification("2026-04-20")]])
    def test_order_or_certification(self, more):
        """
        An order or a certification is enough, even one dated later; without either it is missing.
        """
        report = checked([evaluation(FIRST[2026], therapy_needed=False), *more], as_of="2026-05-01")

        assert ("met" if more else "not-met") == outcome(report, "EV-07")
        assert ([] if more else ["EV-07"]) == not_met(report)

    def test_ended(self):
        """
        An episode that ended with its evaluation had nothing else.
        """
        report = checked([evaluation(FIRST[2026])], ended_on=FIRST[2026], as_of="2026-05-01")

        assert ["EV-07"] == not_met(report)

    def test_open(self):
        """
        While treatment may follow, the clock of the certification runs.
        """
        report = checked([evaluation(FIRST[2026])], as_of="2026-05-01")

        assert ["not-applicable", "not-met"] == [outcome(report, name) for name in ("EV-07", "CERT-01")]


class TestAuthors:
    """
    Assistants write no evaluation, plan or discharge note.
    """

    @pytest.mark.parametrize(
        ("credential", "found"), [(PT, "met"), ("PTA", "not-met"), ("RN", "not-assessed"), (None, "not-applicable")]
    )
    @pytest.mark.parametrize(
        ("kind", "requirement"),
        [
            ("evaluation", "EV-08"),
            ("re-evaluation", "EV-08"),
            ("plan-of-care", "POC-06"),
            ("discharge-note", "STAFF-01"),
        ],
    )
    def test_by_document(self, kind, requirement, credential, found):
        """
        Each document is answered for by one requirement.
        """
        first = FIRST[2026]
        note = tc.Note(kind, first, signature=tc.Signature("Test", credential, first))

        assert found == outcome(checked([*visits([first]), note]), requirement)

    def test_chiropractor_establishes_no_plan(self):
        """
        A chiropractor may not establish a plan of therapy.
        """
        first = FIRST[2026]
        note = tc.Note("plan-of-care", first, signature=tc.Signature("Test", "DC", first))

        assert "not-met" == outcome(checked([*visits([first]), note]), "POC-06")

    def test_treatment_notes_are_theirs(self):
        """
        An assistant signs treatment notes without any finding.
        """
        report = checked(visits(row(FIRST[2026], 3), "PTA"))

        assert set() == {"EV-08", "POC-06", "PR-02", "STAFF-01"}.intersection(not_met(report))

    def test_none_for_speech_language_pathology(self):
        """
        Rules on assistants concern the disciplines that have them.
        """
        first = FIRST[2026]
        note = tc.Note("discharge-note", first, signature=signed(first, "PTA"))

        assert "not-applicable" == outcome(checked([note, *visits([first])], discipline="SLP"), "STAFF-01")


class TestInput:
    """
    What is refused, what is left aside, what is not known.
    """

    def test_refused(self):
        """
        Something that is no episode, no rules or no date is refused.
        """
        rules = tc.rules_on(FIRST[2026])
        with pytest.raises(tc.InvalidInputError, match="episode: not an Episode"):
            tc.check_episode([], rules)
        with pytest.raises(tc.InvalidInputError, match="rules: not a RuleSet"):
            tc.check_episode(tc.Episode([]), "medicare-part-b")
        with pytest.raises(tc.InvalidInputError, match="as_of: not a calendar date"):
            tc.check_episode(tc.Episode([]), rules, as_of="tomorrow")

    def test_several_disciplines(self):
        """
        Documents of several disciplines need an episode each; it leaves the others' aside.
        """
        first = FIRST[2026]
        notes = [
            tc.Note("treatment-note", day, discipline=name)
            for day, name in zip(row(first, 2), ("PT", "OT"), strict=True)
        ]
        with pytest.raises(tc.InvalidInputError, match="make an Episode of each discipline"):
            checked(notes, discipline=None)

        assert "Each of 1 known treatment day has its note." == checked(notes, discipline="OT").finding("TN-01").message
        assert "TN-01" == checked(notes[:1], discipline=None).finding("TN-01").id

    def test_nothing_known(self):
        """
        Without a treatment day every clock is not assessed, and nothing is due.
        """
        report = checked([])

        assert {"not-assessed", "not-applicable"} == {finding.outcome.value for finding in report.findings}
        assert "not-assessed" == outcome(report, "CERT-01")
        assert ((), None) == (report.due, report.as_of)
        assert "not-assessed" == outcome(checked(visits([FIRST[2026]]), as_of="2026-01-01"), "TN-01")

    def test_before_the_rules(self):
        """
        An episode from before the covered dates is not assessed, nor is one after them unless carried forward.
        """
        first, last = tc.coverage()
        before = visits([first - timedelta(days=1)])
        after = visits([last + timedelta(days=1)])
        carried = tc.rules_on(last + timedelta(days=1), beyond_coverage="carry-forward")

        assert "not-assessed" == outcome(checked(before), "TN-01")
        assert "not-assessed" == outcome(checked(after), "TN-01")
        report = tc.check_episode(tc.Episode(after), carried)
        assert ("met", True) == (outcome(report, "TN-01"), report.carried_forward)

    def test_data_without_the_number(self, monkeypatch):
        """
        A requirement that lacks the number its check needs is a fault of the data.
        """
        (certified,) = [one for one in tc.rules_on(FIRST[2026]).episode_requirements if one.id == "CERT-01"]
        monkeypatch.setattr(tc.RuleSet, "episode_requirements", (evolve(certified, days=None),))
        with pytest.raises(tc.DataError, match="CERT-01 gives no days"):
            checked(visits([FIRST[2026]]))

    def test_requirement_that_has_ended(self, monkeypatch):
        """
        A requirement answers for treatment between its dates only, and each day has one version of it.
        """
        (certified,) = [one for one in tc.rules_on(FIRST[2026]).episode_requirements if one.id == "CERT-01"]
        old = evolve(certified, effective_through=date(2025, 12, 31), days=5)
        new = evolve(certified, effective_from=date(2026, 1, 1))
        monkeypatch.setattr(tc.RuleSet, "episode_requirements", (old, new))
        certified_on_day_9 = [*visits([FIRST[2026]]), certification(FIRST[2026] + timedelta(days=9))]

        assert ["met"] == [finding.outcome.value for finding in checked(certified_on_day_9).findings]
        monkeypatch.setattr(tc.RuleSet, "episode_requirements", (old,))
        assert (
            "It holds for treatment 2020-01-01 through 2025-12-31." == checked(certified_on_day_9).findings[0].message
        )


class TestReport:
    """
    What comes out: findings in order, what is due, text, dictionary, HTML.
    """

    def test_order_of_findings(self):
        """
        What is missing comes first.
        """
        outcomes = [finding.outcome.value for finding in checked(visits(row(FIRST[2026], 11))).findings]

        assert outcomes == sorted(outcomes, key=["not-met", "not-assessed", "met", "not-applicable"].index)

    def test_order_of_dues(self):
        """
        What is overdue comes first, then the nearest date.
        """
        report = checked(visits(row(FIRST[2026], 11)), as_of="2026-03-25")

        assert ["PR-01", "CERT-01", "CERT-05"] == [due.id for due in report.due]
        assert ["PR-01"] == [due.id for due in report.overdue]

    def test_text(self):
        """
        The text names the day, what is missing and what is due.
        """
        text = tc.render_text(checked(visits(row(FIRST[2026], 11)), as_of="2026-03-25"))

        assert text.startswith("Documents of the episode asked for by medicare-part-b as of 2026-03-25")
        assert "overdue  PR-01   Progress report (by 2026-03-20, 0 treatment days left)" in text
        assert "due      CERT-01 Certification of the plan of care (by 2026-04-01)" in text

    def test_text_of_little(self):
        """
        An empty episode has no day and nothing due; rules carried forward are said.
        """
        _, last = tc.coverage()
        day = last + timedelta(days=1)
        rules = tc.rules_on(day, beyond_coverage="carry-forward")
        text = tc.render_text(tc.check_episode(tc.Episode([]), rules))

        assert "carried forward" in text
        assert text.startswith("Documents of the episode asked for by medicare-part-b\n")
        assert text.endswith("nothing is due")

    def test_due_counts_in_treatment_days(self):
        """
        One treatment day is one treatment day.
        """
        assert "1 treatment day left" in tc.render_text(checked(visits(row(FIRST[2026], 9))))

    def test_dictionary(self):
        """
        The dictionary holds the day, the findings and what is due, as JSON can.
        """
        plain = tc.to_dict(checked(visits(row(FIRST[2026], 11)), as_of="2026-03-25"))

        assert ["policy", "as_of", "carried_forward", "is_complete", "completeness", "findings", "due"] == list(plain)
        assert ("2026-03-25", False) == (plain["as_of"], plain["is_complete"])
        assert ("PR-01", "2026-03-20", True) == tuple(plain["due"][0][name] for name in ("id", "by", "overdue"))

    def test_html(self):
        """
        The fragment has a table of findings and one of what is due, where anything is.
        """
        fragment = tc.html_of(checked(visits(row(FIRST[2026], 11)), as_of="2026-03-25"))

        assert "Due as of 2026-03-25" in fragment
        assert "Progress report (overdue)" in fragment
        assert "Due as of" not in tc.html_of(tc.check_episode(episode_of(MODEL), tc.rules_on("2026-03-12")))

    def test_round_trip_of_the_episode(self):
        """
        An episode survives its dictionary.
        """
        episode = episode_of(MODEL)

        assert episode == tc.from_dict(tc.to_dict(episode), tc.Episode)

    def test_no_text_of_the_record(self):
        """
        Nothing the documents say in words comes out again.
        """
        shown = repr(MODEL["documents"]["discharge"]["goals"][0]["status"]).strip("'")
        report = tc.check_episode(episode_of(MODEL), tc.rules_on("2026-03-12"))

        assert "two flights in 55 seconds" == shown
        for text in (repr(report), tc.render_text(report), str(tc.to_dict(report)), tc.html_of(report)):
            assert shown not in text
            assert "Test Therapist" not in text

    def test_override(self):
        """
        Somebody's decision is attached to its finding and changes no outcome.
        """
        decision = tc.Override("PR-01", "The report is with the physician", "Test Therapist")
        rules = tc.rules_on(FIRST[2026])
        episode = tc.Episode(visits(row(FIRST[2026], 11)))
        finding = tc.check_episode(episode, rules, overrides=[decision]).finding("PR-01")

        assert (decision, "not-met") == (finding.override, finding.outcome.value)
        with pytest.raises(tc.InvalidInputError, match="not a Override"):
            tc.check_episode(episode, rules, overrides=["PR-01"])

    @pytest.mark.parametrize("keep", [99, 3, 0])
    def test_marker_in_every_text(self, keep):
        """
        A marker planted in every text of every document comes out nowhere, whatever is missing.
        """
        table = {**MODEL, "documents": dict(list(marked(MODEL["documents"]).items())[:keep])}
        report = tc.check_episode(episode_of(table), tc.rules_on("2026-03-12"), as_of="2026-05-01")

        for text in (repr(report), tc.render_text(report), str(tc.to_dict(report)), tc.html_of(report)):
            assert "Quux" not in text

    def test_every_way_of_checking_is_used(self):
        """
        The bundled data use every way of checking an episode.
        """
        policies = ("medicare-part-b", WASHINGTON)
        used = {one.over_episode for name in policies for one in tc.rules_on(FIRST[2026], name).episode_requirements}

        assert set(EpisodeCheck) == used
        assert module.check_episode is tc.check_episode


_STRUCTURE = frozenset(
    [
        *("note_type", "discipline", "code", "codes", "kind", "term", "method"),
        *("impairment", "impairments", "contact", "furnished_by", "presentation"),
    ]
)


def marked(value, key=""):
    """
    A copy of a table with a marker in place of every text that is no date and no choice.
    """
    if isinstance(value, dict):
        return {name: marked(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [marked(item, key) for item in value]
    if not isinstance(value, str) or key in _STRUCTURE or value.startswith("2026-"):
        return value
    return "Zebulon Quux, born 1931-07-04"


# -- laws ------------------------------------------------------------------------------------------------------------

MODEL_DOCUMENTS = episode_of(MODEL).documents
PRESENCE = ("GEN-11", "TN-01", "POC-01", "CERT-01", "PR-01", "DC-01")
"""The findings that say that something is not on file."""


def moved(value, days):
    """
    A copy of a plain value in which every date text is so many days later.
    """
    if isinstance(value, dict):
        return {key: moved(item, days) for key, item in value.items()}
    if isinstance(value, list):
        return [moved(item, days) for item in value]
    try:
        return (date.fromisoformat(value) + timedelta(days=days)).isoformat()
    except (TypeError, ValueError):
        return value


@given(st.permutations(range(len(MODEL_DOCUMENTS))), st.integers(0, len(MODEL_DOCUMENTS)))
def test_the_order_of_documents_does_not_matter(order_of, count):
    """
    Some of the model's documents in any order give the same findings and the same dues.
    """
    some = sorted(order_of[:count])
    rules = tc.rules_on("2026-03-12")
    straight = tc.check_episode(tc.Episode([MODEL_DOCUMENTS[index] for index in some]), rules, as_of="2026-03-16")
    shuffled = tc.check_episode(
        tc.Episode([MODEL_DOCUMENTS[index] for index in order_of[:count]]), rules, as_of="2026-03-16"
    )

    assert [(one.id, one.outcome, one.message) for one in straight.findings] == [
        (one.id, one.outcome, one.message) for one in shuffled.findings
    ]
    assert straight.due == shuffled.due


@given(st.sets(st.integers(0, len(MODEL_DOCUMENTS) - 1)), st.integers(0, len(MODEL_DOCUMENTS) - 1))
def test_the_whole_record_counts(some, added):
    """
    With the treatment days known, a further document of the model never makes something missing.
    """
    days = sorted(
        {note.date_of_service for note in MODEL_DOCUMENTS if note.note_type in ("evaluation", "treatment-note")}
    )
    rules = tc.rules_on("2026-03-12")

    def missing(indexes):
        episode = tc.Episode(
            [MODEL_DOCUMENTS[index] for index in sorted(indexes)], treatment_days=days, ended_on="2026-03-12"
        )
        return set(not_met(tc.check_episode(episode, rules, as_of="2026-04-30"))).intersection(PRESENCE)

    assert missing(some | {added}) <= missing(some)


@given(st.integers(0, 250), st.integers(1, 12))
def test_dates_move_together(days, count):
    """
    Moving every date within one period of the rules moves every due date as far and changes no outcome.
    """
    rules = tc.rules_on("2026-03-12")
    kept = dict(list(MODEL["documents"].items())[: count + 2])
    table = {"documents": kept, "discipline": "PT"}

    def looked(table, day):
        return tc.check_episode(episode_of(table), rules, as_of=day)

    here = looked(table, date(2026, 3, 12))
    there = looked(moved(table, days), date(2026, 3, 12) + timedelta(days=days))

    assert [(one.id, one.outcome) for one in here.findings] == [(one.id, one.outcome) for one in there.findings]
    assert [(one.id, one.by and one.by + timedelta(days=days), one.overdue) for one in here.due] == [
        (one.id, one.by, one.overdue) for one in there.due
    ]


@given(st.integers(0, 60), st.integers(0, 60))
def test_what_is_overdue_stays_overdue(first, later):
    """
    Looking from a later day with the same documents, nothing overdue becomes due again.
    """
    documents = [evaluation(FIRST[2026]), *visits(row(FIRST[2026], 12)), certification(None, verbal_on=FIRST[2026])]
    start = date(2026, 3, 24)
    sooner = checked(documents, as_of=start + timedelta(days=first))
    after = checked(documents, as_of=start + timedelta(days=first + later))

    assert {due.id for due in sooner.overdue} <= {due.id for due in after.overdue}
