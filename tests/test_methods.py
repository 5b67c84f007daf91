"""
The same services under each way of counting, and ways of counting other than Medicare's and CPT's.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import therapycodes as tc
from therapycodes.policy import UnitMethod


DAY = "2026-03-02"
EIGHTS = [tc.Service(code, 8) for code in ("97110", "97112", "97140")]
RULES = tc.rules_on(DAY)


def counted(method, *services):
    """
    The count of these services by one method.
    """
    return tc.count_units(services, RULES.choosing(unit_method=method))


class TestCompare:
    """
    Each method beside the others.
    """

    def test_eights(self):
        """
        8/8/8: two units under total time, three under the midpoint (AAPC forum), none in whole blocks.
        """
        compared = tc.compare_methods(EIGHTS, on=DAY)
        assert {
            "total-time": 2,
            "midpoint": 3,
            "nearest-quarter-hour": 3,
            "whole-blocks": 0,
            "decimal": Decimal("1.5"),
        } == compared.timed_units

    def test_every_method_is_there(self):
        """
        No method is left out.
        """
        assert list(UnitMethod) == list(tc.compare_methods(EIGHTS, on=DAY).counts)

    def test_by_name(self):
        """
        A count is found by the name of its method, and an unknown name is refused.
        """
        compared = tc.compare_methods(EIGHTS, on=DAY)
        assert compared.counts[UnitMethod.MIDPOINT] == compared["midpoint"]
        with pytest.raises(tc.InvalidInputError):
            compared["eight-minute"]

    def test_differences_name_code_units_and_reason(self):
        """
        Each code that differs is shown with its units and its reason by method.
        """
        compared = tc.compare_methods([tc.Service("97110", 33), tc.Service("97140", 7)], on=DAY)
        (pt, manual) = compared.differences
        assert ("97110", 2, 2) == (pt.code, pt.units["total-time"], pt.units["midpoint"])
        assert ("97140", 1, 0) == (manual.code, manual.units["total-time"], manual.units["midpoint"])
        assert "not past the midpoint" in manual.reasons["midpoint"]
        assert "largest remainders" in manual.reasons["total-time"]
        assert not compared.agree

    def test_agree(self):
        """
        Whole quarters of an hour are the same by every method.
        """
        compared = tc.compare_methods([tc.Service("97110", 30), tc.Service("97161")], on=DAY)
        assert compared.agree
        assert "every way gives the same units" in tc.render_text(compared)

    def test_no_units_at_all(self):
        """
        Nothing furnished is nothing by every method.
        """
        compared = tc.compare_methods([], on=DAY)
        assert compared.agree
        assert "total-time: no unit" in tc.render_text(compared)

    def test_who_uses_it(self):
        """
        The bundled policies that decide for a method that day are named.
        """
        used = tc.compare_methods(EIGHTS, on=DAY).used_by
        assert "medicare-part-b" in used["total-time"]
        assert "cpt" in used["midpoint"]
        assert () == used["whole-blocks"]

    def test_policies_without_the_day_are_left_out(self):
        """
        A policy whose rules begin later is not said to use anything on an earlier day.
        """
        before, after = (tc.compare_methods(EIGHTS, on=day).used_by for day in ("2022-09-21", "2022-09-22"))
        assert "blue-cross-blue-shield-nebraska" not in before["total-time"]
        assert "blue-cross-blue-shield-nebraska" in after["total-time"]

    def test_own_method_is_the_policy_s(self):
        """
        The policy's own method keeps the policy's own rules.
        """
        assert RULES == tc.compare_methods(EIGHTS, on=DAY)["total-time"].rules
        assert RULES != tc.compare_methods(EIGHTS, on=DAY)["midpoint"].rules

    def test_preference_reaches_every_method(self):
        """
        The clinician's choice is handed on.
        """
        day = [tc.Service("97112", 20), tc.Service("97110", 20)]
        compared = tc.compare_methods(day, on=DAY, prefer=["97110"])
        assert {"97112": 1, "97110": 2} == compared["total-time"].units

    def test_shown(self):
        """
        Text, HTML and dictionary carry every method.
        """
        compared = tc.compare_methods(EIGHTS, on=DAY)
        text, page, plain = tc.render_text(compared), tc.html_of(compared), tc.to_dict(compared)
        for method in UnitMethod:
            assert method in text
            assert method in page
            assert method in plain["counts"]
        assert page == compared._repr_html_()
        assert "1.5" == plain["counts"]["decimal"]["timed_units"]


class TestWholeBlocks:
    """
    Completed blocks only.
    """

    @pytest.mark.parametrize(("minutes", "units"), [(0, 0), (14, 0), (15, 1), (29, 1), (30, 2)])
    def test_units(self, minutes, units):
        """
        A block counts once it is complete.
        """
        assert units == counted("whole-blocks", tc.Service("97110", minutes)).timed_units

    def test_other_lengths(self):
        """
        Caregiver training: 30 minutes and then 15, each complete.
        """
        assert {"97550": 1, "97551": 1} == counted("whole-blocks", tc.Service("97550", 59)).units

    @pytest.mark.parametrize(("minutes", "further"), [(0, 15), (14, 1), (15, 15), (29, 1)])
    def test_minutes_to_next_unit(self, minutes, further):
        """
        What is missing to the next unit is what is missing to a complete block.
        """
        assert further == counted("whole-blocks", tc.Service("97110", minutes)).minutes_to_next_unit


class TestDecimal:
    """
    A part of a unit as a decimal.
    """

    @pytest.mark.parametrize(
        ("minutes", "units"), [(0, "0.0"), (1, "0.1"), (6, "0.4"), (7, "0.5"), (15, "1.0"), (24, "1.6"), (44, "2.9")]
    )
    def test_units(self, minutes, units):
        """
        Minutes over fifteen, to the nearest tenth: 6/15 = 0.4, 7/15 = 0.467, 44/15 = 2.933.
        """
        assert Decimal(units) == counted("decimal", tc.Service("97110", minutes)).units["97110"]

    def test_blocks_of_other_lengths_keep_the_midpoint(self):
        """
        No source takes decimals of other blocks: they are counted by the midpoint.
        """
        assert {"97550": 1, "97551": 1} == counted("decimal", tc.Service("97550", 38)).units

    def test_claim_line(self):
        """
        A part of a unit stands on the claim line as it was counted.
        """
        rules = tc.rules_on(DAY, "security-health-plan-badgercare-plus")
        count = tc.count_units([tc.Service("97110", 6)], rules)
        (line,) = tc.claim_lines(count, rules)
        assert Decimal("0.4") == line.units
        assert "0.4" == tc.to_dict(line)["units"]

    def test_minutes_to_next_tenth(self):
        """
        What is missing is what adds a tenth: 7 of 15 are 0.5, 11 are 0.7 as 10 are, 12 are 0.8.
        """
        assert 1 == counted("decimal", tc.Service("97110", 6)).minutes_to_next_unit
        assert 2 == counted("decimal", tc.Service("97110", 10)).minutes_to_next_unit

    def test_assistant(self):
        """
        Parts of units cannot be given out one by one: the 10 percent test looks at the whole service.
        """
        count = counted("decimal", tc.Service("97110", 15), tc.Service("97110", 9, furnished_by="assistant"))
        assert [(Decimal("1.6"), ("assistant-time-block",))] == [
            (line.assistant_units, tuple(rule for rule in line.unsettled if rule.startswith("assistant")))
            for line in count.lines
        ]

    @pytest.mark.parametrize("units", [Decimal(0), Decimal("-0.5"), Decimal("NaN"), Decimal("Infinity"), 0.5, True, 0])
    def test_claim_line_refuses(self, units):
        """
        Nothing, less than nothing, no number, a float and a flag are no units.
        """
        with pytest.raises(tc.InvalidInputError):
            tc.ClaimLine("97110", units)

    def test_there_and_back(self):
        """
        Decimal units are text in a dictionary; other text is refused.
        """
        line = tc.ClaimLine("97110", Decimal("1.6"))
        assert line == tc.from_dict(tc.to_dict(line), tc.ClaimLine)
        for wrong in ("1", "1.", "a.5", 1.6, None, True):
            with pytest.raises(tc.InvalidInputError) as caught:
                tc.from_dict({"code": "97110", "units": wrong}, tc.ClaimLine)
            assert "units" == caught.value.field

    @pytest.mark.parametrize("units", [Decimal(2), Decimal("0.333"), Decimal("1E+2")])
    def test_claim_line_takes_tenths_and_hundredths(self, units):
        """
        Part units have one or two decimals, so that they go to a dictionary and back; whole ones are an int.
        """
        with pytest.raises(tc.InvalidInputError, match="one or two decimals"):
            tc.ClaimLine("97110", units)

    def test_drawing(self):
        """
        The drawing tells the decimal in words and puts a dot on each whole unit.
        """
        drawn = tc.svg_of(counted("decimal", tc.Service("97110", 24)))
        assert "24 min, 1.6 units" in drawn


class TestNearestQuarterHour:
    """
    For whole minutes the nearest quarter of an hour is the midpoint.
    """

    @settings(max_examples=60, derandomize=True, deadline=None, database=None)
    @given(st.integers(0, 600))
    def test_as_midpoint(self, minutes):
        """
        Every whole minute comes to the same units by both.
        """
        service = tc.Service("97110", minutes)
        assert counted("midpoint", service).units == counted("nearest-quarter-hour", service).units

    def test_rule(self):
        """
        The trace names the method's own rule.
        """
        assert "nearest-quarter-hour" == counted("nearest-quarter-hour", tc.Service("97110", 8)).trace[0].rule


class TestChoosing:
    """
    Choices of the caller's own instead of the policy's.
    """

    def test_marked(self):
        """
        What the caller chose is shown, marked as unsettled and not the same rules any more.
        """
        rules = RULES.choosing(unit_method="midpoint")
        assert "<RuleSet medicare-part-b on 2026-03-02, unit_method=midpoint>" == repr(rules)
        assert (("unit_method", "midpoint"),) == rules.chosen
        assert rules.parameters["unit_method"].standing is tc.Standing.UNCONFIRMED
        assert tc.count_units(EIGHTS, rules).trace[0].unsettled
        assert not tc.count_units(EIGHTS, RULES).trace[0].unsettled

    def test_choices_add_up(self):
        """
        A second choice keeps the first; the later of two choices about one thing holds.
        """
        rules = RULES.choosing(timed_pool="day").choosing(unit_method="midpoint").choosing(timed_pool="discipline")
        assert (("timed_pool", "discipline"), ("unit_method", "midpoint")) == rules.chosen

    def test_pool(self):
        """
        PT 8 and OT 7: one unit kept apart, one together; the trace says which and that no source decides.
        """
        day = [tc.Service("97110", 8, discipline="PT"), tc.Service("97530", 15, discipline="OT")]
        apart, together = (
            tc.count_units(day, RULES.choosing(timed_pool=pool)).trace[0] for pool in ("discipline", "day")
        )
        assert ("timed-pool-discipline", "timed-pool-day") == (apart.rule, together.rule)
        assert apart.unsettled
        assert together.unsettled

    @pytest.mark.parametrize(("test", "units"), [("percentage", 1), ("simple", 0)])
    def test_assistant_arithmetic(self, test, units):
        """
        2 of 15 minutes: 13 percent by the rounded percentage, one short of 2 + 1 by the simple way.
        """
        rules = tc.rules_on("2021-03-10").choosing(assistant_test=test)
        day = [tc.Service("97110", 13), tc.Service("97110", 2, furnished_by="assistant")]
        count = tc.count_units(day, rules)
        assert units == count.lines[0].assistant_units
        assert "assistant-arithmetic" in count.lines[0].unsettled
        assert "by percentage more than 10 percent, by simple not more than 10 percent" in count.trace[-1].sentence

    def test_untimed_arithmetic(self):
        """
        The two ways may disagree about an untimed service as well: 2 of 15 minutes.
        """
        day = [tc.Service("97150", 13), tc.Service("97150", 2, furnished_by="assistant")]
        count = tc.count_units(day, RULES)
        assert ("assistant-arithmetic",) == count.lines[0].unsettled
        assert "assistant-arithmetic" == count.trace[-1].rule

    def test_nothing_chosen(self):
        """
        Choosing nothing is refused.
        """
        with pytest.raises(tc.InvalidInputError):
            RULES.choosing()

    def test_unknown_choice(self):
        """
        An unknown value is refused by name.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            RULES.choosing(unit_method="eight-minute")
        assert "unit_method" == caught.value.field

    def test_claim_needs_the_same_rules(self):
        """
        Lines are not made under other rules than the count's, the caller's own choices included.
        """
        count = tc.count_units(EIGHTS, RULES.choosing(unit_method="midpoint"))
        with pytest.raises(tc.InvalidInputError):
            tc.claim_lines(count, RULES)
