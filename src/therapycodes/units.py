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
from typing import NamedTuple

from attrs import evolve, field, frozen

from .amounts import Amount, chain_start, count_amount, measured
from .assistants import assistant_share, exceeds_ten_percent
from .code import POOLED_BLOCK, CodeFacts, Discipline, UnitBasis
from .documents import FurnishedBy
from .errors import InvalidInputError
from .frozenmap import FrozenMap
from .inputs import checked_code
from .notebook import ShowsItself
from .policy import AssistantRule, TimedPool
from .pooling import SHORTEST_UNIT, Pool, Tally, count_pools, minutes_to_next, tally_of
from .record import Service
from .results import Reason, UnitLine
from .ruleset import RuleSet


LISTED_ALLOCATIONS = 1000
"""How many permitted allocations are listed; `permitted_allocation_count` says how many there are."""

# members looked up once: reading one off its enumeration costs more than the comparison it serves
_TIMED = UnitBasis.TIMED
_TIME_BLOCK = UnitBasis.TIME_BLOCK
_UNTIMED = UnitBasis.UNTIMED
_ASSISTANT = FurnishedBy.ASSISTANT


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
    if not isinstance(rules, RuleSet):
        raise InvalidInputError("rules", "not a RuleSet", "give what rules_on returned")
    services = tuple(services)
    timed, untimed, amounts, stated = _gather(services, rules)
    if len(stated) > 1 and None in stated:
        return count_units(_with_discipline(services, stated), rules, prefer=prefer)
    favored = _checked_preference(prefer, services, rules) if prefer != () else ()

    pools = count_pools(timed.values(), rules, favored)
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
_Gathered = tuple[dict[_Key, Tally], dict[_Key, list[Service]], dict[_Key, _Measured], set[Discipline | None]]


def _gather(services: tuple[Service, ...], rules: RuleSet) -> _Gathered:
    """
    Add up timed services by discipline and code, collect the others, and note which disciplines are stated.
    """
    timed: dict[_Key, Tally] = {}
    untimed: dict[_Key, list[Service]] = {}
    amounts: dict[_Key, _Measured] = {}
    stated: set[Discipline | None] = set()
    known = rules._known  # noqa: SLF001 - the facts of every service, looked up in place
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
                tally = timed[key] = tally_of(facts, discipline, rules)
            if service.furnished_by is _ASSISTANT:
                tally.assistant += minutes
                if code == tally.facts.code:
                    tally.assistant_at_first += minutes
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
        assistant = int(exceeds_ten_percent(by_assistant, sum(known), rules.assistant_test))
    return _Untimed(facts, same[0].discipline, minutes, units, assistant)


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
    _pools: tuple[Pool, ...] = field(eq=False)
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

    def _timed_lines(self, pool: Pool, tally: Tally) -> Iterator[UnitLine]:
        share = assistant_share(tally, self.rules)
        assistant = share.units if share else 0
        further = minutes_to_next(pool, tally)
        shares = dict(tally.split(tally.units))
        for service in self.services:
            if service.discipline == tally.discipline and service.code == tally.facts.continued_by:
                shares.setdefault(service.code, 0)
        named = {service.code for service in self.services if service.discipline == tally.discipline}
        at_first = tally.assistant_at_first == tally.assistant and tally.facts.continued_by in named
        on_first = min(assistant, 1) if at_first else max(assistant - max(tally.units - 1, 0), 0)
        for code, units in shares.items():
            if len(shares) == 1:
                own, taken = tally.minutes, assistant
            elif code == tally.code:
                own, taken = min(tally.minutes, tally.block), on_first
            else:
                own, taken = max(tally.minutes - tally.block, 0), assistant - on_first
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
        near = [minutes_to_next(pool, tally) for pool in self._pools for tally in pool.tallies]
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
                share = assistant_share(tally, self.rules)
                if share:
                    yield self._reason(share.rule, f"{share.sentence}.")
        for measure in self._amounts:
            yield self._reason(measure.rule, f"{measure.reason}.")
        for entry in self._untimed:
            if entry.assistant_units != 0:
                yield self._reason(
                    "assistant-untimed", f"{entry.facts.code}: {_ASSISTANT_UNTIMED[entry.assistant_units]}."
                )

    def _alone_steps(self, pool: Pool) -> Iterator[Reason]:
        (tally,) = pool.tallies
        rule = "midpoint" if tally.facts.unit_basis is UnitBasis.TIMED else "time-block"
        yield self._reason(rule, f"{_timed_reason(pool, tally, tally.code, tally.units)}.")

    def _pool_steps(self, pool: Pool) -> Iterator[Reason]:
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


def _timed_reason(pool: Pool, tally: Tally, code: str, units: int) -> str:
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
        assistant = wanted and exceeds_ten_percent(measure.by_assistant, measure.amount, rules.assistant_test)
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
