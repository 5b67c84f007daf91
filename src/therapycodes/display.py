"""
Results for notebooks: HTML fragments, a drawing of minutes and units, and flat records for tables.

A fragment stands by itself: no script, no style sheet, nothing fetched.
It takes text and background from the page around it, so that it reads in light and dark; what a colour could say is
said in words.
Everything that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from html import escape
from typing import Any

from attrs import fields

from .amounts import MEASURE
from .code import Code, CodeFacts, HistoryEvent, Metadata, UnitBasis, UnitRule
from .comparison import ComparedFact, Comparison
from .errors import InvalidInputError
from .evidence import Citation, HasCitations, Standing, Statement
from .methods import MethodComparison
from .payment import PaymentEstimate, PaymentLine
from .reading import NoteReading
from .results import (
    ClaimLine,
    DocumentationReport,
    EditReport,
    EpisodeReport,
    Finding,
    Outcome,
    Reason,
    UnitLine,
    Units,
)
from .retrieval import SearchHit
from .ruleset import RuleSet
from .suggestion import Suggestion
from .thresholds import ThresholdReport
from .totals import TotalCount
from .units import UnitCount
from .visits import Review


__all__ = ["badge_list", "definition_table", "html_of", "svg_of", "to_records"]


def html_of(value: object) -> str:
    """
    A value of this library as an HTML fragment.

    Args:
        value: a `Code`, `CodeFacts`, `Comparison`, `UnitCount`, `TotalCount`, `MethodComparison`, `PaymentEstimate`,
            `DocumentationReport`, `EpisodeReport`, `EditReport`, `ThresholdReport`, `NoteReading` or `Review`, or a
            list or tuple of codes, search hits, suggestions or claim lines.

    Returns:
        A fragment that stands by itself; everything in it is escaped.

    Raises:
        InvalidInputError: something else; parts of a record hold text about a patient and are never shown.

    Example:
        >>> import therapycodes as tc
        >>> from therapycodes.display import html_of
        >>> html_of(tc.lookup("97110").on("2026-03-02")).startswith("<section")
        True
    """
    for kind, (title, parts) in _SECTIONS.items():
        if isinstance(value, kind):
            return _section(title(value), parts(value))
    if isinstance(value, (list, tuple)) and value:
        for kinds, name, table in _TABLES:
            if all(isinstance(one, kinds) for one in value):
                return _section(name, [table(value)])
    raise InvalidInputError("value", "nothing this function shows", "give a result of this library")


def to_records(values: Iterable[object]) -> list[dict[str, object]]:
    """
    Values of one kind as flat dictionaries, ready for a table.

    Every record has the same keys in the same order; dates and enumerations are text, lists are text joined by blanks,
    what is not known is `None`.

    Args:
        values: codes, search hits, suggestions, unit lines, claim lines, payment lines or findings.

    Raises:
        InvalidInputError: another kind of value, or several kinds together.

    Example:
        >>> import therapycodes as tc
        >>> from therapycodes.display import to_records
        >>> to_records([tc.ClaimLine("97110", 2, ("GP",))])
        [{'code': '97110', 'units': 2, 'modifiers': 'GP', 'discipline': None, 'reasons': ''}]
    """
    given = tuple(values)
    if not given:
        return []
    for kind, columns in _COLUMNS.items():
        if all(isinstance(value, kind) for value in given):
            return [{name: _flat(read(value)) for name, read in columns.items()} for value in given]
    raise InvalidInputError(
        "values",
        "not of one kind that has a table",
        "give codes, search hits, suggestions, unit lines, claim lines, payment lines or findings",
    )


def svg_of(count: UnitCount) -> str:
    """
    The minutes of a count as bars, with a dot where each unit went.

    Whole units are outlined boxes, minutes left over a hatched one; codes that count no minutes are told in words.
    The drawing has a title and a description in words and uses the colour of the text around it.

    Args:
        count: what `count_units` gave.

    Returns:
        A drawing that also stands as a file of its own.

    Raises:
        InvalidInputError: something else.

    Example:
        >>> import therapycodes as tc
        >>> from therapycodes.display import svg_of
        >>> count = tc.count_units([tc.Service("97110", 33)], tc.rules_on("2026-03-02"))
        >>> "33 min, 2 units" in svg_of(count)
        True
    """
    if not isinstance(count, UnitCount):
        raise InvalidInputError("count", "not a UnitCount", "give what count_units returned")
    return _drawing(count, namespace=' xmlns="http://www.w3.org/2000/svg"')


def definition_table(title: str, rows: Iterable[tuple[str, object]]) -> str:
    """
    A table of names and what they stand for, with a caption.

    Args:
        title: the caption.
        rows: name and value; text, statements with their standing, citations, and lists of these.

    Returns:
        The table; all of it is escaped.

    Example:
        >>> from therapycodes.display import definition_table
        >>> "a &lt; b" in definition_table("Title", [("name", "a < b")])
        True
    """
    body = "".join(f"<tr>{_head(name, 'row')}<td{_CELL}>{_shown(value)}</td></tr>" for name, value in rows)
    return f"<table{_TABLE}><caption{_CAPTION}>{escape(title)}</caption><tbody>{body}</tbody></table>"


def badge_list(title: str, statements: Iterable[HasCitations]) -> str:
    """
    A list of statements that opens and closes, each with its standing as a word and its citations.

    Args:
        title: what the list holds.
        statements: statements, or other values with citations.

    Returns:
        The list; all of it is escaped.

    Example:
        >>> import therapycodes as tc
        >>> from therapycodes.display import badge_list
        >>> "secondary" in badge_list("Techniques", tc.lookup("97110").metadata.techniques)
        True
    """
    held = tuple(statements)
    items = "".join(f"<li>{_shown(one)} {_cited(one.citations)}</li>" for one in held)
    return f"<details><summary>{escape(title)} ({len(held)})</summary><ul{_LIST}>{items}</ul></details>"


# -- how things look --------------------------------------------------------------------------------------------------


_SECTION = ' style="color:inherit;font:inherit;max-width:64em;overflow-x:auto;padding:0.2em"'
_TABLE = ' style="border-collapse:collapse;color:inherit;margin:0.6em 0;text-align:left"'
_CAPTION = ' style="caption-side:top;color:inherit;font-weight:bold;padding:0.3em 0;text-align:left"'
_RULE = "border-bottom:1px solid color-mix(in srgb,currentColor 30%,transparent)"
_CELL = f' style="{_RULE};padding:0.25em 0.8em 0.25em 0;text-align:left;vertical-align:top"'
_HEAD = f' style="{_RULE};font-weight:bold;padding:0.25em 0.8em 0.25em 0;text-align:left;vertical-align:top"'
_LIST = ' style="margin:0.3em 0;padding-left:1.6em"'
_SMALL = ' style="font-size:0.85em"'
_BADGE = ' style="border:1px solid currentColor;border-radius:0.6em;font-size:0.8em;padding:0 0.5em;white-space:nowrap"'


def _section(title: str, parts: Iterable[str]) -> str:
    """
    A region that can be reached by keyboard, because a wide table scrolls inside it.
    """
    label = escape(title)
    return f'<section role="region" aria-label="{label}" tabindex="0"{_SECTION}>{"".join(parts)}</section>'


def _head(text: str, scope: str) -> str:
    return f'<th scope="{scope}"{_HEAD}>{escape(text)}</th>'


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """
    A table with headings for columns; the first cell of a row is its heading.
    """
    top = "".join(_head(head, "col") for head in heads)
    body = "".join(
        f"<tr>{_head(_plain(first), 'row')}{''.join(f'<td{_CELL}>{_shown(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return (
        f"<table{_TABLE}><caption{_CAPTION}>{escape(caption)}</caption>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def _badge(word: str) -> str:
    return f"<span{_BADGE}>{escape(word)}</span>"


def _shown(value: object) -> str:
    """
    One value as HTML; statements carry their standing.
    """
    match value:
        case None:
            return "not known"
        case HasCitations():
            return f"{escape(_plain(value))} {_badge(value.standing)}"
        case Standing():
            return _badge(value)
        case Citation():
            return f"<span{_SMALL}>[{escape(str(value))}, {escape(value.source.standing)}]</span>"
        case list() | tuple():
            return "<br>".join(_shown(one) for one in value) if value else "none"
        case _:
            return escape(_plain(value))


def _plain(value: object) -> str:
    """
    One value as plain text.
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case HistoryEvent():
            then = f", replaced by {', '.join(value.replaced_by)}" if value.replaced_by else ""
            return f"{value.kind} {value.date}{then}"
        case _:
            return str(value)


