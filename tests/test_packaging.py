"""
The package as it is shipped: data inside, typed, working from a zip, and free of traces of any one machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import importlib_resources
import pytest

import therapycodes as tc


PACKAGE = Path(tc.__file__).parent
ROOT = Path(__file__).parent.parent

NOT_OURS = {".git", ".venv", "__pycache__", "build", "dist", "site"}
"""Folders that no commit holds, beside those that begin with a dot and end with `cache`."""

TRACES = {
    "an absolute path of one machine": re.compile(r"""(?<![\w.:/}$*-])/(?:work|tmp|root|home|Users)/"""),
    "the host of a package registry or mirror": re.compile(
        r"files\.pythonhosted\.org|(?:index-url|trusted-host)\s*=|pypi\.org/simple"
        r"|\b(?:artifactory|devpi|nexus|pypi-?(?:mirror|proxy)|registry)\.[a-z0-9-]+\.[a-z]{2,}",
        re.IGNORECASE,
    ),
    "working notes": re.compile(r"working[ -]notes", re.IGNORECASE),
}


def files_of_the_repository():
    """
    Every file that could be tracked, this one left out.
    """
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [
            name
            for name in inside
            if name not in NOT_OURS
            and not name.endswith(".egg-info")
            and not re.fullmatch(r"\..*cache|\.hypothesis", name)
        ]
        for name in names:
            path = Path(folder, name)
            if path != Path(__file__) and not name.startswith(".coverage") and path.is_file():
                yield path


def run(arguments, folder, zipped=None):
    """
    Run Python in a folder, with the package taken from a zip.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **({"PYTHONPATH": str(zipped)} if zipped else {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert 0 == done.returncode, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    """
    A zip of the package.
    """
    archive = tmp_path_factory.mktemp("zip") / "therapycodes.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for path in sorted(PACKAGE.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                bundle.write(path, Path("therapycodes", path.relative_to(PACKAGE)))
    return archive


class TestContents:
    """
    What the package holds besides its modules.
    """

    @pytest.mark.parametrize(
        "file",
        [
            "sources.toml",
            "codes/97112.toml",
            "years/2020.toml",
            "policies/medicare-part-b.toml",
            "documentation/medicare-treatment-note.toml",
            "rules/units.toml",
        ],
    )
    def test_data(self, file):
        """
        The data files are part of the package.
        """
        assert importlib_resources.files("therapycodes").joinpath("data", *file.split("/")).is_file()

    def test_typed(self):
        """
        The marker for type checkers is there.
        """
        assert importlib_resources.files("therapycodes").joinpath("py.typed").is_file()

    def test_data_is_no_package(self):
        """
        The data folder holds no Python.
        """
        assert [] == [path for path in (PACKAGE / "data").rglob("*") if path.suffix in (".py", ".pyc")]

    def test_licence(self):
        """
        Licence and notice lie beside the source and are named in the project file.
        """
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

        assert ["LICENSE", "NOTICE"] == project["license-files"]
        assert all((ROOT / name).is_file() for name in (*project["license-files"], project["readme"]))

    def test_metadata(self):
        """
        The project file and the installed package agree on version, dependencies and the command.
        """
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        needed = {one for one in metadata.requires("therapycodes") if "extra ==" not in one}
        (command,) = metadata.entry_points(group="console_scripts", name="therapycodes")

        assert project["version"] == metadata.version("therapycodes")
        assert set(project["dependencies"]) == needed
        assert project["scripts"]["therapycodes"] == command.value
        assert callable(command.load())


class TestZip:
    """
    The package works from a zip, where its data are no files of the file system.
    """

    def test_answers(self, zipped, tmp_path):
        """
        A lookup, a count, a check and a review give the same from the zip.
        """
        program = (
            "import json\n"
            "import therapycodes as tc\n"
            "rules = tc.rules_on('2026-03-02')\n"
            "services = [tc.Service('97110', 33), tc.Service('97140', 7)]\n"
            "note = tc.Note('treatment-note', '2026-03-02', total_treatment_minutes=40)\n"
            "visit = tc.Visit('2026-03-02', services, discipline='PT', note=note)\n"
            "answer = [tc.lookup('97112').label, len(tc.codes()), dict(tc.count_units(services, rules).units),\n"
            "    tc.to_dict(tc.review(visit)), list(tc.policies()), [str(day) for day in tc.coverage()]]\n"
            "print(tc.__file__)\n"
            "print(json.dumps(answer))\n"
        )
        origin, answer = run(["-c", program], tmp_path, zipped).splitlines()

        assert str(zipped / "therapycodes" / "__init__.py") == origin

        rules = tc.rules_on("2026-03-02")
        services = [tc.Service("97110", 33), tc.Service("97140", 7)]
        note = tc.Note("treatment-note", "2026-03-02", total_treatment_minutes=40)
        visit = tc.Visit("2026-03-02", services, discipline="PT", note=note)

        assert [
            tc.lookup("97112").label,
            len(tc.codes()),
            dict(tc.count_units(services, rules).units),
            tc.to_dict(tc.review(visit)),
            list(tc.policies()),
            [str(day) for day in tc.coverage()],
        ] == json.loads(answer)

    def test_strict_check(self, zipped, tmp_path):
        """
        The strict check reads the zip as well, and finds what it finds in the folder.
        """
        program = (
            "import json\n"
            "from therapycodes._checking import check_tree\n"
            "from therapycodes._loading import DataFiles, bundled_root\n"
            "print(json.dumps(check_tree(DataFiles(bundled_root()))))\n"
        )

        assert json.loads(run(["-c", program], tmp_path)) == json.loads(run(["-c", program], tmp_path, zipped))

    def test_command(self, zipped, tmp_path):
        """
        The command line runs from the zip.
        """
        shown = run(["-m", "therapycodes", "lookup", "97112", "--json"], tmp_path, zipped)

        assert "97112" == json.loads(shown)["code"]

    def test_unknown_code(self, zipped, tmp_path):
        """
        What is not there is no error of the archive.
        """
        program = (
            "import therapycodes as tc\n"
            "for ask in (lambda: tc.lookup('9711O'), lambda: tc.rules_on('2026-03-02', 'nobody')):\n"
            "    try:\n"
            "        ask()\n"
            "    except tc.TherapyCodesError as error:\n"
            "        print(type(error).__name__)\n"
        )

        assert ["UnknownCodeError", "UnknownPolicyError"] == run(["-c", program], tmp_path, zipped).split()


class TestTraces:
    """
    Nothing in the repository depends on, or tells of, the machine it was written on.
    """

    @pytest.mark.parametrize("kind", TRACES)
    def test_none(self, kind):
        """
        No file holds such a trace.
        """
        found = []
        for path in files_of_the_repository():
            try:
                text = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in TRACES[kind].finditer(text)]

        assert [] == found

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            ("an absolute path of one machine", 'see "/work/shared"'),
            ("an absolute path of one machine", "in /tmp/x"),
            ("the host of a package registry or mirror", "https://registry.example.com/x"),
            ("the host of a package registry or mirror", "index-url = https://x"),
            ("working notes", "Working notes of"),
        ],
    )
    def test_seen(self, kind, text):
        """
        The patterns see what they are meant to see.
        """
        assert TRACES[kind].search(text)

    @pytest.mark.parametrize(
        "text", ["https://example.org/work/page", "src/work/x", "frameworks/tmp/y", "{root}/tmp/z"]
    )
    def test_not_seen(self, text):
        """
        A part of a web address or of a relative path is no trace.
        """
        assert not TRACES["an absolute path of one machine"].search(text)

    def test_something_is_read(self):
        """
        The walk reaches source, data and tests.
        """
        seen = {path.relative_to(ROOT).as_posix() for path in files_of_the_repository()}

        assert {"pyproject.toml", "src/therapycodes/code.py", "src/therapycodes/data/sources.toml"} <= seen
