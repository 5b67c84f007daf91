"""
Counted units to claim lines, and what a claim line accepts.
"""

from __future__ import annotations

import copy
import pickle

import pytest
from attrs import evolve

import therapycodes as tc


DAY = "2026-03-02"


def _lines(rules, *services, discipline=None):
    return tc.claim_lines(tc.count_units(services, rules), rules, discipline=discipline)


def _shape(lines):
    return [(line.code, line.units, line.modifiers) for line in lines]


def _rules_of(line):
    return [reason.rule for reason in line.reasons]


# -- the discipline's modifier ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("discipline", "modifier"), [("PT", "GP"), ("OT", "GO"), ("SLP", "GN")])
def test_modifier_names_the_plan_of_care(rules, discipline, modifier):
    """
    An always-therapy code carries the modifier of its discipline, whichever way the discipline is stated.
    """
    fallback = _lines(rules, tc.Service("97110", 15), discipline=discipline)
    stated = _lines(rules, tc.Service("97110", 15, discipline=discipline))

    assert [("97110", 1, (modifier,))] == _shape(fallback)
    assert fallback == stated
    assert discipline == fallback[0].discipline
    assert ["units", "discipline-modifier-always"] == _rules_of(fallback[0])[:2]


def test_own_discipline_wins(rules):
    """
    A service that says its discipline keeps it.
    """
    lines = _lines(rules, tc.Service("97530", 15, discipline="OT"), discipline="PT")

    assert [("97530", 1, ("GO",))] == _shape(lines)


@pytest.mark.parametrize(("discipline", "modifier"), [("OT", "GO"), ("SLP", "GN")])
def test_sometimes_therapy_code(rules, discipline, modifier):
    """
    A sometimes-therapy code carries the modifier, add-on included, with the rule for such codes as its reason.
    """
    lines = _lines(rules, tc.Service("97129", 30), discipline=discipline)

    assert [("97129", 1, (modifier,)), ("97130", 1, (modifier,))] == _shape(lines)
    assert "discipline-modifier-sometimes" in _rules_of(lines[0])


def test_code_off_the_therapy_list(rules):
    """
    A code that is not on the therapy code list carries no modifier, and the line says why.
    """
    (line,) = _lines(rules, tc.Service("97014"), discipline="PT")

    assert ("97014", 1, ()) == (line.code, line.units, line.modifiers)
    assert "97014 is not on the therapy code list: no modifier." == str(line.reasons[1])
    assert line.reasons[1].citations


def test_code_off_the_therapy_list_takes_no_assistant_modifier(rules):
    """
    An assistant's service off the therapy list carries no CQ either: it goes with GP, which is not there.
    """
    (line,) = _lines(rules, tc.Service("97014", 15, furnished_by="assistant"), discipline="PT")

    assert () == line.modifiers


@pytest.mark.parametrize("code", ["97110", "97129"])
def test_unknown_discipline_leaves_the_modifier_off(rules, code):
    """
    Without a discipline no modifier is guessed, and the line says that it was not assessed.
    """
    (line,) = _lines(rules, tc.Service(code, 15))

    assert () == line.modifiers
    assert line.discipline is None
    assert "not assessed: the discipline is not stated" in line.reasons[1].sentence


@pytest.mark.parametrize(
    ("code", "discipline", "modifier"), [("97161", "PT", "GP"), ("97165", "OT", "GO"), ("92523", "SLP", "GN")]
)
def test_fixed_discipline_needs_no_statement(rules, code, discipline, modifier):
    """
    A code whose discipline CMS fixed carries its modifier whether or not anybody states it.
    """
    unstated = _lines(rules, tc.Service(code))
    stated = _lines(rules, tc.Service(code), discipline=discipline)

    assert [(code, 1, (modifier,))] == _shape(unstated)
    assert unstated == stated
    assert discipline == unstated[0].discipline
    assert "discipline-modifier-fixed" in _rules_of(unstated[0])


