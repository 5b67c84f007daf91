"""
Text of a licence holder: every file here is written by the test, with codes and text that nobody uses.
"""

from __future__ import annotations

import copy
import pickle
import re
import sys
from types import ModuleType, SimpleNamespace

import pytest

import therapycodes as tc
from therapycodes import givenfiles, licensed
from therapycodes.licensed import Descriptor, Descriptors, NoDescriptorError, load_cpt, load_hcpcs, load_mrconso


COPYRIGHT = "Invented notice, 1995-2099\n\nAll wrongs\nreserved\n\n"
SECRET = "moonlit teapot"


def write(folder, name, content):
    """
    A file of the test; text is written in UTF-8.
    """
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def faults_of(load, *arguments):
    """
    What a loader says of a file; nothing of its text is ever in it.
    """
    with pytest.raises(tc.DataError) as caught:
        load(*arguments)

    assert SECRET not in str(caught.value)
    return caught.value.faults


def release(folder, codes=("0001X", "0002Y")):
    """
    A folder with every kind of standard file.
    """
    write(folder, "standard/LONGULT.txt", COPYRIGHT + "".join(f"{code}\tLong {SECRET} of {code}\r\n" for code in codes))
    write(folder, "standard/MEDU.txt", COPYRIGHT + "".join(f"{code} MEDIUM OF {code}   \n" for code in codes))
    write(folder, "standard/SHORTU.txt", COPYRIGHT + "".join(f"{code} SHORT OF {code}\n" for code in codes))
    write(
        folder,
        "standard/Consumer Friendly Descriptors/ConsumerDescriptor.txt",
        COPYRIGHT + "Concept Id\tCode\tConsumer\n" + "".join(f"7\t{code}\tFor patients {code}\n" for code in codes),
    )
    write(
        folder,
        "standard/Clinician Descriptors/ClinicianDescriptor.txt",
        COPYRIGHT
        + "Concept Id\tCode\tClinician Id\tClinician\n"
        + "".join(f"7\t0001X\t{n}\tText {n}\n" for n in (1, 2)),
    )
    write(folder, "standard/readme.txt", "not one of them")
    return folder


def record(code, sequence, record_id, long, short=""):
    """
    A record of the fixed-width HCPCS file, its filler trimmed.
    """
    start = f"{code:>5}{sequence:05}{record_id}{long:<80}"
    return f"{start}{short:<28}".ljust(292) + "N" if record_id in "37" else start.rstrip()


def mrconso(code, text, **other):
    """
    A row of MRCONSO.RRF.
    """
    row = {"sab": "CPT", "tty": "PT", "lat": "ENG", "suppress": "N"} | other
    cells = ["C1", row["lat"], "P", "L1", "PF", "S1", "Y", "A1", "", "", "", row["sab"], row["tty"], code, text]
    cells += ["0", row["suppress"], ""]
    return "|".join(cells) + "|\n"


