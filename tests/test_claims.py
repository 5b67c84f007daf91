"""
Counted units to claim lines, and what a claim line accepts.
"""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import therapycodes as tc
from claim_cases import attestations_of, cases_in


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


# -- what the caller knows --------------------------------------------------------------------------------------------


def _case_lines(case):
    rules = tc.rules_on(case["date_of_service"], policy=case["policy"])
    count = tc.count_units([tc.from_dict(one, tc.Service) for one in case["services"]], rules)
    stated = {
        "discipline": case.get("discipline"),
        "existing": case.get("existing"),
        "under_therapy_plan": case.get("under_therapy_plan"),
    }
    thresholds = None
    if "allowed_so_far" in case:
        thresholds = tc.check_thresholds(
            tc.claim_lines(count, rules, **stated),
            rules,
            allowed_so_far=case["allowed_so_far"],
            allowed=case.get("allowed"),
            institutional=case.get("institutional", False),
        )
    return tc.claim_lines(count, rules, attestations=attestations_of(case), thresholds=thresholds, **stated)


@pytest.mark.parametrize("case", cases_in("lines"), ids=lambda case: case["id"])
def test_line_case(case):
    """
    A worked claim comes out line by line as its source has it, and says why.
    """
    lines = _case_lines(case)

    assert [(one["code"], one["units"], tuple(one["modifiers"])) for one in case["lines"]] == _shape(lines)
    assert all(reason.citations for line in lines for reason in line.reasons if reason.rule != "units")


@pytest.mark.parametrize("name", ["lines", "findings", "thresholds"])
def test_claim_case_layout(name):
    """
    A case about claim lines has an id of its own, a source and a reason.
    """
    cases = cases_in(name)

    assert len(cases) == len({case["id"] for case in cases})
    assert all({"id", "name", "date_of_service", "lines", "source", "why"} <= set(case) for case in cases)


def _count(rules, *services):
    return tc.count_units(services, rules)


def _last_sentences(line, number=1):
    return [reason.sentence for reason in line.reasons[-number:]]


def test_sometimes_therapy_says_what_was_not_stated(rules):
    """
    When nobody says whether a therapist or a plan is behind a sometimes-therapy code, the line says so.
    """
    count = _count(rules, tc.Service("97129", 15))
    (unsaid,) = tc.claim_lines(count, rules, discipline="OT")
    (said,) = tc.claim_lines(count, rules, discipline="OT", under_therapy_plan=True)
    (neither,) = tc.claim_lines(count, rules, discipline="OT", under_therapy_plan=False)

    assert ("GO",) == unsaid.modifiers == said.modifiers
    assert () == neither.modifiers
    assert "Neither was stated apart from the discipline." in unsaid.reasons[1].sentence
    assert "Neither was stated" not in said.reasons[1].sentence
    assert "neither is behind it" in neither.reasons[1].sentence


@pytest.mark.parametrize(("day", "told"), [("2021-04-18", 0), ("2021-04-19", 2)])
def test_single_line_statement_is_information(day, told):
    """
    From its date on, both lines of a split timed code report the statement of one contractor, with its standing.
    """
    rules = tc.rules_on(day)
    lines = _lines(rules, tc.Service("97110", 15), tc.Service("97110", 15, furnished_by="assistant"), discipline="PT")
    reasons = [reason for line in lines for reason in line.reasons if reason.rule == "single-line"]

    assert [("97110", 1, ("GP",)), ("97110", 1, ("GP", "CQ"))] == _shape(lines)
    assert told == len(reasons)
    assert all(reason.sentence.endswith("Information only.") for reason in reasons)
    assert all("contractor" == reason.citations[0].source.standing for reason in reasons)


def test_single_line_statement_needs_a_split(rules):
    """
    A code on one line says nothing about it.
    """
    alone = _lines(rules, tc.Service("97110", 15, furnished_by="assistant"), discipline="PT")

    assert not any("single-line" in _rules_of(line) for line in alone)


def test_kx_without_a_judged_threshold(rules):
    """
    KX that is attested but whose threshold nobody judged is left off, and the line says what is missing.
    """
    (line,) = tc.claim_lines(
        _count(rules, tc.Service("97110", 15)),
        rules,
        discipline="PT",
        attestations=[tc.Attestation("necessary-above-threshold")],
    )

    assert ("GP",) == line.modifiers
    assert (
        "Necessity above the threshold is attested for 97110; KX was left off: nobody judged the threshold. "
        "Pass what check_thresholds returned."
    ) == line.reasons[-1].sentence


