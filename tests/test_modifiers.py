"""
Modifiers that do not fit their line, the claim lines that attested facts give, and what a modifier says by date.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import therapycodes as tc
from claim_cases import attestations_of, cases_in, lines_of


def _ids(rules, *modifiers, code="97110", attestations=()):
    return [one.id for one in tc.modifier_findings([tc.ClaimLine(code, 1, modifiers)], rules, attestations)]


# -- cases ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases_in("findings"), ids=lambda case: case["id"])
def test_finding_case(case):
    """
    Each conflict is found by its stable id, cited and with its way out.
    """
    rules = tc.rules_on(case["date_of_service"], policy=case["policy"])
    found = tc.modifier_findings(lines_of(case), rules, attestations_of(case))

    assert case["findings"] == [finding.id for finding in found]
    assert {case.get("outcome", "applies")} >= {finding.outcome for finding in found}
    assert all(finding.citations and finding.remedy and finding.codes for finding in found)


# -- one line ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["97110", "97112", "97150", "97530"])
def test_codes_not_reported_under_gn(rules, code):
    """
    The four codes that speech-language pathologists do not report are named under GN and under nothing else.
    """
    assert ["pt-ot-code-under-gn"] == _ids(rules, "GN", code=code)
    assert [] == _ids(rules, "GP", code=code)
    assert [] == _ids(rules, "GN", code="97129")


@pytest.mark.parametrize(
    ("modifiers", "unpaired"),
    [
        (("GP", "CQ"), 0),
        (("GO", "CO"), 0),
        (("GO", "CQ"), 1),
        (("GP", "CO"), 1),
        (("GN", "CQ"), 1),
        (("GN", "CO"), 1),
        (("CQ",), 1),
        (("CO",), 1),
    ],
)
def test_assistant_modifiers_have_one_partner(rules, modifiers, unpaired):
    """
    CQ goes with GP and CO with GO, and with nothing else.
    """
    assert unpaired == _ids(rules, *modifiers, code="97140").count("assistant-modifier-unpaired")


def test_place_of_the_discipline(rules):
    """
    The discipline in the first or second place is fine, in the third or fourth a note.
    """
    assert [] == _ids(rules, "GP", "76", "XS")
    assert [] == _ids(rules, "76", "GP", "XS")
    (third,) = tc.modifier_findings([tc.ClaimLine("97110", 1, ["76", "XS", "GP"])], rules)
    assert "discipline-modifier-place" == third.id
    assert tc.Severity.NOTE is third.severity
    assert tc.Standing.SECONDARY is third.standing
    assert ["discipline-modifier-place"] == _ids(rules, "76", "XS", "77", "GP")


def test_attestation_of_another_code_does_not_help(rules):
    """
    KX needs the attestation for its own code, or one for every line.
    """
    fact = "necessary-above-threshold"

    assert ["kx-unattested"] == _ids(rules, "GP", "KX", attestations=[tc.Attestation(fact, ["97112"])])
    assert ["kx-unattested"] == _ids(rules, "GP", "KX", attestations=[tc.Attestation("excluded")])
    assert [] == _ids(rules, "GP", "KX", attestations=[tc.Attestation(fact)])


def test_policy_without_thresholds(cpt_rules):
    """
    A policy without yearly thresholds asks for no attestation; KX is no modifier of its own.
    """
    assert ["modifier-not-in-use"] == _ids(cpt_rules, "KX")


def test_policy_without_discipline_modifiers(cpt_rules):
    """
    A policy that sets no discipline modifier has no opinion on GP, GO, GN, CQ and CO.
    """
    assert [] == _ids(cpt_rules, "GN", "CQ")
    assert [] == _ids(cpt_rules)


def test_codes_nobody_knows(rules):
    """
    Of a code that is unknown or not in force only the modifiers are looked at.
    """
    assert [] == _ids(rules, code="99213")
    assert [] == _ids(rules, code="97001")
    assert ["discipline-modifier-several"] == _ids(rules, "GP", "GO", code="99213")


def test_several_findings_on_one_line(rules):
    """
    Everything wrong with a line is named at once.
    """
    assert ["discipline-modifier-several", "discipline-modifier-wrong", "kx-unattested"] == _ids(
        rules, "GP", "GO", "KX", code="97161"
    )


def test_standing_of_a_finding(rules):
    """
    A finding is no more certain than the facts behind it.
    """
    (finding,) = tc.modifier_findings([tc.ClaimLine("97810", 1, ["GP"])], rules)

    assert "discipline-modifier-off-list" == finding.id
    assert tc.Standing.UNCONFIRMED is finding.standing


def test_modifier_that_ended(rules):
    """
    A modifier whose last day has passed is named with its window.
    """
    own = evolve(rules)
    (entry,) = rules.catalogue.modifier_timeline("52")
    ended = evolve(entry, effective_through=tc.coverage().effective_from)
    own.catalogue._by_modifier()["52"] = (ended,)
    try:
        (finding,) = tc.modifier_findings([tc.ClaimLine("97110", 1, ["GP", "52"])], own)
    finally:
        own.catalogue._by_modifier()["52"] = (entry,)

    assert "modifier-not-in-force" == finding.id
    assert "from 2020-01-01 through 2020-01-01 and not on 2026-03-02" in finding.message


def test_positions(rules):
    """
    A finding says on which of the lines it was made, by position and in words.
    """
    lines = [tc.ClaimLine("97110", 1, ["GP"]), tc.ClaimLine("97112", 1)]
    (finding,) = tc.modifier_findings(lines, rules)

    assert ((1,), ("97112",)) == (finding.lines, finding.codes)
    assert finding.message.startswith("97112 ")
    assert tc.Severity.MUST_FIX is finding.severity


@pytest.mark.parametrize("lines", ["97110", None, [tc.Service("97110", 15)], 5])
def test_what_is_no_line(rules, lines):
    """
    Anything but claim lines is refused, and anything but attestations.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^lines"):
        tc.modifier_findings(lines, rules)
    with pytest.raises(tc.InvalidInputError, match=r"^attestations"):
        tc.modifier_findings([], rules, ["distinct-time"])


