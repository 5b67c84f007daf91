"""
Values to and from plain dictionaries, policies of one's own, and the JSON Schema of the input.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest
from attrs import NOTHING, fields

import therapycodes as tc
from therapycodes._structuring import faults_of
from therapycodes.exchange import READABLE
from therapycodes.policy import UnitMethod


DAY = "2026-03-02"
EXAMPLE = json.loads((Path(__file__).parent.parent / "examples" / "visit.json").read_text(encoding="utf-8"))
FULL = {
    "date_of_service": DAY,
    "discipline": "PT",
    "policy": "cpt",
    "services": [
        {"code": "97110", "minutes": 20, "amount": 3, "furnished_by": "assistant", "discipline": "PT"},
        {"code": "97161"},
    ],
    "note": {
        "note_type": "treatment-note",
        "date_of_service": DAY,
        "interventions": [
            {
                "description": "d",
                "code": "97110",
                "minutes": 20,
                "furnished_by": "therapist",
                "purpose": "p",
                "region": "r",
            },
            {},
        ],
        "total_timed_code_treatment_minutes": 20,
        "total_treatment_minutes": 20,
        "signature": {"name": "n", "credential": "PT", "date": DAY},
        "text": "t",
        "patient_identified": True,
        "contributors": [{"credential": "PTA", "furnished_by": "assistant"}, {}],
        "date_written": "2026-03-03",
        "supervisor_consulted": False,
    },
}
LINE = {"code": "97110", "units": 2, "modifiers": ["GP"], "discipline": "PT"}


def _places(value, path=()):
    """
    The path of every value inside a plain structure, the structures themselves included.
    """
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def _at(value, path):
    for step in path:
        value = value[step]
    return value


def _changed(value, path, new):
    """
    A copy in which what stands at a path is replaced.
    """
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = _changed(value[path[0]], path[1:], new)
    return copied


def _written(path):
    """
    A path as errors write it.
    """
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


PATHS = [path for path in _places(FULL) if path]
LEAVES = [path for path in PATHS if not isinstance(_at(FULL, path), (dict, list))]
TABLES = [path for path in PATHS if isinstance(_at(FULL, path), dict)]
LISTS = [path for path in PATHS if isinstance(_at(FULL, path), list)]


def _fault(data, kind=tc.Visit):
    with pytest.raises(tc.InvalidInputError) as caught:
        tc.from_dict(data, kind)
    return caught.value


# -- in ---------------------------------------------------------------------------------------------------------------


def test_full_visit():
    """
    Every key is read into the argument of its name.
    """
    visit = tc.from_dict(FULL, tc.Visit)

    assert date(2026, 3, 2) == visit.date_of_service
    assert tc.Service("97110", 20, amount=3, furnished_by="assistant", discipline="PT") == visit.services[0]
    assert tc.Service("97161") == visit.services[1]
    assert ("PT", "cpt") == (visit.discipline, visit.policy)
    assert tc.Signature("n", "PT", DAY) == visit.note.signature
    assert (
        tc.Intervention("d", code="97110", minutes=20, furnished_by="therapist", purpose="p", region="r")
        == visit.note.interventions[0]
    )
    assert tc.Intervention() == visit.note.interventions[1]
    assert (tc.Contributor("PTA", furnished_by="assistant"), tc.Contributor()) == visit.note.contributors
    assert (True, False) == (visit.note.patient_identified, visit.note.supervisor_consulted)
    assert date(2026, 3, 3) == visit.note.date_written


@pytest.mark.parametrize("kind", [OrderedDict, MappingProxyType])
def test_other_mappings(kind):
    """
    Any mapping is read, not only a dictionary.
    """
    assert tc.from_dict(kind(FULL), tc.Visit) == tc.from_dict(FULL, tc.Visit)


def test_input_is_not_changed():
    """
    Reading leaves the caller's dictionary as it was.
    """
    before = json.dumps(FULL)
    tc.from_dict(FULL, tc.Visit)

    assert before == json.dumps(FULL)


@pytest.mark.parametrize(
    "value",
    [
        tc.from_dict(FULL, tc.Visit),
        tc.from_dict(EXAMPLE, tc.Visit),
        tc.from_dict(FULL["note"], tc.Note),
        tc.Service("97110", 33),
        tc.Intervention(),
        tc.Signature("n"),
        tc.Contributor(),
        tc.ClaimLine("97110", 2, ["GP"], discipline="PT"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_there_and_back(value):
    """
    Writing and reading gives an equal value, also through JSON.
    """
    plain = tc.to_dict(value)

    assert value == tc.from_dict(plain, type(value))
    assert value == tc.from_dict(json.loads(json.dumps(plain)), type(value))


def test_visit_with_a_policy_of_its_own_there_and_back():
    """
    A policy given as a table inside a visit is read; written out again it is read as the same policy.
    """
    visit = tc.from_dict({**FULL, "policy": {"id": "own", "title": "t", "summary": "s", "extends": "cpt"}}, tc.Visit)

    assert visit.policy == tc.load_policy({"id": "own", "title": "t", "summary": "s", "extends": "cpt"})
    assert visit == tc.from_dict(tc.to_dict(visit), tc.Visit)


@pytest.mark.parametrize("path", TABLES, ids=_written)
@pytest.mark.parametrize("key", ["minuts", "kind", "_private"])
def test_unknown_keys(path, key):
    """
    An unknown key is refused at every level, with its path and the known keys.
    """
    fault = _fault(_changed(FULL, path, {**_at(FULL, path), key: 1}))

    assert fault.field == f"{_written(path)}.{key}"
    assert "unknown key" == fault.problem
    assert fault.remedy.startswith("remove it, or use one of ")


def test_unknown_key_at_the_top():
    """
    An unknown key of the visit itself is named alone.
    """
    assert "patient" == _fault({**FULL, "patient": 1}).field


@pytest.mark.parametrize("key", ["a name", "Zoë", "x" * 41, "", 5])
def test_keys_that_are_no_names_are_not_shown(key):
    """
    A key that does not look like a field is not shown.
    """
    assert "(a key that is not shown)" == _fault({**FULL, key: 1}).field


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ((), "date_of_service"),
        ((), "services"),
        (("services", 0), "code"),
        (("services", 1), "code"),
        (("note",), "note_type"),
    ],
)
def test_missing_keys(path, key):
    """
    A missing key is refused with its path.
    """
    table = {name: value for name, value in _at(FULL, path).items() if name != key}
    fault = _fault(_changed(FULL, path, table))

    assert str(fault) == f"{_written((*path, key))}: missing; add it"


@pytest.mark.parametrize("path", LEAVES, ids=_written)
@pytest.mark.parametrize("wrong", [[], {}, [1], 1.5, b"x", date(2026, 3, 2)], ids=repr)
def test_wrong_types_of_leaves(path, wrong):
    """
    A value of a wrong type is refused at every leaf; its path begins the message.
    """
    within = ".id" if path == ("policy",) and wrong == {} else ""
    assert _fault(_changed(FULL, path, wrong)).field == _written(path) + within


@pytest.mark.parametrize("path", LEAVES, ids=_written)
def test_other_scalars(path):
    """
    Text is no number, a number no text, and a truth value neither.
    """
    right = _at(FULL, path)
    for wrong in ("20", 20, True, 20.0):
        if type(wrong) is not type(right):
            assert _fault(_changed(FULL, path, wrong)).field == _written(path)


@pytest.mark.parametrize("path", TABLES + LISTS, ids=_written)
@pytest.mark.parametrize("wrong", [1, True, 1.5, "x"], ids=repr)
def test_wrong_types_of_tables_and_lists(path, wrong):
    """
    A scalar in place of a table or a list is refused; the path is that of the table or its first item.
    """
    assert _fault(_changed(FULL, path, wrong)).field in (_written(path), f"{_written(path)}[0]")


@pytest.mark.parametrize("path", TABLES, ids=_written)
@pytest.mark.parametrize("wrong", [[], ["x"]], ids=repr)
def test_list_for_a_table(path, wrong):
    """
    A list in place of a table is refused.
    """
    assert _fault(_changed(FULL, path, wrong)).field == _written(path)


@pytest.mark.parametrize("path", LISTS, ids=_written)
@pytest.mark.parametrize("wrong", [{}, ""], ids=repr)
def test_empty_table_or_text_for_a_list(path, wrong):
    """
    An empty table or an empty text is no empty list.
    """
    assert _fault(_changed(FULL, path, wrong)).field == _written(path)


def test_table_of_modifiers():
    """
    A table is no list of modifiers.
    """
    assert "modifiers" == _fault({**LINE, "modifiers": {"GP": 1}}, tc.ClaimLine).field


REQUIRED = {
    ("date_of_service",),
    ("services",),
    ("services", 0),
    ("services", 1),
    ("services", 0, "code"),
    ("services", 1, "code"),
    ("services", 0, "furnished_by"),
    ("policy",),
    ("note", "note_type"),
    ("note", "interventions"),
    ("note", "interventions", 0),
    ("note", "interventions", 1),
    ("note", "contributors"),
    ("note", "contributors", 0),
    ("note", "contributors", 1),
}


@pytest.mark.parametrize("path", PATHS, ids=_written)
def test_null(path):
    """
    `null` means not stated where that is possible, and is refused elsewhere.
    """
    changed = _changed(FULL, path, None)
    if path in REQUIRED:
        assert _fault(changed).field == _written(path)
    else:
        assert tc.from_dict(changed, tc.Visit)


@pytest.mark.parametrize(
    ("path", "wrong", "message"),
    [
        (("services", 0, "minutes"), 20.0, "not a whole number; give a whole number without quotes or decimals"),
        (("services", 0, "minutes"), True, "not a whole number; give a whole number without quotes or decimals"),
        (("services", 0, "minutes"), -1, "negative; give 0 or more whole minutes"),
        (("services", 0, "minutes"), 1441, "longer than a day; give at most 1440 minutes"),
        (("services", 0, "amount"), -1, "not a plausible whole number; give an int from 0 to 100000"),
        (("services", 0, "furnished_by"), "aide", "not one of the known values; choose one of therapist, assistant"),
        (("services", 0, "discipline"), "pt", "not one of the known values; choose one of PT, OT, SLP"),
        (
            ("services", 1, "code"),
            "9716",
            'not a procedure code; give five capital letters or digits as text, such as "97110"',
        ),
        (("note", "interventions", 0, "minutes"), -5, "negative; give 0 or more whole minutes"),
        (("note", "interventions", 0, "description"), 5, "not text; give text"),
        (("note", "patient_identified"), 1, "neither true nor false; give true or false"),
        (
            ("note", "total_treatment_minutes"),
            20.5,
            "not a whole number; give a whole number without quotes or decimals",
        ),
        (
            ("note", "date_of_service"),
            "2026-02-30",
            "not a calendar date; give a date in the form YYYY-MM-DD",
        ),
        (("date_of_service",), 20260302, "not a calendar date; give a date in the form YYYY-MM-DD"),
        (
            ("date_of_service",),
            "2026-03-02T00:00:00",
            "not a calendar date; give a date in the form YYYY-MM-DD",
        ),
        (("policy",), 5, "not a policy; give the id of a policy, or its table"),
        (("policy",), None, "not a policy; give the id of a policy, or its table"),
        (("note",), 5, "not of the right kind; compare it with the documented format"),
        (("note", "interventions", 1), "x", "not of the right kind; compare it with the documented format"),
    ],
)
def test_messages(path, wrong, message):
    """
    A fault names path, problem and remedy in one line.
    """
    assert f"{_written(path)}: {message}" == str(_fault(_changed(FULL, path, wrong)))


@pytest.mark.parametrize("path", [("note", "signature", "date"), ("note", "date_written")], ids=_written)
def test_path_of_a_malformed_date(path):
    """
    The path of a malformed date is that of its own field.
    """
    assert _fault(_changed(FULL, path, "2026-02-30")).field == _written(path)


def test_faults_of_a_policy_inside_a_visit():
    """
    A policy table inside a visit is refused with what is wrong with it.
    """
    with pytest.raises(tc.TherapyCodesError, match="missing"):
        tc.from_dict({**FULL, "policy": {"id": "own"}}, tc.Visit)


def test_bad_policy_inside_a_visit():
    """
    A policy table inside a visit that is none is refused.
    """
    with pytest.raises(tc.TherapyCodesError, match="policy"):
        tc.from_dict({**FULL, "policy": {}}, tc.Visit)


@pytest.mark.parametrize("data", [None, [], "x", 5, [("code", "97110")]])
def test_data_must_be_a_mapping(data):
    """
    What is no mapping is refused under the name of the class.
    """
    assert "Service: not an object; give a mapping of field names to values" == str(_fault(data, tc.Service))


@pytest.mark.parametrize("kind", [tc.Review, tc.Policy, dict, str, None, "Visit", tc.Service("97110")])
def test_kind_must_be_readable(kind):
    """
    Only input classes are read, and only they have a schema.
    """
    assert str(_fault({}, kind)).startswith("kind: not a class that can be read; use one of Visit, Service, Note")
    with pytest.raises(tc.InvalidInputError, match=r"^kind: not a class that can be read"):
        tc.json_schema(kind)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"units": True}, "units"),
        ({"units": 0}, "units"),
        ({"units": 1.0}, "units"),
        ({"modifiers": ["GP", "gp"]}, "modifiers[1]"),
        ({"modifiers": ["GP", 5]}, "modifiers[1]"),
        ({"modifiers": "GP"}, "modifiers"),
        ({"modifiers": None}, "modifiers"),
        ({"modifiers": ["GP"] * 5}, "modifiers"),
        ({"discipline": "DC"}, "discipline"),
        ({"code": 97110}, "code"),
    ],
)
def test_claim_lines_are_read_strictly(change, field):
    """
    A claim line is read as strictly as a visit.
    """
    assert tc.ClaimLine("97110", 2, ["GP"], discipline="PT") == tc.from_dict(LINE, tc.ClaimLine)
    assert field == _fault({**LINE, **change}, tc.ClaimLine).field


class _Failing(dict[str, object]):
    """
    A mapping that fails with a note of its own when one key is read.
    """

    def __getitem__(self, key):
        if key != "minutes":
            return super().__getitem__(key)
        error = OSError("words")
        error.add_note("words")
        raise error


def test_mapping_that_fails():
    """
    A mapping that fails while it is read is refused at that key, whatever its own error says.
    """
    fault = _fault(_Failing(code="97110", minutes=5), tc.Service)

    assert "minutes: not of the right kind; compare it with the documented format" == str(fault)


# -- out --------------------------------------------------------------------------------------------------------------


def _review():
    return tc.review(tc.from_dict(EXAMPLE, tc.Visit))


RULES = tc.rules_on(DAY)
COUNT = tc.count_units(
    [tc.Service("97110", 10), tc.Service("97112", 10), tc.Service("97140", 10, furnished_by="assistant")], RULES
)
CODE = tc.lookup("97112")
VALUES = (
    tc.from_dict(FULL, tc.Visit),
    tc.from_dict(FULL["note"], tc.Note),
    *tc.from_dict(FULL, tc.Visit).services,
    tc.Intervention(),
    tc.Signature(date=DAY),
    tc.Contributor(),
    _review(),
    _review().documentation,
    _review().documentation.findings[0],
    COUNT,
    COUNT.lines[0],
    COUNT.trace[0],
    tc.claim_lines(COUNT, RULES, discipline="PT")[0],
    CODE,
    CODE.on(DAY),
    CODE.metadata,
    CODE.metadata.purpose,
    CODE.facts,
    CODE.history[0] if CODE.history else tc.lookup("97001").history[0],
    tc.lookup("97001"),
    RULES,
    RULES.policy,
    RULES.year,
    RULES.rule("largest-remainder"),
    RULES.requirements("treatment-note")[0],
    COUNT.trace[0].citations[0],
    COUNT.trace[0].citations[0].source,
)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_every_value_is_json(value):
    """
    The plain form of every class is a dictionary that JSON holds without loss.
    """
    plain = tc.to_dict(value)

    assert type(plain) is dict
    assert plain == json.loads(json.dumps(plain, allow_nan=False))
    assert not any(name.startswith("_") for name in plain)


@pytest.mark.parametrize("code", tc.codes(), ids=lambda code: code.code)
def test_every_code_is_json(code):
    """
    The plain form of every bundled code is JSON.
    """
    assert json.loads(json.dumps(tc.to_dict(code)))["code"] == code.code


def test_plain_forms():
    """
    Dates and amounts are text, enumerations their value, sequences lists.
    """
    assert tc.to_dict(tc.Signature(date=DAY)) == {"date": DAY}
    assert {
        "code": "97110",
        "units": 2,
        "modifiers": ["GP"],
        "discipline": "PT",
    } == tc.to_dict(tc.ClaimLine("97110", 2, ["GP"], discipline="PT"))
    assert tc.to_dict(RULES.year)["kx_threshold_ot"][0]["value"] == str(RULES.year.kx_threshold_ot[0].value)
    assert tc.to_dict(COUNT)["permitted_allocations"][0] == dict(COUNT.units)
    assert set(tc.to_dict(COUNT.trace[0].citations[0])) == {"source", "locator", "title", "standing"}
    assert set(tc.to_dict(CODE.on(DAY))) == {attribute.name for attribute in fields(tc.CodeFacts)}


def test_zero_and_false_are_kept():
    """
    Zero and false are facts and stay in the plain form; only what was not stated is left out.
    """
    plain = tc.to_dict(tc.Note("treatment-note", total_treatment_minutes=0, patient_identified=False, text=""))

    assert {
        "note_type": "treatment-note",
        "total_treatment_minutes": 0,
        "patient_identified": False,
        "text": "",
    } == plain


def test_review_leaves_the_note_out():
    """
    The plain form of a review holds everything but the note.
    """
    plain = tc.to_dict(_review())

    assert set(plain) == {
        "date_of_service",
        "policy",
        "discipline",
        "carried_forward",
        "units",
        "lines",
        "edits",
        "thresholds",
        "payment",
        "documentation",
        "sources",
    }
    assert {"97112": 2, "97110": 1} == plain["units"]["units"]
    assert plain["documentation"]["is_complete"] is True
    assert set(plain["sources"]) == set(_review().sources)


@pytest.mark.parametrize("value", [None, "x", 5, {}, [], tc.Note, tc.coverage(), object()])
def test_other_values_have_no_plain_form(value):
    """
    What is no value of the library is refused.
    """
    with pytest.raises(tc.InvalidInputError, match=r"^value: not a value of this library"):
        tc.to_dict(value)


# -- schema -----------------------------------------------------------------------------------------------------------


def _accepts(schema, value, definitions):
    """
    Whether a value fits the few words of JSON Schema the library uses.
    """
    if "$ref" in schema:
        return _accepts(definitions[schema["$ref"].removeprefix("#/$defs/")], value, definitions)
    if "anyOf" in schema:
        return any(_accepts(one, value, definitions) for one in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    match schema["type"]:
        case "object":
            known = schema.get("properties", {})
            return (
                isinstance(value, dict)
                and set(schema.get("required", ())) <= set(value)
                and (schema.get("additionalProperties", True) or set(value) <= set(known))
                and all(_accepts(known[key], item, definitions) for key, item in value.items() if key in known)
            )
        case "array":
            return isinstance(value, list) and all(_accepts(schema["items"], item, definitions) for item in value)
        case "integer":
            return type(value) is int and value >= schema["minimum"]
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None


def _valid(value, kind=tc.Visit):
    schema = tc.json_schema(kind)
    return _accepts(schema, value, schema["$defs"])


def test_schema_accepts_the_example():
    """
    The schema of a visit accepts the example and the fullest visit.
    """
    assert _valid(EXAMPLE)
    assert _valid(FULL)
    assert _valid({**FULL, "policy": {"id": "own"}})
    assert _valid(LINE, tc.ClaimLine)


@pytest.mark.parametrize("kind", READABLE, ids=lambda kind: kind.__name__)
def test_schema_names_the_fields(kind):
    """
    A schema holds the fields of its class, requires those without a default, and is JSON.
    """
    schema = tc.json_schema(kind)
    own = schema["$defs"][kind.__name__]
    names = [attribute.name for attribute in fields(kind) if attribute.name != "reasons"]

    assert schema == json.loads(json.dumps(schema))
    assert schema["title"] == kind.__name__
    assert schema["$ref"] == f"#/$defs/{kind.__name__}"
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert names == list(own["properties"])
    assert [one.name for one in fields(kind) if one.default is NOTHING] == own["required"]


@pytest.mark.parametrize("path", [(), *TABLES], ids=_written)
def test_schema_agrees_on_keys(path):
    """
    Schema and reader agree on unknown keys, and on which keys may be left out.
    """
    table = _at(FULL, path)
    assert not _valid(_changed(FULL, path, {**table, "minuts": 1}))
    for key in table:
        changed = _changed(FULL, path, {name: value for name, value in table.items() if name != key})
        try:
            tc.from_dict(changed, tc.Visit)
        except tc.InvalidInputError:
            assert not _valid(changed)
        else:
            assert _valid(changed)


@pytest.mark.parametrize("path", PATHS, ids=_written)
@pytest.mark.parametrize("wrong", [None, 5, 5.5, True, ["x"], {"x": 1}], ids=repr)
def test_schema_agrees_on_types(path, wrong):
    """
    What the schema refuses the reader refuses, and what the reader accepts the schema accepts.
    """
    changed = _changed(FULL, path, wrong)
    try:
        tc.from_dict(changed, tc.Visit)
    except tc.InvalidInputError:
        assert not _valid(changed) or path == ("policy",)
    else:
        assert _valid(changed)


@pytest.mark.parametrize("reasons", [[], [{"rule": "units", "sentence": "words"}]], ids=len)
def test_schema_agrees_on_reasons(reasons):
    """
    Schema and reader agree on whether a claim line brings its reasons.
    """
    plain = {**LINE, "reasons": reasons}
    try:
        tc.from_dict(plain, tc.ClaimLine)
    except tc.InvalidInputError:
        assert not _valid(plain, tc.ClaimLine)
    else:
        assert _valid(plain, tc.ClaimLine)


# -- policies of one's own --------------------------------------------------------------------------------------------


SOURCE = {"title": "Acme manual", "publisher": "Acme", "standing": "payer", "read_on": "2026-01-05"}
ENTRY = {
    "value": "midpoint",
    "effective_from": "2025-07-01",
    "reviewed_on": "2026-01-05",
    "citations": [{"source": "acme-manual", "locator": "page 12"}],
}
POLICY = {
    "id": "acme-health",
    "title": "Acme Health",
    "summary": "An invented plan.",
    "extends": "medicare-part-b",
    "sources": {"acme-manual": SOURCE},
    "parameters": {"unit_method": [ENTRY]},
}
TOML = """
id = "acme-health"
title = "Acme Health"
summary = "An invented plan."
extends = "medicare-part-b"

