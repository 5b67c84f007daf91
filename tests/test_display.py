"""
What notebooks show: HTML fragments, the drawing of a count, and flat records.
"""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve

import therapycodes as tc
from therapycodes import display, testing
from therapycodes.comparison import ComparedFact, compare
from therapycodes.display import badge_list, definition_table, html_of, svg_of, to_records
from therapycodes.retrieval import SearchHit
from therapycodes.suggestion import Suggestion


HOSTILE = """<script>alert("x")</script> & 'y' <img src=http://example.org/x>"""
DAY = "2026-03-02"
NAMESPACE = "http://www.w3.org/2000/svg"
VOID = {"br"}


class Reader(HTMLParser):
    """
    Reads a fragment and keeps what a test wants to know of it.
    """

    def __init__(self, fragment):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag, attrs):
        """
        Note a tag that opens.
        """
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """
        Note a tag that closes itself.
        """
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        """
        A tag closes the one opened last.
        """
        assert tag == self.open.pop()

    def handle_data(self, data):
        """
        Collect text.
        """
        self.text += data


def sound(fragment):
    """
    A fragment is well formed, brings nothing along and asks for nothing; gives what was read.
    """
    read = Reader(fragment)

    assert [] == read.open
    assert not {"script", "style", "link", "img", "iframe", "object"} & set(read.tags)
    assert "http" not in fragment
    assert "<script" not in fragment
    assert not [name for _, name, _ in read.attributes if name.startswith("on") or name in ("src", "href", "id")]
    assert not re.search(r"background|#[0-9a-f]{3}|rgb\(|url\(", fragment)
    assert read.tags.count("table") == read.tags.count("caption")
    assert read.tags.count("th") == len([1 for tag, name, _ in read.attributes if (tag, name) == ("th", "scope")])
    return read


