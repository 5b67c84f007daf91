"""
Write the reference pages that are made from the data and the classes.

`docs/reference/requirements.md` comes from the bundled requirement sets; `docs/reference/input.md` and
`docs/reference/visit.schema.json` come from the input classes.
With `--check` nothing is written, and the exit status is 1 when a file is stale.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import NOTHING, Attribute, fields

import therapycodes as tc
from therapycodes.catalogue import bundled
from therapycodes.periods import Period
from therapycodes.requirement import Requirement


REFERENCE = Path(__file__).resolve().parents[1] / "docs" / "reference"

_INPUT = (tc.Visit, tc.Service, tc.Note, tc.Intervention, tc.Signature, tc.Contributor)
_MADE = "This page is made by `scripts/build_reference.py`; change the {what} and run it again."


def requirements_page() -> Iterator[str]:
    """
    The table of every requirement, set by set.
    """
    yield "# Requirements"
    yield ""
    yield _MADE.format(what="data")
    yield ""
    yield "What each bundled set asks of a document, or says must not be asked for."
    yield "Which sets apply is decided by the policy and the date of service."
    yield "[The glossary](../glossary.md) explains obligation and standing."
    catalogue = bundled()
    for name in catalogue.requirement_set_names:
        one = catalogue.requirement_set(name)
        using = [policy for policy in tc.policies() if name in _sets_of(catalogue.policy(policy))]
        yield ""
        yield f"## {one.title}"
        yield ""
        yield f"Set `{name}`, named by the policies {', '.join(f'`{policy}`' for policy in using) or 'none'}."
        yield ""
        yield "| id | title | obligation | documents | statement | citations | standing | dates of service |"
        yield "|---|---|---|---|---|---|---|---|"
        for requirement in one.requirements:
            yield _row(*_cells(requirement))


def _sets_of(policy: tc.Policy) -> set[str]:
    return {name for entry in policy.parameters.documentation_sets for name in entry.value}


def _cells(requirement: Requirement) -> tuple[str, ...]:
    documents = ", ".join(requirement.documents) or "all"
    if requirement.disciplines:
        documents += f" ({', '.join(requirement.disciplines)} only)"
    if requirement.timed_only:
        documents += " (with a timed code only)"
    return (
        requirement.id,
        requirement.title,
        requirement.obligation,
        documents,
        requirement.statement,
        "<br>".join(_citation(citation) for citation in requirement.citations),
        requirement.standing,
        str(Period(requirement.effective_from, requirement.effective_through)),
    )


def _citation(citation: tc.Citation) -> str:
    source = citation.source
    title = f"[{source.title}]({source.url})" if source.url else source.title
    return f"{title}, {citation.locator}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def input_page() -> Iterator[str]:
    """
    The visit format, field by field.
    """
    yield "# The input format"
    yield ""
    yield _MADE.format(what="classes")
    yield ""
    yield "A visit is one JSON object, or a dictionary for `tc.from_dict(data, tc.Visit)`."
    yield "[examples/visit.json](../../examples/visit.json) is a complete one."
    yield "[visit.schema.json](visit.schema.json) is the same format as JSON Schema; `therapycodes schema` prints it."
    yield ""
    yield "- A field that is left out is not stated; nothing is assumed in its place but the defaults below."
    yield "- `null` says the same, but not in place of a list or of a field with another default."
    yield "- A key that is not listed here is refused, and so is a value of another type: no text becomes a number."
    yield "- Dates are text in the form `YYYY-MM-DD`; minutes are whole numbers from 0 to 1440."
    yield "- No field holds an identity of a patient; free text is never shown, stored or repeated in an error."
    schema: Mapping[str, Any] = tc.json_schema(tc.Visit)["$defs"]
    for kind in _INPUT:
        summary, described = _described(kind)
        yield ""
        yield f"## {kind.__name__}"
        yield ""
        yield summary
        yield ""
        yield "| field | type | default | meaning |"
        yield "|---|---|---|---|"
        for attribute in fields(kind):
            shape = _shape(schema[kind.__name__]["properties"][attribute.name])
            yield _row(f"`{attribute.name}`", shape, _default(attribute), described[attribute.name])


def _described(kind: type) -> tuple[str, dict[str, str]]:
    """
    The first paragraph of a class docstring, and what it says of each argument.
    """
    text = inspect.getdoc(kind) or ""
    summary = " ".join(text.partition("\n\n")[0].split())
    section = re.search(r"^Args:\n((?: {4}.*\n?)+)", text, re.MULTILINE)
    found: dict[str, str] = {}
    name = ""
    for line in (section[1] if section else "").splitlines():
        start = re.match(r" {4}(\w+): (.*)", line)
        if start:
            name = start[1]
            found[name] = start[2]
        else:
            found[name] += f" {line.strip()}"
    return summary, found


def _shape(schema: Mapping[str, Any]) -> str:
    """
    A JSON Schema in a few words.
    """
    if "anyOf" in schema:
        return " or ".join(_shape(option) for option in schema["anyOf"] if option != {"type": "null"})
    if "enum" in schema:
        return ", ".join(f'`"{value}"`' for value in schema["enum"])
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if schema["type"] == "array":
        return f"list of {_shape(schema['items'])}"
    if schema.get("format") == "date":
        return "date"
    return {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "table"}[schema["type"]]


def _default(attribute: Attribute[Any]) -> str:
    if attribute.default is NOTHING:
        return "must be given"
    if attribute.default in (None, ()):
        return "not stated"
    return f'`"{attribute.default}"`'


def pages() -> dict[str, str]:
    """
    Every generated file: name -> content.
    """
    return {
        "requirements.md": "\n".join(requirements_page()) + "\n",
        "input.md": "\n".join(input_page()) + "\n",
        "visit.schema.json": json.dumps(tc.json_schema(tc.Visit), indent=2) + "\n",
    }


def main() -> int:
    """
    Write the pages, or compare them.
    """
    parser = argparse.ArgumentParser(description="Write the reference pages made from data and classes.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file is stale")
    options = parser.parse_args()
    stale = 0
    for name, content in pages().items():
        path = REFERENCE / name
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            continue
        stale += 1
        if options.check:
            print(f"docs/reference/{name} is stale; run scripts/build_reference.py", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(f"docs/reference/{name} written")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
