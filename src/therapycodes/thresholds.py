"""
Allowed amounts of the year against the yearly thresholds: pure functions over the rules of one day.

Source: Social Security Act, section 1833(g); Medicare Claims Processing Manual, Pub. 100-04, chapter 5, sections 10.2
to 10.3.4; and the amounts in `data/years`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from typing import NamedTuple, assert_never

from attrs import evolve, field, frozen

from .code import Discipline, TherapyDesignation
from .errors import InvalidInputError
from .evidence import Dated
from .inputs import checked_money, checked_sequence
from .modifier import ModifierGroup
from .notebook import ShowsItself
from .periods import entry_on
from .policy import EditSeverity
from .results import ClaimLine, EditFinding, EditOutcome, severity_of
from .ruleset import RuleSet


class Bucket(StrEnum):
    """
    Whose allowed amounts are added up: physical therapy and speech-language pathology together, occupational therapy.
    """

    PT_SLP = "pt-slp"
    OT = "ot"


class ThresholdPosition(StrEnum):
    """
    Where an amount stands once a line is added.

    Attributes:
        BELOW: below the threshold.
        AT: exactly at it; the sources speak of what exceeds it.
        REACHED_BY_THIS_LINE: the line takes the amount beyond it, at the latest where earlier amounts are not known.
        ABOVE: the amount was beyond it before the line.
    """

    BELOW = "below"
    AT = "at"
    REACHED_BY_THIS_LINE = "reached-by-this-line"
    ABOVE = "above"


@frozen(kw_only=True)
class ThresholdLine:
    """
    One claim line against the thresholds of its bucket.

    Attributes:
        line: its position among the lines given.
        code: its code.
        bucket: the bucket it counts toward; `None` when it counts toward none, or which one is not known.
        allowed: its allowed amount, where given.
        before: what was allowed this year before it, where that follows from what was given.
        after: the same with the line.
        kx: where it stands against the threshold for KX; `None` when not known, or no threshold applies.
        review: where it stands against the threshold for medical review.
        needs_kx: whether KX is called for, if a clinician attests to necessity.
    """

    line: int
    code: str
    bucket: Bucket | None
    allowed: Decimal | None = None
    before: Decimal | None = None
    after: Decimal | None = None
    kx: ThresholdPosition | None = None
    review: ThresholdPosition | None = None
    needs_kx: EditOutcome = EditOutcome.DOES_NOT_APPLY


@frozen(kw_only=True)
class ThresholdReport(ShowsItself):
    """
    What the yearly thresholds say of some claim lines; never a verdict about payment.

    Attributes:
        policy: id of the policy.
        lines: one entry a claim line, in the order given.
        findings: one a threshold and bucket; then what is missing, and KX where it is not called for.
        carried_forward: whether rules were used beyond the dates they are known for.
    """

    policy: str
    lines: tuple[ThresholdLine, ...]
    findings: tuple[EditFinding, ...] = field(repr=False)
    carried_forward: bool = False

    @property
    def applying(self) -> tuple[EditFinding, ...]:
        """
        The findings that apply.
        """
        return tuple(finding for finding in self.findings if finding.outcome is EditOutcome.APPLIES)

    @property
    def no_data(self) -> tuple[EditFinding, ...]:
        """
        What could not be known.
        """
        return tuple(finding for finding in self.findings if finding.outcome is EditOutcome.NO_DATA)


def check_thresholds(
    lines: Iterable[ClaimLine],
    rules: RuleSet,
    *,
    allowed_so_far: Mapping[str, Decimal] | None = None,
    allowed: Iterable[Decimal | None] | None = None,
    institutional: bool = False,
) -> ThresholdReport:
    """
    Hold the allowed amounts of the year against the thresholds for KX and for medical review.

    Lines count in the order given, since the payer adds amounts up in the order in which it receives them.
    Allowed amounts are those before deductible and coinsurance.
    What was not given is never taken for zero: the answer is then `no-data`, unless the amounts that are known exceed
    the threshold by themselves.

    Args:
        lines: the claim lines; a line counts toward the bucket of its GP, GO or GN, and an always-therapy code that
            lacks one toward that of its discipline.
        rules: the rules of the day.
        allowed_so_far: what was allowed this calendar year before these lines, by bucket (`"pt-slp"`, `"ot"`) or by
            discipline; amounts of PT and SLP are added up, and the message says which of them were stated.
        allowed: the allowed amount of each line, in the same order; `None` where it is not known.
        institutional: whether the lines stand on one institutional claim, where KX goes on every line of a bucket as
            soon as one line exceeds the threshold.

    Raises:
        InvalidInputError: amounts that are no `Decimal` or negative, an unknown bucket, a bucket named together with
            one of its disciplines, or more or fewer amounts than lines.

    Source:
        Medicare Claims Processing Manual, Pub. 100-04, chapter 5, sections 10.3 to 10.3.4.

    Example:
        >>> import therapycodes as tc
        >>> from decimal import Decimal
        >>> rules = tc.rules_on("2026-03-02")
        >>> report = tc.check_thresholds(
        ...     [tc.ClaimLine("97110", 3, ["GP"])], rules,
        ...     allowed_so_far={"PT": Decimal("2400")}, allowed=[Decimal("100")])
        >>> report.lines[0].kx.value
        'reached-by-this-line'
    """
    given = checked_sequence(ClaimLine, lines, "lines")
    amounts = _amounts(allowed, len(given))
    if not isinstance(institutional, bool):
        raise InvalidInputError("institutional", "neither true nor false", "give a bool")
    with localcontext(_ARITHMETIC):
        return _checked(given, rules, amounts, _so_far(allowed_so_far), institutional=institutional)


_ARITHMETIC = Context(prec=28)
"""Amounts are added up in a context of our own: the caller's may round."""


