"""
Loading: the small tree is sound and answers; each broken one yields its faults, all of them and no others.
"""

from __future__ import annotations

import pickle
import shutil
import tomllib
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import therapycodes as tc
from therapycodes._building import build
from therapycodes._checking import check_tree, converter_for, policy_faults, structured
from therapycodes._loading import DataFiles, bundled_root, parse
from therapycodes.catalogue import bundled
from therapycodes.code import Code, UnitBasis
from therapycodes.evidence import Source
from therapycodes.policy import Policy, UnitMethod
from therapycodes.requirement import RequirementSet
from therapycodes.year import Year


HERE = Path(__file__).parent
SMALL = HERE / "small"
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted((HERE / "broken").glob("*.toml"))
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["cases"]
]


@pytest.fixture
def tree(tmp_path):
    """
    A copy of the small tree that a test may spoil.
    """
    return Path(shutil.copytree(SMALL, tmp_path / "tree"))


def change(tree, file, *, find=None, put="", append="", content=None, hex=None, remove=False):  # noqa: A002, PLR0913
    """
    Spoil one file of a tree.
    """
    path = tree / file
    if remove:
        path.unlink()
    elif hex is not None:
        path.write_bytes(bytes.fromhex(hex))
    elif content is not None:
        path.write_text(content, encoding="utf-8")
    else:
        text = path.read_text(encoding="utf-8") + append
        if find is not None:
            assert find in text, f"{file} no longer holds {find!r}"

            text = text.replace(find, put, 1)
        path.write_text(text, encoding="utf-8")


def agrees(expected, actual):
    """
    Whether faults are the expected ones, in order; an expected one that ends in `*` tells the beginning.
    """
    return len(expected) == len(actual) and all(
        fnmatchcase(fault, wanted.replace("[", "[[]")) for wanted, fault in zip(expected, actual, strict=True)
    )


class TestSound:
    """
    The small tree holds one of everything, and nothing is wrong with it.
    """

    def test_no_fault(self):
        """
        The strict check finds nothing.
        """
        assert () == check_tree(DataFiles(SMALL))

    def test_loads_and_answers(self):
        """
        A catalogue of one's own answers like the bundled one, from its own data.
        """
        catalogue = tc.load_catalogue(SMALL)
        rules = catalogue.rules_on("2021-03-02", "base-plan")
        count = tc.count_units([tc.Service("X0001", 33), tc.Service("X0002", 7)], rules)

        assert {"X0001": 2, "X0002": 1} == count.units
        assert (date(2020, 1, 1), date(2021, 12, 31)) == catalogue.coverage()
        assert {"base-plan": "Invented base plan", "sub-plan": "Invented plan under the base plan"} == dict(
            catalogue.policies()
        )
        assert Decimal("31.0000") == rules.year.conversion_factor[0].value

    def test_path_as_text(self):
        """
        The folder may be given as text.
        """
        assert 8 == len(tc.load_catalogue(str(SMALL)).code_names)

    def test_parent_fills_the_gaps(self):
        """
        What a policy leaves open on a day comes from its parent.
        """
        catalogue = tc.load_catalogue(SMALL)

        assert UnitMethod.TOTAL_TIME is catalogue.rules_on("2020-12-31", "sub-plan").unit_method
        assert UnitMethod.MIDPOINT is catalogue.rules_on("2021-01-01", "sub-plan").unit_method

    def test_every_requirement_version(self):
        """
        A requirement has the wording of its day.
        """
        catalogue = tc.load_catalogue(SMALL)
        before = catalogue.rules_on("2020-12-31", "base-plan").requirements("treatment-note")
        after = catalogue.rules_on("2021-01-01", "base-plan").requirements("progress-report")

        assert ["Gives the minutes", "Is signed", "Names the color of the chalk"] == [one.title for one in before]
        assert ["Is signed by a professional", "Names the color of the chalk"] == [one.title for one in after]

    def test_line_endings(self, tree):
        """
        Files saved with the line ends of Windows answer the same.
        """
        for path in tree.rglob("*.toml"):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

        assert tc.load_catalogue(SMALL).lookup("X0001") == tc.load_catalogue(tree).lookup("X0001")

    @pytest.mark.parametrize(
        "head",
        ["[other]  # a remark", "[ other ]", "  [other]", "['other']", "[Other_1]"],
    )
    def test_heads_of_sources(self, tree, head):
        """
        A source is found however TOML lets its head be written, or the check refuses it.
        """
        key = next(iter(tomllib.loads(head)))
        change(
            tree,
            "sources.toml",
            append=f'\n{head}\ntitle = "T"\npublisher = "P"\nstanding = "payer"\nread_on = 2021-06-30\n',
        )
        change(tree, "codes/X0002.toml", find='"invented-manual"', put=f'"{key}"')
        try:
            catalogue = tc.load_catalogue(tree)
        except tc.DataError as error:
            assert any(fault.startswith("sources.toml: ") for fault in error.faults)  # noqa: PT017
        else:
            assert key == catalogue.lookup("X0002").facts.unit[0].citations[0].source.id

    def test_other_files_are_left_alone(self, tree):
        """
        A file that is no TOML file is not read.
        """
        change(tree, "codes/README.txt", content="notes")

        assert () == check_tree(DataFiles(tree))


