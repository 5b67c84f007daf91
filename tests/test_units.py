"""
Counting units: what each rule does, and what the count shows of it.
"""

from __future__ import annotations

import copy
import json
import pickle
import shutil
from pathlib import Path

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

import therapycodes as tc
from therapycodes._loading import DataFiles


BEFORE_2022 = "2021-03-10"
FROM_2022 = "2022-03-01"


def pt(code, minutes=None, **given):
    """
    A service of the therapist.
    """
    return tc.Service(code, minutes, **given)


def pta(code, minutes=None, **given):
    """
    A service of the assistant.
    """
    return tc.Service(code, minutes, furnished_by="assistant", **given)


def units_of(services, rules, **given):
    """
    The units, as a plain dictionary.
    """
    return dict(tc.count_units(services, rules, **given).units)


def assistant_units(count):
    """
    The assistant's units of each line that has a unit.
    """
    return {line.code: line.assistant_units for line in count.lines if line.units}


def rules_used(count):
    """
    The ids of the rules in the trace.
    """
    return [reason.rule for reason in count.trace]


def policy_with(**chosen):
    """
    A plan that follows Medicare but for what is chosen.
    """
    return tc.load_policy(
        {
            "id": "acme-health",
            "title": "Acme Health",
            "summary": "An invented plan.",
            "extends": "medicare-part-b",
            "sources": {
                "acme-manual": {
                    "title": "Acme provider manual",
                    "publisher": "Acme Health",
                    "standing": "payer",
                    "read_on": "2026-01-05",
                }
            },
            "parameters": {
                name: [
                    {
                        "value": value,
                        "effective_from": "2020-01-01",
                        "reviewed_on": "2026-01-05",
                        "citations": [{"source": "acme-manual", "locator": "page 12"}],
                    }
                ]
                for name, value in chosen.items()
            },
        }
    )


def timed_codes(rules):
    """
    Every 15-minute code of the day that stands by itself.
    """
    facts = [rules.code(code.code) for code in tc.codes(on=rules.date_of_service)]
    return [fact.code for fact in facts if fact.minutes == 15 and not fact.continues and not fact.continued_by]


@pytest.fixture(scope="module")
def day_rules():
    """
    A plan that adds up the minutes of all disciplines.
    """
    return tc.rules_on("2026-03-02", policy=policy_with(timed_pool="day"))


@pytest.fixture(scope="module")
def simple_rules():
    """
    A plan that tests the assistant's share by a tenth of the minutes plus one.
    """
    return tc.rules_on("2026-03-02", policy=policy_with(assistant_test="simple"))


@pytest.fixture(scope="module")
def rules_2021():
    """
    Medicare Part B before the midpoint exception.
    """
    return tc.rules_on(BEFORE_2022)


@pytest.fixture(scope="module")
def rules_2022():
    """
    Medicare Part B with the midpoint exception.
    """
    return tc.rules_on(FROM_2022)


@pytest.fixture(scope="module")
def own_rules(tmp_path_factory):
    """
    The bundled data with an hour-long code and one whose basis is not known.
    """
    root = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(Path(tc.__file__).parent / "data", root)
    head = 'code = "{0}"\nsystem = "CPT"\ncategory = "test"\nlabel = "An invented code"\n\n'
    fact = (
        "[[facts.{0}]]\nvalue = {1}\neffective_from = 2020-01-01\nreviewed_on = 2026-11-22\n"
        'citations = [{{ source = "cms-pub-100-04-ch05", locator = "whole" }}]\n\n'
        '[metadata.purpose]\ntext = "Invented for a test."\n'
        'citations = [{{ source = "cms-pub-100-04-ch05", locator = "whole" }}]\n'
    )
    for code, facts in (
        ("99001", fact.format("unit", '{ basis = "time-block", minutes = 60 }')),
        ("99002", fact.format("attendance", '"constant"')),
    ):
        (root / "codes" / f"{code}.toml").write_text(head.format(code) + facts, encoding="utf-8")
    return tc.Catalogue(DataFiles(root), (tc.load_catalogue, (str(root),))).rules_on("2026-03-02")


class TestMerging:
    """
    Services of one code and discipline are added up before anything is counted.
    """

    def test_repeated_code(self, rules):
        """
        Two short turns of one code make a unit together.
        """
        assert {"97110": 1} == units_of([pt("97110", 4), pt("97110", 4)], rules)

    def test_repeated_code_under_midpoint(self, cpt_rules):
        """
        The CPT convention adds the turns of one code up as well.
        """
        assert {"97110": 1} == units_of([pt("97110", 4), pt("97110", 4)], cpt_rules)

    def test_order_of_first_mention(self, rules):
        """
        Units and lines stand in the order in which codes are first mentioned.
        """
        count = tc.count_units([pt("97140", 15), pt("97161"), pt("97110", 15), pt("97140", 15)], rules)
        assert ["97140", "97161", "97110"] == list(count.units)
        assert ["97140", "97161", "97110"] == [line.code for line in count.lines]

    def test_line_of_a_repeated_code(self, rules):
        """
        A code mentioned twice has one line with all of its minutes.
        """
        (line,) = tc.count_units([pt("97110", 20), pt("97110", 13)], rules).lines
        assert (33, 2, 2, 3) == (line.minutes, line.units, line.full_blocks, line.remainder)

    def test_repeated_untimed_code(self, rules):
        """
        An untimed code mentioned twice counts once, with the minutes that are known.
        """
        (line,) = tc.count_units([pt("97150", 20), pt("97150", 10)], rules).lines
        assert (30, 1) == (line.minutes, line.units)

    def test_iterator(self, rules):
        """
        Services may come from an iterator.
        """
        count = tc.count_units(iter([pt("97110", 23)]), rules)
        assert {"97110": 2} == dict(count.units)
        assert (pt("97110", 23),) == count.services