class TestStandardFiles:
    """
    The AMA's standard files.
    """

    def test_folder(self, tmp_path):
        """
        A folder gives every kind of text, with the file and the line each came from.
        """
        found = load_cpt(release(tmp_path))

        assert ["0001X", "0002Y"] == list(found)
        assert f"Long {SECRET} of 0001X" == found["0001X"].long
        assert "MEDIUM OF 0001X" == found["0001X"].medium
        assert "SHORT OF 0001X" == found["0001X"].short
        assert "For patients 0001X" == found["0001X"].consumer
        assert ("Text 1", "Text 2") == found["0001X"].clinician
        assert () == found["0002Y"].clinician
        assert licensed.Origin("LONGULT.txt", licensed.LineKind.TAB_ROW, 7) == found["0002Y"].origins["long"]
        assert "concept-row" == found["0001X"].origins["clinician"].kind.value

    def test_one_file(self, tmp_path):
        """
        One file may be read alone, by path or by its text.
        """
        path = write(tmp_path, "SHORTU.TXT", "0001X A\n0004F B\n0005T C\n0006U D\n\x1a")

        assert ["0001X", "0004F", "0005T", "0006U"] == list(load_cpt(str(path)))
        assert None is load_cpt([path])["0001X"].long

    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    def test_encodings(self, tmp_path, encoding, newline):
        """
        UTF-8, with or without a mark, and Windows-1252 read alike, with any line end.
        """
        text = "Notice\n\n0001X\tThéâtre\u2019s text\n".replace("\n", newline)
        path = write(tmp_path, "LONGULT.txt", text.encode(encoding))

        assert "Théâtre\u2019s text" == load_cpt(path)["0001X"].long

    def test_long_notice(self, tmp_path):
        """
        The notice may be of any length and hold empty lines; empty lines between rows do no harm.
        """
        path = write(tmp_path, "LONGUT.txt", "Notice\n\n" * 50 + "0001X\tA\n\n0002Y\tB\n")

        assert 2 == len(load_cpt(path))

    @pytest.mark.parametrize("rows", ["0001X01 First\n0001X02 second\n", "0001X 00 First\n0001X 05   second  \n"])
    def test_long_fixed(self, tmp_path, rows):
        """
        Long text over several rows is joined by its sequence.
        """
        path = write(tmp_path, "LONGULF.txt", f"Notice\n\n{rows}")

        assert "First second" == load_cpt(path)["0001X"].long
        assert (3, "fixed-rows") == (
            load_cpt(path)["0001X"].origins["long"].line,
            load_cpt(path)["0001X"].origins["long"].kind,
        )

    def test_best_long_text(self, tmp_path):
        """
        Of several files with long text a folder gives the one in mixed case.
        """
        write(tmp_path, "LONGUT.txt", "0001X\tUPPER\n")
        write(tmp_path, "LONGULF.txt", "0001X01 Fixed\n")
        write(tmp_path, "LONGULT.txt", "0001X\tMixed\n")

        assert ("LONGULT.txt",) == load_cpt(tmp_path).files
        assert "Mixed" == load_cpt(tmp_path)["0001X"].long

    @pytest.mark.parametrize(
        ("name", "content", "fault"),
        [
            ("LONGULT.txt", "", "LONGULT.txt: an empty file"),
            ("LONGULT.txt", b"PK\x03\x04zip", "a zip archive or a workbook"),
            ("LONGULT.txt", b"%PDF-1.7", "a PDF"),
            ("LONGULT.txt", b"\xd0\xcf\x11\xe0", "an old workbook"),
            ("LONGULT.txt", "\ufeff \n<!DOCTYPE html><p>Log in", "a web page"),
            ("LONGULT.txt", "0001X\tA".encode("utf-16"), "not text in UTF-8"),
            ("LONGULT.txt", b"0001X\t\x81", "neither UTF-8 nor Windows-1252"),
            ("LONGULT.txt", f"Notice\n\n{SECRET}\n", "holds no row"),
            ("LONGULT.txt", "Notice\n\n0001X\t\n", "cut off: no text after the code.*@ line 3$"),
            ("LONGULT.txt", f"Notice\n\n0001\n0002X\t{SECRET}\n", "neither a row nor an empty line.*@ line 3$"),
            ("LONGULT.txt", f"0001X\tA\n\n{SECRET}\n", "neither a row nor an empty line.*@ line 3$"),
            ("LONGULT.txt", f"0001X\tA\n0001X\t{SECRET}\n", "0001X stands on line 1 too.*@ line 2$"),
            ("SHORTU.txt", "0001X A\n0001X A\n", "0001X stands on line 1 too.*@ line 2$"),
            ("LONGULF.txt", "0001X01 A\n0001X01 B\n", "0001X continues out of sequence.*@ line 2$"),
            ("LONGULF.txt", "0001X01 A\n0002X01 B\n0001X02 C\n", "0001X continues out of sequence.*@ line 3$"),
            ("LONGULF.txt", "0001X01 A\n0002X02 B\n", "the first row of 0002X is missing.*@ line 2$"),
            ("LONGULF.txt", "0001X01  \n", "cut off.*@ line 1$"),
            ("ConsumerDescriptor.txt", "7\t0001X\tA\tB\n", "has 4 columns instead of 3.*@ line 1$"),
            ("ConsumerDescriptor.txt", "7\t0001X\t \n", "cut off.*@ line 1$"),
            ("ConsumerDescriptor.txt", "7\t0001X\tA\n8\t0001X\tA\n", "0001X stands on line 1 too.*@ line 2$"),
            ("notes.txt", "0001X\tA\n", "not one of the standard files"),
        ],
    )
    def test_refused(self, tmp_path, name, content, fault):
        """
        What is no such file is refused with its name, the line and the reason.
        """
        (found,) = faults_of(load_cpt, write(tmp_path, name, content))

        assert re.search(fault, found)

    def test_too_large(self, tmp_path, monkeypatch):
        """
        A file beyond any sane size is not read.
        """
        monkeypatch.setattr(givenfiles.content_of, "__defaults__", (3,))

        assert "larger than 0 MB" in faults_of(load_cpt, write(tmp_path, "MEDU.txt", "0001X A"))[0]

    def test_missing(self, tmp_path):
        """
        A file that is not there is a fault, not a traceback of the operating system.
        """
        assert ("MEDU.txt: cannot be read; give the path of a file @ .",) == faults_of(load_cpt, tmp_path / "MEDU.txt")

    def test_empty_folder(self, tmp_path):
        """
        A folder without any of the files says which it should hold.
        """
        assert "a folder without any of the standard files" in faults_of(load_cpt, tmp_path)[0]

    def test_no_files(self):
        """
        An empty list of files is refused.
        """
        with pytest.raises(tc.InvalidInputError, match="no file at all"):
            load_cpt([])

    def test_two_releases(self, tmp_path):
        """
        Two files of one name in a folder are not chosen between.
        """
        write(tmp_path, "one/MEDU.txt", "0001X A")
        write(tmp_path, "two/MEDU.txt", "0001X B")

        assert "a second file with medium text" in faults_of(load_cpt, tmp_path)[0]

    def test_two_long_files_named(self, tmp_path):
        """
        Where the files are named one by one, each kind of text comes from one of them.
        """
        files = [write(tmp_path, "LONGULT.txt", "0001X\tA"), write(tmp_path, "LONGUT.txt", "0001X\tA")]

        assert "LONGUT.txt: a second file with long text" in faults_of(load_cpt, files)[0]

    def test_other_codes(self, tmp_path):
        """
        Long, medium and short text for different codes are refused, with the number that differ.
        """
        release(tmp_path)
        write(tmp_path, "standard/MEDU.txt", "0001X A\n0003X B\n0004X C\n")
        (fault,) = faults_of(load_cpt, tmp_path)

        assert "MEDU.txt: 3 codes differ from LONGULT.txt: 1 missing, 2 more" in fault

    def test_many_faults(self, tmp_path):
        """
        All faults are told together; past twenty they are counted.
        """
        path = write(tmp_path, "LONGULT.txt", "0001X\tA\n" + "nonsense\n" * 30)
        faults = faults_of(load_cpt, path)

        assert 21 == len(faults)
        assert "10 further faults of this kind or others" == faults[-1]


