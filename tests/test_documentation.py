"""
What a document holds of what a policy asks for, apart from the plain cases of `test_documentation_cases`.
"""

from __future__ import annotations

from itertools import combinations

import pytest

import therapycodes as tc
from therapycodes.credentials import profession_of
from therapycodes.documentation import _profession


DAY = "2026-03-02"
MET, NOT_MET = tc.Outcome.MET, tc.Outcome.NOT_MET
NOT_APPLICABLE, NOT_ASSESSED = tc.Outcome.NOT_APPLICABLE, tc.Outcome.NOT_ASSESSED


def _note(**given):
    return tc.Note("treatment-note", DAY, **given)


def _coded(*minutes):
    return [tc.Intervention(code=code, minutes=spent) for code, spent in minutes]


def _outcome(name, note, rules, **given):
    return tc.check_documentation(note, rules, **given).finding(name).outcome


COMPLETE = _note(
    interventions=_coded(("97110", None)),
    total_timed_code_treatment_minutes=30,
    total_treatment_minutes=30,
    signature=tc.Signature("A. Sample", "PT", DAY),
    patient_identified=True,
)


# -- the report -------------------------------------------------------------------------------------------------------


def test_findings_come_missing_first(rules):
    """
    Findings are ordered by outcome, what is missing first, and by obligation within an outcome.
    """
    report = tc.check_documentation(_note(), rules, lines=[tc.ClaimLine("97110", 2, ["GP"])])
    outcomes = [NOT_MET, NOT_ASSESSED, MET, NOT_APPLICABLE]
    obligations = list(tc.Obligation)
    ranks = [(outcomes.index(one.outcome), obligations.index(one.obligation)) for one in report.findings]

    assert sorted(ranks) == ranks
    assert report.findings[0].outcome is NOT_MET


def test_order_within_one_rank_is_what_auditors_find_first(rules):
    """
    Findings of one outcome and obligation come by priority, and then in the order of the requirement sets.
    """
    report = tc.check_documentation(_note(), rules)
    order = [requirement.id for requirement in rules.requirements("treatment-note")]
    required = [one for one in report.findings if (one.outcome, one.obligation) == (NOT_MET, "required")]

    assert sorted(required, key=lambda one: (one.priority, order.index(one.id))) == required
    assert {1, 2} <= {one.priority for one in required}


def test_one_finding_for_each_requirement(rules):
    """
    The report holds one finding for each requirement of the policy and document.
    """
    report = tc.check_documentation(_note(), rules)
    asked = [requirement.id for requirement in rules.requirements("treatment-note")]

    assert sorted(asked) == sorted(one.id for one in report.findings)
    assert "medicare-part-b" == report.policy
    assert report.carried_forward is False


@pytest.mark.parametrize("kind", list(tc.NoteType))
def test_every_document_is_checked(rules, kind):
    """
    Every kind of document gets the findings that belong to all documents.
    """
    report = tc.check_documentation(tc.Note(kind), rules)

    assert {"GEN-01", "GEN-02", "GEN-03", "GEN-04", "GEN-05"} <= {one.id for one in report.findings}
    assert (kind == "treatment-note") == ("TN-01" in {one.id for one in report.findings})


def test_complete_note_is_complete(rules):
    """
    A note with everything that can be assessed is complete, with a share of 1.0.
    """
    report = tc.check_documentation(COMPLETE, rules, lines=[tc.ClaimLine("97110", 2, ["GP"])])

    assert () == report.missing
    assert report.is_complete
    assert 1.0 == report.completeness


def test_missing_and_not_assessed_are_apart(rules):
    """
    `missing` holds what is not met, `not_assessed` what the input was not enough for.
    """
    report = tc.check_documentation(_note(total_treatment_minutes=30), rules)

    assert {one.outcome for one in report.missing} == {NOT_MET}
    assert {one.outcome for one in report.not_assessed} == {NOT_ASSESSED}
    assert "GEN-03" in {one.id for one in report.missing}
    assert "TN-04" in {one.id for one in report.not_assessed}
    assert not report.is_complete


def test_completeness_is_the_share_of_the_assessed(rules):
    """
    Completeness divides what is met by what is met or missing, leaving out everything else.
    """
    report = tc.check_documentation(_note(), rules, lines=[tc.ClaimLine("97110", 2, ["GP"])])
    met = sum(one.outcome is MET for one in report.findings)
    missing = sum(one.outcome is NOT_MET for one in report.findings)

    assert met / (met + missing) == report.completeness
    assert 0 < report.completeness < 1


