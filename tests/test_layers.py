"""
The layers: who may import whom, who may open files, and what nobody may do.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import therapycodes


PACKAGE = Path(therapycodes.__file__).parent
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py"))

LAYERS = (
    ("errors", "frozenmap", "notebook"),
    ("periods", "inputs", "givenfiles"),
    ("evidence", "clocks", "mention"),
    ("code", "feeschedule", "year"),
    ("modifier", "policy", "published", "requirement"),
    ("documents", "credentials", "fieldnames"),
    ("ruleset", "record"),
    ("catalogue", "results", "licensed"),
    ("_index", "amounts", "answers", "chart", "clock", "pooling", "tables", "testing"),
    ("_lexicon",),
    ("_figures",),
    ("_extraction",),
    ("advice",),
    ("assistants", "certification"),
    ("units", "totals", "retrieval", "comparison", "succession", "thresholds"),
    ("claims", "documentation", "methods", "modifiers", "suggestion"),
    ("edits",),
    ("payment",),
    ("episode", "reading", "visits"),
    ("display",),
    ("exchange", "render"),
    ("_cli",),
    ("__main__",),
)
"""A module imports from the layers before its own, and never from its own."""

EDGE = (("_building", "_structuring"), ("_loading",), ("_checking",))
"""The modules that read data; they know the facts and what comes before, and `exchange` alone knows them openly."""

KNOW_THE_EDGE = {"exchange", "_index", "_lexicon", "testing"}
"""Who imports the edge openly: a caller's policy, the index, the words of notes, and the synthetic catalogue."""

LAZY = {
    ("notebook", "display"),
    ("catalogue", "feeschedule"),
    ("catalogue", "_loading"),
    ("catalogue", "_checking"),
    ("catalogue", "policy"),
    ("catalogue", "published"),
    ("catalogue", "ruleset"),
    ("_loading", "fieldnames"),
    ("_loading", "modifier"),
    ("_loading", "policy"),
    ("_loading", "published"),
    ("_loading", "requirement"),
    ("_loading", "year"),
}
"""The only imports inside a function: importing opens nothing, and looking a code up needs no policies."""

FOR_TYPES = {
    ("catalogue", "_loading"),
    ("catalogue", "feeschedule"),
    ("catalogue", "modifier"),
    ("catalogue", "policy"),
    ("catalogue", "published"),
    ("catalogue", "requirement"),
    ("catalogue", "ruleset"),
    ("catalogue", "year"),
    ("ruleset", "catalogue"),
    ("ruleset", "year"),
    ("_loading", "fieldnames"),
    ("_loading", "modifier"),
    ("_loading", "policy"),
    ("_loading", "published"),
    ("_loading", "requirement"),
    ("_loading", "year"),
}
"""The only imports between modules that exist for type checkers alone."""

CATTRS = {"_structuring", "_checking", "exchange"}
READS = {"_loading", "exchange", "givenfiles", "licensed", "_cli"}
"""`_loading` reads the files of the package; `exchange` and the command line read the file a caller names."""

FORBIDDEN_MODULES = {
    "http",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "random",
    "requests",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "warnings",
    "zoneinfo",
}
CLOCK = {"today", "now", "utcnow", "fromtimestamp"}
SURROUNDINGS = {"cwd", "environ", "expanduser", "getcwd", "getenv", "home"}
READING = {"open", "read_bytes", "read_text"}
WRITING = {"mkdir", "touch", "unlink", "write_bytes", "write_text"}


def tree_of(module):
    """
    The parsed source of a module.
    """
    return ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))


def imports(module):
    """
    Every import of a module: what, and whether it stands at the top, for types only, or inside a function.
    """
    found = []

    def visit(node, where):
        for child in ast.iter_child_nodes(node):
            inner = where
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                inner = "function"
            elif isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                inner = "types"
            elif isinstance(child, ast.Import):
                found.extend((alias.name, where) for alias in child.names)
            elif isinstance(child, ast.ImportFrom) and child.level:
                names = [child.module] if child.module else [alias.name for alias in child.names]
                found.extend((f".{name}", where) for name in names)
            elif isinstance(child, ast.ImportFrom):
                found.append((child.module, where))
            visit(child, inner)

    visit(tree_of(module), "top")
    return found


def inside(module):
    """
    The imports of a module from the package itself.
    """
    return [(name.removeprefix("."), where) for name, where in imports(module) if name.startswith(".")]


def outside(module):
    """
    The packages a module imports from elsewhere.
    """
    return {name.partition(".")[0] for name, _ in imports(module) if not name.startswith(".")}