def _cited(citations: Iterable[Citation]) -> str:
    return " ".join(_shown(citation) for citation in citations)


def _under(what: str, rules: RuleSet) -> str:
    return f"{what} on {rules.date_of_service} under {rules.policy.id}"


def _carried(rules: RuleSet) -> Iterator[str]:
    if rules.carried_forward:
        day = escape(str(rules.rules_day))
        yield f"<p><strong>Beyond the covered dates:</strong> rules of {day} carried forward.</p>"


# -- codes ------------------------------------------------------------------------------------------------------------


def _code(code: Code) -> Iterator[str]:
    rows: list[tuple[str, object]] = [("system", code.system), ("category", code.category)]
    if code.deleted is not None:
        rows.append(("ended", code.deleted.date))
        rows.append(("replaced by", ", ".join(code.replaced_by) or "none"))
    rows.append(("purpose", code.metadata.purpose))
    yield definition_table(f"{code.code} {code.label}", rows)
    if code.history:
        yield badge_list("history", code.history)
    for entry in fields(Metadata)[1:]:
        statements: tuple[Statement, ...] = getattr(code.metadata, entry.name)
        if statements and entry.name == "similar":
            yield _similar(code.metadata)
        elif statements:
            yield badge_list(_words(entry.name), statements)


def _similar(metadata: Metadata) -> str:
    rows = [(one.code, one, one.citations) for one in metadata.similar]
    return _table("similar codes", ("code", "what decides", "citations"), rows)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _code_table(codes: Iterable[Code]) -> str:
    rows = [(code.code, code.label, code.category, code.deleted.date if code.deleted else "") for code in codes]
    return _table("Codes", ("code", "label", "category", "ended"), rows)


