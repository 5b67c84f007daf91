"""
Minutes of timed codes to units: those Medicare pools together, every other by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, assert_never

from .code import POOLED_BLOCK, CodeFacts, Discipline, UnitBasis
from .errors import InvalidInputError
from .inputs import MINUTES_IN_A_DAY
from .policy import TimedPool, UnitMethod
from .results import Units
from .ruleset import RuleSet


SHORTEST_UNIT = 8
"""Fewest minutes that make a first unit of a 15-minute code."""

SMALLEST_PART = Decimal("0.1")
"""The smallest part of a unit that is billed under the decimal method."""

# members looked up once: reading one off its enumeration costs more than the comparison it serves
_TIMED = UnitBasis.TIMED
_TOTAL_TIME = UnitMethod.TOTAL_TIME
_MIDPOINT = UnitMethod.MIDPOINT
_BY_DISCIPLINE = TimedPool.DISCIPLINE


class Tally:
    """
    Minutes of one code (or of a code with its add-on) in one discipline, and the units they came to.
    """

    full: int
    rest: int
    units: Units

    __slots__ = (
        "_further",
        "assistant",
        "assistant_at_first",
        "discipline",
        "facts",
        "full",
        "rest",
        "therapist",
        "units",
    )

    def __init__(self, facts: CodeFacts, discipline: Discipline | None, further: int | None = None) -> None:
        self.facts = facts
        self.discipline = discipline
        self.therapist = self.assistant = self.assistant_at_first = 0
        self._further = further

    @property
    def minutes(self) -> int:
        """
        Everybody's minutes together.
        """
        return self.therapist + self.assistant

    @property
    def block(self) -> int:
        """
        Minutes of the first unit.
        """
        return self.facts.minutes or 0

    @property
    def further(self) -> int:
        """
        Minutes of each further unit.
        """
        return self._further or self.block

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

    def split(self, units: Units) -> list[tuple[str, Units]]:
        """
        Units by code: all on the code, or the first on the base code and the rest on its add-on.
        """
        add_on = self.facts.continued_by
        if add_on is None or units < 2:
            return [(self.facts.code, units)]
        return [(self.facts.code, 1), (add_on, units - 1)]


class Pool(NamedTuple):
    """
    Timed codes whose minutes are added up, and how the units were given out.

    `extra` units went to the largest remainders; `tied` are the tallies among which `open_units` of them could have
    gone either way; `method` is how they were counted, total time alone adding up several codes.
    """

    tallies: tuple[Tally, ...]
    minutes: int
    units: Units
    extra: int = 0
    tied: tuple[Tally, ...] = ()
    open_units: int = 0
    method: UnitMethod = UnitMethod.TOTAL_TIME

    @property
    def alone(self) -> bool:
        """
        Whether the code is counted by itself.
        """
        return self.method is not _TOTAL_TIME


def family_tally(facts: CodeFacts, discipline: Discipline | None, rules: RuleSet) -> Tally:
    """
    An empty tally of a base code with its add-on, known by the code of the first unit.
    """
    base = facts if facts.continues is None else rules.code(facts.continues)
    further = None if base.continued_by is None else rules.code(base.continued_by).minutes
    return Tally(base, discipline, further)


def count_pools(
    tallies: list[Tally], rules: RuleSet, prefer: Sequence[str], *, of_several_disciplines: bool
) -> tuple[Pool, ...]:
    """
    Count the timed codes: those Medicare pools together, every other by itself.
    """
    method = rules.unit_method
    if method is not _TOTAL_TIME:
        return tuple([_count_alone(tally, method) for tally in tallies])
    pooled = [tally for tally in tallies if tally.facts.unit_basis is _TIMED]
    if not pooled:
        return tuple([_count_alone(tally, _MIDPOINT) for tally in tallies])
    if of_several_disciplines and rules.timed_pool is _BY_DISCIPLINE:
        named = dict.fromkeys([tally.discipline for tally in pooled])
        pools = [_count_pool([tally for tally in pooled if tally.discipline is one], prefer) for one in named]
    else:
        pools = [_count_pool(pooled, prefer)]
    if len(pooled) < len(tallies):
        pools += [_count_alone(tally, _MIDPOINT) for tally in tallies if tally.facts.unit_basis is not _TIMED]
    return tuple(pools)


def units_of_total(minutes: int) -> int:
    """
    The units that a sum of timed minutes allows under total time.
    """
    return (minutes + POOLED_BLOCK - SHORTEST_UNIT) // POOLED_BLOCK


def block_range(units: int) -> tuple[int, int]:
    """
    The fewest and the most minutes that allow this many units under total time, for one unit or more.
    """
    low = POOLED_BLOCK * units - (POOLED_BLOCK - SHORTEST_UNIT)
    return low, low + POOLED_BLOCK - 1


def _count_pool(tallies: list[Tally], prefer: Sequence[str]) -> Pool:
    """
    Total time: the sum fixes the units, whole blocks stay with their code, the largest remainders take what is left.
    """
    total = filled = 0
    rests: list[int] = []
    for tally in tallies:
        minutes = tally.therapist + tally.assistant
        if minutes > MINUTES_IN_A_DAY:
            raise _too_long(tally)
        tally.full = tally.units = full = minutes // POOLED_BLOCK
        tally.rest = rest = minutes - full * POOLED_BLOCK
        rests.append(rest)
        total += minutes
        filled += full
    units = (total + POOLED_BLOCK - SHORTEST_UNIT) // POOLED_BLOCK
    extra = units - filled
    if not extra:
        return Pool(tuple(tallies), total, units)
    rests.sort(reverse=True)
    cut = rests[extra - 1]
    if extra == len(rests) or rests[extra] < cut:
        for tally in tallies:
            if tally.rest >= cut:
                tally.units = tally.full + 1
        return Pool(tuple(tallies), total, units, extra)
    tied = [tally for tally in tallies if tally.rest == cut]
    tied.sort(key=lambda tally: (_rank(tally, prefer), -tally.minutes))
    larger = [tally for tally in tallies if tally.rest > cut]
    for tally in (*larger, *tied)[:extra]:
        tally.units = tally.full + 1
    return Pool(tuple(tallies), total, units, extra, tuple(tied), extra - len(larger))


def _too_long(tally: Tally) -> InvalidInputError:
    return InvalidInputError("services", f"more than a day of {tally.code}", "count one day at a time")


def _rank(tally: Tally, prefer: Sequence[str]) -> int:
    return prefer.index(tally.code) if tally.code in prefer else len(prefer)


def _count_alone(tally: Tally, method: UnitMethod) -> Pool:
    """
    A code by itself: whole blocks, and what the method makes of the minutes left over.
    """
    minutes, block, further = tally.minutes, tally.block, tally.further
    if minutes > MINUTES_IN_A_DAY:
        raise _too_long(tally)
    if minutes < block:
        tally.full, tally.rest, last = 0, minutes, block
    else:
        whole, tally.rest = divmod(minutes - block, further)
        tally.full, last = whole + 1, further
    method = _method_for(tally, method)
    tally.units = tally.full + _part(tally.rest, last, method)
    return Pool((tally,), minutes, tally.units, int(tally.units) - tally.full, method=method)


def _method_for(tally: Tally, method: UnitMethod) -> UnitMethod:
    """
    Completed blocks may be of any length; the other ways are stated for 15-minute codes only.

    Blocks of other lengths stay with the CPT convention under those.
    """
    return method if tally.facts.unit_basis is _TIMED and not tally.in_family else _FOR_OTHER_BLOCKS.get(method, method)


_FOR_OTHER_BLOCKS = {
    UnitMethod.NEAREST_QUARTER_HOUR: UnitMethod.MIDPOINT,
    UnitMethod.DECIMAL: UnitMethod.MIDPOINT,
}


def _part(rest: int, length: int, method: UnitMethod) -> Units:
    """
    What the minutes left over after the whole blocks earn.
    """
    match method:
        case UnitMethod.MIDPOINT | UnitMethod.NEAREST_QUARTER_HOUR | UnitMethod.TOTAL_TIME:
            return int(2 * rest > length)
        case UnitMethod.WHOLE_BLOCKS:
            return 0
        case UnitMethod.DECIMAL:
            return (Decimal(rest) / length).quantize(SMALLEST_PART, ROUND_HALF_UP)
        case _:
            assert_never(method)


def minutes_to_next(pool: Pool, tally: Tally) -> int:
    """
    Further minutes of this code that would add a unit, or the smallest part of one, to the day.
    """
    if not pool.alone:
        return POOLED_BLOCK * int(pool.units) + SHORTEST_UNIT - pool.minutes
    length = tally.further if tally.full else tally.block
    further = 1
    while tally.full + _earned(tally.rest + further, length, tally.further, pool.method) <= tally.units:
        further += 1
    return further


def _earned(rest: int, length: int, further: int, method: UnitMethod) -> Units:
    """
    What minutes beyond the whole blocks earn when they may fill one of their own.
    """
    return _part(rest, length, method) if rest < length else 1 + _part(rest - length, further, method)
