"""
Health of the bundled data: everything is cited, dated, linked and said in words of our own.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import attrs
import pytest

import therapycodes as tc
from therapycodes import amounts, clock, edits
from therapycodes._checking import check_tree, converter_for, structured
from therapycodes._loading import (
    CODES,
    DOCUMENTATION,
    POLICIES,
    RULES,
    SUFFIX,
    TABLES,
    YEARS,
    DataFiles,
    bundled_root,
    parse,
)
from therapycodes._structuring import strict_converter
from therapycodes.catalogue import bundled
from therapycodes.code import Code, EventKind, Facts, TherapyDesignation, UnitBasis
from therapycodes.evidence import Dated, HasCitations, Source
from therapycodes.policy import Policy, Rule, TimedPool, UnitMethod
from therapycodes.published import KINDS
from therapycodes.requirement import RequirementSet
from therapycodes.year import Year


FILES = DataFiles(bundled_root())
PACKAGE = Path(tc.__file__).parent
SMALL = Path(__file__).parent / "small"
NAMES = FILES.names(CODES)
FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)
ONE_DAY = timedelta(days=1)

MADE_WITHOUT_DATA = {"units", "discipline-modifier-none", "disciplines", "assistants"}
"""Rule ids of reasons whose citations do not come from the rule files."""

READ_BY_RELEASE = {"medicare_status", "multiple_procedure_indicator"}
"""Facts read off quarterly files; a code that the newest copy leaves out is not vouched for beyond the last one."""

ABBREVIATED = re.compile(
    r"\b(?:EA|EACH|ADDL|INIT|1ST)\s+\d+\s+MIN|\d\s*/\s*>|\b[PT]X\b|\bTHER(?:APEUTIC)?\s+[A-Z]{2,}|\bW/O?\b",
)
"""The look of published short descriptors: capitals, clipped words, signs for `or more`."""


def every_code():
    """
    Every bundled code.
    """
    return [bundled().lookup(name) for name in NAMES]


def tables(folder):
    """
    Path and table of every file of a folder.
    """
    return [
        (f"{folder}/{name}{SUFFIX}", parse(FILES.content(folder, name + SUFFIX), name)) for name in FILES.names(folder)
    ]


def cited_things(value):
    """
    Everything inside a value that carries citations.
    """
    if isinstance(value, HasCitations):
        yield value
    if isinstance(value, Code):
        yield from cited_things(value.metadata)
    if attrs.has(type(value)) and not isinstance(value, (tc.Citation, tc.Source)):
        for attribute in attrs.fields(type(value)):
            yield from cited_things(getattr(value, attribute.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from cited_things(item)


def everything():
    """
    Every bundled value that carries citations.
    """
    roots = (
        *every_code(),
        *(bundled().policy(name) for name in FILES.names(POLICIES)),
        *(bundled().requirement_set(name) for name in FILES.names(DOCUMENTATION)),
        *(bundled().year(int(name)) for name in FILES.names(YEARS)),
        *FILES.rules(),
        *FILES.modifiers(),
        *(FILES.field_names(name) for name in FILES.field_name_ids()),
        *(bundled().table(name, KINDS[name]).provenance for name in FILES.table_names()),
    )
    return [thing for root in roots for thing in cited_things(root)]


def texts(node):
    """
    The text an expression may come to: literals, and f-strings whose parts are members of an enumeration.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        parts = [texts(part) for part in node.values]
        return {"".join(choice) for choice in product(*parts)}
    if isinstance(node, ast.FormattedValue):
        name = ast.unparse(node.value)
        if name.endswith("timed_pool"):
            return {member.value for member in TimedPool}
        if name.endswith("designation"):
            return {member.value for member in TherapyDesignation if member is not TherapyDesignation.NONE}
    return set()


def is_computed(node):
    """
    Whether a rule's name is handed on from elsewhere, where it is looked at in its turn.
    """
    return isinstance(node, (ast.Name, ast.Attribute))


def rule_names(source):
    """
    Rules that a module passes to `reason_of`, `rule`, `Share` or a finding, and calls whose rule cannot be read.
    """
    found, unread = set(), []
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name == "reason":
            passed = call.args[0]
        elif name in ("_finding", "_limit", "_reason", "Share", "reason_of") and call.args[1:]:
            passed = call.args[1]
        elif name == "rule" and call.args:
            passed = call.args[0]
        elif name == "Reason":
            passed = next(keyword.value for keyword in call.keywords if keyword.arg == "rule")
        else:
            continue
        names = texts(passed)
        found |= names
        if not names and not is_computed(passed):
            unread.append(ast.unparse(call))
    return found, unread


