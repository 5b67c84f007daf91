"""
Minutes to billed units: pure functions over the rules of one day.

Two methods are known.
Medicare adds up the timed minutes of the day, lets the sum fix the units, and gives what is left after whole 15-minute
blocks to the largest remainders (Medicare Claims Processing Manual, chapter 5, section 20.2).
The CPT convention counts each code by itself, a unit being earned once its midpoint is passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, islice, product
from math import comb, prod
from operator import attrgetter
from typing import NamedTuple, assert_never

from attrs import evolve, field, frozen

from .amounts import Amount, chain_start, count_amount, measured
from .code import POOLED_BLOCK, CodeFacts, Discipline, UnitBasis
from .errors import InvalidInputError
from .frozenmap import FrozenMap
from .inputs import checked_code
from .notebook import ShowsItself
from .policy import AssistantRule, DeMinimis, TimedPool, UnitMethod
from .record import FurnishedBy, Service
from .results import Reason, UnitLine
from .ruleset import RuleSet


SHORTEST_UNIT = 8
"""Fewest minutes that make a first unit of a 15-minute code."""

LISTED_ALLOCATIONS = 1000
"""How many permitted allocations are listed; `permitted_allocation_count` says how many there are."""

MIDPOINT_TO_THERAPIST = SHORTEST_UNIT
"""Minutes of the last unit with which a therapist could have billed it alone."""

SHORTEST_SHARE = 9
"""Fewest minutes each of therapist and assistant when two units remain between them."""


# members looked up once: reading one off its enumeration costs more than the comparison it serves
_TIMED = UnitBasis.TIMED
_TIME_BLOCK = UnitBasis.TIME_BLOCK
_UNTIMED = UnitBasis.UNTIMED
_ASSISTANT = FurnishedBy.ASSISTANT


class _Tally:
    """
    Minutes of one code (or of a code with its add-on) in one discipline, and the units they came to.
    """

    full: int
    rest: int
    units: int

    __slots__ = ("assistant", "block", "discipline", "facts", "full", "further", "rest", "therapist", "units")

    def __init__(self, facts: CodeFacts, discipline: Discipline | None) -> None:
        self.facts = facts
        self.discipline = discipline
        self.block = facts.minutes or 0
        self.further = self.block
        self.therapist = 0
        self.assistant = 0

    @property
    def minutes(self) -> int:
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


class _Pool(NamedTuple):
    """
    Timed codes whose minutes are added up, and how the units were given out.

    `extra` units went to the largest remainders; `tied` are the tallies among which `open_units` of them could have
    gone either way; `alone` marks a code that is counted by itself.
    """

    tallies: tuple[_Tally, ...]
    minutes: int
    units: int
    extra: int
    tied: tuple[_Tally, ...]
    open_units: int
    alone: bool = False


class _Untimed(NamedTuple):
    """
    One untimed code of one discipline.
    """

    facts: CodeFacts
    discipline: Discipline | None
    minutes: int | None
    units: int
    assistant_units: int | None


def count_units(services: Iterable[Service], rules: RuleSet, *, prefer: Sequence[str] = ()) -> UnitCount:
    """
    Turn the minutes of one patient's day into billed units.

    Services of one code and discipline are added up first.
    Timed minutes are pooled by discipline (or over the whole day, where the policy says so); untimed codes count once.
    When equal remainders leave a choice, the code with more minutes that day is taken, then the one given first;
    `prefer` lets the clinician decide instead, and `permitted_allocations` shows every choice there was.

    Args:
        services: what was furnished, in any order.
        rules: the rules of the day, from `rules_on`.
        prefer: codes to favor where the rule leaves a choice, most favored first.

    Returns:
        Units by code, with lines, trace and alternatives.

    Raises:
        InvalidInputError: a timed code without minutes, something that is no `Service`, or services without a
            discipline beside services of several.
        UnknownCodeError, CodeNotInForceError, DateNotCoveredError: a code the day does not know.

    Source:
        Medicare Claims Processing Manual, Pub. 100-04, chapter 5, sections 20.2 and 20.3; the CPT time convention.

    Example:
        >>> import therapycodes as tc
        >>> rules = tc.rules_on("2026-03-02")
        >>> count = tc.count_units([tc.Service("97110", 33), tc.Service("97140", 7)], rules)
        >>> count.units
        {'97110': 2, '97140': 1}
    """
    if not isinstance(services, (list, tuple)) and not isinstance(services, Iterable):
        raise InvalidInputError("services", "not a sequence", "give a list or tuple of Service values")
    services = tuple(services)
    timed, untimed, amounts, stated = _gather(services, rules)
    if len(stated) > 1 and None in stated:
        return count_units(_with_discipline(services, stated), rules, prefer=prefer)
    favored = _checked_preference(prefer, services, rules) if prefer != () else ()

    pools = _pools(timed, rules, favored)
    single = tuple([_count_untimed(rules, same) for same in untimed.values()])
    units = {service.code: 0 for service in services}
    timed_units = timed_minutes = 0
    for pool in pools:
        if pool.tallies[0].facts.unit_basis is _TIMED:
            timed_units += pool.units
            timed_minutes += pool.minutes
        for tally in pool.tallies:
            if tally.facts.continued_by is None:
                units[tally.facts.code] += tally.units
            else:
                for code, share in tally.split(tally.units):
                    units[code] = units.get(code, 0) + share
    for entry in single:
        units[entry.facts.code] += entry.units
    measures = tuple([count_amount(basis, start, given, rules) for (_, start), (basis, given) in amounts.items()])
    for measure in measures:
        for code, share in measure.units.items():
            units[code] = units.get(code, 0) + share
    return UnitCount(
        services,
        rules,
        tuple(prefer),
        FrozenMap.of(units),
        timed_units,
        timed_minutes,
        pools,
        single,
        measures,
    )


_Key = tuple[Discipline | None, str]
_Measured = tuple[UnitBasis, list[tuple[Service, int]]]
_Gathered = tuple[dict[_Key, _Tally], dict[_Key, list[Service]], dict[_Key, _Measured], set[Discipline | None]]


def _gather(services: tuple[Service, ...], rules: RuleSet) -> _Gathered:
    """
    Add up timed services by discipline and code, collect the others, and note which disciplines are stated.
    """
    timed: dict[_Key, _Tally] = {}
    untimed: dict[_Key, list[Service]] = {}
    amounts: dict[_Key, _Measured] = {}
    stated: set[Discipline | None] = set()
    known = rules.known
    for index, service in enumerate(services):
        if service.__class__ is not Service:
            raise InvalidInputError(f"services[{index}]", "not a Service", "give Service values")
        code = service.code
        facts = known.get(code) or rules.code(code)
        discipline = service.discipline
        stated.add(discipline)
        basis = facts.unit_basis
        if basis is _TIMED or basis is _TIME_BLOCK:
            minutes = service.minutes
            if minutes is None:
                raise InvalidInputError(
                    f"services[{index}].minutes",
                    f"{service.code} is a timed code and its minutes are missing",
                    "give the whole treatment minutes",
                )
            key = (discipline, facts.continues or code)
            tally = timed.get(key)
            if tally is None:
                tally = timed[key] = _tally(facts, discipline, rules)
            if service.furnished_by is _ASSISTANT:
                tally.assistant += minutes
            else:
                tally.therapist += minutes
        elif basis is _UNTIMED:
            untimed.setdefault((discipline, service.code), []).append(service)
        elif basis is not None:
            amount = measured(service, basis, index)
            amounts.setdefault((discipline, chain_start(facts, rules)), (basis, []))[1].append((service, amount))
        else:
            raise InvalidInputError(
                f"services[{index}].code",
                f"how {service.code} is counted is not known for this day",
                "count this code by hand",
            )
    return timed, untimed, amounts, stated


def _tally(facts: CodeFacts, discipline: Discipline | None, rules: RuleSet) -> _Tally:
    """
    An empty tally, known by the code of the first unit.
    """
    base = facts if facts.continues is None else rules.code(facts.continues)
    tally = _Tally(base, discipline)
    if base.continued_by is not None:
        tally.further = rules.code(base.continued_by).minutes or tally.block
    return tally


def _with_discipline(services: tuple[Service, ...], stated: set[Discipline | None]) -> tuple[Service, ...]:
    """
    Services that say no discipline join the only one that is stated.
    """
    named = stated - {None}
    if len(named) > 1:
        index = next(index for index, service in enumerate(services) if service.discipline is None)
        raise InvalidInputError(
            f"services[{index}].discipline",
            "missing beside services of several disciplines",
            "say the discipline of every service",
        )
    (only,) = named
    return tuple(one if one.discipline is not None else evolve(one, discipline=only) for one in services)


def _checked_preference(prefer: Sequence[str], services: tuple[Service, ...], rules: RuleSet) -> tuple[str, ...]:
    """
    The preferred codes, each by the code of its first unit.
    """
    if not isinstance(prefer, (list, tuple)):
        raise InvalidInputError("prefer", "not a list of codes", "give a list or tuple, most favored first")
    given = {rules.code(service.code).continues or service.code for service in services}
    favored: list[str] = []
    for index, code in enumerate(prefer):
        checked_code(code, f"prefer[{index}]")
        base = code if code in given else rules.code(code).continues
        if base is None or base not in given:
            raise InvalidInputError(f"prefer[{index}]", "not among the services", "prefer codes of this visit only")
        favored.append(base)
    return tuple(favored)


def _pools(timed: Mapping[_Key, _Tally], rules: RuleSet, prefer: Sequence[str]) -> tuple[_Pool, ...]:
    """
    Count the timed codes: those Medicare pools together, every other by itself.
    """
    if not timed:
        return ()
    total_time = rules.unit_method is UnitMethod.TOTAL_TIME
    by_discipline = rules.timed_pool is TimedPool.DISCIPLINE
    pooled: dict[Discipline | None, list[_Tally]] = {}
    alone: list[_Tally] = []
    for tally in timed.values():
        if total_time and tally.facts.unit_basis is _TIMED:
            pooled.setdefault(tally.discipline if by_discipline else None, []).append(tally)
        else:
            alone.append(tally)
    counted = [_count_pool(tallies, prefer) for tallies in pooled.values()]
    return (*counted, *[_count_alone(tally) for tally in alone])


def _count_pool(tallies: list[_Tally], prefer: Sequence[str]) -> _Pool:
    """
    Total time: the sum fixes the units, whole blocks stay with their code, the largest remainders take what is left.
    """
    total = 0
    filled = 0
    for tally in tallies:
        minutes = tally.therapist + tally.assistant
        full = minutes // POOLED_BLOCK
        tally.full = tally.units = full
        tally.rest = minutes - full * POOLED_BLOCK
        total += minutes
        filled += full
    units = (total + POOLED_BLOCK - SHORTEST_UNIT) // POOLED_BLOCK
    extra = units - filled
    if not extra:
        return _Pool(tuple(tallies), total, units, 0, (), 0)
    ranked = sorted(tallies, key=_BY_REST, reverse=True)
    cut = ranked[extra - 1].rest
    tied: list[_Tally] = []
    if extra < len(ranked) and ranked[extra].rest == cut:
        tied = [tally for tally in ranked if tally.rest == cut]
        tied.sort(key=lambda tally: (_rank(tally, prefer), -tally.minutes))
        ranked = [tally for tally in ranked if tally.rest > cut] + tied
    for tally in ranked[:extra]:
        tally.units += 1
    open_units = sum([tally.units > tally.full for tally in tied]) if tied else 0
    return _Pool(tuple(tallies), total, units, extra, tuple(tied), open_units)


_BY_REST = attrgetter("rest")


def _rank(tally: _Tally, prefer: Sequence[str]) -> int:
    return prefer.index(tally.code) if tally.code in prefer else len(prefer)


def _count_alone(tally: _Tally) -> _Pool:
    """
    Midpoint: a unit is earned once more than half of it has passed.
    """
    minutes, block, further = tally.minutes, tally.block, tally.further
    if minutes < block:
        tally.full, tally.rest, last = 0, minutes, block
    else:
        whole, tally.rest = divmod(minutes - block, further)
        tally.full, last = whole + 1, further
    tally.units = tally.full + (2 * tally.rest > last)
    return _Pool((tally,), tally.minutes, tally.units, tally.units - tally.full, (), 0, alone=True)


def _count_untimed(rules: RuleSet, same: list[Service]) -> _Untimed:
    """
    An untimed code counts once a day for its discipline, unless its minutes are stated to be none.
    """
    facts = rules.code(same[0].code)
    known = [service.minutes for service in same if service.minutes is not None]
    minutes = sum(known) if known else None
    units = 0 if len(known) == len(same) and not any(known) else 1
    shared = {service.furnished_by for service in same}
    assistant: int | None
    if not units or rules.assistant_rule is AssistantRule.NONE or _ASSISTANT not in shared:
        assistant = 0
    elif len(shared) == 1:
        assistant = 1
    elif len(known) < len(same):
        assistant = None
    else:
        by_assistant = sum(service.minutes or 0 for service in same if service.furnished_by is _ASSISTANT)
        assistant = int(_exceeds_ten_percent(by_assistant, sum(known), rules.assistant_test))
    return _Untimed(facts, same[0].discipline, minutes, units, assistant)


def _exceeds_ten_percent(assistant: int, total: int, test: DeMinimis) -> bool:
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


class _Share(NamedTuple):
    """
    How many units of a timed code are the assistant's, and which rule said so.
    """

    units: int
    rule: str
    sentence: str


def _assistant_share(tally: _Tally, rules: RuleSet) -> _Share | None:
    """
    The assistant's units of a timed code; `None` when no assistant took part, or the policy does not ask.
    """
    if rules.assistant_rule is AssistantRule.NONE or not tally.assistant or not tally.units:
        return None
    code, block = tally.code, tally.block
    if tally.facts.unit_basis is UnitBasis.TIME_BLOCK:
        exceeds = _exceeds_ten_percent(tally.assistant, tally.minutes, rules.assistant_test)
        share = f"{tally.assistant} of {tally.minutes} minutes are the assistant's"
        verdict = "more than" if exceeds else "no more than"
        return _Share(
            tally.units if exceeds else 0, "assistant-untimed", f"{code}: {share}, {verdict} 10 percent of the service"
        )
    whole_therapist, therapist = divmod(tally.therapist, block)
    whole_assistant, assistant = divmod(tally.assistant, block)
    left = tally.units - whole_therapist - whole_assistant
    if left == 0:
        return _Share(
            whole_assistant,
            "assistant-whole-units",
            f"{code}: whole units stay with whoever furnished them, {whole_assistant} of {tally.units} the assistant's",
        )
    rest = f"{therapist} therapist and {assistant} assistant minutes remain"
    if rules.assistant_rule is AssistantRule.MIDPOINT_EXCEPTION:
        if left == 2:
            settled = therapist >= SHORTEST_SHARE and assistant >= SHORTEST_SHARE
            return _Share(
                whole_assistant + 1,
                "assistant-two-units-left" if settled else "assistant-two-units-undecided",
                f"{code}: {rest} for two units, one is the assistant's",
            )
        if therapist >= MIDPOINT_TO_THERAPIST:
            return _Share(
                whole_assistant,
                "assistant-last-unit",
                f"{code}: {rest} for the last unit; the therapist furnished enough to bill it alone",
            )
    exceeds = _exceeds_ten_percent(assistant, therapist + assistant, rules.assistant_test) if assistant else False
    verb = "more than" if exceeds else "no more than"
    return _Share(
        whole_assistant + (left if exceeds else 0),
        "assistant-ten-percent" if left == 1 else "assistant-two-units-undecided",
        f"{code}: {rest}; the assistant's share is {verb} 10 percent",
    )


@frozen(repr=False)
class UnitCount(ShowsItself):
    """
    The units of one day, and everything that led to them.

    Lines, trace and alternatives are worked out when first asked for.

    Attributes:
        services: what was counted.
        rules: the rules it was counted under.
        prefer: the clinician's choice among equals, where given.
        units: code -> units, zero included; read-only, in order of first mention.
        timed_units: units of all timed codes.
        total_timed_minutes: minutes of all timed codes.
    """

    services: tuple[Service, ...]
    rules: RuleSet
    prefer: tuple[str, ...]
    units: Mapping[str, int]
    timed_units: int
    total_timed_minutes: int
    _pools: tuple[_Pool, ...] = field(eq=False)
    _untimed: tuple[_Untimed, ...] = field(eq=False)
    _amounts: tuple[Amount, ...] = field(eq=False)

    def __reduce__(self) -> tuple[object, ...]:
        """
        Pickled as its input: counting again gives the same count.
        """
        return _recount, (self.services, self.rules, self.prefer)

    def __repr__(self) -> str:
        """
        The units, and what they were counted under.
        """
        shown = ", ".join(f"{code} x{units}" for code, units in self.units.items())
        choices = self.permitted_allocation_count
        tie = f"; {choices} permitted allocations" if choices > 1 else ""
        return f"<UnitCount {shown or 'nothing'} from {self.total_timed_minutes} timed minutes; {self.rules!r}{tie}>"

    @property
    def carried_forward(self) -> bool:
        """
        Whether rules were used beyond the dates they are known for.
        """
        return self.rules.carried_forward

    @cached_property
    def lines(self) -> tuple[UnitLine, ...]:
        """
        One line for each code and discipline, in order of first mention; add-on codes follow their base code.
        """
        groups = [tuple(self._timed_lines(pool, tally)) for pool in self._pools for tally in pool.tallies]
        groups += [(_untimed_line(entry),) for entry in self._untimed]
        groups += [tuple(_amount_lines(measure, self.rules)) for measure in self._amounts]
        ordered: list[UnitLine] = []
        for service in self.services:
            for group in groups:
                if any(line.code == service.code and line.discipline == service.discipline for line in group):
                    ordered += group
                    groups.remove(group)
                    break
        return tuple(ordered)

    def _timed_lines(self, pool: _Pool, tally: _Tally) -> Iterator[UnitLine]:
        share = _assistant_share(tally, self.rules)
        assistant = share.units if share else 0
        further = _minutes_to_next(pool, tally)
        shares = dict(tally.split(tally.units))
        for service in self.services:
            if service.discipline == tally.discipline and service.code == tally.facts.continued_by:
                shares.setdefault(service.code, 0)
        for code, units in shares.items():
            if not tally.in_family:
                own, taken = tally.minutes, assistant
            elif code == tally.code:
                own, taken = min(tally.minutes, tally.block), max(assistant - max(tally.units - 1, 0), 0)
            else:
                own, taken = max(tally.minutes - tally.block, 0), min(assistant, units)
            length = tally.block if code == tally.code else tally.further
            yield UnitLine(
                code=code,
                discipline=tally.discipline,
                minutes=own,
                units=units,
                assistant_units=taken,
                full_blocks=own // length,
                remainder=own % length,
                basis=tally.facts.unit_basis or UnitBasis.TIMED,
                amount=None,
                reason=_timed_reason(pool, tally, code, units),
                minutes_to_next_unit=further,
            )

    @property
    def permitted_allocation_count(self) -> int:
        """
        How many allocations the rule permits; more than one is a tie.
        """
        choices = prod(comb(len(pool.tied), pool.open_units) for pool in self._pools)
        return choices if choices > LISTED_ALLOCATIONS else len(self.permitted_allocations)

    @cached_property
    def permitted_allocations(self) -> tuple[Mapping[str, int], ...]:
        """
        Every allocation the rule permits, the chosen one first; at most 1000 of them are listed.
        """
        open_pools = [pool for pool in self._pools if pool.tied]
        if not open_pools:
            return (self.units,)
        choices = product(
            *(islice(combinations(pool.tied, pool.open_units), LISTED_ALLOCATIONS) for pool in open_pools)
        )
        listed = islice(choices, LISTED_ALLOCATIONS)
        found = [self._allocation({id(tally) for winners in choice for tally in winners}) for choice in listed]
        return tuple({tuple(allocation.items()): allocation for allocation in found}.values())

    def _allocation(self, winners: set[int]) -> Mapping[str, int]:
        units = dict.fromkeys(self.units, 0)
        for pool in self._pools:
            for tally in pool.tallies:
                given = tally.full + (id(tally) in winners) if tally in pool.tied else tally.units
                for code, share in tally.split(given):
                    units[code] = units.get(code, 0) + share
        for entry in self._untimed:
            units[entry.facts.code] += entry.units
        for measure in self._amounts:
            for code, share in measure.units.items():
                units[code] += share
        return FrozenMap(units)

    @property
    def minutes_to_next_unit(self) -> int | None:
        """
        Fewest further minutes of a timed code that would add a unit to the day; `None` without timed codes.

        It helps to see how near a boundary a record is; it is no reason to add minutes.
        """
        near = [_minutes_to_next(pool, tally) for pool in self._pools for tally in pool.tallies]
        return min(near, default=None)

    @cached_property
    def trace(self) -> tuple[Reason, ...]:
        """
        How the units came about, step by step, each with its citations.
        """
        return tuple(self._steps())

    def _reason(self, rule: str, sentence: str) -> Reason:
        return Reason(rule=rule, sentence=sentence, citations=self.rules.rule(rule).citations)

    def _steps(self) -> Iterator[Reason]:
        if self.carried_forward:
            yield self._reason(
                "carried-forward",
                f"The data end on {self.rules.rules_day}; its rules are carried forward to "
                f"{self.rules.date_of_service} and may have changed.",
            )
        for entry in self._untimed:
            yield self._reason("untimed", f"{_untimed_reason(entry)}.")
        disciplines = {tally.discipline for pool in self._pools for tally in pool.tallies}
        if len(disciplines) > 1 and not all(pool.alone for pool in self._pools):
            yield self._reason(f"timed-pool-{self.rules.timed_pool}", _POOL_SENTENCE[self.rules.timed_pool])
        for pool in self._pools:
            yield from self._alone_steps(pool) if pool.alone else self._pool_steps(pool)
            for tally in pool.tallies:
                if tally.in_family:
                    shares = ", ".join(f"{code} x{units}" for code, units in tally.split(tally.units))
                    yield self._reason(
                        "add-on", f"The first unit goes to {tally.code}, further ones to its add-on: {shares}."
                    )
                share = _assistant_share(tally, self.rules)
                if share:
                    yield self._reason(share.rule, f"{share.sentence}.")
        for measure in self._amounts:
            yield self._reason(measure.rule, f"{measure.reason}.")
        for entry in self._untimed:
            if entry.assistant_units != 0:
                yield self._reason(
                    "assistant-untimed", f"{entry.facts.code}: {_ASSISTANT_UNTIMED[entry.assistant_units]}."
                )

    def _alone_steps(self, pool: _Pool) -> Iterator[Reason]:
        (tally,) = pool.tallies
        rule = "midpoint" if tally.facts.unit_basis is UnitBasis.TIMED else "time-block"
        yield self._reason(rule, f"{_timed_reason(pool, tally, tally.code, tally.units)}.")

    def _pool_steps(self, pool: _Pool) -> Iterator[Reason]:
        minutes = " + ".join(f"{tally.minutes} ({tally.code})" for tally in pool.tallies)
        disciplines = {tally.discipline for tally in pool.tallies if tally.discipline}
        whose = f" of {' and '.join(sorted(disciplines))}" if disciplines else ""
        total = f"{minutes} = {pool.minutes}" if len(pool.tallies) > 1 else minutes
        yield self._reason("total-time-sum", f"Timed minutes{whose} are added up: {total}.")
        if not pool.units:
            yield self._reason(
                "total-time-units", f"{pool.minutes} minutes are fewer than {SHORTEST_UNIT}: no timed unit."
            )
            return
        low = POOLED_BLOCK * pool.units - (POOLED_BLOCK - SHORTEST_UNIT)
        yield self._reason(
            "total-time-units",
            f"{pool.minutes} minutes allow {_units(pool.units)} ({low} through {low + POOLED_BLOCK - 1} minutes).",
        )
        whole = ", ".join(
            f"{tally.code} {tally.full} with {tally.rest} left over" for tally in pool.tallies if tally.minutes
        )
        yield self._reason("full-blocks", f"Each code keeps its whole {POOLED_BLOCK}-minute units: {whole}.")
        if pool.extra:
            winners = [tally for tally in pool.tallies if tally.units > tally.full]
            given = ", ".join(f"{tally.code} ({tally.rest})" for tally in winners)
            yield self._reason("largest-remainder", f"{_units(pool.extra)} left for the largest remainder: {given}.")
        if pool.tied:
            equal = ", ".join(tally.code for tally in pool.tied)
            favored = {self.rules.code(code).continues or code for code in self.prefer}
            preferred = any(tally.code in favored for tally in pool.tied)
            how = "the clinician's preference" if preferred else "the code with more minutes, then the one given first"
            yield self._reason(
                "equal-remainders",
                f"{equal} have equal remainders of {pool.tied[0].rest}: the rule leaves the choice to the clinician; "
                f"taken here by {how}.",
            )
        for tally in pool.tallies:
            if tally.minutes and not tally.units:
                yield self._reason(
                    "no-unit", f"{tally.code} with {tally.minutes} minutes gets no unit; it stays in the note."
                )


def _recount(services: tuple[Service, ...], rules: RuleSet, prefer: tuple[str, ...]) -> UnitCount:
    return count_units(services, rules, prefer=prefer)


_POOL_SENTENCE = {
    TimedPool.DISCIPLINE: "Timed minutes are added up for each discipline by itself: each has its own plan of care.",
    TimedPool.DAY: "Timed minutes of all disciplines are added up together.",
}
_ASSISTANT_UNTIMED = {
    1: "the assistant furnished all of it, or more than 10 percent",
    None: "therapist and assistant shared it and minutes are missing, so whose unit it is was not assessed",
}


def _units(count: int) -> str:
    return f"{count} unit{'s' if count != 1 else ''}"


def _minutes_to_next(pool: _Pool, tally: _Tally) -> int:
    if pool.alone:
        whole = tally.block + (tally.units - 1) * tally.further if tally.units else 0
        return whole + (tally.further if tally.units else tally.block) // 2 + 1 - tally.minutes
    return POOLED_BLOCK * pool.units + SHORTEST_UNIT - pool.minutes


def _timed_reason(pool: _Pool, tally: _Tally, code: str, units: int) -> str:
    if code != tally.code:
        return f"add-on of {tally.code}: {_units(units)} after its first"
    lengths = f"{tally.block}" if tally.further == tally.block else f"{tally.block} and then {tally.further}"
    own = f"{tally.minutes} minutes fill {_units(tally.full)} of {lengths} with {tally.rest} left over"
    if pool.alone:
        past = "past" if tally.units > tally.full else "not past"
        return f"{code}: {own}, {past} the midpoint: {_units(tally.units)}"
    if tally.units > tally.full:
        kind = "one of the equal remainders chosen" if tally in pool.tied else "among the largest remainders"
        return f"{own}, {kind}: one unit more"
    return f"{own}, no further unit of the day's {pool.units} left for it"


def _untimed_reason(entry: _Untimed) -> str:
    if entry.units:
        return f"{entry.facts.code} is untimed: 1 unit whatever its minutes"
    return f"{entry.facts.code} is untimed and has no minutes: not furnished, no unit"


def _amount_lines(measure: Amount, rules: RuleSet) -> Iterator[UnitLine]:
    assistant = False
    if measure.by_assistant and measure.basis is not UnitBasis.DEVICE_DAYS:
        wanted = rules.assistant_rule is not AssistantRule.NONE
        assistant = wanted and _exceeds_ten_percent(measure.by_assistant, measure.amount, rules.assistant_test)
    in_minutes = measure.basis in (UnitBasis.MONTH_MINUTES, UnitBasis.PERIOD_MINUTES)
    for code, units in measure.units.items():
        yield UnitLine(
            code=code,
            discipline=measure.discipline,
            minutes=measure.amount if in_minutes else None,
            units=units,
            assistant_units=units if assistant else 0,
            full_blocks=0,
            remainder=0,
            basis=measure.basis,
            amount=None if in_minutes else measure.amount,
            reason=measure.reason,
            minutes_to_next_unit=None,
        )


def _untimed_line(entry: _Untimed) -> UnitLine:
    return UnitLine(
        code=entry.facts.code,
        discipline=entry.discipline,
        minutes=entry.minutes,
        units=entry.units,
        assistant_units=entry.assistant_units,
        full_blocks=0,
        remainder=0,
        basis=UnitBasis.UNTIMED,
        amount=None,
        reason=_untimed_reason(entry),
        minutes_to_next_unit=None,
    )
