"""
Published tables: the bundled ones, their files, and newer ones that a user brings.
"""

from __future__ import annotations

import pickle
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import therapycodes as tc
from therapycodes import givenfiles, tables
from therapycodes._checking import check_tree
from therapycodes._loading import DataFiles, bundled_root
from therapycodes.catalogue import bundled
from therapycodes.feeschedule import GeographicFactors, RelativeValue
from therapycodes.published import KINDS, AddOnPair, EditPair, Provenance, Table, UnitLimit, columns
from therapycodes.tables import load_edit_pairs, load_geographic_factors, load_relative_values, load_unit_limits


SMALL = Path(__file__).parent / "small"
SCRIPT = Path(__file__).parents[1] / "scripts" / "build_tables.py"

HEAD = """\
# title = "Invented pairs"
# version = "2021-01-01"
# covered_from = 2020-01-01
# covered_through = 2021-12-31
# reviewed_on = 2021-06-30
# written_by = "a test"
# citations = [{ source = "invented-manual", locator = "table 1" }]
"""
COLUMNS = "column_one,column_two,indicator,effective_from,effective_through,basis,reason,confirmed_through\n"

PAIRS_TEXT = (
    "Invented licence line\r\n"
    "Column1/Column 2 Edits\r\n"
    "\t\t*=in existence\t\tDeletion\tModifier\t\r\n"
    "\t\t\tprior to 1996\tEffective\tDate\t0=not allowed\t\r\n"
    "Column 1\tColumn 2\t\tDate\t*=no data\t1=allowed\tPTP Edit Rationale\r\n"
    "97110\t97112\t\t20260101\t*\t1\tMisuse of Column Two code with Column One code\r\n"
    "97530\t97116\t\t19990701\t20191231\t1\tStandards of medical/surgical practice\r\n"
    "97530\t97116\t\t20261001\t*\t0\tStandards of medical/surgical practice\r\n"
    "99213\t99214\t*\t20000101\t*\t0\tA reason \N{EN DASH} of no category\r\n"
    "97161\t99213\t*\t20201001\t*\t1\tA reason \N{EN DASH} of no category\r\n"
)
RELEASE = {"version": "v323r0", "covered_through": "2026-12-31", "current_from": "2026-10-01", "read_on": "2026-11-25"}
QUARTER = {
    "version": "2026Q4",
    "covered_from": "2026-10-01",
    "covered_through": "2026-12-31",
    "read_on": "2026-11-25",
}
LIMITS_CSV = (
    '"An invented licence, in a cell\nof two lines",,,\r\n'
    '"HCPCS/\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n'
    "97110,5,3 Date of Service Edit: Clinical,Clinical: Data\r\n"
    "97530,7,2 Date of Service Edit: Policy,CMS Policy\r\n"
    ",,,\r\n"
    "00100,1,1 Line Edit,CMS Policy\r\n"
)


def written(folder, name, content):
    """
    The path of a file with this content.
    """
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("cp1252"))
    return path


def pairs(path, **further):
    """
    The table of a small file of edit pairs, read as an extract unless said otherwise.
    """
    return load_edit_pairs(path, **{"setting": "practitioner", "is_complete": False, **RELEASE, **further})


def limits(path, **further):
    """
    The table of a small file of unit limits.
    """
    return load_unit_limits(path, **{"setting": "practitioner", "is_complete": False, **QUARTER, **further})


def refused(work, *arguments, **further):
    """
    The faults of a file that is refused.
    """
    with pytest.raises(tc.DataError) as caught:
        work(*arguments, **further)
    return caught.value.faults


def with_openpyxl(monkeypatch, rows):
    """
    Stand in for openpyxl, which need not be installed.
    """
    sheet = SimpleNamespace(iter_rows=lambda values_only: iter(rows))
    book = SimpleNamespace(worksheets=[sheet], close=lambda: None)
    module = ModuleType("openpyxl")
    module.load_workbook = lambda path, read_only, data_only: book
    monkeypatch.setitem(sys.modules, "openpyxl", module)