class TestMrconso:
    """
    Rows of the UMLS.
    """

    def test_rows(self, tmp_path):
        """
        Each term type is one kind of text; rows that are not ours are left out.
        """
        rows = [
            mrconso("0001X", "Long"),
            mrconso("0001X", "Long"),
            mrconso("0001X", "Medium", tty="SY"),
            mrconso("0001X", "Short", tty="AB"),
            mrconso("0001X", "Consumer", tty="ETCF"),
            mrconso("0001X", "One", tty="ETCLIN"),
            mrconso("0001X", "Two", tty="ETCLIN"),
            mrconso("Z0001", "Supply", sab="HCPCS"),
            mrconso("Z0001", "SUPPLY", sab="HCPCS", tty="AB"),
            mrconso("0009X", "Gone", suppress="O"),
            mrconso("0009X", "Spanish", lat="SPA"),
            mrconso("0009X", "Other", sab="SNOMEDCT_US"),
            mrconso("0009X", "Metathesaurus", tty="MP"),
            mrconso("1099999", "A chapter"),
            mrconso("ZZ", "A modifier"),
            "\n",
        ]
        found = load_mrconso(write(tmp_path, "MRCONSO.RRF", "".join(rows)))

        assert ["0001X", "Z0001"] == list(found)
        assert (
            Descriptor(
                code="0001X",
                long="Long",
                medium="Medium",
                short="Short",
                consumer="Consumer",
                clinician=("One", "Two"),
                origins=found["0001X"].origins,
            )
            == (found["0001X"])
        )
        assert (1, "mrconso-cpt") == (found["0001X"].origins["long"].line, found["0001X"].origins["long"].kind)
        assert "mrconso-hcpcs" == found["Z0001"].origins["short"].kind

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (b"", "an empty file"),
            (b"\n\n", "an empty file"),
            (b"PK\x03\x04", "a zip archive"),
            (mrconso("0001X", "A").encode()[:-3], "not a row of 18 columns.*@ line 1$"),
            (mrconso("0001X", "A", sab="OTHER").encode(), "no row of CPT or HCPCS"),
            (mrconso("1X", SECRET).encode() + mrconso("1X2Y3", SECRET).encode(), "no CPT code.*@ line 2$"),
            (mrconso("0001X", " ").encode(), "the column STR is empty.*@ line 1$"),
            (mrconso("0001X", "é").encode("cp1252"), "not UTF-8.*@ line 1$"),
            ((mrconso("0001X", SECRET) + mrconso("0001X", f"{SECRET}s")).encode(), "stands on line 1 too.*@ line 2$"),
            (b"x" * 70_000, "longer than a row can be.*@ line 1$"),
        ],
    )
    def test_refused(self, tmp_path, content, fault):
        """
        What is no such file is refused with its name, the line and the reason.
        """
        (found,) = faults_of(load_mrconso, write(tmp_path, "MRCONSO.RRF", content))

        assert re.search(fault, found)

    def test_missing_and_too_large(self, tmp_path, monkeypatch):
        """
        A file that is not there, or beyond any sane size, is refused.
        """
        assert "cannot be read" in faults_of(load_mrconso, tmp_path / "MRCONSO.RRF")[0]

        monkeypatch.setattr(licensed, "LARGEST_MRCONSO", 3)

        path = write(tmp_path, "MRCONSO.RRF", mrconso("0001X", "A"))
        assert ("MRCONSO.RRF: larger than 0 GB; take the file as its publisher ships it @ .",) == faults_of(
            load_mrconso, path
        )


