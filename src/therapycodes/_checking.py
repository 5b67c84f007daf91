"""
The strict check of a data tree: every file, every fault, all reported together.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from attrs import fields, frozen, has
from cattrs import Converter

from ._loading import (
    CODES,
    DOCUMENTATION,
    FIELDS,
    MODIFIERS,
    POLICIES,
    RULES,
    SOURCES,
    SUFFIX,
    TABLE_SUFFIX,
    TABLES,
    YEARS,
    DataFiles,
    divided,
    parse,
    table_file,
)
from ._structuring import faults_of, strict_converter
from .code import Code, EventKind, Facts, Metadata
from .credentials import Profession
from .documents import Impairment, Note, SignatureMethod
from .errors import DataError, InvalidInputError
from .evidence import Citation, Dated, Source
from .fieldnames import FieldNames, FieldTable
from .modifier import Modifier
from .periods import timeline_faults
from .policy import Parameters, Policy, Rule
from .published import KINDS, Provenance, Row, built, cell_faults, columns
from .requirement import LIMITS, CheckKind, Requirement, RequirementSet
from .year import Year


T = TypeVar("T")

_LINKS = {
    "continues": "continued_by",
    "continued_by": "continues",
    "tier_below": "tier_above",
    "tier_above": "tier_below",
}
_IDS = {Code: "code", FieldNames: "id", Policy: "id", RequirementSet: "id", Year: "year"}


@frozen(kw_only=True)
class _RuleFile:
    rules: tuple[Rule, ...]


@frozen(kw_only=True)
class _ModifierFile:
    modifiers: tuple[Modifier, ...]


def check_tree(files: DataFiles) -> tuple[str, ...]:
    """
    Every fault of every file, each as `file: problem @ path`; empty when the tree is sound.
    """
    return tuple(_Check(files).run())


def converter_for(sources: Mapping[str, Source]) -> Converter:
    """
    A strict converter for data tables that resolves citations against these sources.
    """
    converter = strict_converter(dates="toml")

    def citation(table: Any, _: object) -> Citation:
        if not isinstance(table, Mapping) or set(table) != {"source", "locator"}:
            raise ValueError("a citation holds source and locator and nothing else")
        if table["source"] not in sources:
            raise ValueError("cites a source that sources.toml does not hold")
        if not isinstance(table["locator"], str) or not table["locator"]:
            raise ValueError("the locator of a citation is text")
        return Citation(sources[table["source"]], table["locator"])

    converter.register_structure_hook(Citation, citation)
    converter.register_structure_hook(
        Metadata | Callable[[], Metadata], lambda table, _: converter.structure(table, Metadata)
    )
    return converter


def structured(converter: Converter, table: object, kind: type[T], name: str) -> tuple[T | None, list[str]]:
    """
    A value of a class, or what is wrong with its table.
    """
    try:
        return converter.structure(table, kind), []
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of whatever went wrong
        return None, [f"{name}: {fault.problem}; {fault.remedy} @ {fault.path}" for fault in faults_of(error)]


class _Check:
    """
    One run over a tree; collects values first, then looks at how they fit together.
    """

    def __init__(self, files: DataFiles) -> None:
        self.files = files
        self.codes: dict[str, Code] = {}
        self.policies: dict[str, Policy] = {}
        self.sets: dict[str, RequirementSet] = {}
        self.years: dict[str, Year] = {}
        self.rules: dict[str, _RuleFile] = {}
        self.modifiers: dict[str, list[Modifier]] = {}
        self.field_names: dict[str, FieldNames] = {}

    def run(self) -> Iterator[str]:
        sources, faults = self._sources()
        yield from faults
        converter = converter_for(sources)
        yield from self._folders()
        yield from self._folder(converter, CODES, Code, self.codes)
        yield from self._folder(converter, POLICIES, Policy, self.policies)
        yield from self._folder(converter, DOCUMENTATION, RequirementSet, self.sets)
        yield from self._folder(converter, YEARS, Year, self.years)
        yield from self._folder(converter, RULES, _RuleFile, self.rules)
        yield from self._modifiers_structured(converter)
        yield from self._folder(converter, FIELDS, FieldNames, self.field_names)
        yield from self._codes_fit()
        yield from self._policies_fit()
        yield from self._requirements_fit()
        yield from self._years_fit()
        yield from self._rules_fit()
        yield from self._modifiers_fit()
        for name, names in self.field_names.items():
            path = f"{FIELDS}/{name}{SUFFIX}"
            yield from (f"{path}: {problem} @ {where}" for where, problem in field_faults(names))

    def _modifiers_structured(self, converter: Converter) -> Iterator[str]:
        """
        The file of modifiers, where there is one.
        """
        if self.files.content(MODIFIERS) is None:
            return
        table, faults = self._table(MODIFIERS, MODIFIERS)
        yield from faults
        if table is None:
            return
        file, faults = structured(converter, table, _ModifierFile, MODIFIERS)
        yield from faults
        for entry in file.modifiers if file is not None else ():
            self.modifiers.setdefault(entry.modifier, []).append(entry)
        for name in self.files.table_names():
            yield from _table_faults(self.files, name, converter)

    def _table(self, name: str, *path: str) -> tuple[dict[str, Any] | None, list[str]]:
        content = self.files.content(*path)
        if content is None:
            return None, [f"{name}: the file is missing @ ."]
        try:
            return parse(content, name), []
        except DataError as error:
            return None, list(error.faults)

    def _sources(self) -> tuple[dict[str, Source], list[str]]:
        table, faults = self._table(SOURCES, SOURCES)
        converter = strict_converter(dates="toml")
        found: dict[str, Source] = {}
        for key, entry in (table or {}).items():
            if not isinstance(entry, dict) or "id" in entry:
                faults.append(f"{SOURCES}: a source is a table named by its id @ {key}")
                continue
            if key not in self.files.sources:
                faults.append(f"{SOURCES}: write the head as [id], small letters, digits and hyphens only @ {key}")
                continue
            source, wrong = structured(converter, {"id": key, **entry}, Source, SOURCES)
            faults += [f"{fault.rpartition(' @ ')[0]} @ {key}.{fault.rpartition(' @ ')[2]}" for fault in wrong]
            if source is not None:
                found[key] = source
        return found, faults

    def _folder(self, converter: Converter, folder: str, kind: type[T], found: dict[str, T]) -> Iterator[str]:
        for name in self._names(folder):
            path = f"{folder}/{name}{SUFFIX}"
            table, faults = self._table(path, folder, name + SUFFIX)
            yield from faults
            if table is None:
                continue
            value, faults = structured(converter, table, kind, path)
            yield from faults
            if value is None:
                continue
            key = _IDS.get(kind)
            if key is not None and str(getattr(value, key)) != name:
                yield f"{path}: differs from the file name @ {key}"
            found[name] = value

    def _names(self, folder: str) -> tuple[str, ...]:
        try:
            return self.files.names(folder)
        except OSError:
            return ()

    def _folders(self) -> Iterator[str]:
        for folder in (CODES, POLICIES, DOCUMENTATION, YEARS, RULES):
            if not self._names(folder):
                yield f"{folder}: the folder is missing or holds no TOML file @ ."

    def _codes_fit(self) -> Iterator[str]:
        known = set(self._names(CODES))
        for name, code in self.codes.items():
            path = f"{CODES}/{name}{SUFFIX}"
            for series in fields(Facts):
                yield from _timeline(getattr(code.facts, series.name), path, f"facts.{series.name}")
            named = [(f"history[{i}].replaced_by", c) for i, e in enumerate(code.history) for c in e.replaced_by]
            named += [(f"metadata.similar[{i}].code", one.code) for i, one in enumerate(code.metadata.similar)]
            yield from (
                f"{path}: names a code without a file @ {where}" for where, other in named if other not in known
            )
            yield from self._links_fit(name, code, path, known)
            yield from self._metadata_last(name, path)
            dates = [event.date for event in code.history]
            if dates != sorted(dates):
                yield f"{path}: events are not in order of date @ history"
            for index, event in enumerate(code.history):
                if event.replaced_by and event.kind is not EventKind.DELETED:
                    yield f"{path}: only a deleted code is replaced @ history[{index}].replaced_by"
            yield from self._facts_within_life(code, path)

    def _metadata_last(self, name: str, path: str) -> Iterator[str]:
        """
        Metadata are read apart from the rest, so nothing may follow them.
        """
        _, tail = divided(self.files.content(CODES, name + SUFFIX) or b"")
        if any(key != "metadata" for key in parse(tail, path)):
            yield f"{path}: metadata come last in a code file @ metadata"

    def _links_fit(self, name: str, code: Code, path: str, known: set[str]) -> Iterator[str]:
        """
        A code that names another in its unit is named back by it.
        """
        for index, entry in enumerate(code.facts.unit):
            for link, back in _LINKS.items():
                other = getattr(entry.value, link)
                where = f"facts.unit[{index}].value.{link}"
                if other is not None and other not in known:
                    yield f"{path}: names a code without a file @ {where}"
                elif other in self.codes and all(
                    getattr(one.value, back) != name for one in self.codes[other].facts.unit
                ):
                    yield f"{path}: {other} does not name this code as {back} @ {where}"

    def _facts_within_life(self, code: Code, path: str) -> Iterator[str]:
        for series in fields(Facts):
            for index, entry in enumerate(getattr(code.facts, series.name)):
                where = f"facts.{series.name}[{index}]"
                if code.added and entry.effective_from < code.added.date:
                    yield f"{path}: begins before the code was added @ {where}"
                if code.deleted and (entry.effective_through or date.max) > code.deleted.date:
                    yield f"{path}: outlives the code @ {where}"

    def _policies_fit(self) -> Iterator[str]:
        for name, policy in self.policies.items():
            path = f"{POLICIES}/{name}{SUFFIX}"
            seen = {name}
            parent = policy.extends
            while parent is not None:
                if parent in seen:
                    yield f"{path}: extends itself in a circle @ extends"
                    break
                if parent not in self._names(POLICIES):
                    yield f"{path}: extends a policy that does not exist @ extends"
                    break
                seen.add(parent)
                parent = self.policies[parent].extends if parent in self.policies else None
            yield from _parameters_fit(policy, path, self._names(DOCUMENTATION), self.modifiers)

    def _requirements_fit(self) -> Iterator[str]:
        owner: dict[str, str] = {}
        for name, one in self.sets.items():
            path = f"{DOCUMENTATION}/{name}{SUFFIX}"
            by_id: dict[str, list[Any]] = {}
            for index, requirement in enumerate(one.requirements):
                by_id.setdefault(requirement.id, []).append(requirement)
                if owner.setdefault(requirement.id, name) != name:
                    yield f"{path}: this id stands in {owner[requirement.id]} too @ requirements[{index}].id"
                if not requirement.inputs:
                    yield f"{path}: a requirement reads at least one input @ requirements[{index}].inputs"
                limit = None if requirement.over_episode is None else LIMITS.get(requirement.over_episode)
                if limit is not None and not getattr(requirement, limit):
                    yield f"{path}: its check over an episode cannot do without it @ requirements[{index}].{limit}"
                known = set(self._names(CODES))
                if any(code not in known for code in requirement.codes):
                    yield f"{path}: names a code without a file @ requirements[{index}].codes"
                yield from (f"{path}: {problem} @ requirements[{index}].{key}" for key, problem in misfits(requirement))
            for key, versions in by_id.items():
                yield from _timeline(versions, path, f"requirements.{key}")

    def _years_fit(self) -> Iterator[str]:
        numbers = sorted(int(name) for name in self.years if name.isascii() and name.isdigit())
        for earlier, later in pairwise(numbers):
            if later != earlier + 1:
                yield f"{YEARS}/{later}{SUFFIX}: the years between {earlier} and {later} are missing @ year"
        for name, year in self.years.items():
            path = f"{YEARS}/{name}{SUFFIX}"
            if not date.min.year <= year.year <= date.max.year:
                yield f"{path}: no calendar year @ year"
                continue
            first, last = date(year.year, 1, 1), date(year.year, 12, 31)
            for series in fields(Year)[1:]:
                entries: tuple[Dated[Any], ...] = getattr(year, series.name)
                yield from _timeline(entries, path, series.name)
                optional = series.default is not None and series.default == ()
                if not entries and not optional:
                    yield f"{path}: has no value @ {series.name}"
                if entries and (entries[0].effective_from != first or entries[-1].effective_through != last):
                    days = 366 if isleap(year.year) else 365
                    yield f"{path}: covers other days than the {days} of the year @ {series.name}"

    def _rules_fit(self) -> Iterator[str]:
        owner: dict[str, str] = {}
        for name, file in self.rules.items():
            path = f"{RULES}/{name}{SUFFIX}"
            by_id: dict[str, list[Rule]] = {}
            for index, rule in enumerate(file.rules):
                by_id.setdefault(rule.id, []).append(rule)
                if owner.setdefault(rule.id, name) != name:
                    yield f"{path}: this id stands in {owner[rule.id]} too @ rules[{index}].id"
            for key, versions in by_id.items():
                yield from _timeline(versions, path, f"rules.{key}")

    def _modifiers_fit(self) -> Iterator[str]:
        """
        Timelines hold together, and a modifier names only others that the file holds.
        """
        for name, entries in self.modifiers.items():
            yield from _timeline(entries, MODIFIERS, f"modifiers.{name}")
            for index, entry in enumerate(entries):
                if {*entry.excludes, *(() if entry.beside is None else (entry.beside,))} - set(self.modifiers):
                    yield f"{MODIFIERS}: names a modifier the file does not hold @ modifiers.{name}[{index}]"


def _table_faults(files: DataFiles, name: str, converter: Converter) -> Iterator[str]:
    """
    What is wrong with one published table: its provenance, its columns, its cells, its keys and windows.
    """
    path = f"{TABLES}/{name}{TABLE_SUFFIX}"
    kind = KINDS.get(name)
    if kind is None:
        yield f"{path}: not the name of a table; use one of {', '.join(sorted(KINDS))} @ ."
        return
    try:
        file = table_file(files.content(TABLES, name + TABLE_SUFFIX) or b"", path)
    except DataError as error:
        yield from error.faults
        return
    provenance, faults = structured(converter, file.provenance, Provenance, path)
    yield from faults
    if provenance is not None and provenance.covered_through < provenance.covered_from:
        yield f"{path}: ends before it begins @ covered_through"
    wanted = columns(kind)
    if tuple(file.headings) != wanted:
        yield f"{path}: the columns are to be {', '.join(wanted)} @ line {file.headings_line}"
        return
    windows: dict[tuple[str, ...], list[tuple[int, Row]]] = {}
    rows = list(enumerate(file.rows, start=file.headings_line + 1))
    if not rows:
        yield f"{path}: holds no row @ ."
    for number, cells in rows:
        if len(cells) != len(wanted):
            yield f"{path}: {len(cells)} cells instead of {len(wanted)} @ line {number}"
            continue
        wrong = [f"{path}: {problem} @ line {number}.{column}" for column, problem in cell_faults(kind, cells)]
        yield from wrong
        if wrong:
            continue
        try:
            row = built(kind, cells)
        except InvalidInputError as error:
            yield f"{path}: {error.problem} @ line {number}.{error.field}"
            continue
        key = tuple(cells[wanted.index(column)] for column in kind.KEY)
        windows.setdefault(key, []).append((number, row))
    for of_key in windows.values():
        yield from (f"{path}: {problem} @ line {number}" for number, problem in window_faults(of_key))


def window_faults(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, str]]:
    """
    Line and problem of each row of one key that stands twice, or whose days overlap those of another.
    """
    seen: dict[Row, int] = {}
    dated: list[tuple[date, date, int]] = []
    for number, row in rows:
        if row in seen:
            yield number, f"stands on line {seen[row]} too"
            continue
        seen[row] = number
        if not hasattr(row, "effective_from"):
            continue
        first, last = row.effective_from or date.min, getattr(row, "effective_through", None) or date.max
        if last < first:
            yield number, "effective_through is before effective_from"
        elif getattr(row, "was_in_force", True):
            dated.append((last, first, number))
    for (end_before, _, _), (last, first, number) in pairwise(sorted(dated)):
        # a first day that is not known lies after the window before
        if end_before == last or date.min < first <= end_before:
            yield number, "overlaps another row of the same key"


def _timeline(entries: Iterable[Any], path: str, where: str) -> Iterator[str]:
    entries = tuple(entries)
    for index, problem in timeline_faults(entries):
        yield f"{path}: {problem} @ {where}[{index}]"
    for index, entry in enumerate(entries):
        if entry.standing.outweighs(entry.citations):
            yield f"{path}: claims more weight than its citations have @ {where}[{index}].standing"


_ROOTS = frozenset({"note", "lines", "episode"})
_CHOICES = frozenset([*Profession, *Impairment, *SignatureMethod])


def misfits(requirement: Requirement) -> Iterator[tuple[str, str]]:
    """
    What does not fit in the parameters of a requirement: key and problem.
    """
    for index, text in enumerate(requirement.inputs):
        for place in text.split(" | "):
            root, *steps = place.split(".")
            stated = root != "note" or requirement.check is CheckKind.NEVER_DEMAND or _leads_somewhere(steps)
            if root.partition("[")[0] not in _ROOTS or not stated:
                yield f"inputs[{index}]", "leads to no field of a document"
    for key in ("accepted", "refused"):
        if not _CHOICES.issuperset(getattr(requirement, key)):
            yield key, "names no profession, impairment or method of signing"


def _leads_somewhere(steps: list[str]) -> bool:
    kind: object = Note
    for step in steps:
        name = step.partition("[")[0]
        hints = get_type_hints(kind) if isinstance(kind, type) and has(kind) else {}
        if name not in hints:
            return False
        kind = next((one for one in (*get_args(hints[name]), hints[name]) if isinstance(one, type) and has(one)), None)
    return bool(steps)


def field_faults(table: FieldTable) -> Iterator[tuple[str, str]]:
    """
    What does not fit in a table of field names: place and problem.
    """
    theirs = [*(move.theirs for move in table.fields), *table.ignored]
    for index, move in enumerate(table.fields):
        where = f"fields[{index}]"
        if move.ours == "note_type" or not _is_field(move.ours):
            yield f"{where}.ours", "leads to no field of a note that can be filled"
        if move.ours in [other.ours for other in table.fields[:index]]:
            yield f"{where}.ours", "is filled twice"
        if move.theirs.count("[]") < move.ours.count("[]"):
            yield f"{where}.theirs", "stands in fewer lists than the field it fills"
        if move.theirs in table.ignored or any(
            one.startswith((f"{move.theirs}.", f"{move.theirs}[")) for one in theirs
        ):
            yield f"{where}.theirs", "is read or ignored in parts too"
        if move.conversion is not None and move.values:
            yield f"{where}.values", "stands beside a conversion"


def _is_field(path: str) -> bool:
    kind: object = Note
    *outer, last = path.split(".")
    for step in outer:
        name = step.removesuffix("[]")
        hint = get_type_hints(kind).get(name)
        kind = next((one for one in (*get_args(hint), hint) if isinstance(one, type) and has(one)), None)
        if kind is None or (step != name) is not (get_origin(hint) is tuple):
            return False
    hint = get_type_hints(kind).get(last)
    return hint is not None and not any(isinstance(one, type) and has(one) for one in (*get_args(hint), hint))


def policy_faults(
    policy: Policy, policies: Iterable[str], sets: Iterable[str], modifiers: Iterable[str], path: str
) -> Iterator[str]:
    """
    How a single policy fits a catalogue: its parent, its timelines, its requirement sets, its modifiers.
    """
    if policy.extends is not None and policy.extends not in policies:
        yield f"{path}: extends a policy that does not exist @ extends"
    yield from _parameters_fit(policy, path, sets, modifiers)


def _parameters_fit(policy: Policy, path: str, sets: Iterable[str], modifiers: Iterable[str]) -> Iterator[str]:
    for parameter in fields(Parameters):
        entries = getattr(policy.parameters, parameter.name)
        yield from _timeline(entries, path, f"parameters.{parameter.name}")
        if not entries and policy.extends is None:
            yield f"{path}: a policy that extends none decides everything; missing @ parameters.{parameter.name}"
    for index, entry in enumerate(policy.parameters.documentation_sets):
        if any(one not in sets for one in entry.value):
            yield f"{path}: no such requirement set @ parameters.documentation_sets[{index}]"
    for index, entry in enumerate(policy.parameters.attested_modifiers):
        if any(one not in modifiers for one in entry.value):
            yield f"{path}: no such modifier @ parameters.attested_modifiers[{index}]"