@pytest.mark.parametrize(
    ("so_far", "modifiers", "words"),
    [
        ({"PT": Decimal(0)}, ("GP",), "the line does not exceed it"),
        ({"OT": Decimal(0)}, ("GP",), "the amounts given do not tell"),
        ({"PT": Decimal(2480)}, ("GP", "KX"), "and the threshold is exceeded: KX states it"),
    ],
)
def test_kx_follows_the_threshold(rules, so_far, modifiers, words):
    """
    KX stands where it is attested and needed, and nowhere else; the line says which of the two is missing.
    """
    count = _count(rules, tc.Service("97110", 15))
    lines = tc.claim_lines(count, rules, discipline="PT")
    judged = tc.check_thresholds(lines, rules, allowed_so_far=so_far, allowed=[Decimal(30)])
    fact = tc.Attestation("necessary-above-threshold")
    (line,) = tc.claim_lines(count, rules, discipline="PT", attestations=[fact], thresholds=judged)

    assert modifiers == line.modifiers
    assert words in line.reasons[-1].sentence


def test_kx_needed_and_not_attested(rules):
    """
    Where KX is called for and nobody attests to necessity, it is left off and the line says so.
    """
    count = _count(rules, tc.Service("97110", 15))
    lines = tc.claim_lines(count, rules, discipline="PT")
    judged = tc.check_thresholds(lines, rules, allowed_so_far={"PT": Decimal(2480)}, allowed=[Decimal(30)])
    (line,) = tc.claim_lines(count, rules, discipline="PT", thresholds=judged)

    assert ("GP",) == line.modifiers
    assert ["97110 exceeds the yearly threshold; necessity is not attested, so that KX was left off."] == (
        _last_sentences(line)
    )


def test_left_off_modifiers_are_told(rules):
    """
    An attested modifier that another one excludes is left off, and so is one the policy does not use.
    """
    facts = ["notice-required", "denial-expected", "habilitative"]
    (line,) = tc.claim_lines(
        _count(rules, tc.Service("97110", 15)),
        rules,
        discipline="PT",
        attestations=[tc.Attestation(fact) for fact in facts],
    )

    assert ("GP", "GA") == line.modifiers
    assert [
        "GA states what is attested for 97110: notice required.",
        "GZ was left off: 97110 carries GA, which excludes it.",
        "Habilitative is attested for 97110; this policy has no modifier for it on this day.",
    ] == _last_sentences(line, 3)


def test_attestation_for_other_codes(rules):
    """
    An attestation for some codes leaves the others alone.
    """
    lines = tc.claim_lines(
        _count(rules, tc.Service("97110", 15), tc.Service("97140", 15)),
        rules,
        discipline="PT",
        attestations=[tc.Attestation("distinct-region", ["97140"])],
    )

    assert [("97110", 1, ("GP",)), ("97140", 1, ("GP", "XS"))] == _shape(lines)


def test_existing_discipline_excludes_another(rules):
    """
    A discipline modifier the caller set already stays; the one of the discipline stated is left off, and told.
    """
    (line,) = tc.claim_lines(_count(rules, tc.Service("97530", 15)), rules, discipline="PT", existing={"97530": ["GO"]})

    assert ("GO",) == line.modifiers
    assert [
        "GO stood on 97530 already: kept in this order, what is added comes behind.",
        "GP was left off: 97530 carries GO, which excludes it.",
    ] == _last_sentences(line, 2)


def test_existing_unknown_modifier_is_kept(rules):
    """
    A modifier these data do not hold is kept where the caller set it.
    """
    (line,) = tc.claim_lines(_count(rules, tc.Service("97530", 15)), rules, discipline="PT", existing={"97530": ["ZZ"]})

    assert ("ZZ", "GP") == line.modifiers