def named_in_python():
    """
    Every rule id the package's own modules name.
    """
    named = {name for path in PACKAGE.glob("*.py") for name in rule_names(path.read_text(encoding="utf-8"))[0]}
    chosen = {*amounts.RULE.values(), *clock.RULE.values(), *edits.CHECKS, *UnitMethod} - {UnitMethod.TOTAL_TIME}
    return (named | {str(name) for name in chosen}) - MADE_WITHOUT_DATA


def parts_of(value):
    """
    The text of every part of a value, metadata read.
    """
    parts = {} if not isinstance(value, Code) else {"_metadata": repr(attrs.asdict(value.metadata))}
    return {**{name: repr(part) for name, part in attrs.asdict(value).items()}, **parts}


class TestFiles:
    """
    Every file passes the strict check, and the light builder of a lookup reads the same out of it.
    """

    def test_no_fault(self):
        """
        The strict check of the bundled tree finds nothing.
        """
        assert () == check_tree(FILES)

    @pytest.mark.parametrize(
        ("folder", "kind", "light"),
        [
            (CODES, Code, FILES.code),
            (POLICIES, Policy, FILES.policy),
            (DOCUMENTATION, RequirementSet, FILES.requirement_set),
            (YEARS, Year, lambda name: FILES.year(int(name))),
        ],
        ids=["codes", "policies", "documentation", "years"],
    )
    def test_light_and_strict_agree(self, folder, kind, light):
        """
        The light builder and the strict loader make equal values, down to the types of the fields.
        """
        converter = converter_for(FILES.sources)
        for path, table in tables(folder):
            strict, faults = structured(converter, table, kind, path)
            name = Path(path).stem

            assert [] == faults
            assert strict == light(name), path
            assert parts_of(strict) == parts_of(light(name)), path

    def test_rules_agree(self):
        """
        The same holds for the rules.
        """
        converter = converter_for(FILES.sources)
        strict = [
            structured(converter, entry, Rule, path)[0] for path, table in tables(RULES) for entry in table["rules"]
        ]

        assert strict == list(FILES.rules())

    def test_sources_agree(self):
        """
        The same holds for the sources, and none is lost when the file is cut into its tables.
        """
        converter = strict_converter(dates="toml")
        table = parse(FILES.content("sources.toml"), "sources.toml")
        strict = {
            key: structured(converter, {"id": key, **entry}, Source, "sources.toml")[0] for key, entry in table.items()
        }

        assert strict == dict(FILES.sources)
        assert list(strict) == list(FILES.sources)

    def test_only_data(self):
        """
        Nothing but TOML lies in the data folder, and nothing else than the known folders.
        """
        inside = {item.name for item in FILES.root.iterdir()}

        assert {CODES, DOCUMENTATION, POLICIES, RULES, TABLES, YEARS, "sources.toml"} <= inside
        for folder in (CODES, DOCUMENTATION, POLICIES, RULES, YEARS):
            names = [item.name for item in FILES.root.joinpath(folder).iterdir()]

            assert all(name.endswith(SUFFIX) for name in names), folder

    def test_coverage(self):
        """
        The years run from 2020 through 2026, each of them there.
        """
        assert (FIRST, LAST) == tc.coverage()
        assert tuple(str(year) for year in range(2020, 2027)) == FILES.names(YEARS)


LATER = {"assistant-last-unit", "assistant-two-units-left", "single-line", "unit-device-days", "unit-month-minutes"}
"""Rules that begin after the first covered day."""


