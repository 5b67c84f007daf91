"""
Free text of the caller is never repeated: not in a repr, a message, a traceback, a rendering or a result.

A marker is planted wherever text can stand, and everything that comes out is searched for it.
"""

from __future__ import annotations

import io
import json
import traceback
from typing import get_args, get_origin, get_type_hints

import pytest
from attrs import NOTHING, evolve, fields, has

import therapycodes as tc
from therapycodes import documents
from therapycodes._cli import main


MARKER = "Zebulon Quux, born 1931-07-04"
WORD = "QUUXZ"
DAY = "2026-03-02"


def _holds(text, *markers):
    return [marker for marker in (*markers, "Quux") if marker in text]


def _note(**given):
    return tc.Note(
        "treatment-note",
        DAY,
        **{
            "interventions": [
                tc.Intervention(MARKER, code="97110", minutes=20, purpose=MARKER, region=MARKER),
                tc.Intervention(MARKER),
            ],
            "signature": tc.Signature(MARKER, MARKER, DAY),
            "contributors": [tc.Contributor(MARKER), tc.Contributor(MARKER, furnished_by="assistant")],
            "text": MARKER,
            **given,
        },
    )


NOTES = (
    _note(),
    _note(total_timed_code_treatment_minutes=5, total_treatment_minutes=3),
    _note(interventions=[], contributors=[], signature=None),
    _note(signature=tc.Signature(f"{MARKER}", f"{MARKER}, PTA")),
)
RECORDED = (
    *NOTES,
    *NOTES[0].interventions,
    *NOTES[0].contributors,
    NOTES[0].signature,
    *(tc.Visit(DAY, [tc.Service("97110", 20)], note=note, discipline="PT") for note in NOTES),
    tc.Visit(DAY, [], policy=MARKER),
)


@pytest.mark.parametrize("value", RECORDED, ids=lambda value: type(value).__name__)
def test_repr_of_the_record(value):
    """
    Neither repr nor str nor a format of a part of the record shows its text.
    """
    assert [] == _holds(f"{value!r} {value} {[value]} {(value,)!r}")


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("policy", ["medicare-part-b", "cpt"])
def test_results_hold_no_text(note, policy):
    """
    Reports, reviews, their renderings and their plain form hold no text of the note.
    """
    visit = tc.Visit(DAY, [tc.Service("97110", 20), tc.Service("97140", 5)], note=note, discipline="PT", policy=policy)
    review = tc.review(visit)
    shown = [
        repr(review),
        str(review),
        repr(review.documentation),
        repr(review.documentation.findings),
        repr(review.units),
        repr(review.units.trace),
        repr(review.lines),
        tc.render_text(review),
        tc.render_text(review.documentation),
        json.dumps(tc.to_dict(review)),
        json.dumps(tc.to_dict(review.documentation)),
    ]

    assert [[]] * len(shown) == [_holds(text) for text in shown]


def test_plain_form_of_the_callers_own_note_is_complete():
    """
    The plain form of the caller's own note is the one place that keeps its text.
    """
    assert MARKER in json.dumps(tc.to_dict(NOTES[0]))


VISIT = {
    "date_of_service": DAY,
    "services": [{"code": "97110", "minutes": 20}],
    "note": {
        "note_type": "treatment-note",
        "interventions": [{"code": "97110"}],
        "signature": {"name": "A. Sample"},
        "contributors": [{"credential": "PT"}],
    },
}


def _places(value, path=()):
    """
    The path of every value inside a plain structure, the structures themselves included.
    """
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def _changed(value, path, new):
    """
    A copy in which what stands at a path is replaced.
    """
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = _changed(value[path[0]], path[1:], new)
    return copied


def _with_key(value, path, key):
    held = value
    for step in path:
        held = held[step]
    return _changed(value, path, {**held, key: MARKER}) if isinstance(held, dict) else None


FULL = {
    **VISIT,
    "discipline": "PT",
    "policy": "medicare-part-b",
    "services": [{"code": "97110", "minutes": 20, "amount": 1, "furnished_by": "therapist", "discipline": "PT"}],
    "note": {
        **VISIT["note"],
        "date_of_service": DAY,
        "interventions": [
            {
                "description": "d",
                "code": "97110",
                "minutes": 20,
                "furnished_by": "therapist",
                "purpose": "p",
                "region": "r",
            }
        ],
        "total_timed_code_treatment_minutes": 20,
        "total_treatment_minutes": 20,
        "signature": {"name": "n", "credential": "PT", "date": DAY},
        "text": "t",
        "patient_identified": True,
        "contributors": [{"credential": "PT", "furnished_by": "therapist"}],
        "date_written": DAY,
        "supervisor_consulted": False,
    },
}
BAD = [
    *(
        _changed(FULL, path, new)
        for path in _places(FULL)
        for new in (MARKER, [MARKER], {MARKER: MARKER}, WORD)
        if (path, new) != (("services", 0, "code"), WORD)  # tried by test_unknown_code_of_a_rule_set
    ),
    *(plain for path in _places(FULL) if (plain := _with_key(FULL, path, MARKER)) is not None),
]