class TestBundled:
    """
    The tables that come with the package.
    """

    def test_names(self):
        """
        There is a file for every kind of table, and none besides.
        """
        assert tuple(sorted(KINDS)) == DataFiles(bundled_root()).table_names()

    @pytest.mark.parametrize("name", sorted(KINDS))
    def test_every_row_can_be_made(self, name):
        """
        Each row fits its class, and the provenance says how far the table reaches.
        """
        table = bundled().table(name, KINDS[name])

        assert len(table) == len(list(table)) == len(list(table.cells()))
        assert table.provenance.covered_from < table.provenance.covered_through
        assert str(table.provenance.covered_through) in repr(table)

    def test_counts(self):
        """
        Nothing of the extracts was lost: 5,221 and 3,969 pairs, 219 and 10 limits for practitioners.
        """
        held = {name: len(bundled().table(name, KINDS[name])) for name in KINDS}

        assert (5221, 3969) == (held["edit-pairs-practitioner"], held["edit-pairs-hospital"])
        assert 229 == held["unit-limits-practitioner"]

    def test_windows(self):
        """
        The windows of a pair stand oldest first.
        """
        rows = bundled().edit_pairs("97530", "97116")

        assert ["9", "1", "9"] == [row.indicator for row in rows]
        assert (date(1999, 7, 1), date(2019, 12, 31)) == (rows[1].effective_from, rows[1].effective_through)
        assert "1999-07-01 through 2019-12-31" == str(rows[1])
        assert () == bundled().edit_pairs("97116", "97530")

    def test_words_of_a_window(self):
        """
        A window without a first or last day says so.
        """
        assert "2020-10-01 on" == str(bundled().edit_pairs("97161", "97750")[-1])
        assert "from an unknown day" == str(bundled().edit_pairs("97150", "97530")[-1])
        assert "from an unknown day through 2008-12-31" == str(bundled().edit_pairs("0029T", "64550")[0])

    def test_limits_and_add_ons(self):
        """
        Limits and add-on codes are found by their code.
        """
        assert [8] == [row.units for row in bundled().unit_limits("97110", "hospital")]
        assert ["97810", "97813"] == [row.primary for row in bundled().add_on_pairs("97811")]

    def test_confirmed(self):
        """
        The ten codes of 2026 are confirmed together, one of them beside another code is not.
        """
        about = bundled().table("edit-pairs-practitioner", EditPair).provenance

        assert date(2026, 12, 31) == about.confirming("97110", "97530").covered_through
        assert about.confirming("97110", "97535") is None

    def test_read_once(self):
        """
        A table and its rows are made once.
        """
        table = bundled().table("edit-pairs-practitioner", EditPair)

        assert table is bundled().table("edit-pairs-practitioner", EditPair)
        assert table.of("97150", "97530")[0] is table.of("97150", "97530")[0]
        assert table.codes is table.codes