def _facts(facts: CodeFacts) -> Iterator[str]:
    rows: list[tuple[object, ...]] = []
    for name, entry in facts.evidence.items():
        value = _value(getattr(facts, name))
        end = f" through {entry.effective_through}" if entry.effective_through else ""
        rows.append((_words(name), value, entry.standing, f"{entry.effective_from}{end}", entry.citations))
    heads = ("fact", "value", "standing", "dates of service", "citations")
    yield _table(f"{facts.code} on {facts.date_of_service}", heads, rows)


def _value(value: object) -> object:
    """
    A fact as a reader would say it.
    """
    if isinstance(value, UnitRule):
        return f"{value.basis}, {value.minutes} minutes" if value.minutes else str(value.basis)
    return ", ".join(str(one) for one in value) if isinstance(value, tuple) else value


def _comparison(comparison: Comparison) -> Iterator[str]:
    first, second = comparison.first, comparison.second
    rows = [(f"{one.code} {one.label}", purpose) for one, purpose in _purposes(comparison)]
    yield definition_table(f"{first.code} beside {second.code}: what each is for", rows)
    documented = "what decides" if comparison.is_documented else "what may decide; no document speaks of this pair"
    if comparison.decides:
        yield badge_list(documented, comparison.decides)
    facts = [*_compared("differs", comparison.differing), *_compared("shared", comparison.shared)]
    heads = ("fact", "compared", first.code, second.code)
    yield _table(f"Facts: {len(comparison.differing)} differ, {len(comparison.shared)} shared", heads, facts)


def _purposes(comparison: Comparison) -> Iterator[tuple[Code, Statement | None]]:
    yield comparison.first, comparison.first_purpose
    yield comparison.second, comparison.second_purpose


def _compared(word: str, facts: Iterable[ComparedFact]) -> Iterator[tuple[object, ...]]:
    for fact in facts:
        yield _words(fact.name), word, _value(fact.first), _value(fact.second)


def _hit_table(hits: Iterable[SearchHit | Suggestion]) -> str:
    rows = [(hit.code.code, hit.code.label, f"{hit.score:.2f}", _why(hit)) for hit in hits]
    return _table("Codes found, best first", ("code", "label", "score", "why"), rows)


