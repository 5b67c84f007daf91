"""
Clock times of services: minutes derived from them, and minutes claimed twice.
"""

from __future__ import annotations

from datetime import UTC, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import therapycodes as tc
from therapycodes.clock import find_overlaps


RULES = tc.rules_on("2026-03-02")


def at(code, start, end, **more):
    """
    A service with clock times.
    """
    return tc.Service(code, start=start, end=end, **more)


class TestTimes:
    """
    A service may say when it began and ended.
    """

    def test_minutes_are_derived(self):
        """
        Minutes left out are those between start and end.
        """
        assert 25 == at("97110", "09:05", "09:30").minutes

    def test_fewer_minutes_may_be_stated(self):
        """
        Treatment minutes may be fewer than lie between the clock times: rest is not treatment (section 20.3).
        """
        assert 20 == at("97110", "09:05", "09:30", minutes=20).minutes

    @pytest.mark.parametrize(
        ("arguments", "field"),
        [
            ({"start": "09:00"}, "end"),
            ({"end": "09:00"}, "start"),
            ({"start": "09:30", "end": "09:05"}, "end"),
            ({"start": "09:30", "end": "09:30"}, "end"),
            ({"minutes": 26, "start": "09:05", "end": "09:30"}, "minutes"),
            ({"start": "9:05", "end": "09:30"}, "start"),
            ({"start": "09:05", "end": "24:00"}, "end"),
            ({"start": "09:05:30", "end": "09:30"}, "start"),
            ({"start": time(9, 5, 30), "end": "09:30"}, "start"),
            ({"start": time(9, 5, tzinfo=UTC), "end": "09:30"}, "start"),
            ({"start": 905, "end": "09:30"}, "start"),
            ({"start": "٠٩:٠٥", "end": "09:30"}, "start"),
        ],
    )
    def test_refused(self, arguments, field):
        """
        Half a pair, a wrong order, more minutes than fit, seconds, time zones and anything else are refused.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.Service("97110", **arguments)
        assert field == caught.value.field

    def test_times_as_values(self):
        """
        A `time` serves as well as its text.
        """
        assert at("97110", time(9, 5), time(9, 30)) == at("97110", "09:05", "09:30")

    def test_repr_shows_times_and_hides_the_performer(self):
        """
        The times are shown, the key of the performer is not.
        """
        shown = repr(at("97110", "09:05", "09:30", performer="ZZMARKER"))
        assert "Service(code='97110', minutes=25, start='09:05', end='09:30')" == shown

    def test_there_and_back(self):
        """
        A service with clock times goes to a dictionary and back.
        """
        service = at("97110", "09:05", "09:30", performer="staff-1")
        plain = tc.to_dict(service)
        assert {"code": "97110", "minutes": 25, "start": "09:05", "end": "09:30", "performer": "staff-1"} == plain
        assert service == tc.from_dict(plain, tc.Service)

    @pytest.mark.parametrize("value", ["9.05", 905, None, "25:00"])
    def test_dictionary_refused(self, value):
        """
        A dictionary with something that is no clock time is refused by its path.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.from_dict({"code": "97110", "start": value, "end": "09:30"}, tc.Service)
        assert caught.value.field in ("start", "Service.start") or value is None


