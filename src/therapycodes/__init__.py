"""
The rules around US outpatient-therapy procedure codes, with the reason and the citation for every answer.

What a code is, how minutes become units, what goes on the claim line, and whether the note supports it: each for one
date of service.
Importing this package reads no data and imports none of its modules; a name is fetched when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
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
    from .code import Attendance, Code, CodeFacts, Discipline, Metadata, TherapyDesignation, UnitBasis
    from .documentation import check_documentation
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
    from .exchange import from_dict, json_schema, load_policy, to_dict
    from .policy import Policy, UnitMethod
    from .record import Contributor, FurnishedBy, Intervention, Note, Service, Signature, Visit
    from .render import render_text
    from .requirement import NoteType, Obligation
    from .results import ClaimLine, DocumentationReport, Finding, Outcome, Reason, UnitLine
    from .ruleset import RuleSet
    from .units import UnitCount, count_units
    from .visits import Review, review

    __version__: str

__all__ = [
    "Attendance",
    "Catalogue",
    "Citation",
    "ClaimLine",
    "Code",
    "CodeFacts",
    "CodeNotInForceError",
    "Contributor",
    "Coverage",
    "DataError",
    "DateNotCoveredError",
    "Discipline",
    "DocumentationReport",
    "Finding",
    "FurnishedBy",
    "Intervention",
    "InvalidInputError",
    "Metadata",
    "Note",
    "NoteType",
    "Obligation",
    "Outcome",
    "Policy",
    "Reason",
    "Review",
    "RuleSet",
    "Service",
    "Signature",
    "Source",
    "Standing",
    "Statement",
    "TherapyCodesError",
    "TherapyDesignation",
    "UnitBasis",
    "UnitCount",
    "UnitLine",
    "UnitMethod",
    "UnknownCodeError",
    "UnknownPolicyError",
    "Visit",
    "check_documentation",
    "claim_lines",
    "codes",
    "count_units",
    "coverage",
    "from_dict",
    "json_schema",
    "load_catalogue",
    "load_policy",
    "lookup",
    "policies",
    "render_text",
    "review",
    "rules_on",
    "to_dict",
]

_MODULES = {
    "catalogue": "Catalogue Coverage codes coverage load_catalogue lookup policies rules_on",
    "claims": "claim_lines",
    "documentation": "check_documentation",
    "errors": "CodeNotInForceError DataError DateNotCoveredError InvalidInputError TherapyCodesError "
    "UnknownCodeError UnknownPolicyError",
    "exchange": "from_dict json_schema load_policy to_dict",
    "code": "Attendance Code CodeFacts Discipline Metadata TherapyDesignation UnitBasis",
    "evidence": "Citation Source Standing Statement",
    "policy": "Policy UnitMethod",
    "requirement": "NoteType Obligation",
    "ruleset": "RuleSet",
    "record": "Contributor FurnishedBy Intervention Note Service Signature Visit",
    "render": "render_text",
    "results": "ClaimLine DocumentationReport Finding Outcome Reason UnitLine",
    "units": "UnitCount count_units",
    "visits": "Review review",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


if not TYPE_CHECKING:

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
