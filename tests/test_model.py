"""
The facts as values: frozen, comparable, picklable, and readable in a session.
"""

from __future__ import annotations

import copy
import pickle
from datetime import date

import attrs
import pytest

import therapycodes as tc
from therapycodes.code import Attendance, EventKind, Facts, HistoryEvent, Metadata, SimilarCode, UnitBasis, UnitRule
from therapycodes.evidence import Dated, Standing, Statement
from therapycodes.frozenmap import FrozenMap
from therapycodes.periods import Period


READ = date(2021, 6, 30)


def source(name="manual", standing="primary"):
    """
    A source of our making.
    """
    return tc.Source(id=name, title=f"The {name}", publisher="P", standing=Standing(standing), read_on=READ)


MANUAL = tc.Citation(source(), "page 1")
LEAFLET = tc.Citation(source("leaflet", "secondary"), "page 2")


def dated(value, start, end=None, **more):
    """
    A dated fact of our making.
    """
    return Dated(
        value=value, effective_from=start, effective_through=end, reviewed_on=READ, citations=(MANUAL,), **more
    )


def code(*, history=(), covered=None, **facts):
    """
    A code of our making.
    """
    return tc.Code(
        code="X0001",
        system="CPT",
        category="invented",
        label="Chalk",
        history=history,
        facts=Facts(**facts),
        covered=covered,
    )


def event(kind, day, *replaced_by, citation=MANUAL, **more):
    """
    An event in the life of a code of our making.
    """
    return HistoryEvent(
        kind=EventKind(kind), date=day, replaced_by=replaced_by, reviewed_on=READ, citations=(citation,), **more
    )


class TestFrozenMap:
    """
    A mapping in a result cannot be changed.
    """

    def test_is_a_mapping(self):
        """
        It equals any mapping with the same items, in any order.
        """
        units = FrozenMap({"97110": 2, "97140": 1})

        assert {"97140": 1, "97110": 2} == units
        assert ["97110", "97140"] == list(units)
        assert 2 == len(units)
        assert 2 == units["97110"]
        assert "97112" not in units
        assert units.get("97112") is None
        assert units != {"97110": 2}

    def test_empty(self):
        """
        Without items it is empty.
        """
        assert {} == FrozenMap() == FrozenMap(None) == FrozenMap({})

    def test_reads_like_a_dictionary(self):
        """
        Its `repr` is that of a dictionary.
        """
        assert "{'97110': 2}" == repr(FrozenMap({"97110": 2}))

    def test_cannot_be_changed(self):
        """
        It takes no item and no attribute.
        """
        units = FrozenMap({"97110": 2})
        with pytest.raises(TypeError):
            units["97110"] = 3
        with pytest.raises(AttributeError):
            units.further = 1

    def test_keeps_a_copy(self):
        """
        What it was made of may change without changing it.
        """
        mutable = {"97110": 2}
        units = FrozenMap(mutable)
        mutable["97110"] = 9

        assert 2 == units["97110"]

    def test_hashes_by_its_items(self):
        """
        Equal maps have equal hashes.
        """
        assert 1 == len({FrozenMap({"a": 1, "b": 2}), FrozenMap({"b": 2, "a": 1})})

    def test_copies_and_pickles(self):
        """
        Copies are equal and still read-only.
        """
        units = FrozenMap({"97110": 2})
        for again in (copy.copy(units), copy.deepcopy(units), pickle.loads(pickle.dumps(units))):
            assert units == again
            assert isinstance(again, FrozenMap)