def _whole(error):
    return "".join(traceback.format_exception(error)) + str(error)


@pytest.mark.parametrize("index", range(len(BAD)))
def test_bad_visits_are_not_repeated(index):
    """
    Wherever a marker stands in a visit, as value or as key, no error repeats it in message, repr or traceback.
    """
    try:
        review = tc.review(tc.from_dict(BAD[index], tc.Visit))
        shown = tc.render_text(review) + repr(review) + json.dumps(tc.to_dict(review))
    except tc.TherapyCodesError as error:
        shown = _whole(error) + (repr(error) if isinstance(error, tc.InvalidInputError) else "")

    assert [] == _holds(shown, MARKER, WORD)


@pytest.mark.parametrize("index", range(len(BAD)))
@pytest.mark.parametrize("command", [["review"], ["review", "--json"], ["check"], ["units"]])
def test_bad_visits_are_not_printed(index, command, capsys):
    """
    The command line repeats nothing of a bad visit.
    """
    status = main(command, io.StringIO(json.dumps(BAD[index])))
    printed = capsys.readouterr()

    assert status in (0, 2)
    assert [] == _holds(printed.out + printed.err, MARKER, WORD)


def _policy(**given):
    return {"id": "own", "title": "t", "summary": "s", "extends": "medicare-part-b", **given}


def _entry(**given):
    return {
        "unit_method": [
            {
                "value": "midpoint",
                "effective_from": DAY,
                "reviewed_on": DAY,
                "citations": [{"source": "cpt-time-rule", "locator": "x"}],
                **given,
            }
        ]
    }