def test_many_shapes():
    """
    However many kinds of lines were seen before, a faulty one is still found and a fitting one still fits.
    """
    own = evolve(tc.rules_on("2026-03-03"))
    own.answers("findings on modifiers").update(dict.fromkeys(range(5000), ()))

    for _ in range(2):
        assert ["discipline-modifier-missing"] == _ids(own)
        assert [] == _ids(own, "GP")


def test_line_without_modifiers_yet(rules):
    """
    A line with neither modifiers nor discipline is not said to lack one: which it needs is not known.
    """
    (bare,) = tc.modifier_findings([tc.ClaimLine("97110", 1)], rules)
    (stated,) = tc.modifier_findings([tc.ClaimLine("97110", 1, discipline="PT")], rules)
    (other,) = tc.modifier_findings([tc.ClaimLine("97110", 1, ("59",))], rules)
    assert ("no-data", "applies", "applies") == (bare.outcome, stated.outcome, other.outcome)
    assert "97110 needs GP, GO or GN; the line has neither modifiers nor a discipline yet." == bare.message


def test_switched_off(rules):
    """
    A finding whose check the policy switches off is not made.
    """
    policy = tc.load_policy(
        {
            "id": "quiet",
            "title": "Quiet",
            "summary": "An invented plan.",
            "extends": "medicare-part-b",
            "parameters": {
                "edits": [
                    {
                        "value": [
                            {"rule": "discipline-modifier-missing", "severity": "off"},
                            {"rule": "kx-threshold", "severity": "off"},
                        ],
                        "effective_from": "2020-01-01",
                        "reviewed_on": "2026-01-05",
                        "citations": [{"source": "cms-pub-100-04-ch05", "locator": "section 20.1"}],
                    }
                ]
            },
        }
    )
    own = tc.rules_on("2026-03-02", policy)

    assert ["discipline-modifier-missing"] == _ids(rules)
    assert [] == _ids(own)
    found = tc.check_thresholds([tc.ClaimLine("97110", 1, ["GP"])], own).findings
    assert ["medical-review-threshold"] == [one.id for one in found]


