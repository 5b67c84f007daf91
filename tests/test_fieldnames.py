"""
Notes under the field names of other systems.
"""

from __future__ import annotations

import copy
import traceback

import pytest

import therapycodes as tc
from therapycodes._checking import check_tree
from therapycodes._loading import DataFiles, bundled_root


MARKER = "Zebulon Quartermain"

FHIR = {
    "Composition": {
        "resourceType": "Composition",
        "type": {"text": "Progress note"},
        "date": "2026-03-03",
        "attester": [
            {"mode": "legal", "time": "2026-03-03T08:10:00.5-05:00", "party": {"display": "A. Sample, PT"}},
        ],
        "section": [{"title": "Subjective"}],
    },
    "Encounter": {"period": {"start": "2026-03-02T14:05:00-05:00", "end": "2026-03-02T14:45:00-05:00"}},
    "Procedure": [
        {
            "code": {"text": "Squats", "coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "97110"}]},
            "performedPeriod": {"start": "2026-03-02T14:05Z", "end": "2026-03-02T14:25Z"},
            "bodySite": [{"text": "knee"}],
        },
        {"status": "completed", "code": {"text": "Walking"}},
    ],
}
SESSION = {
    "session_date": "2026-03-02",
    "session_duration_minutes": 45,
    "patient_reported_status": "Stairs are easier",
    "total_timed_minutes": 30,
    "functional_changes": None,
    "interventions_delivered": [
        {
            "intervention_type": "exercise",
            "intervention_name": "Squats",
            "cpt_code": "97110",
            "time_spent_minutes": 30,
            "parameters": "3 x 10",
            "patient_response": "No pain",
        }
    ],
}
SOAP = {"id": 1, "date": "2026-03-02 14:05:00", "user": "pt1", "subjective": "Better", "plan": "Go on"}
EXPECTED = {
    "fhir-r4": (
        FHIR,
        {
            "note_type": "treatment-note",
            "date_of_service": "2026-03-02",
            "date_written": "2026-03-03",
            "start": "14:05",
            "stop": "14:45",
            "signature": {"name": "A. Sample, PT", "date": "2026-03-03"},
            "interventions": [
                {"description": "Squats", "code": "97110", "start": "14:05", "stop": "14:25", "region": "knee"},
                {"description": "Walking"},
            ],
        },
    ),
    "openemr-soap": (SOAP, {"note_type": "treatment-note", "date_written": "2026-03-02", "patient_report": "Better"}),
    "pt-session": (
        SESSION,
        {
            "note_type": "treatment-note",
            "date_of_service": "2026-03-02",
            "patient_report": "Stairs are easier",
            "total_timed_code_treatment_minutes": 30,
            "interventions": [{"description": "Squats", "code": "97110", "minutes": 30, "response": "No pain"}],
        },
    ),
}
OWN = {
    "fields": [
        {"theirs": "by[].role", "ours": "contributors[].furnished_by", "values": {"PT": "therapist"}},
        {"theirs": "total", "ours": "total_treatment_minutes"},
    ],
    "ignored": ["room"],
}


def _note(data, names):
    return tc.note_from_fields(data, names=names, note_type="treatment-note")


@pytest.mark.parametrize("names", EXPECTED)
def test_bundled_names(names):
    """
    An example with the names of each bundled table becomes the note it tells of, and is left as it was.
    """
    data, plain = EXPECTED[names]
    before = copy.deepcopy(data)
    note = _note(data, names)

    assert tc.from_dict(plain, tc.Note) == note
    assert before == data


def test_every_bundled_table_has_an_example():
    """
    No bundled table goes without an example here.
    """
    assert tuple(EXPECTED) == DataFiles(bundled_root()).field_name_ids()


def test_own_names():
    """
    A table of one's own names fields, words and what is not read.
    """
    note = _note({"by": [{"role": None}, {"role": "PT"}], "total": 40, "room": 2}, OWN)

    assert (None, "therapist") == tuple(one.furnished_by for one in note.contributors)
    assert 40 == note.total_treatment_minutes


@pytest.mark.parametrize("items", [[{}], [{"role": None}, {}], [{"role": "PT"}, {}]])
def test_every_item_of_a_list_counts(items):
    """
    An item that states nothing is an item all the same, wherever it stands.
    """
    assert len(items) == len(_note({"by": items}, OWN).contributors)


@pytest.mark.parametrize("data", [{}, {"by": None, "total": None}, {"by": []}])
def test_missing_keys_are_not_stated(data):
    """
    What is missing or null is not stated.
    """
    assert tc.Note("treatment-note") == _note(data, OWN)


@pytest.mark.parametrize(
    ("data", "names", "field", "problem"),
    [
        ({"other": None}, OWN, "other", "unknown key"),
        ({MARKER: 1}, OWN, "(a key that is not shown)", "unknown key"),
        ({5: 1}, OWN, "(a key that is not shown)", "unknown key"),
        ({"by": [{"other": MARKER}]}, OWN, "by[0].other", "unknown key"),
        ({"by": MARKER}, OWN, "by", "not a list"),
        ({"by": [MARKER]}, OWN, "by[0]", "not an object"),
        ([MARKER], OWN, "data", "not an object"),
        (None, OWN, "data", "not an object"),
        ({"total": MARKER}, OWN, "total", "not a whole number"),
        ({"total": "40"}, OWN, "total", "not a whole number"),
        ({"by": [{"role": MARKER}]}, OWN, "by[0].role", "not one of the known values"),
        ({"by": [{"role": [MARKER]}]}, OWN, "by[0].role", "not one of the known values"),
        ({"date": MARKER}, "openemr-soap", "date", "has no date part"),
        ({"date": [MARKER]}, "openemr-soap", "date", "has no date part"),
        ({"date": "2026-02-30"}, "openemr-soap", "date", "not a calendar date"),
        ({"Encounter": {"period": {"end": "2026-03-02"}}}, "fhir-r4", "Encounter.period.end", "has no clock part"),
        (
            {"interventions_delivered": [{}, {"time_spent_minutes": MARKER}]},
            "pt-session",
            "interventions_delivered[1].time_spent_minutes",
            "not a whole number",
        ),
        (
            {"Composition": {"attester": [{}, {"time": "2026-03-02"}]}},
            "fhir-r4",
            "Composition.attester[1].time",
            "more than one where a note holds one",
        ),
        ({}, MARKER, "names", "no table of field names has this id"),
        ({}, 5, "names", "no table of field names has this id"),
    ],
)
def test_faults_point_to_their_path(data, names, field, problem):
    """
    A fault names the path of theirs and repeats nothing of the data.
    """
    with pytest.raises(tc.InvalidInputError) as caught:
        _note(data, names)

    assert (field, problem) == (caught.value.field, caught.value.problem)
    assert MARKER not in "".join(traceback.format_exception(caught.value.with_traceback(None)))


def test_only_item_of_a_list():
    """
    The only item of a list of plain values fills a field that holds one.
    """
    own = {"fields": [{"theirs": "said[]", "ours": "patient_report", "values": {"b": "Better"}}]}

    assert "Better" == _note({"said": ["b"]}, own).patient_report


def test_note_type_is_checked():
    """
    A fault in the type of the note keeps its own name.
    """
    with pytest.raises(tc.InvalidInputError) as caught:
        tc.note_from_fields({}, names="fhir-r4", note_type=MARKER)

    assert "note_type" == caught.value.field


@pytest.mark.parametrize("marked", ["subjective", "objective", "plan", "user"])
def test_repr_holds_no_text(marked):
    """
    A note read so shows none of its text.
    """
    assert MARKER not in repr(_note({**SOAP, marked: MARKER}, "openemr-soap"))


FAULTS = {
    "leads to no field of a note that can be filled": [
        {"theirs": "a", "ours": ours}
        for ours in ("note_type", "nothing", "signature", "plan.nothing", "text.more", "interventions.code")
    ],
    "stands in fewer lists than the field it fills": [{"theirs": "a", "ours": "interventions[].code"}],
    "is read or ignored in parts too": [{"theirs": "b", "ours": "text"}, {"theirs": "c", "ours": "text"}],
    "stands beside a conversion": [
        {"theirs": "a", "ours": "start", "conversion": "clock-part", "values": {"x": "y"}},
    ],
}


@pytest.mark.parametrize(("problem", "move"), [(problem, move) for problem, moves in FAULTS.items() for move in moves])
def test_tables_that_do_not_fit(problem, move):
    """
    A table that leads nowhere or contradicts itself is refused.
    """
    with pytest.raises(tc.DataError) as caught:
        _note({}, {"fields": [move], "ignored": ["b.c", "c"]})

    assert [problem] == [fault.removeprefix("names: ").partition(" @ ")[0] for fault in caught.value.faults]


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"fields": MARKER},
        {"fields": [], MARKER: 1},
        {"fields": [{"theirs": "a", "ours": "text", "conversion": MARKER}]},
    ],
)
def test_tables_that_are_none(names):
    """
    A table of another shape is refused and not repeated.
    """
    with pytest.raises(tc.DataError) as caught:
        _note({}, names)

    assert MARKER not in str(caught.value)


