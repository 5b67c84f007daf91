"""
Claim lines to an estimate of the fee: pure functions over the rules of one day.

Relative values, geographic factors and the conversion factor make the fee of a unit; the reduction for further units
of a day, the assistant's share, coinsurance and sequestration follow in that order (Medicare Claims Processing Manual,
chapter 5, sections 10, 10.7 and 20.1).
It is an estimate: nothing here says what is or will be paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, assert_never

from attrs import field, frozen

from .claims import ASSISTANT_MODIFIER
from .code import Discipline, TherapyDesignation
from .errors import InvalidInputError
from .evidence import Citation, Dated
from .feeschedule import NATIONAL, CodeStatus, GeographicFactors, RelativeValue
from .inputs import checked_sequence
from .notebook import ShowsItself
from .periods import entry_on
from .policy import FeeSchedule
from .results import ClaimLine, Reason, Units, reason_of
from .ruleset import RuleSet


THERAPY_REDUCTION = "5"
"""The multiple procedure indicator of the codes whose further units are reduced."""

OF_THERAPISTS = "7"
"""The PC/TC indicator of the services of therapists."""

_OTHER_REDUCTIONS = ("1", "2", "3", "4", "6", "7")
_ASSISTANT = frozenset(ASSISTANT_MODIFIER.values())
_CENT = Decimal("0.01")
_NOTHING = Decimal("0.00")
_ARITHMETIC = Context(prec=28, rounding=ROUND_HALF_UP)
"""Sums do not depend on the precision a caller has set for arithmetic of its own."""


class PaymentOutcome(StrEnum):
    """
    What became of a line: a fee was estimated, the schedule sets none, or the data do not say.
    """

    ESTIMATED = "estimated"
    NO_FEE = "no-fee"
    NO_DATA = "no-data"


@frozen(kw_only=True)
class PaymentLine:
    """
    The estimate of one claim line; amounts are in US dollars, and `None` unless the outcome is `estimated`.

    Attributes:
        code: the procedure code.
        units: its units.
        modifiers: its modifiers.
        discipline: its discipline, where known.
        outcome: estimated, no fee, or no data.
        allowed: the fee of the line before coinsurance, with the assistant's reduction where it carries CQ or CO.
        fee: the fee after the reduction for further units and before the assistant's; what thresholds count.
        unit_fee: the amount of a unit in full.
        further_unit_fee: the amount of a further unit of the day; `None` where further units are not reduced.
        full_units: how many units have the full amount.
        coinsurance: the patient's part.
        payer_share: what is left to the payer, with the assistant's reduction and before sequestration.
        sequestration: what the budget law holds back of it.
        value: the relative values used.
        remarks: what a reader should know: why there is no amount, or what it rests on.
    """

    code: str
    units: Units
    modifiers: tuple[str, ...]
    discipline: Discipline | None
    outcome: PaymentOutcome
    allowed: Decimal | None = None
    fee: Decimal | None = None
    unit_fee: Decimal | None = None
    further_unit_fee: Decimal | None = None
    full_units: Units | None = None
    coinsurance: Decimal | None = None
    payer_share: Decimal | None = None
    sequestration: Decimal | None = None
    value: RelativeValue | None = field(default=None, repr=False)
    remarks: tuple[Reason, ...] = field(default=(), repr=False)

    @property
    def by_assistant(self) -> bool:
        """
        Whether it carries the modifier of an assistant.
        """
        return not _ASSISTANT.isdisjoint(self.modifiers)


@frozen(kw_only=True, repr=False)
class PaymentEstimate(ShowsItself):
    """
    An estimate of what the fee schedule gives for the lines of one patient's day; never a verdict about payment.

    Attributes:
        rules: the rules it was made under.
        locality: `"<contractor>-<locality>"`, `"national"`, or `"own"` for factors of your own.
        facility: whether the amounts for a facility were asked for.
        qualifying_apm: whether the conversion factor of qualifying participants was asked for.
        conversion_factor: dollars for each relative value unit; `None` where the policy names no fee schedule.
        factors: the geographic factors; `None` where they are not known.
        lines: one for each claim line, in their order.
        allowed: the sum of the lines before coinsurance; `None` where a line has no data, or none has a fee.
        fee: the same before the assistant's reduction.
        coinsurance: the patient's part.
        payer_share: what is left to the payer, before sequestration.
        sequestration: what the budget law holds back of it.
    """

    rules: RuleSet
    locality: str
    facility: bool
    qualifying_apm: bool
    conversion_factor: Decimal | None
    factors: GeographicFactors | None
    lines: tuple[PaymentLine, ...]
    allowed: Decimal | None
    fee: Decimal | None
    coinsurance: Decimal | None
    payer_share: Decimal | None
    sequestration: Decimal | None

    def __repr__(self) -> str:
        """
        The total, where it holds, and what it was made under.
        """
        total = "incomplete" if self.allowed is None else f"{self.allowed} USD before coinsurance"
        return f"<PaymentEstimate {total}, {self.locality}; {self.rules!r}>"

    @property
    def carried_forward(self) -> bool:
        """
        Whether rules were used beyond the dates they are known for.
        """
        return self.rules.carried_forward

    @property
    def no_data(self) -> tuple[PaymentLine, ...]:
        """
        The lines for which the data do not say.
        """
        return tuple(line for line in self.lines if line.outcome is PaymentOutcome.NO_DATA)

    @property
    def no_fee(self) -> tuple[PaymentLine, ...]:
        """
        The lines for which the schedule sets no amount.
        """
        return tuple(line for line in self.lines if line.outcome is PaymentOutcome.NO_FEE)

    @cached_property
    def trace(self) -> tuple[Reason, ...]:
        """
        How the amounts came about, step by step, each with its citations.
        """
        return tuple(_steps(self))


def estimate_payment(  # noqa: PLR0913 - each argument is a choice of its own, all but two have a default
    lines: Iterable[ClaimLine],
    rules: RuleSet,
    *,
    locality: str = "national",
    facility: bool = False,
    qualifying_apm: bool = False,
    factors: GeographicFactors | None = None,
    relative_values: Iterable[RelativeValue] = (),
) -> PaymentEstimate:
    """
    Estimate what the fee schedule gives for the claim lines of one patient's day.

    Of the units with the therapy indicator the one with the highest practice expense counts in full, the others with
    part of it; so pass the lines of the whole day, of every discipline.
    A line whose value, factor or indicator was not read has no amount and says why; then the sums are `None`, too.
    A line for which the schedule sets no separate amount adds nothing and says so.

    Args:
        lines: the claim lines of the day.
        rules: the rules of the day.
        locality: contractor and payment locality, such as `"10112-00"`, or `"national"`.
        facility: whether to use the amounts for a facility; therapy is paid at the others wherever it is furnished.
        qualifying_apm: whether the clinician is a qualifying participant of an alternative payment model, who has a
            conversion factor of their own from 2026.
        factors: geographic factors of your own, used instead of those of the locality.
        relative_values: values of your own, used instead of the bundled ones for their codes.

    Returns:
        The estimate, with each line, the sums and the trace.

    Raises:
        InvalidInputError: something that is no claim line, or a locality that is in no table.
        UnknownCodeError, CodeNotInForceError, DateNotCoveredError: a code the day does not know.

    Source:
        Medicare Claims Processing Manual, Pub. 100-04, chapter 5, sections 10, 10.7 and 20.1; decision record 0014.

    Example:
        >>> import therapycodes as tc
        >>> rules = tc.rules_on("2025-03-03")
        >>> pay = tc.estimate_payment([tc.ClaimLine("97110", 1, ("GP",))], rules)
        >>> pay.allowed, pay.coinsurance
        (Decimal('28.79'), Decimal('5.76'))
    """
    claimed = checked_sequence(ClaimLine, lines, "lines")
    if not isinstance(rules, RuleSet):
        raise InvalidInputError("rules", "not a RuleSet", "give what rules_on returned")
    for name, choice in (("facility", facility), ("qualifying_apm", qualifying_apm)):
        if not isinstance(choice, bool):
            raise InvalidInputError(name, "neither true nor false", "give True or False")
    if factors is not None and not isinstance(factors, GeographicFactors):
        raise InvalidInputError("factors", "not GeographicFactors", "give GeographicFactors(work=..., pe=..., mp=...)")
    own = _own_values(relative_values)
    for line in claimed:
        if line.code not in own:
            rules.code(line.code)
    place, found = ("own", factors) if factors is not None else (locality, _factors(locality, rules))
    with localcontext(_ARITHMETIC):
        schedule: FeeSchedule = rules.parameters["fee_schedule"].value
        match schedule:
            case FeeSchedule.NONE:
                rate = None
                sentence = "{code}: this policy names no fee schedule; the payer's own manual may."
                citations = rules.parameters["fee_schedule"].citations
                priced = [_no_data(line, rules, sentence, citations) for line in claimed]
            case FeeSchedule.PHYSICIAN:
                rate = _conversion_factor(rules, qualifying_apm=qualifying_apm).value
                prices = [_price(line, rules, own, found, rate, facility=facility) for line in claimed]
                priced = _lines(claimed, prices, rules)
            case _:
                assert_never(schedule)
        return PaymentEstimate(
            rules=rules,
            locality=place,
            facility=facility,
            qualifying_apm=qualifying_apm,
            conversion_factor=rate,
            factors=found,
            lines=tuple(priced),
            **_sums(priced),
        )


def _own_values(values: Iterable[RelativeValue]) -> dict[str, list[RelativeValue]]:
    own: dict[str, list[RelativeValue]] = {}
    for value in checked_sequence(RelativeValue, values, "relative_values"):
        own.setdefault(value.code, []).append(value)
    return own


def _factors(locality: str, rules: RuleSet) -> GeographicFactors | None:
    """
    The factors of a locality on this day; `None` where it is known for other dates only.
    """
    if locality == NATIONAL.locality:
        return NATIONAL
    return rules.catalogue.geographic_factors(locality, rules.rules_day)


def _conversion_factor(rules: RuleSet, *, qualifying_apm: bool) -> Dated[Decimal]:
    """
    The conversion factor of the day; one for everybody where the year has one only.
    """
    year = rules.year
    series = year.conversion_factor_qualifying_apm if qualifying_apm else ()
    return next(
        entry
        for entry in (entry_on(one, rules.rules_day) for one in (series, year.conversion_factor))
        if entry is not None
    )


class _Price(NamedTuple):
    """
    What a unit of a line comes to before anything is rounded, or why that is not known.

    Attributes:
        value: the relative values.
        full: a unit in full.
        further: a further unit, where the therapy reduction applies.
        pe: the relative value of the practice expense, by which units are ranked.
        outcome: what became of the line so far.
        remarks: what a reader should know.
    """

    value: RelativeValue | None
    full: Decimal
    further: Decimal | None
    pe: Decimal
    outcome: PaymentOutcome
    remarks: tuple[Reason, ...]


def _price(  # noqa: PLR0913 - what a price is made of
    line: ClaimLine,
    rules: RuleSet,
    own: dict[str, list[RelativeValue]],
    factors: GeographicFactors | None,
    rate: Decimal,
    *,
    facility: bool,
) -> _Price:
    code = line.code
    if code in own:
        value = entry_on(own[code], rules.rules_day)
    else:
        value = rules.catalogue.relative_value(code, rules.rules_day)
    if value is None:
        sentence = f"{code}: no relative values were read for {rules.rules_day}."
        return _unknown(None, reason_of(rules, "fee-no-data", sentence))
    if not isinstance(line.units, int):
        sentence = f"{line.code}: the fee schedule counts whole units, and the line has a part of one."
        return _unknown(value, reason_of(rules, "fee-no-data", sentence))
    return _unpriced(value, rules) or _priced(value, rules, factors, rate, facility=facility)


def _unpriced(value: RelativeValue, rules: RuleSet) -> _Price | None:
    """
    What the status of a code says against a price, if anything.
    """
    code, status = value.code, value.status
    has_values = bool(value.nonfacility_total or value.facility_total or value.work or value.nonfacility_pe)
    match status:
        case CodeStatus.ACTIVE | CodeStatus.INJECTION:
            return None
        case CodeStatus.RESTRICTED if has_values:
            return None
        case CodeStatus.CONTRACTOR_PRICED | CodeStatus.RESTRICTED:
            sentence = f"{code} has status {status}: the contractor sets its amount, the fee schedule none."
            return _unknown(value, reason_of(rules, "fee-status-contractor", sentence))
        case (
            CodeStatus.BUNDLED
            | CodeStatus.BUNDLED_OR_EXCLUDED
            | CodeStatus.EXCLUDED_BY_REGULATION
            | CodeStatus.EXCLUDED_BY_STATUTE
            | CodeStatus.NOT_COVERED
            | CodeStatus.NOT_VALID
        ):
            sentence = f"{code} has status {status}: {_STATUS[status]}; the fee schedule sets no separate amount."
            remark = reason_of(rules, "fee-status-none", sentence)
            return _Price(value, _NOTHING, None, _NOTHING, PaymentOutcome.NO_FEE, (remark,))
        case _:
            assert_never(status)


_STATUS = {
    CodeStatus.BUNDLED: "it is part of other services",
    CodeStatus.BUNDLED_OR_EXCLUDED: "it is part of other services or outside the schedule",
    CodeStatus.EXCLUDED_BY_REGULATION: "a regulation keeps it outside the schedule",
    CodeStatus.EXCLUDED_BY_STATUTE: "the law keeps it outside the schedule",
    CodeStatus.NOT_COVERED: "it is not a covered service",
    CodeStatus.NOT_VALID: "another code is used for it",
}


def _priced(
    value: RelativeValue, rules: RuleSet, factors: GeographicFactors | None, rate: Decimal, *, facility: bool
) -> _Price:
    code = value.code
    if factors is None:
        sentence = f"{code}: the geographic factors of this locality were not read for {rules.rules_day}."
        return _unknown(value, reason_of(rules, "fee-no-data", sentence))
    pe = value.pe(facility=facility)
    if value.work is not None and pe is not None and value.mp is not None:
        expense = pe * factors.pe * rate
        full = (value.work * factors.work + value.mp * factors.mp) * rate + expense
        further: Decimal | None = full - expense * (1 - rules.parameters["further_unit_pe"].value)
    else:
        total = value.total(facility=facility)
        if total is None or not factors.work == factors.pe == factors.mp == 1:
            sentence = f"{code}: work, practice expense and malpractice were not read apart, as factors need them."
            return _unknown(value, reason_of(rules, "fee-no-data", sentence))
        pe, full, further = _NOTHING, total * rate, None
    remarks = tuple(_remarks(value, rules, facility=facility))
    if value.multiple_procedure == THERAPY_REDUCTION or (
        value.multiple_procedure is None and not _outside_reduction(code, rules)
    ):
        return _Price(value, full, further, pe, PaymentOutcome.ESTIMATED, remarks)
    return _Price(value, full, full, _NOT_RANKED, PaymentOutcome.ESTIMATED, remarks)


_NOT_RANKED = Decimal(-1)
"""Stands for the practice expense of codes that take no part in the reduction."""


def _outside_reduction(code: str, rules: RuleSet) -> bool:
    """
    Whether a code without an indicator is known to be outside the reduction: it is not always a therapy service.
    """
    try:
        designation = rules.code(code).therapy_designation
    except LookupError:
        return False
    return designation in (TherapyDesignation.NONE, TherapyDesignation.SOMETIMES)


def _unknown(value: RelativeValue | None, remark: Reason) -> _Price:
    return _Price(value, _NOTHING, None, _NOTHING, PaymentOutcome.NO_DATA, (remark,))


def _remarks(value: RelativeValue, rules: RuleSet, *, facility: bool) -> Iterator[Reason]:
    code = value.code
    if not value.read_for(rules.rules_day):
        read = ", ".join(value.releases.split())
        sentence = f"{code}: the release of this quarter was not read; its values are those of {read}."
        yield reason_of(rules, "fee-release", sentence)
    if value.status in (CodeStatus.RESTRICTED, CodeStatus.INJECTION):
        yield reason_of(rules, "fee-status-special", f"{code} has status {value.status}: special instructions apply.")
    if value.multiple_procedure in _OTHER_REDUCTIONS:
        indicator = value.multiple_procedure
        sentence = f"{code} has multiple procedure indicator {indicator}: its reduction beside others is not made here."
        yield reason_of(rules, "fee-other-reduction", sentence)
    if value.multiple_procedure is None:
        sentence = f"{code}: its multiple procedure indicator was not read; no reduction beside others is made."
        yield reason_of(rules, "fee-other-reduction", sentence)
    if value.is_rare(facility=facility):
        where = "in a facility" if facility else "outside a facility"
        sentence = f"{code}: the file marks it as rarely or never performed {where}, and gives its value all the same."
        yield reason_of(rules, "fee-formula", sentence)
    if facility and value.pc_tc == OF_THERAPISTS:
        sentence = (
            f"{code} has PC/TC indicator 7: a therapist in private practice is not paid it for hospital patients."
        )
        yield reason_of(rules, "fee-therapist-in-private-practice", sentence)


def _lines(claimed: tuple[ClaimLine, ...], prices: list[_Price], rules: RuleSet) -> list[PaymentLine]:
    """
    Rank the units of the day, and give each line its amounts.
    """
    ranked = [
        index
        for index, price in enumerate(prices)
        if price.outcome is PaymentOutcome.ESTIMATED and price.pe is not _NOT_RANKED
    ]
    reduced = sum(claimed[index].units for index in ranked) > 1
    if reduced:
        for index in [index for index in ranked if not _rankable(prices[index])]:
            price = prices[index]
            sentence = (
                f"{claimed[index].code}: with other units that day, the reduction needs its indicator and its practice "
                "expense, which were not read; the other lines are ranked without it."
            )
            prices[index] = _unknown(price.value, reason_of(rules, "fee-no-data", sentence))
            ranked.remove(index)
        reduced = sum(claimed[index].units for index in ranked) > 1
    first = max(ranked, key=lambda index: _rank(claimed[index], prices[index]), default=None)
    return [
        _line(line, price, rules, _full_units(line, price, first=index == first, reduced=reduced))
        for index, (line, price) in enumerate(zip(claimed, prices, strict=True))
    ]


def _rankable(price: _Price) -> bool:
    return price.further is not None and price.value is not None and price.value.multiple_procedure is not None


def _rank(line: ClaimLine, price: _Price) -> tuple[Decimal, Decimal, bool, str, Units]:
    """
    By practice expense, then by the total fee; the rest only makes the order of lines immaterial.
    """
    return price.pe, price.full, _ASSISTANT.isdisjoint(line.modifiers), line.code, line.units


def _full_units(line: ClaimLine, price: _Price, *, first: bool, reduced: bool) -> Units:
    if price.pe is _NOT_RANKED or not reduced:
        return line.units
    return 1 if first else 0


def _line(line: ClaimLine, price: _Price, rules: RuleSet, full_units: Units) -> PaymentLine:
    if price.outcome is not PaymentOutcome.ESTIMATED:
        return PaymentLine(
            code=line.code,
            units=line.units,
            modifiers=line.modifiers,
            discipline=line.discipline,
            outcome=price.outcome,
            value=price.value,
            remarks=price.remarks,
        )
    parameters = rules.parameters
    unit = _cents(price.full)
    further = _cents(price.further) if price.pe is not _NOT_RANKED and price.further is not None else None
    fee = _cents(unit * full_units + (further or _NOTHING) * (line.units - full_units))
    coinsurance = _cents(fee * parameters["coinsurance"].value)
    allowed, share = fee, fee - coinsurance
    if not _ASSISTANT.isdisjoint(line.modifiers):
        part = parameters["assistant_payment"].value
        allowed, share = _cents(fee * part), _cents(share * part)
    return PaymentLine(
        code=line.code,
        units=line.units,
        modifiers=line.modifiers,
        discipline=line.discipline,
        outcome=PaymentOutcome.ESTIMATED,
        allowed=allowed,
        fee=fee,
        unit_fee=unit,
        further_unit_fee=further,
        full_units=full_units,
        coinsurance=coinsurance,
        payer_share=share,
        sequestration=_cents(share * parameters["sequestration"].value),
        value=price.value,
        remarks=price.remarks,
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


_AMOUNTS = ("allowed", "fee", "coinsurance", "payer_share", "sequestration")


def _sums(lines: list[PaymentLine]) -> dict[str, Decimal | None]:
    """
    The sums of the lines; none where a line has no data, or where there are lines and none has a fee.
    """
    estimated = [line for line in lines if line.outcome is PaymentOutcome.ESTIMATED]
    if any(line.outcome is PaymentOutcome.NO_DATA for line in lines) or (lines and not estimated):
        return dict.fromkeys(_AMOUNTS)
    return {name: sum((getattr(line, name) for line in estimated), _NOTHING) for name in _AMOUNTS}


def _no_data(line: ClaimLine, rules: RuleSet, sentence: str, citations: tuple[Citation, ...]) -> PaymentLine:
    remark = Reason(rule="fee-no-data", sentence=sentence.format(code=line.code), citations=citations)
    return _line(line, _unknown(None, remark), rules, 0)


# -- the trace --------------------------------------------------------------------------------------------------------


def _steps(estimate: PaymentEstimate) -> Iterator[Reason]:
    rules = estimate.rules
    estimated = [line for line in estimate.lines if line.outcome is PaymentOutcome.ESTIMATED]
    if rules.carried_forward:
        sentence = f"The data end on {rules.rules_day}; its rules are carried forward to {rules.date_of_service} "
        yield reason_of(rules, "carried-forward", sentence + "and may have changed.")
    yield reason_of(
        rules,
        "fee-estimate",
        "An estimate from published values: charges, deductible, other insurers and adjustments of a single practice "
        "are not known here.",
    )
    if estimate.conversion_factor is not None:
        yield from _setting_steps(estimate)
    with localcontext(_ARITHMETIC):
        formulas = [_formula(line, line.value, estimate) for line in estimated if line.value is not None]
    for sentence in formulas:
        yield reason_of(rules, "fee-formula", sentence)
    yield from _reduction_steps(estimated, estimate)
    yield from dict.fromkeys(remark for line in estimate.lines for remark in line.remarks)
    yield from _share_steps(estimated, rules)
    if estimate.allowed is not None:
        amounts = " + ".join(str(line.allowed) for line in estimated)
        total = f"{amounts} = {estimate.allowed}" if len(estimated) > 1 else estimate.allowed
        yield reason_of(rules, "fee-rounding", f"Before coinsurance: {total}.")


def _setting_steps(estimate: PaymentEstimate) -> Iterator[Reason]:
    """
    The conversion factor, the place and the kind of place.
    """
    rules = estimate.rules
    entry = _conversion_factor(rules, qualifying_apm=estimate.qualifying_apm)
    whose = ""
    if rules.year.conversion_factor_qualifying_apm:
        whose = " of qualifying participants" if estimate.qualifying_apm else " of those who are no such participants"
    elif estimate.qualifying_apm:
        whose = ", the same for qualifying participants and others"
    sentence = f"The conversion factor of {rules.rules_day} is {entry.value}{whose}."
    yield Reason(rule="fee-formula", sentence=sentence, citations=entry.citations)
    values = rules.catalogue.table("relative-values", RelativeValue)
    if values is not None:
        about = values.provenance
        sentence = f"Relative values: version {about.version}, through {about.covered_through}."
        yield Reason(rule="fee-formula", sentence=sentence, citations=about.citations)
    factors = estimate.factors
    if factors == NATIONAL:
        yield reason_of(rules, "fee-national", "National amounts: every geographic factor is 1.")
    elif factors is not None:
        place = "Factors of your own" if estimate.locality == "own" else f"Locality {estimate.locality}"
        sentence = f"{place}: work {factors.work}, practice expense {factors.pe}, malpractice {factors.mp}."
        yield reason_of(rules, "fee-locality", sentence)
    if estimate.facility:
        sentence = "The amounts for a facility were asked for; therapy is paid at those for outside one."
        yield reason_of(rules, "fee-nonfacility", sentence)


def _formula(line: PaymentLine, value: RelativeValue, estimate: PaymentEstimate) -> str:
    """
    The fee of a unit, from the relative values to the cent.
    """
    rate, factors = estimate.conversion_factor or _NOTHING, estimate.factors or NATIONAL
    pe = value.pe(facility=estimate.facility)
    if pe is None or value.work is None or value.mp is None:
        total = value.total(facility=estimate.facility) or _NOTHING
        sums = f"{total} in all"
    else:
        parts = ((value.work, factors.work), (pe, factors.pe), (value.mp, factors.mp))
        total = sum((part * factor for part, factor in parts), Decimal(0))
        shown = (str(part) if factors == NATIONAL else f"{part} x {factor}" for part, factor in parts)
        sums = f"{' + '.join(shown)} = {total}"
    return f"{line.code}: {sums}; x {rate} = {total * rate}, {line.unit_fee} a unit."


def _reduction_steps(lines: list[PaymentLine], estimate: PaymentEstimate) -> Iterator[Reason]:
    """
    Which unit of the day counts in full, and what the others come to.
    """
    rules = estimate.rules
    ranked = [line for line in lines if line.further_unit_fee is not None]
    if sum(line.units for line in ranked) < 2:
        return
    first = next(line for line in ranked if line.full_units)
    part = f"{rules.parameters['further_unit_pe'].value:.0%}"
    others = ", ".join(
        f"{line.code} x{line.units - (line.full_units or 0)} at {line.further_unit_fee}"
        for line in ranked
        if line.units != line.full_units
    )
    yield reason_of(
        rules,
        "fee-reduction",
        f"One unit of {first.code} has the highest practice expense and counts in full ({first.unit_fee}); "
        f"the others keep {part} of theirs: {others}.",
    )
    highest = [line for line in ranked if _pe(line, estimate) == _pe(first, estimate)]
    if len(highest) > 1:
        sentence = (
            f"Other lines have the practice expense of {first.code}: the higher fee came first, then the therapist's."
        )
        yield reason_of(rules, "fee-reduction-tie", sentence)


def _pe(line: PaymentLine, estimate: PaymentEstimate) -> Decimal | None:
    return None if line.value is None else line.value.pe(facility=estimate.facility)


def _share_steps(lines: list[PaymentLine], rules: RuleSet) -> Iterator[Reason]:
    """
    What becomes of the fee: the patient's part, the assistant's reduction, and what the budget law takes.
    """
    parameters = rules.parameters
    part = parameters["assistant_payment"].value
    if not lines:
        return
    shares = ", ".join(f"{line.code} {line.coinsurance} of {line.fee}" for line in lines)
    yield reason_of(rules, "fee-coinsurance", f"The patient's part, {parameters['coinsurance'].value:.0%}: {shares}.")
    for line in lines:
        if not line.by_assistant:
            continue
        if part == 1:
            sentence = f"{line.code} is marked as an assistant's; on this date that takes nothing off."
            yield reason_of(rules, "fee-assistant", sentence)
            continue
        yield reason_of(
            rules,
            "fee-assistant",
            f"{line.code} is an assistant's: {part:.0%} of {line.fee} is {line.allowed}; the payer's share comes to "
            f"{line.payer_share}, and the patient's part stays.",
        )
    held = parameters["sequestration"]
    taken = ", ".join(f"{line.code} {line.sequestration} of {line.payer_share}" for line in lines)
    sentence = f"Sequestration, {held.value:.0%} of the payer's share: {taken}."
    yield Reason(
        rule="fee-sequestration",
        sentence=sentence,
        citations=(*rules.rule("fee-sequestration").citations, *held.citations),
    )