@pytest.mark.parametrize(("code", "discipline"), [("97161", "OT"), ("97165", "PT"), ("92523", "PT")])
def test_fixed_discipline_conflicts(rules, code, discipline):
    """
    A discipline other than the fixed one is refused, from the call as from the service.
    """
    with pytest.raises(tc.InvalidInputError, match=rf"^discipline: {code} belongs to "):
        _lines(rules, tc.Service(code), discipline=discipline)
    with pytest.raises(tc.InvalidInputError, match=rf"^discipline: {code} belongs to "):
        _lines(rules, tc.Service(code, discipline=discipline))


@pytest.mark.parametrize("discipline", ["pt", "", "DC", 5, ["PT"]])
def test_unknown_discipline_is_refused(rules, discipline):
    """
    A discipline that is none is refused.
    """
    count = tc.count_units([tc.Service("97110", 15)], rules)
    with pytest.raises(
        tc.InvalidInputError, match=r"^discipline: not one of the known values; choose one of PT, OT, SLP"
    ):
        tc.claim_lines(count, rules, discipline=discipline)


def test_designation_nobody_knows(rules):
    """
    A code whose place on the therapy list is not known carries no modifier, and the line says so.
    """
    own = evolve(rules)
    own._known["97110"] = evolve(own.code("97110"), therapy_designation=None)
    (line,) = _lines(own, tc.Service("97110", 15), discipline="PT")

    assert () == line.modifiers
    assert str(line.reasons[1]).startswith("Whether 97110 is on the therapy code list is not known")


def test_policy_without_modifiers(cpt_rules):
    """
    The CPT convention sets no modifier, neither the discipline's nor the assistant's, and cites why.
    """
    (line,) = _lines(cpt_rules, tc.Service("97110", 15, furnished_by="assistant"), discipline="PT")

    assert ("97110", 1, ()) == (line.code, line.units, line.modifiers)
    assert ["units", "discipline-modifier-none"] == _rules_of(line)
    assert line.reasons[1].citations


def test_zero_units_drop_off(rules):
    """
    Codes without a unit drop off the claim.
    """
    lines = _lines(rules, tc.Service("97110", 30), tc.Service("97140", 5), tc.Service("97010", 0), discipline="PT")

    assert [("97110", 2, ("GP",))] == _shape(lines)
    assert () == _lines(rules, tc.Service("97110", 5))
    assert () == _lines(rules)


def test_lines_keep_the_order_of_the_count(rules):
    """
    Lines stand in order of first mention.
    """
    lines = _lines(rules, tc.Service("97530", 15), tc.Service("97035", 15), tc.Service("97110", 15), discipline="PT")

    assert ["97530", "97035", "97110"] == [line.code for line in lines]


# -- assistants -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("discipline", "modifiers"), [("PT", ("GP", "CQ")), ("OT", ("GO", "CO"))])
def test_assistant_stands_on_a_line_of_its_own(rules, discipline, modifiers):
    """
    The assistant's units stand behind the therapist's, with CQ or CO after the discipline's modifier.
    """
    lines = _lines(
        rules, tc.Service("97110", 15), tc.Service("97110", 30, furnished_by="assistant"), discipline=discipline
    )

    assert [("97110", 1, modifiers[:1]), ("97110", 2, modifiers)] == _shape(lines)
    assert "assistant-modifier" in _rules_of(lines[1])
    assert "assistant-modifier" not in _rules_of(lines[0])


def test_assistant_alone(rules):
    """
    A code the assistant furnished alone has one line.
    """
    lines = _lines(rules, tc.Service("97110", 15, furnished_by="assistant"), discipline="PT")

    assert [("97110", 1, ("GP", "CQ"))] == _shape(lines)
    assert "CQ marks the assistant's units; it goes with GP." == str(lines[0].reasons[-1])


def test_assistant_of_an_unknown_discipline(rules):
    """
    Without a discipline the assistant's units stand apart, and which modifier they need was not assessed.
    """
    lines = _lines(rules, tc.Service("97110", 15), tc.Service("97110", 15, furnished_by="assistant"))

    assert [("97110", 1, ()), ("97110", 1, ())] == _shape(lines)
    assert "which one was not assessed" in str(lines[1].reasons[-1])


