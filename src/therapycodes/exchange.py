"""
Values to and from plain dictionaries, and the JSON Schema of the input.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields, has
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, override

from ._checking import converter_for, field_faults, policy_faults, structured
from ._loading import DataFiles, bundled_root, parse
from ._structuring import faults_of, strict_converter
from .catalogue import Catalogue, bundled
from .code import Code, CodeFacts
from .comparison import ComparedFact, Comparison
from .documents import (
    Amendment,
    Certification,
    Contributor,
    Discharge,
    Duration,
    Episode,
    Evaluation,
    Goal,
    Intervention,
    Measure,
    Note,
    Order,
    PlanChange,
    PlanOfCare,
    ProgressReport,
    Setting,
    Signature,
    TestReport,
    Wound,
)
from .errors import DataError, InvalidInputError
from .evidence import Citation, Source
from .fieldnames import FieldTable, renamed
from .mention import Mention
from .payment import PaymentEstimate
from .policy import Policy
from .reading import NoteReading
from .record import Attestation, Override, Service, Visit
from .results import ClaimLine, DocumentationReport, EpisodeReport, PastLine, Units
from .retrieval import SearchHit
from .ruleset import RuleSet
from .suggestion import Suggestion
from .totals import TotalCount
from .units import UnitCount
from .visits import Review


T = TypeVar("T")

READABLE = (
    Visit,
    Service,
    Note,
    Intervention,
    Signature,
    Contributor,
    ClaimLine,
    PastLine,
    Attestation,
    Episode,
    Setting,
    Measure,
    Goal,
    Duration,
    PlanChange,
    PlanOfCare,
    Certification,
    Order,
    Evaluation,
    ProgressReport,
    Discharge,
    Wound,
    TestReport,
    Amendment,
)
"""The classes `from_dict` makes; their dictionaries leave out what stands at its default."""

_SOURCE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_FILE_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_PART_OF_UNITS = re.compile(r"[0-9]{1,4}\.[0-9]{1,2}", re.ASCII)
_DEEPEST = 20

_SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def from_dict(data: Mapping[str, object], kind: type[T]) -> T:
    """
    Make an input value of a plain dictionary, such as one read from JSON.

    Keys are the arguments of the class; dates are text such as `"2026-03-02"`.

    Args:
        data: the dictionary.
        kind: `Visit`, `Service`, `ClaimLine`, `PastLine`, `Attestation`, `Note`, `Episode`, or a part of a note such as
            `Intervention`.

    Raises:
        InvalidInputError: names the first field at fault by its path: an unknown or missing key, a value of another
            type (nothing is converted), or one the class refuses.

    Example:
        >>> import therapycodes as tc
        >>> tc.from_dict({"code": "97110", "minutes": 33}, tc.Service)
        Service(code='97110', minutes=33)
    """
    if kind not in READABLE:
        known = ", ".join(one.__name__ for one in READABLE)
        raise InvalidInputError("kind", "not a class that can be read", f"use one of {known}")
    if not isinstance(data, Mapping):
        raise InvalidInputError(kind.__name__, "not an object", "give a mapping of field names to values")
    try:
        return _input_converter().structure(data, kind)
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of whatever went wrong
        fault = next(faults_of(error))
        raise InvalidInputError(fault.path or kind.__name__, fault.problem, fault.remedy) from None


def note_from_fields(data: Mapping[str, object], *, names: str | Mapping[str, object], note_type: str) -> Note:
    """
    Make a note of a dictionary with the field names of another system.

    Keys are renamed and values moved, and `from_dict` reads the result: nothing else is converted than the table says.

    Args:
        data: the dictionary; a null is not stated.
        names: id of a bundled table of field names, such as `"fhir-r4"`, or one of one's own with `fields` and
            `ignored`.
        note_type: such as `"treatment-note"`; coded types of documents do not tell it.

    Raises:
        InvalidInputError: names the first field at fault by its path in `data`, or a table that is not known.
        DataError: lists every fault of a table of one's own.

    Example:
        >>> import therapycodes as tc
        >>> row = {"date": "2026-03-02 14:05:00", "subjective": "Stairs are easier", "user": "pt1"}
        >>> tc.note_from_fields(row, names="openemr-soap", note_type="treatment-note")
        <Note: note_type, date_written, patient_report recorded>
    """
    made = renamed(data, _field_table(names))
    try:
        return from_dict({**made.plain, "note_type": note_type}, Note)
    except InvalidInputError as error:
        raise InvalidInputError(made.origin(error.field), error.problem, error.remedy) from None


def _field_table(names: str | Mapping[str, object]) -> FieldTable:
    if isinstance(names, Mapping):
        table, faults = structured(strict_converter(dates="toml"), names, FieldTable, "names")
        if table is not None:
            faults = [f"names: {problem} @ {where}" for where, problem in field_faults(table)]
        if table is None or faults:
            raise DataError(faults)
        return table
    files = DataFiles(bundled_root())
    known = files.field_name_ids()
    found = files.field_names(names) if names in known else None
    if found is None:
        raise InvalidInputError("names", "no table of field names has this id", f"choose one of {', '.join(known)}")
    return found


def to_dict(value: object) -> dict[str, Any]:
    """
    A value of this library as a plain dictionary that JSON can hold.

    Dates become text, amounts text with their cents, enumerations their value, sequences lists.
    A `Review` leaves the note out: what it says of a patient stays with the caller.

    Args:
        value: an input value, a result, a `Code` or a `Policy`.

    Raises:
        InvalidInputError: something that is no value of this library.

    Example:
        >>> import therapycodes as tc
        >>> tc.to_dict(tc.Service("97110", 33))
        {'code': '97110', 'minutes': 33}
    """
    if not has(type(value)):
        raise InvalidInputError("value", "not a value of this library", "give an input value or a result")
    plain: dict[str, Any] = _plain(value)
    return plain


def load_policy(source: Mapping[str, object] | str | Path, *, catalogue: Catalogue | None = None) -> Policy:
    """
    Make a policy of one's own.

    Args:
        source: a mapping, or the path of a TOML file, laid out like the bundled policies; a table `sources` in it
            describes the documents it cites beside the bundled ones.
        catalogue: whose sources and policies it may refer to, if not the bundled catalogue.

    Returns:
        The policy, to be passed to `rules_on`.

    Raises:
        DataError: lists every fault with its path.

    Example:
        >>> import therapycodes as tc
        >>> plan = tc.load_policy({
        ...     "id": "acme-health", "title": "Acme Health", "summary": "An invented plan.",
        ...     "extends": "medicare-part-b",
        ...     "sources": {"acme-manual": {
        ...         "title": "Acme provider manual", "publisher": "Acme Health", "standing": "payer",
        ...         "read_on": "2026-01-05"}},
        ...     "parameters": {"unit_method": [{
        ...         "value": "midpoint", "effective_from": "2025-07-01", "reviewed_on": "2026-01-05",
        ...         "citations": [{"source": "acme-manual", "locator": "page 12"}]}]},
        ... })
        >>> tc.rules_on("2026-03-02", policy=plan).unit_method.value
        'midpoint'
    """
    table: dict[str, Any]
    name = "policy"
    if isinstance(source, Mapping):
        table = _with_dates(source)
    elif isinstance(source, (str, Path)):
        name = Path(source).name if _FILE_NAME.fullmatch(Path(source).name) else "policy file"
        try:
            content = Path(source).read_bytes()
        except (OSError, ValueError):
            raise DataError([f"{name}: cannot be read; give the path of a TOML file @ ."]) from None
        table = parse(content, name)
    else:
        raise InvalidInputError("source", "neither a mapping nor a path", "give a mapping or the path of a TOML file")
    known = catalogue or bundled()
    own, faults = _own_sources(table.pop("sources", {}), name)
    policy, wrong = structured(converter_for({**known.sources, **own}), table, Policy, name)
    faults += wrong
    if policy is not None:
        faults += policy_faults(policy, known.policies(), known.requirement_set_names, known.modifier_names, name)
    if faults or policy is None:
        raise DataError(faults)
    return policy


def _own_sources(table: object, name: str) -> tuple[dict[str, Source], list[str]]:
    if not isinstance(table, Mapping):
        return {}, [f"{name}: a table of sources by id @ sources"]
    converter = strict_converter(dates="toml")
    own: dict[str, Source] = {}
    faults: list[str] = []
    for key, entry in table.items():
        entry = {"id": key, **entry} if isinstance(entry, Mapping) else entry  # noqa: PLW2901
        shown = key if _SOURCE_ID.fullmatch(str(key)) else "(an id that is not shown)"
        source, wrong = structured(converter, entry, Source, f"{name}, sources.{shown}")
        faults += wrong
        if source is not None:
            own[key] = source
    return own, faults


def _with_dates(value: Any, depth: int = 0) -> Any:
    """
    A copy in which text that is a date has become one; JSON has no dates.
    """
    if depth > _DEEPEST:
        raise DataError(["policy: nested too deeply @ ."])
    if isinstance(value, Mapping):
        return {
            key: date.fromisoformat(item)
            if key in ("effective_from", "effective_through", "reviewed_on", "read_on") and _is_date_text(item)
            else _with_dates(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_with_dates(item, depth + 1) for item in value]
    return value


def _is_date_text(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


@cache
def _input_converter() -> Converter:
    converter = strict_converter(dates="json")

    def policy(value: object, _: object) -> str | Policy:
        if isinstance(value, str):
            return value
        if isinstance(value, Mapping):
            return load_policy(value)
        raise InvalidInputError("policy", "not a policy", "give the id of a policy, or its table")

    def units(value: object, _: object) -> Units:
        if type(value) is int:
            return value
        if isinstance(value, str) and _PART_OF_UNITS.fullmatch(value):
            return Decimal(value)
        raise InvalidInputError(
            "units", "not a number of units", 'give a whole number, or a part as text such as "0.5"'
        )

    converter.register_structure_hook(str | Policy, policy)
    converter.register_structure_hook(int | Decimal, units)
    line = make_dict_structure_fn(ClaimLine, converter, _cattrs_forbid_extra_keys=True, reasons=override(omit=True))
    converter.register_structure_hook(ClaimLine, line)
    return converter


# -- out --------------------------------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    for kind, convert in _SPECIAL.items():
        if isinstance(value, kind):
            return convert(value)
    if has(type(value)):
        terse = isinstance(value, READABLE)
        held = {attribute: getattr(value, attribute.name) for attribute in fields(type(value))}
        return {
            attribute.name: _plain(content)
            for attribute, content in held.items()
            if not (terse and content == attribute.default)
        }
    return value


def _fields_of(*names: str) -> Callable[[Any], dict[str, Any]]:
    def convert(value: Any) -> dict[str, Any]:
        return {name: _plain(getattr(value, name)) for name in names}

    return convert


def _named(code: Code) -> dict[str, Any]:
    return {"code": code.code, "label": code.label}


def _review(value: Review) -> dict[str, Any]:
    visit = value.visit
    return {
        "date_of_service": visit.date_of_service.isoformat(),
        "policy": value.units.rules.policy.id,
        "discipline": _plain(visit.discipline),
        "carried_forward": value.carried_forward,
        "units": _plain(value.units),
        "lines": _plain(value.lines),
        "edits": _plain(value.edits),
        "thresholds": _plain(value.thresholds),
        "payment": _plain(value.payment),
        "documentation": _plain(value.documentation),
        "sources": _plain(value.sources),
    }


_SPECIAL: dict[type, Callable[[Any], Any]] = {
    Enum: lambda value: value.value,
    date: lambda value: value.isoformat(),
    time: lambda value: f"{value:%H:%M}",
    Decimal: str,
    Mapping: lambda value: {str(key): _plain(item) for key, item in value.items()},
    tuple: lambda value: [_plain(item) for item in value],
    Citation: lambda value: {
        "source": value.source.id,
        "locator": value.locator,
        "title": value.source.title,
        "standing": value.source.standing.value,
    },
    Override: _fields_of("finding", "codes"),
    RuleSet: _fields_of("date_of_service", "policy", "carried_forward", "chosen"),
    UnitCount: _fields_of(
        "units",
        "timed_units",
        "total_timed_minutes",
        "minutes_to_next_unit",
        "lines",
        "permitted_allocations",
        "permitted_allocation_count",
        "overlaps",
        "trace",
        "carried_forward",
    ),
    TotalCount: _fields_of("minutes", "rules", "timed_units", "minutes_to_next_unit", "trace", "carried_forward"),
    EpisodeReport: _fields_of("policy", "as_of", "carried_forward", "is_complete", "completeness", "findings", "due"),
    DocumentationReport: _fields_of("policy", "carried_forward", "is_complete", "completeness", "findings"),
    PaymentEstimate: lambda value: {
        "estimate": True,
        "date_of_service": value.rules.date_of_service.isoformat(),
        "policy": value.rules.policy.id,
        **_fields_of("locality", "facility", "qualifying_apm", "conversion_factor", "factors")(value),
        **_fields_of("allowed", "fee", "coinsurance", "payer_share", "sequestration", "lines", "trace")(value),
        "carried_forward": value.carried_forward,
    },
    Code: _fields_of("code", "system", "category", "label", "metadata", "history", "facts"),
    CodeFacts: lambda value: {
        attribute.name: _plain(getattr(value, attribute.name)) for attribute in fields(CodeFacts)
    },
    Review: _review,
    SearchHit: lambda value: {**_named(value.code), "score": value.score, "why": list(value.why)},
    Suggestion: lambda value: {
        **_named(value.code),
        "score": value.score,
        "reason": value.reason,
        "supported_by": _plain(value.supported_by),
        "ruled_out": _plain(value.ruled_out),
    },
    Comparison: lambda value: {
        "first": _named(value.first),
        "second": _named(value.second),
        **_fields_of("first_day", "second_day", "shared", "differing", "known_for_one", "decides")(value),
        **_fields_of("first_purpose", "second_purpose", "is_documented")(value),
    },
    ComparedFact: _fields_of("name", "first", "second"),
    NoteReading: _fields_of("length", "mentions", "advice"),
    Mention: lambda value: {attribute.name: _plain(getattr(value, attribute.name)) for attribute in fields(Mention)},
}


# -- schema -----------------------------------------------------------------------------------------------------------


def json_schema(kind: type) -> dict[str, Any]:
    """
    The JSON Schema of an input class, made from the class itself.

    Args:
        kind: one of the classes `from_dict` makes.

    Raises:
        InvalidInputError: another class.

    Example:
        >>> import therapycodes as tc
        >>> tc.json_schema(tc.Service)["$defs"]["Service"]["required"]
        ['code']
    """
    if kind not in READABLE:
        raise InvalidInputError("kind", "not a class that can be read", "use a class that from_dict makes")
    definitions: dict[str, Any] = {}
    _define(kind, definitions)
    return {
        "$schema": _SCHEMA_DIALECT,
        "title": kind.__name__,
        "$ref": f"#/$defs/{kind.__name__}",
        "$defs": dict(sorted(definitions.items())),
    }


def _define(kind: Any, definitions: dict[str, Any]) -> None:
    definitions[kind.__name__] = {}
    hints = get_type_hints(kind)
    read = [attribute for attribute in fields(kind) if attribute.name != "reasons"]
    definitions[kind.__name__] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {one.name: _schema_of(hints[one.name], definitions) for one in read},
        "required": [one.name for one in read if one.default is NOTHING],
    }


_PRIMITIVES: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    Decimal: {"type": "string", "pattern": _PART_OF_UNITS.pattern},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
    types.NoneType: {"type": "null"},
    Policy: {"type": "object"},
}


def _schema_of(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind in _PRIMITIVES:
        return dict(_PRIMITIVES[kind])
    if get_origin(kind) in (types.UnionType, Union):
        return {"anyOf": [_schema_of(option, definitions) for option in get_args(kind)]}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _schema_of(get_args(kind)[0], definitions)}
    if issubclass(kind, Enum):
        return {"enum": [member.value for member in kind]}
    _define(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}
