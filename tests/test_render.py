"""
Results as plain text.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

import therapycodes as tc
from therapycodes.code import EventKind, HistoryEvent, Metadata
from therapycodes.testing import synthetic_catalogue


DAY = "2026-03-02"
BEYOND = tc.coverage().effective_through.replace(year=tc.coverage().effective_through.year + 1)


def _count(rules, *services):
    return tc.count_units(services, rules)


def _text(value):
    return tc.render_text(value).splitlines()


# -- units and lines --------------------------------------------------------------------------------------------------


def test_count(rules):
    """
    A count is shown by line, with the timed sum, the steps and their citations.
    """
    text = _text(_count(rules, tc.Service("97110", 33, discipline="PT"), tc.Service("97140", 7, discipline="PT")))

    assert [
        "Units on 2026-03-02 under medicare-part-b",
        "  97110 PT  2 units  (33 minutes)",
        "  97140 PT  1 unit  (7 minutes)",
        "  timed: 40 minutes, 3 units",
    ] == text[:4]
    assert "  why:" == text[4]
    assert text[5].startswith("    1. Timed minutes of PT are added up")
    assert text[6].startswith("       [Medicare Claims Processing Manual")


def test_count_without_minutes_and_with_an_assistant(rules):
    """
    Minutes that were not stated and units of the assistant are said.
    """
    text = _text(_count(rules, tc.Service("97161"), tc.Service("97110", 30, furnished_by="assistant")))

    assert "  97161  1 unit  (minutes not stated)" in text
    assert "  97110  2 units  (30 minutes, 2 by the assistant)" in text


def test_tie(rules):
    """
    A tie shows every permitted allocation, eight of them at most, the chosen one first.
    """
    small = _text(_count(rules, tc.Service("97110", 10), tc.Service("97112", 10), tc.Service("97140", 10)))
    codes = ("97110", "97112", "97140", "97530", "97116", "97035", "97032", "97124", "97535", "97537")
    large = _text(_count(rules, *(tc.Service(code, 1) for code in codes)))

    start = small.index("  the rule permits 3 allocations; the first is the one above:")
    assert [
        "    97110 x1, 97112 x1, 97140 x0",
        "    97110 x1, 97112 x0, 97140 x1",
        "    97110 x0, 97112 x1, 97140 x1",
    ] == small[start + 1 : start + 4]
    start = large.index("  the rule permits 10 allocations; the first is the one above:")
    assert "  why:" == large[start + 9]


def test_standing_of_a_source_is_shown(rules, cpt_rules):
    """
    Citations of sources that are not primary say so.
    """
    primary = tc.render_text(_count(rules, tc.Service("97110", 30)))
    other = tc.render_text(_count(cpt_rules, tc.Service("97110", 30)))

    assert "(primary)" not in primary
    assert any(f"({standing})]" in other for standing in tc.Standing if standing != tc.Standing.PRIMARY)


@pytest.mark.parametrize("empty", [[], ()])
def test_no_lines(empty):
    """
    A claim without lines says so.
    """
    assert "  none: no code earned a unit" == tc.render_text(empty)


@pytest.mark.parametrize("kind", [list, tuple])
def test_lines(rules, kind):
    """
    Claim lines show units, modifiers and reasons; a line without modifiers ends after its units.
    """
    lines = tc.claim_lines(_count(rules, tc.Service("97110", 15)), rules, discipline="PT")
    text = _text(kind([*lines, tc.ClaimLine("97140", 2)]))

    assert "  97110 x1 GP" == text[0]
    assert text[1].startswith("    - 97110: ")
    assert "  97140 x2" == text[-1]


# -- documentation and review -----------------------------------------------------------------------------------------


def test_report(rules):
    """
    A report shows what is missing first, with its path and citations, and each finding on a line.
    """
    report = tc.check_documentation(tc.Note("treatment-note", DAY, total_treatment_minutes=30), rules)
    text = _text(report)

    assert "Documentation asked for by medicare-part-b" == text[0]
    assert text[1] == (
        f"  {len(report.missing)} items missing, {len(report.not_assessed)} not assessed; "
        f"{report.completeness:.0%} of what could be assessed is there"
    )
    assert text[2].startswith(f"  missing        {report.findings[0].id} ")
    assert text[3].endswith(f" @ {report.findings[0].path}")
    assert text[4].startswith("    [")
    assert "  met            TN-05  Total treatment time (required)" in text
    assert "  not applicable TN-N4  Layout (conditional)" in text


def test_one_missing_item(rules):
    """
    A single missing item is written in the singular.
    """
    report = tc.check_documentation(tc.Note("treatment-note", DAY), rules)
    one = tc.DocumentationReport(policy="own", findings=report.missing[:1])

    assert "  1 item missing, 0 not assessed; 0% of what could be assessed is there" == _text(one)[1]


def _visit(**given):
    return tc.Visit(
        given.pop("day", DAY), [tc.Service("97112", 24), tc.Service("97110", 23)], **{"discipline": "PT", **given}
    )


def test_review():
    """
    A review shows units, lines, documentation and the sources that are not primary.
    """
    text = _text(tc.review(_visit(note=tc.Note("treatment-note", DAY))))

    assert "Review of the visit on 2026-03-02 under medicare-part-b" == text[0]
    assert [
        "UNITS",
        "CLAIM LINES",
        "CHECKS OF THE LINES",
        "ESTIMATE",
        "DOCUMENTATION",
        "SOURCES THAT ARE NOT PRIMARY",
    ] == [line for line in text if line.isupper() and not line.startswith(" ")]
    assert text[-1].endswith(")")


def test_review_without_a_note():
    """
    A review without a note has no documentation part, and says when every source is primary.
    """
    review = tc.review(_visit())
    text = _text(review)
    primary = {source.standing for source in review.sources.values()} == {tc.Standing.PRIMARY}

    assert "DOCUMENTATION" not in text
    assert primary == (text[-1] == "All sources cited are primary.")


def test_all_sources_primary():
    """
    When every source cited is primary, one line says so.
    """
    review = tc.review(tc.Visit(DAY, []), catalogue=synthetic_catalogue())

    assert "All sources cited are primary." == _text(review)[-1]
    assert "  none: no code earned a unit" in _text(review)


def test_carried_forward():
    """
    What was made beyond the covered dates says so under its heading.
    """
    text = _text(tc.review(_visit(day=BEYOND), beyond_coverage="carry-forward"))

    assert text[1] == f"  beyond the covered dates: rules of {tc.coverage().effective_through} carried forward"


def test_carried_forward_report():
    """
    A report made beyond the covered dates says so, as a count does.
    """
    rules = tc.rules_on(BEYOND, beyond_coverage="carry-forward")
    report = tc.check_documentation(tc.Note("treatment-note", DAY), rules)

    assert "carried forward" in tc.render_text(report)


# -- codes ------------------------------------------------------------------------------------------------------------


def test_code():
    """
    A code shows its label, system and category, and what is easily taken for it.
    """
    code = tc.lookup("97112")
    text = _text(code)

    assert text[0] == f"97112  {code.label}"
    assert text[1] == f"  CPT, {code.category}"
    assert any(line.startswith(f"  {code.metadata.purpose}") for line in text)
    assert any(line.startswith("  beside ") for line in text)


def test_deleted_code():
    """
    A code that ended shows when, what replaced it, and its history as last day.
    """
    text = _text(tc.lookup("97001"))

    assert "  ended on 2016-12-31; replaced by 97161, 97162, 97163" in text
    assert any(line.startswith("  history: last day 2016-12-31") for line in text)


def test_deleted_code_without_replacement():
    """
    A code that ended without replacement shows the day alone.
    """
    code = tc.lookup("97001")
    history = tuple(evolve(event, replaced_by=()) for event in code.history)

    assert "  ended on 2016-12-31" in _text(evolve(code, history=history))


def test_bare_code_and_unconfirmed_history():
    """
    A code without metadata is shown without it; what is unconfirmed is marked.
    """
    code = tc.lookup("97001")
    event = HistoryEvent(
        kind=EventKind.ADDED,
        date=code.deleted.date,
        reviewed_on=code.deleted.date,
        citations=code.deleted.citations,
        standing=tc.Standing.UNCONFIRMED,
    )
    text = _text(evolve(code, metadata=Metadata(), history=(event,)))

    assert "  history: added 2016-12-31 (unconfirmed)" in text
    assert not any("ended on" in line for line in text)


def test_facts():
    """
    The facts of a day show value, dates, review and citations of each entry.
    """
    text = _text(tc.lookup("97112").on(DAY))

    assert "97112 on 2026-03-02" == text[0]
    assert "  unit: timed, 15 minutes" in text
    assert "  assistants: yes" in text
    assert any(line.startswith("  disciplines: PT, OT") for line in text)
    assert any(line.startswith("    from 2020-01-01, reviewed ") for line in text)


def test_facts_of_an_untimed_code():
    """
    An untimed code has no minutes, and what an assistant may not furnish reads no.
    """
    text = _text(tc.lookup("97161").on(DAY))

    assert "  unit: untimed" in text
    assert "  assistants: no" in text


def test_facts_that_end():
    """
    A fact that ended shows its last day.
    """
    facts = tc.lookup("97112").on(DAY)
    entry = evolve(facts.evidence["unit"], effective_through=facts.date_of_service)

    assert any(" through 2026-03-02, reviewed " in line for line in _text(evolve(facts, evidence={"unit": entry})))


@pytest.mark.parametrize("code", tc.codes(), ids=lambda code: code.code)
def test_every_code_renders(code):
    """
    Every bundled code is shown, one fact a line, without trailing blanks.
    """
    text = _text(code) + (_text(code.on(DAY)) if code in tc.codes(on=DAY) else [])

    assert [line.rstrip() for line in text] == text
    assert not any("None" in line for line in text)


@pytest.mark.parametrize(
    "value", [None, "text", 5, {}, [1], (None,), tc.Service("97110", 5), tc.Note("treatment-note"), Path()]
)
def test_other_values_are_refused(value):
    """
    What is no result is refused.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^value: nothing this function renders"):
        tc.render_text(value)


