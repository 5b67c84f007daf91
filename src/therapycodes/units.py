"""
Minutes to billed units: pure functions over the rules of one day.

Medicare adds up the timed minutes of the day, lets the sum fix the units, and gives what is left after whole 15-minute
blocks to the largest remainders (Medicare Claims Processing Manual, chapter 5, section 20.2).
The CPT convention counts each code by itself, a unit being earned once its midpoint is passed; some payers have ways of
their own (`UnitMethod`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import combinations, islice, product
from math import comb, prod
from typing import NamedTuple

from attrs import evolve, field, frozen

from .amounts import Amount, chain_start, count_amount, measured
from .assistants import arithmetic_matters, assistant_share, exceeds_ten_percent
from .clock import Overlap, find_overlaps
from .code import POOLED_BLOCK, CodeFacts, Discipline, UnitBasis
from .documents import FurnishedBy
from .errors import InvalidInputError
from .frozenmap import FrozenMap
from .inputs import checked_code
from .notebook import ShowsItself
from .policy import AssistantRule, DeMinimis, TimedPool, UnitMethod
from .pooling import SHORTEST_UNIT, Pool, Tally, block_range, count_pools, family_tally, minutes_to_next
from .record import Service
from .results import Reason, UnitLine, Units, reason_of
from .ruleset import RuleSet


LISTED_ALLOCATIONS = 1000
"""How many permitted allocations are listed; `permitted_allocation_count` says how many there are."""

# members looked up once: reading one off its enumeration costs more than the comparison it serves
_TIMED = UnitBasis.TIMED
_TIME_BLOCK = UnitBasis.TIME_BLOCK
_UNTIMED = UnitBasis.UNTIMED
_ASSISTANT = FurnishedBy.ASSISTANT
_BY_DISCIPLINE = TimedPool.DISCIPLINE


class _Untimed(NamedTuple):
    """
    One untimed code of one discipline.
    """

    facts: CodeFacts
    discipline: Discipline | None
    minutes: int | None
    units: int
    assistant_units: int | None
    tested: tuple[int, int] | None = None


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

    pools = count_pools(timed, rules, favored, of_several_disciplines=len(stated) > 1)
    units: dict[str, Units] = {service.code: 0 for service in services}
    for pool in pools:
        for tally in pool.tallies:
            facts = tally.facts
            if facts.continued_by is None:
                units[facts.code] += tally.units
            else:
                for code, share in tally.split(tally.units):
                    units[code] = units.get(code, 0) + share
    single: tuple[_Untimed, ...] = ()
    measures: tuple[Amount, ...] = ()
    if untimed:
        single = tuple([_count_untimed(rules, same) for same in untimed.values()])
        for entry in single:
            units[entry.facts.code] += entry.units
    if amounts:
        measures = tuple([count_amount(*measured, rules) for measured in amounts.values()])
        for measure in measures:
            for code, share in measure.units.items():
                units[code] = units.get(code, 0) + share
    return UnitCount(services, rules, tuple(prefer), FrozenMap.of(units), pools, single, measures)


class _Measured(NamedTuple):
    """
    The services of one chain of codes with their amounts.
    """

    basis: UnitBasis
    start: str
    given: list[tuple[Service, int]]


_Gathered = tuple[list[Tally], dict[str, list[Service]], dict[str, _Measured], set[Discipline | None]]


def _gather(services: tuple[Service, ...], rules: RuleSet) -> _Gathered:
    """
    Add up timed services by discipline and code, collect the others, and note which disciplines are stated.
    """
    timed: dict[str, Tally] = {}
    untimed: dict[str, list[Service]] = {}
    amounts: dict[str, _Measured] = {}
    stated: set[Discipline | None] = set()
    seen: object = stated
    known = rules._known  # noqa: SLF001 - the facts of every service, looked up in place
    for service in services:
        if service.__class__ is not Service:
            raise InvalidInputError(_place(service, services), "not a Service", "give Service values")
        code = service.code
        facts = known.get(code) or rules.code(code)
        discipline = service.discipline
        if discipline is not seen:
            stated.add(discipline)
            seen = discipline
        basis = facts.unit_basis
        if basis is _TIMED or basis is _TIME_BLOCK:
            minutes = service.minutes
            if minutes is None:
                raise InvalidInputError(
                    f"{_place(service, services)}.minutes",
                    f"{service.code} is a timed code and its minutes are missing",
                    "give the whole treatment minutes",
                )
            key = facts.continues or code
            if discipline is not None:
                key = _key(key, discipline)
            if key in timed:
                tally = timed[key]
            else:
                alone = facts.continued_by is None and facts.continues is None
                tally = timed[key] = Tally(facts, discipline) if alone else family_tally(facts, discipline, rules)
            if service.furnished_by is _ASSISTANT:
                tally.assistant += minutes
                if code == tally.code:
                    tally.assistant_at_first += minutes
            else:
                tally.therapist += minutes
        elif basis is _UNTIMED:
            untimed.setdefault(_key(code, discipline), []).append(service)
        else:
            _collect_amount(service, facts, amounts, _place(service, services), rules)
    return list(timed.values()), untimed, amounts, stated


def _collect_amount(
    service: Service, facts: CodeFacts, amounts: dict[str, _Measured], place: str, rules: RuleSet
) -> None:
    """
    Put the amount of a service with the others of its chain of codes.
    """
    basis = facts.unit_basis
    if basis is None:
        raise InvalidInputError(
            f"{place}.code", f"how {service.code} is counted is not known for this day", "count this code by hand"
        )
    amount = measured(service, basis, place)
    start = chain_start(facts, rules)
    key = _key(start, service.discipline)
    amounts.setdefault(key, _Measured(basis, start, [])).given.append((service, amount))


def _place(service: object, services: tuple[object, ...]) -> str:
    """
    Where a service stands, for an error.
    """
    return f"services[{next(index for index, one in enumerate(services) if one is service)}]"


def _key(code: str, discipline: Discipline | None) -> str:
    """
    Code and discipline as one text: hashing a pair with an enumeration in it costs more than counting.
    """
    return code if discipline is None else code + discipline


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
    tested = None
    if not units or rules.assistant_rule is AssistantRule.NONE or _ASSISTANT not in shared:
        assistant = 0
    elif len(shared) == 1:
        assistant = 1
    elif len(known) < len(same):
        assistant = None
    else:
        by_assistant = sum(service.minutes or 0 for service in same if service.furnished_by is _ASSISTANT)
        tested = (by_assistant, sum(known))
        assistant = int(exceeds_ten_percent(*tested, rules.assistant_test))
    return _Untimed(facts, same[0].discipline, minutes, units, assistant, tested)


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
    """

    services: tuple[Service, ...]
    rules: RuleSet
    prefer: tuple[str, ...]
    units: Mapping[str, Units]
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
    def _timed_pools(self) -> list[Pool]:
        return [pool for pool in self._pools if pool.tallies[0].facts.unit_basis is _TIMED]

    @property
    def timed_units(self) -> Units:
        """
        Units of all 15-minute codes.
        """
        return sum([pool.units for pool in self._timed_pools])

    @property
    def total_timed_minutes(self) -> int:
        """
        Minutes of all 15-minute codes.
        """
        return sum([pool.minutes for pool in self._timed_pools])

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
        groups += [(_untimed_line(entry, self._unsettled(entry)),) for entry in self._untimed]
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
        named = {service.code for service in self.services if service.discipline == tally.discipline}
        if tally.facts.continued_by in named:
            shares.setdefault(tally.facts.continued_by, 0)
        at_first = tally.assistant_at_first == tally.assistant and tally.facts.continued_by in named
        on_first = min(assistant, 1) if at_first else max(assistant - max(tally.units - 1, 0), 0)
        unsettled = tuple(dict.fromkeys(step.rule for step in self._steps_behind(pool, tally) if step.unsettled))
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
                unsettled=unsettled,
            )

    def _unsettled(self, entry: _Untimed) -> tuple[str, ...]:
        steps = () if entry.tested is None else tuple(self._arithmetic_step(entry.facts.code, *entry.tested))
        return tuple(step.rule for step in steps if step.unsettled)

    def _steps_behind(self, pool: Pool, tally: Tally) -> Iterator[Reason]:
        """
        The steps that bear on one code: whose minutes were added up, how its pool was counted, and its own.
        """
        if not pool.alone and self._shows_pooling:
            yield self._pooling_step()
        yield from self._alone_steps(pool) if pool.alone else self._pool_steps(pool)
        yield from self._tally_steps(tally)

    @property
    def permitted_allocation_count(self) -> int:
        """
        How many allocations the rule permits; more than one is a tie.
        """
        choices = prod(comb(len(pool.tied), pool.open_units) for pool in self._pools)
        return choices if choices > LISTED_ALLOCATIONS else len(self.permitted_allocations)

    @cached_property
    def permitted_allocations(self) -> tuple[Mapping[str, Units], ...]:
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

    def _allocation(self, winners: set[int]) -> Mapping[str, Units]:
        units: dict[str, Units] = dict.fromkeys(self.units, 0)
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

    @cached_property
    def overlaps(self) -> tuple[Overlap, ...]:
        """
        Pairs of attended services whose clock times overlap; nothing is taken off the count for them.
        """
        return find_overlaps(self.services, self.rules) if self._has_clock_times else ()

    @property
    def _has_clock_times(self) -> bool:
        return bool([service for service in self.services if service.start is not None])

    @property
    def _shows_pooling(self) -> bool:
        """
        Whether minutes of several disciplines were there to be added up, or kept apart.
        """
        pools = self._pools
        if self.rules.timed_pool is _BY_DISCIPLINE:
            return len(pools) > 1 and len([pool for pool in pools if not pool.alone]) > 1
        together = [pool.tallies for pool in pools if not pool.alone]
        return any(tally.discipline is not pool[0].discipline for pool in together for tally in pool)

    def _pooling_step(self) -> Reason:
        sentence = _POOL_SENTENCE[self.rules.timed_pool]
        return reason_of(self.rules, f"timed-pool-{self.rules.timed_pool}", sentence, "timed_pool")

    def _steps(self) -> list[Reason]:
        pools, untimed = self._pools, self._untimed
        steps: list[Reason] = []
        if self.carried_forward:
            told = f"The data end on {self.rules.rules_day}; its rules are carried forward to "
            steps.append(
                reason_of(self.rules, "carried-forward", f"{told}{self.rules.date_of_service} and may have changed.")
            )
        if untimed:
            steps += [reason_of(self.rules, "untimed", f"{_untimed_reason(entry)}.") for entry in untimed]
        if self._shows_pooling:
            steps.append(self._pooling_step())
        for pool in pools:
            steps += self._alone_steps(pool) if pool.alone else self._pool_steps(pool)
            for tally in pool.tallies:
                if tally.assistant or tally.facts.continued_by is not None:
                    steps += self._tally_steps(tally)
        if self._amounts:
            steps += [reason_of(self.rules, measure.rule, f"{measure.reason}.") for measure in self._amounts]
        for entry in untimed:
            if entry.assistant_units != 0:
                told = f"{entry.facts.code}: {_ASSISTANT_UNTIMED[entry.assistant_units]}."
                steps.append(reason_of(self.rules, "assistant-untimed", told))
            if entry.tested is not None:
                steps += self._arithmetic_step(entry.facts.code, *entry.tested)
        if self._has_clock_times:
            steps += [reason_of(self.rules, overlap.rule, overlap.sentence) for overlap in self.overlaps]
        return steps

    def _tally_steps(self, tally: Tally) -> Iterator[Reason]:
        if tally.in_family:
            shares = ", ".join(f"{code} x{units}" for code, units in tally.split(tally.units))
            yield reason_of(
                self.rules, "add-on", f"The first unit goes to {tally.code}, further ones to its add-on: {shares}."
            )
        share = assistant_share(tally, self.rules)
        if share:
            yield reason_of(self.rules, share.rule, f"{share.sentence}.")
            if share.tested is not None:
                yield from self._arithmetic_step(tally.code, *share.tested)

    def _arithmetic_step(self, code: str, assistant: int, total: int) -> Iterator[Reason]:
        if arithmetic_matters(assistant, total):
            test = self.rules.assistant_test
            told = ", ".join(
                f"by {one} {'more' if exceeds_ten_percent(assistant, total, one) else 'not more'} than 10 percent"
                for one in DeMinimis
            )
            sentence = f"{code}: {assistant} of {total} minutes are {told}; counted here by {test}."
            yield reason_of(self.rules, "assistant-arithmetic", sentence, "assistant_test")

    def _alone_steps(self, pool: Pool) -> Iterator[Reason]:
        (tally,) = pool.tallies
        sentence = f"{_timed_reason(pool, tally, tally.code, tally.units)}."
        if tally.facts.unit_basis is UnitBasis.TIMED:
            yield reason_of(self.rules, pool.method, sentence, "unit_method")
        else:
            yield reason_of(self.rules, "time-block", sentence)

    def _pool_steps(self, pool: Pool) -> list[Reason]:
        tallies, reason = pool.tallies, partial(reason_of, self.rules)
        named = [(tally.facts.code, tally.therapist + tally.assistant, tally) for tally in tallies]
        minutes = " + ".join([f"{own} ({code})" for code, own, _ in named])
        disciplines = dict.fromkeys([tally.discipline for tally in tallies if tally.discipline is not None])
        whose = f" of {' and '.join(sorted(disciplines))}" if disciplines else ""
        total = f"{minutes} = {pool.minutes}" if len(named) > 1 else minutes
        steps = [reason("total-time-sum", f"Timed minutes{whose} are added up: {total}.", "unit_method")]
        if not pool.units:
            sentence = f"{pool.minutes} minutes are fewer than {SHORTEST_UNIT}: no timed unit."
            steps.append(reason("total-time-units", sentence))
            return steps
        low, high = block_range(int(pool.units))
        allowed = f"{pool.minutes} minutes allow {_units(pool.units)} ({low} through {high} minutes)."
        steps.append(reason("total-time-units", allowed))
        whole = ", ".join([f"{code} {one.full} with {one.rest} left over" for code, own, one in named if own])
        steps.append(reason("full-blocks", f"Each code keeps its whole {POOLED_BLOCK}-minute units: {whole}."))
        if pool.extra:
            given = ", ".join([f"{code} ({one.rest})" for code, _, one in named if one.units > one.full])
            sentence = f"{_units(pool.extra)} left for the largest remainder: {given}."
            steps.append(reason("largest-remainder", sentence))
        if pool.tied:
            steps.append(self._tie_step(pool))
        for code, own, one in named:
            if own and not one.units:
                steps.append(reason("no-unit", f"{code} with {own} minutes gets no unit; it stays in the note."))
        return steps

    def _tie_step(self, pool: Pool) -> Reason:
        equal = ", ".join(tally.code for tally in pool.tied)
        favored = {self.rules.code(code).continues or code for code in self.prefer}
        preferred = any(tally.code in favored for tally in pool.tied)
        how = "the clinician's preference" if preferred else "the code with more minutes, then the one given first"
        return reason_of(
            self.rules,
            "equal-remainders",
            f"{equal} have equal remainders of {pool.tied[0].rest}: the rule leaves the choice to the clinician; "
            f"taken here by {how}.",
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


def _units(count: Units) -> str:
    return f"{count} unit{'s' if count != 1 else ''}"


def _timed_reason(pool: Pool, tally: Tally, code: str, units: Units) -> str:
    if code != tally.code:
        return f"add-on of {tally.code}: {_units(units)} after its first"
    lengths = f"{tally.block}" if tally.further == tally.block else f"{tally.block} and then {tally.further}"
    own = f"{tally.minutes} minutes fill {_units(tally.full)} of {lengths} with {tally.rest} left over"
    if pool.alone:
        return f"{code}: {own}, {_LEFT_OVER[pool.method][tally.units > tally.full]}: {_units(tally.units)}"
    if tally.units > tally.full:
        kind = "one of the equal remainders chosen" if tally in pool.tied else "among the largest remainders"
        return f"{own}, {kind}: one unit more"
    return f"{own}, no further unit of the day's {pool.units} left for it"


_LEFT_OVER = {
    UnitMethod.MIDPOINT: ("not past the midpoint", "past the midpoint"),
    UnitMethod.NEAREST_QUARTER_HOUR: ("nearer to none than to a quarter of an hour", "nearer to a quarter of an hour"),
    UnitMethod.WHOLE_BLOCKS: ("which earn nothing", "which earn nothing"),
    UnitMethod.DECIMAL: ("too few for a tenth of a unit", "billed as tenths of a unit"),
}
"""What became of the minutes left over: nothing, or something."""


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
        own = _own_amount(code, measure, rules)
        yield UnitLine(
            code=code,
            discipline=measure.discipline,
            minutes=own if in_minutes else None,
            units=units,
            assistant_units=units if assistant else 0,
            full_blocks=0,
            remainder=0,
            basis=measure.basis,
            amount=None if in_minutes else own,
            reason=measure.reason,
            minutes_to_next_unit=None,
            unsettled=(measure.rule,) if rules.ground(measure.rule).unsettled else (),
        )


def _own_amount(code: str, measure: Amount, rules: RuleSet) -> int:
    """
    The part of an amount that a code stands for: what its base code holds, or what goes beyond that to its add-on.
    """
    unit = rules.unit(code)
    base = unit if unit.continues is None else rules.unit(unit.continues)
    add_on = base.continued_by
    if add_on is None or not measure.units.get(add_on):
        return measure.amount
    held = base.most or base.least or 0
    return held if unit is base else measure.amount - held


def _untimed_line(entry: _Untimed, unsettled: tuple[str, ...]) -> UnitLine:
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
        unsettled=unsettled,
    )