@pytest.fixture(scope="module")
def catalogue():
    """
    The invented catalogue.
    """
    return testing.synthetic_catalogue()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """
    An invented catalogue whose labels, statements, titles and remedies try to break out of the page.
    """
    tree = tmp_path_factory.mktemp("hostile") / "tree"
    shutil.copytree(Path(testing.__file__).with_name("data_synthetic"), tree)
    text = json.dumps(HOSTILE)
    for path, key in (
        ("codes/ZZ001.toml", "label"),
        ("codes/ZZ001.toml", "text"),
        ("codes/ZZ001.toml", "locator"),
        ("sources.toml", "title"),
        ("rules/units.toml", "statement"),
        ("documentation/invented-notes.toml", "title"),
        ("documentation/invented-notes.toml", "remedy"),
    ):
        file = tree / path
        pattern = rf'(^|[ {{]){key} = "[^"]*"'
        replacement = rf"\g<1>{key} = {text}".replace('\\"', '\\\\"')
        file.write_text(re.sub(pattern, replacement, file.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    return tc.load_catalogue(tree)


def visit_of(*services, note=None):
    """
    A visit of one discipline.
    """
    return tc.Visit(DAY, services, discipline="PT", note=note)


def a_count(catalogue, *services, day=DAY, policy="medicare-part-b", **options):
    """
    A count of invented services.
    """
    return tc.count_units(services, catalogue.rules_on(day, policy, **options))


class TestFragments:
    """
    What each kind of value looks like.
    """

    def test_code(self, catalogue):
        """
        A code is shown with its purpose, history, statements and similar codes, each with its standing in words.
        """
        text = sound(html_of(catalogue.lookup("ZZ011"))).text

        assert "ZZ011 Invented whistling (ended 2022)" in text
        assert "replaced byZZ012" in text
        assert "deleted 2022-12-31, replaced by ZZ012 primary" in text
        assert "An invented timed service that ended and was replaced. primary" in text
        assert "techniques (1)" in text
        assert "[Invented handout, page 4, secondary]" in text

        text = sound(html_of(catalogue.lookup("ZZ001"))).text
        assert "similar codes" in text
        assert "The other invented service rolls marbles. unconfirmed" in text
        assert "history" not in text

    def test_bare_code(self):
        """
        A code of which nothing more is known says so.
        """
        code = tc.Code(code="ZZ999", system="HCPCS", category="none", label="Bare")

        assert "purposenot known" in sound(html_of(code)).text

    def test_deleted_without_replacement(self, catalogue):
        """
        A code that ended without another says that there is none.
        """
        code = catalogue.lookup("ZZ011")
        code = evolve(code, metadata=code.metadata, history=(evolve(code.history[0], replaced_by=()),))
        text = sound(html_of(code)).text

        assert "replaced bynone" in text
        assert "deleted 2022-12-31 primary" in text

    def test_facts(self, catalogue):
        """
        The facts of a day stand with their value, standing, dates and citations.
        """
        text = sound(html_of(catalogue.lookup("ZZ011").on("2021-01-01"))).text

        assert "unittimed, 15 minutesprimary2020-01-01 through 2022-12-31" in text
        assert "disciplinesSLP" in text

        text = sound(html_of(catalogue.lookup("ZZ006").on(DAY))).text
        assert "unituntimed" in text
        assert "assistantsno" in text
        assert "assistantsyes" in sound(html_of(catalogue.lookup("ZZ009").on(DAY))).text

    def test_comparison(self, catalogue):
        """
        Two codes stand side by side, with what differs first and what decides.
        """
        text = sound(html_of(compare("ZZ001", "ZZ002", catalogue=catalogue))).text

        assert "ZZ001 beside ZZ002: what each is for" in text
        assert "disciplinesdiffersPT, OTPT" in text
        assert "unitsharedtimed, 15 minutestimed, 15 minutes" in text
        assert "what decides (1)" in text

        text = sound(html_of(compare("ZZ003", "ZZ006", catalogue=catalogue))).text
        assert "no document speaks of this pair" in text

    def test_comparison_without_purposes(self, catalogue):
        """
        Where nothing decides, nothing is shown that would.
        """
        fact = ComparedFact(name="attendance", first="direct-one-on-one", second=None)
        comparison = evolve(compare("ZZ003", "ZZ006", catalogue=catalogue), decides=(), differing=(fact,))
        text = sound(html_of(comparison)).text

        assert "decide" not in text
        assert "attendancediffersdirect-one-on-onenot known" in text

    def test_hits(self, catalogue):
        """
        Search hits and suggestions are tables, best first.
        """
        code = catalogue.lookup("ZZ001")
        hits = (SearchHit(code=code, score=0.75, why=("label: cups", "purpose")),)
        suggestions = [Suggestion(code=code, score=0.5, reason="the same words")]

        assert "ZZ001Invented stacking of cups0.75label: cups; purpose" in sound(html_of(hits)).text
        assert "ZZ001Invented stacking of cups0.50the same words" in sound(html_of(suggestions)).text

    def test_codes(self, catalogue):
        """
        Several codes are a table that says when one ended.
        """
        text = sound(html_of(catalogue.codes())).text

        assert "ZZ011Invented whistling (ended 2022)invented-exercise2022-12-31" in text
        assert "ZZ012Invented whistlinginvented-exerciseZZ013" in text

    def test_count(self, catalogue):
        """
        A count is a table, a drawing, the alternatives and the steps.
        """
        services = [
            tc.Service("ZZ001", 23),
            tc.Service("ZZ002", 23),
            tc.Service("ZZ009"),
            tc.Service("ZZ014", amount=5),
        ]
        read = sound(html_of(a_count(catalogue, *services)))

        assert "Units on 2026-03-02 under medicare-part-b: 46 timed minutes, 3 units" in read.text
        assert "The rule permits 2 allocations" in read.text
        assert "minutes not stated" in read.text
        assert "5 square centimeters" in read.text
        assert "1 unit left for the largest remainder" in read.text
        assert "svg" in read.tags

    def test_empty_count(self, catalogue):
        """
        A count of nothing has no drawing.
        """
        assert "svg" not in sound(html_of(a_count(catalogue))).tags

    def test_assistant_not_assessed(self, catalogue):
        """
        Units that may be the assistant's are said not to be assessed.
        """
        services = [tc.Service("ZZ009"), tc.Service("ZZ009", furnished_by="assistant")]

        assert "1not assessed" in sound(html_of(a_count(catalogue, *services))).text

    def test_carried_forward(self, catalogue):
        """
        What was counted beyond the covered dates says so first.
        """
        count = a_count(catalogue, tc.Service("ZZ001", 15), day="2030-01-01", beyond_coverage="carry-forward")
        report = tc.check_documentation(tc.Note("treatment-note", "2030-01-01"), count.rules)

        assert "Beyond the covered dates: rules of 2026-12-31 carried forward." in sound(html_of(count)).text
        assert "Beyond the covered dates: rules carried forward." in sound(html_of(report)).text

    def test_claim_lines(self, catalogue):
        """
        Claim lines show modifiers, or that there are none, and every reason.
        """
        lines = tc.review(visit_of(tc.Service("ZZ001", 15), tc.Service("ZZ010")), catalogue=catalogue).lines
        text = sound(html_of(list(lines))).text

        assert "ZZ0011GPPT" in text
        assert "ZZ0101nonePT" in text
        assert "GP names the PT plan of care" in text
        assert "not statednone" in sound(html_of([tc.ClaimLine("ZZ001", 1)])).text

    def test_report(self, catalogue):
        """
        A report says in words what is met, missing, not applicable and not assessed.
        """
        note = tc.Note("treatment-note", DAY, total_treatment_minutes=30)
        report = tc.check_documentation(note, catalogue.rules_on(DAY))
        text = sound(html_of(report)).text

        assert "Documentation asked for by medicare-part-b: 2 items missing" in text
        assert "ZZ-02met" in text
        assert "ZZ-06missing" in text
        assert "ZZ-09not applicable" in text
        assert "ZZ-05not assessed" in text

    def test_report_with_one_item(self, catalogue):
        """
        One missing item is one item.
        """
        report = tc.check_documentation(tc.Note("treatment-note", DAY), catalogue.rules_on(DAY))
        report = evolve(report, findings=tuple(one for one in report.findings if one.id == "ZZ-06"))

        assert "1 item missing" in sound(html_of(report)).text

    def test_review(self, catalogue):
        """
        A review holds units, lines and documentation, and says which sources are not primary.
        """
        note = tc.Note("treatment-note", DAY, text="a secret of the note")
        found = tc.review(visit_of(tc.Service("ZZ001", 23), note=note), catalogue=catalogue)
        text = sound(html_of(found)).text

        assert "Claim lines" in text
        assert "Documentation asked for by" in text
        assert "All sources cited are primary." in text
        assert "secret" not in text

    def test_review_of_little(self, catalogue):
        """
        A review without a line or a note says so, and names what is not primary.
        """
        visit = tc.Visit("2026-03-02", [tc.Service("ZZ001", 3)], policy="invented-plan")
        assert "No claim line: no code earned a unit." in sound(html_of(tc.review(visit, catalogue=catalogue))).text

        visit = tc.Visit("2026-03-02", [tc.Service("ZZ001", 15)], policy="invented-plan")
        text = sound(html_of(tc.review(visit, catalogue=catalogue))).text
        assert "Sources that are not primary" in text
        assert "Invented manual of an invented planpayer" in text

    @pytest.mark.parametrize(
        "value",
        [None, "text", (), [], [1], tc.Note("treatment-note", DAY), tc.Visit(DAY, []), tc.Service("97110", 15)],
    )
    def test_refused(self, value):
        """
        What is no result is refused, and so are parts of a record.
        """
        with pytest.raises(tc.InvalidInputError, match=r"^value: nothing this function shows"):
            html_of(value)


class TestEscaping:
    """
    Nothing that comes from data is taken for markup.
    """

    def test_hostile_text(self, hostile):
        """
        Hostile labels, statements, titles and remedies are shown as they are written.
        """
        code = hostile.lookup("ZZ001")
        note = tc.Note("treatment-note", DAY)
        found = tc.review(visit_of(tc.Service("ZZ001", 23), note=note), catalogue=hostile)
        for value in (code, code.on(DAY), (code,), found, found.units, found.documentation, found.lines):
            fragment = html_of(value)
            read = Reader(fragment)

            assert not {"script", "img"} & set(read.tags)
            assert [] == read.open
            assert "<script" not in fragment
        assert HOSTILE in Reader(html_of(code)).text
        assert HOSTILE in Reader(html_of(found)).text

    def test_in_attributes(self, hostile):
        """
        The name of a region is a whole attribute, whatever stands in it.
        """
        read = Reader(html_of(hostile.lookup("ZZ001")))

        assert ("section", "aria-label", f"ZZ001 {HOSTILE}") in read.attributes

    def test_helpers(self):
        """
        The helpers escape titles, names and values.
        """
        table = sound(definition_table("<b>", [("<i>", "<u>"), ("none", ()), ("both", ("<p>", None)), ("on", True)]))

        assert "<b><i><u>nonenoneboth<p>not knownonyes" == table.text
        assert "<b> (0)" == sound(badge_list("<b>", ())).text


class TestDrawing:
    """
    The drawing of a count.
    """

    def drawn(self, count):
        """
        The drawing, read as XML, and how many of each part it has.
        """
        root = ET.fromstring(svg_of(count))
        tags = [part.tag.removeprefix(f"{{{NAMESPACE}}}") for part in root.iter()]
        return root, {tag: tags.count(tag) for tag in ("rect", "path", "circle")}

    def test_parts(self, catalogue):
        """
        Whole units are boxes, the rest is hatched, and a dot stands where each unit went.
        """
        root, parts = self.drawn(a_count(catalogue, tc.Service("ZZ001", 33), tc.Service("ZZ002", 7)))

        assert {"rect": 4, "path": 2, "circle": 3} == parts
        assert "img" == root.get("role")
        assert ["title", "desc"] == [part.tag.removeprefix(f"{{{NAMESPACE}}}") for part in root][:2]
        assert "Minutes and units on 2026-03-02 under medicare-part-b" == root[0].text
        assert (
            "ZZ001: 33 min, 2 units; 2 units whole, 3 min left over. "
            "ZZ002: 7 min, 1 unit; 0 units whole, 7 min left over."
        ) == root[1].text

    def test_nothing_fetched(self, catalogue):
        """
        It brings no script, and the only address in it is the name of the format.
        """
        drawing = svg_of(a_count(catalogue, tc.Service("ZZ001", 33)))

        assert 1 == drawing.count("http")
        assert f'xmlns="{NAMESPACE}"' in drawing
        assert "<script" not in drawing
        assert "url(" not in drawing
        assert "id=" not in drawing
        assert not re.search(r"#[0-9a-f]{3}", drawing)

    def test_no_unit(self, catalogue):
        """
        Minutes that earned nothing have no dot.
        """
        _, parts = self.drawn(a_count(catalogue, tc.Service("ZZ001", 7)))

        assert {"rect": 1, "path": 1, "circle": 0} == parts

    def test_without_minutes(self, catalogue):
        """
        Codes that count no minutes are told in words, with a dot for each unit.
        """
        services = [tc.Service("ZZ009"), tc.Service("ZZ014", amount=45, discipline=None)]
        root, parts = self.drawn(a_count(catalogue, *services))

        assert {"rect": 0, "path": 0, "circle": 4} == parts
        assert "ZZ014: 20 square centimeters, 1 unit. ZZ015: 25 square centimeters, 2 units." in root[1].text

    def test_long_block(self, catalogue):
        """
        A code with a block of its own length has boxes of that length.
        """
        _, parts = self.drawn(a_count(catalogue, tc.Service("ZZ013", 50, discipline="PT")))

        assert {"rect": 2, "path": 1, "circle": 2} == parts

    def test_add_on_of_another_length(self):
        """
        An add-on is drawn in blocks of its own length, whatever the length of the code it continues.
        """
        count = tc.count_units([tc.Service("97545", 240)], tc.rules_on(DAY))
        _, parts = self.drawn(count)

        assert {"97545": 1, "97546": 2} == dict(count.units)
        assert {"rect": 3, "path": 0, "circle": 3} == parts

    @pytest.mark.parametrize("minutes", range(61))
    def test_dots_are_units(self, catalogue, minutes):
        """
        For every number of minutes there are as many dots as units, and no part leaves the drawing.
        """
        count = a_count(catalogue, tc.Service("ZZ001", minutes), tc.Service("ZZ002", 8))
        root, parts = self.drawn(count)

        assert count.timed_units == parts["circle"]
        for part in root.iter(f"{{{NAMESPACE}}}rect"):
            assert 0 <= float(part.get("x")) <= float(part.get("x")) + float(part.get("width")) <= 720

    def test_empty(self, catalogue):
        """
        A count of nothing is a drawing that says so.
        """
        root, _ = self.drawn(a_count(catalogue))

        assert "No service." == root[1].text

    def test_refused(self):
        """
        Only a count is drawn.
        """
        with pytest.raises(tc.InvalidInputError, match="not a UnitCount"):
            svg_of({"97110": 2})


COLUMNS = {
    "codes": ["code", "system", "category", "label", "added", "deleted", "replaced_by", "purpose"],
    "hits": ["code", "label", "score", "why"],
    "unit lines": [
        "code",
        "discipline",
        "basis",
        "minutes",
        "amount",
        "units",
        "assistant_units",
        "full_blocks",
        "remainder",
        "minutes_to_next_unit",
        "reason",
    ],
    "claim lines": ["code", "units", "modifiers", "discipline", "reasons"],
    "findings": ["id", "title", "outcome", "obligation", "message", "path", "citations"],
}


class TestRecords:
    """
    Flat dictionaries.
    """

    @pytest.fixture
    def values(self, catalogue):
        """
        Values of every kind that has a table.
        """
        note = tc.Note("treatment-note", DAY)
        found = tc.review(visit_of(tc.Service("ZZ001", 33), tc.Service("ZZ009"), note=note), catalogue=catalogue)
        code = catalogue.lookup("ZZ001")
        return {
            "codes": catalogue.codes(),
            "hits": [SearchHit(code=code, score=0.75, why=("label", "purpose"))],
            "unit lines": found.units.lines,
            "claim lines": found.lines,
            "findings": found.documentation.findings,
        }

    @pytest.mark.parametrize("kind", COLUMNS)
    def test_columns(self, values, kind):
        """
        Every record of a kind has the documented columns, in order, with plain values.
        """
        records = to_records(values[kind])

        assert len(values[kind]) == len(records)
        assert all(COLUMNS[kind] == list(record) for record in records)
        assert {type(value) for record in records for value in record.values()} <= {str, int, float, bool, type(None)}
        assert records == json.loads(json.dumps(records))

    def test_values(self, values):
        """
        Dates are text, lists are joined by blanks, and what is not known is `None`.
        """
        codes = {record["code"]: record for record in to_records(values["codes"])}

        assert "2022-12-31" == codes["ZZ011"]["deleted"]
        assert "ZZ012" == codes["ZZ011"]["replaced_by"]
        assert "2023-01-01" == codes["ZZ012"]["added"]
        assert None is codes["ZZ001"]["added"]
        assert {"code": "ZZ001", "units": 2, "modifiers": "GP", "discipline": "PT"} == {
            key: value for key, value in to_records(values["claim lines"])[0].items() if key != "reasons"
        }
        assert "timed" == to_records(values["unit lines"])[0]["basis"]
        assert [{"code": "ZZ001", "label": "Invented stacking of cups", "score": 0.75, "why": "label; purpose"}] == (
            to_records(values["hits"])
        )

    def test_suggestion(self, catalogue):
        """
        A suggestion has the columns of a search hit.
        """
        suggestion = Suggestion(code=catalogue.lookup("ZZ001"), score=0.5, reason="the same words")

        assert COLUMNS["hits"] == list(to_records([suggestion])[0])
        assert "the same words" == to_records([suggestion])[0]["why"]

    def test_no_purpose(self):
        """
        A code without a purpose has none in its record.
        """
        code = tc.Code(code="ZZ999", system="HCPCS", category="none", label="Bare")

        assert None is to_records([code])[0]["purpose"]

    def test_none(self):
        """
        No values are no records.
        """
        assert [] == to_records(())

    def test_refused(self, values):
        """
        Several kinds together, and kinds without a table, are refused.
        """
        for given in ([*values["codes"], *values["findings"]], [1], [tc.Service("97110", 1)]):
            with pytest.raises(tc.InvalidInputError, match="not of one kind that has a table"):
                to_records(given)


def test_everything_offered_is_documented():
    """
    The module offers these functions and no others.
    """
    assert ["badge_list", "definition_table", "html_of", "svg_of", "to_records"] == display.__all__
