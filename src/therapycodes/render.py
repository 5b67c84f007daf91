"""
Results as plain text that a biller, a therapist or an auditor can follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .advice import Advice
from .code import Code, CodeFacts, EventKind, UnitRule
from .comparison import Comparison
from .errors import InvalidInputError
from .evidence import Citation, Standing
from .mention import Mention
from .methods import MethodComparison
from .payment import PaymentEstimate, PaymentLine, PaymentOutcome
from .reading import NoteReading
from .results import (
    ClaimLine,
    DocumentationReport,
    Due,
    EditFinding,
    EditOutcome,
    EditReport,
    EpisodeReport,
    Finding,
    Outcome,
    Reason,
    Units,
)
from .retrieval import SearchHit
from .ruleset import RuleSet
from .suggestion import Suggestion
from .thresholds import ThresholdReport
from .totals import TotalCount
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
        value: a `Code`, `CodeFacts`, `Comparison`, `UnitCount`, `TotalCount`, `MethodComparison`, `PaymentEstimate`,
            `DocumentationReport`, `EpisodeReport`, `EditReport`, `ThresholdReport`, `NoteReading` or `Review`, or a
            sequence of claim lines, findings on them, search hits or suggestions.

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
    for kind, write in _WRITERS.items():
        if isinstance(value, kind):
            return write(value)
    if isinstance(value, (list, tuple)):
        for kind, write in _WRITERS_OF_SEVERAL.items():
            if all(isinstance(one, kind) for one in value):
                return write(value)
    raise InvalidInputError("value", "nothing this function renders", "give a result of this library")


def _units_of_day(value: UnitCount) -> Iterator[str]:
    yield from _heading("Units", value.rules)
    yield from _count(value)


def _documentation(value: DocumentationReport) -> Iterator[str]:
    yield f"Documentation asked for by {value.policy}"
    if value.carried_forward:
        yield "  beyond the covered dates: the last known rules are carried forward"
    yield from _report(value)


def _facts_of_day(value: CodeFacts) -> Iterator[str]:
    yield f"{value.code} on {value.date_of_service}"
    yield from _facts(value)


def _hits(value: Iterable[SearchHit]) -> Iterator[str]:
    for hit in value:
        yield f"{hit.code.code}  {hit.code.label}  ({'; '.join(hit.why)})"


def _suggestions(value: Iterable[Suggestion]) -> Iterator[str]:
    for one in value:
        yield from _suggestion(one)


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
    yield ""
    yield "CHECKS OF THE LINES"
    yield from _edits(value.edits)
    yield from (line for finding in value.thresholds.findings for line in _edit(finding))
    yield ""
    yield "ESTIMATE"
    yield from _estimate(value.payment)
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
    for overlap in count.overlaps:
        yield f"  overlap: {overlap}"
    if count.permitted_allocation_count > 1:
        yield f"  the rule permits {count.permitted_allocation_count} allocations; the first is the one above:"
        for allocation in count.permitted_allocations[:8]:
            yield "    " + ", ".join(f"{code} x{units}" for code, units in allocation.items())
    yield from _why(count.trace)


def _why(trace: Iterable[Reason]) -> Iterator[str]:
    yield "  why:"
    for number, step in enumerate(trace, start=1):
        yield from _step(f"{number}.", step)


def _total(value: TotalCount) -> Iterator[str]:
    yield from _heading("Units of a total", value.rules)
    units = "not assessed" if value.timed_units is None else f"{value.timed_units} {_plural(value.timed_units, 'unit')}"
    yield f"  timed: {value.minutes} minutes, {units}"
    yield from _why(value.trace)


def _methods(value: MethodComparison) -> Iterator[str]:
    yield f"Ways of counting, {value.date_of_service}"
    for method, count in value.counts.items():
        shown = ", ".join(f"{code} x{units}" for code, units in count.units.items() if units) or "no unit"
        used = ", ".join(value.used_by[method]) or "no bundled policy"
        yield f"  {method}: {shown}  (used by {used})"
    yield "  every way gives the same units" if value.agree else "  what differs:"
    for one in value.differences:
        yield f"    {one.code}"
        for method, units in one.units.items():
            reason = f": {one.reasons[method]}" if method in one.reasons else ""
            yield f"      {method}, {units} {_plural(units, 'unit')}{reason}"


def _step(mark: str, step: Reason) -> Iterator[str]:
    yield f"    {mark} {step.sentence}{' (unsettled)' if step.unsettled else ''}"
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


def _findings_on_lines(value: Iterable[EditFinding]) -> Iterator[str]:
    for finding in value:
        yield from _edit(finding)


def _edits(report: EditReport) -> Iterator[str]:
    yield f"Checks of claim lines under {report.policy}"
    if report.carried_forward:
        yield "  beyond the covered dates: the last known rules are carried forward"
    applying, unknown = len(report.applying), len(report.no_data)
    yield f"  {applying} {_plural(applying, 'finding')} {'applies' if applying == 1 else 'apply'}, {unknown} not known"
    for finding in report.findings:
        yield from _edit(finding)
    if report.switched_off:
        yield f"  not checked under this policy: {', '.join(report.switched_off)}"


def _edit(finding: EditFinding) -> Iterator[str]:
    yield f"  {finding.outcome:15} {finding.id} ({finding.severity}){_unconfirmed(finding.standing)}"
    yield f"    {finding.message}"
    if finding.remedy:
        yield f"    way out: {finding.remedy}"
    if finding.override is not None:
        yield "    somebody decided to let it stand"
    if finding.outcome is not EditOutcome.DOES_NOT_APPLY:
        yield from _citations(finding.citations, "    ")


_NO_AMOUNT = {PaymentOutcome.NO_FEE: "no separate amount", PaymentOutcome.NO_DATA: "no data"}


def _estimate(estimate: PaymentEstimate) -> Iterator[str]:
    yield from _heading("Estimate of the fee", estimate.rules)
    for line in estimate.lines:
        amount = _NO_AMOUNT.get(line.outcome) or f"{line.allowed}{_made_of(line)}"
        yield f"  {line.code} x{line.units} {' '.join(line.modifiers)}".rstrip() + f"  {amount}"
    if estimate.allowed is None:
        yield "  no total: a line has no amount" if estimate.no_data else "  no total: no line has an amount"
    else:
        yield f"  total before coinsurance  {estimate.allowed}"
        yield f"  coinsurance  {estimate.coinsurance}"
        yield f"  payer's share before sequestration  {estimate.payer_share}"
        yield f"  sequestration  {estimate.sequestration}"
    yield "  an estimate from published values, not a decision about payment; why:"
    for number, step in enumerate(estimate.trace, start=1):
        yield from _step(f"{number}.", step)


def _made_of(line: PaymentLine) -> str:
    """
    The units of a line with their amounts, where there is more to it than one unit in full.
    """
    full = line.full_units or 0
    parts = [f"{full} at {line.unit_fee}"] if full else []
    if line.units > full:
        parts.append(f"{line.units - full} at {line.further_unit_fee}")
    if line.allowed != line.fee:
        parts.append(f"{line.fee} before the assistant's reduction")
    return f"  ({', '.join(parts)})"


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


def _thresholds(report: ThresholdReport) -> Iterator[str]:
    yield f"Yearly thresholds under {report.policy}"
    if report.carried_forward:
        yield "  beyond the covered dates: the last known rules are carried forward"
    for line in report.lines:
        amount = "amount not stated" if line.allowed is None else f"{line.allowed:,.2f} allowed"
        unjudged = "counts toward no threshold" if line.needs_kx is EditOutcome.DOES_NOT_APPLY else "not known"
        position = line.kx.replace("-", " ") if line.kx else unjudged
        yield f"  {line.line + 1}. {line.code}  {amount}, {position}"
    for finding in report.findings:
        yield from _edit(finding)


def _reading(reading: NoteReading) -> Iterator[str]:
    yield f"Read in a text of {reading.length} characters; advisory, for a person to confirm"
    for mention in reading.mentions:
        yield f"  {_mention(mention)}"
    yield "  to look at:" if reading.advice else "  nothing to look at"
    for advice in reading.advice:
        yield from _advice(advice)


def _mention(mention: Mention) -> str:
    start, end = mention.span
    return f"{start:5}-{end:<5} {mention.kind:12} {mention.summary} ({mention.certainty}, {mention.context})"


def _advice(advice: Advice) -> Iterator[str]:
    about = f" {advice.code}" if advice.code else ""
    yield f"    {advice.kind}{about} ({advice.requirement}): {advice.message}"
    yield from _citations(advice.citations, "      ")


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


def _plural(count: Units, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


_WRITERS: dict[type, Callable[[Any], Iterator[str]]] = {
    Review: _review,
    UnitCount: _units_of_day,
    TotalCount: _total,
    MethodComparison: _methods,
    EpisodeReport: _episode,
    DocumentationReport: _documentation,
    EditReport: _edits,
    ThresholdReport: _thresholds,
    PaymentEstimate: _estimate,
    NoteReading: _reading,
    Code: _code,
    CodeFacts: _facts_of_day,
    Comparison: _comparison,
}
_WRITERS_OF_SEVERAL: dict[type, Callable[[Any], Iterator[str]]] = {
    ClaimLine: _lines,
    EditFinding: _findings_on_lines,
    SearchHit: _hits,
    Suggestion: _suggestions,
}
