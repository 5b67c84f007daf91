"""
The documentation tells the truth: its examples run, its links lead somewhere, its lists are complete.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import re
import runpy
import shlex
import shutil
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest
from attrs import fields, has

import therapycodes as tc
from therapycodes import code, display, evidence, licensed, modifier, policy, requirement, testing, year
from therapycodes._cli import main
from therapycodes._loading import bundled_root


ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
CODE_PAGES = tuple(sorted((DOCS / "reference" / "codes").glob("*.md")))
WRITTEN = tuple(path for path in sorted(DOCS.rglob("*.md")) if path not in CODE_PAGES)
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *WRITTEN)
LINKING = (*PAGES, ROOT / "examples" / "README.md")

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"^\$ therapycodes (.*)\n", re.MULTILINE)
_FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


class Block(NamedTuple):
    """
    A fenced block of a page.
    """

    page: str
    line: int
    language: str
    text: str


def _blocks(*languages):
    for path in PAGES:
        content = path.read_text(encoding="utf-8")
        for fence in _FENCE.finditer(content):
            if fence[1] in languages:
                line = content.count("\n", 0, fence.start(2)) + 1
                yield Block(path.relative_to(ROOT).as_posix(), line, fence[1], fence[2])


def _label(block):
    return f"{block.page}:{block.line}"


def _slugs(path):
    """
    The anchors of a page, as forges make them of its headings.
    """
    prose = _FENCE.sub("", path.read_text(encoding="utf-8"))
    for heading in re.findall(r"^#+ (.+)$", prose, re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _recipe_files():
    """
    The complete files shown in CONTRIBUTING: path -> text, in the order of the page.
    """
    for block in _blocks("toml"):
        head = re.match(r"# (\S+\.toml)\n", block.text)
        if block.page == "CONTRIBUTING.md" and head:
            yield head[1], block.text


@pytest.fixture(autouse=True)
def _in_checkout(monkeypatch):
    """
    The pages say that their examples run in the folder of the checkout.
    """
    monkeypatch.chdir(ROOT)


SESSIONS = [block for block in _blocks("python") if ">>>" in block.text]
SCRIPTS = [block for block in _blocks("python") if ">>>" not in block.text]


@pytest.mark.parametrize("block", SESSIONS, ids=_label)
def test_session(block):
    """
    A block with prompts prints what it says, by itself.
    """
    test = doctest.DocTestParser().get_doctest(block.text, {}, _label(block), block.page, block.line)
    said = io.StringIO()
    doctest.DocTestRunner(optionflags=_FLAGS).run(test, out=said.write)

    assert said.getvalue() == ""


@pytest.mark.parametrize("block", SCRIPTS, ids=_label)
def test_script(block):
    """
    A block without prompts runs as a script, and prints what its comments beside a print say.
    """
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(block.text, _label(block), "exec"), {"__name__": "__main__"})
    expected = re.findall(r"^print\(.*\)\s+# (\{.*|.*\.)$", block.text, re.MULTILINE)

    assert [line for line in expected if line.removesuffix("...") not in said.getvalue()] == []


@pytest.mark.parametrize("block", list(_blocks("console")), ids=_label)
def test_command(block, capsys, monkeypatch):
    """
    A command prints what the page shows.
    """
    command = _COMMAND.match(block.text)
    words, _, file = command[1].partition(" < ")
    if file:
        monkeypatch.setattr(sys, "stdin", io.StringIO((ROOT / file).read_text(encoding="utf-8")))
    main(shlex.split(words))
    out, err = capsys.readouterr()
    shown = block.text[command.end() :]

    assert doctest.OutputChecker().check_output(shown, out + err, _FLAGS), out + err


def _dead_links(path, slugs):
    """
    The links of a page that lead to no file of the checkout, or to no heading of it.

    Anchors are kept in `slugs`, so that a page is read once however many link to it.
    """
    for target in _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8"))):
        if target.startswith(("https://", "http://")):
            continue
        name, _, anchor = target.partition("#")
        found = (path.parent / name).resolve() if name else path
        if anchor and found not in slugs and found.is_file():
            slugs[found] = frozenset(_slugs(found))
        if not found.is_file() or (anchor and anchor not in slugs[found]):
            yield target


@pytest.mark.parametrize("path", LINKING, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links(path):
    """
    Every link to a file leads to a file of the checkout, and to a heading in it.
    """
    assert list(_dead_links(path, {})) == []


def test_links_of_code_pages():
    """
    The same holds for the page of each code.
    """
    slugs = {}

    assert [(path.name, target) for path in CODE_PAGES for target in _dead_links(path, slugs)] == []


def test_every_code_has_a_page():
    """
    There is one page for each code and no other; it begins with the code and its label, and shows each sentence.
    """
    pages = {path.stem: path.read_text(encoding="utf-8").replace("\\", "") for path in CODE_PAGES}

    assert {one.code for one in tc.codes()} == set(pages)
    assert [one.code for one in tc.codes() if not pages[one.code].startswith(f"# {one.code}: {one.label}\n")] == []
    assert [
        (one.code, statement.text)
        for one in tc.codes()
        for statement in one.metadata.statements
        if statement.text not in pages[one.code]
    ] == []


def test_code_pages_mark_what_is_doubtful():
    """
    A page marks as many sentences as the data hold that are unconfirmed, and those that are disputed.
    """
    doubtful = (tc.Standing.DISPUTED, tc.Standing.UNCONFIRMED)
    for one in tc.codes():
        page = (DOCS / "reference" / "codes" / f"{one.code}.md").read_text(encoding="utf-8")
        for standing in doubtful:
            held = sum(statement.standing is standing for statement in one.metadata.statements)

            assert page.count(f" (*{standing}*) [") == held


def test_every_page_is_in_the_index():
    """
    The index links to every page, or to the list of codes, which links to the page of each.
    """
    linked = set(_LINK.findall((DOCS / "index.md").read_text(encoding="utf-8")))
    codes = (DOCS / "reference" / "codes.md").read_text(encoding="utf-8")
    linked |= {f"reference/{target}" for target in _LINK.findall(codes)}
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} - {"index.md"}

    assert set() == pages - linked


def test_api_names_everything_public():
    """
    The list of public names is that of the package, each name once.
    """
    named = re.findall(r"^\| `(\w+)` \|", (DOCS / "reference" / "api.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(tc.__all__) == sorted(named)


@pytest.mark.parametrize("module", [display, licensed, testing], ids=lambda module: module.__name__)
def test_api_names_the_modules(module):
    """
    The page on public names lists those of the modules that are imported by themselves.
    """
    page = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")

    assert f"`{module.__name__}`" in page
    assert [name for name in module.__all__ if f"`{name}`" not in page] == []


def test_errors_page_names_every_error_and_attribute():
    """
    The page on errors lists each error with its attributes.
    """
    page = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    errors = [getattr(tc, name) for name in tc.__all__ if name.endswith("Error")]
    rows = {error.__name__: re.search(rf"^\| `{error.__name__}` .*$", page, re.MULTILINE) for error in errors}
    rows.pop("TherapyCodesError")

    assert [name for name, row in rows.items() if row is None] == []
    attributes = {
        error.__name__: re.findall(r"^    {4}(\w+): ", error.__doc__.partition("Attributes:")[2], re.MULTILINE)
        for error in errors
    }
    assert [(name, one) for name, row in rows.items() for one in attributes[name] if f"`{one}`" not in row[0]] == []


@pytest.mark.parametrize(
    "kind",
    [
        evidence.Source,
        code.Code,
        code.HistoryEvent,
        code.Facts,
        code.UnitRule,
        code.Metadata,
        evidence.Statement,
        code.SimilarCode,
        evidence.Dated,
        policy.Policy,
        policy.Parameters,
        policy.Rule,
        modifier.Modifier,
        requirement.RequirementSet,
        requirement.Requirement,
        year.Year,
    ],
)
def test_data_formats_name_every_key(kind):
    """
    The page on data formats names each key of each class the files are read into.
    """
    page = (DOCS / "reference" / "data-formats.md").read_text(encoding="utf-8")
    keys = [attribute.alias for attribute in fields(kind) if attribute.name != "covered"]

    assert [key for key in keys if not re.search(rf"`\[*(\w+\.)?{key}\]*`", page)] == []


@pytest.mark.parametrize(
    "kind",
    [
        requirement.CheckKind,
        code.UnitBasis,
        code.Attendance,
        requirement.NoteType,
        code.EventKind,
        modifier.AttestedFact,
        modifier.ModifierGroup,
    ],
)
def test_data_formats_name_every_value(kind):
    """
    The page on data formats names each member of the closed lists.
    """
    page = (DOCS / "reference" / "data-formats.md").read_text(encoding="utf-8")

    assert [member.value for member in kind if not re.search(rf'`"?{member.value}"?`', page)] == []


@pytest.mark.parametrize("kind", [tc.UnitBasis, tc.UnitMethod, tc.Standing, tc.Outcome, tc.Obligation])
def test_glossary_names_every_value(kind):
    """
    The glossary has an entry for each value that results show.
    """
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")

    assert [member.value for member in kind if f"| `{member.value}` |" not in page] == []


@pytest.fixture
def _beside_the_scripts(monkeypatch):
    """
    A script finds the others beside it, as when it is run by its name.
    """
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))


def _build_reference(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["build_reference.py", *arguments])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(ROOT / "scripts" / "build_reference.py"), run_name="__main__")
    return left.value.code


@pytest.mark.usefixtures("_beside_the_scripts")
def test_reference_is_current(monkeypatch, capsys):
    """
    The generated pages are those the data and the classes make today.
    """
    assert _build_reference(monkeypatch, "--check") == 0, capsys.readouterr().err


@pytest.mark.usefixtures("_beside_the_scripts")
def test_stale_reference_is_noticed(monkeypatch, tmp_path, capsys):
    """
    A page that is missing, changed or left over is named and makes the check fail; a run without the check mends it.
    """
    program = runpy.run_path(str(ROOT / "scripts" / "build_reference.py"))
    run = program["main"]
    monkeypatch.setitem(run.__globals__, "DOCS", tmp_path)

    def done(*arguments):
        monkeypatch.setattr(sys, "argv", ["build_reference.py", *arguments])
        return run(), capsys.readouterr().err

    assert done() == (0, "")
    assert done("--check") == (0, "")

    (tmp_path / "reference" / "input.md").write_text("changed", encoding="utf-8")
    (tmp_path / "reference" / "codes" / "97110.md").unlink()
    (tmp_path / "reference" / "codes" / "00000.md").write_text("of no code", encoding="utf-8")
    status, said = done("--check")

    assert status == 1
    assert "docs/reference/input.md is stale" in said
    assert "docs/reference/codes/97110.md is stale" in said
    assert "docs/reference/codes/00000.md is of no code" in said
    assert len(said.splitlines()) == 3

    assert done() == (0, "")
    assert done("--check") == (0, "")
    assert not (tmp_path / "reference" / "codes" / "00000.md").exists()


def test_schema_is_json():
    """
    The schema file is the schema the package gives.
    """
    stored = json.loads((DOCS / "reference" / "visit.schema.json").read_text(encoding="utf-8"))

    assert tc.json_schema(tc.Visit) == stored


def _marked_up(value, seen):
    """
    Every fact inside a value of the data whose standing is heavier than that of all its citations.
    """
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _marked_up(item, seen)
    elif isinstance(value, evidence.HasCitations):
        seen.append(value)
        weights = list(tc.Standing)
        if weights.index(value.standing) < min(weights.index(one.source.standing) for one in value.citations):
            yield value
    elif has(type(value)):
        for attribute in fields(type(value)):
            yield from _marked_up(getattr(value, attribute.name), seen)


def test_nothing_is_marked_up():
    """
    No fact claims more weight than its citations give it, as the page on sources says.
    """
    catalogue = tc.rules_on("2026-03-02").catalogue
    years = range(tc.coverage().effective_from.year, tc.coverage().effective_through.year + 1)
    facts = (
        *tc.codes(),
        *(catalogue.policy(name) for name in tc.policies()),
        *(catalogue.requirement_set(name) for name in catalogue.requirement_set_names),
        *(catalogue.year(year) for year in years),
    )
    seen = []

    assert list(_marked_up(facts, seen)) == []
    assert len(seen) > 1000


def test_example_visit():
    """
    The example visit comes to two units of 97112 and one of 97110, and the text says where the rule stands.
    """
    visit = tc.from_dict(json.loads((ROOT / "examples" / "visit.json").read_text(encoding="utf-8")), tc.Visit)
    review = tc.review(visit)

    assert dict(review.units.units) == {"97112": 2, "97110": 1}
    assert "Medicare Claims Processing Manual, chapter 5, section 20.2" in tc.render_text(review)


def test_example_policy_is_the_one_shown():
    """
    The how-to shows the example policy as it stands in its file, comments aside.
    """
    page = (DOCS / "howto" / "own-policy.md").read_text(encoding="utf-8")
    shown = next(fence[2] for fence in _FENCE.finditer(page) if fence[1] == "toml")
    stored = (ROOT / "examples" / "acme-health.toml").read_text(encoding="utf-8")

    assert tomllib.loads(stored) == tomllib.loads(shown)


def test_examples_are_listed():
    """
    The page on examples names each of them.
    """
    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in (ROOT / "examples").iterdir()} - {"README.md"}

    assert files == set(_LINK.findall(page))


@pytest.fixture(scope="module")
def recipes(tmp_path_factory):
    """
    The bundled data with the files of CONTRIBUTING's recipes added, and the cases shown beside them.
    """
    tree = tmp_path_factory.mktemp("recipes") / "data"
    shutil.copytree(str(bundled_root()), tree)
    cases = {"units": [], "documentation": []}
    for name, text in _recipe_files():
        inside = name.removeprefix("src/therapycodes/data/")
        if inside == name:
            cases[Path(name).parent.name] += tomllib.loads(text)["cases"]
        else:
            with (tree / inside).open("a", encoding="utf-8") as file:
                file.write(f"\n{text}")
    return tc.load_catalogue(tree), cases


def test_recipe_files_load(recipes):
    """
    The files of the four recipes pass the strict check beside the bundled data.
    """
    catalogue, _ = recipes

    assert catalogue.lookup("Z0000").label == "Practice of an invented task"
    assert catalogue.coverage().effective_through.year == 2027


def test_recipe_cases_hold(recipes):
    """
    The cases of the recipes have the layout of their neighbors and come out as written.
    """
    catalogue, cases = recipes
    for case in cases["units"]:
        rules = catalogue.rules_on(case["date_of_service"], case["policy"])
        services = [tc.from_dict(service, tc.Service) for service in case["services"]]
        assert case["units"] == dict(tc.count_units(services, rules).units)
        assert {"id", "name", "source", "why"} <= set(case)
    for case in cases["documentation"]:
        rules = catalogue.rules_on(case["date_of_service"], case["policy"])
        report = tc.check_documentation(tc.from_dict(case["note"], tc.Note), rules)
        assert case["findings"] == {name: report.finding(name).outcome.value for name in case["findings"]}
    assert len(cases["units"]) == 4
    assert len(cases["documentation"]) == 2
