"""
Minutes of timed codes to units: those Medicare pools together, every other by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from .code import POOLED_BLOCK, CodeFacts, Discipline, UnitBasis
from .errors import InvalidInputError
from .inputs import MINUTES_IN_A_DAY
from .policy import TimedPool, UnitMethod
from .ruleset import RuleSet


SHORTEST_UNIT = 8
"""Fewest minutes that make a first unit of a 15-minute code."""

_TIMED = UnitBasis.TIMED


class Tally:
    """
    Minutes of one code (or of a code with its add-on) in one discipline, and the units they came to.
    """

    full: int
    rest: int
    units: int

    __slots__ = (
        "assistant",
        "assistant_at_first",
        "block",
        "discipline",
        "facts",
        "full",
        "further",
        "rest",
        "therapist",
        "units",
    )

    def __init__(self, facts: CodeFacts, discipline: Discipline | None) -> None:
        self.facts = facts
        self.discipline = discipline
        self.block = facts.minutes or 0
        self.further = self.block
        self.therapist = 0
        self.assistant = 0
        self.assistant_at_first = 0

    @property
    def minutes(self) -> int:
        """
        Everybody's minutes together.
        """
        return self.therapist + self.assistant

    @property
    def code(self) -> str:
        """
        The code of the first unit.
        """
        return self.facts.code

    @property
    def in_family(self) -> bool:
        """
        Whether further units go to an add-on code.
        """
        return self.facts.continued_by is not None

    def split(self, units: int) -> list[tuple[str, int]]:
        """
        Units by code: all on the code, or the first on the base code and the rest on its add-on.
        """
        add_on = self.facts.continued_by
        if add_on is None or units < 2:
            return [(self.code, units)]
        return [(self.code, 1), (add_on, units - 1)]


class Pool(NamedTuple):
    """
    Timed codes whose minutes are added up, and how the units were given out.

    `extra` units went to the largest remainders; `tied` are the tallies among which `open_units` of them could have
    gone either way; `alone` marks a code that is counted by itself.
    """

    tallies: tuple[Tally, ...]
    minutes: int
    units: int
    extra: int
    tied: tuple[Tally, ...]
    open_units: int
    alone: bool = False


def tally_of(facts: CodeFacts, discipline: Discipline | None, rules: RuleSet) -> Tally:
    """
    An empty tally, known by the code of the first unit.
    """
    base = facts if facts.continues is None else rules.code(facts.continues)
    tally = Tally(base, discipline)
    if base.continued_by is not None:
        tally.further = rules.code(base.continued_by).minutes or tally.block
    return tally


def count_pools(tallies: Iterable[Tally], rules: RuleSet, prefer: Sequence[str]) -> tuple[Pool, ...]:
    """
    Count the timed codes: those Medicare pools together, every other by itself.
    """
    total_time = rules.unit_method is UnitMethod.TOTAL_TIME
    by_discipline = rules.timed_pool is TimedPool.DISCIPLINE
    pooled: dict[Discipline | None, list[Tally]] = {}
    alone: list[Tally] = []
    for tally in tallies:
        if total_time and tally.facts.unit_basis is _TIMED:
            pooled.setdefault(tally.discipline if by_discipline else None, []).append(tally)
        else:
            alone.append(tally)
    counted = [_count_pool(tallies, prefer) for tallies in pooled.values()]
    return (*counted, *[_count_alone(tally) for tally in alone])


def _count_pool(tallies: list[Tally], prefer: Sequence[str]) -> Pool:
    """
    Total time: the sum fixes the units, whole blocks stay with their code, the largest remainders take what is left.
    """
    total = 0
    filled = 0
    for tally in tallies:
        minutes = tally.therapist + tally.assistant
        if minutes > MINUTES_IN_A_DAY:
            raise _too_long(tally)
        full = minutes // POOLED_BLOCK
        tally.full = tally.units = full
        tally.rest = minutes - full * POOLED_BLOCK
        total += minutes
        filled += full
    units = (total + POOLED_BLOCK - SHORTEST_UNIT) // POOLED_BLOCK
    extra = units - filled
    if not extra:
        return Pool(tuple(tallies), total, units, 0, (), 0)
    ranked = sorted(tallies, key=_BY_REST, reverse=True)
    cut = ranked[extra - 1].rest
    tied: list[Tally] = []
    if extra < len(ranked) and ranked[extra].rest == cut:
        tied = [tally for tally in ranked if tally.rest == cut]
        tied.sort(key=lambda tally: (_rank(tally, prefer), -tally.minutes))
        ranked = [tally for tally in ranked if tally.rest > cut] + tied
    for tally in ranked[:extra]:
        tally.units += 1
    open_units = sum([tally.units > tally.full for tally in tied]) if tied else 0
    return Pool(tuple(tallies), total, units, extra, tuple(tied), open_units)


def _too_long(tally: Tally) -> InvalidInputError:
    return InvalidInputError("services", f"more than a day of {tally.code}", "count one day at a time")


_BY_REST = attrgetter("rest")


def _rank(tally: Tally, prefer: Sequence[str]) -> int:
    return prefer.index(tally.code) if tally.code in prefer else len(prefer)


def _count_alone(tally: Tally) -> Pool:
    """
    Midpoint: a unit is earned once more than half of it has passed.
    """
    minutes, block, further = tally.minutes, tally.block, tally.further
    if minutes > MINUTES_IN_A_DAY:
        raise _too_long(tally)
    if minutes < block:
        tally.full, tally.rest, last = 0, minutes, block
    else:
        whole, tally.rest = divmod(minutes - block, further)
        tally.full, last = whole + 1, further
    tally.units = tally.full + (2 * tally.rest > last)
    return Pool((tally,), tally.minutes, tally.units, tally.units - tally.full, (), 0, alone=True)


def minutes_to_next(pool: Pool, tally: Tally) -> int:
    """
    Further minutes of this code that would add a unit to the day.
    """
    if pool.alone:
        whole = tally.block + (tally.units - 1) * tally.further if tally.units else 0
        return whole + (tally.further if tally.units else tally.block) // 2 + 1 - tally.minutes
    return POOLED_BLOCK * pool.units + SHORTEST_UNIT - pool.minutes
