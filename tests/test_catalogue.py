"""
The catalogue over all dates, and the rules of one day.
"""

from __future__ import annotations

import copy
import pickle
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier

import attrs
import pytest

import therapycodes as tc
from therapycodes import catalogue as catalogue_module
from therapycodes._loading import DataFiles, bundled_root
from therapycodes.catalogue import Catalogue, bundled
from therapycodes.evidence import Standing
from therapycodes.policy import Parameters
from therapycodes.year import Year


SMALL = Path(__file__).parent / "small"
FREE_TEXT = "Jane Roe, born 1950"


@pytest.fixture
def fresh():
    """
    A catalogue of the bundled data that has read nothing yet.
    """
    return Catalogue(DataFiles(bundled_root()), (bundled, ()))


class TestLookup:
    """
    A code is found by its five characters, in force or not.
    """

    def test_finds(self):
        """
        The code asked for is the code given, with a label of ours.
        """
        code = tc.lookup("97112")

        assert "97112" == code.code
        assert code.label
        assert tc.coverage() == (code.covered.effective_from, code.covered.effective_through)

    def test_same_again(self, fresh):
        """
        Asking twice gives the same value, read once.
        """
        assert fresh.lookup("97112") is fresh.lookup("97112")

    @pytest.mark.parametrize(
        "code", ["9711", "971100", "97 10", "9711o", "", FREE_TEXT, 97110, None, ["97110"], b"97110"]
    )
    def test_refuses(self, code):
        """
        What is no code is refused and not repeated, in the message or in anything a traceback prints.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.lookup(code)

        assert "code" == caught.value.field
        assert FREE_TEXT not in "".join(traceback.format_exception(caught.value))

    @pytest.mark.parametrize(
        ("typed", "near"),
        [
            ("9711O", ("97110",)),
            ("97I1O", ("97110",)),
            ("971I2", ("97112",)),
            ("9Z526", ("92526",)),
            ("G0Z83", ("G0283",)),
            ("GOZ83", ("G0283",)),
            ("G02B3", ("G0283",)),
        ],
    )
    def test_letter_for_digit(self, typed, near):
        """
        A letter typed for the digit it looks like gives that code alone.
        """
        with pytest.raises(tc.UnknownCodeError) as caught:
            tc.lookup(typed)

        assert (typed, near) == (caught.value.code, caught.value.near)
        assert str(caught.value).endswith(f"did you mean {near[0]}?")

    def test_similar_spelling(self):
        """
        Otherwise codes that differ in a digit are offered, at most three, all of them known.
        """
        with pytest.raises(tc.UnknownCodeError) as caught:
            tc.lookup("97119")

        assert 1 <= len(caught.value.near) <= 3
        assert {name for name in caught.value.near if name in bundled().code_names} == set(caught.value.near)
        assert all(
            4 == sum(one == other for one, other in zip(name, "97119", strict=True)) or "97" == name[:2]
            for name in caught.value.near
        )

    def test_nothing_near(self):
        """
        With nothing near the way out is the list of codes, and letters that could be a name are not repeated.
        """
        with pytest.raises(tc.UnknownCodeError) as caught:
            tc.lookup("SMITH")

        assert () == caught.value.near
        assert "this code is not in the catalogue; codes() lists what is" == str(caught.value)

    def test_is_a_lookup_error(self):
        """
        Callers who expect a `LookupError` or the library's own root get one.
        """
        with pytest.raises(LookupError):
            tc.lookup("ZZZZZ")
        with pytest.raises(tc.TherapyCodesError):
            tc.lookup("ZZZZZ")


class TestCodes:
    """
    The codes of the catalogue, sorted, by discipline and day.
    """

    def test_all(self):
        """
        Without a choice every code is listed, ended ones too.
        """
        names = [code.code for code in tc.codes()]

        assert sorted(names) == names == list(bundled().code_names)
        assert {"97001", "97112", "G0283"} <= set(names)

    def test_discipline(self):
        """
        A discipline keeps the codes it furnishes at any time.
        """
        names = {code.code for code in tc.codes(discipline="SLP")}

        assert {"92507", "97129"} <= names
        assert not {"97112", "97161"} & names
        assert "97001" in {code.code for code in tc.codes(discipline="PT")}

    def test_day(self):
        """
        A day keeps the codes in force on it.
        """
        names = {code.code for code in tc.codes(on="2026-03-02")}

        assert {"97112", "97129"} <= names
        assert not {"97001", "97127", "97532", "G0515"} & names

    def test_discipline_and_day(self):
        """
        Both choices hold together.
        """
        on_the_day = set(tc.codes(on=date(2026, 3, 2)))
        for discipline in ("PT", "OT", "SLP"):
            both = set(tc.codes(discipline=discipline, on="2026-03-02"))

            assert both <= on_the_day
            assert {code for code in on_the_day if discipline in (code.on("2026-03-02").disciplines or ())} == both

    def test_changes_over_the_boundary(self):
        """
        The e-visit codes change between 2020 and 2021, and days outside the coverage are refused.
        """
        before = {code.code for code in tc.codes(on="2020-12-31")}
        after = {code.code for code in tc.codes(on="2021-01-01")}

        assert {"G2061", "G2062", "G2063"} == {code for code in before - after if code.startswith("G2")}
        for day in ("2019-12-31", "2027-01-01"):
            with pytest.raises(tc.DateNotCoveredError):
                tc.codes(on=day)

    def test_disciplines_not_known(self):
        """
        A code whose disciplines are not known that day is kept by no discipline.
        """
        catalogue = tc.load_catalogue(SMALL)

        assert "X0007" not in {code.code for code in catalogue.codes(discipline="OT")}
        assert {"X0006"} == {code.code for code in catalogue.codes(discipline="OT", on="2020-12-31")} - {
            code.code for code in catalogue.codes(discipline="OT", on="2021-01-01")
        }
        assert "97799" not in {code.code for code in tc.codes(discipline="PT", on="2020-01-01")}

    @pytest.mark.parametrize(
        ("choice", "field"),
        [
            ({"discipline": "pt"}, "discipline"),
            ({"discipline": 1}, "discipline"),
            ({"on": "yesterday"}, "on"),
            ({"on": datetime(2026, 3, 2, tzinfo=UTC)}, "on"),
        ],
    )
    def test_refuses(self, choice, field):
        """
        An unknown discipline or no date is refused by its name.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.codes(**choice)

        assert field == caught.value.field