def test_findings_as_text(rules):
    """
    Findings become text with outcome, id, severity, message, way out and citations.
    """
    text = tc.render_text(tc.modifier_findings([tc.ClaimLine("97110", 1, ["GP", "KX"])], rules))

    assert [
        "  applies         kx-unattested (must-fix)",
        "    97110 carries KX without an attestation of necessity above the threshold.",
        "    way out: attest to it, or take KX off",
        "    [Medicare Claims Processing Manual, chapter 5, section 10.3.3]",
    ] == text.splitlines()


# -- what a modifier says ---------------------------------------------------------------------------------------------


def test_modifier_by_date(rules):
    """
    A modifier is known from its first day on, with its statement, group and citations.
    """
    assert tc.rules_on("2021-12-31").modifier("93") is None
    assert "telehealth" == tc.rules_on("2022-01-01").modifier("93").group
    assert rules.modifier("ZZ") is None
    assert repr(rules.modifier("XS")).startswith("<Modifier XS: The service was performed on another organ")


@pytest.mark.parametrize("fact", list(tc.AttestedFact))
def test_every_fact_has_a_modifier(rules, fact):
    """
    Every fact that can be attested is stated by some modifier of the data.
    """
    catalogue = rules.catalogue
    stating = [name for name in catalogue.modifier_names if fact in catalogue.modifier_timeline(name)[-1].states]

    assert stating


# -- laws -------------------------------------------------------------------------------------------------------------


MODIFIERS = [*tc.rules_on("2026-03-02").catalogue.modifier_names, "ZZ", "Q5"]
CODES = ["97110", "97112", "97530", "92507", "97161", "97165", "98941", "97597", "99213"]
LINES = st.lists(
    st.builds(tc.ClaimLine, st.sampled_from(CODES), st.just(1), st.lists(st.sampled_from(MODIFIERS), max_size=4)),
    max_size=6,
)


@given(LINES)
def test_checking_twice_in_any_order_gives_the_same(lines):
    """
    Findings depend on the line alone: neither on when it is checked nor on what stands beside it.
    """
    rules = tc.rules_on("2026-03-02")

    def found(given_lines):
        findings = tc.modifier_findings(given_lines, rules)
        return sorted((one.id, given_lines[one.lines[0]].modifiers, one.codes, one.remedy) for one in findings)

    assert found(lines) == found(lines)
    assert found(lines) == found(lines[::-1])


@given(LINES)
def test_cq_must_be_paired_with_gp(lines):
    """
    The CQ modifier must be paired to the GP modifier and the CO modifier with the GO modifier.
    """
    findings = tc.modifier_findings(lines, tc.rules_on("2026-03-02"))
    named = {one.lines[0] for one in findings if one.id == "assistant-modifier-unpaired"}
    broken = {
        index
        for index, line in enumerate(lines)
        if ("CQ" in line.modifiers and "GP" not in line.modifiers)
        or ("CO" in line.modifiers and "GO" not in line.modifiers)
    }

    assert broken == named


def test_discipline_against_modifier(rules):
    """
    A line of one discipline with the modifier of another is named.
    """
    (found,) = tc.modifier_findings([tc.ClaimLine("97110", 1, ["GO"], discipline="PT")], rules)

    assert "discipline-modifier-wrong" == found.id
    assert "97110 is a line of PT and carries GO." == found.message


def test_assistant_modifier_beside_gn(rules):
    """
    Speech-language pathology has no assistant modifier, so the way out is to take it off.
    """
    found = {one.id: one for one in tc.modifier_findings([tc.ClaimLine("92507", 1, ["GN", "CQ"])], rules)}

    assert "take CQ off: speech-language pathology has no assistant modifier" == (
        found["assistant-modifier-unpaired"].remedy
    )


def test_threads_lose_no_finding():
    """
    However many threads ask first, every finding is made.
    """
    lines = [tc.ClaimLine("97110", 1, ["GO", "CQ"]), tc.ClaimLine("97112", 1, ["GP", "KX"])]
    expected = {"assistant-modifier-unpaired", "kx-unattested"}
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            for _ in range(30):
                own = evolve(tc.rules_on("2026-03-03"))
                found = pool.map(lambda _, own=own: tc.modifier_findings(lines, own), range(8))
                assert all(expected == {one.id for one in each} for each in found)
    finally:
        sys.setswitchinterval(before)
