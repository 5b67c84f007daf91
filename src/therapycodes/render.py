"""
Results as plain text that a biller, a therapist or an auditor can follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .code import Code, CodeFacts, EventKind, UnitRule
from .comparison import Comparison
from .errors import InvalidInputError
from .evidence import Citation, Standing
from .results import ClaimLine, DocumentationReport, Due, EpisodeReport, Finding, Outcome, Reason
from .retrieval import SearchHit
from .ruleset import RuleSet
from .suggestion import Suggestion
from .units import UnitCount
from .visits import Review


_MARK = {
    Outcome.NOT_MET: "missing",
    Outcome.NOT_ASSESSED: "not assessed",
    Outcome.MET: "met",
    Outcome.NOT_APPLICABLE: "not applicable",
}


def render_text(value: object) -> str:
    """
    A result as text, with its reasons and citations.

    Args:
        value: a `Code`, `CodeFacts`, `Comparison`, `UnitCount`, `DocumentationReport`, `EpisodeReport` or `Review`, or
            a sequence of claim lines, search hits or suggestions.

    Raises:
        InvalidInputError: something else.

    Example:
        >>> import therapycodes as tc
        >>> count = tc.count_units([tc.Service("97110", 7)], tc.rules_on("2026-03-02"))
        >>> print(tc.render_text(count).splitlines()[0])
        Units on 2026-03-02 under medicare-part-b
    """
    return "\n".join(_render(value))


def _render(value: object) -> Iterator[str]:
    match value:
        case Review():
            yield from _review(value)
        case UnitCount():
            yield from _heading("Units", value.rules)
            yield from _count(value)
        case EpisodeReport():
            yield from _episode(value)
        case DocumentationReport():
            yield f"Documentation asked for by {value.policy}"
            if value.carried_forward:
                yield "  beyond the covered dates: the last known rules are carried forward"
            yield from _report(value)
        case Code():
            yield from _code(value)
        case CodeFacts():
            yield f"{value.code} on {value.date_of_service}"
            yield from _facts(value)
        case Comparison():
            yield from _comparison(value)
        case list() | tuple() if all(isinstance(line, ClaimLine) for line in value):
            yield from _lines(value)
        case list() | tuple() if all(isinstance(hit, SearchHit) for hit in value):
            for hit in value:
                yield f"{hit.code.code}  {hit.code.label}  ({'; '.join(hit.why)})"
        case list() | tuple() if all(isinstance(one, Suggestion) for one in value):
            for one in value:
                yield from _suggestion(one)
        case _:
            raise InvalidInputError("value", "nothing this function renders", "give a result of this library")


def _comparison(value: Comparison) -> Iterator[str]:
    yield f"{value.first.code} and {value.second.code}"
    for code, purpose in ((value.first, value.first_purpose), (value.second, value.second_purpose)):
        yield f"  {code.code}  {code.label}"
        if purpose is not None:
            yield f"    {purpose}{_unconfirmed(purpose.standing)}"
    for fact in value.shared:
        yield f"  both: {fact.name.replace('_', ' ')} {_plain(fact.first)}"
    for fact in value.differing:
        here, there = (
            f"{code.code} {_plain(held)}" for code, held in ((value.first, fact.first), (value.second, fact.second))
        )
        yield f"  different: {fact.name.replace('_', ' ')}, {here}, {there}"
    for fact in value.known_for_one:
        code, held = (value.first, fact.first) if fact.first is not None else (value.second, fact.second)
        yield f"  known for {code.code} only: {fact.name.replace('_', ' ')} {_plain(held)}"
    for one in value.decides:
        yield f"  what decides, as stated for {one.stated_for}: {one.text}{_unconfirmed(one.standing)}"
        yield from _citations(one.citations, "    ")


def _suggestion(value: Suggestion) -> Iterator[str]:
    yield f"{value.code.code}  {value.code.label}"
    yield f"  {value.reason}"
    for other in value.ruled_out:
        yield f"  not {other.code}: {other.reason}"


def _heading(what: str, rules: RuleSet) -> Iterator[str]:
    yield f"{what} on {rules.date_of_service} under {rules.policy.id}"
    if rules.carried_forward:
        yield f"  beyond the covered dates: rules of {rules.rules_day} carried forward"


def _review(value: Review) -> Iterator[str]:
    yield from _heading("Review of the visit", value.units.rules)
    yield ""
    yield "UNITS"
    yield from _count(value.units)
    yield ""
    yield "CLAIM LINES"
    yield from _lines(value.lines)
    if value.documentation is not None:
        yield ""
        yield "DOCUMENTATION"
        yield from _report(value.documentation)
    marked = [source for source in value.sources.values() if source.standing != Standing.PRIMARY]
    yield ""
    yield "SOURCES THAT ARE NOT PRIMARY" if marked else "All sources cited are primary."
    for source in marked:
        yield f"  {source.title} ({source.standing})"


def _count(count: UnitCount) -> Iterator[str]:
    for line in count.lines:
        whose = f" {line.discipline}" if line.discipline else ""
        minutes = f"{line.minutes} minutes" if line.minutes is not None else "minutes not stated"
        by_assistant = f", {line.assistant_units} by the assistant" if line.assistant_units else ""
        yield f"  {line.code}{whose}  {line.units} {_plural(line.units, 'unit')}  ({minutes}{by_assistant})"
    yield f"  timed: {count.total_timed_minutes} minutes, {count.timed_units} {_plural(count.timed_units, 'unit')}"
    if count.permitted_allocation_count > 1:
        yield f"  the rule permits {count.permitted_allocation_count} allocations; the first is the one above:"
        for allocation in count.permitted_allocations[:8]:
            yield "    " + ", ".join(f"{code} x{units}" for code, units in allocation.items())
    yield "  why:"
    for number, step in enumerate(count.trace, start=1):
        yield from _step(f"{number}.", step)


def _step(mark: str, step: Reason) -> Iterator[str]:
    yield f"    {mark} {step.sentence}"
    yield from _citations(step.citations, "       ")


def _citations(citations: Iterable[Citation], indent: str) -> Iterator[str]:
    for citation in citations:
        standing = "" if citation.source.standing is Standing.PRIMARY else f" ({citation.source.standing})"
        yield f"{indent}[{citation}{standing}]"


def _lines(lines: Iterable[ClaimLine]) -> Iterator[str]:
    shown = tuple(lines)
    if not shown:
        yield "  none: no code earned a unit"
    for line in shown:
        yield f"  {line.code} x{line.units} {' '.join(line.modifiers)}".rstrip()
        for reason in line.reasons:
            yield from _step("-", reason)


def _report(report: DocumentationReport) -> Iterator[str]:
    missing = len(report.missing)
    share = f"{report.completeness:.0%} of what could be assessed is there"
    yield f"  {missing} {_plural(missing, 'item')} missing, {len(report.not_assessed)} not assessed; {share}"
    for finding in report.findings:
        yield from _finding(finding)


def _episode(report: EpisodeReport) -> Iterator[str]:
    day = f" as of {report.as_of}" if report.as_of is not None else ""
    yield f"Documents of the episode asked for by {report.policy}{day}"
    if report.carried_forward:
        yield "  beyond the covered dates: the last known rules are carried forward"
    yield from _report(report)
    yield "  due:" if report.due else "  nothing is due"
    for due in report.due:
        yield from _due(due)


def _due(due: Due) -> Iterator[str]:
    when = [f"by {due.by}"] if due.by is not None else []
    if due.treatment_days_left is not None:
        when.append(f"{due.treatment_days_left} {_plural(due.treatment_days_left, 'treatment day')} left")
    mark = "overdue" if due.overdue else "due"
    yield f"    {mark:8} {due.id:7} {due.what} ({', '.join(when)})"
    yield f"      {due.counting}"
    yield from _citations(due.citations, "      ")


def _finding(finding: Finding) -> Iterator[str]:
    yield f"  {_MARK[finding.outcome]:14} {finding.id:6} {finding.title} ({finding.obligation})"
    if finding.outcome in (Outcome.NOT_MET, Outcome.NOT_ASSESSED):
        yield f"    {finding.message} @ {finding.path}"
        yield from _citations(finding.citations, "    ")


def _code(code: Code) -> Iterator[str]:
    yield f"{code.code}  {code.label}"
    yield f"  {code.system}, {code.category}"
    if code.deleted:
        then = f"; replaced by {', '.join(code.replaced_by)}" if code.replaced_by else ""
        yield f"  ended on {code.deleted.date}{then}"
    if code.metadata.purpose is not None:
        yield f"  {code.metadata.purpose}{_unconfirmed(code.metadata.purpose.standing)}"
    for event in code.history:
        verb = "last day" if event.kind is EventKind.DELETED else event.kind.value
        yield f"  history: {verb} {event.date}{_unconfirmed(event.standing)}"
        yield from _citations(event.citations, "    ")
    for other in code.metadata.similar:
        yield f"  beside {other.code}: {other.text}{_unconfirmed(other.standing)}"


def _facts(facts: CodeFacts) -> Iterator[str]:
    for name, entry in facts.evidence.items():
        yield f"  {name.replace('_', ' ')}: {_plain(getattr(facts, name))}{_unconfirmed(entry.standing)}"
        end = f" through {entry.effective_through}" if entry.effective_through else ""
        yield f"    from {entry.effective_from}{end}, reviewed {entry.reviewed_on}"
        yield from _citations(entry.citations, "    ")


def _plain(value: object) -> str:
    """
    The value of a fact in words.
    """
    if isinstance(value, UnitRule):
        return f"{value.basis}, {value.minutes} minutes" if value.minutes else str(value.basis)
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _unconfirmed(standing: Standing) -> str:
    return f" ({standing})" if standing in (Standing.UNCONFIRMED, Standing.DISPUTED) else ""


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
