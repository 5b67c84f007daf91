"""
The invented catalogue and the invented visits.
"""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path

import pytest

import therapycodes as tc
from therapycodes import testing
from therapycodes._checking import check_tree
from therapycodes.testing import synthetic_catalogue, synthetic_services, synthetic_visit


TREE = Path(testing.__file__).with_name("data_synthetic")
BUNDLED = TREE.with_name("data")


@pytest.fixture(scope="module")
def catalogue():
    """
    The invented catalogue.
    """
    return synthetic_catalogue()


class TestCatalogue:
    """
    The invented catalogue is a sound one.
    """

    def test_checks(self, catalogue):
        """
        The strict check of a data tree finds no fault.
        """
        assert () == check_tree(catalogue._files)

    def test_loads_as_a_tree(self):
        """
        The same folder opens as a data tree of one's own.
        """
        assert synthetic_catalogue().code_names == tc.load_catalogue(TREE).code_names

    def test_one_catalogue(self, catalogue):
        """
        It is made once, and a pickle leads back to it.
        """
        assert catalogue is synthetic_catalogue()
        assert catalogue is pickle.loads(pickle.dumps(catalogue))

    def test_never_taken_for_real(self, catalogue):
        """
        No code, requirement or source of it stands in the bundled data, and each document says it is invented.
        """
        assert all(name.startswith("ZZ") for name in catalogue.code_names)
        assert all("invented" in code.label.casefold() for code in catalogue.codes())
        assert set() == set(catalogue.code_names) & {code.code for code in tc.codes()}
        assert all("Invented" in source.title for source in catalogue.sources.values())
        assert all(source.url is None for source in catalogue.sources.values())
        assert all("nvented" in title for title in catalogue.policies().values())

    def test_holds_every_kind(self, catalogue):
        """
        There is a code for each thing a caller may want to test.
        """
        facts = [code.on("2026-03-02") for code in catalogue.codes(on="2026-03-02")]

        assert {"timed", "untimed", "time-block", "area"} == {one.unit_basis.value for one in facts}
        assert {"always", "sometimes", "none"} == {one.therapy_designation.value for one in facts}
        assert {"PT", "OT", "SLP"} == {one.fixed_discipline.value for one in facts if one.fixed_discipline}
        assert {"PT", "OT", "SLP"} == {discipline.value for one in facts for discipline in one.disciplines}
        assert ("ZZ004",) == catalogue.lookup("ZZ005").on("2026-03-02").add_on_to

    def test_replaced_code(self, catalogue):
        """
        One code ended and another took its place the day after.
        """
        assert ("ZZ012",) == catalogue.lookup("ZZ011").replaced_by
        assert "ZZ011" == catalogue.lookup("ZZ011").on("2022-12-31").code
        assert "ZZ012" == catalogue.lookup("ZZ012").on("2023-01-01").code
        with pytest.raises(tc.CodeNotInForceError):
            catalogue.lookup("ZZ011").on("2023-01-01")
        with pytest.raises(tc.CodeNotInForceError):
            catalogue.lookup("ZZ012").on("2022-12-31")

    def test_coverage(self, catalogue):
        """
        It covers 2020 through 2026, with amounts for each year.
        """
        assert ["2020-01-01", "2026-12-31"] == [str(day) for day in catalogue.coverage()]
        assert [catalogue.year(year).year for year in range(2020, 2027)] == list(range(2020, 2027))

    @pytest.mark.parametrize(
        ("day", "policy", "units"),
        [
            ("2023-12-31", "medicare-part-b", {"ZZ001": 1, "ZZ002": 0}),
            ("2023-12-31", "invented-plan", {"ZZ001": 1, "ZZ002": 0}),
            ("2024-01-01", "medicare-part-b", {"ZZ001": 1, "ZZ002": 0}),
            ("2024-01-01", "invented-plan", {"ZZ001": 1, "ZZ002": 1}),
        ],
    )
    def test_policies(self, catalogue, day, policy, units):
        """
        The invented plan counts otherwise from 2024 on.
        """
        services = [tc.Service("ZZ001", 11), tc.Service("ZZ002", 10)]

        assert units == dict(tc.count_units(services, catalogue.rules_on(day, policy)).units)

    def test_add_on(self, catalogue):
        """
        Further units of the code with an add-on go to the add-on.
        """
        count = tc.count_units([tc.Service("ZZ004", 45)], catalogue.rules_on("2026-03-02"))

        assert {"ZZ004": 1, "ZZ005": 2} == dict(count.units)

    @pytest.mark.parametrize("path", sorted(path.name for path in (TREE / "rules").iterdir()))
    def test_rules_follow_the_bundled_ones(self, path):
        """
        A rule file holds the same ids and sentences as the bundled one: copy a rule here when one is added there.
        """
        ours, theirs = (
            [
                (rule["id"], rule["statement"])
                for rule in tomllib.loads((root / "rules" / path).read_text("utf-8"))["rules"]
            ]
            for root in (TREE, BUNDLED)
        )

        assert theirs == ours


class TestServices:
    """
    Invented services.
    """

    def test_deterministic(self):
        """
        A seed gives these services, on every machine.
        """
        assert (
            tc.Service("ZZ013", 39, discipline="PT"),
            tc.Service("ZZ002", 26, discipline="PT"),
        ) == synthetic_services(1, 2)

    @pytest.mark.parametrize("count", [0, 1, 1000])
    def test_count(self, count):
        """
        As many are made as asked for, all of one discipline.
        """
        services = synthetic_services(3, count)

        assert count == len(services)
        assert len({one.discipline for one in services}) <= 1

    @pytest.mark.parametrize("count", [-1, 1001, 2.0, True, "2"])
    def test_no_count(self, count):
        """
        What is no sane number of services is refused.
        """
        with pytest.raises(tc.InvalidInputError, match=r"^count: not a number of services"):
            synthetic_services(1, count)

    @pytest.mark.parametrize("seed", [None, "1", 1.0, True])
    def test_no_seed(self, seed):
        """
        A seed is a whole number: anything else may give other draws elsewhere.
        """
        with pytest.raises(tc.InvalidInputError, match=r"^seed: not a whole number"):
            synthetic_services(seed)


class TestVisits:
    """
    Invented visits.
    """

    def test_deterministic(self):
        """
        A seed gives the same visit each time, and other seeds others.
        """
        assert synthetic_visit(7) == synthetic_visit(7)
        assert 50 == len({synthetic_visit(seed) for seed in range(50)})

    @pytest.mark.parametrize("seed", range(60))
    def test_reviewed(self, catalogue, seed):
        """
        Every one can be reviewed, and rendered, and put into a dictionary.
        """
        visit = synthetic_visit(seed)
        result = tc.review(visit, catalogue=catalogue)

        assert visit is result.visit
        assert set(result.sources) <= set(catalogue.sources)
        assert tc.render_text(result)
        assert tc.to_dict(result)["date_of_service"] == str(visit.date_of_service)

    def test_varied(self, catalogue):
        """
        Among many there are visits with and without a note, complete and not, and services of assistants.
        """
        reviews = [tc.review(synthetic_visit(seed), catalogue=catalogue) for seed in range(200)]
        reports = [one.documentation for one in reviews if one.documentation is not None]

        assert 0 < len(reports) < len(reviews)
        assert {True, False} == {report.is_complete for report in reports}
        assert {"PT", "OT", "SLP"} == {one.visit.discipline.value for one in reviews}
        assert {"medicare-part-b", "invented-plan"} == {one.visit.policy for one in reviews}
        assert {"therapist", "assistant"} == {
            service.furnished_by.value for one in reviews for service in one.visit.services
        }