class TestRules:
    """
    A rule that Python names is in the data, on every day it may be asked for.
    """

    def test_every_name_can_be_read(self):
        """
        Each call that names a rule names it in a way this test can read.
        """
        unread = {
            path.name: calls
            for path in PACKAGE.glob("*.py")
            if (calls := rule_names(path.read_text(encoding="utf-8"))[1])
        }

        assert {} == unread

    def test_known_names_are_found(self):
        """
        The walk over the source finds names of each form: literal, choice, f-string, handed on.
        """
        assert {
            "untimed",
            "assistant-two-units-left",
            "assistant-two-units-undecided",
            "timed-pool-day",
            "discipline-modifier-sometimes",
            "assistant-modifier",
        } <= named_in_python()

    @pytest.mark.parametrize("name", sorted(named_in_python()))
    def test_named_rule_exists(self, name):
        """
        The rule is there on the last covered day, and on the first unless its own policy value begins later.
        """
        versions = [rule for rule in FILES.rules() if rule.id == name]

        assert versions, f"{name} is named in Python and has no wording in data/rules"
        assert name == bundled().rule(name, LAST).id
        if name not in LATER:
            assert name == bundled().rule(name, FIRST).id

    @pytest.mark.parametrize("name", ["assistant-last-unit", "assistant-two-units-left"])
    def test_rule_of_the_midpoint_exception(self, name):
        """
        The rules of the midpoint exception begin no later than the policy that uses them.
        """
        uses = [
            entry.effective_from
            for policy in map(bundled().policy, FILES.names(POLICIES))
            for entry in policy.parameters.assistant_rule
            if entry.value == "midpoint-exception"
        ]

        assert name == bundled().rule(name, min(uses)).id

    def test_no_idle_rule(self):
        """
        No wording is kept that Python never names.
        """
        assert set() == {rule.id for rule in FILES.rules()} - named_in_python()

    def test_small_tree_has_them_all(self):
        """
        The small tree of the tests holds the same rules; add a new one to tests/small/rules as well.
        """
        assert named_in_python() == {rule.id for rule in DataFiles(SMALL).rules()}


class TestCitations:
    """
    Every statement is cited, and every source is there because something cites it.
    """

    def test_every_citation_resolves(self):
        """
        Each cited source is the one of that id, and each locator says something.
        """
        for thing in everything():
            assert thing.citations, thing
            for citation in thing.citations:
                assert FILES.sources[citation.source.id] is not None
                assert citation.locator == citation.locator.strip() != "", thing

    def test_every_source_is_cited(self):
        """
        No source is kept that nothing cites.
        """
        cited = {citation.source.id for thing in everything() for citation in thing.citations}

        assert [] == sorted(set(FILES.sources) - cited)

    def test_no_citation_twice(self):
        """
        No statement cites the same place twice.
        """
        twice = [thing for thing in everything() if len(set(thing.citations)) != len(thing.citations)]

        assert [] == twice

    def test_links(self):
        """
        A source has at most one link, and it is a whole web address.
        """
        links = {key: source.url for key, source in FILES.sources.items() if source.url is not None}
        odd = {key: url for key, url in links.items() if not re.fullmatch(r"https?://(?:(?!https?:)[^\s|])+", url)}

        assert {} == odd

    def test_sources_are_in_order(self):
        """
        Sources stand in the order of their ids, so that a new one has one place.
        """
        assert sorted(FILES.sources) == list(FILES.sources)

    def test_marked_down_never_up(self):
        """
        A standing that is stated is never weightier than the citations behind it.
        """
        weights = list(tc.Standing)
        up = [
            thing
            for thing in everything()
            if weights.index(thing.standing) < min(weights.index(one.source.standing) for one in thing.citations)
        ]

        assert [] == up

    def test_reviewed(self):
        """
        Nothing was reviewed before the last of its sources was read.
        """
        for thing in everything():
            if hasattr(thing, "reviewed_on"):
                assert max(one.source.read_on for one in thing.citations) <= thing.reviewed_on, thing