def test_assistants_of_speech_language_pathology(rules):
    """
    No assistant modifier exists for speech-language pathology; none is made up.
    """
    (line,) = _lines(rules, tc.Service("92507", 30, furnished_by="assistant"), discipline="SLP")

    assert ("92507", 1, ("GN",)) == (line.code, line.units, line.modifiers)


def test_assistants_of_speech_language_pathology_are_told_the_reason(rules):
    """
    The line of an assistant in speech-language pathology does not say that the discipline is not stated.
    """
    (line,) = _lines(rules, tc.Service("92507", 30, furnished_by="assistant"), discipline="SLP")

    assert not any("discipline is not stated" in str(reason) for reason in line.reasons)


def test_shared_untimed_code_without_minutes(rules):
    """
    When therapist and assistant shared an untimed code and minutes are missing, the line says what was not assessed.
    """
    (line,) = _lines(rules, tc.Service("97150"), tc.Service("97150", furnished_by="assistant"), discipline="PT")

    assert ("97150", 1, ("GP",)) == (line.code, line.units, line.modifiers)
    assert "assistant-untimed" in _rules_of(line)


def test_every_reason_about_a_modifier_is_cited(rules):
    """
    Reasons that name a rule carry its citations.
    """
    lines = _lines(
        rules,
        tc.Service("97110", 15),
        tc.Service("97110", 30, furnished_by="assistant"),
        tc.Service("97161"),
        discipline="PT",
    )

    assert all(reason.citations for line in lines for reason in line.reasons if reason.rule != "units")


# -- the rules --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other", [("2026-03-03", "medicare-part-b"), ("2026-03-02", "cpt"), ("2025-03-02", "medicare-part-b")]
)
def test_rules_of_another_day_are_refused(rules, other):
    """
    Rules of another day or policy than the count's are refused.
    """
    count = tc.count_units([tc.Service("97110", 15)], rules)
    with pytest.raises(tc.InvalidInputError, match=r"^rules: not those the units were counted under"):
        tc.claim_lines(count, tc.rules_on(*other))


def test_equal_rules_are_the_same_rules(rules):
    """
    Rules resolved a second time for the same day and policy are accepted.
    """
    count = tc.count_units([tc.Service("97110", 15)], rules)

    assert tc.claim_lines(count, rules) == tc.claim_lines(count, tc.rules_on(DAY))


# -- ClaimLine --------------------------------------------------------------------------------------------------------


def test_claim_line_accepts_four_modifiers():
    """
    A line takes up to four modifiers from any sequence, and its discipline as text.
    """
    line = tc.ClaimLine("97110", 2, iter(["GP", "CQ", "59", "KX"]), discipline="PT")

    assert ("GP", "CQ", "59", "KX") == line.modifiers
    assert line.discipline is tc.Discipline.PT
    assert 9999 == tc.ClaimLine("97110", 9999).units


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("97110", 1, ["GP", "CQ", "59", "KX", "76"]),
            "modifiers: more than four; a claim line takes at most four modifiers",
        ),
        (("97110", 1, ["GP", "cq"]), "modifiers[1]: not a modifier; give two capital letters or digits"),
        (("97110", 1, ["G"]), "modifiers[0]: not a modifier; give two capital letters or digits"),
        (("97110", 1, ["GP\n"]), "modifiers[0]: not a modifier; give two capital letters or digits"),
        (("97110", 1, [5]), "modifiers[0]: not a modifier; give two capital letters or digits"),
        (("97110", 1, [None]), "modifiers[0]: not a modifier; give two capital letters or digits"),
        (("97110", 1, "GP"), "modifiers: not a sequence; give a list or tuple of modifiers"),
        (("97110", 1, None), "modifiers: not a sequence; give a list or tuple of modifiers"),
        (("97110", 1, 5), "modifiers: not a sequence; give a list or tuple of modifiers"),
        (("97110", 0), "units: not a number of units; give a whole number from 1 to 9999"),
        (("97110", -1), "units: not a number of units; give a whole number from 1 to 9999"),
        (("97110", 10_000), "units: not a number of units; give a whole number from 1 to 9999"),
        (("97110", True), "units: not a number of units; give a whole number from 1 to 9999"),
        (("97110", 1.0), "units: not a number of units; give a whole number from 1 to 9999"),
        (("97110", "1"), "units: not a number of units; give a whole number from 1 to 9999"),
        (("97110", None), "units: not a number of units; give a whole number from 1 to 9999"),
    ],
)
def test_claim_line_refuses(arguments, message):
    """
    A claim line refuses malformed modifiers and units, naming the field.
    """
    with pytest.raises(tc.InvalidInputError) as caught:
        tc.ClaimLine(*arguments)

    assert message == str(caught.value)