def _checked(
    given: tuple[ClaimLine, ...],
    rules: RuleSet,
    amounts: tuple[Decimal | None, ...],
    so_far: Mapping[Bucket, _SoFar],
    *,
    institutional: bool,
) -> ThresholdReport:
    if not rules.yearly_thresholds:
        return _without_thresholds(given, amounts, rules)
    buckets = [_bucket(line, rules) for line in given]
    made: dict[int, ThresholdLine] = {
        index: ThresholdLine(
            line=index,
            code=line.code,
            bucket=None,
            allowed=amounts[index],
            needs_kx=EditOutcome.NO_DATA if buckets[index] is _UNKNOWN else EditOutcome.DOES_NOT_APPLY,
        )
        for index, line in enumerate(given)
    }
    findings: list[EditFinding] = []
    for bucket in Bucket:
        indices = [index for index, one in enumerate(buckets) if one is bucket]
        if indices:
            steps = _steps(indices, amounts, so_far.get(bucket))
            total = _Total(bucket, so_far.get(bucket), given, rules)
            judged = _judged(total, steps, institutional=institutional)
            made.update({line.line: line for line in judged})
            findings += _findings(total, judged, institutional=institutional)
    findings += _left_over(given, buckets, rules)
    return ThresholdReport(
        policy=rules.policy.id,
        lines=tuple(made[index] for index in range(len(given))),
        findings=_weighed(findings, rules),
        carried_forward=rules.carried_forward,
    )


# -- input ------------------------------------------------------------------------------------------------------------


class _SoFar(NamedTuple):
    """
    What was allowed in a bucket before these lines, and under which names the caller stated it.
    """

    amount: Decimal
    stated: tuple[str, ...]


_MEMBERS = {Bucket.PT_SLP: (Discipline.PT, Discipline.SLP), Bucket.OT: (Discipline.OT,)}
_NAMES = {Bucket.PT_SLP: "PT and SLP", Bucket.OT: "OT"}


class _NotKnown(StrEnum):
    """
    Stands for a bucket that cannot be told.
    """

    UNKNOWN = "unknown"


_UNKNOWN = _NotKnown.UNKNOWN


def _amounts(allowed: Iterable[Decimal | None] | None, count: int) -> tuple[Decimal | None, ...]:
    if allowed is None:
        return (None,) * count
    if isinstance(allowed, (str, bytes, Mapping)) or not isinstance(allowed, Iterable):
        raise InvalidInputError("allowed", "not a sequence", "give one Decimal or None for each line")
    found = tuple(None if one is None else checked_money(one, f"allowed[{at}]") for at, one in enumerate(allowed))
    if len(found) != count:
        raise InvalidInputError("allowed", f"{len(found)} amounts for {count} lines", "give one for each line")
    return found


