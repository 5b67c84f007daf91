"""
The whole job: a visit in, a review out.
"""

from __future__ import annotations

import copy
import pickle
from datetime import date
from decimal import Decimal

import pytest

import therapycodes as tc


DAY = "2026-03-02"


def _visit(**given):
    services = given.pop("services", [tc.Service("97112", 24), tc.Service("97110", 23)])
    return tc.Visit(given.pop("day", DAY), services, **{"discipline": "PT", **given})


NOTE = tc.Note(
    "treatment-note",
    DAY,
    interventions=[tc.Intervention(code="97112"), tc.Intervention(code="97110")],
    total_timed_code_treatment_minutes=47,
    total_treatment_minutes=47,
    signature=tc.Signature("A. Sample", "PT", DAY),
    patient_identified=True,
)


def test_review_does_all_of_it():
    """
    A review holds the units, the claim lines and the report of the visit's day and policy.
    """
    review = tc.review(_visit(note=NOTE))

    assert {"97112": 2, "97110": 1} == review.units.units
    assert [
        ("97112", 2, ("GP",)),
        ("97110", 1, ("GP",)),
    ] == [(line.code, line.units, line.modifiers) for line in review.lines]
    assert review.documentation.is_complete
    assert date(2026, 3, 2) == review.units.rules.date_of_service
    assert "medicare-part-b" == review.documentation.policy


def test_review_equals_its_steps(rules):
    """
    A review is what the single functions give.
    """
    services = [tc.Service("97112", 24, discipline="PT"), tc.Service("97110", 23, discipline="PT")]
    count = tc.count_units(services, rules)
    lines = tc.claim_lines(count, rules)
    review = tc.review(_visit(note=NOTE))

    assert count == review.units
    assert lines == review.lines
    assert tc.check_documentation(NOTE, rules, lines=lines, services=services) == review.documentation


def test_review_without_a_note():
    """
    Without a note there is no documentation report.
    """
    review = tc.review(_visit())

    assert review.documentation is None
    assert review.lines


def test_review_without_services():
    """
    A visit without services has no units and no lines.
    """
    review = tc.review(_visit(services=[]))

    assert {} == review.units.units
    assert () == review.lines


def test_discipline_of_the_visit_is_a_fallback():
    """
    A service that says its discipline keeps it; the others take the visit's.
    """
    services = [tc.Service("97110", 15), tc.Service("97535", 15, discipline="OT")]
    review = tc.review(_visit(services=services))

    assert [("GP",), ("GO",)] == [line.modifiers for line in review.lines]


def test_zero_unit_service_must_be_identified():
    """
    A service that drops off the claim is still looked for in the note.
    """
    services = [tc.Service("97110", 30), tc.Service("97140", 5)]
    note = tc.Note("treatment-note", DAY, interventions=[tc.Intervention(code="97110")])
    review = tc.review(_visit(services=services, note=note))

    assert ["97110"] == [line.code for line in review.lines]
    assert review.documentation.finding("TN-11").outcome is tc.Outcome.NOT_MET


def test_policy_decides():
    """
    The policy may be an id or a policy.
    """
    policy = tc.load_policy({"id": "own", "title": "Own", "summary": "Invented.", "extends": "cpt"})
    services = [tc.Service("97110", 33), tc.Service("97140", 7)]

    assert {"97110": 2, "97140": 1} == tc.review(_visit(services=services)).units.units
    assert {"97110": 2, "97140": 0} == tc.review(_visit(services=services, policy="cpt")).units.units
    assert {"97110": 2, "97140": 0} == tc.review(_visit(services=services, policy=policy)).units.units


def test_catalogue_may_be_given(rules):
    """
    A catalogue of one's own is used when given.
    """
    catalogue = rules.catalogue

    assert tc.review(_visit(), catalogue=catalogue).units.rules.catalogue is catalogue


def test_sources_are_all_that_is_cited():
    """
    `sources` holds every source cited in trace, lines and findings, by id.
    """
    review = tc.review(_visit(note=NOTE))
    bare = tc.review(_visit())
    cited = {citation.source.id for step in review.units.trace for citation in step.citations}
    cited |= {citation.source.id for line in review.lines for reason in line.reasons for citation in reason.citations}
    checks = (*review.edits.findings, *review.thresholds.findings, *review.payment.trace)
    cited |= {citation.source.id for one in checks for citation in one.citations}
    found = {citation.source.id for one in review.documentation.findings for citation in one.citations}

    assert set(bare.sources) == cited
    assert set(review.sources) == cited | found
    assert all(name == source.id for name, source in review.sources.items())