class TestBothSidesOfEachDate:
    """
    A code answers on the first and the last day of its life and refuses the neighbors of both.
    """

    @pytest.mark.parametrize(
        ("code", "day", "expected"),
        [
            ("97129", "2019-12-31", tc.CodeNotInForceError),
            ("97129", "2020-01-01", ("timed", 15)),
            ("97129", "2026-12-31", ("timed", 15)),
            ("97129", "2027-01-01", tc.DateNotCoveredError),
            ("97127", "2017-12-31", tc.CodeNotInForceError),
            ("97127", "2018-01-01", ("untimed", None)),
            ("97127", "2019-12-31", ("untimed", None)),
            ("97127", "2020-01-01", tc.CodeNotInForceError),
            ("97763", "2017-12-31", tc.CodeNotInForceError),
            ("97763", "2018-01-01", tc.DateNotCoveredError),
            ("97763", "2019-12-31", tc.DateNotCoveredError),
            ("97763", "2020-01-01", ("timed", 15)),
            ("97161", "2016-12-31", tc.CodeNotInForceError),
            ("97161", "2017-01-01", tc.DateNotCoveredError),
            ("97161", "2020-01-01", ("untimed", None)),
            ("97001", "2016-12-31", ("untimed", None)),
            ("97001", "2017-01-01", tc.CodeNotInForceError),
            ("97532", "2017-12-31", ("timed", 15)),
            ("97532", "2018-01-01", tc.CodeNotInForceError),
            ("G0283", "2002-12-31", tc.CodeNotInForceError),
            ("G0283", "2019-12-31", tc.DateNotCoveredError),
            ("G0283", "2020-01-01", ("untimed", None)),
            ("G0283", "2026-12-31", ("untimed", None)),
            ("G0283", "2027-01-01", tc.DateNotCoveredError),
        ],
    )
    def test_on(self, code, day, expected):
        """
        The day decides between an answer, `not in force` and `not covered`.
        """
        if isinstance(expected, tuple):
            facts = tc.lookup(code).on(day)

            assert expected == (facts.unit_basis, facts.minutes)
            assert (code, day) == (facts.code, facts.date_of_service.isoformat())
        else:
            with pytest.raises(expected) as caught:
                tc.lookup(code).on(day)

            assert day == caught.value.date_of_service.isoformat()

    @pytest.mark.parametrize(
        ("code", "last_day", "successors"),
        [
            ("97001", "2016-12-31", ("97161", "97162", "97163")),
            ("97127", "2019-12-31", ("97129", "97130")),
            ("97532", "2017-12-31", ("97127", "G0515")),
        ],
    )
    def test_successors(self, code, last_day, successors):
        """
        An ended code names its last day and what came after it.
        """
        ended = tc.lookup(code)
        with pytest.raises(tc.CodeNotInForceError) as caught:
            ended.on(ended.deleted.date + timedelta(days=1))

        assert last_day == ended.deleted.date.isoformat()
        assert successors == ended.replaced_by == caught.value.replaced_by

    def test_history_shows_what_nobody_confirmed(self):
        """
        The dates that popular pages give for 97112 stand in its history, marked, and decide nothing.
        """
        code = tc.lookup("97112")
        doubtful = [(event.kind, event.date.isoformat(), event.standing) for event in code.history]

        assert [("added", "1990-01-01", "unconfirmed"), ("revised", "2010-01-01", "unconfirmed")] == doubtful
        assert all(event.note for event in code.history)
        assert "<added 1990-01-01 (unconfirmed)>" == repr(code.history[0])
        assert code.added is None
        assert code.in_force_on("1989-12-31")

    def test_evidence(self):
        """
        Each known fact of a day comes with its citations, its dates and the day it was reviewed.
        """
        facts = tc.lookup("97112").on("2026-03-02")

        assert {"unit", "attendance", "disciplines"} <= set(facts.evidence)
        for name, entry in facts.evidence.items():
            assert entry.citations, name
            assert entry.effective_from <= date(2026, 3, 2), name
            assert entry.standing in Standing, name