def _so_far(stated: Mapping[str, Decimal] | None) -> dict[Bucket, _SoFar]:
    if stated is None:
        return {}
    if not isinstance(stated, Mapping):
        raise InvalidInputError("allowed_so_far", "not a mapping", "give amounts by bucket or discipline")
    found: dict[Bucket, _SoFar] = {}
    for bucket, members in _MEMBERS.items():
        parts = {name: checked_money(stated[name], f"allowed_so_far[{name}]") for name in members if name in stated}
        if bucket in stated:
            if parts:
                raise InvalidInputError("allowed_so_far", f"{bucket} is stated twice", "name it or its disciplines")
            found[bucket] = _SoFar(checked_money(stated[bucket], f"allowed_so_far[{bucket}]"), (bucket.value,))
        elif parts:
            found[bucket] = _SoFar(sum(parts.values(), Decimal(0)), tuple(one.value for one in parts))
    known = (*Bucket, *Discipline)
    if any(name not in known for name in stated):
        raise InvalidInputError("allowed_so_far", "not one of the known values", f"choose among {', '.join(known)}")
    return found


def _bucket(line: ClaimLine, rules: RuleSet) -> Bucket | _NotKnown | None:
    """
    The bucket a line counts toward: that of its modifier, which is what the payer goes by.

    Without one, only an always-therapy code counts: it lacks a modifier that it needs.
    """
    for name in line.modifiers:
        modifier = rules.modifier(name)
        if modifier is not None and modifier.group is ModifierGroup.DISCIPLINE and modifier.discipline is not None:
            return _bucket_of(modifier.discipline)
    facts = rules.code_if_in_force(line.code)
    if facts is None or facts.therapy_designation is not TherapyDesignation.ALWAYS:
        return None
    return _UNKNOWN if line.discipline is None else _bucket_of(line.discipline)


def _bucket_of(discipline: Discipline) -> Bucket:
    match discipline:
        case Discipline.PT | Discipline.SLP:
            return Bucket.PT_SLP
        case Discipline.OT:
            return Bucket.OT
        case _:
            assert_never(discipline)


def _amount(rules: RuleSet, rule: str, bucket: Bucket) -> Dated[Decimal]:
    """
    The threshold of a bucket on this day; a year file covers every day of its year.
    """
    year = rules.year
    by_bucket = {Bucket.PT_SLP: year.kx_threshold_pt_slp, Bucket.OT: year.kx_threshold_ot}
    series = by_bucket[bucket] if rule == "kx-threshold" else year.medical_review_threshold
    entry = entry_on(series, rules.rules_day)
    if entry is None:  # pragma: no cover - the check of the data sees to it
        raise AssertionError(rule)
    return entry


# -- judging ----------------------------------------------------------------------------------------------------------


class _Step(NamedTuple):
    """
    One line of a bucket with the least that was allowed before it; `exact` when that is also the most.
    """

    line: int
    before: Decimal
    allowed: Decimal | None
    exact: bool


def _steps(indices: list[int], amounts: tuple[Decimal | None, ...], so_far: _SoFar | None) -> list[_Step]:
    running, exact = (Decimal(0), False) if so_far is None else (so_far.amount, True)
    steps: list[_Step] = []
    for index in indices:
        allowed = amounts[index]
        steps.append(_Step(index, running, allowed, exact))
        running += allowed or 0
        exact = exact and allowed is not None
    return steps


def _position(step: _Step, threshold: Decimal) -> ThresholdPosition | None:
    if step.before > threshold:
        return ThresholdPosition.ABOVE
    if step.allowed is None:
        return None
    after = step.before + step.allowed
    if after > threshold:
        return ThresholdPosition.REACHED_BY_THIS_LINE
    if not step.exact:
        return None
    return ThresholdPosition.AT if after == threshold else ThresholdPosition.BELOW


def _exceeds(position: ThresholdPosition | None) -> EditOutcome:
    """
    Whether a position lies beyond the threshold: the statute and the manual speak of what exceeds it.
    """
    match position:
        case None:
            return EditOutcome.NO_DATA
        case ThresholdPosition.BELOW | ThresholdPosition.AT:
            return EditOutcome.DOES_NOT_APPLY
        case ThresholdPosition.REACHED_BY_THIS_LINE | ThresholdPosition.ABOVE:
            return EditOutcome.APPLIES
        case _:
            assert_never(position)