[sources.acme-manual]
title = "Acme manual"
publisher = "Acme"
standing = "payer"
read_on = 2026-01-05

[[parameters.unit_method]]
value = "midpoint"
effective_from = 2025-07-01
reviewed_on = 2026-01-05
citations = [{ source = "acme-manual", locator = "page 12" }]
"""


def _faults(source, **given):
    with pytest.raises(tc.DataError) as caught:
        tc.load_policy(source, **given)
    return caught.value.faults


def test_policy_from_a_mapping():
    """
    A policy of one's own decides from its first day on and leaves the rest to its parent.
    """
    policy = tc.load_policy(POLICY)
    services = [tc.Service("97110", 33), tc.Service("97140", 7)]

    def units(day):
        return tc.count_units(services, tc.rules_on(day, policy)).units

    assert {"97110": 2, "97140": 1} == units("2025-06-30")
    assert {"97110": 2, "97140": 0} == units("2025-07-01")
    assert tc.rules_on(DAY, policy).discipline_modifiers is True
    assert "Acme" == tc.rules_on(DAY, policy).parameters["unit_method"].citations[0].source.publisher


def test_policy_from_a_file(tmp_path):
    """
    A TOML file gives the policy its mapping gives, by text or by path, with dates as dates or as text.
    """
    path = tmp_path / "acme.toml"
    path.write_text(TOML, encoding="utf-8")
    typed = {
        **POLICY,
        "sources": {"acme-manual": {**SOURCE, "read_on": date(2026, 1, 5)}},
        "parameters": {
            "unit_method": ({**ENTRY, "effective_from": date(2025, 7, 1), "reviewed_on": date(2026, 1, 5)},)
        },
    }

    assert tc.load_policy(POLICY) == tc.load_policy(path)
    assert tc.load_policy(POLICY) == tc.load_policy(str(path))
    assert tc.load_policy(POLICY) == tc.load_policy(typed)


def test_policy_leaves_its_mapping_as_it_was():
    """
    Loading leaves the caller's mapping as it was.
    """
    before = json.dumps(POLICY)
    tc.load_policy(POLICY)

    assert before == json.dumps(POLICY)


def test_policy_may_cite_bundled_sources():
    """
    A policy may cite the bundled sources without describing them.
    """
    entry = {**ENTRY, "citations": [{"source": "cpt-time-rule", "locator": "paragraph on time"}]}
    plain = {**POLICY, "parameters": {"unit_method": [entry]}}
    del plain["sources"]

    assert "cpt-time-rule" == tc.load_policy(plain).parameters.unit_method[0].citations[0].source.id


def test_policy_of_a_given_catalogue():
    """
    The catalogue may be given.
    """
    assert tc.load_policy(POLICY, catalogue=RULES.catalogue) == tc.load_policy(POLICY)


def test_values_become_members():
    """
    The values of a policy of one's own are members of their enumerations, as those of a bundled one.
    """
    assert isinstance(tc.load_policy(POLICY).parameters.unit_method[0].value, UnitMethod)


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {"unit_method": [{**ENTRY, "value": "guess"}]}},
        {"parameters": {"unit_method": [{**ENTRY, "standing": "certain"}]}},
        {"sources": {"acme-manual": {**SOURCE, "standing": "certain"}}},
    ],
)
def test_unknown_values_are_refused(change):
    """
    A value outside its enumeration is refused.
    """
    assert any("not one of the known values" in fault for fault in _faults({**POLICY, **change}))


BAD_CITATION = "policy: a citation holds source and locator and nothing else; mend it"
NO_DATE = "policy: not a calendar date; give a date in the form YYYY-MM-DD"


def _parameter(**change):
    return {"parameters": {"unit_method": [{**ENTRY, **change}]}}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": 5}, "policy: not text; give text @ id"),
        (
            {"payer": "x"},
            "policy: unknown key; remove it, or use one of id, title, summary, extends, parameters @ payer",
        ),
        ({"extends": "no-such"}, "policy: extends a policy that does not exist @ extends"),
        ({"extends": "acme-health"}, "policy: extends a policy that does not exist @ extends"),
        (
            _parameter(effective_from="2025-13-01"),
            f"{NO_DATE} @ parameters.unit_method[0].effective_from",
        ),
        (
            _parameter(effective_from="20250701"),
            f"{NO_DATE} @ parameters.unit_method[0].effective_from",
        ),
        (
            _parameter(reviewed_on=20260105),
            f"{NO_DATE} @ parameters.unit_method[0].reviewed_on",
        ),
        (
            _parameter(effective_through="2025-06-30"),
            "policy: effective_through is before effective_from @ parameters.unit_method[0]",
        ),
        (
            {"parameters": {"unit_method": [ENTRY, ENTRY]}},
            "policy: entries are not in order of effective_from @ parameters.unit_method[1]",
        ),
        (
            _parameter(citations=[]),
            "policy: needs at least one citation; mend it @ parameters.unit_method[0]",
        ),
        (
            _parameter(citations=[{"source": "no-such", "locator": "x"}]),
            "policy: cites a source that sources.toml does not hold; mend it @ parameters.unit_method[0].citations[0]",
        ),
        (
            _parameter(citations=[{"source": "acme-manual"}]),
            f"{BAD_CITATION} @ parameters.unit_method[0].citations[0]",
        ),
        (
            _parameter(citations=[{"source": "acme-manual", "locator": ""}]),
            "policy: the locator of a citation is text; mend it @ parameters.unit_method[0].citations[0]",
        ),
        (
            {"parameters": {"discipline_modifiers": [{**ENTRY, "value": "yes"}]}},
            "policy: neither true nor false; give true or false @ parameters.discipline_modifiers[0].value",
        ),
        (
            {"parameters": {"documentation_sets": [{**ENTRY, "value": ["no-such"]}]}},
            "policy: no such requirement set @ parameters.documentation_sets[0]",
        ),
        ({"sources": []}, "policy: a table of sources by id @ sources"),
        (
            {"sources": {"acme-manual": SOURCE, "other": {**SOURCE, "title": 5}}},
            "policy, sources.other: not text; give text @ title",
        ),
        (
            {"sources": {"acme-manual": SOURCE, "other": 5}},
            "policy, sources.other: not of the right kind; compare it with the documented format @ ",
        ),
    ],
)
def test_faults_of_a_policy(change, fault):
    """
    Each fault of a policy is reported with its path.
    """
    assert fault in _faults({**POLICY, **change})


def test_all_faults_are_reported_together():
    """
    Faults of the policy and of its sources are reported in one error.
    """
    faults = _faults({"title": 5, "sources": {"own": {**SOURCE, "read_on": "yesterday"}}})

    assert (
        "policy, sources.own: not a calendar date; give a date in the form YYYY-MM-DD @ read_on",
        "policy: missing; add it @ id",
        "policy: not text; give text @ title",
        "policy: missing; add it @ summary",
    ) == faults


def test_policy_without_a_parent_decides_everything():
    """
    A policy that extends none names every parameter.
    """
    faults = _faults({name: value for name, value in POLICY.items() if name != "extends"})

    assert "policy: a policy that extends none decides everything; missing @ parameters.assistant_rule" in faults
    assert 15 == len(faults)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"id = ", "not valid TOML in UTF-8"),
        (b'id = "\xff"', "not valid TOML in UTF-8"),
        (b"", "missing; add it @ id"),
        (TOML.replace("summary", "sumary").encode(), "unknown key"),
        (TOML.replace("2025-07-01", '"2025-07-01"').encode(), "not a calendar date"),
        (TOML.replace("midpoint", "").replace('value = ""', "value = 1.5").encode(), "acme.toml: "),
    ],
)
def test_bad_files(tmp_path, content, problem):
    """
    A file that does not load is refused with the name of the file.
    """
    path = tmp_path / "acme.toml"
    path.write_bytes(content)
    faults = _faults(path)

    assert all(fault.startswith("acme.toml: ") for fault in faults)
    assert any(problem in fault for fault in faults)


def test_missing_file(tmp_path):
    """
    A file that is not there, or a folder in its place, cannot be read.
    """
    assert ("none.toml: cannot be read; give the path of a TOML file @ .",) == _faults(tmp_path / "none.toml")
    assert _faults(tmp_path)[0].endswith(": cannot be read; give the path of a TOML file @ .")


@pytest.mark.parametrize("source", [None, 5, ["acme.toml"], "a\0b"])
def test_policy_of_something_else(source):
    """
    What is neither mapping nor path is refused by an error of the library.
    """
    with pytest.raises(tc.TherapyCodesError):
        tc.load_policy(source)


def test_policy_that_holds_itself():
    """
    A mapping that holds itself is refused by an error of the library.
    """
    table: dict[str, object] = {"id": "own"}
    table["parameters"] = table
    with pytest.raises(tc.TherapyCodesError):
        tc.load_policy(table)


def test_every_fault_of_a_policy_table_is_told():
    """
    The faults of data inside an input keep their paths, each behind the path of the field.
    """
    error = tc.DataError(["policy: missing; add it @ id", "policy: nested too deeply @ ."])
    assert [("policy.id", "missing", "add it"), ("policy", "nested too deeply", "mend it")] == list(
        faults_of(error, "policy")
    )
