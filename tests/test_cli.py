"""
The command line, run in process and once as a process.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

import therapycodes as tc
from therapycodes._cli import main


ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "visit.json"
TEXT = EXAMPLE.read_text(encoding="utf-8")
VISIT = tc.from_dict(json.loads(TEXT), tc.Visit)


def _refused(capsys, arguments, stdin="", expected=2):
    """
    The one line on standard error of a run that is refused.
    """
    try:
        status = main(arguments, io.StringIO(stdin))
    except SystemExit as left:
        status = left.code
    printed = capsys.readouterr()
    assert (expected, "") == (status, printed.out)
    (line,) = printed.err.splitlines()
    return line


# -- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("from_file", [True, False, None])
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("units", lambda: tc.review(tc.from_dict({**json.loads(TEXT), "note": None}, tc.Visit)).units),
        ("check", lambda: tc.review(VISIT).documentation),
        ("review", lambda: tc.review(VISIT)),
    ],
)
def test_commands(capsys, command, expected, from_file):
    """
    Each command prints its result as text or JSON, from a file, from `-` or from standard input.
    """
    source = {True: [str(EXAMPLE)], False: ["-"], None: []}[from_file]

    assert 0 == main([command, *source], io.StringIO(TEXT))
    assert capsys.readouterr() == (f"{tc.render_text(expected())}\n", "")
    assert 0 == main([command, *source, "--json"], io.StringIO(TEXT))
    printed = capsys.readouterr()
    assert json.loads(printed.out) == tc.to_dict(expected())
    assert "" == printed.err


def test_units_does_not_need_a_sound_note(capsys):
    """
    `units` counts whatever the note says, or without one.
    """
    plain = json.loads(TEXT)
    del plain["note"]

    assert 0 == main(["units"], io.StringIO(json.dumps(plain)))
    assert capsys.readouterr().out.startswith("Units on 2026-03-02")


def test_review_without_a_note(capsys):
    """
    `review` does without a note.
    """
    plain = json.loads(TEXT)
    del plain["note"]

    assert 0 == main(["review", "--json"], io.StringIO(json.dumps(plain)))
    assert json.loads(capsys.readouterr().out)["documentation"] is None


def test_lookup(capsys):
    """
    `lookup` prints a code, with its facts when a date is given.
    """
    code = tc.lookup("97112")
    facts = code.on("2026-03-02")

    assert 0 == main(["lookup", "97112"])
    assert capsys.readouterr().out == f"{tc.render_text(code)}\n"
    assert 0 == main(["lookup", "97112", "--on", "2026-03-02"])
    assert capsys.readouterr().out == f"{tc.render_text(code)}\n{tc.render_text(facts)}\n"
    assert 0 == main(["lookup", "97112", "--json"])
    assert json.loads(capsys.readouterr().out) == tc.to_dict(code)
    assert 0 == main(["lookup", "97112", "--on", "2026-03-02", "--json"])
    assert json.loads(capsys.readouterr().out) == {**tc.to_dict(code), "on": tc.to_dict(facts)}


def test_schema(capsys):
    """
    `schema` prints the JSON Schema of a visit.
    """
    assert 0 == main(["schema"])
    assert json.loads(capsys.readouterr().out) == tc.json_schema(tc.Visit)


def test_standard_input_is_the_default(capsys, monkeypatch):
    """
    Arguments and standard input are those of the process when left out.
    """
    monkeypatch.setattr(sys, "argv", ["therapycodes", "units"])
    monkeypatch.setattr(sys, "stdin", io.StringIO(TEXT))

    assert 0 == main()
    assert capsys.readouterr().out.startswith("Units on 2026-03-02")


def test_help(capsys):
    """
    Help lists the commands and leaves with 0.
    """
    with pytest.raises(SystemExit) as left:
        main(["--help"])

    printed = capsys.readouterr().out
    assert 0 == left.value.code
    assert all(name in printed for name in ("lookup", "units", "check", "review", "schema"))


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lookup", "97111"], "97111 is not in the catalogue; did you mean"),
        (["lookup", "9711"], "code: not a procedure code;"),
        (["lookup", "97001", "--on", "2026-03-02"], "97001 is not in force on 2026-03-02: it ended on 2016-12-31,"),
        (["lookup", "97110", "--on", "2026-02-30"], "date_of_service: not a calendar date;"),
        (["lookup", "97110", "--on", "1999-01-01"], "97110: 1999-01-01 is not covered;"),
        (["review", "no-such-file.json"], "FILE: cannot be read; name a file with JSON in UTF-8"),
        (["review", "."], "FILE: cannot be read; name a file with JSON in UTF-8"),
    ],
)
def test_refused_arguments(capsys, arguments, message):
    """
    What cannot be answered is refused in one line, with status 2.
    """
    assert _refused(capsys, arguments).startswith(f"therapycodes: {message}")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "therapycodes: the following arguments are required; see therapycodes --help"),
        (["count"], "therapycodes: argument COMMAND; see therapycodes --help"),
        (["lookup"], "therapycodes lookup: the following arguments are required; see therapycodes lookup --help"),
        (["schema", "x"], "therapycodes: unrecognized arguments; see therapycodes --help"),
    ],
)
def test_refused_command_lines(capsys, arguments, message):
    """
    A command line that makes no sense is refused in one line that does not repeat it.
    """
    assert message == _refused(capsys, arguments)


NOT_JSON = "FILE: not JSON, or a key stands twice; give one JSON object"
NOT_AN_OBJECT = "FILE: not an object; give one visit as a JSON object"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", NOT_JSON),
        ("{", NOT_JSON),
        ("{'a': 1}", NOT_JSON),
        ('{"services": [], "services": []}', NOT_JSON),
        ('{"note": {"text": "a", "text": "b"}}', NOT_JSON),
        ("[" * 100_000, NOT_JSON),
        ('{"a":' * 100_000, NOT_JSON),
        (f'{{"services": {"9" * 5000}}}', NOT_JSON),
        ("[]", NOT_AN_OBJECT),
        ("null", NOT_AN_OBJECT),
        ('"visit"', NOT_AN_OBJECT),
        ("NaN", NOT_AN_OBJECT),
        ("{}", "date_of_service: missing; add it"),
        ('{"date_of_service": "2026-03-02"}', "services: missing; add it"),
        (
            '{"date_of_service": "2026-03-02", "services": [], "patient": "x"}',
            "patient: unknown key; remove it, or use one of date_of_service, services, discipline, policy, note",
        ),
        (
            '{"date_of_service": "2026-03-02", "services": [{"code": "97110", "minutes": NaN}]}',
            "services[0].minutes: not a whole number; give a whole number without quotes or decimals",
        ),
        (
            '{"date_of_service": "2026-03-02", "services": [{"code": "97110"}]}',
            "services[0].minutes: 97110 is a timed code and its minutes are missing; give the whole treatment minutes",
        ),
        ('{"date_of_service": "2026-03-02", "services": [], "policy": "x"}', "no policy has this id;"),
        ('{"date_of_service": "2019-12-31", "services": []}', "rules: 2019-12-31 is not covered;"),
    ],
    ids=range(19),
)
@pytest.mark.parametrize("command", ["units", "check", "review"])
def test_refused_input(capsys, command, text, message):
    """
    Input that is no visit is refused in one line, with status 2.
    """
    assert _refused(capsys, [command], text).startswith(f"therapycodes: {message}")


def test_check_needs_a_note(capsys):
    """
    `check` without a note is refused.
    """
    text = '{"date_of_service": "2026-03-02", "services": []}'

    assert "therapycodes: note: missing; add the note that is to be checked" == _refused(capsys, ["check"], text)


def test_file_must_be_utf_8(capsys, tmp_path):
    """
    A file in another encoding is refused.
    """
    path = tmp_path / "visit.json"
    path.write_bytes(TEXT.replace("A. Sample", "Zoë").encode("latin-1"))

    assert _refused(capsys, ["review", str(path)]).startswith("therapycodes: FILE: cannot be read")


def test_byte_order_mark(capsys, tmp_path):
    """
    A file with a byte order mark, as some editors write it, is read.
    """
    path = tmp_path / "visit.json"
    path.write_text(TEXT, encoding="utf-8-sig")

    assert 0 == main(["review", str(path)])


def test_impossible_path(capsys):
    """
    A path no system can have is refused like any other.
    """
    assert _refused(capsys, ["review", "a\0b"]).startswith("therapycodes: FILE: cannot be read")


# -- as a process -----------------------------------------------------------------------------------------------------


def test_run_as_a_module():
    """
    `python -m therapycodes review examples/visit.json` prints what `render_text` gives.
    """
    run = subprocess.run(
        [sys.executable, "-m", "therapycodes", "review", "examples/visit.json"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )

    assert (0, "") == (run.returncode, run.stderr)
    assert run.stdout == f"{tc.render_text(tc.review(VISIT))}\n"


@pytest.mark.parametrize("extra", [[], ["--json"], ["--on", "2026-03-02"]])
@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["search", "hot pack"], "97010"),
        (["suggest", "improve standing balance and coordination"], "97112"),
        (["compare", "97112", "97110"], "97110"),
    ],
)
def test_finding_codes(capsys, arguments, word, extra):
    """
    Codes are found, suggested and compared, as text or as JSON.
    """
    assert 0 == main([*arguments, *extra])
    printed = capsys.readouterr().out
    assert word in printed
    if extra == ["--json"]:
        json.loads(printed)


def test_nothing_found(capsys):
    """
    A search without a hit says so.
    """
    assert 0 == main(["search", "zyzzyva qwxyz"])
    assert "nothing found; try other words" == capsys.readouterr().out.strip()


class _Gone(io.StringIO):
    """
    An output whose reader has stopped reading.
    """

    def write(self, text):
        raise BrokenPipeError


def test_output_nobody_reads(monkeypatch):
    """
    When the output cannot be written there is no traceback.
    """
    monkeypatch.setattr(sys, "stdout", _Gone())
    assert 1 == main(["lookup", "97112"])


def test_no_standard_input(capsys, monkeypatch):
    """
    A closed standard input is refused as input.
    """
    monkeypatch.setattr(sys, "stdin", None)
    assert 2 == main(["review"])
    assert "FILE: cannot be read" in capsys.readouterr().err


def test_byte_order_mark_on_standard_input(capsys):
    """
    A byte order mark does no harm.
    """
    assert 0 == main(["units"], io.StringIO("\ufeff" + TEXT))


def test_choices_of_a_search(capsys):
    """
    A search keeps to a discipline and to a number of hits.
    """
    assert 0 == main(["search", "swallowing", "--discipline", "SLP", "--limit", "1"])
    assert 1 == len(capsys.readouterr().out.splitlines())