def _worst(outcomes: Iterable[EditOutcome]) -> EditOutcome:
    """
    What holds for a bucket: one line beyond the threshold is enough; otherwise one unknown is.
    """
    found = set(outcomes)
    order = (EditOutcome.APPLIES, EditOutcome.NO_DATA, EditOutcome.DOES_NOT_APPLY)
    return next(one for one in order if one in found)


class _Total(NamedTuple):
    """
    One bucket: what was allowed in it before the lines given.
    """

    bucket: Bucket
    so_far: _SoFar | None
    given: tuple[ClaimLine, ...]
    rules: RuleSet


def _judged(total: _Total, steps: list[_Step], *, institutional: bool) -> list[ThresholdLine]:
    kx = _amount(total.rules, "kx-threshold", total.bucket).value
    review = _amount(total.rules, "medical-review-threshold", total.bucket).value
    needs = [_exceeds(_position(step, kx)) for step in steps]
    if institutional:
        needs = [_worst(needs)] * len(needs)
    return [
        ThresholdLine(
            line=step.line,
            code=total.given[step.line].code,
            bucket=total.bucket,
            allowed=step.allowed,
            before=step.before if step.exact else None,
            after=step.before + step.allowed if step.exact and step.allowed is not None else None,
            kx=_position(step, kx),
            review=_position(step, review),
            needs_kx=need,
        )
        for step, need in zip(steps, needs, strict=True)
    ]


# -- findings ---------------------------------------------------------------------------------------------------------


def _findings(total: _Total, judged: list[ThresholdLine], *, institutional: bool) -> Iterator[EditFinding]:
    needing = [line for line in judged if line.needs_kx is EditOutcome.APPLIES]
    early = [line for line in judged if line.needs_kx is EditOutcome.DOES_NOT_APPLY]
    bare = [line for line in needing if "KX" not in total.given[line.line].modifiers]
    remedy = f"KX on {_named(bare)} if a clinician attests to necessity and the record shows it" if bare else ""
    yield _limit(total, "kx-threshold", judged, remedy)
    remedy = "have the record ready; a claim beyond this amount may be chosen for review"
    yield _limit(total, "medical-review-threshold", judged, remedy)
    marked = [line for line in early if "KX" in total.given[line.line].modifiers]
    if marked:
        message = f"KX stands on {_named(marked)}, at or below the threshold."
        finding = _finding(total.rules, "kx-not-needed", marked, message)
        yield evolve(finding, remedy="leave KX off unless the amounts given are not the whole of the year")
    if needing and early and not institutional:
        message = f"On an institutional claim {_named(early)} would need KX too: another line exceeds the threshold."
        finding = _finding(total.rules, "kx-threshold-claim", early, message)
        yield evolve(finding, outcome=EditOutcome.DOES_NOT_APPLY)


def _limit(total: _Total, name: str, judged: list[ThresholdLine], remedy: str) -> EditFinding:
    """
    What one threshold says of one bucket.
    """
    is_kx = name == "kx-threshold"
    outcomes = [line.needs_kx if is_kx else _exceeds(line.review) for line in judged]
    outcome = _worst(outcomes)
    beyond = [line for line, one in zip(judged, outcomes, strict=True) if one is EditOutcome.APPLIES]
    threshold = _amount(total.rules, name, total.bucket)
    rule = total.rules.rule(name)
    way_out = {EditOutcome.APPLIES: remedy, EditOutcome.NO_DATA: _missing(total, judged)}
    return evolve(
        _finding(total.rules, name, beyond or judged, _sentence(total, name, judged, outcome)),
        outcome=outcome,
        remedy=way_out.get(outcome, ""),
        resolved_by=("KX",) if is_kx and beyond else (),
        citations=tuple(dict.fromkeys((*threshold.citations, *rule.citations))),
        standing=threshold.standing,
    )


def _finding(rules: RuleSet, name: str, lines: list[ThresholdLine], message: str) -> EditFinding:
    rule = rules.rule(name)
    return EditFinding(
        id=name,
        outcome=EditOutcome.APPLIES,
        severity=severity_of(rules.weight(name)),
        codes=tuple(dict.fromkeys(line.code for line in lines)),
        lines=tuple(line.line for line in lines),
        message=message,
        citations=rule.citations,
        standing=rule.standing,
    )