def _why(hit: SearchHit | Suggestion) -> str:
    return hit.reason if isinstance(hit, Suggestion) else "; ".join(hit.why)


# -- texts ------------------------------------------------------------------------------------------------------------


def _reading(reading: NoteReading) -> Iterator[str]:
    heads = ("about", "read", "certainty", "said of", "from", "to")
    rows = [(one.kind, one.summary, one.certainty, one.context, *one.span) for one in reading.mentions]
    yield _table(f"Read in {reading.length} characters, for a person to confirm", heads, rows)
    if reading.advice:
        asked = [(one.kind, one.code or "", one.requirement, one.message, one.citations) for one in reading.advice]
        yield _table("To look at", ("what", "code", "requirement", "message", "citations"), asked)


# -- units and claims -------------------------------------------------------------------------------------------------


def _count(count: UnitCount) -> Iterator[str]:
    yield from _carried(count.rules)
    yield _unit_table(count)
    if count.lines:
        yield _drawing(count, namespace="")
    if count.permitted_allocation_count > 1:
        yield (
            f"<p>The rule permits {count.permitted_allocation_count} allocations; "
            "the first of those listed is the one above.</p>"
        )
        shown = count.permitted_allocations[:8]
        items = "".join(
            f"<li>{escape(', '.join(f'{code} x{units}' for code, units in one.items()))}</li>" for one in shown
        )
        yield f"<ol{_LIST}>{items}</ol>"
    yield _steps("why, step by step", count.trace)


def _total(value: TotalCount) -> Iterator[str]:
    units = "units not assessed" if value.timed_units is None else _units(value.timed_units)
    yield f"<p>{value.minutes} timed minutes, {escape(units)}.</p>"
    yield _steps("why, step by step", value.trace)


def _methods(value: MethodComparison) -> Iterator[str]:
    codes = list(dict.fromkeys(code for count in value.counts.values() for code in count.units))
    rows = [
        (
            str(method),
            *(count.units.get(code, 0) for code in codes),
            count.timed_units,
            ", ".join(value.used_by[method]) or "no bundled policy",
        )
        for method, count in value.counts.items()
    ]
    yield _table("Units by each way of counting", ("way of counting", *codes, "timed units", "used by"), rows)
    for one in value.differences:
        reasons = "".join(f"<li>{escape(f'{method}: {reason}')}</li>" for method, reason in one.reasons.items())
        yield f"<details><summary>{escape(one.code)}: why it differs</summary><ul{_LIST}>{reasons}</ul></details>"


def _unit_table(count: UnitCount) -> str:
    heads = ("code", "discipline", "measured", "units", "by an assistant", "why")
    rows = [
        (line.code, line.discipline or "not stated", _measured(line), line.units, _assisted(line), line.reason)
        for line in count.lines
    ]
    total = f"{count.total_timed_minutes} timed minutes, {_units(count.timed_units)}"
    return _table(f"{_under('Units', count.rules)}: {total}", heads, rows)


def _measured(line: UnitLine) -> str:
    """
    What was measured of a line, in words.
    """
    if line.amount is not None:
        return f"{line.amount} {MEASURE[line.basis]}"
    if line.minutes is None:
        return "minutes not stated"
    return f"{line.minutes} min"


def _assisted(line: UnitLine) -> str:
    return "not assessed" if line.assistant_units is None else str(line.assistant_units)


def _units(count: Units) -> str:
    return f"{count} unit{'' if count == 1 else 's'}"


def _steps(title: str, steps: Iterable[Reason]) -> str:
    items = "".join(
        f"<li>{escape(step.sentence)}{' (unsettled)' if step.unsettled else ''} {_cited(step.citations)}</li>"
        for step in steps
    )
    return f"<details><summary>{escape(title)}</summary><ol{_LIST}>{items}</ol></details>"


def _claim_table(lines: Iterable[ClaimLine]) -> str:
    heads = ("code", "units", "modifiers", "discipline", "why")
    rows = [
        (
            line.code,
            line.units,
            " ".join(line.modifiers) or "none",
            line.discipline or "not stated",
            tuple(reason.sentence for reason in line.reasons),
        )
        for line in lines
    ]
    return _table("Claim lines", heads, rows)