class TestEvidence:
    """
    Each statement carries its citations and weighs what its heaviest citation weighs.
    """

    @pytest.mark.parametrize(
        ("citations", "standing"),
        [
            ((MANUAL,), "primary"),
            ((LEAFLET,), "secondary"),
            ((LEAFLET, MANUAL), "primary"),
            ((tc.Citation(source("a", "disputed"), "1"), LEAFLET), "secondary"),
            ((tc.Citation(source("a", "contractor"), "1"), tc.Citation(source("b", "payer"), "1")), "contractor"),
            ((tc.Citation(source("a", "unconfirmed"), "1"),), "unconfirmed"),
        ],
    )
    def test_heaviest(self, citations, standing):
        """
        The standing is that of the heaviest citation.
        """
        assert Standing(standing) is Statement(text="Chalk.", citations=citations).standing

    def test_marked_down(self):
        """
        The data may mark a statement down.
        """
        assert Standing.DISPUTED is Statement(text="C", citations=(MANUAL,), standing=Standing.DISPUTED).standing

    def test_needs_a_citation(self):
        """
        Nothing is stated without a citation.
        """
        with pytest.raises(ValueError, match="needs at least one citation"):
            Statement(text="Chalk.", citations=())

    def test_every_standing_has_a_weight(self):
        """
        The order of the standings is the order of the weights, heaviest first.
        """
        assert [
            "primary",
            "contractor",
            "payer",
            "professional",
            "secondary",
            "disputed",
            "unconfirmed",
        ] == [standing.value for standing in Standing]

    def test_words_of_a_statement(self):
        """
        `in` looks for words in any case; `str` is the sentence.
        """
        statement = Statement(text="Steady steps along a Line.", citations=(LEAFLET,))

        assert "STEADY steps" in statement
        assert "line" in statement
        assert "rope" not in statement
        assert "Steady steps along a Line." == str(statement)
        assert "<Steady steps along a Line. (secondary)>" == repr(statement)

    def test_repr(self):
        """
        What a session shows is short and names the standing.
        """
        similar = SimilarCode(code="X0002", text="Choose it on a rope.", citations=(LEAFLET,))

        assert "<Source manual: The manual (primary)>" == repr(MANUAL.source)
        assert "<Citation The manual, page 1 (primary)>" == repr(MANUAL)
        assert "The manual, page 1" == str(MANUAL)
        assert "<X0002: Choose it on a rope. (secondary)>" == repr(similar)

    @pytest.mark.parametrize(
        ("event", "shown"),
        [
            (event("added", date(2020, 1, 1)), "<added 2020-01-01 (primary)>"),
            (
                event("deleted", date(2020, 12, 31), "X0002", "X0003", citation=LEAFLET),
                "<deleted 2020-12-31, replaced by X0002, X0003 (secondary)>",
            ),
            (
                event("revised", date(2020, 1, 1), standing=Standing.UNCONFIRMED),
                "<revised 2020-01-01 (unconfirmed)>",
            ),
        ],
    )
    def test_repr_of_an_event(self, event, shown):
        """
        An event says what happened, when, and how sure that is.
        """
        assert shown == repr(event)


class TestMetadata:
    """
    What a code is, statement by statement.
    """

    def test_empty(self):
        """
        Nothing stated means no statements and no sources.
        """
        assert () == Metadata().statements == Metadata().sources

    def test_statements_and_sources(self):
        """
        Statements come in the order of the fields; each source is listed once, in order of first use.
        """
        purpose = Statement(text="Purpose.", citations=(LEAFLET,))
        risk = Statement(text="Risk.", citations=(MANUAL, LEAFLET))
        similar = SimilarCode(code="X0002", text="Rope.", citations=(tc.Citation(source("guide", "payer"), "3"),))
        metadata = Metadata(similar=(similar,), risks=(risk,), purpose=purpose)

        assert (purpose, risk, similar) == metadata.statements
        assert ["leaflet", "manual", "guide"] == [one.id for one in metadata.sources]

    def test_without_a_purpose(self):
        """
        A code without a purpose still has its other statements.
        """
        risk = Statement(text="Risk.", citations=(MANUAL,))

        assert (risk,) == Metadata(risks=(risk,)).statements

    def test_sources_of_a_bundled_code(self):
        """
        The sources of a bundled code are those its statements cite.
        """
        metadata = tc.lookup("97112").metadata
        cited = {citation.source.id for statement in metadata.statements for citation in statement.citations}

        assert cited == {one.id for one in metadata.sources}
        assert len(cited) == len(metadata.sources)