@pytest.mark.parametrize(
    "code", ["9711", "971100", "9711o", "97110 ", "97110\n", 97110, None, "\uff19\uff17\uff11\uff11\uff10"]
)
def test_claim_line_refuses_what_is_no_code(code):
    """
    A claim line refuses what is not five capital letters or digits.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^code: not a procedure code"):
        tc.ClaimLine(code, 1)


@pytest.mark.parametrize("discipline", ["pt", "DC", 1])
def test_claim_line_refuses_an_unknown_discipline(discipline):
    """
    A claim line refuses a discipline that is none.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^discipline: not one of the known values"):
        tc.ClaimLine("97110", 1, discipline=discipline)


def test_reasons_are_no_part_of_equality(rules):
    """
    Lines compare by what stands on the claim; reasons are left out of equality and repr.
    """
    (line,) = _lines(rules, tc.Service("97110", 15), discipline="PT")

    assert tc.ClaimLine("97110", 1, ["GP"], discipline="PT") == line
    assert hash(line) == hash(tc.ClaimLine("97110", 1, ["GP"], discipline="PT"))
    assert "reasons" not in repr(line)


def test_lines_copy_and_pickle(rules):
    """
    Lines copy and pickle with their reasons.
    """
    (line,) = _lines(rules, tc.Service("97110", 15), discipline="PT")
    for twin in (copy.copy(line), copy.deepcopy(line), pickle.loads(pickle.dumps(line))):
        assert line == twin
        assert line.reasons == twin.reasons


def test_what_is_no_count(rules):
    """
    Anything but a count is refused as input.
    """
    with pytest.raises(tc.InvalidInputError, match="count: not a UnitCount"):
        tc.claim_lines([], rules)


def test_assistant_under_a_policy_without_modifiers():
    """
    A policy that sets no discipline modifier sets no assistant modifier either, and the line says so.
    """
    policy = tc.load_policy(
        {
            "id": "plain",
            "title": "Plain",
            "summary": "An invented plan.",
            "extends": "medicare-part-b",
            "parameters": {
                "discipline_modifiers": [
                    {
                        "value": False,
                        "effective_from": "2020-01-01",
                        "reviewed_on": "2026-01-05",
                        "citations": [{"source": "cms-pub-100-04-ch05", "locator": "section 20.1"}],
                    }
                ]
            },
        }
    )
    rules = tc.rules_on("2026-03-02", policy)
    count = tc.count_units([tc.Service("97110", 15, furnished_by="assistant", discipline="PT")], rules)
    (line,) = tc.claim_lines(count, rules)
    assert () == line.modifiers
    assert "This policy sets no assistant modifier; the payer's own manual may." == str(line.reasons[-1])


@pytest.mark.parametrize(
    ("service", "rule"),
    [
        (tc.Service("97110", 15, discipline="SLP"), "disciplines"),
        (tc.Service("97161", furnished_by="assistant", discipline="PT"), "assistants"),
    ],
)
def test_facts_that_do_not_fit_the_line(rules, service, rule):
    """
    A line says so, with the citation, when the facts of its code do not fit it.
    """
    (line,) = tc.claim_lines(tc.count_units([service], rules), rules)
    assert rule == line.reasons[-1].rule
    assert line.reasons[-1].citations


def test_carried_forward_lines():
    """
    Lines made with rules carried forward say so.
    """
    rules = tc.rules_on("2027-02-02", beyond_coverage="carry-forward")
    (line,) = tc.claim_lines(tc.count_units([tc.Service("97110", 15, discipline="PT")], rules), rules)
    assert "carried-forward" == line.reasons[-1].rule