class TestBroken:
    """
    One thing wrong gives its fault, with file and path; what follows from it is told as well.
    """

    @pytest.mark.parametrize("case", CASES)
    def test_faults(self, tree, case):
        """
        The strict check tells exactly the faults of the case.
        """
        for one in case["changes"]:
            change(tree, **one)
        actual = check_tree(DataFiles(tree))

        if "faults" in case:
            assert agrees(case["faults"], actual), actual
        else:
            expected = case["faults_begin"]

            assert agrees(expected, actual[: len(expected)]), actual

    @pytest.mark.parametrize("case", CASES)
    def test_load_refuses(self, tree, case):
        """
        Opening the tree raises an error that lists the same faults, each in its message.
        """
        for one in case["changes"]:
            change(tree, **one)
        with pytest.raises(tc.DataError) as caught:
            tc.load_catalogue(tree)

        assert check_tree(DataFiles(tree)) == caught.value.faults
        assert all(fault in str(caught.value) for fault in caught.value.faults)
        assert all(": " in fault for fault in caught.value.faults)

    def test_names_are_unique(self):
        """
        No two cases have the same name.
        """
        names = [case.id for case in CASES]

        assert sorted(set(names)) == sorted(names)

    def test_no_folder(self, tmp_path):
        """
        A folder that does not exist lacks its sources.
        """
        with pytest.raises(tc.DataError) as caught:
            tc.load_catalogue(tmp_path / "nowhere")

        assert "sources.toml: the file is missing @ ." == caught.value.faults[0]

    @pytest.mark.parametrize("instead", ["nothing", "file", "empty folder"])
    @pytest.mark.parametrize("folder", ["codes", "years", "policies", "documentation", "rules"])
    def test_missing_folder(self, tree, folder, instead):
        """
        A tree without the files of one of its folders is refused, before anything is asked of it.
        """
        shutil.rmtree(tree / folder)
        if instead == "file":
            (tree / folder).write_text("", encoding="utf-8")
        elif instead == "empty folder":
            (tree / folder).mkdir()
        with pytest.raises(tc.DataError) as caught:
            tc.load_catalogue(tree)

        assert any(fault.startswith(folder) for fault in caught.value.faults)

    @pytest.mark.parametrize("year", [0, -1, 10000])
    def test_year_outside_the_calendar(self, tree, year):
        """
        A year no calendar has is a fault, not an error of the date arithmetic.
        """
        change(tree, "years/2021.toml", find="year = 2021", put=f"year = {year}")
        with pytest.raises(tc.DataError) as caught:
            tc.load_catalogue(tree)

        assert any(fault.startswith("years/2021.toml: ") for fault in caught.value.faults)

    def test_year_file_that_is_no_year(self, tree):
        """
        A year file that is not named after a year is a fault, though its content is sound.
        """
        (tree / "years/2021.toml").rename(tree / "years/next.toml")

        assert ("years/next.toml: differs from the file name @ year",) == check_tree(DataFiles(tree))

    def test_folder_named_like_a_file(self, tree):
        """
        A folder whose name ends like a file's is told as a missing file.
        """
        (tree / "codes/X0009.toml").mkdir()
        (tree / "rules/further.toml").mkdir()

        assert (
            "codes/X0009.toml: the file is missing @ .",
            "rules/further.toml: the file is missing @ .",
        ) == check_tree(DataFiles(tree))