class TestUnitRule:
    """
    A timed code has minutes, an untimed one has none.
    """

    def test_fits(self):
        """
        Both kinds can be made.
        """
        assert 15 == UnitRule(basis=UnitBasis.TIMED, minutes=15).minutes
        assert UnitRule(basis=UnitBasis.UNTIMED).minutes is None

    @pytest.mark.parametrize(("basis", "minutes"), [("timed", None), ("untimed", 15), ("untimed", 0)])
    def test_refuses(self, basis, minutes):
        """
        Minutes belong to a timed basis and to no other.
        """
        with pytest.raises(ValueError, match="minutes belong to the bases"):
            UnitRule(basis=UnitBasis(basis), minutes=minutes)


class TestLife:
    """
    A code exists from its confirmed beginning through its confirmed end.
    """

    ADDED = event("added", date(2020, 1, 1))
    DELETED = event("deleted", date(2020, 12, 31), "X0002")

    def test_no_history(self):
        """
        Without a history a code is taken to exist on any day.
        """
        assert code().in_force_on("1900-01-01")
        assert (None, None, ()) == (code().added, code().deleted, code().replaced_by)

    @pytest.mark.parametrize(
        ("day", "in_force"),
        [("2019-12-31", False), ("2020-01-01", True), ("2020-12-31", True), ("2021-01-01", False)],
    )
    def test_both_sides(self, day, in_force):
        """
        The first and the last day count, their neighbors do not.
        """
        assert in_force is code(history=(self.ADDED, self.DELETED)).in_force_on(day)

    def test_unconfirmed_events_decide_nothing(self):
        """
        What nobody confirmed stands in the history and does not end a code.
        """
        doubtful = tuple(attrs.evolve(one, standing=Standing.UNCONFIRMED) for one in (self.ADDED, self.DELETED))
        one = code(history=doubtful)

        assert doubtful == one.history
        assert one.in_force_on("2019-12-31")
        assert one.in_force_on("2021-01-01")
        assert () == one.replaced_by

    def test_not_in_force(self):
        """
        The error tells the life of the code and its successors.
        """
        one = code(history=(self.ADDED, self.DELETED))
        with pytest.raises(tc.CodeNotInForceError) as late:
            one.on("2021-01-01")
        with pytest.raises(tc.CodeNotInForceError) as early:
            one.on(date(2019, 12, 31))

        told = "X0001 is not in force on 2021-01-01: it ended on 2020-12-31, replaced by X0002; "
        assert f"{told}successors() tells what holds later" == str(late.value)
        assert "X0001 is not in force on 2019-12-31: it began on 2020-01-01" == str(early.value)
        assert (date(2020, 1, 1), date(2020, 12, 31)) == (late.value.in_force_from, late.value.in_force_through)

    def test_only_one_end_known(self):
        """
        The error leaves out what is not known.
        """
        with pytest.raises(tc.CodeNotInForceError) as late:
            code(history=(self.DELETED,)).on("2021-01-01")
        with pytest.raises(tc.CodeNotInForceError) as early:
            code(history=(self.ADDED,)).on("2019-12-31")

        assert late.value.in_force_from is None
        assert early.value.in_force_through is None

    def test_repr(self):
        """
        A code shows its label, and its end when it has one.
        """
        assert "<Code X0001 'Chalk'>" == repr(code())
        assert "<Code X0001 'Chalk', ended 2020-12-31>" == repr(code(history=(self.DELETED,)))


