"""
The documents of an episode and their parts, as values of their own.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import get_args, get_type_hints

import pytest
from attrs import NOTHING, fields, has

import therapycodes as tc
from therapycodes import documents
from therapycodes.documents import _PARTS, _Part


DAY = "2026-03-02"
CLASSES = [
    kind
    for kind in vars(documents).values()
    if isinstance(kind, type)
    and issubclass(kind, _Part)
    and kind is not _Part
    and kind.__module__ == documents.__name__
]


def _sample(hint):
    """
    A value of the type of a field.
    """
    kinds = [kind for kind in get_args(hint) if kind is not type(None)] or [hint]
    kind = kinds[0]
    if getattr(hint, "__origin__", None) is tuple:
        return (_sample(get_args(hint)[0]),)
    if has(kind):
        return _filled(kind)
    if issubclass(kind, Enum):
        return next(iter(kind))
    return {str: "97110", int: 5, bool: True, date: date(2026, 3, 2)}[kind]


CLOCK = {"start", "stop"}


def _filled(kind):
    """
    A part with every field filled in.
    """
    hints = get_type_hints(kind)
    return kind(
        **{
            one.name: "14:05" if one.name in CLOCK else _sample(hints[one.name])
            for one in fields(kind)
            if one.name != "absent"
        }
    )


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_field_is_optional(kind):
    """
    Only what a document is, and what an episode holds, has to be said.
    """
    needed = {one.name for one in fields(kind) if one.default is NOTHING}

    assert needed <= {"note_type", "documents", "kind"}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_parts_go_through_plain_dictionaries(kind):
    """
    A part with every field filled in comes back the same from its plain form.
    """
    part = _filled(kind)

    assert part == tc.from_dict(tc.to_dict(part), kind)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_what_is_absent_is_named(kind):
    """
    An empty field may be named as absent, which is another value than one that is not stated.
    """
    needed = {one.name: _sample(get_type_hints(kind)[one.name]) for one in fields(kind) if one.default is NOTHING}
    name = next(one.name for one in fields(kind) if one.default is not NOTHING and one.name != "absent")

    assert kind(**needed) != kind(**needed, absent=[name])
    assert (name,) == kind(**needed, absent=[name]).absent


def test_absent_and_stated_exclude_each_other():
    """
    A field that is stated cannot be absent.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^absent\[0\]: stated all the same"):
        tc.Note("treatment-note", response="fine", absent=["response"])
    with pytest.raises(tc.InvalidInputError, match=r"^absent\[1\]: stated all the same"):
        tc.PlanOfCare(diagnoses=["M25.511"], absent=["amount", "diagnoses"])