CALLS = {
    "lookup": lambda: tc.lookup(MARKER),
    "lookup word": lambda: tc.lookup(WORD),
    "rules day": lambda: tc.rules_on(MARKER),
    "rules policy": lambda: tc.rules_on(DAY, MARKER),
    "rules policy word": lambda: tc.rules_on(DAY, WORD.lower()),
    "rules beyond": lambda: tc.rules_on(DAY, beyond_coverage=MARKER),
    "codes discipline": lambda: tc.codes(discipline=MARKER),
    "codes on": lambda: tc.codes(on=MARKER),
    "code on": lambda: tc.lookup("97110").on(MARKER),
    "requirements": lambda: tc.rules_on(DAY).requirements(MARKER),
    "service code": lambda: tc.Service(MARKER),
    "service minutes": lambda: tc.Service("97110", MARKER),
    "service amount": lambda: tc.Service("97110", amount=MARKER),
    "service by": lambda: tc.Service("97110", furnished_by=MARKER),
    "service discipline": lambda: tc.Service("97110", discipline=MARKER),
    "intervention code": lambda: tc.Intervention(code=MARKER),
    "intervention minutes": lambda: tc.Intervention(minutes=MARKER),
    "intervention text": lambda: tc.Intervention([MARKER]),
    "signature text": lambda: tc.Signature([MARKER]),
    "signature date": lambda: tc.Signature(date=MARKER),
    "contributor": lambda: tc.Contributor(furnished_by=MARKER),
    "note type": lambda: tc.Note(MARKER),
    "note day": lambda: tc.Note("treatment-note", MARKER),
    "note written": lambda: tc.Note("treatment-note", date_written=MARKER),
    "note minutes": lambda: tc.Note("treatment-note", total_treatment_minutes=MARKER),
    "note flag": lambda: tc.Note("treatment-note", patient_identified=MARKER),
    "note signature": lambda: tc.Note("treatment-note", signature=MARKER),
    "note interventions": lambda: tc.Note("treatment-note", interventions=MARKER),
    "note intervention": lambda: tc.Note("treatment-note", interventions=[MARKER]),
    "visit day": lambda: tc.Visit(MARKER, []),
    "visit services": lambda: tc.Visit(DAY, MARKER),
    "visit service": lambda: tc.Visit(DAY, [MARKER]),
    "visit note": lambda: tc.Visit(DAY, [], note=MARKER),
    "visit policy": lambda: tc.Visit(DAY, [], policy=[MARKER]),
    "line code": lambda: tc.ClaimLine(MARKER, 1),
    "line units": lambda: tc.ClaimLine("97110", MARKER),
    "line modifiers": lambda: tc.ClaimLine("97110", 1, MARKER),
    "line modifier": lambda: tc.ClaimLine("97110", 1, [MARKER]),
    "line discipline": lambda: tc.ClaimLine("97110", 1, discipline=MARKER),
    "count": lambda: tc.count_units([MARKER], tc.rules_on(DAY)),
    "prefer": lambda: tc.count_units([tc.Service("97110", 5)], tc.rules_on(DAY), prefer=[MARKER]),
    "prefer text": lambda: tc.count_units([tc.Service("97110", 5)], tc.rules_on(DAY), prefer=MARKER),
    "lines discipline": lambda: tc.claim_lines(
        tc.count_units([], tc.rules_on(DAY)), tc.rules_on(DAY), discipline=MARKER
    ),
    "check note": lambda: tc.check_documentation(MARKER, tc.rules_on(DAY)),
    "check lines": lambda: tc.check_documentation(NOTES[0], tc.rules_on(DAY), lines=[MARKER]),
    "check services": lambda: tc.check_documentation(NOTES[0], tc.rules_on(DAY), services=MARKER),
    "finding": lambda: tc.check_documentation(NOTES[0], tc.rules_on(DAY)).finding(MARKER),
    "review": lambda: tc.review(MARKER),
    "render": lambda: tc.render_text(MARKER),
    "render list": lambda: tc.render_text([MARKER]),
    "to_dict": lambda: tc.to_dict(MARKER),
    "from_dict": lambda: tc.from_dict(MARKER, tc.Visit),
    "from_dict kind": lambda: tc.from_dict({}, MARKER),
    "schema": lambda: tc.json_schema(MARKER),
    "policy key": lambda: tc.load_policy({MARKER: 1}),
    "policy fields": lambda: tc.load_policy({"id": [MARKER], "title": [MARKER], "summary": {MARKER: 1}}),
    "policy parent": lambda: tc.load_policy(_policy(extends=MARKER)),
    "policy parameters": lambda: tc.load_policy(_policy(parameters={MARKER: MARKER})),
    "policy value": lambda: tc.load_policy(_policy(parameters=_entry(value=[MARKER]))),
    "policy date": lambda: tc.load_policy(_policy(parameters=_entry(effective_from=MARKER))),
    "policy citation": lambda: tc.load_policy(
        _policy(parameters=_entry(citations=[{"source": MARKER, "locator": "x"}]))
    ),
    "policy citation key": lambda: tc.load_policy(_policy(parameters=_entry(citations=[{MARKER: MARKER}]))),
    "policy sources": lambda: tc.load_policy(_policy(sources=MARKER)),
    "policy source": lambda: tc.load_policy(_policy(sources={"own": {MARKER: MARKER}})),
    "policy sets": lambda: tc.load_policy(
        _policy(parameters={"documentation_sets": [{**_entry()["unit_method"][0], "value": [MARKER]}]})
    ),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_calls_do_not_repeat_their_input(call):
    """
    No call repeats bad input in the message or the traceback of its error.
    """
    with pytest.raises(tc.TherapyCodesError) as caught:
        call()

    # The caller's own line stands in a traceback; what the error says does not hold the marker.
    assert [] == _holds(_whole(caught.value.with_traceback(None)), MARKER, WORD, WORD.lower())


@pytest.mark.parametrize(
    "call",
    [
        lambda: tc.rules_on(DAY).code(MARKER),
        lambda: tc.rules_on(DAY).code(WORD),
        lambda: tc.review(tc.Visit(DAY, [tc.Service(WORD, 5)])),
    ],
)
def test_unknown_code_of_a_rule_set(call):
    """
    A word that is no known code is not repeated in the traceback of a rule set's error.
    """
    with pytest.raises(tc.TherapyCodesError) as caught:
        call()

    assert [] == _holds(_whole(caught.value), f"'{MARKER}'", f"'{WORD}'")


def test_source_ids_are_not_repeated():
    """
    The id of a source of one's own that does not look like one is not repeated.
    """
    with pytest.raises(tc.DataError) as caught:
        tc.load_policy(_policy(sources={MARKER: 5}))

    assert [] == _holds(_whole(caught.value), MARKER)


@pytest.mark.parametrize("text", [f'["{MARKER}"]\n["{MARKER}"]\n', f'a = {{"{MARKER}" = 1, "{MARKER}" = 2}}\n'])
def test_keys_of_a_broken_policy_file_are_not_repeated(tmp_path, text):
    """
    A policy file that is no TOML is refused without repeating its keys.
    """
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(tc.DataError) as caught:
        tc.load_policy(path)

    assert [] == _holds(_whole(caught.value), MARKER)


@pytest.mark.parametrize("call", [lambda: tc.lookup(WORD), lambda: tc.rules_on(DAY, WORD.lower())])
def test_repr_of_lookup_errors(call):
    """
    The repr of an error, as loggers print it, repeats no more than its message.
    """
    with pytest.raises(LookupError) as caught:
        call()

    assert [] == _holds(repr(caught.value), WORD, WORD.lower())


@pytest.mark.parametrize(
    "text",
    [
        MARKER,
        f'"{MARKER}"',
        f'["{MARKER}"]',
        f'{{"{MARKER}": 1, "{MARKER}": 2}}',
        f'{{"services": [], "{MARKER}": "{MARKER}"}}',
        f'{{"date_of_service": "2026-03-02", "services": "{MARKER}"',
    ],
)
@pytest.mark.parametrize("from_file", [True, False])
def test_file_content_is_not_printed(text, from_file, tmp_path, capsys):
    """
    The command line repeats nothing of a file or of standard input that it refuses.
    """
    path = tmp_path / "visit.json"
    path.write_text(text, encoding="utf-8")
    status = main(["review", str(path)]) if from_file else main(["review"], io.StringIO(text))
    printed = capsys.readouterr()

    assert (2, "") == (status, printed.out)
    assert [] == _holds(printed.err, MARKER)


@pytest.mark.parametrize(
    "arguments",
    [
        [MARKER],
        ["lookup", MARKER],
        ["lookup", WORD],
        ["lookup", "97110", "--on", MARKER],
        ["lookup", "97110", MARKER],
        ["review", MARKER],
        ["review", "-", MARKER],
        ["review", f"--json={MARKER}"],
        ["review", f"--{WORD}"],
    ],
)
def test_arguments_are_not_printed(arguments, capsys):
    """
    The command line repeats no argument it refuses.
    """
    try:
        status = main(arguments)
    except SystemExit as left:
        status = left.code
    printed = capsys.readouterr()

    assert (2, "") == (status, printed.out)
    assert [] == _holds(printed.err, MARKER, WORD)
    assert 1 == len(printed.err.splitlines())


def test_visit_with_text_is_printed_without_it(capsys):
    """
    The command line prints nothing of the note's text.
    """
    plain = {**VISIT, "discipline": "PT", "note": tc.to_dict(NOTES[1])}
    for command in (["review"], ["review", "--json"], ["check"], ["check", "--json"], ["units"]):
        assert 0 == main(command, io.StringIO(json.dumps(plain)))
        printed = capsys.readouterr()
        assert [] == _holds(printed.out + printed.err, MARKER)


def _marked(kind):
    """
    A part of a document with the marker in every text, however deep.
    """
    hints = get_type_hints(kind)
    given = {}
    for attribute in fields(kind):
        if attribute.name in ("absent", "start", "stop"):
            continue
        hint = hints[attribute.name]
        inner = next((one for one in (*get_args(hint), hint) if isinstance(one, type)), None)
        if inner is not None and has(inner):
            value = _marked(inner)
        elif inner is str and attribute.name not in ("code", "codes"):
            value = MARKER
        elif attribute.default is NOTHING:
            value = next(iter(inner))
        else:
            continue
        given[attribute.name] = (value,) if get_origin(hint) is tuple else value
    return kind(**given)


PARTS = [kind for kind in vars(documents).values() if isinstance(kind, type) and has(kind) and kind.__name__[0] != "_"]


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_repr_of_every_part(kind):
    """
    No part of a document shows its text, alone or inside another.
    """
    part = _marked(kind)

    assert [] == _holds(f"{part!r} {part} {[part]}")


@pytest.mark.parametrize("policy", list(tc.policies()))
@pytest.mark.parametrize("kind", list(tc.NoteType))
def test_reports_on_every_document_hold_no_text(kind, policy):
    """
    A report shows no text of a document, of the other documents or of an override, in whatever form.
    """
    note = evolve(_marked(documents.Note), note_type=kind)
    override = tc.Override("GEN-12", MARKER, MARKER)
    report = tc.check_documentation(note, tc.rules_on(DAY, policy), lines=[], record=[note], overrides=[override])
    shown = [repr(report), repr(report.findings), tc.render_text(report), json.dumps(tc.to_dict(report))]

    assert [[]] * 5 == [_holds(text) for text in (*shown, tc.html_of(report))]


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_errors_of_every_part_hold_no_text(kind):
    """
    Wherever the marker takes the place of another value, no error repeats it.
    """
    shown = []
    for attribute in fields(kind):
        needed = {one.name: next(iter(tc.NoteType)) for one in fields(kind) if one.name == "note_type"}
        try:
            kind(**{**needed, attribute.name: [MARKER] if attribute.default == () else {MARKER: MARKER}})
        except (tc.TherapyCodesError, TypeError) as error:
            shown.append(f"{error}")

    assert [] == _holds(" ".join(shown))
    assert shown