class TestOnePolicy:
    """
    A single policy is checked against the catalogue it will be used with.
    """

    def test_fits(self):
        """
        A policy whose parent and sets are known has no fault.
        """
        policy = DataFiles(SMALL).policy("sub-plan")

        assert [] == list(policy_faults(policy, ["base-plan"], ["base-set"], [], "mine"))

    def test_no_parent(self):
        """
        An unknown parent and an unknown set are told together.
        """
        policy = DataFiles(SMALL).policy("sub-plan")

        assert [
            "mine: extends a policy that does not exist @ extends",
            "mine: no such requirement set @ parameters.documentation_sets[0]",
        ] == list(policy_faults(policy, [], [], [], "mine"))

    def test_not_a_table(self):
        """
        Something that is no table is one fault without a path.
        """
        value, faults = structured(converter_for({}), [], Policy, "mine")

        assert value is None
        assert 1 <= len(faults)
        assert all(fault.startswith("mine: ") for fault in faults)


class TestLightLoader:
    """
    The bundled data are read without the strict check; a damaged file still gives an error that names it.
    """

    @pytest.mark.parametrize(
        ("file", "find", "put", "ask"),
        [
            ("codes/X0002.toml", "category =", "kategory =", lambda files: files.code("X0002")),
            ("codes/X0002.toml", '"timed"', '"tmied"', lambda files: files.code("X0002")),
            ("codes/X0002.toml", '"invented-manual"', '"no-manual"', lambda files: files.code("X0002")),
            ("policies/sub-plan.toml", "title =", "titel =", lambda files: files.policy("sub-plan")),
            ("documentation/base-set.toml", '"required"', '"must"', lambda files: files.requirement_set("base-set")),
            ("years/2020.toml", "[[kx_threshold_ot]]", "[[kx_ot]]", lambda files: files.year(2020)),
            ("rules/units.toml", "statement =", "sentence =", lambda files: files.rules()),
            ("rules/units.toml", "[[rules]]", "[[rule]]", lambda files: files.rules()),
            ("modifiers.toml", "statement =", "sentence =", lambda files: files.modifiers()),
            ("modifiers.toml", "[[modifiers]]", "[[modifier]]", lambda files: files.modifiers()),
        ],
    )
    def test_damaged(self, tree, file, find, put, ask):
        """
        A file that does not fit its class is named.
        """
        path = tree / file
        path.write_text(path.read_text(encoding="utf-8").replace(find, put), encoding="utf-8")
        with pytest.raises(tc.DataError) as caught:
            ask(DataFiles(tree))

        (fault,) = caught.value.faults
        assert fault.startswith(f"{file}: does not fit its class (")
        assert fault.endswith("; reinstall therapycodes")

    def test_no_modifiers(self, tree):
        """
        A tree without the file of modifiers knows none, whichever way it is read.
        """
        (tree / "modifiers.toml").unlink()
        change(tree, "policies/base-plan.toml", find='["KX", "XE", "XS", "XP", "XU", "59", ', put='["GA"]#')
        (fault,) = check_tree(DataFiles(tree))

        assert () == DataFiles(tree).modifiers()
        assert "policies/base-plan.toml: no such modifier @ parameters.attested_modifiers[0]" == fault

    def test_damaged_source(self, tree):
        """
        A damaged source is told when it is first cited, and an untouched one is still served.
        """
        change(tree, "sources.toml", find='standing = "payer"', put='standing = "gossip"')
        sources = DataFiles(tree).sources
        with pytest.raises(tc.DataError, match=r"sources\.toml: does not fit its class \(ValueError: "):
            sources["invented-plan"]

        assert "Nobody" == sources["invented-leaflet"].publisher

    def test_not_toml(self, tree):
        """
        A file that is no TOML is named.
        """
        change(tree, "codes/X0002.toml", find='code = "X0002"', put='code = "X0002"\n[[[')
        with pytest.raises(tc.DataError, match=r"codes/X0002\.toml: not valid TOML in UTF-8, "):
            DataFiles(tree).code("X0002")

    @pytest.mark.parametrize(
        "ask",
        [
            lambda files: files.code("X9999"),
            lambda files: files.policy("no-plan"),
            lambda files: files.requirement_set("no-set"),
            lambda files: files.year(1999),
        ],
    )
    def test_no_file(self, ask):
        """
        What has no file is `None`; the catalogue makes the error of it.
        """
        assert ask(DataFiles(SMALL)) is None

    def test_sources_are_a_mapping(self):
        """
        Sources are listed in the order of the file, counted, and made once.
        """
        sources = DataFiles(SMALL).sources

        assert ["invented-manual", "invented-plan", "invented-leaflet"] == list(sources)
        assert 3 == len(sources)
        assert sources["invented-plan"] is sources["invented-plan"]
        assert "no-source" not in sources

    def test_no_sources(self, tree):
        """
        A tree without sources has none.
        """
        change(tree, "sources.toml", remove=True)

        assert {} == dict(DataFiles(tree).sources)

    def test_bundled_root(self):
        """
        The bundled files lie beside the package.
        """
        assert bundled_root().joinpath("sources.toml").is_file()

    def test_amounts_are_decimal(self):
        """
        No amount passes through a binary fraction.
        """
        assert {"amount": Decimal("2410.10")} == parse(b"amount = 2410.10", "here")

    def test_source_without_options(self):
        """
        What a source leaves out is `None`.
        """
        table = {"id": "a", "title": "T", "publisher": "P", "standing": "payer", "read_on": date(2021, 6, 30)}

        assert build(Source, table, {}).url is None

    @pytest.mark.parametrize("folder", ["codes", "policies", "documentation", "years"])
    def test_same_as_strict(self, folder):
        """
        The light builder and the strict one make equal values of the small tree.
        """
        files = DataFiles(SMALL)
        kinds = {
            "codes": (Code, files.code),
            "policies": (Policy, files.policy),
            "documentation": (RequirementSet, files.requirement_set),
            "years": (Year, lambda name: files.year(int(name))),
        }
        kind, light = kinds[folder]
        converter = converter_for(files.sources)
        for name in files.names(folder):
            table = parse(files.content(folder, f"{name}.toml"), name)

            assert (light(name), []) == structured(converter, table, kind, name)