class TestCoverage:
    """
    The data cover whole calendar years, the first and the last of them included.
    """

    def test_years(self):
        """
        Coverage begins in 2020 and ends with the last year there are amounts for.
        """
        first, last = tc.coverage()

        assert date(2020, 1, 1) == first == tc.coverage().effective_from
        assert date(2026, 12, 31) == last == tc.coverage().effective_through
        assert tc.coverage() is tc.coverage()

    @pytest.mark.parametrize("year", range(2020, 2027))
    def test_each_year_has_amounts(self, year):
        """
        Every year of the coverage has its amounts on the first and on the last day.
        """
        for day in (date(year, 1, 1), date(year, 12, 31)):
            amounts = tc.rules_on(day).year

            assert year == amounts.year
            assert isinstance(amounts, Year)

    @pytest.mark.parametrize("year", [2019, 2027])
    def test_no_other_year(self, year):
        """
        The years before and after have none.
        """
        with pytest.raises(tc.DateNotCoveredError) as caught:
            bundled().year(year)

        assert "annual values" == caught.value.subject
        assert tc.coverage() == (caught.value.covered_from, caught.value.covered_through)


class TestPolicies:
    """
    Policies are known by id.
    """

    def test_titles(self):
        """
        The bundled policies are listed with their titles, in order, and cannot be changed.
        """
        policies = tc.policies()

        assert sorted(policies) == list(policies)
        assert {"cpt", "medicare-part-b"} <= set(policies)
        assert all(policies.values())
        with pytest.raises(TypeError):
            policies["mine"] = "Mine"

    @pytest.mark.parametrize("name", ["no-such-plan", "Medicare", "../sources", "", FREE_TEXT, "cpt.toml", "a" * 5000])
    def test_unknown(self, name):
        """
        An unknown id is refused with the known ones, is not repeated, and opens no other file.
        """
        with pytest.raises(tc.UnknownPolicyError) as caught:
            tc.rules_on("2026-03-02", policy=name)

        assert tuple(tc.policies()) == caught.value.known
        assert not name or name not in str(caught.value)

    @pytest.mark.parametrize("policy", [None, 1, b"cpt", ["cpt"]])
    def test_refuses(self, policy):
        """
        What is neither id nor policy is refused.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.rules_on("2026-03-02", policy=policy)

        assert "policy" == caught.value.field

    def test_same_again(self):
        """
        A policy is read once.
        """
        assert bundled().policy("cpt") is bundled().policy("cpt")

    def test_a_policy_itself(self):
        """
        A `Policy` may be given instead of its id.
        """
        assert tc.rules_on("2026-03-02", policy="cpt") == tc.rules_on("2026-03-02", policy=bundled().policy("cpt"))

    def test_sets_of_requirements(self):
        """
        The sets of requirements are listed by id, and each is read once.
        """
        names = bundled().requirement_set_names

        assert {"every-payer", "medicare-treatment-note"} <= set(names)
        assert all(name == bundled().requirement_set(name).id for name in names)
        assert bundled().requirement_set(names[0]) is bundled().requirement_set(names[0])

    def test_policy_that_decides_nothing(self):
        """
        A parameter nobody decided on that day is an error that names it.
        """
        empty = tc.Policy(id="empty", title="Empty", summary="Decides nothing.")
        with pytest.raises(tc.DateNotCoveredError) as caught:
            tc.rules_on("2026-03-02", policy=empty)

        assert "unit_method of the policy" == caught.value.subject

    def test_parent_that_does_not_exist(self):
        """
        A policy under an unknown parent is refused.
        """
        orphan = tc.Policy(id="orphan", title="Orphan", summary="Extends nothing.", extends="nobody")
        with pytest.raises(tc.UnknownPolicyError):
            tc.rules_on("2026-03-02", policy=orphan)

    def test_requirement_set_that_does_not_exist(self):
        """
        A policy that asks for an unknown set of requirements is told so when they are needed.
        """
        parent = bundled().policy("cpt")
        (entry,) = parent.parameters.documentation_sets
        for name in ("no-such-set", "../sources"):
            parameters = Parameters(documentation_sets=(attrs.evolve(entry, value=(name,)),))
            mine = tc.Policy(id="mine", title="Mine", summary="Mine.", extends="cpt", parameters=parameters)
            with pytest.raises(tc.DataError) as caught:
                tc.rules_on("2026-03-02", policy=mine).requirements("treatment-note")

            assert (f"documentation: no requirement set {name!r} @ documentation_sets",) == caught.value.faults


class TestRulesOn:
    """
    The date enters once; what is not covered is refused or marked, never guessed.
    """

    @pytest.mark.parametrize("day", ["2020-01-01", "2026-12-31", date(2020, 1, 1), date(2026, 12, 31)])
    def test_first_and_last_day(self, day):
        """
        The first and the last covered day have rules of their own.
        """
        rules = tc.rules_on(day)

        assert str(day) == rules.date_of_service.isoformat() == rules.rules_day.isoformat()
        assert not rules.carried_forward

    @pytest.mark.parametrize("day", ["2019-12-31", "2027-01-01"])
    @pytest.mark.parametrize("policy", ["medicare-part-b", "cpt"])
    def test_day_before_and_day_after(self, day, policy):
        """
        Their neighbors are refused, with the covered dates.
        """
        with pytest.raises(tc.DateNotCoveredError) as caught:
            tc.rules_on(day, policy)

        assert date.fromisoformat(day) == caught.value.date_of_service
        assert tc.coverage() == (caught.value.covered_from, caught.value.covered_through)
        assert "rules" == caught.value.subject

    def test_carry_forward(self):
        """
        After the last day the last rules may be carried forward, and everything says so.
        """
        rules = tc.rules_on("2027-01-01", beyond_coverage="carry-forward")

        assert rules.carried_forward
        assert (date(2027, 1, 1), date(2026, 12, 31)) == (rules.date_of_service, rules.rules_day)
        assert 2026 == rules.year.year
        assert date(2026, 12, 31) == rules.code("97110").date_of_service
        assert "<RuleSet medicare-part-b on 2027-01-01, carried forward>" == repr(rules)

    def test_carry_forward_within_the_coverage(self):
        """
        Inside the coverage there is nothing to carry.
        """
        assert not tc.rules_on("2026-12-31", beyond_coverage="carry-forward").carried_forward

    def test_never_carried_backward(self):
        """
        Before the first day nothing is carried.
        """
        with pytest.raises(tc.DateNotCoveredError):
            tc.rules_on("2019-12-31", beyond_coverage="carry-forward")

    @pytest.mark.parametrize("choice", ["carry", "", None, True, 1, ["refuse"], {}])
    def test_refuses_other_choices(self, choice):
        """
        Only the two known choices are taken, whatever the day.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.rules_on("2026-03-02", beyond_coverage=choice)

        assert "beyond_coverage" == caught.value.field

    @pytest.mark.parametrize("choice", ["carry", None, ["refuse"]])
    def test_refuses_other_choices_for_a_policy_itself(self, choice):
        """
        The same holds when the policy is given as a value.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.rules_on("2026-03-02", policy=bundled().policy("cpt"), beyond_coverage=choice)

        assert "beyond_coverage" == caught.value.field

    @pytest.mark.parametrize(
        "day",
        [
            datetime(2026, 3, 2, tzinfo=UTC),
            datetime(2026, 3, 2),  # noqa: DTZ001
            "2026-02-29",
            "03/02/2026",
            FREE_TEXT,
            "",
            20260302,
            None,
        ],
    )
    def test_refuses_other_dates(self, day):
        """
        What is no plain date is refused and not repeated.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.rules_on(day)

        assert "date_of_service" == caught.value.field
        assert FREE_TEXT not in "".join(traceback.format_exception(caught.value))

    def test_parameters(self):
        """
        What a policy decides that day comes with its citations; the bare values repeat it.
        """
        rules = tc.rules_on("2026-03-02")

        assert {one.name for one in attrs.fields(Parameters)} == set(rules.parameters)
        assert all(entry.citations for entry in rules.parameters.values())
        for name in ("unit_method", "timed_pool", "assistant_rule", "assistant_test", "discipline_modifiers"):
            assert rules.parameters[name].value is getattr(rules, name), name

    def test_policy_changes_on_its_day(self):
        """
        The assistant's rule of Medicare changed between 2021 and 2022.
        """
        assert "each-unit" == tc.rules_on("2021-12-31").assistant_rule
        assert "midpoint-exception" == tc.rules_on("2022-01-01").assistant_rule

    def test_repr(self):
        """
        A rule set shows policy and day.
        """
        assert "<RuleSet cpt on 2026-03-02>" == repr(tc.rules_on("2026-03-02", "cpt"))