def test_a_field_is_filled_once():
    """
    Two fields of theirs do not fill one of ours.
    """
    with pytest.raises(tc.DataError, match="is filled twice"):
        _note({}, {"fields": [{"theirs": "a", "ours": "text"}, {"theirs": "b", "ours": "text"}]})


@pytest.mark.parametrize(
    ("citations", "fault"),
    [
        ("[]", "needs at least one citation; mend it @ "),
        (
            '[{ source = "s", locator = "x" }]',
            "leads to no field of a note that can be filled @ fields[0].ours",
        ),
    ],
)
def test_bundled_files_are_checked(tmp_path, citations, fault):
    """
    A file of field names in a tree is checked like every other.
    """
    (tmp_path / "fields").mkdir()
    (tmp_path / "sources.toml").write_text(
        '[s]\ntitle = "t"\npublisher = "p"\nread_on = 2026-11-25\nstanding = "primary"\n', encoding="utf-8"
    )
    (tmp_path / "fields" / "own.toml").write_text(
        f'id = "own"\ntitle = "t"\nreviewed_on = 2026-11-25\ncitations = {citations}\n'
        '[[fields]]\ntheirs = "a"\nours = "nothing"\n',
        encoding="utf-8",
    )
    faults = [one for one in check_tree(DataFiles(tmp_path)) if one.startswith("fields/")]

    assert 1 == len(faults)
    assert faults[0].startswith(f"fields/own.toml: {fault}")


def test_trees_without_field_names(tmp_path):
    """
    A tree without the folder has no table.
    """
    files = DataFiles(tmp_path)

    assert ((), None) == (files.field_name_ids(), files.field_names("own"))