class TestSmallAndLarge:
    """
    The rule has no smallest and no largest day.
    """

    def test_empty_visit(self, rules):
        """
        Nothing furnished gives nothing, and nothing to explain.
        """
        count = tc.count_units([], rules)
        assert {} == dict(count.units)
        assert (0, 0) == (count.timed_units, count.total_timed_minutes)
        assert () == count.lines
        assert () == count.trace
        assert count.minutes_to_next_unit is None
        assert ({},) == count.permitted_allocations
        assert 1 == count.permitted_allocation_count

    def test_zero_minutes(self, rules):
        """
        A timed code with no minutes gets no unit and no word in the trace beyond the sum.
        """
        count = tc.count_units([pt("97110", 0), pt("97140", 22)], rules)
        assert {"97110": 0, "97140": 1} == dict(count.units)
        assert "no-unit" not in rules_used(count)

    def test_only_zero_minutes(self, rules):
        """
        A day of no minutes has no unit, and eight minutes are missing to the first.
        """
        count = tc.count_units([pt("97110", 0)], rules)
        assert {"97110": 0} == dict(count.units)
        assert 8 == count.minutes_to_next_unit

    def test_untimed_with_zero_minutes(self, rules):
        """
        An untimed code whose minutes are stated to be none was not furnished.
        """
        count = tc.count_units([pta("97150", 0)], rules)
        (line,) = count.lines
        assert (0, 0, 0) == (line.minutes, line.units, line.assistant_units)
        assert "not furnished" in line.reason
        assert ["untimed"] == rules_used(count)

    def test_fifty_services(self, rules):
        """
        Fifty services of a day are counted, each code by its own sum.
        """
        codes = timed_codes(rules)[:10]
        count = tc.count_units([pt(code, 3) for code in codes * 5], rules)
        assert dict.fromkeys(codes, 1) == dict(count.units)
        assert 150 == count.total_timed_minutes

    @pytest.mark.parametrize("minutes", [128, 142, 143, 720, 1432, 1433, 1439, 1440])
    def test_long_days(self, rules, minutes):
        """
        The interval table goes on in steps of fifteen up to a whole day.
        """
        units = sum(1 for first in range(8, 1441, 15) if first <= minutes)
        assert {"97110": units} == units_of([pt("97110", minutes)], rules)