class TestAnswers:
    """
    The small catalogue covers what the bundled data happen not to hold.
    """

    @pytest.fixture
    def small(self):
        """
        The catalogue of the small tree.
        """
        return tc.load_catalogue(SMALL)

    def test_code_without_facts(self, small):
        """
        A code nothing is known about is not covered on any day, and says no dates.
        """
        with pytest.raises(tc.DateNotCoveredError) as caught:
            small.lookup("X0007").on("2020-03-02")

        assert (None, None) == (caught.value.covered_from, caught.value.covered_through)
        assert "X0007: no data for 2020-03-02" == str(caught.value)

    def test_uncounted_code(self, small):
        """
        Such a code cannot be counted either.
        """
        with pytest.raises(tc.DateNotCoveredError):
            small.rules_on("2020-03-02", "base-plan").code("X0007")

    def test_code_that_ends_inside_the_coverage(self, small):
        """
        A code answers through its last day and names its successors from the next.
        """
        code = small.lookup("X0006")
        with pytest.raises(tc.CodeNotInForceError) as caught:
            code.on("2021-01-01")

        assert UnitBasis.UNTIMED is code.on("2020-12-31").unit_basis
        assert ("X0004", "X0005") == caught.value.replaced_by
        assert (date(2018, 1, 1), date(2020, 12, 31)) == (caught.value.in_force_from, caught.value.in_force_through)

    def test_facts_begin_and_change(self, small):
        """
        A fact is `None` before it is known, and changes on its day.
        """
        code = small.lookup("X0001")
        days = ["2020-02-29", "2020-03-01", "2020-06-30", "2020-07-01"]

        assert [None, False, False, True] == [code.on(day).telehealth for day in days]

    def test_every_year_has_its_amounts(self, small):
        """
        Amounts are those of the year; a year without a file is not covered.
        """
        assert [2020, 2021] == [small.year(year).year for year in (2020, 2021)]
        with pytest.raises(tc.DateNotCoveredError, match="annual values: 2022-01-01 is not covered"):
            small.year(2022)

    def test_pickles(self, small):
        """
        A catalogue of one's own pickles by its path.
        """
        again = pickle.loads(pickle.dumps(small))

        assert small.lookup("X0001") == again.lookup("X0001")
        assert small is not again

    def test_relative_path_pickles(self, monkeypatch, tmp_path):
        """
        A catalogue opened by a relative path unpickles in another working directory.
        """
        monkeypatch.chdir(HERE)
        packed = pickle.dumps(tc.load_catalogue("small"))
        monkeypatch.chdir(tmp_path)

        assert "X0001" in pickle.loads(packed).code_names

    def test_apart_from_the_bundled_one(self, small):
        """
        Two catalogues know nothing of each other.
        """
        with pytest.raises(tc.UnknownCodeError):
            bundled().lookup("X0001")
        with pytest.raises(tc.UnknownCodeError):
            small.lookup("97110")


