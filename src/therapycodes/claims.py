"""
Counted units to claim lines: pure functions over the rules of one day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, assert_never

from .code import Discipline, TherapyDesignation, UnitBasis
from .errors import InvalidInputError
from .inputs import checked_choice, checked_code, checked_sequence
from .modifier import AttestedFact, Modifier, ModifierGroup
from .record import Attestation
from .results import MOST_MODIFIERS, ClaimLine, EditOutcome, Reason, UnitLine, Units, reason_of
from .ruleset import RuleSet
from .thresholds import ThresholdReport
from .units import UnitCount


DISCIPLINE_MODIFIER = {Discipline.PT: "GP", Discipline.OT: "GO", Discipline.SLP: "GN"}
ASSISTANT_MODIFIER = {Discipline.PT: "CQ", Discipline.OT: "CO"}


def claim_lines(  # noqa: PLR0913 - each argument is one thing that only the caller can know
    count: UnitCount,
    rules: RuleSet,
    *,
    discipline: str | None = None,
    attestations: Iterable[Attestation] = (),
    existing: Mapping[str, Iterable[str]] | None = None,
    under_therapy_plan: bool | None = None,
    thresholds: ThresholdReport | None = None,
) -> tuple[ClaimLine, ...]:
    """
    Make claim lines of counted units.

    Codes without a unit drop off the claim.
    Where the policy asks for it, each line carries the modifier of the plan of care (GP, GO or GN), and units the
    assistant furnished stand on a line of their own with CQ or CO.
    Modifiers that state what only the caller can know follow, each on the caller's attestation; KX besides only where
    the threshold is exceeded.
    A modifier that cannot be known is left off, and the line's reasons say so.

    Args:
        count: what `count_units` gave.
        rules: the rules of the day.
        discipline: the discipline of services that did not say their own.
        attestations: what the caller vouches for, for some codes or for all; a modifier follows where the policy has
            one for it.
        existing: modifiers the caller has set already, by code; they stay in front and in their order.
        under_therapy_plan: whether a therapist or a therapy plan of care is behind sometimes-therapy codes; `False`
            leaves their discipline modifier off, `None` sets it and says that nobody stated it.
        thresholds: what `check_thresholds` returned for these lines.

    Returns:
        Lines in the order of the count.

    Raises:
        InvalidInputError: an unknown discipline, one that CMS did not fix for the code, rules of another day than the
            count's, thresholds of other lines, modifiers for a code that was not counted, CQ or CO brought for a code
            whose units are split, or a line that needs more than four modifiers.

    Source:
        Medicare Claims Processing Manual, Pub. 100-04, chapter 5, sections 10.3.3, 10.6 and 20.1.

    Example:
        >>> import therapycodes as tc
        >>> rules = tc.rules_on("2026-03-02")
        >>> count = tc.count_units([tc.Service("97110", 23)], rules)
        >>> tc.claim_lines(count, rules, discipline="PT")[0].modifiers
        ('GP',)
        >>> attested = [tc.Attestation("distinct-time", ["97110"])]
        >>> tc.claim_lines(count, rules, discipline="PT", attestations=attested)[0].modifiers
        ('GP', 'XU')
    """
    if not isinstance(count, UnitCount):
        raise InvalidInputError("count", "not a UnitCount", "give what count_units returned")
    fallback = None if discipline is None else checked_choice(Discipline, discipline, "discipline")
    if under_therapy_plan is not None and not isinstance(under_therapy_plan, bool):
        raise InvalidInputError("under_therapy_plan", "neither true nor false", "give a bool, or leave it out")
    vouched = checked_sequence(Attestation, attestations, "attestations")
    kept = _kept(existing, count)
    if count.rules != rules:
        raise InvalidInputError("rules", "not those the units were counted under", "pass the same rules to both")
    drafts = [
        draft
        for counted in count.lines
        if counted.units
        for draft in _drafts_of(counted, rules, fallback, under_therapy_plan=under_therapy_plan)
    ]
    needs = _needs(thresholds, drafts)
    if not vouched and not kept and thresholds is None:
        return tuple(_line(draft) for draft in drafts)
    return tuple(
        _line(_completed(draft, kept.get(draft.code, ()), vouched, need, rules))
        for draft, need in zip(drafts, needs, strict=True)
    )


class _Draft(NamedTuple):
    """
    A line before anything but its units and discipline is looked at.
    """

    code: str
    units: Units
    modifiers: tuple[str, ...]
    discipline: Discipline | None
    reasons: tuple[Reason, ...]
    is_split: bool


def _line(draft: _Draft) -> ClaimLine:
    if len(draft.modifiers) > MOST_MODIFIERS:
        raise InvalidInputError(
            "modifiers",
            f"{draft.code} needs {len(draft.modifiers)}: {', '.join(draft.modifiers)}",
            f"a claim line takes at most {MOST_MODIFIERS}; decide which go into the remarks, behind modifier 99",
        )
    return ClaimLine(draft.code, draft.units, draft.modifiers, discipline=draft.discipline, reasons=draft.reasons)


def _kept(existing: Mapping[str, Iterable[str]] | None, count: UnitCount) -> dict[str, tuple[str, ...]]:
    if existing is None:
        return {}
    if not isinstance(existing, Mapping):
        raise InvalidInputError("existing", "not a mapping", "give modifiers by code")
    kept = {}
    for code, modifiers in existing.items():
        if checked_code(code, "existing") not in count.units:
            raise InvalidInputError("existing", f"{code} was not counted", "name codes of the count")
        kept[code] = ClaimLine(code, 1, tuple(checked_sequence(str, modifiers, f"existing[{code}]"))).modifiers
    return kept


def _needs(thresholds: ThresholdReport | None, drafts: list[_Draft]) -> list[EditOutcome | None]:
    """
    Line by line whether KX is called for; `None` where nobody judged it.
    """
    if thresholds is None:
        return [None] * len(drafts)
    if not isinstance(thresholds, ThresholdReport):
        raise InvalidInputError("thresholds", "not a ThresholdReport", "give what check_thresholds returned")
    if [line.code for line in thresholds.lines] != [draft.code for draft in drafts]:
        raise InvalidInputError("thresholds", "of other lines", "check the thresholds of the lines of this count")
    return [line.needs_kx for line in thresholds.lines]


def _drafts_of(
    counted: UnitLine, rules: RuleSet, fallback: Discipline | None, *, under_therapy_plan: bool | None
) -> Iterator[_Draft]:
    fixed = rules.code(counted.code).fixed_discipline
    stated = counted.discipline or fallback
    if fixed is not None and stated not in (None, fixed):
        raise InvalidInputError(
            "discipline", f"{counted.code} belongs to {fixed}", f"state {fixed}, or use a code of the other discipline"
        )
    known = stated or fixed
    units = Reason(rule="units", sentence=f"{counted.code}: {counted.reason}.")
    modifier, why = _discipline_modifier(counted.code, known, rules, under_therapy_plan=under_therapy_plan)
    first: tuple[str, ...] = (modifier,) if modifier else ()
    assistant = counted.assistant_units or 0
    is_split = 0 < assistant < counted.units
    remarks = tuple(_remarks(counted, known, rules))
    heads: tuple[Reason, ...] = (units, why)
    if is_split and counted.basis is UnitBasis.TIMED and rules.has_rule("single-line"):
        heads += (reason_of(rules, "single-line", rules.rule("single-line").statement),)
    if counted.units > assistant:
        therapist = heads
        if counted.assistant_units is None:
            sentence = "Whether the assistant's share exceeds 10 percent was not assessed: minutes are missing."
            therapist += (reason_of(rules, "assistant-untimed", sentence),)
        yield _Draft(counted.code, counted.units - assistant, first, known, therapist + remarks, is_split)
    if assistant:
        mark, sentence = _assistant_modifier(known, modifier, rules)
        reasons = (*heads, reason_of(rules, "assistant-modifier", sentence))
        modifiers = (*first, mark) if mark else first
        yield _Draft(counted.code, assistant, modifiers, known, reasons + remarks, is_split)


# -- what the caller brings -------------------------------------------------------------------------------------------


def _completed(
    draft: _Draft,
    kept: tuple[str, ...],
    attestations: tuple[Attestation, ...],
    need: EditOutcome | None,
    rules: RuleSet,
) -> _Draft:
    """
    A line with the caller's own modifiers in front and the attested ones behind.
    """
    reasons = [*draft.reasons]
    if kept:
        if draft.is_split and any(_group(name, rules) is ModifierGroup.ASSISTANT for name in kept):
            raise InvalidInputError(
                "existing",
                f"{draft.code} is split between therapist and assistant",
                "leave CQ and CO out; they follow from the units",
            )
        sentence = f"{', '.join(kept)} stood on {draft.code} already: kept in this order, what is added comes behind."
        reasons.append(reason_of(rules, "modifier-existing", sentence))
    carried = [*kept]
    stated, left_off = _attested(draft, attestations, need, rules)
    wanted: list[tuple[str, Reason | None]] = [(name, None) for name in draft.modifiers]
    wanted += [(modifier.modifier, reason) for modifier, reason in stated]
    for name, reason in wanted:
        against = None if name in carried else _excluding(name, carried, rules)
        if against is not None:
            sentence = f"{name} was left off: {draft.code} carries {against}, which excludes it."
            reasons.append(reason_of(rules, "modifiers-exclusive", sentence))
            continue
        if name not in carried:
            carried.append(name)
        if reason is not None:
            reasons.append(reason)
    return draft._replace(modifiers=tuple(carried), reasons=(*reasons, *left_off))


def _group(name: str, rules: RuleSet) -> ModifierGroup | None:
    modifier = rules.modifier(name)
    return None if modifier is None else modifier.group


def _excluding(name: str, carried: list[str], rules: RuleSet) -> str | None:
    """
    A modifier on the line that excludes another one, either way round.
    """
    modifier = rules.modifier(name)
    for other in carried:
        beside = rules.modifier(other)
        if (modifier and other in modifier.excludes) or (beside and name in beside.excludes):
            return other
    return None


def _attested(
    draft: _Draft, attestations: tuple[Attestation, ...], need: EditOutcome | None, rules: RuleSet
) -> tuple[list[tuple[Modifier, Reason]], list[Reason]]:
    """
    The modifiers that state what is attested for a line, in the order of their groups; and why others are left off.
    """
    found: list[tuple[Modifier, Reason]] = []
    reasons: list[Reason] = []
    facts = dict.fromkeys(one.fact for one in attestations if one.holds_for(draft.code))
    for fact in facts:
        modifier = _stating(fact, rules)
        if modifier is None:
            parameter = rules.parameters["attested_modifiers"]
            sentence = f"{_words(fact)} is attested for {draft.code}; this policy has no modifier for it on this day."
            reasons.append(Reason(rule="modifier-not-in-use", sentence=sentence, citations=parameter.citations))
            continue
        is_set, reason = _set(modifier, fact, draft, need, rules)
        if is_set:
            found.append((modifier, reason))
        else:
            reasons.append(reason)
    if need is EditOutcome.APPLIES and AttestedFact.NECESSARY_ABOVE_THRESHOLD not in facts:
        sentence = f"{draft.code} exceeds the yearly threshold; necessity is not attested, so that KX was left off."
        reasons.append(reason_of(rules, "kx-threshold", sentence))
    found.sort(key=lambda one: _PLACE[one[0].group])
    return found, reasons


_PLACE = {group: place for place, group in enumerate(ModifierGroup)}


def _words(fact: AttestedFact) -> str:
    return fact.value.replace("-", " ").capitalize()


def _stating(fact: AttestedFact, rules: RuleSet) -> Modifier | None:
    """
    The first modifier of the policy's list that states a fact and is in force.
    """
    for name in rules.attested_modifiers:
        modifier = rules.modifier(name)
        if modifier is not None and fact in modifier.states:
            return modifier
    return None


def _set(
    modifier: Modifier, fact: AttestedFact, draft: _Draft, need: EditOutcome | None, rules: RuleSet
) -> tuple[bool, Reason]:
    """
    Whether an attested modifier is set, and why.
    """
    name, code = modifier.modifier, draft.code
    if modifier.only_on and code not in modifier.only_on:
        sentence = f"{name} was left off: it stands on {', '.join(modifier.only_on)} only, not on {code}."
        return False, Reason(rule="modifier-only-on", sentence=sentence, citations=modifier.citations)
    if modifier.group is not ModifierGroup.THRESHOLD:
        sentence = f"{name} states what is attested for {code}: {_words(fact).lower()}."
        return True, Reason(rule="modifier-attested", sentence=sentence, citations=modifier.citations)
    said = f"Necessity above the threshold is attested for {code}"
    match need:
        case None:
            sentence = f"{said}; {name} was left off: nobody judged the threshold. Pass what check_thresholds returned."
        case EditOutcome.NO_DATA:
            sentence = f"{said}; {name} was left off: the amounts given do not tell whether it is exceeded."
        case EditOutcome.DOES_NOT_APPLY:
            sentence = f"{said}; {name} was left off: the line does not exceed it."
        case EditOutcome.APPLIES:
            sentence = f"{said}, and the threshold is exceeded: {name} states it."
        case _:
            assert_never(need)
    return need is EditOutcome.APPLIES, reason_of(rules, "kx-threshold", sentence)


# -- what the code and the discipline give ----------------------------------------------------------------------------


def _remarks(counted: UnitLine, discipline: Discipline | None, rules: RuleSet) -> Iterator[Reason]:
    """
    What a reader of the line should know: facts of the code that do not fit it, and rules carried forward.
    """
    facts = rules.code(counted.code)
    if discipline is not None and facts.disciplines is not None and discipline not in facts.disciplines:
        sentence = f"{counted.code} is known as a code of {' and '.join(facts.disciplines)}, not of {discipline}."
        yield Reason(rule="disciplines", sentence=sentence, citations=facts.evidence["disciplines"].citations)
    if counted.assistant_units and facts.assistants is False:
        sentence = f"{counted.code} is not a service an assistant may furnish under Medicare."
        yield Reason(rule="assistants", sentence=sentence, citations=facts.evidence["assistants"].citations)
    if rules.carried_forward:
        yield reason_of(rules, "carried-forward", f"The rules of {rules.rules_day} are carried forward to this line.")


def _assistant_modifier(discipline: Discipline | None, beside: str | None, rules: RuleSet) -> tuple[str | None, str]:
    """
    CQ or CO, or none, and why.
    """
    if not rules.discipline_modifiers:
        return None, "This policy sets no assistant modifier; the payer's own manual may."
    if discipline is None:
        return None, "The assistant's units need CQ or CO, which one was not assessed: the discipline is not stated."
    mark = ASSISTANT_MODIFIER.get(discipline)
    if mark is None:
        return None, f"There is no assistant modifier for {discipline}: Medicare recognizes no such assistants."
    if beside is None:
        return None, f"{mark} stands only beside the modifier of a plan of care, which this code does not carry."
    return mark, f"{mark} marks the assistant's units; it goes with {beside}."


def _discipline_modifier(
    code: str, discipline: Discipline | None, rules: RuleSet, *, under_therapy_plan: bool | None
) -> tuple[str | None, Reason]:
    """
    GP, GO or GN, or none, and why.
    """
    if not rules.discipline_modifiers:
        citations = rules.parameters["discipline_modifiers"].citations
        sentence = "This policy sets no discipline modifier; the payer's own manual may."
        return None, Reason(rule="discipline-modifier-none", sentence=sentence, citations=citations)
    designation = rules.code(code).therapy_designation
    if designation is TherapyDesignation.NONE:
        return None, reason_of(
            rules, "discipline-modifier-always", f"{code} is not on the therapy code list: no modifier."
        )
    if designation is None:
        sentence = f"Whether {code} is on the therapy code list is not known: the modifier was not assessed."
        return None, reason_of(rules, "discipline-modifier-always", sentence)
    if designation is TherapyDesignation.SOMETIMES and under_therapy_plan is False:
        sentence = (
            f"{code} is a therapy service only from a therapist or under a therapy plan, and neither is behind it."
        )
        return None, reason_of(rules, "discipline-modifier-sometimes", sentence)
    if discipline is None:
        sentence = f"{code} needs GP, GO or GN; which one was not assessed: the discipline is not stated."
        return None, reason_of(rules, f"discipline-modifier-{designation}", sentence)
    modifier = DISCIPLINE_MODIFIER[discipline]
    plan = f"{modifier} names the {discipline} plan of care"
    if rules.code(code).fixed_discipline is not None:
        return modifier, reason_of(rules, "discipline-modifier-fixed", f"{plan}, the only one {code} may stand under.")
    if designation is TherapyDesignation.SOMETIMES:
        sentence = f"{plan}: {code} is a therapy service when a therapist furnishes it or a therapy plan covers it."
        if under_therapy_plan is None:
            sentence += " Neither was stated apart from the discipline."
        return modifier, reason_of(rules, "discipline-modifier-sometimes", sentence)
    return modifier, reason_of(rules, "discipline-modifier-always", f"{plan}; {code} always needs it.")