def _estimate(estimate: PaymentEstimate) -> Iterator[str]:
    yield from _carried(estimate.rules)
    heads = ("code", "units", "modifiers", "outcome", "before coinsurance", "coinsurance", "remarks")
    rows = [
        (
            line.code,
            line.units,
            " ".join(line.modifiers) or "none",
            line.outcome,
            "none" if line.allowed is None else line.allowed,
            "none" if line.coinsurance is None else line.coinsurance,
            tuple(remark.sentence for remark in line.remarks),
        )
        for line in estimate.lines
    ]
    total = "no total" if estimate.allowed is None else f"{estimate.allowed} before coinsurance"
    yield _table(f"An estimate, not a decision about payment: {total}", heads, rows)
    yield _steps("How the amounts came about", estimate.trace)


# -- documentation ----------------------------------------------------------------------------------------------------


_OUTCOME = {
    Outcome.MET: "met",
    Outcome.NOT_MET: "missing",
    Outcome.NOT_APPLICABLE: "not applicable",
    Outcome.NOT_ASSESSED: "not assessed",
}


def _edits(report: EditReport) -> Iterator[str]:
    if report.carried_forward:
        yield "<p><strong>Beyond the covered dates:</strong> rules carried forward.</p>"
    rows = [
        (one.id, one.outcome, one.severity, ", ".join(one.codes), one.message, one.remedy, one.standing, one.citations)
        for one in report.findings
    ]
    heads = ("check", "outcome", "severity", "codes", "found", "way out", "standing", "citations")
    yield _table("Findings", heads, rows)
    if report.switched_off:
        yield f"<p>Not checked under this policy: {escape(', '.join(report.switched_off))}.</p>"


def _report(report: DocumentationReport) -> Iterator[str]:
    if report.carried_forward:
        yield "<p><strong>Beyond the covered dates:</strong> rules carried forward.</p>"
    missing = len(report.missing)
    caption = (
        f"Documentation asked for by {report.policy}: {missing} {'item' if missing == 1 else 'items'} missing, "
        f"{len(report.not_assessed)} not assessed, {report.completeness:.0%} of what could be assessed is there"
    )
    heads = ("requirement", "outcome", "title", "obligation", "found", "citations")
    rows = [
        (one.id, _OUTCOME[one.outcome], one.title, one.obligation, one.message, one.citations)
        for one in report.findings
    ]
    yield _table(caption, heads, rows)


def _thresholds(report: ThresholdReport) -> Iterator[str]:
    if report.carried_forward:
        yield "<p><strong>Beyond the covered dates:</strong> rules carried forward.</p>"
    lines = [
        (line.line + 1, line.code, line.bucket, line.allowed, line.after, line.kx, line.needs_kx)
        for line in report.lines
    ]
    yield _table("Lines", ("line", "code", "bucket", "allowed", "in all", "KX threshold", "KX called for"), lines)
    findings = [(one.id, one.outcome, one.severity, one.message, one.remedy, one.citations) for one in report.findings]
    yield _table("Findings", ("finding", "outcome", "severity", "found", "way out", "citations"), findings)


def _episode(report: EpisodeReport) -> Iterator[str]:
    yield from _report(report)
    heads = ("requirement", "due", "by", "treatment days left", "counting", "citations")
    rows = [
        (
            one.id,
            f"{one.what} (overdue)" if one.overdue else one.what,
            one.by or "",
            "" if one.treatment_days_left is None else one.treatment_days_left,
            one.counting,
            one.citations,
        )
        for one in report.due
    ]
    if rows:
        yield _table(f"Due as of {report.as_of}", heads, rows)


def _review(review: Review) -> Iterator[str]:
    yield from _count(review.units)
    yield _claim_table(review.lines) if review.lines else "<p>No claim line: no code earned a unit.</p>"
    yield from _edits(review.edits)
    yield from _estimate(review.payment)
    if review.documentation is not None:
        yield from _report(review.documentation)
    marked = [source for source in review.sources.values() if source.standing is not Standing.PRIMARY]
    if marked:
        yield _table(
            "Sources that are not primary", ("source", "standing"), [(one.title, one.standing) for one in marked]
        )
    else:
        yield "<p>All sources cited are primary.</p>"


# -- the drawing ------------------------------------------------------------------------------------------------------