class TestFiles:
    """
    Table files of a tree, checked strictly.
    """

    @pytest.fixture
    def tree(self, tmp_path):
        """
        A copy of the small tree with a sound table.
        """
        root = tmp_path / "tree"
        shutil.copytree(SMALL, root)
        (root / "tables").mkdir()
        (root / "tables" / "edit-pairs-practitioner.csv").write_text(
            HEAD + COLUMNS + "X0001,X0002,1,2020-01-01,,observed,M,\n", encoding="utf-8"
        )
        return root

    def test_sound(self, tree):
        """
        A tree with a table loads, and its lines are checked with it.
        """
        assert () == check_tree(DataFiles(tree))
        rules = tc.load_catalogue(tree).rules_on("2020-05-04", "base-plan")
        report = tc.check_edits([tc.ClaimLine("X0001", 1), tc.ClaimLine("X0002", 1)], rules)

        assert ["applies"] == [one.outcome for one in report.findings if one.id == "edit-pair"]

    def test_without_tables(self):
        """
        A tree without tables is sound, and has none.
        """
        catalogue = tc.load_catalogue(SMALL)

        assert () == DataFiles(SMALL).table_names()
        assert ((), (), ()) == (
            catalogue.edit_pairs("X0001", "X0002"),
            catalogue.unit_limits("X0001"),
            catalogue.add_on_pairs("X0001"),
        )

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (HEAD + "column_one\nX0001\n", "the columns are to be column_one, .* @ line 8"),
            (HEAD + COLUMNS, "holds no row"),
            (HEAD, "the columns are to be"),
            ("# title = \n" + COLUMNS, "not valid TOML"),
            (HEAD.replace("# version", "# edition") + COLUMNS + "X0001,X0002,1,,,,,\n", "unknown key"),
            (
                HEAD.replace("invented-manual", "no-such") + COLUMNS + "X0001,X0002,1,,,,,\n",
                "sources.toml does not hold",
            ),
            (HEAD.replace("2021-12-31", "2019-12-31") + COLUMNS + "X0001,X0002,1,,,,,\n", "ends before it begins"),
            (HEAD + COLUMNS + "X0001,X0002,1,,\n", "5 cells instead of 8 @ line 9"),
            (HEAD + COLUMNS + "X0001,X0002,7,,,,,\n", "not one of 0, 1, 9 @ line 9.indicator"),
            (HEAD + COLUMNS + "X0001,,1,,,,,\n", "empty, or with blanks.* @ line 9.column_two"),
            (HEAD + COLUMNS + "X0001,X0002,1,2020-13-01,,,,\n", "not a date.* @ line 9.effective_from"),
            (HEAD + COLUMNS + "X0001,X0002,1,20200101,,,,\n", "not a date.* @ line 9.effective_from"),
            (HEAD + COLUMNS + 2 * "X0001,X0002,1,2020-01-01,,,,\n", "stands on line 9 too @ line 10"),
            (HEAD + COLUMNS + "X0001,X0002,1,2020-05-01,2020-01-01,,,\n", "before effective_from @ line 9"),
            (
                HEAD + COLUMNS + "X0001,X0002,1,2020-01-01,2020-12-31,,,\nX0001,X0002,0,2020-12-31,,,,\n",
                "overlaps another row of the same key @ line 10",
            ),
            (HEAD + COLUMNS + "X0001,X0002,1,,,,,\nX0001,X0002,0,,,,,\n", "overlaps another row"),
            (HEAD.encode() + b"\xff", "not UTF-8"),
        ],
    )
    def test_faults(self, tree, content, fault):
        """
        Each fault is told with file and line.
        """
        path = tree / "tables" / "edit-pairs-practitioner.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        found = check_tree(DataFiles(tree))

        assert found
        assert all(one.startswith("tables/edit-pairs-practitioner.csv: ") for one in found)
        assert re.search(fault, " | ".join(found))

    def test_adjoining_windows(self, tree):
        """
        Windows that adjoin, one that was never in force, and an unknown first day are sound.
        """
        path = tree / "tables" / "edit-pairs-practitioner.csv"
        path.write_text(
            HEAD
            + COLUMNS
            + "X0001,X0002,1,,2020-06-30,,,\nX0001,X0002,9,2020-06-01,2020-06-01,,,\n"
            + "X0001,X0002,1,,2020-12-31,,,\nX0001,X0002,0,2021-01-01,,,,\n",
            encoding="utf-8",
        )

        assert () == check_tree(DataFiles(tree))

    def test_unknown_name(self, tree):
        """
        A table of another name is no table of ours.
        """
        (tree / "tables" / "prices.csv").write_text("a,b\n", encoding="utf-8")

        assert ["tables/prices.csv: not the name of a table"] == [
            one.partition(";")[0] for one in check_tree(DataFiles(tree))
        ]

    def test_damaged_bundled_file(self, tree):
        """
        Without the check, a file with other columns is a damaged installation.
        """
        (tree / "tables" / "edit-pairs-practitioner.csv").write_text(HEAD + "a,b\n", encoding="utf-8")

        assert "reinstall" in refused(DataFiles(tree).table, "edit-pairs-practitioner", EditPair)[0]

    def test_cells(self):
        """
        Whole numbers and amounts are read strictly.
        """
        from therapycodes.published import cell_faults

        limit = ("X0001", "-1", "3", "2020-01-01", "")
        factor = ("01112-05", "1.0", "x", "NaN", "2020-01-01", "")

        value = ("97110", "A", "0.45", "", "", "", "", "", "no", "", "", "", "2020-01-01", "", "26D")

        assert [("nonfacility_na", "neither yes nor empty")] == list(cell_faults(RelativeValue, value))
        assert [("units", "not a whole number")] == list(cell_faults(UnitLimit, limit))
        assert [("pe", "not an amount"), ("mp", "not an amount")] == list(cell_faults(GeographicFactors, factor))