SHEET = "Invented notice,,,,\n\nHCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION\n"


class TestHcpcs:
    """
    The HCPCS Level II file.
    """

    def test_fixed(self, tmp_path):
        """
        Records are joined by sequence, and modifiers stand apart.
        """
        lines = [
            record("Z9", 100, "7", "A modifier", "MODIFIER"),
            record("Z9", 200, "8", "with more"),
            "",
            record("Z0001", 100, "3", "A first", "FIRST"),
            record("Z0001", 200, "4", "and a second"),
            record("Z0001", 300, "4", "and a third part"),
            record("Z0002", 100, "3", "Another", ""),
        ]
        found = load_hcpcs(write(tmp_path, "HCPC2099_ANWEB.txt", "\r\n".join(lines)))

        assert "A first and a second and a third part" == found["Z0001"].long
        assert "FIRST" == found["Z0001"].short
        assert (4, "hcpcs-record") == (found["Z0001"].origins["long"].line, found["Z0001"].origins["long"].kind)
        assert None is found["Z0002"].short
        assert "A modifier with more" == found.modifiers["Z9"].long
        assert "Z9" not in found

    def test_csv(self, tmp_path):
        """
        The sheet saved as CSV gives the same; columns are found by their names.
        """
        rows = 'Z0001,100,3,"A first, quoted",FIRST\nZ0001,200,4,second\n,,,,\nZ9,100,7,A modifier,MOD\n'
        found = load_hcpcs(write(tmp_path, "HCPC2099.csv", SHEET + rows))

        assert "A first, quoted second" == found["Z0001"].long
        assert (4, "hcpcs-sheet") == (found["Z0001"].origins["long"].line, found["Z0001"].origins["long"].kind)
        assert "MOD" == found.modifiers["Z9"].short

    @pytest.mark.parametrize(
        ("name", "content", "fault"),
        [
            ("a.txt", "", "an empty file"),
            ("a.csv", b"PK\x03\x04", "a zip archive or a workbook; unpack it, or save the sheet as CSV"),
            ("a.txt", record("Z0001", 100, "3", SECRET)[:200], "has 200 of 320 characters.*@ line 1$"),
            ("a.txt", record("Z0001", 100, "3", SECRET).ljust(400, "x"), "has 400 of 320 characters.*@ line 1$"),
            ("a.txt", record("Z0001", 100, "9", SECRET), "none of the record ids.*@ line 1$"),
            ("a.txt", record("00011", 100, "3", SECRET), "does not begin with a Level II code.*@ line 1$"),
            ("a.txt", record("Z-", 100, "7", SECRET), "does not begin with a Level II modifier.*@ line 1$"),
            ("a.txt", record("Z0001", 100, "3", ""), "cut off: no text.*@ line 1$"),
            ("a.txt", record("Z0001", 100, "3", "A").replace("100", "1x0", 1), "no sequence number.*@ line 1$"),
            ("a.txt", record("Z0001", 100, "4", SECRET), "Z0001 continues without its first record.*@ line 1$"),
            (
                "a.txt",
                f"{record('Z0001', 100, '3', SECRET)}\n{record('Z0002', 200, '4', SECRET)}",
                "Z0002 continues without its first record.*@ line 2$",
            ),
            (
                "a.txt",
                f"{record('Z0001', 200, '3', SECRET)}\n{record('Z0001', 100, '4', SECRET)}",
                "Z0001 continues out of sequence.*@ line 2$",
            ),
            (
                "a.txt",
                f"{record('Z0001', 100, '3', SECRET)}\n{record('Z0001', 100, '3', SECRET)}",
                "Z0001 stands on line 1 too.*@ line 2$",
            ),
            ("a.csv", f"Z0001,100,3,{SECRET},X\n", "no row with the headings"),
            ("a.csv", f"{SHEET}Z0001,100,3\n", "cut off: no text.*@ line 4$"),
            ("a.csv", SHEET, "no record of a code or modifier"),
            ("a.csv", f'{SHEET}Z0001,100,3,"{SECRET}', "not CSV.*@ line 4$"),
        ],
    )
    def test_refused(self, tmp_path, name, content, fault):
        """
        What is no such file is refused with its name, the line and the reason.
        """
        assert re.search(fault, faults_of(load_hcpcs, write(tmp_path, name, content))[0])


