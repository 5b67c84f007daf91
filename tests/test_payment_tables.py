"""
The tables behind estimates: how a script writes them, and how they fit the facts of the codes.
"""

from __future__ import annotations

import runpy
import shutil
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

import therapycodes as tc
from therapycodes.catalogue import bundled
from therapycodes.feeschedule import GeographicFactors, RelativeValue


HERE = Path(__file__).parent
SCRIPT = HERE.parent / "scripts" / "build_tables.py"
VALUES = bundled().table("relative-values", RelativeValue)
FACTORS = bundled().table("geographic-factors", GeographicFactors)

HEAD = (
    "hcpcs,status,work_rvu,nonfac_pe_rvu,nonfac_na,fac_pe_rvu,fac_na,mp_rvu,nonfac_total,fac_total,pctc,mult_proc,"
    "release\n"
)
PLACES = "mac,state,locality_number,locality_name,gpci_work,gpci_pe,gpci_mp\n"


def write(tmp_path, name, *files):
    """
    The rows the script writes of files of these names and contents, without the header.
    """
    inputs = []
    for file, content in files:
        (tmp_path / file).write_text(content, encoding="utf-8")
        inputs.append(f"{name}={tmp_path / file}")
    assert 0 == runpy.run_path(str(SCRIPT))["main"](["--into", str(tmp_path / "into"), *inputs])
    text = (tmp_path / "into" / f"{name}.csv").read_text(encoding="utf-8")
    return [row for row in text.splitlines() if not row.startswith("#")][1:]


class TestScript:
    """
    Releases become rows with dates.
    """

    def test_equal_releases_are_joined(self, tmp_path):
        """
        A value that stays is one row over quarters and years; one that changes begins a new row on its quarter.
        """
        first = HEAD + "".join(
            f"X0001,A,0.50,0.{pe},,0.40,,0.01,0,0,7,5,rvu22{quarter}\n"
            for quarter, pe in (("a_jan", 40), ("b_apr", 40), ("c_jul", 41), ("d_oct", 41))
        )
        second = HEAD + "".join(
            f"X0001,A,0.50,0.41,,0.40,,0.01,0,0,7,5,rvu23{quarter}\n" for quarter in ("a_jan", "b_apr")
        )

        assert [
            "X0001,A,0.50,0.40,0.40,0.01,,,,,5,7,2022-01-01,2022-06-30,22A 22B",
            "X0001,A,0.50,0.41,0.40,0.01,,,,,5,7,2022-07-01,2023-12-31,22C 22D 23A 23B",
        ] == write(tmp_path, "relative-values", ("2022.csv", first), ("2023.csv", second))

    def test_release_of_a_year(self, tmp_path):
        """
        The only release of a year stands for all of it, marks included; totals stay only without parts.
        """
        rows = (
            HEAD + "X0001,A,0.50,0.40,NA,0.40,NA,0.01,0.91,0.91,,,rvu25d_oct\nX0002,A,0.5,,,,,,0.91,0.80,,,rvu25d_oct\n"
        )

        assert [
            "X0001,A,0.50,0.40,0.40,0.01,,,yes,yes,,,2025-01-01,2025-12-31,25D",
            "X0002,A,0.5,,,,0.91,0.80,,,,,2025-01-01,2025-12-31,25D",
        ] == write(tmp_path, "relative-values", ("2025.csv", rows))

    def test_code_that_begins_and_ends(self, tmp_path):
        """
        A code that a whole release lacks has no value in its quarter.
        """
        rows = HEAD + "".join(
            f"{code},A,0.50,0.40,,0.40,,0.01,0,0,,,rvu23{quarter}\n"
            for code, quarters in (("X0001", "abcd"), ("X0002", "bc"))
            for quarter in quarters
        )

        assert (
            "X0002,A,0.50,0.40,0.40,0.01,,,,,,,2023-04-01,2023-09-30,23B 23C"
            == write(tmp_path, "relative-values", ("2023.csv", rows))[1]
        )

    def test_partly_read(self, tmp_path):
        """
        Of 2026 a release says nothing of the codes it lacks.
        """
        rows = HEAD + "X0001,A,0.50,0.40,,0.40,,0.01,0,0,,,rvu26c_jul\nX0002,A,0.50,,,,,,1,1,,,rvu26ar_jan\n"

        assert ["2026-01-01,2026-12-31,26C", "2026-01-01,2026-12-31,26A"] == [
            ",".join(row.split(",")[-3:]) for row in write(tmp_path, "relative-values", ("2026.csv", rows))
        ]

    def test_factors(self, tmp_path):
        """
        The year stands in the name of the file; equal years are joined.
        """
        row = PLACES + "00000,XX,01,NOWHERE,1.000,0.900,0.500\n"
        other = PLACES + "00000,XX,01,NOWHERE,1.000,0.910,0.500\n"

        assert [
            "00000-01,1.000,0.900,0.500,2021-01-01,2022-12-31",
            "00000-01,1.000,0.910,0.500,2023-01-01,2023-12-31",
        ] == write(tmp_path, "geographic-factors", ("g2021.csv", row), ("g2022.csv", row), ("g2023.csv", other))

    @pytest.mark.parametrize(
        ("name", "file", "content", "problem"),
        [
            ("relative-values", "x.csv", HEAD + "X0001,A,0,0,,0,,0,0,0,,,rvu2x\n", "not a release"),
            (
                "relative-values",
                "x.csv",
                HEAD + "X0001,A,0,0,,0,,0,0,0,,,rvu24a\nX0001,A,1,0,,0,,0,0,0,,,rvu24ar\n",
                "two values in release 24A",
            ),
            ("geographic-factors", "x.csv", PLACES + "00000,XX,01,NOWHERE,1,1,1\n", "hold the year"),
        ],
    )
    def test_refused(self, tmp_path, name, file, content, problem):
        """
        A file that does not say what it is, or says two things, stops the script.
        """
        with pytest.raises(SystemExit, match=problem):
            write(tmp_path, name, (file, content))