def test_beyond_coverage():
    """
    A day after the covered ones is refused, or carried forward and marked as such.
    """
    last = tc.coverage().effective_through
    later = last.replace(year=last.year + 1)

    with pytest.raises(tc.DateNotCoveredError):
        tc.review(_visit(day=later))
    review = tc.review(_visit(day=later, note=NOTE), beyond_coverage="carry-forward")
    assert review.carried_forward
    assert review.documentation.carried_forward
    assert not tc.review(_visit()).carried_forward


@pytest.mark.parametrize("value", [None, {}, "visit", [], NOTE])
def test_visit_must_be_one(value):
    """
    Something that is no `Visit` is refused.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^visit: not a Visit"):
        tc.review(value)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"policy": "no-such-policy"}, tc.UnknownPolicyError),
        ({"services": [tc.Service("97001")]}, tc.CodeNotInForceError),
        ({"services": [tc.Service("99999")]}, tc.UnknownCodeError),
        ({"services": [tc.Service("97110")]}, tc.InvalidInputError),
        ({"services": [tc.Service("97165")]}, tc.InvalidInputError),
        ({"day": "2019-12-31"}, tc.DateNotCoveredError),
    ],
)
def test_errors_of_the_steps(given, error):
    """
    What one of the steps refuses, the review refuses.
    """
    with pytest.raises(error):
        tc.review(_visit(**given))


def test_review_copies_and_pickles():
    """
    A review copies and pickles to an equal one, and its repr leaves the visit out.
    """
    review = tc.review(_visit(note=NOTE))

    assert review == copy.deepcopy(review)
    assert review == pickle.loads(pickle.dumps(review))
    assert "visit=" not in repr(review)


# -- what a visit accepts ---------------------------------------------------------------------------------------------


def test_dates_may_be_text():
    """
    Dates may be given as dates or as text.
    """
    assert _visit(day=date(2026, 3, 2)) == _visit()
    assert date(2026, 3, 3) == tc.Note("treatment-note", date(2026, 3, 2), date_written="2026-03-03").date_written
    assert tc.Signature(date=date(2026, 3, 2)) == tc.Signature(date="2026-03-02")


def test_sequences_become_tuples():
    """
    Sequences of any kind are kept as tuples.
    """
    services = [tc.Service("97110", 5)]

    assert tc.Visit(DAY, iter(services)).services == tuple(services)
    assert (tc.Intervention(),) == tc.Note("treatment-note", interventions=[tc.Intervention()]).interventions
    assert (tc.Contributor(),) == tc.Note("treatment-note", contributors=[tc.Contributor()]).contributors


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: tc.Visit(DAY, "97110"), "services: not a sequence; give a list or tuple of Service"),
        (lambda: tc.Visit(DAY, b"97110"), "services: not a sequence; give a list or tuple of Service"),
        (lambda: tc.Visit(DAY, 5), "services: not a sequence; give a list or tuple of Service"),
        (lambda: tc.Visit(DAY, [tc.Service("97010"), {}]), "services[1]: not a Service; give Service values"),
        (lambda: tc.Visit(DAY, [], policy=5), "policy: not a policy; give the id of a policy or a Policy"),
        (lambda: tc.Visit(DAY, [], note="words"), "note: not a Note; give a Note, or leave it out"),
        (
            lambda: tc.Visit(DAY, [], discipline="DC"),
            "discipline: not one of the known values; choose one of PT, OT, SLP",
        ),
        (
            lambda: tc.Visit(None, []),
            "date_of_service: not a calendar date; give a datetime.date or text in the form YYYY-MM-DD",
        ),
        (lambda: tc.Service("97110", -1), "minutes: negative; give 0 or more whole minutes"),
        (lambda: tc.Service("97110", 1441), "minutes: longer than a day; give at most 1440 minutes"),
        (
            lambda: tc.Service("97110", True),
            "minutes: not a whole number of minutes; give an int, dropping part minutes",
        ),
        (
            lambda: tc.Service("97110", 5.0),
            "minutes: not a whole number of minutes; give an int, dropping part minutes",
        ),
        (
            lambda: tc.Service("97110", amount=-1),
            "amount: not a plausible whole number; give an int from 0 to 100000",
        ),
        (
            lambda: tc.Service("97110", amount=True),
            "amount: not a plausible whole number; give an int from 0 to 100000",
        ),
        (
            lambda: tc.Service("97110", furnished_by=None),
            "furnished_by: not one of the known values; choose one of therapist, assistant",
        ),
        (
            lambda: tc.Intervention(code="9711"),
            'code: not a procedure code; give five capital letters or digits as text, such as "97110"',
        ),
        (lambda: tc.Intervention(5), "description: not text; give text, or leave it out"),
        (lambda: tc.Intervention(minutes=-1), "minutes: negative; give 0 or more whole minutes"),
        (lambda: tc.Signature(5), "name: not text; give text, or leave it out"),
        (
            lambda: tc.Signature(date=5),
            "date: not a calendar date; give a datetime.date or text in the form YYYY-MM-DD",
        ),
        (lambda: tc.Contributor(5), "credential: not text; give text, or leave it out"),
        (
            lambda: tc.Note("treatment-note", signature="A. Sample"),
            "signature: not a Signature; give a Signature, or leave it out",
        ),
        (
            lambda: tc.Note("treatment-note", patient_identified=1),
            "patient_identified: neither true nor false; give a bool, or leave it out when nothing is stated",
        ),
        (
            lambda: tc.Note("treatment-note", contributors=[tc.Signature()]),
            "contributors[0]: not a Contributor; give Contributor values",
        ),
        (
            lambda: tc.Note("treatment-note", interventions=None),
            "interventions: not a sequence; give a list or tuple of Intervention",
        ),
    ],
)
def test_input_is_refused_by_name(make, message):
    """
    Wrong input is refused with the field, the problem and the remedy.
    """
    with pytest.raises(tc.InvalidInputError) as caught:
        make()

    assert message == str(caught.value)


def test_note_type_must_be_known():
    """
    A note type that is none is refused, and the message lists the known ones.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^note_type: .*treatment-note"):
        tc.Note("daily note")