def with_openpyxl(monkeypatch, rows):
    """
    Stand in for openpyxl, which need not be installed; `rows` is a sheet, or the exception it raises.
    """

    def load_workbook(path, *, read_only, data_only):
        assert (True, True) == (read_only, data_only)
        if isinstance(rows, Exception):
            raise rows
        return SimpleNamespace(
            worksheets=[SimpleNamespace(iter_rows=lambda *, values_only: iter(rows))], close=lambda: None
        )

    module = ModuleType("openpyxl")
    module.load_workbook = load_workbook
    monkeypatch.setitem(sys.modules, "openpyxl", module)


SHEET_ROWS = [
    ("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION"),
    ("Z0001", 100, 3.0, "A first", None),
    ("Z0001", 200, "4", "second", 0.5),
]


class TestWorkbook:
    """
    The HCPCS workbook, where openpyxl is at hand.
    """

    def test_read(self, tmp_path, monkeypatch):
        """
        A workbook gives what the CSV gives.
        """
        with_openpyxl(monkeypatch, SHEET_ROWS)
        found = load_hcpcs(write(tmp_path, "HCPC2099.xlsx", b"PK\x03\x04"))

        assert "A first second" == found["Z0001"].long
        assert 2 == found["Z0001"].origins["long"].line

    def test_damaged(self, tmp_path, monkeypatch):
        """
        A workbook that cannot be read is refused, with a hint at CSV.
        """
        with_openpyxl(monkeypatch, KeyError(SECRET))

        assert "save its first sheet as CSV" in faults_of(load_hcpcs, write(tmp_path, "a.xlsx", b"PK\x03\x04"))[0]

    def test_not_installed(self, tmp_path, monkeypatch):
        """
        Without openpyxl the hint at CSV and at the extra is all there is.
        """
        monkeypatch.setitem(sys.modules, "openpyxl", None)
        (fault,) = faults_of(load_hcpcs, write(tmp_path, "a.xlsx", b"PK\x03\x04"))

        assert "openpyxl is not installed; save its first sheet as CSV, or install therapycodes[licensed]" in fault

    def test_missing(self, tmp_path):
        """
        A workbook that is not there is a fault.
        """
        assert ("a.xlsx: cannot be read; give the path of a file @ .",) == faults_of(load_hcpcs, tmp_path / "a.xlsx")

    def test_with_the_real_one(self, tmp_path):
        """
        The installed openpyxl, where there is one, reads a workbook it wrote.
        """
        openpyxl = pytest.importorskip("openpyxl")
        book = openpyxl.Workbook()
        for row in SHEET_ROWS:
            book.active.append(row)
        book.save(tmp_path / "a.xlsx")

        assert "A first second" == load_hcpcs(tmp_path / "a.xlsx")["Z0001"].long