class TestEditPairs:
    """
    Files of edit pairs.
    """

    def test_text(self, tmp_path):
        """
        The text file: preamble, tabs, cp1252; pairs without a code of the catalogue are left out.
        """
        table = pairs(written(tmp_path, "ccipra.txt", PAIRS_TEXT))
        (row,) = table.of("97110", "97112")

        assert {("97110", "97112"), ("97530", "97116"), ("97161", "99213")} == table.keys()
        assert (date(2026, 1, 1), None, "1", "M") == (
            row.effective_from,
            row.effective_through,
            row.indicator,
            row.reason,
        )
        assert [date(2019, 12, 31), None] == [one.effective_through for one in table.of("97530", "97116")]
        assert table.of("97161", "99213")[0].reason is None

    def test_sheet(self, tmp_path, monkeypatch):
        """
        The workbook and the sheet saved as CSV give the same rows, with renamed headings and dates as numbers.
        """
        rows = [
            ["Column 1 Code", "Column 2 Code", "Effective Date", "Deletion Date", "Modifier Indicator", "Rationale"],
            ["97110", "97112", 20260101.0, "*", 1.0, "Mutually exclusive procedures"],
        ]
        sheet = "\n".join(",".join(str(cell) for cell in row) for row in rows)
        with_openpyxl(monkeypatch, rows)
        from_csv = pairs(written(tmp_path, "a.csv", sheet))
        from_book = pairs(written(tmp_path, "a.xlsx", b"PK\x03\x04"))

        assert list(from_csv) == list(from_book)
        assert "X" == from_csv.of("97110", "97112")[0].reason

    def test_real_workbook(self, tmp_path):
        """
        A workbook that openpyxl wrote, licence rows first, dates and numbers as cells of their own kinds.
        """
        book = pytest.importorskip("openpyxl").Workbook()
        for row in (
            ["An invented licence"],
            ["Column 1", "Column 2", "Effective Date", "Deletion Date", "Modifier", "PTP Edit Rationale"],
            ["97110", "97112", 20260101, "*", 1, "Mutually exclusive procedures"],
        ):
            book.active.append(row)
        book.save(tmp_path / "pairs.xlsx")
        (row,) = pairs(tmp_path / "pairs.xlsx")

        assert ("97110", "97112", date(2026, 1, 1), None, "1") == (
            row.column_one,
            row.column_two,
            row.effective_from,
            row.effective_through,
            str(row.indicator),
        )

    def test_overlay(self, tmp_path):
        """
        A catalogue with the newer table answers from it, with its version and dates; the bundled one stays as it is.
        """
        catalogue = bundled().with_tables(pairs(written(tmp_path, "a.txt", PAIRS_TEXT)))
        lines = [tc.ClaimLine("97530", 1), tc.ClaimLine("97116", 1)]
        before, after, past, ours = (
            next(one for one in tc.check_edits(lines, rules).findings if one.id == "edit-pair")
            for rules in (
                catalogue.rules_on("2026-09-30"),
                catalogue.rules_on("2026-10-01"),
                catalogue.rules_on("2027-01-01", beyond_coverage="carry-forward"),
                tc.rules_on("2026-10-01"),
            )
        )

        assert "does-not-apply" == before.outcome == ours.outcome
        assert ("applies", "primary") == (after.outcome, after.standing)
        assert "indicator 0" in after.message
        assert ("applies", "unconfirmed") == (past.outcome, past.standing)
        assert "v323r0" in past.message

    def test_extract_is_believed_only_for_what_it_lists(self, tmp_path):
        """
        Of an extract an unlisted pair is not known; of a whole release it is no pair.
        """
        path = written(tmp_path, "a.txt", PAIRS_TEXT)
        lines = [tc.ClaimLine("97110", 1), tc.ClaimLine("97530", 1)]
        rules = bundled().with_tables(pairs(path)).rules_on("2026-12-31")
        (found,) = [one for one in tc.check_edits(lines, rules).findings if one.id == "edit-pair"]

        assert "no-data" == found.outcome

    def test_whole_release(self, tmp_path):
        """
        A catalogue without a table of its own takes the first release whole.
        """
        from therapycodes.testing import synthetic_catalogue

        text = "ZZ001\tZZ002\t\t20200101\t*\t1\t\r\nZZ003\t99213\t\t20200101\t*\t1\t\r\n"
        catalogue = synthetic_catalogue()
        table = pairs(written(tmp_path, "a.txt", text), is_complete=True, catalogue=catalogue)
        rules = catalogue.with_tables(table).rules_on("2026-12-31")
        lines = [tc.ClaimLine("ZZ001", 1), tc.ClaimLine("ZZ003", 1)]
        (found,) = [one for one in tc.check_edits(lines, rules).findings if one.id == "edit-pair"]

        assert ("99213",) == table.provenance.partners
        assert "does-not-apply" == found.outcome

    def test_whole_release_over_an_older_one(self, tmp_path):
        """
        A release that holds the pairs of the older table takes its place; of unlisted partners nothing is known.
        """
        rows = [
            f"{row.column_one}\t{row.column_two}\t\t{row.effective_from or date(1996, 1, 1):%Y%m%d}\t"
            f"{f'{row.effective_through:%Y%m%d}' if row.effective_through else '*'}\t{row.indicator}\t\n"
            for row in bundled().table("edit-pairs-practitioner", EditPair)
            if row.was_in_force and row.effective_through is None
        ]
        table = pairs(written(tmp_path, "a.txt", "\n" + "".join(rows)), is_complete=True)
        rules = bundled().with_tables(table).rules_on("2026-12-31")
        found = {
            one.codes: (one.outcome, one.standing)
            for one in tc.check_edits([tc.ClaimLine(code, 1) for code in ("97150", "97530", "97035")], rules).findings
            if one.id == "edit-pair"
        }

        assert 2187 == len(table)
        assert ("applies", "primary") == found["97150", "97530"]
        assert ("does-not-apply", "primary") == found["97035", "97530"]

    @pytest.mark.parametrize(
        ("name", "content", "fault"),
        [
            ("a.txt", "", "an empty file"),
            ("a.txt", "<!DOCTYPE html><html>", "a web page"),
            ("a.txt", b"PK\x03\x04rest", "a zip archive or a workbook"),
            ("a.txt", PAIRS_TEXT.partition("97110")[0], "holds no row of an edit pair"),
            ("a.txt", PAIRS_TEXT[:-60], "cut off: the last line has no end"),
            ("a.txt", PAIRS_TEXT.replace("20260101\t*", "20260101\tnever"), "not a row of an edit pair.* @ line 6"),
            ("a.txt", PAIRS_TEXT.replace("20191231\t1", "20191231\t7"), "indicator: not one of"),
            ("a.txt", PAIRS_TEXT.replace("19990701", "19991301"), "effective_from: not a date"),
            ("a.txt", PAIRS_TEXT + "97110\t97112\t\t20260101\t*\t0\tx\r\n", "twice"),
            ("a.txt", "99213\t99214\t\t20000101\t*\t0\tx\r\n", "holds nothing for the codes"),
            ("a.csv", LIMITS_CSV, "not a row of an edit pair"),
            ("a.txt", "97110\t97112\tx\ty\tz\n", "not a row of an edit pair.* @ line 1"),
            ("ccipra-v323r0-f2.txt", PAIRS_TEXT, "f1: a part of the set that was not given"),
        ],
    )
    def test_refused(self, tmp_path, name, content, fault):
        """
        A file that is empty, cut off, a web page or of another kind is refused.
        """
        path = written(tmp_path, name, content)
        assert re.search(fault, " | ".join(refused(pairs, path)))

    def test_conflict(self, tmp_path):
        """
        One window with two reasons is a fault.
        """
        text = PAIRS_TEXT + "97110\t97112\t\t20260101\t*\t1\tMutually exclusive procedures\r\n"

        assert "twice" in refused(pairs, written(tmp_path, "a.txt", text))[0]

    def test_all_parts(self, tmp_path):
        """
        Four parts are one set.
        """
        lines = PAIRS_TEXT.splitlines(keepends=True)
        paths = [
            written(tmp_path, f"ccipra-v323r0-f{part}.txt", "".join(lines[:5]) + lines[4 + part])
            for part in (1, 2, 3, 4)
        ]

        assert {("97110", "97112"), ("97530", "97116")} == pairs(paths).keys()

    def test_part_of_a_release(self, tmp_path):
        """
        A file that holds few of the known pairs is not taken for the whole.
        """
        (fault,) = refused(pairs, written(tmp_path, "a.txt", PAIRS_TEXT), is_complete=True)

        assert "is_complete=False" in fault

    def test_no_file(self):
        """
        No file at all is refused.
        """
        assert "no file at all" in refused(pairs, [])[0]

    def test_too_large_and_missing(self, tmp_path, monkeypatch):
        """
        A file that cannot be read or is too large is refused.
        """
        path = written(tmp_path, "a.txt", PAIRS_TEXT)
        monkeypatch.setattr(tables, "LARGEST_TABLE", 10)

        assert "cannot be read" in refused(pairs, tmp_path / "none.txt")[0]
        assert "larger than" in refused(pairs, path)[0]

    def test_days(self, tmp_path):
        """
        A last day before the first is refused.
        """
        path = written(tmp_path, "a.txt", PAIRS_TEXT)

        assert "covered_through" in refused(pairs, path, covered_through="1990-01-01")[0]
        assert pairs(path, current_from=None).provenance.current_from is None