_WIDTH = 720
_LEFT = 100
_ROOM = 400
_ROW = 46
_BAR = 20

_WIDEST_MINUTE = 8.0


def _drawing(count: UnitCount, *, namespace: str) -> str:
    drawn = [line for line in count.lines if _has_bar(line)]
    longest = max((line.minutes or 0 for line in drawn), default=0)
    scale = min(_WIDEST_MINUTE, _ROOM / longest) if longest else _WIDEST_MINUTE
    rows = "".join(_bar_row(line, index, scale, count) for index, line in enumerate(count.lines))
    height = _ROW * len(count.lines) + 34
    title = escape(_under("Minutes and units", count.rules))
    told = " ".join(f"{_told(line, count)}." for line in count.lines) or "No service."
    legend = "outlined: whole units; hatched: minutes left over; dot: a unit counted"
    return (
        f'<svg{namespace} role="img" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'style="max-width:100%;height:auto;color:inherit" font-family="inherit" font-size="13" '
        f'fill="currentColor" stroke="none"><title>{title}</title><desc>{escape(told)}</desc>'
        f'{rows}<text x="0" y="{height - 8}" font-size="12">{legend}</text></svg>'
    )


def _has_bar(line: UnitLine) -> bool:
    return line.minutes is not None and line.basis in (UnitBasis.TIMED, UnitBasis.TIME_BLOCK)


def _told(line: UnitLine, count: UnitCount) -> str:
    """
    A line in words, for those who do not see the drawing.
    """
    whose = f" {line.discipline}" if line.discipline else ""
    told = f"{line.code}{whose}: {_measured(line)}, {_units(line.units)}"
    if not _has_bar(line):
        return told
    _, whole, rest = _blocks(line, count)
    return f"{told}; {_units(whole)} whole, {rest} min left over"


def _bar_row(line: UnitLine, index: int, scale: float, count: UnitCount) -> str:
    top = _ROW * index + 16
    label = escape(f"{line.code} {line.discipline or ''}".strip())
    parts = [f'<text x="0" y="{top + 15}" font-weight="bold">{label}</text>']
    end: float = _LEFT
    if _has_bar(line):
        end += (line.minutes or 0) * scale
        parts += _bar(line, top, scale, count)
    else:
        parts += [_dot(_LEFT + 6 + 14 * number, top - 6) for number in range(min(int(line.units), 20))]
    words = escape(f"{_measured(line)}, {_units(line.units)}")
    parts.append(f'<text x="{_at(end + (10 if _has_bar(line) else 0))}" y="{top + 15}">{words}</text>')
    return f"<g>{''.join(parts)}</g>"


def _bar(line: UnitLine, top: int, scale: float, count: UnitCount) -> Iterator[str]:
    """
    Outlined boxes for whole units, a hatched one for what is left, and a dot above each that counted.
    """
    block, whole, rest = _blocks(line, count)
    width = block * scale
    boxes = [(_LEFT + number * width, width) for number in range(whole)]
    yield from (_box(left, top, width) for left, width in boxes)
    if rest:
        left = _LEFT + whole * width
        boxes.append((left, rest * scale))
        yield _box(left, top, rest * scale, is_whole=False)
        yield _hatching(left, top, rest * scale)
    yield from (_dot(left + width / 2, top - 6) for left, width in boxes[: int(line.units)])


def _blocks(line: UnitLine, count: UnitCount) -> tuple[int, int, int]:
    """
    Minutes in a unit of the line's own code, how many whole units its minutes fill, and what is left.
    """
    block = count.rules.code(line.code).minutes or 1
    return block, *divmod(line.minutes or 0, block)


def _at(place: float) -> str:
    return f"{place:.1f}".removesuffix(".0")


def _box(left: float, top: int, width: float, *, is_whole: bool = True) -> str:
    shade = "0.15" if is_whole else "0"
    return (
        f'<rect x="{_at(left)}" y="{top}" width="{_at(width)}" height="{_BAR}" fill-opacity="{shade}" '
        'stroke="currentColor" stroke-width="1.5"/>'
    )