class TestPlaces:
    """
    Where the files are, and how a code file is cut.
    """

    def test_root_of_a_zip(self, monkeypatch):
        """
        Where no directory stands beside the module, the resources of the package are asked.
        """
        monkeypatch.setattr(Path, "is_dir", lambda _: False)
        assert "sources.toml" in {item.name for item in bundled_root().iterdir()}

    def test_metadata_before_the_purpose(self, tree):
        """
        Metadata whose first table is a list are read whole.
        """
        path = tree / "codes" / "X0002.toml"
        text = path.read_text(encoding="utf-8")
        head, mark, purpose = text.partition("[metadata.purpose]")
        extra = '[[metadata.risks]]\ntext = "An invented risk."\n' + purpose[purpose.index("citations") :]
        path.write_text(head + extra.rstrip() + "\n\n" + mark + purpose, encoding="utf-8")
        code = DataFiles(tree).code("X0002")
        assert "An invented risk." == str(code.metadata.risks[0])
        assert code.metadata.purpose

    def test_facts_after_the_metadata(self, tree):
        """
        Facts written after the metadata would be overlooked, so the check names them.
        """
        later = (tree / "codes" / "X0002.toml").read_text(encoding="utf-8")
        later = later[later.index("[[facts.therapy_designation]]") : later.index("[metadata.purpose]")]
        change(tree, "codes/X0002.toml", find=later)
        change(tree, "codes/X0002.toml", append=f"\n{later}")
        assert ("codes/X0002.toml: metadata come last in a code file @ metadata",) == check_tree(DataFiles(tree))