class TestUnitLimits:
    """
    Files of unit limits.
    """

    def test_csv(self, tmp_path):
        """
        The sheet saved as CSV, with its licence in a cell of several lines.
        """
        table = limits(written(tmp_path, "mue.csv", LIMITS_CSV))

        assert [("97110", 5, "3"), ("97530", 7, "2")] == [(one.code, one.units, one.indicator) for one in table]

    def test_overlay_keeps_what_was_before(self, tmp_path):
        """
        The newer limits hold from their first day; before it the bundled ones do.
        """
        table = limits(written(tmp_path, "mue.csv", LIMITS_CSV))
        catalogue = bundled().with_tables(table)
        found = [
            next(
                one
                for one in tc.check_edits([tc.ClaimLine("97110", 6)], catalogue.rules_on(day)).findings
                if one.id == "unit-limit"
            )
            for day in ("2024-08-05", "2026-09-30", "2026-10-01")
        ]

        assert ["does-not-apply", "does-not-apply", "applies"] == [one.outcome for one in found]
        assert ["primary", "primary", "primary"] == [one.standing for one in found]
        assert "given-by-the-caller" in {one.source.id for one in found[2].citations}

    @pytest.mark.parametrize(
        ("content", "further", "fault"),
        [
            ("", {}, "an empty file"),
            (LIMITS_CSV.partition("97110")[0], {}, "holds nothing"),
            (LIMITS_CSV.replace("MUE Values", "Values"), {}, "no row of headings"),
            (LIMITS_CSV, {"setting": "hospital"}, "the practitioner file"),
            (LIMITS_CSV.replace("97530,7", "97530,many"), {}, "units: not a whole number"),
            (LIMITS_CSV.replace("2 Date", "5 Date"), {}, "not a row of a unit limit"),
            (LIMITS_CSV.replace("00100,1,1 Line Edit", "00100"), {}, "not a row of a unit limit"),
            (LIMITS_CSV + '"open,1', {}, "not CSV"),
            (LIMITS_CSV, {"is_complete": True}, "is_complete=False"),
            (LIMITS_CSV, {"covered_through": "2026-09-30"}, "covered_through"),
        ],
    )
    def test_refused(self, tmp_path, content, further, fault):
        """
        What is not the right file is refused.
        """
        path = written(tmp_path, "mue.csv", content)

        assert re.search(fault, " | ".join(refused(limits, path, **further)))

    def test_no_openpyxl(self, tmp_path, monkeypatch):
        """
        A workbook without openpyxl names the extra.
        """
        monkeypatch.setitem(sys.modules, "openpyxl", None)

        assert "therapycodes[tables]" in refused(limits, written(tmp_path, "mue.xlsx", b"PK\x03\x04"))[0]