@pytest.mark.parametrize("name", ["absent", "nothing of the kind", "", "__class__"])
def test_absent_names_fields(name):
    """
    What is absent is named by a field of the class; another name is refused without being repeated.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^absent\[0\]: not a field of Goal; name a field") as caught:
        tc.Goal(absent=[name])

    assert "nothing of the kind" not in str(caught.value)


def test_false_and_zero_are_stated():
    """
    No and none at all are statements.
    """
    with pytest.raises(tc.InvalidInputError, match="stated all the same"):
        tc.Evaluation(therapy_needed=False, absent=["therapy_needed"])
    with pytest.raises(tc.InvalidInputError, match="stated all the same"):
        tc.Evaluation(minutes=0, absent=["minutes"])


@pytest.mark.parametrize(("holder", "name"), sorted(_PARTS))
def test_parts_are_of_their_class(holder, name):
    """
    A part of another class is refused and the class that is wanted is named.
    """
    kind = getattr(documents, holder)
    needed = {"note_type": "treatment-note"} if holder == "Note" else {}
    with pytest.raises(tc.InvalidInputError, match=rf"^{name}: not a {_PARTS[holder, name].__name__}; give a"):
        kind(**needed, **{name: "text"})


def test_every_single_part_is_checked():
    """
    The table of parts holds every field whose value is one part.
    """
    found = {
        (kind.__name__, one.name): inner
        for kind in CLASSES
        for one in fields(kind)
        for inner in get_args(get_type_hints(kind)[one.name])
        if isinstance(inner, type) and issubclass(inner, _Part) and one.default is None
    }

    assert found == _PARTS


@pytest.mark.parametrize(
    ("kind", "given", "problem"),
    [
        (tc.Intervention, {"start": "9:05"}, "start: not a clock time"),
        (tc.Intervention, {"start": "24:00"}, "start: not a clock time"),
        (tc.Intervention, {"stop": 905}, "stop: not a clock time"),
        (tc.Intervention, {"skill": 5}, "skill: not text"),
        (tc.Evaluation, {"hands_on": "yes"}, "hands_on: neither true nor false"),
        (tc.Intervention, {"group_size": True}, "group_size: not a plausible whole number"),
        (tc.Intervention, {"group_size": -1}, "group_size: not a plausible whole number"),
        (tc.Duration, {"weeks": 10_001}, "weeks: not a plausible whole number"),
        (tc.Intervention, {"contact": "near"}, "contact: not one of the known values"),
        (tc.Intervention, {"impairments": "balance"}, "impairments: not a sequence"),
        (tc.Intervention, {"impairments": ["luck"]}, r"impairments\[0\]: not one of the known values"),
        (tc.Intervention, {"parameters": ["3 x 10"]}, r"parameters\[0\]: not a Setting"),
        (tc.Setting, {"kind": "mood"}, "kind: not one of the known values"),
        (tc.Measure, {"impairment": "luck"}, "impairment: not one of the known values"),
        (tc.Measure, {"date": "soon"}, "date: "),
        (tc.Signature, {"method": "seal"}, "method: not one of the known values"),
        (tc.Goal, {"term": "middle"}, "term: not one of the known values"),
        (tc.PlanOfCare, {"codes": ["9711"]}, r"codes\[0\]: not a procedure code"),
        (tc.PlanOfCare, {"goals": "walk"}, "goals: not a sequence"),
        (tc.PlanOfCare, {"established_on": "soon"}, "established_on: "),
        (tc.PlanOfCare, {"sent_on": "soon"}, "sent_on: "),
        (tc.PlanOfCare, {"discipline": "DC2"}, "discipline: not one of the known values"),
        (tc.Certification, {"received_on": "soon"}, "received_on: "),
        (tc.Certification, {"verbal_on": "soon"}, "verbal_on: "),
        (tc.Certification, {"first_day": "soon"}, "first_day: "),
        (tc.Certification, {"last_day": "soon"}, "last_day: "),
        (tc.Order, {"ordered_on": "soon"}, "ordered_on: "),
        (tc.Evaluation, {"onset": "soon"}, "onset: "),
        (tc.Evaluation, {"examined": "gait"}, "examined: not a sequence"),
        (tc.Note, {"note_type": "treatment-note", "date_written": "soon"}, "date_written: "),
        (tc.Episode, {"documents": [], "treatment_days": "2026-03-02"}, "treatment_days: not a sequence"),
        (tc.Episode, {"documents": [], "treatment_days": 5}, "treatment_days: not a sequence"),
        (tc.Episode, {"documents": [], "treatment_days": ["soon"]}, r"treatment_days\[0\]: "),
        (tc.Episode, {"documents": [], "ended_on": "soon"}, "ended_on: "),
        (tc.Episode, {"documents": ["note"]}, r"documents\[0\]: not a Note"),
    ],
)
def test_bad_values_are_refused_by_name(kind, given, problem):
    """
    A value that cannot be meant is refused with the name of its field.
    """
    with pytest.raises(tc.InvalidInputError, match=f"^{problem}"):
        kind(**given)


def test_dates_may_be_text():
    """
    Dates may be given as text everywhere.
    """
    plan = tc.PlanOfCare(established_on=DAY, sent_on=DAY, signature=tc.Signature("A. Sample", "PT", DAY))

    assert date(2026, 3, 2) == plan.established_on == plan.sent_on == plan.signature.date
    assert (date(2026, 3, 2),) == tc.Episode([], treatment_days=[DAY]).treatment_days
