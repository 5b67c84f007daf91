"""
The model episode and its variations under `tests/cases/episode`: data that a therapist can read and write.
"""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path

import pytest

import therapycodes as tc


FOLDER = Path(__file__).parent / "cases" / "episode"
MODEL = tomllib.loads((FOLDER / "model.toml").read_text(encoding="utf-8"))
VARIATIONS = tuple(tomllib.loads((FOLDER / "variations.toml").read_text(encoding="utf-8"))["variations"])
KEYS = {"id", "name", "source", "why", "set", "remove", "documents", "expected", "says"}
NOT_OF_THE_EPISODE = ("policy", "date_of_service", "as_of")


def episode_of(table):
    """
    An episode of a table whose documents stand by name.
    """
    held = {key: value for key, value in table.items() if key not in NOT_OF_THE_EPISODE}
    return tc.from_dict({**held, "documents": list(table["documents"].values())}, tc.Episode)


def report_on(table):
    """
    The report on the episode of a table, under its policy and as of its day.
    """
    rules = tc.rules_on(table["date_of_service"], table["policy"])
    return tc.check_episode(episode_of(table), rules, as_of=table["as_of"])


def varied(variation):
    """
    The model with the changes of a variation.
    """
    table = copy.deepcopy(MODEL)
    for path in variation.get("remove", ()):
        *way, last = path.split(".")
        del _at(table, way)[last]
    for path, value in variation.get("set", {}).items():
        *way, last = path.split(".")
        _at(table, way)[last] = value
    table["documents"].update(variation.get("documents", {}))
    return table


def _at(table, way):
    for key in way:
        table = table.setdefault(key, {})
    return table


def not_met(report):
    """
    The ids of the findings that are not met.
    """
    return [finding.id for finding in report.findings if finding.outcome is tc.Outcome.NOT_MET]


@pytest.fixture(params=VARIATIONS, ids=lambda variation: f"{variation['id']}: {variation['name']}")
def variation(request):
    """
    One variation after the other.
    """
    return request.param


def test_model_episode_is_clean():
    """
    The model episode has nothing missing, nothing unassessed, and nothing due but what a further visit would need.
    """
    report = report_on(MODEL)

    assert [] == not_met(report)
    assert () == report.not_assessed
    assert () == report.due
    assert report.is_complete


@pytest.mark.parametrize("name", MODEL["documents"])
def test_each_note_of_the_model_is_clean(name):
    """
    Each document of the model, seen beside the others, has nothing missing either.
    """
    note = tc.from_dict(MODEL["documents"][name], tc.Note)
    rules = tc.rules_on(note.date_of_service, MODEL["policy"])
    report = tc.check_documentation(note, rules, record=episode_of(MODEL).documents)

    assert [] == not_met(report)


def test_model_has_twelve_visits():
    """
    Evaluation and eleven visits: twelve treatment days.
    """
    days = {
        document["date_of_service"]
        for document in MODEL["documents"].values()
        if document["note_type"] in ("evaluation", "treatment-note")
    }

    assert 12 == len(days)


def test_variation_is_found_and_nothing_else(variation):
    """
    A single defect gives the one finding it names, with the dates it names.
    """
    report = report_on(varied(variation))

    assert [variation["expected"]] == not_met(report)
    message = report.finding(variation["expected"]).message
    assert [] == [words for words in variation.get("says", ()) if words not in message]


def test_variation_holds_known_keys_only(variation):
    """
    A variation holds the documented keys, a source and a change.
    """
    assert set() == set(variation) - KEYS
    assert variation["source"]
    assert {"set", "remove", "documents"}.intersection(variation)


def test_variations_are_at_least_twenty():
    """
    Twenty defects and more, each with an id of its own.
    """
    ids = [variation["id"] for variation in VARIATIONS]

    assert 20 <= len(ids)
    assert sorted(set(ids)) == sorted(ids)


def test_each_requirement_that_can_be_missed_has_its_variation():
    """
    Every requirement of the whole episode is missed by some variation, but for those that only excuse another.
    """
    rules = tc.rules_on(MODEL["date_of_service"], MODEL["policy"])
    excuses = {"CERT-02", "CERT-06"}
    never = {one.id for one in rules.episode_requirements if one.over_episode == "never-demand"}
    elsewhere = {"EV-07"}

    assert {one.id for one in rules.episode_requirements} - excuses - never - elsewhere == {
        variation["expected"] for variation in VARIATIONS
    }