def test_recommendations_are_never_missing(rules):
    """
    A recommendation that is not met neither counts as missing nor lowers completeness.
    """
    citations = tc.check_documentation(_note(), rules).findings[0].citations
    made = [
        tc.Finding(
            id=name, title="t", outcome=outcome, obligation=obligation, message="m", path="note", citations=citations
        )
        for name, outcome, obligation in (
            ("A", NOT_MET, tc.Obligation.RECOMMENDED),
            ("B", MET, tc.Obligation.RECOMMENDED),
            ("C", NOT_MET, tc.Obligation.CONDITIONAL),
            ("D", MET, tc.Obligation.REQUIRED),
        )
    ]
    report = tc.DocumentationReport(policy="p", findings=tuple(made))

    assert ("C",) == tuple(one.id for one in report.missing)
    assert 0.5 == report.completeness


def test_empty_report_is_complete():
    """
    A report without findings misses nothing.
    """
    report = tc.DocumentationReport(policy="p", findings=())

    assert report.is_complete
    assert 1.0 == report.completeness


def test_text_alone_misses_no_signature(rules):
    """
    A text-only note has nothing assessed as missing where fields would have to be read from the text.
    """
    note = tc.Note("treatment-note", text="everything is said in words")
    report = tc.check_documentation(note, rules)

    assert {"GEN-03", "GEN-04", "GEN-05", "TN-02", "TN-05", "TN-08"} <= {one.id for one in report.not_assessed}


def test_finding_by_id(rules):
    """
    `finding` gives the finding of one requirement and refuses an id the report does not hold.
    """
    report = tc.check_documentation(_note(), rules)
    found = report.finding("TN-05")

    assert ("TN-05", "TN-05", "Total treatment time") == (found.id, found.requirement_id, found.title)
    with pytest.raises(tc.InvalidInputError, match=r"^requirement: not part of this report"):
        report.finding("TN-99")


@pytest.mark.parametrize("policy", ["medicare-part-b", "cpt"])
@pytest.mark.parametrize("note", [_note(), COMPLETE, tc.Note("treatment-note", text="words")])
def test_every_finding_is_cited(policy, note):
    """
    Every finding carries at least one citation, a sentence, a title and a path.
    """
    for finding in tc.check_documentation(note, tc.rules_on(DAY, policy)).findings:
        assert finding.citations
        assert finding.message.endswith(".")
        assert finding.title
        assert finding.path.partition("[")[0].partition(".")[0] in {"note", "lines", "episode"}


def test_not_met_says_what_to_do(rules):
    """
    The message of a finding that is not met ends with the remedy; other messages do not hold it.
    """
    missing = tc.check_documentation(_note(), rules).finding("TN-05")
    there = tc.check_documentation(_note(total_treatment_minutes=5), rules).finding("TN-05")

    assert "Not recorded. Record total treatment time in minutes." == missing.message
    assert "Recorded." == there.message


def test_carried_forward_is_said():
    """
    A report made with rules carried forward says so.
    """
    last = tc.coverage().effective_through
    rules = tc.rules_on(last.replace(year=last.year + 1), beyond_coverage="carry-forward")

    assert tc.check_documentation(_note(), rules).carried_forward


def test_checking_is_pure(rules):
    """
    The same input gives an equal report.
    """
    lines = [tc.ClaimLine("97110", 2, ["GP"])]

    assert tc.check_documentation(COMPLETE, rules, lines=lines) == tc.check_documentation(COMPLETE, rules, lines=lines)


# -- text only --------------------------------------------------------------------------------------------------------


TEXT_ONLY = tc.Note("treatment-note", DAY, text="Knee extension against a band. A. Sample, PT")


@pytest.mark.parametrize("name", ["GEN-03", "GEN-04", "GEN-05", "TN-04", "TN-05", "TN-06", "TN-08", "TN-10"])
def test_text_is_not_read(rules, name):
    """
    What may stand in the free text is not assessed, neither met nor missing.
    """
    lines = [tc.ClaimLine("97110", 2, ["GP"])]

    assert _outcome(name, TEXT_ONLY, rules, lines=lines) is NOT_ASSESSED


def test_facts_beside_the_text_are_used(rules):
    """
    Fields given beside the text are assessed: day and patient.
    """
    note = tc.Note("treatment-note", DAY, text="words", patient_identified=True)

    assert _outcome("GEN-01", note, rules) is MET
    assert _outcome("TN-01", note, rules) is MET
    assert _outcome("TN-02", note, rules) is MET


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_blank_text_is_no_text(rules, text):
    """
    A note whose text is blank is an empty note, not a text-only one.
    """
    assert _outcome("GEN-03", tc.Note("treatment-note", DAY, text=text), rules) is NOT_MET


