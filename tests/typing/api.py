"""
The public names as a type checker sees them; checked with `mypy tests/typing`, never run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_type

import therapycodes as tc
from therapycodes.code import Facts, HistoryEvent, SimilarCode
from therapycodes.evidence import Dated
from therapycodes.periods import Period
from therapycodes.policy import Rule
from therapycodes.requirement import Requirement
from therapycodes.ruleset import RuleSet
from therapycodes.year import Year


DAY = date(2026, 3, 2)


def codes() -> None:
    """
    What a code is.
    """
    code = tc.lookup("97112")
    assert_type(code, tc.Code)
    assert_type(code.code, str)
    assert_type(code.label, str)
    assert_type(code.category, str)
    assert_type(code.metadata, tc.Metadata)
    assert_type(code.metadata.purpose, tc.Statement | None)
    assert_type(code.metadata.indications, tuple[tc.Statement, ...])
    assert_type(code.metadata.similar, tuple[SimilarCode, ...])
    assert_type(code.metadata.sources, tuple[tc.Source, ...])
    assert_type(code.history, tuple[HistoryEvent, ...])
    assert_type(code.added, HistoryEvent | None)
    assert_type(code.replaced_by, tuple[str, ...])
    assert_type(code.facts, Facts)
    assert_type(code.covered, Period | None)
    assert_type(code.in_force_on(DAY), bool)
    assert_type(code.in_force_on("2026-03-02"), bool)
    assert_type(code.on(DAY), tc.CodeFacts)
    facts = code.on("2026-03-02")
    assert_type(facts.unit_basis, tc.UnitBasis | None)
    assert_type(facts.minutes, int | None)
    assert_type(facts.attendance, tc.Attendance | None)
    assert_type(facts.disciplines, tuple[tc.Discipline, ...] | None)
    assert_type(facts.therapy_designation, tc.TherapyDesignation | None)
    assert_type(facts.one_on_one, bool | None)
    assert_type(tc.codes(), tuple[tc.Code, ...])
    assert_type(tc.codes(discipline="PT", on=DAY), tuple[tc.Code, ...])
    assert_type(tc.codes(discipline=tc.Discipline.PT, on="2026-03-02"), tuple[tc.Code, ...])


def episodes(episode: tc.Episode) -> None:
    """
    Episodes.
    """
    report = tc.check_episode(episode, tc.rules_on(DAY), as_of="2026-03-02")
    assert_type(report, tc.EpisodeReport)
    assert_type(report.as_of, date | None)
    assert_type(report.findings, tuple[tc.Finding, ...])
    assert_type(report.overdue, tuple[tc.Due, ...])
    (due,) = report.due
    assert_type(due.by, date | None)
    assert_type(due.treatment_days_left, int | None)
    assert_type(due.counting, str)


def statements(statement: tc.Statement) -> None:
    """
    Statements and their evidence.
    """
    assert_type(statement.text, str)
    assert_type(statement.standing, tc.Standing)
    assert_type(statement.citations, tuple[tc.Citation, ...])
    assert_type(statement.citations[0].source, tc.Source)
    assert_type(statement.citations[0].locator, str)
    assert_type(statement.citations[0].source.read_on, date)
    assert_type(statement.citations[0].source.url, str | None)


def rules() -> RuleSet:
    """
    The rules of one day.
    """
    assert_type(tc.rules_on(DAY), tc.RuleSet)
    assert_type(tc.rules_on(DAY, policy="cpt"), tc.RuleSet)
    assert_type(tc.rules_on("2026-03-02", "cpt", beyond_coverage="carry-forward"), tc.RuleSet)
    found = tc.rules_on("2026-03-02", tc.load_policy({"id": "own"}), beyond_coverage="refuse")
    tc.rules_on(DAY, beyond_coverage="guess")  # type: ignore[arg-type]
    tc.rules_on(20260302)  # type: ignore[arg-type]
    assert_type(found.date_of_service, date)
    assert_type(found.policy, tc.Policy)
    assert_type(found.carried_forward, bool)
    assert_type(found.unit_method, tc.UnitMethod)
    assert_type(found.parameters, Mapping[str, Dated[Any]])
    assert_type(found.year, Year)
    assert_type(found.year.kx_threshold_ot[0].value, Decimal)
    assert_type(found.code("97110"), tc.CodeFacts)
    assert_type(found.rule("untimed"), Rule)
    assert_type(found.requirements("treatment-note"), tuple[Requirement, ...])
    assert_type(found.requirements(tc.NoteType.TREATMENT_NOTE), tuple[Requirement, ...])
    return found


def catalogues(path: Path) -> None:
    """
    Data of one's own.
    """
    catalogue = tc.load_catalogue(path)
    assert_type(catalogue, tc.Catalogue)
    assert_type(tc.load_catalogue("data"), tc.Catalogue)
    assert_type(catalogue.sources, Mapping[str, tc.Source])
    assert_type(catalogue.lookup("97110"), tc.Code)
    assert_type(catalogue.coverage(), tc.Coverage)
    assert_type(catalogue.rules_on("2026-03-02"), tc.RuleSet)
    assert_type(catalogue.rules_on(DAY, "cpt", beyond_coverage="refuse"), tc.RuleSet)
    assert_type(tc.coverage(), tc.Coverage)
    assert_type(tc.coverage().effective_from, date)
    assert_type(tc.coverage().effective_through, date)
    assert_type(tc.policies(), Mapping[str, str])
    assert_type(tc.load_policy(path), tc.Policy)
    assert_type(tc.load_policy("acme.toml"), tc.Policy)
    assert_type(tc.load_policy({"id": "own"}, catalogue=catalogue), tc.Policy)


def units() -> tc.UnitCount:
    """
    Minutes to units.
    """
    services = [
        tc.Service("97110", 33),
        tc.Service("97140", minutes=7, furnished_by="assistant"),
        tc.Service("97530", 15, furnished_by=tc.FurnishedBy.ASSISTANT, discipline=tc.Discipline.OT),
        tc.Service("97161", amount=None, discipline="PT"),
    ]
    assert_type(services[0].furnished_by, tc.FurnishedBy)
    assert_type(services[0].discipline, tc.Discipline | None)
    assert_type(services[0].minutes, int | None)
    tc.Service("97110", 33, 1)  # type: ignore[call-arg]
    tc.Service("97110", "33")  # type: ignore[arg-type]
    tc.Service()  # type: ignore[call-arg]
    count = tc.count_units(services, rules(), prefer=["97110"])
    assert_type(count, tc.UnitCount)
    assert_type(tc.count_units(iter(services), rules()), tc.UnitCount)
    assert_type(count.services, tuple[tc.Service, ...])
    assert_type(count.units, Mapping[str, int | Decimal])
    assert_type(count.timed_units, int | Decimal)
    assert_type(count.total_timed_minutes, int)
    assert_type(count.lines, tuple[tc.UnitLine, ...])
    assert_type(count.lines[0].assistant_units, int | Decimal | None)
    assert_type(count.lines[0].basis, tc.UnitBasis)
    assert_type(count.permitted_allocations, tuple[Mapping[str, int | Decimal], ...])
    assert_type(count.permitted_allocation_count, int)
    assert_type(count.overlaps, tuple[tc.Overlap, ...])
    assert_type(tc.Service("97110", start="09:00", end="09:20"), tc.Service)
    assert_type(tc.count_total(49, rules()).timed_units, int | None)
    compared = tc.compare_methods(services, on="2026-03-02")
    assert_type(compared["midpoint"], tc.UnitCount)
    assert_type(compared.differences, tuple[tc.MethodDifference, ...])
    assert_type(rules().choosing(unit_method="midpoint"), tc.RuleSet)
    assert_type(count.minutes_to_next_unit, int | None)
    assert_type(count.trace, tuple[tc.Reason, ...])
    assert_type(count.trace[0].citations, tuple[tc.Citation, ...])
    assert_type(count.carried_forward, bool)
    count.units["97110"] = 3  # type: ignore[index]
    count.timed_units = 3  # type: ignore[misc]
    return count


def thresholds() -> tc.ThresholdReport:
    """
    Allowed amounts against the yearly thresholds.
    """
    report = tc.check_thresholds(
        [tc.ClaimLine("97110", 2, ["GP"])],
        rules(),
        allowed_so_far={"PT": Decimal(2400), tc.Bucket.OT: Decimal(0)},
        allowed=[Decimal(60)],
        institutional=False,
    )
    assert_type(report.lines, tuple[tc.ThresholdLine, ...])
    assert_type(report.lines[0].kx, tc.ThresholdPosition | None)
    assert_type(report.lines[0].bucket, tc.Bucket | None)
    assert_type(report.lines[0].after, Decimal | None)
    assert_type(report.lines[0].needs_kx, tc.EditOutcome)
    assert_type(report.applying, tuple[tc.EditFinding, ...])
    tc.check_thresholds([], rules(), allowed=[60.0])  # type: ignore[list-item]
    return report


def claim() -> Sequence[tc.ClaimLine]:
    """
    Units to claim lines.
    """
    lines = tc.claim_lines(units(), rules(), discipline="PT")
    assert_type(lines, tuple[tc.ClaimLine, ...])
    assert_type(tc.claim_lines(units(), rules(), discipline=tc.Discipline.PT), tuple[tc.ClaimLine, ...])
    stated = tc.claim_lines(
        units(),
        rules(),
        attestations=[tc.Attestation("distinct-time", ["97110"])],
        existing={"97110": ["76"]},
        under_therapy_plan=True,
        thresholds=thresholds(),
    )
    assert_type(stated, tuple[tc.ClaimLine, ...])
    assert_type(tc.modifier_findings(lines, rules()), tuple[tc.EditFinding, ...])
    assert_type(rules().modifier("XU"), tc.Modifier | None)
    line = tc.ClaimLine("97110", 2, ["GP", "CQ"], discipline="PT")
    assert_type(line.code, str)
    assert_type(line.units, int | Decimal)
    assert_type(line.modifiers, tuple[str, ...])
    assert_type(line.discipline, tc.Discipline | None)
    assert_type(line.reasons, tuple[tc.Reason, ...])
    assert_type(tc.ClaimLine("97110", 2).modifiers, tuple[str, ...])
    line.units = 3  # type: ignore[misc]
    return lines


def edits() -> tc.EditReport:
    """
    Checks of claim lines.
    """
    past = tc.PastLine("2026-02-10", "97161", 1, modifiers=["GP"], discipline="PT", region="knee")
    assert_type(past.date_of_service, date)
    report = tc.check_edits(
        claim(),
        rules(),
        history=[past],
        setting="hospital",
        attestations=[tc.Attestation("distinct-time")],
        overrides=[tc.Override("edit-pair", "a reason", "a person")],
    )
    assert_type(report, tc.EditReport)
    assert_type(report.applying, tuple[tc.EditFinding, ...])
    assert_type(report.findings[0].outcome, tc.EditOutcome)
    assert_type(report.switched_off, tuple[str, ...])
    tc.check_edits(["97110"], rules())  # type: ignore[list-item]
    return report


def estimates() -> None:
    """
    Estimates of the fee.
    """
    factors = tc.GeographicFactors(work=Decimal(1), pe=Decimal(1), mp=Decimal(1))
    value = tc.RelativeValue(code="97110", work=Decimal("0.45"))
    pay = tc.estimate_payment([tc.ClaimLine("97110", 1)], rules(), locality="10112-00", facility=True)
    assert_type(pay, tc.PaymentEstimate)
    assert_type(tc.estimate_payment([], rules(), factors=factors, relative_values=[value]), tc.PaymentEstimate)
    assert_type(pay.allowed, Decimal | None)
    assert_type(pay.coinsurance, Decimal | None)
    assert_type(pay.lines, tuple[tc.PaymentLine, ...])
    assert_type(pay.lines[0].outcome, tc.PaymentOutcome)
    assert_type(pay.lines[0].allowed, Decimal | None)
    assert_type(pay.trace, tuple[tc.Reason, ...])


def note() -> tc.Note:
    """
    The record; dates are given as dates or as text.
    """
    signature = tc.Signature("A. Sample", "PT", DAY)
    assert_type(signature.date, date | None)
    assert_type(tc.Signature(date="2026-03-02").date, date | None)
    made = tc.Note(
        "treatment-note",
        "2026-03-02",
        interventions=[tc.Intervention("words", code="97110", minutes=5, furnished_by="therapist", region="hip")],
        contributors=(tc.Contributor("PTA", furnished_by=tc.FurnishedBy.ASSISTANT),),
        signature=signature,
        total_timed_code_treatment_minutes=47,
        total_treatment_minutes=52,
        text="words",
        patient_identified=True,
        date_written=DAY,
        supervisor_consulted=None,
    )
    tc.Note(tc.NoteType.PROGRESS_REPORT, DAY, date_written="2026-03-03")
    assert_type(made.note_type, tc.NoteType)
    assert_type(made.date_of_service, date | None)
    assert_type(made.interventions, tuple[tc.Intervention, ...])
    assert_type(made.interventions[0].furnished_by, tc.FurnishedBy | None)
    assert_type(made.contributors, tuple[tc.Contributor, ...])
    assert_type(made.signature, tc.Signature | None)
    assert_type(made.total_treatment_minutes, int | None)
    tc.Note("treatment-note", signature="A. Sample")  # type: ignore[arg-type]
    return made


def documentation() -> None:
    """
    What the note holds.
    """
    report = tc.check_documentation(note(), rules(), lines=claim(), services=units())
    assert_type(report, tc.DocumentationReport)
    assert_type(tc.check_documentation(note(), rules()), tc.DocumentationReport)
    assert_type(tc.check_documentation(note(), rules(), services=[tc.Service("97110", 5)]), tc.DocumentationReport)
    assert_type(report.findings, tuple[tc.Finding, ...])
    assert_type(report.missing, tuple[tc.Finding, ...])
    assert_type(report.not_assessed, tuple[tc.Finding, ...])
    assert_type(report.is_complete, bool)
    assert_type(report.completeness, float)
    finding = report.finding("TN-05")
    assert_type(finding, tc.Finding)
    assert_type(finding.outcome, tc.Outcome)
    assert_type(finding.obligation, tc.Obligation)
    assert_type(finding.path, str)
    assert_type(finding.citations, tuple[tc.Citation, ...])
    tc.check_documentation("note", rules())  # type: ignore[arg-type]


def reading() -> None:
    """
    What the text of a note mentions.
    """
    text = "Ther ex 15 min"
    read = tc.read_note(text)
    assert_type(read, tc.NoteReading)
    assert_type(tc.read_note(text, lines=claim()), tc.NoteReading)
    assert_type(read.length, int)
    assert_type(read.mentions, tuple[tc.Mention, ...])
    assert_type(read.advice, tuple[tc.Advice, ...])
    assert_type(read.of("minutes"), tuple[tc.Mention, ...])
    assert_type(read.of(tc.MentionKind.MINUTES), tuple[tc.Mention, ...])
    assert_type(read.date_of_service, date | None)
    assert_type(read.total_timed_code_treatment_minutes, int | None)
    assert_type(read.total_treatment_minutes, int | None)
    mention = read.mentions[0]
    assert_type(mention.kind, tc.MentionKind)
    assert_type(mention.span, tuple[int, int])
    assert_type(mention.spans, tuple[tuple[int, int], ...])
    assert_type(mention.certainty, tc.Certainty)
    assert_type(mention.context, tc.Context)
    assert_type(mention.is_of_today, bool)
    assert_type(mention.name, str)
    assert_type(mention.summary, str)
    assert_type(mention.value, int | Decimal | date | str | None)
    assert_type(mention.unit, str | None)
    assert_type(mention.out_of, int | None)
    assert_type(mention.codes, tuple[str, ...])
    assert_type(mention.modifiers, tuple[str, ...])
    assert_type(mention.side, str | None)
    advice = read.advice[0]
    assert_type(advice.id, str)
    assert_type(advice.kind, tc.AdviceKind)
    assert_type(advice.requirement, str)
    assert_type(advice.code, str | None)
    assert_type(advice.message, str)
    assert_type(advice.spans, tuple[tuple[int, int], ...])
    assert_type(advice.citations, tuple[tc.Citation, ...])
    assert_type(read.excerpt(text, mention), tuple[str, ...])
    assert_type(read.excerpt(text, advice), tuple[str, ...])
    assert_type(read.as_note(text), tc.Note)
    assert_type(read.as_note(text, "progress-report"), tc.Note)
    assert_type(tc.check_reading(read, text, rules(), note_type="treatment-note"), tc.DocumentationReport)
    tc.read_note(3)  # type: ignore[arg-type]
    tc.check_reading(text, text, rules())  # type: ignore[arg-type]


def visits() -> None:
    """
    The whole job, and values in and out.
    """
    visit = tc.Visit("2026-03-02", [tc.Service("97110", 33)], discipline="PT", policy="cpt", note=note())
    assert_type(visit.date_of_service, date)
    assert_type(visit.services, tuple[tc.Service, ...])
    assert_type(visit.policy, str | tc.Policy)
    assert_type(visit.note, tc.Note | None)
    tc.Visit(DAY, (tc.Service("97110", 33),), discipline=tc.Discipline.PT, policy=tc.load_policy({"id": "own"}))
    review = tc.review(visit, catalogue=tc.load_catalogue("data"), beyond_coverage="carry-forward")
    assert_type(review, tc.Review)
    assert_type(review.units, tc.UnitCount)
    assert_type(review.lines, tuple[tc.ClaimLine, ...])
    assert_type(review.documentation, tc.DocumentationReport | None)
    assert_type(review.carried_forward, bool)
    assert_type(review.sources, Mapping[str, tc.Source])
    assert_type(tc.from_dict({}, tc.Visit), tc.Visit)
    assert_type(tc.from_dict({"code": "97110"}, tc.Service), tc.Service)
    assert_type(tc.note_from_fields({}, names="fhir-r4", note_type="treatment-note"), tc.Note)
    assert_type(tc.to_dict(review), dict[str, Any])
    assert_type(tc.json_schema(tc.Visit), dict[str, Any])
    assert_type(tc.render_text(review), str)


def errors() -> None:
    """
    The errors and their facts.
    """
    try:
        tc.lookup("97111")
    except tc.UnknownCodeError as error:
        assert_type(error.code, str)
        assert_type(error.near, tuple[str, ...])
    except tc.CodeNotInForceError as error:
        assert_type(error.date_of_service, date)
        assert_type(error.in_force_from, date | None)
        assert_type(error.in_force_through, date | None)
        assert_type(error.replaced_by, tuple[str, ...])
    except tc.UnknownPolicyError as error:
        assert_type(error.policy, str)
        assert_type(error.known, tuple[str, ...])
    except tc.DateNotCoveredError as error:
        assert_type(error.covered_from, date | None)
        assert_type(error.covered_through, date | None)
        assert_type(error.subject, str)
    except tc.InvalidInputError as error:
        assert_type((error.field, error.problem, error.remedy), tuple[str, str, str])
    except tc.DataError as error:
        assert_type(error.faults, tuple[str, ...])
    except tc.TherapyCodesError as error:
        assert_type(str(error), str)
