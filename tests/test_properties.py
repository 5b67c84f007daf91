"""
Laws that counting obeys on any day: one class for each sentence of the sources.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import combinations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import therapycodes as tc


TIMED = ("97110", "97112", "97116", "97124", "97140", "97530", "97035")
UNTIMED = ("97161", "97150", "G0283")
DAYS = ("2020-01-01", "2021-12-31", "2022-01-01", "2026-12-31")
BLOCK = 15

lawful = settings(
    max_examples=120,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

minutes = st.one_of(st.integers(0, 40), st.integers(0, 240))
timed_services = st.builds(
    tc.Service, st.sampled_from(TIMED), minutes, furnished_by=st.sampled_from(["therapist", "assistant"])
)
timed_days = st.lists(timed_services, max_size=8)
family_services = st.builds(
    tc.Service, st.sampled_from(["97129", "97130"]), minutes, furnished_by=st.sampled_from(["therapist", "assistant"])
)
untimed_services = st.builds(
    tc.Service,
    st.sampled_from(UNTIMED),
    st.none() | minutes,
    furnished_by=st.sampled_from(["therapist", "assistant"]),
)
any_days = st.lists(st.one_of(timed_services, timed_services, family_services, untimed_services), max_size=8)
services_of_any_kind = st.builds(
    tc.Service,
    st.sampled_from([*TIMED, *UNTIMED, "97129", "97130"]),
    minutes,
    amount=st.none() | st.integers(0, 100),
    furnished_by=st.sampled_from(["therapist", "assistant"]),
    discipline=st.sampled_from([None, "PT", "OT", "SLP"]),
)
policies = st.sampled_from(["medicare-part-b", "cpt"])
dates = st.sampled_from(DAYS)
timed_codes = st.sampled_from(TIMED)


@cache
def rules_of(policy="medicare-part-b", day="2026-03-02"):
    """
    The rules of a day, made once.
    """
    return tc.rules_on(day, policy=policy)


def counted(services, policy="medicare-part-b", day="2026-03-02"):
    """
    The count of these services.
    """
    return tc.count_units(services, rules_of(policy, day))


def minutes_by_code(services):
    """
    Minutes of each code, added up.
    """
    added = {}
    for service in services:
        added[service.code] = added.get(service.code, 0) + (service.minutes or 0)
    return added


def units_allowed(total):
    """
    The units of the interval table, read interval by interval.
    """
    return sum(1 for first in range(8, total + 1, BLOCK))


def enumerated(services):
    """
    Every allocation the manual permits, found by trying them all.

    The total fixes the units; a code keeps its whole blocks; nobody gets more than one unit beyond them; and no code
    that goes without has more minutes left over than one that got a unit.
    """
    added = minutes_by_code(services)
    whole = {code: own // BLOCK for code, own in added.items()}
    left = {code: own % BLOCK for code, own in added.items()}
    open_units = units_allowed(sum(added.values())) - sum(whole.values())
    found = []
    for winners in combinations(added, open_units):
        losers = [code for code in added if code not in winners]
        if all(left[winner] >= left[loser] for winner in winners for loser in losers):
            found.append({code: units + (code in winners) for code, units in whole.items()})
    return found


class TestOrder:
    """
    Nothing in section 20.2 looks at the order of services: only the choice between equal remainders may follow it.
    """

    @lawful
    @given(st.data(), any_days, policies)
    def test_totals(self, data, services, policy):
        """
        The day's timed units and minutes are the same in any order.
        """
        one = counted(services, policy)
        other = counted(data.draw(st.permutations(services)), policy)
        assert (one.timed_units, one.total_timed_minutes) == (other.timed_units, other.total_timed_minutes)
        assert one.permitted_allocation_count == other.permitted_allocation_count

    @lawful
    @given(st.data(), any_days, policies)
    def test_units_without_a_tie(self, data, services, policy):
        """
        Without a tie each code has the same units in any order.
        """
        one = counted(services, policy)
        assume(one.permitted_allocation_count == 1)
        assert one.units == counted(data.draw(st.permutations(services)), policy).units


class TestOneMoreMinute:
    """
    The intervals of section 20.2.C follow each other without a gap: more minutes never mean fewer units.
    """

    @lawful
    @given(timed_days, timed_codes, policies)
    def test_never_fewer(self, services, code, policy):
        """
        One more minute of any code adds at most one unit to the day, and takes none away.
        """
        before = counted(services, policy).timed_units
        after = counted([*services, tc.Service(code, 1)], policy).timed_units
        assert after in (before, before + 1)

    @lawful
    @given(timed_days)
    def test_as_the_table_has_it(self, services):
        """
        The day's units are those of the interval that the sum lies in.
        """
        count = counted(services)
        assert units_allowed(sum(service.minutes for service in services)) == count.timed_units

    @lawful
    @given(timed_days.filter(bool), policies)
    def test_minutes_to_next_unit(self, services, policy):
        """
        The minutes said to be missing to the next unit of a line add one; one minute fewer adds none.
        """
        count = counted(services, policy)
        for line in count.lines:
            further = line.minutes_to_next_unit
            more = counted([*services, tc.Service(line.code, further)], policy)
            less = counted([*services, tc.Service(line.code, further - 1)], policy)
            assert (count.timed_units + 1, count.timed_units) == (more.timed_units, less.timed_units)


class TestSum:
    """
    The units billed for timed codes are exactly those that the total of timed minutes allows (section 20.2.C).
    """

    @lawful
    @given(any_days, policies)
    def test_units_add_up(self, services, policy):
        """
        The units of all codes are the day's timed units and one for each untimed code furnished.
        """
        count = counted(services, policy)
        untimed = sum(line.units for line in count.lines if line.basis is tc.UnitBasis.UNTIMED)
        assert count.timed_units + untimed == sum(count.units.values())

    @lawful
    @given(any_days, policies)
    def test_every_allocation_adds_up(self, services, policy):
        """
        Every allocation permitted gives out the same number of units.
        """
        count = counted(services, policy)
        assert {sum(count.units.values())} == {sum(one.values()) for one in count.permitted_allocations}


class TestWholeBlocks:
    """
    A code with at least 15 minutes is billed for each whole 15 minutes of its own (section 20.2.C, examples 2 and 3).
    """

    @lawful
    @given(timed_days, policies)
    def test_kept(self, services, policy):
        """
        A code has its whole blocks, and at most one unit more.
        """
        units = counted(services, policy).units
        assert {} == {
            code: units[code]
            for code, own in minutes_by_code(services).items()
            if units[code] not in (own // BLOCK, own // BLOCK + 1)
        }

    @lawful
    @given(st.lists(family_services, min_size=1, max_size=4), policies)
    def test_base_code_once(self, services, policy):
        """
        Of a code and its add-on the base code has at most one unit, and comes first.
        """
        units = counted(services, policy).units
        assert units_allowed(sum(service.minutes for service in services)) == sum(units.values())
        assert min(1, sum(units.values())) == units["97129"]


class TestNoMinutes:
    """
    A unit stands for minutes furnished (section 20.3): a code without any has none.
    """

    @lawful
    @given(timed_days, policies)
    def test_no_unit(self, services, policy):
        """
        In no permitted allocation does a code without minutes get a unit.
        """
        count = counted(services, policy)
        idle = {code for code, own in minutes_by_code(services).items() if own == 0}
        assert not any(one[code] for one in count.permitted_allocations for code in idle)


class TestMidpoint:
    """
    Under the CPT convention each code is counted by itself, past its own midpoint.
    """

    @lawful
    @given(timed_days)
    def test_codes_do_not_affect_each_other(self, services):
        """
        A code has the same units alone as beside all others.
        """
        units = counted(services, "cpt").units
        for code in units:
            alone = [service for service in services if service.code == code]
            assert units[code] == counted(alone, "cpt").units[code]

    @lawful
    @given(timed_codes, st.integers(0, 600))
    def test_past_half(self, code, own):
        """
        The units of one code are the whole blocks, and one more past the midpoint.
        """
        assert own // BLOCK + (own % BLOCK > BLOCK / 2) == counted([tc.Service(code, own)], "cpt").units[code]


class TestUntimed:
    """
    Minutes of untimed codes never join the timed total (section 20.2.B).
    """

    @lawful
    @given(timed_days, st.lists(untimed_services, max_size=4), policies)
    def test_timed_count_unchanged(self, timed, untimed, policy):
        """
        With or without untimed codes each timed code has the same units.
        """
        alone = counted(timed, policy)
        beside = counted([*untimed, *timed], policy)
        assert (alone.timed_units, alone.total_timed_minutes) == (beside.timed_units, beside.total_timed_minutes)
        assert dict(alone.units) == {code: units for code, units in beside.units.items() if code in TIMED}

    @lawful
    @given(st.lists(untimed_services, max_size=6), policies)
    def test_once_a_day(self, services, policy):
        """
        An untimed code counts at most once.
        """
        assert set(counted(services, policy).units.values()) <= {0, 1}


class TestAssistants:
    """
    Units are counted from everybody's minutes; then some of them are the assistant's (section 20.1).
    """

    @lawful
    @given(any_days, dates, policies)
    def test_never_more_than_units(self, services, day, policy):
        """
        No line has more of the assistant's units than units.
        """
        for line in counted(services, policy, day).lines:
            assert line.assistant_units is None or 0 <= line.assistant_units <= line.units

    @lawful
    @given(any_days, dates)
    def test_all_by_the_assistant(self, services, day):
        """
        When the assistant furnished everything, every unit is the assistant's.
        """
        given_by = [tc.Service(one.code, one.minutes, furnished_by="assistant") for one in services]
        for line in counted(given_by, day=day).lines:
            assert line.units == line.assistant_units

    @lawful
    @given(any_days, dates)
    def test_none_by_the_assistant(self, services, day):
        """
        When the therapist furnished everything, no unit is the assistant's.
        """
        given_by = [tc.Service(one.code, one.minutes) for one in services]
        assert {0} >= {line.assistant_units for line in counted(given_by, day=day).lines}

    @lawful
    @given(any_days, dates, policies)
    def test_units_do_not_depend_on_who(self, services, day, policy):
        """
        Who furnished the minutes changes no number of units.
        """
        given_by = [tc.Service(one.code, one.minutes) for one in services]
        assert counted(services, policy, day).units == counted(given_by, policy, day).units

    @lawful
    @given(any_days)
    def test_the_exception_never_adds(self, services):
        """
        For one left unit the midpoint exception of 2022 can only spare the therapist, never burden.
        """
        before = {line.code: line for line in counted(services, day="2021-12-31").lines}
        after = counted(services, day="2022-01-01")
        assume(not any(reason.rule.startswith("assistant-two-units") for reason in after.trace))
        assert all((line.assistant_units or 0) <= (before[line.code].assistant_units or 0) for line in after.lines)


class TestAllocation:
    """
    What is left after whole blocks goes to the largest remainders; equal ones are the clinician's choice (20.2.C).
    """

    @lawful
    @given(timed_days)
    def test_chosen_is_permitted(self, services):
        """
        The allocation chosen is one of those an enumeration of all finds, and the library shows just these.
        """
        count = counted(services)
        found = enumerated(services)
        assert dict(count.units) in found
        assert dict(count.units) == dict(count.permitted_allocations[0])
        assert len(found) == count.permitted_allocation_count
        assert sorted(map(sorted, (one.items() for one in found))) == sorted(
            map(sorted, (one.items() for one in count.permitted_allocations))
        )

    @lawful
    @given(st.lists(st.builds(tc.Service, timed_codes, st.sampled_from([5, 7, 8, 10, 20, 23, 25])), max_size=7))
    def test_many_ties(self, services):
        """
        The same holds on days where ties are the rule.
        """
        count = counted(services)
        found = enumerated(services)
        assert len(found) == count.permitted_allocation_count == len(count.permitted_allocations)
        assert all(dict(one) in found for one in count.permitted_allocations)

    @lawful
    @given(st.data(), timed_days.filter(bool))
    def test_preference_stays_permitted(self, data, services):
        """
        Whatever is preferred, the answer is one the rule permits, and another order of codes permits no other.
        """
        codes = sorted({service.code for service in services})
        prefer = data.draw(st.lists(st.sampled_from(codes), unique=True))
        count = tc.count_units(services, rules_of(), prefer=prefer)
        assert dict(count.units) in enumerated(services)
        assert counted(services).permitted_allocation_count == count.permitted_allocation_count


class TestExchange:
    """
    Rendering and back is the identity; a count is JSON.
    """

    @lawful
    @given(services_of_any_kind)
    def test_round_trip(self, service):
        """
        A service written as JSON and read again is the same service.
        """
        again = tc.from_dict(json.loads(json.dumps(tc.to_dict(service))), tc.Service)
        assert service == again
        assert repr(service) == repr(again)
        assert type(service.furnished_by) is type(again.furnished_by)

    @lawful
    @given(any_days, policies, dates)
    def test_count_is_json(self, services, policy, day):
        """
        A count as a dictionary survives JSON unchanged.
        """
        plain = tc.to_dict(counted(services, policy, day))
        assert plain == json.loads(json.dumps(plain))