class TestBundled:
    """
    The bundled tables fit the facts of the codes and the dates they claim.
    """

    @pytest.mark.parametrize(
        ("column", "fact"), [("status", "medicare_status"), ("multiple_procedure", "multiple_procedure_indicator")]
    )
    def test_facts_agree(self, column, fact):
        """
        Status and indicator of the table are those of the code's facts, where both are known on a row's first day.
        """
        compared = 0
        for row in VALUES:
            held = getattr(row, column)
            for entry in getattr(tc.lookup(row.code).facts, fact):
                through = entry.effective_through or date.max
                if held is not None and entry.effective_from <= row.effective_from <= through:
                    assert entry.value == held, (row.code, row.effective_from)
                    compared += 1
        assert compared > 900

    @pytest.mark.parametrize("table", [VALUES, FACTORS], ids=["values", "factors"])
    def test_dates(self, table):
        """
        Rows stay within the dates the table claims, and those of one key follow each other.
        """
        about = table.provenance
        by_key = {}
        for row in table:
            assert about.covered_from <= row.effective_from <= row.effective_through <= about.covered_through
            by_key.setdefault(getattr(row, row.KEY[0]), []).append(row)
        for rows in by_key.values():
            assert all(one.effective_through < other.effective_from for one, other in pairwise(rows))

    def test_localities(self):
        """
        Every year has 109 localities or more, and a work index of 1 at the least.
        """
        for year in range(2020, 2026):
            rows = [row for row in FACTORS if row.effective_from <= date(year, 7, 1) <= row.effective_through]

            assert 109 <= len(rows) <= 112
            assert all(row.work >= 1 for row in rows)

    def test_days_between(self):
        """
        The catalogue gives the value of a day, and none for a code or a day that was not read.
        """
        catalogue = bundled()

        assert Decimal("0.42") == catalogue.relative_value("97110", date(2024, 12, 31)).nonfacility_pe
        assert Decimal("0.43") == catalogue.relative_value("97110", date(2025, 1, 1)).nonfacility_pe
        assert catalogue.relative_value("97110", date(2019, 12, 31)) is None
        assert catalogue.relative_value("ABCDE", date(2025, 1, 1)) is None
        assert Decimal("0.869") == catalogue.geographic_factors("10112-00", date(2025, 12, 31)).pe
        assert catalogue.geographic_factors("10112-00", date(2026, 1, 1)) is None


class TestStrictCheck:
    """
    Cells that no value can hold are load errors.
    """

    @pytest.mark.parametrize(
        ("cells", "fault"),
        [
            ("X0001,A,-1,0,0,0,,,,,5,7", "out of range @ line 9.work"),
            ("X0001,A,1,0,0,0,,,no,,5,7", "neither yes nor empty @ line 9.nonfacility_na"),
            ("X0001,?,1,0,0,0,,,,,5,7", "not one of A, B, C, E, I, N, P, R, T, X @ line 9.status"),
        ],
    )
    def test_fault(self, tmp_path, cells, fault):
        """
        The fault names file, line and column.
        """
        tree = Path(shutil.copytree(HERE / "small", tmp_path / "tree"))
        (tree / "tables").mkdir()
        head = [
            '# title = "Invented values"',
            '# version = "1"',
            "# covered_from = 2020-01-01\n# covered_through = 2020-12-31",
            "# reviewed_on = 2021-06-30",
            '# written_by = "nobody"\n# citations = [{ source = "invented-manual", locator = "part 1" }]',
        ]
        columns = (
            "code,status,work,nonfacility_pe,facility_pe,mp,nonfacility_total,facility_total,nonfacility_na,"
            "facility_na,multiple_procedure,pc_tc,effective_from,effective_through,releases"
        )
        text = "\n".join([*head, columns, f"{cells},2020-01-01,2020-12-31,20A", ""])
        (tree / "tables" / "relative-values.csv").write_text(text, encoding="utf-8")

        with pytest.raises(tc.DataError) as caught:
            tc.load_catalogue(tree)

        assert (f"tables/relative-values.csv: {fault}",) == caught.value.faults