class TestRuleSet:
    """
    The rules of one day under one policy, as a value.
    """

    def test_cached(self):
        """
        The same day and policy give the same rule set, however the day is written.
        """
        assert tc.rules_on("2026-03-02") is tc.rules_on(date(2026, 3, 2), policy="medicare-part-b")

    def test_equal(self, fresh):
        """
        Two catalogues of the same data give equal rule sets with equal hashes.
        """
        one, other = fresh.rules_on("2026-03-02"), tc.rules_on("2026-03-02")

        assert one is not other
        assert one == other
        assert hash(one) == hash(other)

    @pytest.mark.parametrize(
        "other",
        [
            ("2026-03-03", "medicare-part-b", "refuse"),
            ("2026-03-02", "cpt", "refuse"),
            ("2027-01-01", "medicare-part-b", "carry-forward"),
        ],
    )
    def test_different(self, other):
        """
        Another day or policy gives another rule set.
        """
        day, policy, beyond = other

        assert tc.rules_on("2026-03-02") != tc.rules_on(day, policy, beyond_coverage=beyond)

    def test_cache_is_bounded(self, fresh, monkeypatch):
        """
        A long run over many days does not keep every rule set.
        """
        monkeypatch.setattr(catalogue_module, "_RULE_SETS_KEPT", 3)
        for day in range(1, 9):
            fresh.rules_on(date(2026, 3, day))

            assert len(fresh._rule_sets) <= 3
        assert fresh.rules_on("2026-03-08") is fresh.rules_on("2026-03-08")

    def test_code(self):
        """
        The facts of a code on this day are those of `Code.on`, read once.
        """
        rules = tc.rules_on("2026-03-02")

        assert tc.lookup("97112").on("2026-03-02") == rules.code("97112")
        assert rules.code("97112") is rules.code("97112")

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            ("97001", tc.CodeNotInForceError),
            ("ZZZZZ", tc.UnknownCodeError),
            ("97", tc.InvalidInputError),
            (["97110"], tc.InvalidInputError),
            (None, tc.InvalidInputError),
        ],
    )
    def test_code_refused(self, code, error):
        """
        A code the day does not know is an error, each of its own kind.
        """
        with pytest.raises(error):
            tc.rules_on("2026-03-02").code(code)

    def test_code_shows_no_free_text(self):
        """
        Nothing a traceback prints repeats what was asked for.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            tc.rules_on("2026-03-02").code(FREE_TEXT)

        assert FREE_TEXT not in "".join(traceback.format_exception(caught.value))

    def test_rule(self):
        """
        A rule is given in its wording of the day.
        """
        rule = tc.rules_on("2026-03-02").rule("total-time-units")

        assert "total-time-units" == rule.id
        assert rule.statement
        assert rule.citations

    @pytest.mark.parametrize(("name", "day"), [("no-such-rule", "2026-03-02"), ("assistant-last-unit", "2021-12-31")])
    def test_no_rule(self, name, day):
        """
        A rule that is not there, or not yet, is an error and never an empty reason.
        """
        with pytest.raises(tc.DataError) as caught:
            tc.rules_on(day).rule(name)

        assert (f"rules: no rule {name!r} on {day} @ rules",) == caught.value.faults

    def test_requirements(self):
        """
        Requirements are those of the document and the day.
        """
        rules = tc.rules_on("2026-03-02")
        note = {one.id for one in rules.requirements("treatment-note")}
        report = {one.id for one in rules.requirements(tc.NoteType.PROGRESS_REPORT)}

        assert {"GEN-01", "TN-04"} <= note
        assert "TN-04" not in report
        assert "TN-04" not in {one.id for one in tc.rules_on("2026-03-02", "cpt").requirements("treatment-note")}
        with pytest.raises(tc.InvalidInputError) as caught:
            rules.requirements("daily-note")

        assert "note_type" == caught.value.field

    def test_frozen(self):
        """
        A rule set cannot be changed.
        """
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            tc.rules_on("2026-03-02").date_of_service = date(2020, 1, 1)


class TestPickling:
    """
    Catalogue, rule set, code and facts go through pickle and come back equal.
    """

    def test_bundled_catalogue(self):
        """
        The bundled catalogue stays the one there is.
        """
        assert bundled() is pickle.loads(pickle.dumps(bundled())) is copy.deepcopy(bundled())

    @pytest.mark.parametrize("beyond", ["refuse", "carry-forward"])
    def test_rule_set(self, beyond):
        """
        A rule set comes back equal, and still answers.
        """
        day = "2026-03-02" if beyond == "refuse" else "2027-03-02"
        rules = tc.rules_on(day, "cpt", beyond_coverage=beyond)
        rules.code("97110")
        again = pickle.loads(pickle.dumps(rules))

        assert rules == again
        assert rules.parameters == again.parameters
        assert rules.unit_method is again.unit_method
        assert rules.code("97112") == again.code("97112")
        assert rules.rule("midpoint") == again.rule("midpoint")

    def test_code_and_facts(self):
        """
        A code and its facts of a day come back equal, knowing their coverage.
        """
        code = tc.lookup("97112")
        again = pickle.loads(pickle.dumps(code))
        facts = code.on("2026-03-02")

        assert code == again
        assert code.covered == again.covered
        assert facts == pickle.loads(pickle.dumps(facts)) == again.on("2026-03-02")


class TestThreads:
    """
    One catalogue serves many threads.
    """

    def test_equal_answers(self, fresh):
        """
        Twenty threads that begin together on a fresh catalogue get equal answers.
        """
        together = Barrier(20)

        def ask(number):
            together.wait(timeout=30)
            names = fresh.code_names[number:] + fresh.code_names[:number]
            codes = {name: fresh.lookup(name) for name in names}
            rules = fresh.rules_on("2026-03-02")
            return [codes[name] for name in sorted(codes)], rules, rules.rule("untimed"), rules.year, fresh.coverage()

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(ask, range(20)))

        expected = (
            list(tc.codes()),
            tc.rules_on("2026-03-02"),
            tc.rules_on("2026-03-02").rule("untimed"),
            tc.rules_on("2026-03-02").year,
            tc.coverage(),
        )
        assert all(expected == answer for answer in answers)

    def test_one_value_for_all(self, fresh):
        """
        Whoever reads a code first, every thread is given the same value.
        """
        together = Barrier(20)

        def ask(_number):
            together.wait(timeout=30)
            return fresh.lookup("97112")

        with ThreadPoolExecutor(20) as pool:
            assert 1 == len({id(code) for code in pool.map(ask, range(20))})


class TestSources:
    """
    Every source is known by its id.
    """

    def test_bundled(self):
        """
        The bundled sources are the ones that are cited.
        """
        sources = bundled().sources
        citation = tc.lookup("97112").facts.unit[0].citations[0]

        assert citation.source == sources[citation.source.id]
        assert len(sources) == len(list(sources))
        with pytest.raises(KeyError):
            sources["no-such-source"]


@pytest.mark.parametrize("path", [None, 5, b"data"])
def test_what_is_no_path(path):
    """
    Something that is no path is refused as input.
    """
    with pytest.raises(tc.InvalidInputError, match="path: not a path"):
        tc.load_catalogue(path)