class TestOverlaps:
    """
    "Each 15 minutes the patient is being treated" count once (Medicare Claims Processing Manual, chapter 5, 20.3).
    """

    def test_same_minutes(self):
        """
        Two attended services at once share their minutes, whoever furnished them.
        """
        count = tc.count_units([at("97110", "09:00", "09:20"), at("97140", "09:15", "09:30")], RULES)
        (found,) = count.overlaps
        assert (tc.OverlapKind.SAME_MINUTES, (0, 1), ("97110", "97140"), 5) == (
            found.kind,
            found.services,
            found.codes,
            found.minutes,
        )
        assert "97110 and 97140 share 5 minutes, 09:15 to 09:20: the same minutes count once." == str(found)
        assert "section 20.3" == found.citations[0].locator

    def test_nothing_is_taken_off(self):
        """
        An overlap changes no unit.
        """
        apart = tc.count_units([at("97110", "09:00", "09:20"), at("97140", "09:20", "09:35")], RULES)
        over = tc.count_units([at("97110", "09:00", "09:20"), at("97140", "09:15", "09:30")], RULES)
        assert apart.units == over.units
        assert () == apart.overlaps

    def test_one_person(self):
        """
        One person named for both cannot have attended both.
        """
        services = [
            at("97140", "09:15", "09:30", performer="a"),
            at("97110", "09:00", "09:16", performer="a"),
        ]
        (found,) = find_overlaps(services, RULES)
        assert tc.OverlapKind.ONE_PERSON is found.kind
        assert (0, 1) == found.services
        assert "97140 and 97110 share 1 minute, 09:15 to 09:16: one person cannot attend both." == found.sentence

    def test_two_people(self):
        """
        Two people named are still the same minutes of one patient.
        """
        services = [at("97116", "09:00", "09:15", performer="a"), at("97116", "09:00", "09:15", performer="b")]
        (found,) = find_overlaps(services, RULES)
        assert (tc.OverlapKind.SAME_MINUTES, 15) == (found.kind, found.minutes)

    def test_group_beside_individual(self):
        """
        Minutes of a group are not minutes of one-on-one treatment as well.
        """
        found = find_overlaps([at("97150", "09:00", "09:30"), at("97110", "09:10", "09:25")], RULES)
        assert [15] == [one.minutes for one in found]

    def test_supervised_modality_may_run_beside(self):
        """
        A hot pack or an unattended modality needs nobody, so it may run beside anything.
        """
        assert () == find_overlaps([at("97010", "09:00", "09:15"), at("97110", "09:00", "09:15")], RULES)

    def test_without_times_nothing_is_looked_at(self):
        """
        Services without clock times take no part.
        """
        assert () == find_overlaps([tc.Service("97110", 15), at("97140", "09:00", "09:15")], RULES)

    def test_three_at_once(self):
        """
        Every pair is shown, the earliest first.
        """
        services = [at("97110", "09:00", "10:00"), at("97140", "09:10", "09:20"), at("97530", "09:15", "09:40")]
        assert [(0, 1), (0, 2), (1, 2)] == [one.services for one in find_overlaps(services, RULES)]

    def test_trace_tells(self):
        """
        The trace ends with the overlap and its citation; so does the text.
        """
        count = tc.count_units([at("97110", "09:00", "09:20"), at("97140", "09:15", "09:30")], RULES)
        assert "overlap-same-minutes" == count.trace[-1].rule
        assert "  overlap: 97110 and 97140 share 5 minutes" in tc.render_text(count)

    def test_timed_code_without_known_attendance(self):
        """
        Where the attendance of a code is not known, a 15-minute code counts as attended and any other does not.
        """
        unknown = [code for code in tc.codes(on="2026-03-02") if code.on("2026-03-02").attendance is None]
        for code in unknown:
            facts = code.on("2026-03-02")
            found = find_overlaps([at(code.code, "09:00", "09:15"), at("97110", "09:00", "09:15")], RULES)
            assert (facts.unit_basis is tc.UnitBasis.TIMED) is bool(found)
        assert unknown


minute_of_day = st.integers(0, 23 * 60)
slots = st.builds(
    lambda start, length: at("97110", time(*divmod(start, 60)), time(*divmod(start + length, 60))),
    minute_of_day,
    st.integers(1, 59),
)


class TestSweep:
    """
    Looking at services in order of time finds what comparing each with each finds.
    """

    @settings(max_examples=150, derandomize=True, deadline=None, database=None)
    @given(st.lists(slots, max_size=8))
    def test_as_compared_one_by_one(self, services):
        """
        The pairs found are those whose times intersect, with the minutes of the intersection.
        """
        expected = {}
        for later, one in enumerate(services):
            for earlier, other in enumerate(services[:later]):
                first, last = max(one.start, other.start), min(one.end, other.end)
                if first < last:
                    expected[earlier, later] = (last.hour - first.hour) * 60 + last.minute - first.minute
        assert expected == {found.services: found.minutes for found in find_overlaps(services, RULES)}