def test_text_beside_fields_hides_nothing(rules):
    """
    Once a field is filled in, what the others lack is missing, whatever the text says.
    """
    note = _note(text="words", total_treatment_minutes=30)

    assert _outcome("GEN-03", note, rules) is NOT_MET


@pytest.mark.parametrize("name", ["TN-03", "TN-09", "TN-11"])
def test_text_only_note_may_name_interventions_and_people(rules, name):
    """
    Interventions and contributors may stand in the free text, so they are not assessed either.
    """
    lines = [tc.ClaimLine("97110", 1, ["GP", "CQ"], discipline="PT")]
    services = [tc.Service("97110", 15, furnished_by="assistant"), tc.Service("97140", 5)]

    assert _outcome(name, TEXT_ONLY, rules, lines=lines, services=services) is NOT_ASSESSED


# -- interventions and services ---------------------------------------------------------------------------------------


def test_interventions_in_words_are_enough_without_lines(rules):
    """
    Without claim lines an intervention in words counts as named.
    """
    note = _note(interventions=[tc.Intervention("Joint mobilization")])

    assert _outcome("TN-03", note, rules) is MET


def test_services_may_be_a_count(rules):
    """
    The services may be given as their count.
    """
    services = [tc.Service("97110", 30), tc.Service("97140", 5)]
    count = tc.count_units(services, rules)
    lines = tc.claim_lines(count, rules, discipline="PT")
    note = _note(interventions=_coded(("97110", None)))

    assert tc.check_documentation(note, rules, lines=lines, services=services) == tc.check_documentation(
        note, rules, lines=lines, services=count
    )
    assert _outcome("TN-11", note, rules, lines=lines, services=count) is NOT_MET


def test_lines_may_come_from_a_generator(rules):
    """
    Lines and services may be given as iterators.
    """
    lines = [tc.ClaimLine("97110", 2, ["GP"])]

    assert tc.check_documentation(COMPLETE, rules, lines=iter(lines)) == tc.check_documentation(
        COMPLETE, rules, lines=lines
    )


def test_timed_service_makes_timed_requirements_apply(rules):
    """
    A timed code among services, lines or interventions makes the timed total required.
    """
    assert _outcome("TN-04", _note(), rules, services=[tc.Service("97110", 5)]) is NOT_MET
    assert _outcome("TN-04", _note(), rules, lines=[tc.ClaimLine("97110", 1)]) is NOT_MET
    assert _outcome("TN-04", _note(interventions=_coded(("97110", None))), rules) is NOT_MET
    assert _outcome("TN-04", _note(), rules, services=[tc.Service("97161")]) is NOT_APPLICABLE
    assert _outcome("TN-04", _note(), rules) is NOT_ASSESSED


@pytest.mark.parametrize("code", ["99999", "97001"])
def test_codes_the_day_does_not_know_are_not_timed(rules, code):
    """
    A code that is unknown or no longer in force is left to the claim's own checks.
    """
    assert _outcome("TN-04", _note(), rules, lines=[tc.ClaimLine(code, 1)]) is NOT_APPLICABLE


def test_several_unbilled_services(rules):
    """
    Several unbilled timed services are named together in one sentence.
    """
    services = [tc.Service("97110", 5), tc.Service("97140", 5), tc.Service("97112", 25)]
    lines = [tc.ClaimLine("97112", 2, ["GP"])]
    named = _note(interventions=_coded(("97110", None), ("97140", None), ("97112", None)))
    bare = _note(interventions=_coded(("97112", None)))

    met = tc.check_documentation(named, rules, lines=lines, services=services).finding("TN-11")
    missing = tc.check_documentation(bare, rules, lines=lines, services=services).finding("TN-11")

    assert (met.outcome, met.message) == (MET, "Not billed and identified: 97110, 97140.")
    assert missing.outcome is NOT_MET
    assert missing.message.startswith("Furnished, not billed and not identified: 97110, 97140.")


def test_requirement_of_another_discipline(rules):
    """
    A requirement of PT and OT is not applicable when everything is speech-language pathology.
    """
    note = _note(signature=tc.Signature("A. Sample", "PTA"))
    spoken = tc.ClaimLine("92507", 1, ["GN"], discipline="SLP")
    moved = tc.ClaimLine("97110", 1, ["GP"], discipline="PT")

    assert _outcome("TN-10", note, rules, lines=[spoken]) is NOT_APPLICABLE
    assert _outcome("TN-10", note, rules, lines=[spoken, moved]) is NOT_ASSESSED
    assert _outcome("TN-10", note, rules) is NOT_ASSESSED