def test_repr_names_what_is_filled_in():
    """
    The repr of the record names its filled fields and shows none of their text; a service shows its facts.
    """
    service = tc.Service("97110", 5, amount=2, furnished_by="assistant", discipline="PT")

    assert "<Note: note_type recorded>" == repr(tc.Note("treatment-note"))
    assert "<Signature: nothing recorded>" == repr(tc.Signature())
    assert "<Intervention: description, minutes recorded>" == repr(tc.Intervention("words", minutes=0))
    assert "<Visit: date_of_service, services, discipline, policy, setting, locality, facility recorded>" == repr(
        _visit()
    )
    assert "Service(code='97110', minutes=5, amount=2, furnished_by='assistant', discipline='PT')" == (repr(service))


def test_claim_of_a_review():
    """
    A review checks its lines, estimates them, and sets what is attested and needed.
    """
    visit = _visit(attestations=[tc.Attestation("necessary-above-threshold")], locality="10112-00", facility=True)
    within = tc.review(visit, allowed_so_far={"pt-slp": Decimal(100)})
    above = tc.review(visit, allowed_so_far={"pt-slp": Decimal(2500)})
    billed = tc.PastLine("2026-03-02", "97112", 4)

    assert not any("KX" in line.modifiers for line in within.lines)
    assert all("KX" in line.modifiers for line in above.lines)
    assert ["kx-threshold"] == [one.id for one in above.thresholds.findings if one.outcome == "applies"]
    assert ["unit-limit"] == [one.id for one in tc.review(visit, history=[billed]).edits.applying]
    assert "10112-00" == within.payment.locality


def test_clock_times_reach_the_checks():
    """
    Minutes billed twice are seen where services say when they were furnished.
    """
    at = [tc.Service(code, start="09:00", end="09:20") for code in ("97110", "97140")]
    review = tc.review(tc.Visit("2026-03-02", at, discipline="PT"))

    assert "same-time-twice" in [one.id for one in review.edits.applying]


def test_facility_is_a_flag():
    """
    The facility is told by true or false.
    """
    with pytest.raises(tc.InvalidInputError, match="facility"):
        _visit(facility="yes")


@pytest.mark.parametrize("name", ["finding", "reason", "person"])
@pytest.mark.parametrize("value", ["", "  ", None, 7])
def test_an_override_says_something(name, value):
    """
    An override without a finding, a reason or a person is refused, and nothing of it is repeated.
    """
    words = {"finding": "edit-pair", "reason": "ZZMARKER", "person": "ZZMARKER", name: value}

    with pytest.raises(tc.InvalidInputError) as caught:
        tc.Override(**words)
    assert name == caught.value.field
    assert "ZZMARKER" not in str(caught.value)


def test_a_bundled_code_hides_no_threshold():
    """
    A code without a fee of its own counts nothing toward the threshold, and is not taken for unknown.
    """
    visit = _visit(
        services=[tc.Service("97010", 10), tc.Service("97110", 33)],
        attestations=[tc.Attestation("necessary-above-threshold")],
    )
    above = tc.review(visit, allowed_so_far={"PT": Decimal(2470)})
    below = tc.review(visit, allowed_so_far={"PT": Decimal(2300)})

    assert ["97110"] == [line.code for line in above.lines if "KX" in line.modifiers]
    assert ["does-not-apply"] == [one.outcome for one in below.thresholds.findings if one.id == "kx-threshold"]