class TestWording:
    """
    Labels are short, statements are sentences, and none of it looks like a published descriptor.
    """

    @pytest.mark.parametrize("name", NAMES)
    def test_label(self, name):
        """
        A label has at most 60 characters and single spaces, and begins like a sentence without ending as one.
        """
        label = bundled().lookup(name).label

        assert 1 <= len(label) <= 60
        assert " ".join(label.split()) == label
        assert not label.endswith(".")
        assert label[0].upper() == label[0]

    def test_labels_differ(self):
        """
        No two codes have the same label.
        """
        labels = [code.label.casefold() for code in every_code()]

        assert sorted(set(labels)) == sorted(labels)

    @pytest.mark.parametrize("name", NAMES)
    def test_label_is_no_abbreviation(self, name):
        """
        No label is written in the clipped capitals of published descriptors.
        """
        label = bundled().lookup(name).label

        assert not ABBREVIATED.search(label)
        assert label != label.upper()
        assert not re.search(r"\b[A-Z]{4,}\b", label)
        assert not re.search(r"\b[A-Z]{2,} [A-Z]{2,}\b", label)

    @pytest.mark.parametrize(
        "text", ["THER SVC 1/> AREAS EA 15 MIN", "EACH 30 MIN", "1/> regions", "THERAPEUTIC CHALK"]
    )
    def test_abbreviations_are_seen(self, text):
        """
        The pattern sees what it is meant to see.
        """
        assert ABBREVIATED.search(text)

    @pytest.mark.parametrize("name", NAMES)
    def test_statements(self, name):
        """
        A statement has at least three words and single spaces, ends as a sentence, and is no abbreviation.
        """
        statements = bundled().lookup(name).metadata.statements
        odd = [
            one.text
            for one in statements
            if len(one.text.split()) < 3
            or " ".join(one.text.split()) != one.text
            or one.text[-1] not in ".?!"
            or ABBREVIATED.search(one.text)
        ]

        assert [] == odd

    @pytest.mark.parametrize("name", NAMES)
    def test_no_statement_twice(self, name):
        """
        No code says the same thing twice.
        """
        said = [one.text.casefold() for one in bundled().lookup(name).metadata.statements]

        assert sorted(set(said)) == sorted(said)

    def test_what_codes_share(self):
        """
        Codes may share a sentence about rules and settings, never a purpose or an example, which tell them apart.
        """
        owners = defaultdict(set)
        for code in every_code():
            own = (code.metadata.purpose, *code.metadata.examples)
            for statement in own:
                if statement is not None:
                    owners[statement.text.casefold()].add(code.code)

        assert {} == {text: codes for text, codes in owners.items() if len(codes) > 1}

    @pytest.mark.parametrize("folder", [POLICIES, DOCUMENTATION, RULES, YEARS])
    def test_spaces(self, folder):
        """
        No text of the other files has double spaces or loose ends.
        """

        def said(value):
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict):
                for item in value.values():
                    yield from said(item)
            elif isinstance(value, list):
                for item in value:
                    yield from said(item)

        odd = [text for _, table in tables(folder) for text in said(table) if " ".join(text.split()) != text]

        assert [] == odd


class TestCodes:
    """
    Every code hangs together over its whole life.
    """

    @pytest.mark.parametrize("name", NAMES)
    def test_replacements_exist(self, name):
        """
        Every code that a deleted one names in its place is there; some ended without a successor.
        """
        code = bundled().lookup(name)
        for event in code.history:
            assert set(event.replaced_by) <= set(NAMES)
            assert name not in event.replaced_by

    @pytest.mark.parametrize("name", NAMES)
    def test_similar_codes_differ(self, name):
        """
        A similar code is another one and is named once; `check_tree` tells those without a file.
        """
        similar = [one.code for one in bundled().lookup(name).metadata.similar]

        assert name not in similar
        assert sorted(set(similar)) == sorted(similar)

    @pytest.mark.parametrize("name", NAMES)
    def test_timed_codes_have_minutes(self, name):
        """
        Entries that count minutes of a day have a length, the others none; most codes have at least one entry.
        """
        for entry in bundled().lookup(name).facts.unit:
            in_blocks = entry.value.basis in (UnitBasis.TIMED, UnitBasis.TIME_BLOCK)
            assert in_blocks == (entry.value.minutes is not None)
            assert entry.value.minutes is None or 15 <= entry.value.minutes <= 120

    @pytest.mark.parametrize("name", NAMES)
    def test_add_ons_agree(self, name):
        """
        A code and its add-on name each other on the same days.
        """
        for entry in bundled().lookup(name).facts.unit:
            for this, that in (("continues", "continued_by"), ("continued_by", "continues")):
                partner = getattr(entry.value, this)
                if partner is not None:
                    assert name == getattr(bundled().lookup(partner).on(entry.effective_from), that)

    @pytest.mark.parametrize("name", NAMES)
    def test_both_sides_of_each_date(self, name):
        """
        On the day before, the first day, the last day and the day after of every date, the answer fits the life.
        """
        code = bundled().lookup(name)
        entries = [entry for series in attrs.fields(Facts) for entry in getattr(code.facts, series.name)]
        firsts = {FIRST, *(entry.effective_from for entry in entries)}
        lasts = {LAST, *(entry.effective_through for entry in entries if entry.effective_through)}
        firsts |= {event.date for event in code.history if event.kind is not EventKind.DELETED}
        lasts |= {event.date for event in code.history if event.kind is EventKind.DELETED}
        days = {first + step for first in firsts for step in (-ONE_DAY, 0 * ONE_DAY)}
        days |= {last + step for last in lasts for step in (0 * ONE_DAY, ONE_DAY)}
        for day in sorted(days):
            before = code.added is not None and day < code.added.date
            after = code.deleted is not None and day > code.deleted.date
            if before or after:
                with pytest.raises(tc.CodeNotInForceError):
                    code.on(day)
            elif FIRST <= day <= LAST and any(
                one.effective_from <= day <= (one.effective_through or LAST) for one in entries
            ):
                facts = code.on(day)
                for series in attrs.fields(Facts):
                    holding = [
                        entry
                        for entry in getattr(code.facts, series.name)
                        if entry.effective_from <= day <= (entry.effective_through or LAST)
                    ]

                    assert len(holding) <= 1
                    assert (holding or [None])[0] is facts.evidence.get(series.name), (day, series.name)
            elif day > LAST:
                with pytest.raises(tc.DateNotCoveredError):
                    code.on(day)

    @pytest.mark.parametrize("name", NAMES)
    def test_reaches_through_the_coverage(self, name):
        """
        A fact holds to the end of the data or of the code, not to some day between; gaps belong to nobody.
        """
        code = bundled().lookup(name)
        for series in attrs.fields(Facts):
            for entry in getattr(code.facts, series.name)[-1:]:
                assert isinstance(entry, Dated)
                if series.name in READ_BY_RELEASE:
                    continue
                ended = any(event.kind is EventKind.DELETED for event in code.history)
                assert entry.effective_through is None or ended, series.name

    def test_system_fits_the_code(self):
        """
        CPT codes are digits; codes of CMS begin with a letter.
        """
        for code in every_code():
            assert ("CPT" if code.code[:4].isdigit() else "HCPCS") == code.system, code.code

    def test_labels_of_ended_codes(self):
        """
        A code that ended says so in its `repr`.
        """
        ended = [code for code in every_code() if code.deleted]

        assert ended
        assert all(f"ended {code.deleted.date}" in repr(code) for code in ended)


