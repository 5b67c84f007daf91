"""
The cases under `cases/`: worked examples as data, with their sources.
"""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import therapycodes as tc


CASES = Path(__file__).parent / "cases"
DOCS = Path(__file__).parents[1] / "docs"

REQUIRED = {"id", "name", "date_of_service", "policy", "services", "source", "why"}
OPTIONAL = {"units", "total_timed_units", "permitted", "assistant", "derived"}


def read(path):
    """
    The table of a TOML file; parts of a unit come out as the library gives them.
    """
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def cases_in(folder):
    """
    Every case of a folder of cases, in the order of files and lines.
    """
    return [case for path in sorted((CASES / folder).glob("*.toml")) for case in read(path)["cases"]]


def codes_named(cases):
    """
    Every code that a service or an answer of these cases names.
    """
    given = {service["code"] for case in cases for service in case["services"]}
    return given | {code for case in cases for code in case.get("units", {})}


def codes_without_case(cases):
    """
    The codes of the catalogue, in force at some time of its coverage and of a known basis, that no case names.
    """
    first, last = tc.coverage()
    counted = [code for code in tc.codes() if any((one.effective_through or last) >= first for one in code.facts.unit)]
    in_force = {code.code for code in counted if code.in_force_on(first) or code.in_force_on(last)}
    return sorted(in_force - codes_named(cases))


def sources_cited(table):
    """
    The id of every source that a citation anywhere in a table names.
    """
    if isinstance(table, dict):
        own = {table["source"]} if {"source", "locator"} == set(table) else set()
        return own.union(*(sources_cited(item) for item in table.values()))
    if isinstance(table, list):
        return set().union(*(sources_cited(item) for item in table))
    return set()


def services_of(case):
    """
    The services of a case, read as a caller would read them.
    """
    return [tc.from_dict(service, tc.Service) for service in case["services"]]


def counted(case):
    """
    What the library answers.
    """
    return tc.count_units(services_of(case), tc.rules_on(case["date_of_service"], policy=case["policy"]))


def comparable(allocations):
    """
    Allocations as a set, codes without a unit left out.
    """
    return {frozenset((code, units) for code, units in one.items() if units) for one in allocations}


UNIT_CASES = cases_in("units")
DISAGREEMENTS = read(CASES / "disagreements.toml")["disagreements"]
OWN_SOURCES = read(CASES / "sources.toml")


@pytest.mark.parametrize("case", UNIT_CASES, ids=lambda case: case["id"])
class TestUnitCase:
    """
    A worked example comes out as its source has it.
    """

    def test_units(self, case):
        """
        The units published for a code are those the library counts.
        """
        count = counted(case)
        published = case.get("units", {})
        assert published == {code: count.units.get(code) for code in published}

    def test_no_other_units(self, case):
        """
        Where only units are published, no further code gets one.
        """
        count = counted(case)
        if "units" in case and "total_timed_units" not in case:
            assert comparable([case["units"]]) == comparable([count.units])

    def test_total(self, case):
        """
        The timed units published for the day are those the library counts.
        """
        count = counted(case)
        assert case.get("total_timed_units", count.timed_units) == count.timed_units

    def test_assistant(self, case):
        """
        The units published as an assistant's are those the library gives to the assistant.
        """
        shares = {}
        for line in counted(case).lines:
            shares[line.code] = shares.get(line.code, 0) + line.assistant_units
        published = case.get("assistant", {})
        assert published == {code: shares.get(code) for code in published}

    def test_permitted(self, case):
        """
        The answers a source permits are those the library shows, and its own is one of them.
        """
        count = counted(case)
        permitted = comparable(case.get("permitted", count.permitted_allocations))
        assert permitted == comparable(count.permitted_allocations)
        assert comparable([count.units]) <= permitted
        assert len(permitted) == count.permitted_allocation_count

    def test_layout(self, case):
        """
        A case has the keys a reader expects, a date of service and an answer.
        """
        assert set() == REQUIRED - set(case)
        assert set() == set(case) - REQUIRED - OPTIONAL
        assert date is type(case["date_of_service"])
        assert {"units", "total_timed_units", "permitted", "assistant"} & set(case)
        assert {"source", "locator"} == set(case["source"])


@pytest.mark.parametrize("claim", DISAGREEMENTS, ids=lambda claim: claim["id"])
class TestDisagreement:
    """
    A public claim that no authority supports is not followed.
    """

    def test_answer(self, claim):
        """
        The library gives its own answer, which is not the claimed one.
        """
        if "raises" in claim:
            with pytest.raises(getattr(tc, claim["raises"])):
                counted(claim)
            assert "units" not in claim
            return
        units = counted(claim).units
        assert claim["units"] == units
        assert claim["claim"] != units

    def test_told(self, claim):
        """
        The page on disagreements tells the claim and the answer in the words of the case.
        """
        page = (DOCS / "explanation" / "disagreements.md").read_text(encoding="utf-8").splitlines()
        assert [] == [line for line in (f"## {claim['name']}", claim["claimed"], claim["answer"]) if line not in page]


def test_ids_are_unique():
    """
    No two cases about units share an id.
    """
    ids = [case["id"] for case in (*UNIT_CASES, *DISAGREEMENTS)]
    assert sorted(set(ids)) == sorted(ids)


def test_every_code_has_a_case():
    """
    Every code in force has at least one case about its units.
    """
    assert [] == codes_without_case(UNIT_CASES)


def test_a_code_without_a_case_is_found():
    """
    The search for codes without a case names those left out, and leaves codes out that ended before the coverage.
    """
    left = codes_without_case([case for case in UNIT_CASES if "97012" not in codes_named([case])])
    assert ["97012"] == left
    assert "97001" not in codes_without_case([])


def test_every_source_is_described_once():
    """
    A source cited by a case is described with the bundled data or beside the cases, not with both.
    """
    bundled = read(Path(tc.__file__).parent / "data" / "sources.toml")
    cited = set().union(*(sources_cited(read(path)) for path in CASES.rglob("*.toml") if path.name != "sources.toml"))
    assert set() == cited - set(bundled) - set(OWN_SOURCES)
    assert set() == set(OWN_SOURCES) - cited
    assert set() == set(OWN_SOURCES) & set(bundled)


@pytest.mark.parametrize("name", sorted(OWN_SOURCES))
def test_source_is_complete(name):
    """
    A source described beside the cases has what a bundled one has.
    """
    entry = OWN_SOURCES[name]
    source = tc.Source(id=name, **{**entry, "standing": tc.Standing(entry["standing"])})
    assert name == source.id
    assert date is type(source.read_on)
    assert source.title
    assert source.publisher