def record(code="97110", status="A", work="  0.45", modifier="  "):
    """
    A record of the relative value file with fixed columns.
    """
    cells = [" "] * 200
    for at, text in (
        (0, code),
        (5, modifier),
        (57, status),
        (59, work),
        (66, "  0.42"),
        (72, "NA"),
        (75, "  0.42"),
        (84, " 0.02"),
        (102, "7"),
        (115, "5"),
    ):
        cells[at : at + len(text)] = text
    return "".join(cells)


class TestFeeSchedule:
    """
    Files of relative values and of geographic factors.
    """

    def test_fixed(self, tmp_path):
        """
        The text file with fixed columns; rows with a modifier and other codes are left out.
        """
        text = "\r\n".join(["HDR invented", record(), record(modifier="26"), record("99999"), ""])
        table = load_relative_values(written(tmp_path, "PPRRVU.txt", text), **QUARTER)
        (row,) = table.of("97110")

        assert ("0.45", "0.42", "0.42", "0.02") == tuple(
            str(value) for value in (row.work, row.nonfacility_pe, row.facility_pe, row.mp)
        )
        assert (True, False, "5", "7") == (row.nonfacility_na, row.facility_na, row.multiple_procedure, row.pc_tc)
        assert {("97110",)} == table.keys()

    def test_sheet(self, tmp_path):
        """
        The sheet saved as CSV, whose headings stand over several rows.
        """
        cells = ["97110", "", "x", "A", "", "0.45", "0.42", "", "0.42", "NA", "0.02", "0.89", "0.89", "7", "XXX"]
        text = "\n".join(
            [
                "An invented title,,",
                ",,,STATUS,,WORK",
                "HCPCS,MOD,DESCRIPTION,CODE,,RVU",
                ",".join([*cells, "0", "0", "0", "5"]),
            ]
        )
        table = load_relative_values(written(tmp_path, "PPRRVU.csv", text), **QUARTER)

        assert [("97110", True)] == [(row.code, row.facility_na) for row in table]
        catalogue = bundled().with_tables(table)
        rows = catalogue.table("relative-values", RelativeValue).of("97110")
        assert date(2026, 10, 1) == rows[-1].effective_from
        assert date(2026, 9, 30) == rows[-2].effective_through

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            ("nothing of the kind\n", "holds no row of relative values"),
            (record() + "\n" + record()[:60] + "\n", "not a row of relative values"),
            (record(work="   -.-") + "\n", "not a row of relative values"),
            (record() + "\n" + record(work="  0.50") + "\n", "twice"),
            (record("99999") + "\n", "holds nothing"),
        ],
    )
    def test_refused(self, tmp_path, content, fault):
        """
        What is not the right file is refused.
        """
        path = written(tmp_path, "PPRRVU.txt", content)

        assert fault in " | ".join(refused(load_relative_values, path, **QUARTER))

    def test_factors(self, tmp_path):
        """
        Geographic factors by contractor and locality, notes below them left alone.
        """
        text = (
            "ADDENDUM E,,,,,,\n"
            "Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
            "2026 PW GPCI (with 1.0 Floor),2026 PE GPCI,2026 MP GPCI\n"
            "10112,AL,00,ALABAMA,1.000,0.869,0.575\n"
            "1112,CA,5,SAN FRANCISCO,1.08,1.37,0.45\n"
            '"* A note",,,,,,\n'
        )
        table = load_geographic_factors(written(tmp_path, "GPCI.csv", text), **QUARTER)

        assert {("10112-00",), ("01112-05",)} == table.keys()
        assert "0.869" == str(table.of("10112-00")[0].pe)

    @pytest.mark.parametrize(
        ("row", "fault"),
        [
            ("10112,AL,00,A,1.000,x,0.575", "pe: not an amount"),
            ("ten,AL,00,A,1.000,0.8,0.575", "not a row of a locality"),
            ('"* A note",,,,,,\n10112,AL,00,A,1.000,0.8,0.575', "not a row of a locality"),
        ],
    )
    def test_factors_refused(self, tmp_path, row, fault):
        """
        A row that is none, or that stands below the notes, is a fault.
        """
        text = f"MAC,State,Locality Number,Name,PW GPCI,PE GPCI,MP GPCI\n{row}\n"
        path = written(tmp_path, "GPCI.csv", text)

        assert fault in " | ".join(refused(load_geographic_factors, path, **QUARTER))