class TestPreference:
    """
    Where the rule leaves a choice, the clinician makes it.
    """

    TIE = (tc.Service("97110", 20), tc.Service("97112", 20))

    def test_default_is_the_first_given(self, rules):
        """
        Of equal rests and equal minutes the code given first is taken.
        """
        assert {"97110": 2, "97112": 1} == units_of(self.TIE, rules)
        assert {"97112": 2, "97110": 1} == units_of(reversed(self.TIE), rules)

    def test_default_is_the_code_with_more_minutes(self, rules):
        """
        Of equal rests the code with more minutes is taken, wherever it stands.
        """
        assert {"97140": 0, "97110": 2} == units_of([pt("97140", 8), pt("97110", 23)], rules)

    def test_prefer(self, rules):
        """
        A preferred code takes the open unit, and the trace says whose choice it was.
        """
        count = tc.count_units(self.TIE, rules, prefer=["97112"])
        assert {"97110": 1, "97112": 2} == dict(count.units)
        assert ("97112",) == count.prefer
        (choice,) = [reason for reason in count.trace if reason.rule == "equal-remainders"]
        assert "the clinician's preference" in choice.sentence

    def test_prefer_against_more_minutes(self, rules):
        """
        A preference goes before the number of minutes.
        """
        given = [pt("97140", 8), pt("97110", 23)]
        assert {"97140": 1, "97110": 1} == units_of(given, rules, prefer=("97140",))

    def test_order_of_preference(self, rules):
        """
        Of several preferred codes the first goes first.
        """
        given = [pt("97112", 7), pt("97110", 7), pt("97140", 7)]
        assert {"97112": 0, "97110": 0, "97140": 1} == units_of(given, rules, prefer=["97140", "97110"])
        assert {"97112": 0, "97110": 1, "97140": 0} == units_of(given, rules, prefer=["97110", "97140"])

    def test_changes_ties_only(self, rules):
        """
        A preference never takes a unit from a larger rest.
        """
        given = [pt("97110", 33), pt("97140", 7)]
        assert units_of(given, rules) == units_of(given, rules, prefer=["97110"])

    def test_without_a_choice(self, cpt_rules):
        """
        Code by code there is nothing to prefer.
        """
        assert units_of(self.TIE, cpt_rules) == units_of(self.TIE, cpt_rules, prefer=["97112"])

    def test_refuses_other_codes(self, rules):
        """
        A preferred code has to be among the services.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.count_units(self.TIE, rules, prefer=["97110", "97140"])
        assert "prefer[1]" == caught.value.field

    @pytest.mark.parametrize("code", ["9711", 97110, None, "a word"])
    def test_refuses_what_is_no_code(self, rules, code):
        """
        A preference that is no code is refused without being repeated.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.count_units(self.TIE, rules, prefer=[code])
        assert "prefer[0]" == caught.value.field
        assert "a word" not in str(caught.value)

    def test_refuses_a_bare_string(self, rules):
        """
        One text is no list of codes.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.count_units(self.TIE, rules, prefer="97112")
        assert "prefer" == caught.value.field

    def test_with_a_discipline_to_join(self, rules):
        """
        The preference holds when silent services join the stated discipline.
        """
        given = [pt("97110", 20, discipline="PT"), pt("97112", 20)]
        assert {"97110": 1, "97112": 2} == units_of(given, rules, prefer=["97112"])


class TestDisciplines:
    """
    Timed minutes are added up for each discipline by itself, or over the day where the policy says so.
    """

    def test_two_stated(self, rules):
        """
        Seven minutes of each of two disciplines make no unit, and the trace says why.
        """
        count = tc.count_units([pt("97110", 7, discipline="PT"), pt("97530", 7, discipline="OT")], rules)
        assert {"97110": 0, "97530": 0} == dict(count.units)
        assert "timed-pool-discipline" == rules_used(count)[0]
        assert ["PT", "OT"] == [str(line.discipline) for line in count.lines]
        assert ["Timed minutes of PT", "Timed minutes of OT"] == [
            reason.sentence[:19] for reason in count.trace if reason.rule == "total-time-sum"
        ]

    def test_day_pool(self, day_rules):
        """
        A policy may add all disciplines up: fourteen minutes make a unit.
        """
        count = tc.count_units([pt("97110", 7, discipline="PT"), pt("97530", 7, discipline="OT")], day_rules)
        assert {"97110": 1, "97530": 0} == dict(count.units)
        assert 14 == count.total_timed_minutes
        assert "timed-pool-day" == rules_used(count)[0]
        assert "of OT and PT are added up" in count.trace[1].sentence

    def test_day_pool_keeps_lines_apart(self, day_rules):
        """
        One code of two disciplines has two lines, also in one pool.
        """
        count = tc.count_units([pt("97530", 20, discipline="PT"), pt("97530", 18, discipline="OT")], day_rules)
        assert {"97530": 3} == dict(count.units)
        assert [("PT", 2), ("OT", 1)] == [(line.discipline, line.units) for line in count.lines]

    def test_one_code_of_two_disciplines(self, rules):
        """
        Units of one code add up over disciplines; its lines stay apart.
        """
        count = tc.count_units([pt("97530", 8, discipline="PT"), pt("97530", 23, discipline="OT")], rules)
        assert {"97530": 3} == dict(count.units)
        assert 3 == count.timed_units
        assert [("PT", 1), ("OT", 2)] == [(line.discipline, line.units) for line in count.lines]

    def test_silent_services_join(self, rules):
        """
        Services that state no discipline join the only one stated.
        """
        count = tc.count_units([pt("97110", 4, discipline="PT"), pt("97140", 4), pt("97110", 4)], rules)
        assert {"97110": 1, "97140": 0} == dict(count.units)
        assert {"PT"} == {line.discipline for line in count.lines}
        assert "timed-pool-discipline" not in rules_used(count)

    def test_silent_beside_several(self, rules):
        """
        A service that states no discipline beside several is refused by its place.
        """
        given = [pt("97110", 8, discipline="PT"), pt("97530", 8, discipline="OT"), pt("97140", 8)]
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.count_units(given, rules)
        assert "services[2].discipline" == caught.value.field

    def test_untimed_of_two_disciplines(self, rules):
        """
        An untimed code counts once for each discipline, and pools nothing.
        """
        count = tc.count_units([pt("97150", discipline="PT"), pt("97150", discipline="OT")], rules)
        assert {"97150": 2} == dict(count.units)
        assert ["untimed", "untimed"] == rules_used(count)

    def test_two_disciplines_under_midpoint(self, cpt_rules):
        """
        Code by code no pool is mentioned, since none is made.
        """
        count = tc.count_units([pt("97110", 8, discipline="PT"), pt("97530", 8, discipline="OT")], cpt_rules)
        assert ["midpoint", "midpoint"] == rules_used(count)


class TestAssistantExamples:
    """
    Minutes of therapist and assistant are counted together first; then each unit finds who furnished it.
    """

    def test_scenario_from_2022(self, rules_2022):
        """
        From 2022 the therapist's 13 minutes keep the second unit of 97110 clear of the assistant.
        """
        count = tc.count_units([pta("97110", 23), pt("97110", 13), pt("97140", 30)], rules_2022)
        assert {"97110": 2, "97140": 2} == dict(count.units)
        assert {"97110": 1, "97140": 0} == assistant_units(count)
        assert "assistant-last-unit" in rules_used(count)

    def test_scenario_before_2022(self, rules_2021):
        """
        Before 2022 the assistant's 8 of 21 remaining minutes make the second unit the assistant's too.
        """
        count = tc.count_units([pta("97110", 23), pt("97110", 13), pt("97140", 30)], rules_2021)
        assert {"97110": 2, "97140": 2} == dict(count.units)
        assert {"97110": 2, "97140": 0} == assistant_units(count)
        assert "assistant-ten-percent" in rules_used(count)

    @pytest.mark.parametrize(
        ("day", "expected"), [("2021-12-31", 2), ("2022-01-01", 1), ("2020-01-01", 2), ("2026-12-31", 1)]
    )
    def test_turn_of_the_year(self, day, expected):
        """
        The midpoint exception begins on 1 January 2022.
        """
        count = tc.count_units([pta("97110", 23), pt("97110", 13)], tc.rules_on(day))
        assert {"97110": expected} == assistant_units(count)

    @pytest.mark.parametrize(
        ("therapist", "assistant", "units", "theirs"),
        [(12, 14, 2, 1), (10, 10, 1, 0), (7, 7, 1, 1), (5, 10, 1, 1), (8, 7, 1, 0), (7, 8, 1, 1), (22, 23, 3, 2)],
    )
    def test_one_code(self, rules_2022, therapist, assistant, units, theirs):
        """
        The last unit is the assistant's unless the therapist has 8 minutes of it; of two left each takes one.
        """
        count = tc.count_units([pt("97110", therapist), pta("97110", assistant)], rules_2022)
        assert {"97110": units} == dict(count.units)
        assert {"97110": theirs} == assistant_units(count)

    def test_two_codes(self, rules_2022):
        """
        The assistant's 13 minutes are one of two units of exercise beside the therapist's whole one.
        """
        given = [pta("97110", 13), pt("97140", 22), pt("97110", 15)]
        count = tc.count_units(given, rules_2022)
        assert {"97110": 2, "97140": 1} == dict(count.units)
        assert {"97110": 1, "97140": 0} == assistant_units(count)

    def test_whole_units(self, rules_2022):
        """
        Whole blocks stay with whoever furnished them.
        """
        count = tc.count_units([pt("97110", 15), pta("97110", 15)], rules_2022)
        assert {"97110": 1} == assistant_units(count)
        assert "assistant-whole-units" in rules_used(count)

    def test_without_assistant(self, rules_2022):
        """
        Without an assistant the trace says nothing of one.
        """
        count = tc.count_units([pt("97110", 15)], rules_2022)
        assert {"97110": 0} == assistant_units(count)
        assert not any(rule.startswith("assistant") for rule in rules_used(count))

    def test_assistant_minutes_without_unit(self, rules_2022):
        """
        A code without a unit has none of the assistant's.
        """
        count = tc.count_units([pta("97110", 7)], rules_2022)
        assert 0 == count.lines[0].assistant_units

    def test_no_such_rule(self, cpt_rules):
        """
        A policy without an assistant rule counts none.
        """
        count = tc.count_units([pta("97110", 15), pta("97161")], cpt_rules)
        assert {"97110": 0, "97161": 0} == assistant_units(count)

    def test_whole_block_beside_a_short_rest(self, rules_2022):
        """
        A rest the assistant took no part in is not the assistant's.
        """
        count = tc.count_units([pta("97110", 15), pt("97110", 7), pt("97140", 1)], rules_2022)
        assert {"97110": 2, "97140": 0} == dict(count.units)
        assert 1 == count.lines[0].assistant_units
        assert any("no more than 10 percent" in reason.sentence for reason in count.trace)


class TestTwoUnitsLeft:
    """
    When two units of one code are left between therapist and assistant, one is the assistant's.
    """

    @pytest.mark.parametrize(("therapist", "assistant"), [(9, 14), (14, 9), (12, 12), (14, 14)])
    def test_nine_through_fourteen(self, rules_2022, therapist, assistant):
        """
        With 9 through 14 minutes each, one unit is billed with the modifier.
        """
        count = tc.count_units([pt("97110", therapist), pta("97110", assistant)], rules_2022)
        assert {"97110": 2} == dict(count.units)
        assert {"97110": 1} == assistant_units(count)
        assert "assistant-two-units-left" in rules_used(count)

    @pytest.mark.parametrize(("therapist", "assistant"), [(14, 4), (4, 14), (8, 14), (14, 8)])
    def test_other_proportions(self, rules_2022, therapist, assistant):
        """
        In other proportions each is given one, and the rule named says that no source decides.
        """
        given = [pt("97110", therapist), pta("97110", assistant), pt("97140", 2), pt("97112", 2), pt("97116", 2)]
        count = tc.count_units(given, rules_2022)
        assert {"97110": 2} == {code: units for code, units in count.units.items() if units}
        assert {"97110": 1} == assistant_units(count)
        assert "assistant-two-units-undecided" in rules_used(count)

    def test_before_2022(self, rules_2021):
        """
        Before 2022 both follow the test of 10 percent.
        """
        count = tc.count_units([pt("97110", 12), pta("97110", 14)], rules_2021)
        assert {"97110": 2} == assistant_units(count)
        assert "assistant-two-units-undecided" in rules_used(count)

    def test_before_2022_below_ten_percent(self, rules_2021):
        """
        Before 2022 neither is the assistant's when the share is small.
        """
        given = [pt("97110", 14), pta("97110", 1), *(pt(code, 2) for code in timed_codes(rules_2021)[:4])]
        count = tc.count_units([*given, pt("97110", 1)], rules_2021)
        assert 0 == next(line for line in count.lines if line.code == "97110").assistant_units


class TestTenPercent:
    """
    A shared unit is the assistant's when more than 10 percent of it is.
    """

    @pytest.mark.parametrize(("assistant", "theirs"), [(1, 0), (2, 1), (3, 1)])
    def test_percentage(self, rules_2021, assistant, theirs):
        """
        By the rounded percentage 2 of 15 minutes are enough.
        """
        count = tc.count_units([pt("97110", 15 - assistant), pta("97110", assistant)], rules_2021)
        assert {"97110": theirs} == assistant_units(count)

    @pytest.mark.parametrize(("assistant", "theirs"), [(1, 0), (2, 0), (3, 1)])
    def test_simple(self, assistant, theirs):
        """
        By a tenth of the minutes plus one, 3 of 15 are needed.
        """
        plan = policy_with(assistant_test="simple")
        count = tc.count_units(
            [pt("97110", 15 - assistant), pta("97110", assistant)], tc.rules_on(BEFORE_2022, policy=plan)
        )
        assert {"97110": theirs} == assistant_units(count)

    @pytest.mark.parametrize(("total", "needed"), [(15, 3), (30, 4), (45, 6), (60, 7)])
    def test_simple_thresholds(self, simple_rules, total, needed):
        """
        The fewest assistant minutes of 15, 30, 45 and 60 are 3, 4, 6 and 7.
        """
        for assistant, theirs in ((needed - 1, 0), (needed, 1)):
            count = tc.count_units([pt("97161", total - assistant), pta("97161", assistant)], simple_rules)
            assert {"97161": theirs} == assistant_units(count)

    @pytest.mark.parametrize(("total", "assistant", "theirs"), [(200, 20, 0), (200, 21, 1), (400, 41, 0), (400, 42, 1)])
    def test_percentage_rounds_to_the_whole(self, rules, total, assistant, theirs):
        """
        A percentage that rounds to 10 is not more than 10; a half is rounded up.
        """
        count = tc.count_units([pt("97161", total - assistant), pta("97161", assistant)], rules)
        assert {"97161": theirs} == assistant_units(count)


class TestAssistantUntimed:
    """
    For an untimed code the test looks at the whole service.
    """

    def test_assistant_alone(self, rules):
        """
        What the assistant furnished alone is the assistant's, minutes or not.
        """
        count = tc.count_units([pta("97150"), pta("G0283", 12)], rules)
        assert {"97150": 1, "G0283": 1} == assistant_units(count)
        assert ["untimed", "untimed", "assistant-untimed", "assistant-untimed"] == rules_used(count)

    def test_shared(self, rules):
        """
        A share of more than 10 percent makes it the assistant's, a smaller one does not.
        """
        assert {"97150": 1} == assistant_units(tc.count_units([pt("97150", 25), pta("97150", 5)], rules))
        assert {"97150": 0} == assistant_units(tc.count_units([pt("97150", 29), pta("97150", 1)], rules))

    def test_shared_without_minutes(self, rules):
        """
        Whose a shared service is cannot be told without minutes, and the trace says so.
        """
        count = tc.count_units([pt("97150", 25), pta("97150")], rules)
        assert {"97150": None} == assistant_units(count)
        assert "not assessed" in count.trace[-1].sentence

    def test_present_but_idle(self, rules):
        """
        An assistant with no minutes of it took no share.
        """
        assert {"97150": 0} == assistant_units(tc.count_units([pt("97150", 25), pta("97150", 0)], rules))


class TestFamilies:
    """
    The first unit of the day goes to the base code, every further one to its add-on.
    """

    @pytest.mark.parametrize(
        ("minutes", "units"),
        [
            (7, {"97129": 0}),
            (8, {"97129": 1}),
            (22, {"97129": 1}),
            (23, {"97129": 1, "97130": 1}),
            (38, {"97129": 1, "97130": 2}),
        ],
    )
    @pytest.mark.parametrize("policy", ["medicare-part-b", "cpt"])
    def test_minutes_on_the_base_code(self, policy, minutes, units):
        """
        Minutes given on the base code spill over to the add-on.
        """
        assert units == units_of([pt("97129", minutes)], tc.rules_on("2026-03-02", policy=policy))

    def test_minutes_on_both(self, rules):
        """
        Minutes of both codes are those of one service, and each code has its line.
        """
        count = tc.count_units([pt("97129", 15), pt("97130", 22)], rules)
        assert {"97129": 1, "97130": 1} == dict(count.units)
        assert [("97129", 15, 1), ("97130", 22, 1)] == [(line.code, line.minutes, line.units) for line in count.lines]
        assert "add-on of 97129" in count.lines[1].reason
        assert "97129 x1, 97130 x1" in next(reason for reason in count.trace if reason.rule == "add-on").sentence

    def test_add_on_alone(self, rules):
        """
        The first unit goes to the base code even when only the add-on was given.
        """
        count = tc.count_units([pt("97130", 20)], rules)
        assert {"97130": 0, "97129": 1} == dict(count.units)
        assert [("97129", 1), ("97130", 0)] == [(line.code, line.units) for line in count.lines]

    def test_too_short(self, rules):
        """
        A service too short for a unit has none on either code.
        """
        count = tc.count_units([pt("97130", 5)], rules)
        assert {"97130": 0, "97129": 0} == dict(count.units)

    def test_lines_follow_the_base_code(self, rules):
        """
        The add-on stands behind its base code, wherever it was mentioned.
        """
        count = tc.count_units([pt("97130", 15), pt("97110", 15), pt("97129", 15)], rules)
        assert ["97129", "97130", "97110"] == [line.code for line in count.lines]

    @pytest.mark.parametrize(
        ("therapist", "assistant", "theirs"),
        [(30, 15, {"97129": 0, "97130": 1}), (0, 45, {"97129": 1, "97130": 2}), (15, 30, {"97129": 0, "97130": 2})],
    )
    def test_assistants(self, rules, therapist, assistant, theirs):
        """
        The assistant's units are counted on the add-on first.
        """
        count = tc.count_units([pt("97129", therapist), pta("97129", assistant)], rules)
        assert theirs == assistant_units(count)

    def test_tie(self, rules):
        """
        A choice between a pair and another code shows the add-on where the pair takes the unit.
        """
        count = tc.count_units([pt("97129", 20), pt("97535", 20)], rules)
        assert ({"97129": 1, "97130": 1, "97535": 1}, {"97129": 1, "97130": 0, "97535": 2}) == (
            *(dict(one) for one in count.permitted_allocations),
        )

    def test_tie_given_away(self, rules):
        """
        Where the other code was chosen, the alternative names the add-on all the same.
        """
        count = tc.count_units([pt("97535", 20), pt("97129", 20), pt("97110", 0)], rules)
        assert {"97535": 2, "97129": 1, "97110": 0} == dict(count.units)
        assert {"97535": 1, "97129": 1, "97110": 0, "97130": 1} == dict(count.permitted_allocations[1])


class TestErrors:
    """
    Input that cannot be counted is refused by name, and never guessed.
    """

    def test_timed_without_minutes(self, rules):
        """
        A timed code without minutes is refused.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.count_units([pt("97161"), pt("97110")], rules)
        assert "services[1].minutes" == caught.value.field

    @pytest.mark.parametrize("service", [("97110", 8), {"code": "97110", "minutes": 8}, "97110", None])
    def test_no_service(self, rules, service):
        """
        Only services are counted.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.count_units([pt("97110", 8), service], rules)
        assert "services[1]" == caught.value.field

    def test_unknown_code(self, rules):
        """
        A code nobody has heard of is an error.
        """
        with pytest.raises(tc.UnknownCodeError):
            tc.count_units([pt("99999", 8)], rules)

    @pytest.mark.parametrize("code", ["97001", "97532", "G0515"])
    def test_code_not_in_force(self, rules, code):
        """
        A code that ended before the date of service is an error.
        """
        with pytest.raises(tc.CodeNotInForceError):
            tc.count_units([pt(code, 8)], rules)

    @pytest.mark.parametrize("minutes", [-1, 1.5, True, "8", 1441])
    def test_minutes(self, minutes):
        """
        Minutes that are negative, fractional, boolean, text or longer than a day make no service.
        """
        with pytest.raises(tc.InvalidInputError):
            pt("97110", minutes)


class TestMinutesToNextUnit:
    """
    The fewest further minutes of a timed code that would add a unit to the day.
    """

    @pytest.mark.parametrize("policy", ["medicare-part-b", "cpt"])
    @pytest.mark.parametrize("given", [[0], [7], [8], [22, 7], [15, 15], [20, 20, 3], [14], [127], [1, 2, 3]])
    def test_really_adds_a_unit(self, policy, given):
        """
        That many minutes on the nearest line add a unit; one fewer does not.
        """
        rules = tc.rules_on("2026-03-02", policy=policy)
        services = [pt(code, minutes) for code, minutes in zip(timed_codes(rules), given, strict=False)]
        count = tc.count_units(services, rules)
        further = count.minutes_to_next_unit
        near = min(count.lines, key=lambda line: line.minutes_to_next_unit)
        assert further == near.minutes_to_next_unit
        more = tc.count_units([*services, pt(near.code, further)], rules)
        less = tc.count_units([*services, pt(near.code, further - 1)], rules)
        assert (count.timed_units + 1, count.timed_units) == (more.timed_units, less.timed_units)

    def test_untimed_only(self, rules):
        """
        Without a timed code there is nothing to add to.
        """
        count = tc.count_units([pt("97161", 30)], rules)
        assert count.minutes_to_next_unit is None
        assert count.lines[0].minutes_to_next_unit is None

    def test_nearest_discipline(self, rules):
        """
        Of two disciplines the nearer one is told.
        """
        count = tc.count_units([pt("97110", 7, discipline="PT"), pt("97530", 8, discipline="OT")], rules)
        assert 1 == count.minutes_to_next_unit


class TestPermittedAllocations:
    """
    Every allocation the rule leaves open is shown, the chosen one first.
    """

    def test_no_choice(self, rules):
        """
        Without a tie the count itself is the only allocation.
        """
        count = tc.count_units([pt("97110", 33), pt("97140", 7)], rules)
        assert (count.units,) == count.permitted_allocations

    def test_chosen_first(self, rules):
        """
        The allocation taken stands first, also by preference, and untimed codes stand in each.
        """
        given = [pt("97161"), pt("97110", 25), pt("97140", 25), pt("97530", 10)]
        for prefer in ((), ("97530",), ("97530", "97140")):
            count = tc.count_units(given, rules, prefer=prefer)
            assert count.units == count.permitted_allocations[0]
            assert 3 == len(count.permitted_allocations) == count.permitted_allocation_count
            assert {1} == {one["97161"] for one in count.permitted_allocations}
            assert {4} == {sum(one.values()) - 1 for one in count.permitted_allocations}

    def test_several_pools(self, rules):
        """
        Choices of two disciplines multiply.
        """
        given = [
            pt("97110", 20, discipline="PT"),
            pt("97112", 20, discipline="PT"),
            pt("97530", 20, discipline="OT"),
            pt("97535", 20, discipline="OT"),
            pt("97129", 23, discipline="SLP"),
        ]
        count = tc.count_units(given, rules)
        assert 4 == count.permitted_allocation_count
        assert 4 == len(set(count.permitted_allocations))
        assert {8} == {sum(one.values()) for one in count.permitted_allocations}

    def test_cap(self, rules):
        """
        At most 1000 allocations are listed, and the number of all of them is told.
        """
        codes = timed_codes(rules)[:14]
        count = tc.count_units([pt(code, 8) for code in codes], rules, prefer=codes[7:])
        assert 7 == count.timed_units
        assert 3432 == count.permitted_allocation_count
        assert 1000 == len(count.permitted_allocations)
        assert 1000 == len(set(count.permitted_allocations))
        assert count.units == count.permitted_allocations[0]
        assert "3432 permitted allocations" in repr(count)


class TestTrace:
    """
    Every step has a sentence with its figures, and the citations of its rule.
    """

    def test_steps(self, rules):
        """
        The third example of the manual is told step by step.
        """
        count = tc.count_units([pt("97110", 33), pt("97140", 7)], rules)
        assert [
            "Timed minutes are added up: 33 (97110) + 7 (97140) = 40.",
            "40 minutes allow 3 units (38 through 52 minutes).",
            "Each code keeps its whole 15-minute units: 97110 2 with 3 left over, 97140 0 with 7 left over.",
            "1 unit left for the largest remainder: 97140 (7).",
        ] == [str(reason) for reason in count.trace]
        assert ["total-time-sum", "total-time-units", "full-blocks", "largest-remainder"] == rules_used(count)

    def test_no_unit(self, rules):
        """
        A code left without a unit is named.
        """
        count = tc.count_units([pt("97110", 18), pt("97140", 13), pt("97116", 10), pt("97035", 8)], rules)
        assert "97035 with 8 minutes gets no unit; it stays in the note." == count.trace[-1].sentence
        assert "no further unit" in count.lines[-1].reason

    def test_fewer_than_eight(self, rules):
        """
        A day below eight minutes ends after the sum.
        """
        count = tc.count_units([pt("97110", 7)], rules)
        assert ["total-time-sum", "total-time-units"] == rules_used(count)
        assert "7 minutes are fewer than 8: no timed unit." == count.trace[-1].sentence

    def test_tie(self, rules):
        """
        A tie names the codes, their rest and how it was settled.
        """
        count = tc.count_units([pt("97112", 20), pt("97110", 20)], rules)
        assert (
            "97112, 97110 have equal remainders of 5: the rule leaves the choice to the clinician; "
            "taken here by the code with more minutes, then the one given first."
        ) == count.trace[-1].sentence
        assert "one of the equal remainders chosen" in count.lines[0].reason

    def test_near_tie(self, rules):
        """
        Remainders one minute apart are no tie.
        """
        count = tc.count_units([pt("97112", 19), pt("97110", 20)], rules)
        assert {"97112": 1, "97110": 2} == dict(count.units)
        assert "equal-remainders" not in rules_used(count)
        assert "among the largest remainders" in count.lines[1].reason

    def test_midpoint(self, cpt_rules):
        """
        Code by code each code has a step that says on which side of the midpoint it ended.
        """
        count = tc.count_units([pt("97110", 23), pt("97140", 22)], cpt_rules)
        assert [
            "97110: 23 minutes fill 1 unit of 15 with 8 left over, past the midpoint: 2 units.",
            "97140: 22 minutes fill 1 unit of 15 with 7 left over, not past the midpoint: 1 unit.",
        ] == [str(reason) for reason in count.trace]

    @pytest.mark.parametrize("policy", ["medicare-part-b", "cpt"])
    def test_every_step_is_cited(self, policy):
        """
        No step is without a citation, a full stop and a single line.
        """
        rules = tc.rules_on("2026-03-02", policy=policy)
        given = [
            pt("97161", discipline="PT"),
            pta("97150", discipline="PT"),
            pt("97110", 20, discipline="PT"),
            pta("97112", 20, discipline="PT"),
            pt("97129", 25, discipline="SLP"),
            pt("97035", 1, discipline="OT"),
        ]
        for reason in tc.count_units(given, rules).trace:
            assert reason.citations
            assert reason.sentence.endswith(".")
            assert "\n" not in reason.sentence

    def test_dates_decide_the_citations(self, rules_2021, rules_2022):
        """
        Each day cites the assistant rule of that day.
        """
        given = [pta("97110", 23), pt("97110", 13)]
        assert rules_used(tc.count_units(given, rules_2021)) != rules_used(tc.count_units(given, rules_2022))


class TestCarriedForward:
    """
    Beyond the covered dates every result says that its rules were carried forward.
    """

    def test_marked(self):
        """
        The count, its trace and its repr say so.
        """
        rules = tc.rules_on("2027-03-02", beyond_coverage="carry-forward")
        count = tc.count_units([pt("97110", 23)], rules)
        assert count.carried_forward
        assert "carried-forward" == rules_used(count)[0]
        assert "2027-03-02" in count.trace[0].sentence
        assert "carried forward" in repr(count)

    def test_not_marked(self, rules):
        """
        Within coverage nothing is carried.
        """
        count = tc.count_units([pt("97110", 23)], rules)
        assert not count.carried_forward
        assert "carried-forward" not in rules_used(count)


class TestValue:
    """
    A count is a value: equal, copied and pickled by what it was made of, and never changed.
    """

    GIVEN = (
        tc.Service("97110", 20, discipline="PT"),
        tc.Service("97112", 20, furnished_by="assistant"),
        tc.Service("97161"),
        tc.Service("97129", 25),
    )

    @pytest.fixture(params=["medicare-part-b", "cpt", "day", "carried"])
    def count(self, request, day_rules):
        """
        Counts under policies of every origin.
        """
        if request.param == "day":
            rules = day_rules
        elif request.param == "carried":
            rules = tc.rules_on("2030-01-01", beyond_coverage="carry-forward")
        else:
            rules = tc.rules_on("2026-03-02", policy=request.param)
        return tc.count_units(self.GIVEN, rules, prefer=["97112"])

    @pytest.mark.parametrize(
        "clone",
        [lambda value: pickle.loads(pickle.dumps(value)), copy.copy, copy.deepcopy],
        ids=["pickle", "copy", "deep"],
    )
    def test_clones(self, count, clone):
        """
        A pickled or copied count equals its original in all it shows.
        """
        assert "trace" not in repr(count)
        other = clone(count)
        assert count == other
        assert hash(count) == hash(other)
        assert count.lines == other.lines
        assert count.trace == other.trace
        assert count.permitted_allocations == other.permitted_allocations
        assert count.prefer == other.prefer
        assert repr(count) == repr(other)

    def test_counting_twice(self, count):
        """
        Counting again gives an equal count.
        """
        assert count == tc.count_units(self.GIVEN, count.rules, prefer=["97112"])
        assert count != tc.count_units(self.GIVEN, count.rules)

    def test_read_only(self, count):
        """
        Neither the count nor its units, lines and allocations can be changed.
        """
        with pytest.raises(FrozenInstanceError):
            count.timed_units = 9
        with pytest.raises(TypeError):
            count.units["97110"] = 9
        with pytest.raises(TypeError):
            count.permitted_allocations[0]["97110"] = 9
        with pytest.raises(FrozenInstanceError):
            count.lines[0].units = 9
        with pytest.raises(FrozenInstanceError):
            count.trace[0].sentence = ""
        assert tuple is type(count.lines) is type(count.trace) is type(count.permitted_allocations)

    def test_worked_out_once(self, count):
        """
        Lines, trace and allocations are made once.
        """
        assert count.lines is count.lines
        assert count.trace is count.trace
        assert count.permitted_allocations is count.permitted_allocations

    def test_input_is_left_alone(self, rules):
        """
        The caller's list is neither kept nor changed.
        """
        services = [pt("97110", 8, discipline="PT"), pt("97140", 8)]
        count = tc.count_units(services, rules)
        services.clear()
        assert 2 == len(count.services)

    def test_json(self, count):
        """
        A count as a dictionary is JSON, with its units and trace.
        """
        plain = tc.to_dict(count)
        assert plain == json.loads(json.dumps(plain))
        assert dict(count.units) == plain["units"]
        assert len(count.trace) == len(plain["trace"])

    def test_repr(self, rules):
        """
        The repr shows units, minutes, day and policy.
        """
        count = tc.count_units([pt("97110", 33), pt("97140", 7)], rules)
        assert (
            "<UnitCount 97110 x2, 97140 x1 from 40 timed minutes; <RuleSet medicare-part-b on 2026-03-02>>"
        ) == repr(count)

    def test_repr_of_a_tie(self, rules):
        """
        The repr of a tie says how many allocations there are.
        """
        count = tc.count_units([pt("97110", 20), pt("97140", 20)], rules)
        assert repr(count).endswith("; 2 permitted allocations>")

    def test_repr_of_nothing(self, rules):
        """
        The repr of an empty visit says so.
        """
        assert repr(tc.count_units([], rules)).startswith("<UnitCount nothing from 0 timed minutes;")


class TestOwnPolicy:
    """
    A policy of one's own that says what Medicare says counts as Medicare does.
    """

    @pytest.mark.parametrize(
        ("parameter", "value"),
        [
            ("unit_method", "total-time"),
            ("timed_pool", "discipline"),
            ("assistant_rule", "midpoint-exception"),
            ("assistant_test", "percentage"),
        ],
    )
    def test_as_medicare(self, rules, parameter, value):
        """
        Restating one of Medicare's choices changes nothing.
        """
        own = tc.rules_on("2026-03-02", policy=policy_with(**{parameter: value}))
        given = [
            pta("97110", 23, discipline="PT"),
            pt("97110", 13, discipline="PT"),
            pt("97140", 24, discipline="PT"),
            pta("97530", 2, discipline="OT"),
            pt("97530", 13, discipline="OT"),
        ]
        expected, actual = tc.count_units(given, rules), tc.count_units(given, own)
        assert expected.units == actual.units
        assert [evolve(line, unsettled=()) for line in expected.lines] == [
            evolve(line, unsettled=()) for line in actual.lines
        ]
        assert rules_used(expected) == rules_used(actual)

    def test_as_the_convention(self, cpt_rules):
        """
        A plan may count code by code and keep Medicare's assistant rule.
        """
        own = tc.rules_on("2026-03-02", policy=policy_with(unit_method="midpoint"))
        given = [pta("97110", 23), pt("97110", 13), pt("97140", 7)]
        count = tc.count_units(given, own)
        assert tc.count_units(given, cpt_rules).units == count.units
        assert {"97110": 1} == assistant_units(count)


class TestOtherBases:
    """
    Timed codes of another length are counted by themselves, and codes of no known basis are refused.
    """

    @pytest.mark.parametrize(("minutes", "units"), [(30, 0), (31, 1), (90, 1), (91, 2)])
    def test_hour(self, own_rules, minutes, units):
        """
        An hour is earned at 31 minutes and a second one at 91, beside the pool and not in it.
        """
        count = tc.count_units([pt("99001", minutes), pt("97110", 7)], own_rules)
        assert {"99001": units, "97110": 0} == dict(count.units)
        assert 1 == count.minutes_to_next_unit
        line = count.lines[0]
        assert 60 * units + 31 - minutes == line.minutes_to_next_unit
        assert "time-block" in rules_used(count)
        assert "total-time-sum" in rules_used(count)

    def test_tie_beside_an_hour(self, own_rules):
        """
        An allocation keeps the units of codes that have no choice.
        """
        count = tc.count_units([pt("99001", 31), pt("97110", 20), pt("97112", 20)], own_rules)
        assert [1, 1] == [one["99001"] for one in count.permitted_allocations]

    def test_unknown_basis(self, own_rules):
        """
        A code whose basis is not known that day is refused, never guessed.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.count_units([pt("97110", 8), pt("99002", 15)], own_rules)
        assert "services[1].code" == caught.value.field


