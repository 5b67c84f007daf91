"""
The rules around US outpatient-therapy procedure codes, with the reason and the citation for every answer.

What a code is, how minutes become units, what goes on the claim line, and whether the note supports it: each for one
date of service.
Importing this package reads no data and imports none of its modules; a name is fetched when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from .advice import Advice, AdviceKind
    from .catalogue import (
        Catalogue,
        Coverage,
        codes,
        coverage,
        load_catalogue,
        lookup,
        policies,
        rules_on,
    )
    from .claims import claim_lines
    from .clock import Overlap, OverlapKind
    from .code import Attendance, Code, CodeFacts, Discipline, Metadata, TherapyDesignation, UnitBasis
    from .comparison import ComparedFact, Comparison, DecidingPurpose, compare
    from .display import html_of, svg_of, to_records
    from .documentation import check_documentation
    from .documents import (
        Amendment,
        Certification,
        Contact,
        Contributor,
        Discharge,
        Duration,
        Episode,
        Evaluation,
        FurnishedBy,
        Goal,
        GoalTerm,
        Impairment,
        Intervention,
        Measure,
        Note,
        Order,
        PlanChange,
        PlanOfCare,
        ProgressReport,
        Setting,
        SettingKind,
        Signature,
        SignatureMethod,
        TestReport,
        Wound,
    )
    from .edits import check_edits
    from .episode import check_episode
    from .errors import (
        CodeNotInForceError,
        DataError,
        DateNotCoveredError,
        InvalidInputError,
        TherapyCodesError,
        UnknownCodeError,
        UnknownPolicyError,
    )
    from .evidence import Citation, Source, Standing, Statement
    from .exchange import from_dict, json_schema, load_policy, note_from_fields, to_dict
    from .feeschedule import GeographicFactors, RelativeValue
    from .mention import Certainty, Context, Mention, MentionKind
    from .methods import MethodComparison, MethodDifference, compare_methods
    from .modifier import AttestedFact, Modifier, ModifierGroup
    from .modifiers import modifier_findings
    from .payment import PaymentEstimate, PaymentLine, PaymentOutcome, estimate_payment
    from .policy import Policy, UnitMethod
    from .reading import NoteReading, check_reading, read_note
    from .record import Attestation, Override, Service, Visit
    from .render import render_text
    from .requirement import NoteType, Obligation
    from .results import (
        ClaimLine,
        DocumentationReport,
        Due,
        EditFinding,
        EditOutcome,
        EditReport,
        EpisodeReport,
        Finding,
        Outcome,
        PastLine,
        Reason,
        Severity,
        UnitLine,
    )
    from .retrieval import SearchHit, search
    from .ruleset import RuleSet
    from .succession import predecessors, successors
    from .suggestion import RuledOut, Suggestion, suggest
    from .thresholds import Bucket, ThresholdLine, ThresholdPosition, ThresholdReport, check_thresholds
    from .totals import TotalCount, count_total
    from .units import UnitCount, count_units
    from .visits import Review, review

    __version__: str

__all__ = [
    "Advice",
    "AdviceKind",
    "Amendment",
    "Attendance",
    "Attestation",
    "AttestedFact",
    "Bucket",
    "Catalogue",
    "Certainty",
    "Certification",
    "Citation",
    "ClaimLine",
    "Code",
    "CodeFacts",
    "CodeNotInForceError",
    "ComparedFact",
    "Comparison",
    "Contact",
    "Context",
    "Contributor",
    "Coverage",
    "DataError",
    "DateNotCoveredError",
    "DecidingPurpose",
    "Discharge",
    "Discipline",
    "DocumentationReport",
    "Due",
    "Duration",
    "EditFinding",
    "EditOutcome",
    "EditReport",
    "Episode",
    "EpisodeReport",
    "Evaluation",
    "Finding",
    "FurnishedBy",
    "GeographicFactors",
    "Goal",
    "GoalTerm",
    "Impairment",
    "Intervention",
    "InvalidInputError",
    "Measure",
    "Mention",
    "MentionKind",
    "Metadata",
    "MethodComparison",
    "MethodDifference",
    "Modifier",
    "ModifierGroup",
    "Note",
    "NoteReading",
    "NoteType",
    "Obligation",
    "Order",
    "Outcome",
    "Overlap",
    "OverlapKind",
    "Override",
    "PastLine",
    "PaymentEstimate",
    "PaymentLine",
    "PaymentOutcome",
    "PlanChange",
    "PlanOfCare",
    "Policy",
    "ProgressReport",
    "Reason",
    "RelativeValue",
    "Review",
    "RuleSet",
    "RuledOut",
    "SearchHit",
    "Service",
    "Setting",
    "SettingKind",
    "Severity",
    "Signature",
    "SignatureMethod",
    "Source",
    "Standing",
    "Statement",
    "Suggestion",
    "TestReport",
    "TherapyCodesError",
    "TherapyDesignation",
    "ThresholdLine",
    "ThresholdPosition",
    "ThresholdReport",
    "TotalCount",
    "UnitBasis",
    "UnitCount",
    "UnitLine",
    "UnitMethod",
    "UnknownCodeError",
    "UnknownPolicyError",
    "Visit",
    "Wound",
    "check_documentation",
    "check_edits",
    "check_episode",
    "check_reading",
    "check_thresholds",
    "claim_lines",
    "codes",
    "compare",
    "compare_methods",
    "count_total",
    "count_units",
    "coverage",
    "estimate_payment",
    "from_dict",
    "html_of",
    "json_schema",
    "load_catalogue",
    "load_policy",
    "lookup",
    "modifier_findings",
    "note_from_fields",
    "policies",
    "predecessors",
    "read_note",
    "render_text",
    "review",
    "rules_on",
    "search",
    "successors",
    "suggest",
    "svg_of",
    "to_dict",
    "to_records",
]

_MODULES = {
    "advice": "Advice AdviceKind",
    "catalogue": "Catalogue Coverage codes coverage load_catalogue lookup policies rules_on",
    "claims": "claim_lines",
    "clock": "Overlap OverlapKind",
    "comparison": "ComparedFact Comparison DecidingPurpose compare",
    "display": "html_of svg_of to_records",
    "documentation": "check_documentation",
    "edits": "check_edits",
    "episode": "check_episode",
    "documents": "Amendment Certification Contact Contributor Discharge Duration Episode Evaluation FurnishedBy "
    "Goal GoalTerm Impairment Intervention Measure Note Order PlanChange PlanOfCare ProgressReport "
    "Setting SettingKind Signature SignatureMethod TestReport Wound",
    "errors": "CodeNotInForceError DataError DateNotCoveredError InvalidInputError TherapyCodesError "
    "UnknownCodeError UnknownPolicyError",
    "exchange": "from_dict json_schema load_policy note_from_fields to_dict",
    "feeschedule": "GeographicFactors RelativeValue",
    "payment": "PaymentEstimate PaymentLine PaymentOutcome estimate_payment",
    "code": "Attendance Code CodeFacts Discipline Metadata TherapyDesignation UnitBasis",
    "evidence": "Citation Source Standing Statement",
    "methods": "MethodComparison MethodDifference compare_methods",
    "modifier": "AttestedFact Modifier ModifierGroup",
    "modifiers": "modifier_findings",
    "mention": "Certainty Context Mention MentionKind",
    "policy": "Policy UnitMethod",
    "reading": "NoteReading check_reading read_note",
    "requirement": "NoteType Obligation",
    "ruleset": "RuleSet",
    "record": "Attestation Override Service Visit",
    "render": "render_text",
    "retrieval": "SearchHit search",
    "succession": "predecessors successors",
    "suggestion": "RuledOut Suggestion suggest",
    "totals": "TotalCount count_total",
    "thresholds": "Bucket ThresholdLine ThresholdPosition ThresholdReport check_thresholds",
    "results": "ClaimLine DocumentationReport Due EditFinding EditOutcome EditReport EpisodeReport Finding Outcome "
    "PastLine Reason Severity UnitLine",
    "units": "UnitCount count_units",
    "visits": "Review review",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


if not TYPE_CHECKING:  # pragma: no branch - a checker must see the names above, not this

    def __getattr__(name: str) -> object:
        """
        Fetch a public name from its module on first use.
        """
        if name == "__version__":
            from importlib.metadata import version  # noqa: PLC0415

            return version("therapycodes")
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        value: object = getattr(import_module(f".{_HOME[name]}", __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
