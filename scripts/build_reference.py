"""
Write the pages that are made from the data and the classes.

`reference/codes.md` and a page for each code below `reference/codes/`, `reference/requirements.md` and
`explanation/standing.md` come from the bundled data; `reference/input.md` and `reference/visit.schema.json` come from
the input classes.
With `--check` nothing is written, and the exit status is 1 when a file is stale, missing or left over.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import NOTHING, Attribute, fields, has
from count_standing import counts

import therapycodes as tc
from therapycodes._loading import DataFiles, bundled_root
from therapycodes.catalogue import bundled
from therapycodes.code import EventKind, Facts, HistoryEvent, SimilarCode, UnitBasis, UnitRule
from therapycodes.evidence import HasCitations, Standing
from therapycodes.periods import Period
from therapycodes.requirement import CheckKind, Requirement


DOCS = Path(__file__).resolve().parents[1] / "docs"
CODES = "reference/codes"

_INPUT = (
    tc.Visit,
    tc.Service,
    tc.Note,
    tc.Intervention,
    tc.Setting,
    tc.Signature,
    tc.Contributor,
    tc.Measure,
    tc.Goal,
    tc.Evaluation,
    tc.PlanOfCare,
    tc.Duration,
    tc.PlanChange,
    tc.Certification,
    tc.Order,
    tc.ProgressReport,
    tc.Discharge,
    tc.Wound,
    tc.TestReport,
    tc.Amendment,
    tc.Episode,
)
_MADE = "This page is made by `scripts/build_reference.py`; change the {what} and run it again."
_MOST_CITED = 20
_DOUBTFUL = (Standing.DISPUTED, Standing.UNCONFIRMED)
_CODE = re.compile(r"[A-Z0-9]{5}", re.ASCII)

_MEASURES = {
    UnitBasis.MONTH_MINUTES: "minutes of a calendar month",
    UnitBasis.PERIOD_MINUTES: "minutes of a period",
    UnitBasis.DEVICE_DAYS: "days with data in 30",
    UnitBasis.AREA: "square centimeters",
    UnitBasis.MUSCLES: "muscles",
}

_SPELLINGS = {word.casefold(): word for word in ("AAC", "AT", "Medicare", "OT", "PT", "ROM", "SLP", "TENS", "VR")}
_TITLES = {"not_supported_by": "What belongs elsewhere", "similar": "Neighbors, and what decides"}

_LINKS = {
    "continues": "continues",
    "continued_by": "further units:",
    "tier_below": "smaller amounts:",
    "tier_above": "larger amounts:",
}


_CODES_SHOWN = 8


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
    yield from _by_payer()
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


def _by_payer() -> Iterator[str]:
    """
    Which requirements each policy has for each kind of document, on the last covered day.
    """
    day = tc.coverage().effective_through
    yield ""
    yield "## By payer and document"
    yield ""
    yield f"As of {day}, beside what a policy asks of every document; what must not be demanded stands in italics."
    for policy, title in tc.policies().items():
        rules = tc.rules_on(day, policy)
        yield ""
        yield f"### {title}"
        yield ""
        yield f"Policy `{policy}`."
        yield ""
        yield "| document | requirements |"
        yield "|---|---|"
        everywhere = [one for one in rules.requirements(tc.NoteType.ORDER) if not one.documents]
        yield _row("every document", ", ".join(_shown(one) for one in everywhere))
        for kind in tc.NoteType:
            asked = [_shown(one) for one in rules.requirements(kind) if one.documents]
            yield _row(kind, ", ".join(asked) or "nothing of its own")


def _shown(requirement: Requirement) -> str:
    return f"*{requirement.id}*" if requirement.check is CheckKind.NEVER_DEMAND else requirement.id


def _sets_of(policy: tc.Policy) -> set[str]:
    return {name for entry in policy.parameters.documentation_sets for name in entry.value}


def _cells(requirement: Requirement) -> tuple[str, ...]:
    documents = ", ".join(requirement.documents) or "all"
    if requirement.disciplines:
        documents += f" ({', '.join(requirement.disciplines)} only)"
    if requirement.timed_only:
        documents += " (with a timed code only)"
    if requirement.codes:
        shown = requirement.codes if len(requirement.codes) <= _CODES_SHOWN else requirement.codes[:_CODES_SHOWN]
        more = len(requirement.codes) - len(shown)
        documents += f" (with {', '.join(shown)}{f' and {more} more' if more else ''} only)"
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
    schema: Mapping[str, Any] = {**tc.json_schema(tc.Visit)["$defs"], **tc.json_schema(tc.Episode)["$defs"]}
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


class _Cited:
    """
    The sources of one page, numbered in the order in which they are first cited.
    """

    def __init__(self) -> None:
        self.numbers: dict[tc.Source, int] = {}

    def __call__(self, citations: Iterable[tc.Citation]) -> str:
        """
        Citations as numbers of sources, each with its places: `1: page 3, page 5; 2: whole`.
        """
        places: dict[int, list[str]] = {}
        for citation in citations:
            number = self.numbers.setdefault(citation.source, len(self.numbers) + 1)
            places.setdefault(number, []).append(_text(citation.locator))
        return "; ".join(f"{number}: {', '.join(found)}" for number, found in places.items())

    def listed(self) -> Iterator[str]:
        """
        The numbered list at the end of the page.
        """
        for source, number in self.numbers.items():
            title = f"[{_text(source.title)}]({source.url})" if source.url else _text(source.title)
            yield f"{number}. {title}, {_text(source.publisher)}; {source.standing}"


def code_page(code: tc.Code) -> Iterator[str]:
    """
    All that the data hold about one code.
    """
    cite = _Cited()
    yield f"# {code.code}: {_text(code.label)}"
    yield ""
    yield _MADE.format(what="data")
    yield ""
    yield f"{code.system}, category [{_spoken(code.category)}](../codes.md#{code.category}), [all codes](../codes.md)."
    for event in code.history:
        if event.kind is EventKind.DELETED:
            yield f"Last date of service: {event.date}{_marked(event)}{_replacements(event)}."
    yield ""
    if code.metadata.purpose is None:
        yield "Nothing is written yet on what it is for."
    else:
        yield _sentence(code.metadata.purpose, cite)
    yield from _facts(code, cite)
    yield from _history(code, cite)
    for attribute in fields(tc.Metadata):
        held = getattr(code.metadata, attribute.name)
        if attribute.name == "purpose" or not held:
            continue
        yield ""
        yield f"## {_TITLES.get(attribute.name) or _heading(attribute.name)}"
        yield ""
        for statement in held:
            beside = f"{_link(statement.code)}: " if isinstance(statement, SimilarCode) else ""
            yield f"- {beside}{_sentence(statement, cite)}"
    yield ""
    yield "## Sources"
    yield ""
    yield "A number in brackets is the source, what follows it the place."
    yield ""
    yield from cite.listed()


def _facts(code: tc.Code, cite: _Cited) -> Iterator[str]:
    rows = [
        _row(
            _spoken(attribute.name),
            _value(entry.value) + (f". {_text(entry.note)}" if entry.note else ""),
            str(Period(entry.effective_from, entry.effective_through)),
            str(entry.reviewed_on),
            entry.standing,
            cite(entry.citations),
        )
        for attribute in fields(Facts)
        for entry in getattr(code.facts, attribute.name)
    ]
    yield ""
    yield "## Facts by date of service"
    yield ""
    if not rows:
        yield "None is known."
        return
    yield "| fact | value | dates of service | reviewed | standing | citations |"
    yield "|---|---|---|---|---|---|"
    yield from rows


def _value(value: object) -> str:
    match value:
        case UnitRule():
            return _unit(value)
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(_link(one) if _CODE.fullmatch(one) else str(one) for one in value)
        case _:
            return _text(str(value))


def _unit(unit: UnitRule) -> str:
    parts = [str(unit.basis)]
    measure = _MEASURES.get(unit.basis)
    if unit.minutes is not None:
        parts.append(f"{unit.minutes} minutes")
    if unit.least is not None:
        parts.append(f"{unit.least} {f'through {unit.most}' if unit.most else 'or more'} {measure}")
    if unit.step is not None:
        parts.append(f"each further {unit.step} {measure}")
    for name, words in _LINKS.items():
        other = getattr(unit, name)
        if other is not None:
            parts.append(f"{words} {_link(other)}")
    return ", ".join(parts)


def _history(code: tc.Code, cite: _Cited) -> Iterator[str]:
    if not code.history:
        return
    yield ""
    yield "## History"
    yield ""
    yield "| event | date of service | replaced by | reviewed | standing | citations |"
    yield "|---|---|---|---|---|---|"
    for event in code.history:
        last = "last" if event.kind is EventKind.DELETED else "first"
        yield _row(
            str(event.kind),
            f"{last} {event.date}" + (f". {_text(event.note)}" if event.note else ""),
            ", ".join(_link(one) for one in event.replaced_by),
            str(event.reviewed_on),
            event.standing,
            cite(event.citations),
        )


def _replacements(event: HistoryEvent) -> str:
    return f"; replaced by {', '.join(_link(one) for one in event.replaced_by)}" if event.replaced_by else ""


def _sentence(statement: tc.Statement, cite: _Cited) -> str:
    return f"{_text(statement.text)}{_marked(statement)} [{cite(statement.citations)}]"


def _marked(entry: HasCitations) -> str:
    return f" (*{entry.standing}*)" if entry.standing in _DOUBTFUL else ""


def _link(code: str) -> str:
    """
    A code with its page; an add-on may stand beside codes that are not in the catalogue.
    """
    return f"[{code}]({code}.md)" if code in bundled().code_names else code


def _spoken(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").split()
    return " ".join(_SPELLINGS.get(word, word) for word in words)


def _heading(name: str) -> str:
    spoken = _spoken(name)
    return spoken[0].upper() + spoken[1:]


def _text(text: str) -> str:
    """
    Text of the data as it stands in a page.
    """
    return re.sub(r"([\\*\[\]`<])", r"\\\1", text)


def codes_page() -> Iterator[str]:
    """
    Every code, by category.
    """
    catalogue = bundled().codes()
    ended = sum(any(event.kind is EventKind.DELETED for event in code.history) for code in catalogue)
    yield "# Codes"
    yield ""
    yield _MADE.format(what="data")
    yield ""
    yield f"{len(catalogue)} codes, {ended} of them ended, by category."
    yield "The labels are our own words."
    yield "Each code has a page with its facts, its history, what it is for, its neighbors and the sources."
    yield "[Find a code](../howto/find-a-code.md) tells how to search them."
    by_category: dict[str, list[tc.Code]] = {}
    for code in catalogue:
        by_category.setdefault(code.category, []).append(code)
    for category in sorted(by_category):
        yield ""
        yield f"## {_heading(category)}"
        yield ""
        yield "| code | label | last date of service |"
        yield "|---|---|---|"
        for code in by_category[category]:
            ends = [f"{one.date}{_marked(one)}" for one in code.history if one.kind is EventKind.DELETED]
            yield _row(f"[{code.code}](codes/{code.code}.md)", _text(code.label), ", ".join(ends))


def standing_page() -> Iterator[str]:
    """
    Where the facts come from and how sure they are, in numbers.
    """
    counted = counts()
    total = sum(counted.values(), Counter[Standing]())
    yield "# How sure the data are"
    yield ""
    yield _MADE.format(what="data")
    yield ""
    yield "[Sources and standing](sources.md) explains the words; this page counts."
    yield ""
    yield "## Entries by standing"
    yield ""
    yield "An entry is a dated fact, an event, a sentence about a code, a parameter, an amount, a rule, a requirement."
    yield "Its standing is that of its heaviest citation, or lower where the data mark it down."
    yield ""
    yield from _counted("kind", counted)
    yield ""
    share = (total[Standing.UNCONFIRMED] + total[Standing.DISPUTED]) / total.total()
    primary = total[Standing.PRIMARY] / total.total()
    yield f"{primary:.0%} of the entries rest on a document of the authority itself."
    yield f"{share:.0%} are unconfirmed or disputed."
    yield ""
    yield "## Facts of codes by property"
    yield ""
    codes = bundled().codes()
    yield from _counted(
        "property",
        {
            _spoken(name): Counter(entry.standing for code in codes for entry in getattr(code.facts, name))
            for name in (attribute.name for attribute in fields(Facts))
        },
    )
    yield ""
    yield from _read_from(codes)
    yield ""
    yield "## Sentences about codes by kind"
    yield ""
    yield from _counted(
        "kind",
        {
            _spoken(name): Counter(statement.standing for code in codes for statement in _held(code.metadata, name))
            for name in (attribute.name for attribute in fields(tc.Metadata))
        },
    )
    yield from _weighed()


def _read_from(codes: Iterable[tc.Code]) -> Iterator[str]:
    """
    The sources behind each property of codes.
    """
    yield "The sources each property is mostly read from, with the number of citations:"
    yield ""
    yield "| property | sources |"
    yield "|---|---|"
    for attribute in fields(Facts):
        cited = Counter(one.source for code in codes for one in _citations(getattr(code.facts, attribute.name)))
        most = [f"{_text(source.title)} ({source.standing}, {times})" for source, times in _ranked(cited)[:3]]
        yield _row(_spoken(attribute.name), "<br>".join(most))


def _weighed() -> Iterator[str]:
    """
    The sources by standing, and those cited most.
    """
    yield ""
    yield "## Sources"
    yield ""
    yield "A source counts once, however often it is cited."
    yield ""
    sources = bundled().sources.values()
    cited = Counter(citation.source for citation in _citations(_everything()))
    yield "| standing | sources | citations | with a note on how it was read |"
    yield "|---|---|---|---|"
    for standing in Standing:
        own = [source for source in sources if source.standing is standing]
        if own:
            noted = sum(source.note is not None for source in own)
            yield _row(standing, str(len(own)), str(sum(cited[source] for source in own)), str(noted))
    yield ""
    yield f"The {_MOST_CITED} that are cited most:"
    yield ""
    yield "| source | publisher | standing | citations |"
    yield "|---|---|---|---|"
    for source, times in _ranked(cited)[:_MOST_CITED]:
        title = f"[{_text(source.title)}]({source.url})" if source.url else _text(source.title)
        yield _row(title, _text(source.publisher), source.standing, str(times))


def _ranked(cited: Counter[tc.Source]) -> list[tuple[tc.Source, int]]:
    """
    Sources with their citations, the most cited first; by id among equals.
    """
    return sorted(cited.items(), key=lambda item: (-item[1], item[0].id))


def _counted(head: str, counted: Mapping[str, Counter[Standing]]) -> Iterator[str]:
    """
    A table with a row for each kind and a column for each standing.
    """
    yield _row(head, *Standing, "total")
    yield "|---" * (len(Standing) + 2) + "|"
    for kind, one in counted.items():
        yield _row(kind, *(str(one[standing]) for standing in Standing), str(one.total()))
    total = sum(counted.values(), Counter[Standing]())
    yield _row("total", *(str(total[standing]) for standing in Standing), str(total.total()))


def _everything() -> Iterator[object]:
    """
    All values of the bundled data that cite.
    """
    catalogue = bundled()
    first, last = catalogue.coverage()
    yield from catalogue.codes()
    yield from (catalogue.policy(name) for name in catalogue.policies())
    yield from (catalogue.requirement_set(name) for name in catalogue.requirement_set_names)
    yield from (catalogue.year(year) for year in range(first.year, last.year + 1))
    yield from DataFiles(bundled_root()).rules()


def _citations(value: object) -> Iterator[tc.Citation]:
    """
    Every citation inside a value.
    """
    if isinstance(value, tc.Citation):
        yield value
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for item in value:
            yield from _citations(item)
    elif isinstance(value, tc.Code):
        yield from _citations((value.history, value.facts, value.metadata))
    elif has(kind := type(value)):
        for attribute in fields(kind):
            yield from _citations(getattr(value, attribute.name))


def _held(metadata: tc.Metadata, name: str) -> tuple[tc.Statement, ...]:
    held = getattr(metadata, name)
    return held if isinstance(held, tuple) else () if held is None else (held,)


def pages() -> dict[str, str]:
    """
    Every generated file: path below `docs` -> content.
    """
    written = {
        "reference/requirements.md": requirements_page(),
        "reference/input.md": input_page(),
        "reference/codes.md": codes_page(),
        "explanation/standing.md": standing_page(),
        **{f"{CODES}/{code.code}.md": code_page(code) for code in bundled().codes()},
    }
    return {
        **{name: "\n".join(lines) + "\n" for name, lines in written.items()},
        "reference/visit.schema.json": json.dumps(tc.json_schema(tc.Visit), indent=2) + "\n",
    }


def left_over(made: Iterable[str]) -> list[Path]:
    """
    Pages of codes that the data no longer hold.
    """
    names = {Path(name).name for name in made}
    return sorted(path for path in (DOCS / CODES).glob("*.md") if path.name not in names)


def main() -> int:
    """
    Write the pages, or compare them.
    """
    parser = argparse.ArgumentParser(description="Write the pages made from data and classes.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file is stale")
    options = parser.parse_args()
    made = pages()
    stale = [name for name, content in made.items() if _stored(DOCS / name) != content]
    surplus = left_over(made)
    if options.check:
        for name in stale:
            print(f"docs/{name} is stale; run scripts/build_reference.py", file=sys.stderr)
        for path in surplus:
            print(f"docs/{CODES}/{path.name} is of no code; run scripts/build_reference.py", file=sys.stderr)
        return 1 if stale or surplus else 0
    for name in stale:
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[name], encoding="utf-8", newline="\n")
    for path in surplus:
        path.unlink()
    print(f"{len(stale)} of {len(made)} files written, {len(surplus)} removed")
    return 0


def _stored(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