def first_day(policy):
    """
    The first covered day of a policy: its own where it extends none, since a parent fills the days before.
    """
    if policy.extends is not None:
        return FIRST
    timelines = [getattr(policy.parameters, field.name) for field in attrs.fields(type(policy.parameters))]
    return max(FIRST, *(timeline[0].effective_from for timeline in timelines))


class TestPolicies:
    """
    Every policy decides everything on every covered day from its first.
    """

    @pytest.mark.parametrize("name", FILES.names(POLICIES))
    def test_decides(self, name):
        """
        Rules can be made on both sides of each date of a policy, and every set they ask for is there.
        """
        policy = bundled().policy(name)
        starts = {FIRST, LAST}
        for parameter in attrs.fields(type(policy.parameters)):
            for entry in getattr(policy.parameters, parameter.name):
                starts |= {entry.effective_from, entry.effective_from - ONE_DAY}
        for day in sorted(day for day in starts if first_day(policy) <= day <= LAST):
            rules = tc.rules_on(day, policy=name)

            assert rules.requirements("treatment-note")

    @pytest.mark.parametrize("name", FILES.names(POLICIES))
    def test_refuses_earlier(self, name):
        """
        Before the first day of a policy that extends none, the rules are refused.
        """
        first = first_day(bundled().policy(name))
        days = [day for day in (FIRST, first - ONE_DAY) if FIRST <= day < first]

        for day in days:
            with pytest.raises(tc.DateNotCoveredError):
                tc.rules_on(day, policy=name)
        assert (FIRST < first) == bool(days)

    def test_every_set_is_used(self):
        """
        No set of requirements is kept that no policy asks for.
        """
        used = {
            one
            for name in FILES.names(POLICIES)
            for entry in bundled().policy(name).parameters.documentation_sets
            for one in entry.value
        }

        assert set(FILES.names(DOCUMENTATION)) == used


class TestYears:
    """
    Amounts are plausible: a slip of a digit shows.
    """

    @pytest.mark.parametrize("name", FILES.names(YEARS))
    def test_amounts(self, name):
        """
        Thresholds are dollars in the thousands, conversion factors dollars in the thirties.
        """
        year = bundled().year(int(name))
        for series, low, high in (
            (year.kx_threshold_pt_slp, 2000, 3500),
            (year.kx_threshold_ot, 2000, 3500),
            (year.medical_review_threshold, 3000, 3500),
            (year.conversion_factor, 30, 40),
            (year.conversion_factor_qualifying_apm, 30, 40),
        ):
            for entry in series:
                assert low <= entry.value <= high

    def test_toml_is_plain(self):
        """
        Every bundled file is ASCII or plain UTF-8 with the line ends of Unix.
        """
        for folder in (CODES, DOCUMENTATION, POLICIES, RULES, YEARS):
            for name in FILES.names(folder):
                content = FILES.content(folder, name + SUFFIX)

                assert b"\r" not in content, name
                assert tomllib.loads(content.decode("utf-8"))