def test_five_modifiers(rules):
    """
    A line that needs five modifiers is refused by name: none is dropped.
    """
    with pytest.raises(tc.InvalidInputError) as caught:
        tc.claim_lines(
            _count(rules, tc.Service("97110", 15, furnished_by="assistant")),
            rules,
            discipline="PT",
            existing={"97110": ["76", "ZZ"]},
            attestations=[tc.Attestation("distinct-time")],
        )

    assert (
        "modifiers: 97110 needs 5: 76, ZZ, GP, CQ, XU; a claim line takes at most 4; decide which go into the remarks, "
        "behind modifier 99"
    ) == str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"attestations": "distinct-time"}, "attestations: not a sequence; "),
        ({"attestations": ["distinct-time"]}, "attestations[0]: not a Attestation; "),
        ({"existing": ["GP"]}, "existing: not a mapping; "),
        ({"existing": {"9711": ["GP"]}}, "existing: not a procedure code; "),
        ({"existing": {"97140": ["GP"]}}, "existing: 97140 was not counted; "),
        ({"existing": {"97110": "GP"}}, "existing[97110]: not a sequence; "),
        ({"existing": {"97110": ["gp"]}}, "modifiers[0]: not a modifier; "),
        ({"existing": {"97110": ["CQ"]}}, "existing: 97110 is split between therapist and assistant; "),
        ({"under_therapy_plan": "yes"}, "under_therapy_plan: neither true nor false; "),
        ({"thresholds": []}, "thresholds: not a ThresholdReport; "),
    ],
)
def test_refused_statements(rules, arguments, message):
    """
    What the caller states is refused when it does not fit.
    """
    count = _count(rules, tc.Service("97110", 15), tc.Service("97110", 15, furnished_by="assistant"))
    with pytest.raises(tc.InvalidInputError) as caught:
        tc.claim_lines(count, rules, discipline="PT", **arguments)

    assert str(caught.value).startswith(message)


def test_thresholds_of_other_lines(rules):
    """
    Thresholds judged for other lines are refused.
    """
    judged = tc.check_thresholds([tc.ClaimLine("97140", 1, ["GP"])], rules)
    with pytest.raises(tc.InvalidInputError, match=r"^thresholds: of other lines; "):
        tc.claim_lines(_count(rules, tc.Service("97110", 15)), rules, discipline="PT", thresholds=judged)


# -- laws -------------------------------------------------------------------------------------------------------------


SERVICES = st.lists(
    st.builds(
        tc.Service,
        st.sampled_from(["97110", "97112", "97140", "97530"]),
        st.integers(0, 60),
        furnished_by=st.sampled_from(["therapist", "assistant"]),
    ),
    max_size=5,
)
FACTS = st.lists(st.sampled_from(tc.AttestedFact), max_size=2, unique=True)
OWN = st.lists(st.sampled_from(["76", "59", "52", "GA"]), max_size=1)


@given(SERVICES, st.sampled_from(["PT", "OT", "SLP"]), FACTS.filter(lambda facts: len(facts) < 2), OWN)
def test_lines_keep_units_and_order(services, discipline, facts, own):
    """
    Lines bill exactly the units counted, hold four modifiers at most, keep the caller's in front, and pair CQ with GP.
    """
    rules = tc.rules_on("2026-03-02")
    count = tc.count_units(services, rules)
    existing = {code: own for code in count.units if own}
    vouched = [tc.Attestation(fact) for fact in facts]
    lines = tc.claim_lines(count, rules, discipline=discipline, attestations=vouched, existing=existing)
    billed = {code: sum(line.units for line in lines if line.code == code) for code in count.units}

    assert count.units == billed
    for line in lines:
        assert len(line.modifiers) == len(set(line.modifiers)) <= 4
        assert tuple(own) == line.modifiers[: len(own)]
        assert "CQ" not in line.modifiers or "GP" in line.modifiers
        assert "CO" not in line.modifiers or "GO" in line.modifiers
        assert not {"59", "XU"} <= set(line.modifiers)


@given(SERVICES, FACTS)
def test_lines_made_here_have_no_conflict(services, facts):
    """
    Lines made of a count and attested facts give no finding about their own modifiers.
    """
    rules = tc.rules_on("2026-03-02")
    vouched = [tc.Attestation(fact) for fact in facts]
    lines = tc.claim_lines(tc.count_units(services, rules), rules, discipline="PT", attestations=vouched)

    assert () == tc.modifier_findings(lines, rules, vouched)