def rank(module, layers):
    """
    The number of the layer a module belongs to.
    """
    return next(number for number, layer in enumerate(layers) if module in layer)


def names_used(module):
    """
    Every attribute and every bare name a module uses.
    """
    used = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Attribute):
            used.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            used.add(node.id)
    return used


MAIN = [module for layer in LAYERS for module in layer]
READERS = [module for layer in EDGE for module in layer]


class TestOrder:
    """
    Imports point one way.
    """

    def test_every_module_has_its_layer(self):
        """
        No module stands outside the layers.
        """
        assert MODULES == sorted([*MAIN, *READERS, "__init__"])

    @pytest.mark.parametrize("module", MAIN)
    def test_imports_point_down(self, module):
        """
        A module imports at its top only from layers before its own; a few import the edge as well.
        """
        for imported, where in inside(module):
            if where == "top" and imported in READERS:
                assert module in KNOW_THE_EDGE, f"{module} imports {imported}"
            elif where == "top":
                assert rank(imported, LAYERS) < rank(module, LAYERS), f"{module} imports {imported}"

    @pytest.mark.parametrize("module", READERS)
    def test_edge_points_down(self, module):
        """
        The modules of the edge know the facts, what comes before it, and the edge before themselves.
        """
        for imported, where in inside(module):
            assert "top" == where or (module, imported) in LAZY, f"{module} imports {imported} inside a function"
            if imported in READERS:
                assert rank(imported, EDGE) < rank(module, EDGE), f"{module} imports {imported}"
            else:
                assert rank(imported, LAYERS) <= rank("documents", LAYERS), f"{module} imports {imported}"

    def test_lazy_imports(self):
        """
        Only the documented imports between modules stand inside a function, or are for type checkers alone.
        """
        found = {
            kind: {(module, name) for module in (*MAIN, *READERS) for name, where in inside(module) if where == kind}
            for kind in ("function", "types")
        }

        assert {"function": LAZY, "types": FOR_TYPES} == found

    def test_package_imports_nothing(self):
        """
        The package itself imports its modules for type checkers only.
        """
        assert {"types"} == {where for _, where in inside("__init__")}
        assert {"__future__", "typing", "importlib"} == outside("__init__")

    def test_both_kinds_are_seen(self):
        """
        The walk sees imports inside functions and under TYPE_CHECKING.
        """
        assert {"top", "types", "function"} == {where for _, where in imports("catalogue")}


class TestEdges:
    """
    Files, cattrs and the world outside belong to a few modules.
    """

    @pytest.mark.parametrize("module", MODULES)
    def test_cattrs(self, module):
        """
        Only the strict side knows cattrs.
        """
        assert (module in CATTRS) is ("cattrs" in outside(module))

    @pytest.mark.parametrize("module", MODULES)
    def test_resources(self, module):
        """
        Only the loader knows where the package keeps its files.
        """
        assert (module == "_loading") is ("importlib_resources" in outside(module))
        assert (module == "_loading") is ("__file__" in names_used(module))

    @pytest.mark.parametrize("module", MODULES)
    def test_reading(self, module):
        """
        Only the loader reads the files of the package, and only two modules the file a caller names.
        """
        read = names_used(module) & READING

        assert (module in READS) is bool(read)
        assert ("open" in read) is (module == "licensed")
        assert set() == names_used(module) & WRITING

    @pytest.mark.parametrize("module", MODULES)
    def test_no_clock_no_surroundings(self, module):
        """
        No module asks for the time, the working directory, the environment or the home directory.
        """
        assert set() == names_used(module) & (CLOCK | SURROUNDINGS)

    @pytest.mark.parametrize("module", MODULES)
    def test_no_world_outside(self, module):
        """
        No module logs, opens connections, starts anything or draws lots.
        """
        allowed = {"random"} if module == "testing" else set()
        assert allowed == outside(module) & FORBIDDEN_MODULES

    @pytest.mark.parametrize("module", MODULES)
    def test_dependencies(self, module):
        """
        Nothing is imported beyond the standard library and the three dependencies.
        """
        assert set() == outside(module) - set(sys.stdlib_module_names) - {"attrs", "cattrs", "importlib_resources"}

    @pytest.mark.parametrize("module", [module for module in MODULES if module != "_cli"])
    def test_no_printing(self, module):
        """
        Only the command line prints.
        """
        assert set() == names_used(module) & {"print", "input", "stdout", "stderr"}

    @pytest.mark.parametrize("module", MODULES)
    def test_no_globals(self, module):
        """
        No function changes a global by declaration.
        """
        assert not [node for node in ast.walk(tree_of(module)) if isinstance(node, (ast.Global, ast.Nonlocal))]