def _sentence(total: _Total, name: str, judged: list[ThresholdLine], outcome: EditOutcome) -> str:
    stated, earlier = "nothing was stated of what was allowed so far", Decimal(0)
    if total.so_far is not None:
        earlier = total.so_far.amount
        stated = f"{earlier:,.2f} allowed so far as stated for {' and '.join(total.so_far.stated)}"
    known = [line.allowed for line in judged if line.allowed is not None]
    here = f"{sum(known, Decimal(0)):,.2f} on these lines"
    if len(known) < len(judged):
        here += f", the amount of {len(judged) - len(known)} of them unknown"
    amount = sum(known, earlier)
    threshold = _amount(total.rules, name, total.bucket).value
    limit = f"the threshold of {threshold:,.2f} for {total.rules.year.year}"
    if total.rules.carried_forward:
        limit += f", carried forward to {total.rules.date_of_service},"
    match outcome:
        case EditOutcome.NO_DATA:
            verdict = f"whether {limit} is exceeded is not known"
        case EditOutcome.DOES_NOT_APPLY:
            how = "met exactly and not exceeded" if amount == threshold else "not reached"
            verdict = f"{amount:,.2f} in all; {limit} is {how}"
        case EditOutcome.APPLIES:
            reached = ThresholdPosition.REACHED_BY_THIS_LINE
            reaching = [line for line in judged if reached is (line.kx if name == "kx-threshold" else line.review)]
            how = f"exceeded by {_named(reaching)}" if reaching else "exceeded already"
            verdict = f"{amount:,.2f} in all; {limit} is {how}"
        case _:
            assert_never(outcome)
    return f"{_NAMES[total.bucket]}: {stated}, {here}; {verdict}."


def _missing(total: _Total, judged: list[ThresholdLine]) -> str:
    asked = []
    if total.so_far is None:
        asked.append(f"what was allowed this year before these lines for {_NAMES[total.bucket]}")
    without = [line for line in judged if line.allowed is None]
    if without:
        asked.append(f"the allowed amount of {_named(without)}")
    return f"give {' and '.join(asked)}"


def _named(lines: Iterable[ThresholdLine]) -> str:
    return ", ".join(f"line {line.line + 1} ({line.code})" for line in lines)


def _weighed(findings: Iterable[EditFinding], rules: RuleSet) -> tuple[EditFinding, ...]:
    """
    The findings of the checks that the policy has not switched off.
    """
    return tuple(one for one in findings if rules.weight(one.id) is not EditSeverity.OFF)


def _left_over(
    given: tuple[ClaimLine, ...], buckets: list[Bucket | _NotKnown | None], rules: RuleSet
) -> Iterator[EditFinding]:
    """
    Lines whose bucket cannot be told.
    """
    for index, bucket in enumerate(buckets):
        if bucket is _UNKNOWN:
            rule = rules.rule("kx-threshold")
            yield EditFinding(
                id="kx-threshold",
                outcome=EditOutcome.NO_DATA,
                severity=severity_of(rules.weight("kx-threshold")),
                codes=(given[index].code,),
                lines=(index,),
                message=f"{given[index].code} carries no GP, GO or GN and states no discipline: "
                "which threshold it counts toward is not known.",
                remedy="state the discipline of the line",
                citations=rule.citations,
                standing=rule.standing,
            )


def _without_thresholds(
    given: tuple[ClaimLine, ...], amounts: tuple[Decimal | None, ...], rules: RuleSet
) -> ThresholdReport:
    parameter = rules.parameters["yearly_thresholds"]
    findings = tuple(
        EditFinding(
            id=name,
            outcome=EditOutcome.DOES_NOT_APPLY,
            severity=severity_of(rules.weight(name)),
            codes=tuple(dict.fromkeys(line.code for line in given)),
            lines=tuple(range(len(given))),
            message="This policy sets no yearly threshold; the payer's own manual may.",
            citations=parameter.citations,
            standing=parameter.standing,
        )
        for name in ("kx-threshold", "medical-review-threshold")
    )
    lines = tuple(
        ThresholdLine(line=index, code=line.code, bucket=None, allowed=amounts[index])
        for index, line in enumerate(given)
    )
    return ThresholdReport(
        policy=rules.policy.id, lines=lines, findings=_weighed(findings, rules), carried_forward=rules.carried_forward
    )