class TestOverlay:
    """
    Catalogues with tables laid over them.
    """

    def test_pickles(self, tmp_path):
        """
        A catalogue with newer tables pickles with them.
        """
        table = pairs(written(tmp_path, "a.txt", PAIRS_TEXT))
        again = pickle.loads(pickle.dumps(bundled().with_tables(table)))

        assert list(table) == list(again.table("edit-pairs-practitioner", EditPair))

    def test_one_after_another(self, tmp_path):
        """
        Tables may be laid on one after another.
        """
        first = bundled().with_tables(pairs(written(tmp_path, "a.txt", PAIRS_TEXT)))
        both = first.with_tables(limits(written(tmp_path, "mue.csv", LIMITS_CSV)))

        assert "v323r0" == both.table("edit-pairs-practitioner", EditPair).provenance.version
        assert "2026Q4" == both.table("unit-limits-practitioner", UnitLimit).provenance.version
        assert "2024-07-01" == bundled().table("unit-limits-practitioner", UnitLimit).provenance.version

    def test_refused(self):
        """
        Something else than a table is refused.
        """
        with pytest.raises(tc.InvalidInputError) as caught:
            bundled().with_tables("edit-pairs")

        assert "tables[0]" == caught.value.field

    def test_add_on_codes_are_replaced(self):
        """
        A list of add-on codes takes the place of the older one.
        """
        old = bundled().table("add-on-pairs", AddOnPair)
        new = Table(old.name, AddOnPair, old.provenance, [["97130", "97129", "1"]])

        assert 1 == len(bundled().with_tables(new).table("add-on-pairs", AddOnPair))