def test_comparison(rules):
    """
    A comparison shows both purposes, the facts and what decides, with its citation.
    """
    text = tc.render_text(tc.compare("97112", "97110"))
    assert text.startswith("97112 and 97110")
    assert "what decides, as stated for" in text
    assert "  both: unit timed, 15 minutes" in text
    assert "  both: disciplines PT, OT" in text


def test_comparison_of_codes_without_a_purpose():
    """
    Codes whose purpose nobody wrote down are compared all the same.
    """
    bare = tc.lookup("97112")
    bare = type(bare)(code="97112", system=bare.system, category=bare.category, label=bare.label, facts=bare.facts)
    text = tc.render_text(tc.compare(bare, "97150", on="2026-03-02"))
    assert "  different: unit, 97112 timed, 15 minutes, 97150 untimed" in text
    assert "known for 97161 only: fixed discipline PT" in tc.render_text(tc.compare("97110", "97161", on="2026-03-02"))
    assert "known for 97161 only: fixed discipline PT" in tc.render_text(tc.compare("97161", "97110", on="2026-03-02"))


def test_search_hits():
    """
    Hits are a line each, with what matched.
    """
    text = tc.render_text(tc.search("hot pack"))
    assert text.startswith("97010  ")
    assert "(" in text.splitlines()[0]


def test_suggestions():
    """
    Suggestions say why, and what rules the others out.
    """
    text = tc.render_text(tc.suggest("improve strength and flexibility of the shoulder"))
    assert text.startswith("97110  ")
    assert "not 97112: " in text
