"""
Whose units they are: the part of a code's units that counts as an assistant's, by date.

Source: Social Security Act, section 1834(v); Medicare Claims Processing Manual, chapter 5, section 20.1; and what
`data/rules/assistants.toml` cites.
"""

from __future__ import annotations

from typing import NamedTuple, assert_never

from .code import UnitBasis
from .policy import AssistantRule, DeMinimis
from .pooling import SHORTEST_UNIT, Tally
from .results import Units
from .ruleset import RuleSet


MIDPOINT_TO_THERAPIST = SHORTEST_UNIT
"""Minutes of the last unit with which a therapist could have billed it alone."""

SHORTEST_SHARE = 9
"""Fewest minutes each of therapist and assistant when two units remain between them."""


def exceeds_ten_percent(assistant: int, total: int, test: DeMinimis) -> bool:
    """
    Whether the assistant furnished more than 10 percent of these minutes.
    """
    match test:
        case DeMinimis.PERCENTAGE:
            return (200 * assistant + total) // (2 * total) > 10
        case DeMinimis.SIMPLE:
            return assistant >= (total + 5) // 10 + 1
        case _:
            assert_never(test)


def arithmetic_matters(assistant: int, total: int) -> bool:
    """
    Whether the two published ways of reckoning 10 percent disagree about these minutes.
    """
    return len({exceeds_ten_percent(assistant, total, test) for test in DeMinimis}) > 1


class Share(NamedTuple):
    """
    How many units of a timed code are the assistant's, and which rule said so.

    `tested` are the assistant's minutes and all minutes that the 10 percent test looked at, where it decided.
    """

    units: Units
    rule: str
    sentence: str
    tested: tuple[int, int] | None = None


def assistant_share(tally: Tally, rules: RuleSet) -> Share | None:
    """
    The assistant's units of a timed code; `None` when no assistant took part, or the policy does not ask.
    """
    if not tally.assistant or rules.assistant_rule is AssistantRule.NONE or not tally.units:
        return None
    code, block = tally.code, tally.block
    if tally.facts.unit_basis is UnitBasis.TIME_BLOCK or not isinstance(tally.units, int):
        exceeds = exceeds_ten_percent(tally.assistant, tally.minutes, rules.assistant_test)
        share = f"{tally.assistant} of {tally.minutes} minutes are the assistant's"
        verdict = "more than" if exceeds else "no more than"
        return Share(
            tally.units if exceeds else 0,
            "assistant-time-block",
            f"{code}: {share}, {verdict} 10 percent of the service",
            (tally.assistant, tally.minutes),
        )
    whole_therapist, therapist = divmod(tally.therapist, block)
    whole_assistant, assistant = divmod(tally.assistant, block)
    left = tally.units - whole_therapist - whole_assistant
    if left == 0:
        return Share(
            whole_assistant,
            "assistant-whole-units",
            f"{code}: whole units stay with whoever furnished them, {whole_assistant} of {tally.units} the assistant's",
        )
    rest = f"{therapist} therapist and {assistant} assistant minutes remain"
    if rules.assistant_rule is AssistantRule.MIDPOINT_EXCEPTION:
        if left == 2:
            settled = therapist >= SHORTEST_SHARE and assistant >= SHORTEST_SHARE
            return Share(
                whole_assistant + 1,
                "assistant-two-units-left" if settled else "assistant-two-units-undecided",
                f"{code}: {rest} for two units, one is the assistant's",
            )
        if therapist >= MIDPOINT_TO_THERAPIST:
            return Share(
                whole_assistant,
                "assistant-last-unit",
                f"{code}: {rest} for the last unit; the therapist furnished enough to bill it alone",
            )
    exceeds = exceeds_ten_percent(assistant, therapist + assistant, rules.assistant_test) if assistant else False
    verb = "more than" if exceeds else "no more than"
    return Share(
        whole_assistant + (left if exceeds else 0),
        "assistant-ten-percent" if left == 1 else "assistant-two-units-undecided",
        f"{code}: {rest}; the assistant's share is {verb} 10 percent",
        (assistant, therapist + assistant),
    )
