"""
Two codes side by side.
"""

from __future__ import annotations

from datetime import date

import attrs
import pytest

import therapycodes as tc
from therapycodes.code import CodeFacts, Facts
from therapycodes.comparison import ComparedFact, compare


class TestFacts:
    """
    What is shared and what differs.
    """

    def test_shared(self):
        """
        Two timed treatments of a day share unit, attendance and disciplines.
        """
        both = compare("97112", "97110", on="2026-03-02")

        assert (date(2026, 3, 2), date(2026, 3, 2)) == (both.first_day, both.second_day)
        assert {"unit", "attendance", "disciplines"} <= {fact.name for fact in both.shared}
        assert () == both.differing

    def test_differing(self):
        """
        A timed and an untimed treatment differ in their unit, each side with its evidence.
        """
        both = compare("97112", "92526", on="2026-03-02")
        unit = next(fact for fact in both.differing if fact.name == "unit")

        assert ("timed", "untimed") == (unit.first.basis, unit.second.basis)
        assert unit.first_evidence.citations
        assert unit.second_evidence.citations

    def test_known_for_one(self):
        """
        A fact known for one of the codes only is neither shared nor differing.
        """
        both = compare("97112", "97140", on="2026-03-02")
        names = {fact.name for fact in both.known_for_one}

        assert "telehealth" in names
        assert set() == names & {fact.name for fact in (*both.shared, *both.differing)}

    def test_latest(self):
        """
        Without a date each code is read on its last day.
        """
        both = compare("97532", "97129")

        assert date(2017, 12, 31) == both.first_day
        assert tc.coverage().effective_through == both.second_day

    def test_nothing_known(self):
        """
        A code without facts is compared by its purpose alone.
        """
        both = compare("97122", "97140")

        assert both.first_day is None
        assert () == both.shared == both.differing
        assert both.known_for_one

    def test_facts_after_the_end(self):
        """
        A code whose facts do not reach its life has none.
        """
        old = tc.lookup("97001")
        odd = attrs.evolve(old, code="X0001", facts=Facts(unit=tc.lookup("97110").facts.unit))

        assert compare(odd, "97110").first_day is None

    def test_without_catalogue(self):
        """
        A code made by hand is read up to the end of its facts.
        """
        plain = tc.Code(
            code="X0001", system="CPT", category="invented", label="Invented", facts=tc.lookup("97110").facts
        )

        assert date.max == compare(plain, "97110").first_day

    def test_not_in_force(self):
        """
        A code that is not in force on the date is refused.
        """
        with pytest.raises(tc.CodeNotInForceError):
            compare("97001", "97161", on="2020-06-01")


class TestPurpose:
    """
    Which documented purpose decides.
    """

    def test_documented(self):
        """
        What either code says of the other decides, with its citations.
        """
        both = compare("97112", "97110")

        assert both.is_documented
        assert ["97112", "97110"] == [one.stated_for for one in both.decides]
        assert all(one.citations for one in both.decides)
        assert "balance" in both.decides[1].text

    def test_side_by_side(self):
        """
        Without such a statement the two purposes stand side by side.
        """
        both = compare("97112", "92526")

        assert not both.is_documented
        assert [both.first_purpose.text, both.second_purpose.text] == [str(one) for one in both.decides]

    def test_no_purposes(self):
        """
        Codes without purposes leave the choice open.
        """
        plain = [tc.Code(code=name, system="CPT", category="invented", label="Invented") for name in ("X0001", "X0002")]
        both = compare(*plain)

        assert () == both.decides
        assert both.first_purpose is None
        assert "<Comparison X0001 / X0002: 0 facts shared; differing: nothing>" == repr(both)


class TestShown:
    """
    Readable forms.
    """

    def test_comparison(self):
        """
        A comparison shows the codes, the differences and what decides.
        """
        shown = repr(compare("97112", "97150", on="2026-03-02"))

        assert "<Comparison 97112 / 97150: " in shown
        assert "unit: timed, 15 minutes / untimed" in shown
        assert "Choose 97150" in shown

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            (True, True, "<assistants: True>"),
            (True, None, "<assistants: True / not known>"),
            (("PT", "OT"), ("SLP",), "<assistants: PT, OT / SLP>"),
        ],
    )
    def test_fact(self, first, second, expected):
        """
        A fact shows its value, or both.
        """
        assert expected == repr(ComparedFact(name="assistants", first=first, second=second))

    def test_deciding(self):
        """
        What decides shows who says it and its standing.
        """
        decides = compare("97112", "97110").decides[0]

        assert f"<97112: {decides.text} ({decides.standing})>" == repr(decides)


class TestRefused:
    """
    Input that cannot be compared.
    """

    @pytest.mark.parametrize(
        ("codes", "expected"),
        [(("9711", "97110"), "first"), (("97110", None), "second"), (("97110", "97110"), "second")],
    )
    def test_codes(self, codes, expected):
        """
        What is no code, or twice the same, is refused by its field.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            compare(*codes)

        assert expected == caught.value.field

    def test_every_fact_is_compared(self):
        """
        The names of the compared facts are those of `Facts` and of `CodeFacts`.
        """
        names = {entry.name for entry in attrs.fields(Facts)}

        assert names <= {entry.name for entry in attrs.fields(CodeFacts)}
