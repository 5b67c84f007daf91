"""
The command line: a code looked up, or a visit read as JSON and counted, checked or reviewed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn, TextIO

from attrs import evolve

from .catalogue import lookup
from .comparison import compare
from .errors import InvalidInputError, TherapyCodesError
from .exchange import from_dict, json_schema, to_dict
from .record import Visit
from .render import render_text
from .retrieval import search
from .suggestion import suggest
from .visits import review


BAD_INPUT = 2
CANNOT_PRINT = 1


class _Parser(argparse.ArgumentParser):
    """
    A parser whose errors do not repeat what was typed: it may be free text.
    """

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message.partition(':')[0]}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="therapycodes", description=(__doc__ or "").strip())
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    one = commands.add_parser("lookup", help="what a code is, and its facts on a date of service")
    one.add_argument("code", metavar="CODE", help="five characters, such as 97112")
    one.add_argument("--on", metavar="DATE", help="date of service, YYYY-MM-DD; adds the facts in force that day")
    one.add_argument("--json", action="store_true", help="print JSON")
    for name, what in (("search", "find codes by words, ranges or lay terms"), ("suggest", "rank codes by a purpose")):
        words = commands.add_parser(name, help=what)
        words.add_argument("text", metavar="TEXT", help="words in plain English, quoted")
        words.add_argument("--on", metavar="DATE", help="date of service, YYYY-MM-DD")
        words.add_argument("--discipline", metavar="PT|OT|SLP", help="keep the codes this discipline furnishes")
        words.add_argument("--limit", metavar="N", type=int, default=5, help="how many to show; 5 when left out")
        words.add_argument("--json", action="store_true", help="print JSON")
    pair = commands.add_parser("compare", help="what sets two codes apart")
    pair.add_argument("first", metavar="CODE")
    pair.add_argument("second", metavar="CODE")
    pair.add_argument("--on", metavar="DATE", help="date of service, YYYY-MM-DD")
    pair.add_argument("--json", action="store_true", help="print JSON")
    for name, what in (
        ("units", "count the units of a visit"),
        ("check", "check the note of a visit"),
        ("review", "count the units, make the claim lines and check the note of a visit"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("file", metavar="FILE", nargs="?", default="-", help="a visit as JSON; - or none: stdin")
        command.add_argument("--json", action="store_true", help="print JSON")
    commands.add_parser("schema", help="print the JSON Schema of a visit")
    return parser


def main(arguments: Sequence[str] | None = None, stdin: TextIO | None = None) -> int:
    """
    Run the command line.

    Args:
        arguments: what follows the program's name; `sys.argv` when left out.
        stdin: where a visit is read when no file is named.

    Returns:
        0, or 2 when the input is refused; the reason stands on standard error in one line.
    """
    options = _parser().parse_args(arguments)
    try:
        answer = _answer(options, stdin or sys.stdin)
    except TherapyCodesError as error:
        print(f"therapycodes: {error}", file=sys.stderr)
        return BAD_INPUT
    try:
        print(answer, flush=True)
    except OSError:
        # whoever reads the output has stopped, or the disk is full: nothing is left to say it to
        return CANNOT_PRINT
    return 0


def _answer(options: argparse.Namespace, stdin: TextIO) -> str:
    if options.command == "schema":
        return _json(json_schema(Visit))
    if options.command == "lookup":
        return _lookup(options)
    if options.command == "compare":
        compared = compare(options.first, options.second, on=options.on)
        return _json(to_dict(compared)) if options.json else render_text(compared)
    if options.command in ("search", "suggest"):
        find = search if options.command == "search" else suggest
        found = find(options.text, on=options.on, discipline=options.discipline, limit=options.limit)
        if options.json:
            return _json([to_dict(one) for one in found])
        return render_text(found) if found else "nothing found; try other words"
    visit = _visit(options.file, stdin)
    match options.command:
        case "units":
            result: object = review(evolve(visit, note=None)).units
        case "check":
            result = review(visit).documentation
            if result is None:
                raise InvalidInputError("note", "missing", "add the note that is to be checked")
        case _:
            result = review(visit)
    return _json(to_dict(result)) if options.json else render_text(result)


def _lookup(options: argparse.Namespace) -> str:
    code = lookup(options.code)
    facts = None if options.on is None else code.on(options.on)
    if options.json:
        return _json(to_dict(code) if facts is None else {**to_dict(code), "on": to_dict(facts)})
    return render_text(code) if facts is None else f"{render_text(code)}\n{render_text(facts)}"


def _visit(file: str, stdin: TextIO) -> Visit:
    try:
        text = stdin.read().removeprefix("\ufeff") if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except (AttributeError, OSError, ValueError):
        raise InvalidInputError("FILE", "cannot be read", "name a file with JSON in UTF-8") from None
    try:
        data = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError):
        raise InvalidInputError("FILE", "not JSON, or a key stands twice", "give one JSON object") from None
    if not isinstance(data, Mapping):
        raise InvalidInputError("FILE", "not an object", "give one visit as a JSON object")
    return from_dict(data, Visit)


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """
    A JSON object in which no key stands twice; the plain parser would keep the last one silently.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
