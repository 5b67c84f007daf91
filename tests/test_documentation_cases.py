"""
The documentation cases under `tests/cases/documentation`: data that a biller can read and write.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import therapycodes as tc
from therapycodes.requirement import CheckKind


FOLDER = Path(__file__).parent / "cases" / "documentation"
KEYS = {"id", "name", "date_of_service", "policy", "source", "note", "lines", "services", "record"}
ANSWERS = {"findings", "paths", "must_not_flag"}


def _cases():
    for path in sorted(FOLDER.glob("*.toml")):
        yield from tomllib.loads(path.read_text(encoding="utf-8"))["cases"]


CASES = tuple(_cases())
RULES = {
    **{policy: tc.rules_on("2026-03-02", policy) for policy in tc.policies()},
    "uhc-commercial in 2023": tc.rules_on("2023-11-30", "united-healthcare-commercial"),
}
REQUIREMENTS = {
    requirement.id: requirement
    for rules in RULES.values()
    for kind in tc.NoteType
    for requirement in rules.requirements(kind)
}


def _values(tables, kind):
    return None if tables is None else [tc.from_dict(table, kind) for table in tables]


def _report(case):
    rules = tc.rules_on(case["date_of_service"], case["policy"])
    return tc.check_documentation(
        tc.from_dict(case["note"], tc.Note),
        rules,
        lines=_values(case.get("lines"), tc.ClaimLine),
        services=_values(case.get("services"), tc.Service),
        record=_values(case.get("record", ()), tc.Note),
    )


@pytest.fixture(params=CASES, ids=lambda case: f"{case['id']}: {case['name']}")
def case(request):
    """
    One case after the other.
    """
    return request.param


def test_case_findings(case):
    """
    Every finding a case names has the outcome and the path it names.
    """
    report = _report(case)
    found = {name: report.finding(name).outcome.value for name in case["findings"]}
    paths = {name: report.finding(name).path for name in case.get("paths", {})}

    assert case["findings"] == found
    assert case.get("paths", {}) == paths


def test_case_does_not_flag(case):
    """
    What a case says must not be flagged is neither missing nor not met.
    """
    flagged = {finding.id for finding in _report(case).findings if finding.outcome is tc.Outcome.NOT_MET}

    assert set() == flagged.intersection(case.get("must_not_flag", ()))


def test_case_holds_known_keys_only(case):
    """
    A case holds the documented keys, a source and at least one finding.
    """
    assert set() == set(case) - KEYS - ANSWERS
    assert case["source"]
    assert case["findings"]


def test_case_ids_are_unique():
    """
    No two cases share an id.
    """
    ids = [case["id"] for case in CASES]

    assert sorted(set(ids)) == sorted(ids)


def test_all_requirements_are_known():
    """
    The requirements of every bundled set are the ones the policies reach.
    """
    catalogue = RULES["cpt"].catalogue
    bundled = {
        requirement.id
        for name in catalogue.requirement_set_names
        for requirement in catalogue.requirement_set(name).requirements
    }

    assert set(REQUIREMENTS) == bundled


def _wanted(requirement):
    """
    The outcomes for which a requirement must have a case.

    What takes the whole episode is not assessed of one document, and has its cases where episodes are checked.
    Whether state law asks for a supervisor's advice is not known here, so that check never says that it is missing.
    """
    if requirement.check is CheckKind.NEVER_DEMAND:
        return {"not-applicable"}
    if requirement.inputs[0].startswith("episode."):
        return {"not-assessed"}
    if requirement.check is CheckKind.SUPERVISOR_CONSULT:
        return {"met", "not-applicable", "not-assessed"}
    if requirement.obligation is tc.Obligation.CONDITIONAL:
        return {"met", "not-met", "not-applicable"}
    return {"met", "not-met"}


@pytest.mark.parametrize("name", sorted(REQUIREMENTS))
def test_requirement_has_a_case_for_each_outcome(name):
    """
    A requirement has a met and a not-met case; what must not be demanded has a case that does not flag it.
    """
    outcomes = {case["findings"][name] for case in CASES if name in case["findings"]}

    assert set() == _wanted(REQUIREMENTS[name]) - outcomes


@pytest.mark.parametrize(
    "name", sorted(name for name, one in REQUIREMENTS.items() if _wanted(one) == {"not-applicable"})
)
def test_what_must_not_be_demanded_is_named_by_a_case(name):
    """
    Each item that must not be demanded stands in `must_not_flag` of a case.
    """
    assert [case["id"] for case in CASES if name in case.get("must_not_flag", ())]