def test_add_on_is_named_by_its_base_code(rules):
    """
    Further units of a code with an add-on are named by the one intervention that led to both.
    """
    services = [tc.Service("97129", 30, discipline="SLP")]
    count = tc.count_units(services, rules)
    lines = tc.claim_lines(count, rules)
    note = _note(interventions=_coded(("97129", 30)))

    assert ["97129", "97130"] == [line.code for line in lines]
    assert _outcome("TN-03", note, rules, lines=lines, services=count) is MET
    assert _outcome("TN-07", note, rules, lines=lines, services=count) is MET


# -- minutes and units ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "units"), [(8, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4), (67, 4), (68, 5)]
)
def test_units_at_the_edges_of_the_table(rules, minutes, units):
    """
    The timed total supports the units of the minute table and not one more.
    """
    note = _note(total_timed_code_treatment_minutes=minutes)

    assert _outcome("TN-07", note, rules, lines=[tc.ClaimLine("97110", units, ["GP"])]) is MET
    assert _outcome("TN-07", note, rules, lines=[tc.ClaimLine("97110", units + 1, ["GP"])]) is NOT_MET


def test_lines_of_one_code_add_up(rules):
    """
    Units of several lines of one code are added up, the assistant's line included.
    """
    lines = [tc.ClaimLine("97110", 1, ["GP"]), tc.ClaimLine("97110", 1, ["GP", "CQ"])]

    assert _outcome("TN-07", _note(total_timed_code_treatment_minutes=22), rules, lines=lines) is NOT_MET
    assert _outcome("TN-07", _note(total_timed_code_treatment_minutes=23), rules, lines=lines) is MET


@pytest.mark.parametrize("billed", [("97110", "97112"), ("97110", "97140"), ("97112", "97140")])
def test_any_permitted_allocation_is_supported(rules, billed):
    """
    With equal remainders every allocation the rule permits is supported, not only the one chosen.
    """
    note = _note(interventions=_coded(("97110", 10), ("97112", 10), ("97140", 10)))
    lines = [tc.ClaimLine(code, 1, ["GP"]) for code in billed]

    assert _outcome("TN-07", note, rules, lines=lines) is MET


def test_no_permitted_allocation_gives_so_many(rules):
    """
    Units of one code beyond every permitted allocation are not supported although the day's sum is right.
    """
    note = _note(interventions=_coded(("97110", 10), ("97112", 10), ("97140", 10)))
    lines = [tc.ClaimLine("97112", 2, ["GP"])]
    finding = tc.check_documentation(note, rules, lines=lines).finding("TN-07")

    assert (finding.outcome, finding.path) == (NOT_MET, "lines[0].units")
    assert finding.message.startswith("The minutes of 97112 support 1 unit")


def test_code_without_minutes_supports_nothing(rules):
    """
    A code billed that the note's minutes do not hold at all has no unit.
    """
    note = _note(interventions=_coded(("97110", 38)))
    lines = [tc.ClaimLine("97110", 2, ["GP"]), tc.ClaimLine("97140", 1, ["GP"])]
    finding = tc.check_documentation(note, rules, lines=lines).finding("TN-07")

    assert (finding.outcome, finding.path) == (NOT_MET, "lines[1].units")


def test_midpoint_counts_each_code_by_itself():
    """
    Under the midpoint convention minutes of different codes are not added, and a total alone is not enough.
    """
    rules = tc.rules_on(DAY, _midpoint_medicare())
    lines = [tc.ClaimLine("97110", 1, ["GP"]), tc.ClaimLine("97140", 1, ["GP"])]
    each = _note(interventions=_coded(("97110", 8), ("97140", 8)))
    short = _note(interventions=_coded(("97110", 30), ("97140", 7)))
    total = _note(interventions=_coded(("97110", None)), total_timed_code_treatment_minutes=37)

    assert _outcome("TN-07", each, rules, lines=lines) is MET
    assert _outcome("TN-07", short, rules, lines=lines) is NOT_MET
    assert _outcome("TN-07", total, rules, lines=lines) is NOT_ASSESSED


def _midpoint_medicare():
    return tc.load_policy(
        {
            "id": "midpoint-plan",
            "title": "A plan that counts by the midpoint",
            "summary": "An invented plan.",
            "extends": "medicare-part-b",
            "parameters": {
                "unit_method": [
                    {
                        "value": "midpoint",
                        "effective_from": "2020-01-01",
                        "reviewed_on": "2026-11-22",
                        "citations": [{"source": "cpt-time-rule", "locator": "paragraph on time"}],
                    }
                ]
            },
        }
    )


def test_timed_total_wins_over_the_sum(rules):
    """
    The timed total as stated is what the units are compared with.
    """
    note = _note(interventions=_coded(("97110", 38)), total_timed_code_treatment_minutes=22)

    assert _outcome("TN-07", note, rules, lines=[tc.ClaimLine("97110", 3, ["GP"])]) is NOT_MET


