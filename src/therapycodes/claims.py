"""
Counted units to claim lines: pure functions over the rules of one day.
"""

from __future__ import annotations

from collections.abc import Iterator

from .code import Discipline, TherapyDesignation
from .errors import InvalidInputError
from .inputs import checked_choice
from .results import ClaimLine, Reason, UnitLine, reason_of
from .ruleset import RuleSet
from .units import UnitCount


DISCIPLINE_MODIFIER = {Discipline.PT: "GP", Discipline.OT: "GO", Discipline.SLP: "GN"}
ASSISTANT_MODIFIER = {Discipline.PT: "CQ", Discipline.OT: "CO"}


def claim_lines(count: UnitCount, rules: RuleSet, *, discipline: str | None = None) -> tuple[ClaimLine, ...]:
    """
    Make claim lines of counted units.

    Codes without a unit drop off the claim.
    Where the policy asks for it, each line carries the modifier of the plan of care (GP, GO or GN), and units the
    assistant furnished stand on a line of their own with CQ or CO.
    A modifier that cannot be known is left off, and the line's reasons say so.

    Args:
        count: what `count_units` gave.
        rules: the rules of the day.
        discipline: the discipline of services that did not say their own.

    Returns:
        Lines in the order of the count.

    Raises:
        InvalidInputError: an unknown discipline, one that CMS did not fix for the code, or rules of another day
            than the count's.

    Source:
        Medicare Claims Processing Manual, Pub. 100-04, chapter 5, sections 10.6 and 20.1.

    Example:
        >>> import therapycodes as tc
        >>> rules = tc.rules_on("2026-03-02")
        >>> count = tc.count_units([tc.Service("97110", 23)], rules)
        >>> tc.claim_lines(count, rules, discipline="PT")[0].modifiers
        ('GP',)
    """
    if not isinstance(count, UnitCount):
        raise InvalidInputError("count", "not a UnitCount", "give what count_units returned")
    fallback = None if discipline is None else checked_choice(Discipline, discipline, "discipline")
    if count.rules != rules:
        raise InvalidInputError("rules", "not those the units were counted under", "pass the same rules to both")
    return tuple(line for counted in count.lines if counted.units for line in _lines_of(counted, rules, fallback))


def _lines_of(counted: UnitLine, rules: RuleSet, fallback: Discipline | None) -> Iterator[ClaimLine]:
    fixed = rules.code(counted.code).fixed_discipline
    stated = counted.discipline or fallback
    if fixed is not None and stated not in (None, fixed):
        raise InvalidInputError(
            "discipline", f"{counted.code} belongs to {fixed}", f"state {fixed}, or use a code of the other discipline"
        )
    known = stated or fixed
    units = Reason(rule="units", sentence=f"{counted.code}: {counted.reason}.")
    remarks = tuple(_remarks(counted, known, rules))
    modifier, why = _discipline_modifier(counted.code, known, rules)
    first: tuple[str, ...] = (modifier,) if modifier else ()
    assistant = counted.assistant_units or 0
    if counted.units > assistant:
        therapist: tuple[Reason, ...] = (units, why)
        if counted.assistant_units is None:
            sentence = "Whether the assistant's share exceeds 10 percent was not assessed: minutes are missing."
            therapist += (_reason(rules, "assistant-untimed", sentence),)
        yield ClaimLine(counted.code, counted.units - assistant, first, discipline=known, reasons=therapist + remarks)
    if assistant:
        mark, sentence = _assistant_modifier(known, modifier, rules)
        reasons = (units, why, _reason(rules, "assistant-modifier", sentence))
        yield ClaimLine(
            counted.code, assistant, (*first, mark) if mark else first, discipline=known, reasons=reasons + remarks
        )


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
        yield _reason(rules, "carried-forward", f"The rules of {rules.rules_day} are carried forward to this line.")


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


def _discipline_modifier(code: str, discipline: Discipline | None, rules: RuleSet) -> tuple[str | None, Reason]:
    """
    GP, GO or GN, or none, and why.
    """
    if not rules.discipline_modifiers:
        citations = rules.parameters["discipline_modifiers"].citations
        sentence = "This policy sets no discipline modifier; the payer's own manual may."
        return None, Reason(rule="discipline-modifier-none", sentence=sentence, citations=citations)
    designation = rules.code(code).therapy_designation
    if designation is TherapyDesignation.NONE:
        return None, _reason(
            rules, "discipline-modifier-always", f"{code} is not on the therapy code list: no modifier."
        )
    if designation is None:
        sentence = f"Whether {code} is on the therapy code list is not known: the modifier was not assessed."
        return None, _reason(rules, "discipline-modifier-always", sentence)
    if discipline is None:
        sentence = f"{code} needs GP, GO or GN; which one was not assessed: the discipline is not stated."
        return None, _reason(rules, f"discipline-modifier-{designation}", sentence)
    modifier = DISCIPLINE_MODIFIER[discipline]
    plan = f"{modifier} names the {discipline} plan of care"
    if rules.code(code).fixed_discipline is not None:
        return modifier, _reason(rules, "discipline-modifier-fixed", f"{plan}, the only one {code} may stand under.")
    if designation is TherapyDesignation.SOMETIMES:
        sentence = f"{plan}: {code} is a therapy service when a therapist furnishes it or a therapy plan covers it."
        return modifier, _reason(rules, "discipline-modifier-sometimes", sentence)
    return modifier, _reason(rules, "discipline-modifier-always", f"{plan}; {code} always needs it.")


def _reason(rules: RuleSet, rule: str, sentence: str) -> Reason:
    return reason_of(rules, rule, sentence)