class TestScript:
    """
    `scripts/build_tables.py` on files in the layouts of CMS and on extracts.
    """

    def run(self, *arguments):
        """
        The finished process.
        """
        return subprocess.run(
            [sys.executable, str(SCRIPT), *map(str, arguments)], capture_output=True, text=True, check=False
        )

    def test_extract(self, tmp_path):
        """
        An extract becomes a table with its provenance; a second run finds it up to date, a change finds it stale.
        """
        path = written(tmp_path, "mue.csv", "hcpcs,setting,mue,mai,version\n97110,practitioner,6,3,2024-07-01\n")
        arguments = ("--into", tmp_path, f"unit-limits-practitioner={path}")
        done, again = self.run(*arguments), self.run("--check", *arguments)
        target = tmp_path / "unit-limits-practitioner.csv"

        assert (0, 0) == (done.returncode, again.returncode), done.stderr + again.stderr
        assert target.read_text("utf-8").endswith("\n97110,6,3,2024-07-01,2024-09-30\n")
        target.write_text("", encoding="utf-8")
        assert 1 == self.run("--check", *arguments).returncode

    def test_layout_of_cms(self, tmp_path):
        """
        A file in the layout of CMS is read by the loader of users; too small a one is refused.
        """
        path = written(tmp_path, "ccipra.txt", PAIRS_TEXT)
        done = self.run("--into", tmp_path, f"edit-pairs-practitioner={path}")

        assert 0 != done.returncode
        assert "is_complete" in done.stderr

    def test_unknown_name(self, tmp_path):
        """
        A name without provenance is refused.
        """
        assert 2 == self.run("prices=none.csv").returncode


def test_every_kind_has_its_columns():
    """
    Keys are columns.
    """
    for kind in KINDS.values():
        assert set(kind.KEY) <= set(columns(kind))


def test_provenance_is_cited():
    """
    A provenance without a citation is refused.
    """
    day = date(2020, 1, 1)
    with pytest.raises(ValueError, match="citation"):
        Provenance(
            title="x", version="1", covered_from=day, covered_through=day, reviewed_on=day, written_by="y", citations=()
        )


def test_text_reader_keeps_its_default():
    """
    Files of other kinds keep their smaller bound.
    """
    assert givenfiles.LARGEST_FILE < tables.LARGEST_TABLE