def test_interventions_without_timed_codes_have_no_timed_sum(rules):
    """
    Interventions that are all untimed tell nothing about the timed total.
    """
    note = _note(interventions=_coded(("G0283", 15)))
    lines = [tc.ClaimLine("97110", 1, ["GP"])]

    assert _outcome("TN-04", note, rules, lines=lines) is NOT_MET
    assert _outcome("TN-07", note, rules, lines=lines) is NOT_ASSESSED


def test_two_disciplines_are_counted_as_billed(rules):
    """
    Units counted for each discipline by itself are not found unsupported by the same rules.
    """
    visit = tc.Visit(
        DAY,
        [tc.Service("97110", 8, discipline="PT"), tc.Service("97530", 8, discipline="OT")],
        note=_note(total_timed_code_treatment_minutes=16, total_treatment_minutes=16),
    )
    review = tc.review(visit)

    assert {"97110": 1, "97530": 1} == review.units.units
    assert review.documentation.finding("TN-07").outcome is not NOT_MET


# -- people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("credential", "expected"),
    [
        ("PT", "therapist"),
        ("PT, DPT", "therapist"),
        ("dpt", "therapist"),
        ("OTR/L", "therapist"),
        ("MS, CCC-SLP", "therapist"),
        ("CF-SLP", "therapist"),
        ("MD", "therapist"),
        ("PTA", "assistant"),
        ("L.P.T.A. / LPTA", "assistant"),
        ("COTA/L", "assistant"),
        ("OTA", "assistant"),
        ("PT supervising, PTA", "assistant"),
        ("unknown", None),
        ("SPT", None),
        ("", None),
        (None, None),
        ("PT " * 100, None),
    ],
)
def test_credentials(credential, expected):
    """
    A credential tells therapist from assistant, or nothing.
    """
    assert expected == _profession(credential)


@pytest.mark.parametrize("credential", ["SLP-A", "PT-A", "OT/A", "PT aide", "PT student", "what to do"])
def test_other_words_are_no_credential(credential):
    """
    An assistant written another way, an aide, a student or plain words are not taken for a therapist.
    """
    assert _profession(credential) != "therapist"


@pytest.mark.parametrize("credential", ["unknown", "x" * 10_000, "PT" + " " * 10_000])
def test_unknown_credential_is_not_assessed(rules, credential):
    """
    A credential this library does not know is recorded, and whether it is professional is not assessed.
    """
    note = _note(signature=tc.Signature("A. Sample", credential))

    assert _outcome("GEN-04", note, rules) is MET
    assert _outcome("TN-08", note, rules) is NOT_ASSESSED


@pytest.mark.parametrize("consulted", [None, False])
def test_supervisor_not_mentioned(rules, consulted):
    """
    Without a word on the supervisor the finding stays open: state law decides.
    """
    note = _note(signature=tc.Signature("A. Sample", "PTA"), supervisor_consulted=consulted)

    assert _outcome("TN-10", note, rules) is NOT_ASSESSED


@pytest.mark.parametrize(
    "given",
    [
        {"lines": [tc.ClaimLine("97110", 1, ["GP", "CQ"])]},
        {"lines": [tc.ClaimLine("97110", 1, ["GO", "CO"])]},
        {"services": [tc.Service("97110", 15, furnished_by="assistant")]},
    ],
)
def test_assistant_must_be_listed(rules, given):
    """
    An assistant known from modifiers or services must be among contributors or have signed.
    """
    signed = tc.Signature("A. Sample", "PT")
    listed = _note(signature=signed, contributors=[tc.Contributor("PTA")])
    said = _note(signature=signed, contributors=[tc.Contributor("aide", furnished_by="assistant")])

    assert _outcome("TN-09", _note(), rules, **given) is NOT_MET
    assert _outcome("TN-09", _note(signature=signed), rules, **given) is NOT_MET
    assert _outcome("TN-09", listed, rules, **given) is MET
    assert _outcome("TN-09", said, rules, **given) is MET
    assert _outcome("TN-09", _note(signature=tc.Signature("B. Sample", "PTA")), rules, **given) is MET


def test_assistant_of_an_intervention_must_be_listed(rules):
    """
    An assistant named beside an intervention must be listed too.
    """
    note = _note(interventions=[tc.Intervention("Gait training", furnished_by="assistant")])

    assert _outcome("TN-09", note, rules) is NOT_MET