def _hatching(left: float, top: int, width: float) -> str:
    """
    Slanted lines, each cut where the box ends: a pattern would need an id, which must be unique on a page.
    """
    lines = []
    start = -_BAR
    while start < width:
        low, high = max(start, 0), min(start + _BAR, width)
        y_low, y_high = top + _BAR - (low - start), top + _BAR - (high - start)
        lines.append(f"M{_at(left + low)} {_at(y_low)}L{_at(left + high)} {_at(y_high)}")
        start += 6
    return f'<path d="{"".join(lines)}" stroke="currentColor" stroke-width="1"/>'


def _dot(left: float, top: int) -> str:
    return f'<circle cx="{_at(left)}" cy="{top}" r="4"/>'


# -- records ----------------------------------------------------------------------------------------------------------


_Columns = Mapping[str, Callable[..., object]]


def _own(*names: str) -> _Columns:
    """
    Columns that are fields of the value.
    """
    return {name: _reader(name) for name in names}


def _reader(name: str) -> Callable[..., object]:
    def read(value: object) -> object:
        return getattr(value, name)

    return read


_HIT_COLUMNS: _Columns = {
    "code": lambda hit: hit.code.code,
    "label": lambda hit: hit.code.label,
    "score": lambda hit: hit.score,
    "why": _why,
}
_COLUMNS: Mapping[type, _Columns] = {
    SearchHit: _HIT_COLUMNS,
    Suggestion: _HIT_COLUMNS,
    Code: {
        **_own("code", "system", "category", "label"),
        "added": lambda code: code.added.date if code.added else None,
        "deleted": lambda code: code.deleted.date if code.deleted else None,
        "replaced_by": lambda code: code.replaced_by,
        "purpose": lambda code: code.metadata.purpose.text if code.metadata.purpose else None,
    },
    UnitLine: _own(
        "code",
        "discipline",
        "basis",
        "minutes",
        "amount",
        "units",
        "assistant_units",
        "full_blocks",
        "remainder",
        "minutes_to_next_unit",
        "reason",
    ),
    ClaimLine: {
        **_own("code", "units", "modifiers", "discipline"),
        "reasons": lambda line: tuple(reason.sentence for reason in line.reasons),
    },
    PaymentLine: {
        **_own("code", "units", "modifiers", "discipline", "outcome", "allowed", "fee", "unit_fee"),
        **_own("further_unit_fee", "full_units", "coinsurance", "payer_share", "sequestration"),
        "remarks": lambda line: tuple(remark.sentence for remark in line.remarks),
    },
    Finding: {
        **_own("id", "title", "outcome", "obligation", "message", "path"),
        "citations": lambda finding: "; ".join(str(citation) for citation in finding.citations),
    },
}


def _flat(value: object) -> object:
    """
    A value that any table can hold.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return " ".join(str(one) for one in value)
    return str(value)


_SECTIONS: dict[type, tuple[Callable[[Any], str], Callable[[Any], Iterable[str]]]] = {
    Code: (lambda value: f"{value.code} {value.label}", _code),
    CodeFacts: (lambda value: f"{value.code} on {value.date_of_service}", _facts),
    Comparison: (lambda value: f"{value.first.code} beside {value.second.code}", _comparison),
    UnitCount: (lambda value: _under("Units", value.rules), _count),
    TotalCount: (lambda value: _under("Units of a total", value.rules), _total),
    MethodComparison: (lambda value: f"Ways of counting, {value.date_of_service}", _methods),
    PaymentEstimate: (lambda value: _under("Estimate of the fee", value.rules), _estimate),
    EpisodeReport: (lambda value: f"Documents of the episode asked for by {value.policy}", _episode),
    DocumentationReport: (lambda value: f"Documentation asked for by {value.policy}", _report),
    ThresholdReport: (lambda value: f"Yearly thresholds under {value.policy}", _thresholds),
    EditReport: (lambda value: f"Checks of claim lines under {value.policy}", _edits),
    NoteReading: (lambda _: "What was read in a text", _reading),
    Review: (lambda value: _under("Review of the visit", value.units.rules), _review),
}
"""Title and parts of each kind of result."""

_TABLES: tuple[tuple[type | tuple[type, ...], str, Callable[[Any], str]], ...] = (
    (Code, "Codes", _code_table),
    (ClaimLine, "Claim lines", _claim_table),
    ((SearchHit, Suggestion), "Codes found", _hit_table),
)
"""Title and table of each kind of sequence."""