class TestDescriptors:
    """
    The value that holds the text.
    """

    def test_mapping(self, tmp_path):
        """
        It is a mapping from code to text.
        """
        found = load_cpt(release(tmp_path))

        assert 2 == len(found)
        assert "0001X" in found
        assert "9999X" not in found
        assert None is found.get("9999X")
        assert found == load_cpt(tmp_path)

    def test_for_code(self):
        """
        A code of the catalogue finds its text, whose label stays ours.
        """
        code = tc.lookup("97110")
        found = Descriptors({"97110": Descriptor(code="97110", short="AN INVENTED TEXT")})

        assert "AN INVENTED TEXT" == found.for_code(code).short
        assert found["97110"] is found.for_code("97110")
        assert None is found.for_code("97112")
        assert "Corrective exercise for a measured physical loss" == code.label

    def test_repr(self, tmp_path):
        """
        What is printed holds counts and names of files, and never a text.
        """
        found = load_cpt(release(tmp_path))

        assert (
            "<Descriptors: 2 codes, 0 modifiers, from LONGULT.txt, MEDU.txt, SHORTU.txt, ConsumerDescriptor.txt, "
            "ClinicianDescriptor.txt>"
        ) == repr(found)
        assert "<Descriptor 0002Y: long, medium, short, consumer>" == str(found["0002Y"])
        assert "<Descriptor 0003X: nothing>" == repr(Descriptor(code="0003X"))

    @pytest.mark.parametrize(("key", "shown"), [("0009X", "0009X"), (SECRET, "this code"), ([], "this code")])
    def test_no_text(self, key, shown):
        """
        A code without text is a `KeyError` that repeats codes only.
        """
        with pytest.raises(NoDescriptorError) as caught:
            Descriptors()[key]

        assert f"the files that were read hold no text for {shown}; for_code() gives None instead" == str(caught.value)
        assert isinstance(caught.value, KeyError)
        assert key == pickle.loads(pickle.dumps(caught.value)).code

    def test_frozen(self):
        """
        Neither the mapping nor a text in it can be changed.
        """
        found = Descriptors({"0001X": Descriptor(code="0001X")})

        with pytest.raises(AttributeError):
            found["0001X"].long = "other"
        with pytest.raises(TypeError):
            found["0001X"] = Descriptor(code="0001X")

    def test_pickle_and_copy(self):
        """
        A pickle is refused, and a copy is the value itself.
        """
        found = Descriptors({"0001X": Descriptor(code="0001X")})

        for value in (found, found["0001X"]):
            with pytest.raises(TypeError, match="licensed text is not pickled"):
                pickle.dumps(value)
            assert value is copy.copy(value)
            assert value is copy.deepcopy(value)


class TestMerge:
    """
    Text from several places.
    """

    def test_both(self, tmp_path):
        """
        Codes, kinds of text, modifiers and files of both stand together.
        """
        short = load_cpt(write(tmp_path, "SHORTU.txt", "0001X A\n0002X B\n"))
        medium = load_cpt(write(tmp_path, "MEDU.txt", "0003X D\n0001X C\n"))
        supplies = load_hcpcs(write(tmp_path, "h.txt", record("Z9", 100, "7", "A modifier")))
        found = short.merge(medium).merge(supplies)

        assert ["0001X", "0002X", "0003X"] == list(found)
        assert ("A", "C") == (found["0001X"].short, found["0001X"].medium)
        assert {"short": "SHORTU.txt", "medium": "MEDU.txt"} == {
            kind: origin.file for kind, origin in found["0001X"].origins.items()
        }
        assert ["Z9"] == list(found.modifiers)
        assert ("SHORTU.txt", "MEDU.txt", "h.txt") == found.files

    def test_same_text(self, tmp_path):
        """
        The same text in both is no conflict.
        """
        found = load_cpt(release(tmp_path))

        assert found == found.merge(found)

    def test_conflict(self, tmp_path):
        """
        Different text of one kind is refused, with a count and a code.
        """
        ours = load_cpt(write(tmp_path, "a/SHORTU.txt", f"0001X {SECRET}\n0002X B\n"))
        theirs = load_cpt(write(tmp_path, "b/SHORTU.txt", "0001X OTHER\n0002X OTHER\n"))

        with pytest.raises(tc.InvalidInputError) as caught:
            ours.merge(theirs)

        assert (
            "other: holds different text for 2 codes that both have, first 0001X; merge files of one release only"
        ) == str(caught.value)

    def test_something_else(self):
        """
        Only descriptors are merged.
        """
        with pytest.raises(tc.InvalidInputError, match="not Descriptors"):
            Descriptors().merge({})