class TestReported:
    """
    What the count ought to do and does not yet do; each mark goes with its repair.
    """

    def test_line_of_an_add_on_without_unit(self, rules):
        """
        Every code that was given has a line, whatever the order.
        """
        count = tc.count_units([pt("97129", 10), pt("97130", 5)], rules)
        assert list(count.units) == [line.code for line in count.lines]

    def test_preferred_add_on(self, rules):
        """
        A preference for an add-on is one for its family.
        """
        given = [pt("97110", 10), pt("97130", 10)]
        assert 1 == units_of(given, rules, prefer=["97130"])["97129"]

    def test_refuses_a_set(self, rules):
        """
        A preference without an order is refused.
        """
        with pytest.raises(tc.InvalidInputError):
            tc.count_units([pt("97110", 10), pt("97140", 10)], rules, prefer={"97140"})

    def test_refuses_an_empty_string(self, rules):
        """
        An empty text is no list of codes either.
        """
        with pytest.raises(tc.InvalidInputError):
            tc.count_units([pt("97110", 10)], rules, prefer="")

    def test_preference_outside_the_tie(self, rules):
        """
        A preference that settled nothing is not said to have settled the tie.
        """
        given = [pt("97110", 20), pt("97140", 20), pt("97035", 3)]
        count = tc.count_units(given, rules, prefer=["97035"])
        (choice,) = [reason for reason in count.trace if reason.rule == "equal-remainders"]
        assert "the clinician's preference" not in choice.sentence

    def test_untimed_zero_beside_unknown(self, rules):
        """
        A service of no minutes does not undo one that states none.
        """
        assert {"97150": 1} == units_of([pt("97150", 0), pt("97150")], rules)

    def test_number_of_allocations(self, rules):
        """
        Below the cap the number of allocations is that of the listed ones.
        """
        given = [pt(code, 20, discipline=discipline) for discipline in ("PT", "OT") for code in ("97110", "97112")]
        count = tc.count_units(given, rules)
        assert len(count.permitted_allocations) == count.permitted_allocation_count

    def test_cap_of_a_long_list(self, day_rules):
        """
        The first thousand of very many allocations are listed without making the others.
        """
        codes = timed_codes(day_rules)
        given = [pt(code, 8, discipline=discipline) for discipline in ("PT", "OT") for code in codes]
        assert len(tc.count_units(given, day_rules).permitted_allocations) <= 1000

    @pytest.mark.parametrize("services", [None, tc.Service("97110", 8), 97110])
    def test_services_that_are_no_sequence(self, rules, services):
        """
        Something that is no list of services is refused as input.
        """
        with pytest.raises(tc.InvalidInputError):
            tc.count_units(services, rules)