class TestOn:
    """
    The facts of one day are those whose period holds it, and never one carried on.
    """

    TIMED = dated(UnitRule(basis=UnitBasis.TIMED, minutes=15, continued_by="X0002"), date(2020, 1, 1))

    def test_facts(self):
        """
        Known facts are given, unknown ones are `None`.
        """
        facts = code(unit=(self.TIMED,), telehealth=(dated(value=True, start=date(2020, 3, 1)),)).on("2020-02-29")

        assert (UnitBasis.TIMED, 15, None, "X0002") == (
            facts.unit_basis,
            facts.minutes,
            facts.continues,
            facts.continued_by,
        )
        assert facts.telehealth is None
        assert {"unit": self.TIMED} == facts.evidence
        assert ("X0001", date(2020, 2, 29)) == (facts.code, facts.date_of_service)

    def test_without_a_unit(self):
        """
        A code whose unit is not known that day says so.
        """
        facts = code(assistants=(dated(value=False, start=date(2020, 1, 1)),)).on("2020-02-29")

        assert (None, None, False) == (facts.unit_basis, facts.minutes, facts.assistants)

    @pytest.mark.parametrize(
        ("attendance", "answer"),
        [("direct-one-on-one", True), ("constant", True), ("group", False), ("supervised", False)],
    )
    def test_one_on_one(self, attendance, answer):
        """
        Whether the clinician is with one patient alone follows from the attendance.
        """
        facts = code(attendance=(dated(Attendance(attendance), date(2020, 1, 1)),)).on("2020-02-29")

        assert answer is facts.one_on_one

    def test_one_on_one_unknown(self):
        """
        Without a known attendance it is not known.
        """
        assert code(unit=(self.TIMED,)).on("2020-02-29").one_on_one is None

    @pytest.mark.parametrize(
        ("covered", "day", "first", "last"),
        [
            (None, "2019-12-31", date(2020, 1, 1), date.max),
            (Period(date(2018, 1, 1), date(2021, 12, 31)), "2019-12-31", date(2020, 1, 1), date(2021, 12, 31)),
            (Period(date(2018, 1, 1), date(2021, 12, 31)), "2022-01-01", date(2020, 1, 1), date(2021, 12, 31)),
            (Period(date(2018, 1, 1)), "2019-12-31", date(2020, 1, 1), date.max),
        ],
    )
    def test_not_covered(self, covered, day, first, last):
        """
        Before the first fact and after the catalogue's last day the error tells what is covered.
        """
        with pytest.raises(tc.DateNotCoveredError) as caught:
            code(unit=(self.TIMED,), covered=covered).on(day)

        assert (first, last, "X0001") == (caught.value.covered_from, caught.value.covered_through, caught.value.subject)

    def test_facts_that_ended(self):
        """
        A fact that ended is not carried on, and its end is told.
        """
        ended = dated(UnitRule(basis=UnitBasis.UNTIMED), date(2019, 1, 1), date(2019, 12, 31))
        with pytest.raises(tc.DateNotCoveredError) as caught:
            code(unit=(ended,), covered=Period(date(2018, 1, 1), date(2021, 12, 31))).on("2020-01-01")

        assert (date(2019, 1, 1), date(2019, 12, 31)) == (caught.value.covered_from, caught.value.covered_through)

    def test_no_facts(self):
        """
        Without any fact the error names no dates.
        """
        with pytest.raises(tc.DateNotCoveredError, match=r"^X0001: no data for 2020-01-01$"):
            code().on("2020-01-01")

    @pytest.mark.parametrize("day", ["02.03.2020", 2020, None])
    def test_refuses(self, day):
        """
        What is no date is refused.
        """
        with pytest.raises(tc.InvalidInputError):
            code(unit=(self.TIMED,)).on(day)


class TestValues:
    """
    Values are frozen, compare by content, copy and pickle.
    """

    VALUES = (
        tc.lookup("97112"),
        tc.lookup("97112").on("2026-03-02"),
        tc.lookup("97112").metadata,
        tc.lookup("97001").deleted,
        MANUAL,
        MANUAL.source,
        Statement(text="Chalk.", citations=(MANUAL,)),
        dated(Attendance.GROUP, date(2020, 1, 1)),
    )

    @pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
    def test_pickles(self, value):
        """
        A pickled or copied value is equal, and its hash too.
        """
        for again in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value), copy.copy(value)):
            assert value == again
            assert hash(value) == hash(again)

    @pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
    def test_frozen(self, value):
        """
        No field can be set, and none added.
        """
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(value, attrs.fields(type(value))[0].name, "other")
        with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
            value.further = 1

    def test_covered_does_not_count(self):
        """
        How far the catalogue reaches is no part of what a code is.
        """
        assert code() == code().within(Period(date(2020, 1, 1)))
        assert Period(date(2020, 1, 1)) == code().within(Period(date(2020, 1, 1))).covered
