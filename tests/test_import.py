"""
Importing the package reads nothing, and its public names are those it says.
"""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest

import therapycodes as tc


PACKAGE = Path(tc.__file__).parent

WATCH = """
import sys
before = set(sys.modules)
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import therapycodes
{then}
loaded = sorted(set(sys.modules) - before)
watched = list(opened)
import json
print(json.dumps({{"loaded": loaded, "opened": watched}}))
"""


def watch(then=""):
    """
    What a fresh interpreter loads and opens for the package, and for what follows.
    """
    done = subprocess.run(
        [sys.executable, "-c", WATCH.format(then=then)], capture_output=True, text=True, check=False, timeout=60
    )

    assert 0 == done.returncode, done.stderr
    assert "" == done.stderr
    return json.loads(done.stdout)


def type_checking_names():
    """
    Names the package imports for type checkers, each with its module.
    """
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: node.module for node in imports for alias in node.names}


class TestImport:
    """
    `import therapycodes` does no work.
    """

    def test_loads_nothing(self):
        """
        It imports none of its modules, and none of its dependencies.
        """
        loaded = watch()["loaded"]

        assert ["therapycodes"] == [name for name in loaded if name.startswith("therapycodes")]
        for name in ("attr", "attrs", "cattrs", "csv", "importlib_resources", "json", "tomllib"):
            assert not [one for one in loaded if one == name or one.startswith(f"{name}.")], name

    def test_opens_no_data(self):
        """
        It opens no data file.
        """
        data = str(PACKAGE / "data")

        assert [] == [path for path in watch()["opened"] if path.startswith(data)]

    def test_every_name_opens_no_data(self):
        """
        Fetching every public name opens no data file either.
        """
        data = str(PACKAGE / "data")
        opened = watch("for name in therapycodes.__all__: getattr(therapycodes, name)")["opened"]

        assert [] == [path for path in opened if path.startswith(data)]

    def test_one_lookup_reads_little(self):
        """
        One lookup opens the code's own file and the sources, and does not pay for cattrs.
        """
        seen = watch("therapycodes.lookup('97112')")
        data = PACKAGE / "data"
        opened = {Path(path).relative_to(data).as_posix() for path in seen["opened"] if path.startswith(f"{data}")}

        assert {"codes/97112.toml", "sources.toml"} == {path for path in opened if path.endswith(".toml")}
        assert not [name for name in seen["loaded"] if name.startswith("cattrs")]

    def test_counting_needs_no_cattrs(self):
        """
        Counting units does not load cattrs.
        """
        then = (
            "therapycodes.count_units([therapycodes.Service('97110', 33)], therapycodes.rules_on('2026-03-02')).trace"
        )

        assert not [name for name in watch(then)["loaded"] if name.startswith("cattrs")]


class TestNames:
    """
    What the package says it offers is what it offers.
    """

    def test_all_is_sorted(self):
        """
        `__all__` is sorted and names nothing twice.
        """
        assert sorted(set(tc.__all__)) == tc.__all__

    def test_three_lists_agree(self):
        """
        `__all__`, the imports for type checkers and the table of lazy names hold the same names and modules.
        """
        assert set(tc.__all__) == set(type_checking_names())
        assert type_checking_names() == tc._HOME

    @pytest.mark.parametrize("name", tc.__all__)
    def test_resolves(self, name):
        """
        Each name is the one of its module, and is kept once it was fetched.
        """
        home = importlib.import_module(f"therapycodes.{type_checking_names()[name]}")
        vars(tc).pop(name, None)

        assert getattr(home, name) is getattr(tc, name)
        assert getattr(home, name) is vars(tc)[name]

    @pytest.mark.parametrize("name", tc.__all__)
    def test_documented(self, name):
        """
        Each name has a docstring, and was made in the package.
        """
        assert getattr(tc, name).__doc__
        assert getattr(tc, name).__module__.startswith("therapycodes.")

    def test_dir(self):
        """
        `dir()` lists every public name, sorted.
        """
        assert set(tc.__all__) | {"__version__", "__all__"} <= set(dir(tc))
        assert sorted(dir(tc)) == dir(tc)

    def test_dir_lists_once(self):
        """
        A name that was fetched is listed once.
        """
        assert tc.lookup
        assert 1 == dir(tc).count("lookup")

    @pytest.mark.parametrize("name", ["no_such_name", "Lookup", "_private"])
    def test_unknown(self, name):
        """
        A name there is not is an `AttributeError`, as for any module.
        """
        with pytest.raises(AttributeError, match=f"^module 'therapycodes' has no attribute '{name}'$"):
            getattr(tc, name)

    def test_unknown_import(self):
        """
        Importing such a name is an `ImportError`.
        """
        with pytest.raises(ImportError):
            exec("from therapycodes import no_such_name", {})

    def test_version(self):
        """
        The version is that of the installed package; there is no second place for it.
        """
        assert importlib.metadata.version("therapycodes") == tc.__version__
        assert "__version__" not in vars(tc)

    def test_star(self):
        """
        `from therapycodes import *` gives the public names.
        """
        found: dict[str, object] = {}
        exec("from therapycodes import *", found)

        assert set(tc.__all__) <= set(found)
