"""
What took the place of ended codes, for any date.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

import therapycodes as tc
from therapycodes.succession import predecessors, successors


SMALL = Path(__file__).parent / "small"


class Circle:
    """
    A catalogue in which two ended codes name each other.
    """

    def __init__(self):
        one = tc.lookup("97532")
        event = one.deleted
        self._codes = {
            name: attrs.evolve(one, code=name, history=(attrs.evolve(event, replaced_by=(other,)),))
            for name, other in (("X0001", "X0002"), ("X0002", "X0001"))
        }

    def lookup(self, name):
        """
        The code of that name.
        """
        return self._codes[name]

    def codes(self):
        """
        Both codes.
        """
        return tuple(self._codes.values())


class TestSuccessors:
    """
    Chains of replacements are followed to the date of service.
    """

    @pytest.mark.parametrize(
        ("code", "day", "expected"),
        [
            ("97532", "2017-12-31", ("97532",)),
            ("97532", "2018-01-01", ("97127", "G0515")),
            ("97532", "2018-06-01", ("97127", "G0515")),
            ("97532", "2019-12-31", ("97127", "G0515")),
            ("97532", "2020-01-01", ("97129", "97130")),
            ("97532", "2020-06-01", ("97129", "97130")),
            ("97532", None, ("97129", "97130")),
            ("97129", "2019-12-31", ()),
            ("97129", "2020-01-01", ("97129",)),
            ("97129", None, ("97129",)),
            ("97001", "2017-01-01", ("97161", "97162", "97163")),
            ("64550", "2020-01-01", ()),
            ("64550", None, ()),
        ],
    )
    def test_chain(self, code, day, expected):
        """
        On each side of a change the codes of that day are given.
        """
        assert expected == successors(code, on=day)

    def test_takes_codes(self):
        """
        A `Code` serves as well as its text.
        """
        assert ("97161", "97162", "97163") == successors(tc.lookup("97001"))

    def test_circle(self):
        """
        Codes that replace each other end the search.
        """
        assert () == successors("X0001", catalogue=Circle())

    def test_every_code(self):
        """
        Every code has an answer, and no answer has ended.
        """
        answers = {name for code in tc.codes() for name in successors(code)}

        assert set() == {name for name in answers if tc.lookup(name).deleted}

    @pytest.mark.parametrize("code", ["9711", None, "jane doe"])
    def test_refused(self, code):
        """
        What is no code is refused.
        """
        with pytest.raises(tc.InvalidInputError):
            successors(code)

    def test_unknown(self):
        """
        A code nobody has heard of is refused.
        """
        with pytest.raises(tc.UnknownCodeError):
            successors("99999")


class TestPredecessors:
    """
    Replacements read backwards.
    """

    @pytest.mark.parametrize(
        ("code", "expected"),
        [("97129", ("97127", "G0515", "97532")), ("97161", ("97001",)), ("97763", ("97762", "97703")), ("97110", ())],
    )
    def test_chain(self, code, expected):
        """
        The nearest predecessors come first.
        """
        assert expected == predecessors(code)

    def test_circle(self):
        """
        Codes that replace each other end the search, and none precedes itself.
        """
        assert ("X0002",) == predecessors("X0001", catalogue=Circle())

    def test_own_catalogue(self):
        """
        A catalogue of one's own has its own history.
        """
        catalogue = tc.load_catalogue(SMALL)

        assert {name: predecessors(name, catalogue=catalogue) for name in catalogue.code_names}.keys() == set(
            catalogue.code_names
        )