def test_mixed_performers_do_not_contradict_a_modifier(rules):
    """
    When the note names both for one code, or nobody, neither presence nor absence of the modifier contradicts it.
    """
    both = _note(
        interventions=[
            tc.Intervention(code="97110", furnished_by="therapist"),
            tc.Intervention(code="97110", furnished_by="assistant"),
        ]
    )
    nobody = _note(interventions=_coded(("97110", None)))
    for modifiers in (["GP"], ["GP", "CQ"]):
        lines = [tc.ClaimLine("97110", 1, modifiers)]
        assert _outcome("GEN-02", both, rules, lines=lines) is MET
        assert _outcome("GEN-02", nobody, rules, lines=lines) is MET


def test_assistant_of_speech_language_pathology_has_no_modifier(rules):
    """
    No modifier exists for assistants of speech-language pathology, so its absence contradicts nothing.
    """
    note = _note(interventions=[tc.Intervention(code="92507", furnished_by="assistant")])
    services = [tc.Service("92507", 30, furnished_by="assistant", discipline="SLP")]
    lines = tc.claim_lines(tc.count_units(services, rules), rules)

    assert _outcome("GEN-02", note, rules, lines=lines, services=services) is MET


# -- wrong types ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("note", [None, {}, "note", tc.Signature()])
def test_note_must_be_one(rules, note):
    """
    Something that is no `Note` is refused.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^note: not a Note"):
        tc.check_documentation(note, rules)


@pytest.mark.parametrize("field", ["lines", "services"])
@pytest.mark.parametrize("value", ["97110", [None], [{}], [COMPLETE]])
def test_lines_and_services_must_be_theirs(rules, field, value):
    """
    Something that is no `ClaimLine` or `Service` is refused with its index.
    """
    with pytest.raises(tc.InvalidInputError, match=rf"^{field}(?:\[0\])?: not a "):
        tc.check_documentation(_note(), rules, **{field: value})


@pytest.mark.parametrize("field", ["lines", "services"])
@pytest.mark.parametrize("value", [5, tc.ClaimLine("97110", 1), tc.Service("97110", 5)])
def test_one_value_is_no_sequence(rules, field, value):
    """
    A single value in place of a sequence is refused by name.
    """
    with pytest.raises(tc.InvalidInputError, match=rf"^{field}"):
        tc.check_documentation(_note(), rules, **{field: value})


def test_rules_of_another_kind():
    """
    Rules that are none are refused as input.
    """
    with pytest.raises(tc.InvalidInputError, match="rules: not a RuleSet"):
        tc.check_documentation(tc.Note("treatment-note"), "2026-03-02")


def _with_units(policy, minutes, units):
    """
    The agreement of claim and note for one timed code under a policy.
    """
    note = tc.Note("treatment-note", "2026-03-02", interventions=[tc.Intervention("x", code="97110", minutes=minutes)])
    rules = tc.rules_on("2026-03-02", policy)
    return tc.check_documentation(note, rules, lines=[tc.ClaimLine("97110", units)]).finding("GEN-02")


def test_units_under_a_policy_without_a_requirement_of_its_own():
    """
    Where no requirement of the policy compares units with minutes, the agreement of claim and record does.
    """
    assert ("not-met", "lines[0].units") == (_with_units("cpt", 8, 4).outcome, _with_units("cpt", 8, 4).path)
    assert "met" == _with_units("cpt", 8, 1).outcome
    assert "met" == _with_units("medicare-part-b", 8, 4).outcome


def test_credentials_nobody_knows(rules):
    """
    A credential the library cannot read may be that of the assistant who took part.
    """
    note = tc.Note(
        "treatment-note", "2026-03-02", signature=tc.Signature("n", "Physical Therapist Assistant", "2026-03-02")
    )
    services = [tc.Service("97110", 30, furnished_by="assistant")]
    assert "not-assessed" == tc.check_documentation(note, rules, services=services).finding("TN-09").outcome


def test_time_blocks_are_timed(rules):
    """
    Codes with blocks of another length are timed codes of the note as well.
    """
    note = tc.Note(
        "treatment-note",
        "2026-03-02",
        interventions=[tc.Intervention("a", code="97110", minutes=30), tc.Intervention("b", code="96125", minutes=31)],
        total_timed_code_treatment_minutes=61,
        total_treatment_minutes=61,
    )
    lines = [tc.ClaimLine("97110", 2), tc.ClaimLine("96125", 4)]
    report = tc.check_documentation(note, rules, lines=lines)
    assert "met" == report.finding("TN-06").outcome
    assert ("not-met", "lines[1].units") == (report.finding("TN-07").outcome, report.finding("TN-07").path)


def test_neighbors_of_a_family(rules):
    """
    An intervention stands for the code its amount was billed under.
    """
    note = tc.Note("treatment-note", "2026-03-02", interventions=[tc.Intervention("x", code="20560")])
    report = tc.check_documentation(note, rules, lines=[tc.ClaimLine("20561", 1)])
    assert "met" == report.finding("TN-03").outcome


def test_missing_date_beside_an_unstated_identity(rules):
    """
    What is missing is told before what the caller left unsaid.
    """
    report = tc.check_documentation(tc.Note("progress-report"), rules)
    assert ("not-met", "note.date_of_service") == (report.finding("GEN-01").outcome, report.finding("GEN-01").path)


# -- other documents, overrides, tolerance ----------------------------------------------------------------------------


EVALUATION = tc.Note("evaluation", "2026-02-02", interventions=[tc.Intervention(code="97110", effect_on_function="d")])


def _exercise(**given):
    return _note(
        interventions=[
            tc.Intervention("Squats", code="97110", impairments=["strength"], purpose="Rise", skill="Graded", **given)
        ]
    )


def test_an_item_may_stand_in_another_document(rules):
    """
    What a requirement lets stand in several kinds of document counts wherever in the episode it stands.
    """
    assert _outcome("C-97110", _exercise(), rules) is NOT_ASSESSED
    assert _outcome("C-97110", _exercise(absent=["effect_on_function"]), rules) is NOT_MET
    assert _outcome("C-97110", _exercise(absent=["effect_on_function"]), rules, record=[EVALUATION]) is MET
    assert _outcome("C-97110", _exercise(), rules, record=[tc.Note("order"), tc.Note("evaluation")]) is NOT_ASSESSED


def test_one_of_several_may_stand_in_another_document(rules):
    """
    One of several items may stand in another document of a kind the requirement names.
    """
    maintenance = tc.Note("progress-report", progress=tc.ProgressReport(maintenance="why"))
    plan = tc.Note("plan-of-care", plan=tc.PlanOfCare())

    assert _outcome("MP-01", plan, rules) is NOT_APPLICABLE
    assert _outcome("MP-01", plan, rules, record=[maintenance]) is MET


def test_totals_of_another_day_do_not_count(rules):
    """
    A treatment note stands for its own day only.
    """
    other = tc.Note("treatment-note", "2026-02-27", total_treatment_minutes=40)

    assert _outcome("TN-05", _note(), rules, record=[other]) is NOT_MET


def test_a_note_that_holds_the_plan_is_asked_as_a_plan(rules):
    """
    A document with a part of another one answers for that one too, each requirement once.
    """
    note = tc.Note(
        "evaluation",
        plan=tc.PlanOfCare(),
        progress=tc.ProgressReport(),
        discharge=tc.Discharge(),
        order=tc.Order(),
    )
    ids = [one.id for one in tc.check_documentation(note, rules).findings]

    assert {"EV-01", "POC-02", "PR-03", "DC-01", "GEN-06"} <= set(ids)
    assert sorted(set(ids)) == sorted(ids)
    assert "POC-02" not in {one.id for one in tc.check_documentation(tc.Note("evaluation"), rules).findings}


def test_override_is_attached_and_changes_nothing(rules):
    """
    A decision to let a finding stand goes with it; outcome, completeness and the other findings stay.
    """
    override = tc.Override("TN-05", "paper record seen", "B. Doe")
    plain = tc.check_documentation(_note(), rules)
    decided = tc.check_documentation(_note(), rules, overrides=[override])

    assert override == decided.finding("TN-05").override
    assert NOT_MET == decided.finding("TN-05").outcome
    assert plain.completeness == decided.completeness
    assert {"TN-05"} == {one.id for one in decided.findings if one.override is not None}
    assert {"finding": "TN-05", "codes": []} == next(
        one["override"] for one in tc.to_dict(decided)["findings"] if one["override"]
    )


def test_tolerance_of_minutes(rules):
    """
    Single minutes may miss the totals by as much as the caller allows, above and below apart.
    """
    above = _note(
        interventions=_coded(("97110", 32)), total_timed_code_treatment_minutes=30, total_treatment_minutes=30
    )
    below = _note(
        interventions=_coded(("97110", 28)), total_timed_code_treatment_minutes=30, total_treatment_minutes=30
    )

    assert _outcome("TN-06", above, rules) is NOT_MET
    assert _outcome("TN-06", above, rules, minutes_over=1) is NOT_MET
    assert _outcome("TN-06", above, rules, minutes_over=2) is MET
    assert _outcome("TN-06", above, rules, minutes_under=2) is NOT_MET
    assert _outcome("TN-06", below, rules) is NOT_MET
    assert _outcome("TN-06", below, rules, minutes_under=2) is MET
    with pytest.raises(tc.InvalidInputError, match=r"^minutes_over: negative"):
        tc.check_documentation(below, rules, minutes_over=-1)


def test_by_obligation_holds_every_finding_once(rules):
    """
    The findings by obligation are those of the report, in its order.
    """
    report = tc.check_documentation(COMPLETE, rules)
    by = report.by_obligation

    assert list(tc.Obligation) == list(by)
    assert sorted(one.id for one in report.findings) == sorted(one.id for found in by.values() for one in found)
    assert all(one.obligation is obligation for obligation, found in by.items() for one in found)


def test_why_not_is_answered(rules):
    """
    An item that must not be demanded answers with the rule and its citation.
    """
    finding = tc.check_documentation(_note(), rules).finding("TN-N1")

    assert finding.message.startswith("Not asked for. The two totals are enough")
    assert "section 220.3.E, page 206 of the Rev. 255-era copy" in {one.locator for one in finding.citations}


def test_blank_and_false_are_absent(rules):
    """
    Text that is blank, and a no, say that an item is not there.
    """
    assert _outcome("TN-13", _note(response=" "), tc.rules_on(DAY, "state-md")) is NOT_MET
    assert _outcome("GEN-08", _note(template_filled=False), rules) is NOT_MET
    assert _outcome("GEN-08", _note(), rules) is NOT_ASSESSED


def test_findings_are_the_same_however_often_asked(rules):
    """
    Many different answers of one requirement do not change later ones.
    """
    first = [
        tc.check_documentation(_note(date_written=f"2026-{month:02}-20"), rules).finding("TN-14")
        for month in (4, 5, 6, 7)
    ]
    for days in range(1, 29):
        for month in (3, 4, 5, 6):
            tc.check_documentation(_note(date_written=f"2026-{month:02}-{days:02}"), rules)
    again = [
        tc.check_documentation(_note(date_written=f"2026-{month:02}-20"), rules).finding("TN-14")
        for month in (4, 5, 6, 7)
    ]

    assert first == again
    assert "49 days passed where 7 are allowed." in first[0].message


@pytest.mark.parametrize(
    ("credential", "profession"),
    [
        ("PT, DPT", "pt"),
        ("OTR/L", "ot"),
        ("M.D.", "md"),
        ("MD", "physician"),
        ("pa", None),
        ("PA-C", "npp"),
        ("D.C.", "chiropractor"),
        ("DDS", "dentist"),
        ("LAT, ATC", "athletic-trainer"),
        ("PT aide", "aide"),
        ("SPT", "student"),
        ("COTA/L", "ota"),
        ("PT assistant", None),
        ("OD", "optometrist"),
        ("DPM", "podiatrist"),
        ("CCC-SLP", "slp"),
        ("LPTA", "pta"),
        ("XYZ", None),
        (None, None),
        ("PT " * 40, None),
    ],
)
def test_profession_of_a_credential(credential, profession):
    """
    A credential names one profession, the lower one where it says student or aide, or none that is known.
    """
    expected = {"md": "physician"}.get(profession, profession)

    assert expected == profession_of(credential)


def test_times_one_after_the_other_do_not_overlap(rules):
    """
    One-on-one services may follow each other without a gap.
    """
    note = _note(
        interventions=[
            tc.Intervention(code="97110", contact="one-on-one", start="10:00", stop="10:15"),
            tc.Intervention(code="97140", contact="one-on-one", start="10:15", stop="10:30"),
        ]
    )

    assert _outcome("PROC-02", note, rules) is MET


def test_code_nobody_knows_is_treatment(rules):
    """
    A code the catalogue does not know is looked at like any treatment.
    """
    assert _outcome("GEN-12", _note(interventions=[tc.Intervention(code="99999", absent=["skill"])]), rules) is NOT_MET


def test_answers_stay_the_same_beyond_what_is_kept(rules):
    """
    However many documents were checked before, one is answered as by fresh rules.
    """
    codes = ("97110", "97112", "97116", "97140", "97530", "97535", "97035", "97150", "97161")
    notes = [
        _note(interventions=_coded(*((code, spent) for code in some)))
        for size in range(1, len(codes))
        for some in combinations(codes, size)
        for spent in (20, 25, 30)
    ]
    lines = [tc.ClaimLine("97110", 1, ["GP"])]
    for note in notes:
        tc.check_documentation(note, rules, lines=lines)
    fresh = tc.rules_on(DAY).choosing(unit_method=str(rules.unit_method))
    expected = tc.check_documentation(notes[-1], fresh, lines=lines)
    assert expected == tc.check_documentation(notes[-1], rules, lines=lines)
