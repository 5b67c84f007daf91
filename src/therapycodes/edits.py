"""
Checks of claim lines against the published edits and the rules beside them.

Every answer is three-valued: a finding applies, does not apply, or cannot be known from the data.
What a check finds never depends on the order of the lines; only the positions it names do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import count
from operator import itemgetter
from typing import NamedTuple

from attrs import evolve

from .clock import find_overlaps
from .code import CodeFacts, Discipline, UnitBasis
from .errors import CodeNotInForceError, DateNotCoveredError, InvalidInputError, UnknownCodeError
from .evidence import Citation, Standing
from .inputs import checked_choice, checked_sequence
from .modifier import AttestedFact
from .modifiers import modifier_findings
from .policy import EditSeverity, Rule
from .published import (
    ADD_ON_PAIRS,
    EDIT_PAIRS,
    UNIT_LIMITS,
    AddOnKind,
    AddOnPair,
    DateBasis,
    EditIndicator,
    EditPair,
    LimitIndicator,
    Provenance,
    Setting,
    Table,
    UnitLimit,
)
from .record import Attestation, Override, Service
from .results import ClaimLine, EditFinding, EditOutcome, EditReport, PastLine, Severity, Units
from .ruleset import RuleSet
from .succession import successors


ANSWERS_KEPT = 2_000
"""Answers a rule set remembers for a setting; past that number it begins anew."""

_MANY = 1 << 24
_SUPPLY_DAYS = 30
_SEVEN_DAYS = 7
_ONE_DAY = timedelta(days=1)
_ASSISTANT_MODIFIERS = frozenset({"CQ", "CO"})
_PLAN_OF_CARE = {"GP": Discipline.PT, "GO": Discipline.OT, "GN": Discipline.SLP}
_DISTINCT = (AttestedFact.DISTINCT_REGION, AttestedFact.DISTINCT_ENCOUNTER)

_NOT_PAID = {
    "B": "is bundled: whatever is paid for it is part of the payment for other services",
    "E": "is excluded from the fee schedule by regulation",
    "I": "is not valid for this payer, which uses another code for the service",
    "N": "is not covered",
    "P": "is bundled or excluded",
    "X": "is excluded from the fee schedule by statute",
}
"""Status letter of the fee schedule -> why no payment follows; the other letters allow one."""

_BY_OUTCOME = {EditOutcome.APPLIES: 0, EditOutcome.NO_DATA: 1, EditOutcome.DOES_NOT_APPLY: 2}


def check_edits(  # noqa: PLR0913 - what a claim is checked with stands beside it
    lines: Iterable[ClaimLine],
    rules: RuleSet,
    *,
    history: Iterable[PastLine] = (),
    setting: str = "practitioner",
    attestations: Iterable[Attestation] = (),
    overrides: Iterable[Override] = (),
    services: Iterable[Service] = (),
) -> EditReport:
    """
    Check the lines of one patient's day.

    Each pair of codes and each code's units get an answer; the other checks speak where their subject is on the claim.
    Lines of the same day in the history count like the claim's own, without a position.
    Whether the same minutes were billed twice is told by the clock times of services, for claim lines hold none.

    Args:
        lines: the lines of one date of service and one provider.
        rules: the rules of that day.
        history: lines billed before, for the checks that reach over the day or back in time.
        setting: `"practitioner"` or `"hospital"`: whose edits apply.
        attestations: facts the caller vouches for.
        overrides: decisions to let a finding stand; they become part of it and change no outcome.
        services: the services behind the lines, for their clock times.

    Returns:
        The findings: what applies first, then what could not be known, then what does not apply.

    Raises:
        InvalidInputError: other values than these, or a history that reaches beyond the day.

    Source:
        NCCI Policy Manual for Medicare Services, chapters I and XI, and the edit files of CMS.

    Example:
        >>> import therapycodes as tc
        >>> from therapycodes.edits import check_edits
        >>> claim = [tc.ClaimLine("97530", 2, ("GP",)), tc.ClaimLine("97150", 1, ("GP",))]
        >>> found = check_edits(claim, tc.rules_on("2024-08-05")).applying[0]
        >>> found.id, found.codes, found.resolved_by
        ('edit-pair', ('97150', '97530'), ('59', 'XE', 'XS', 'XP', 'XU'))
    """
    where = checked_choice(Setting, setting, "setting")
    given = checked_sequence(ClaimLine, lines, "lines")
    vouched = checked_sequence(Attestation, attestations, "attestations")
    claim = _Claim(rules, where, given, checked_sequence(PastLine, history, "history"), vouched)
    decided = checked_sequence(Override, overrides, "overrides")
    timed = checked_sequence(Service, services, "services")
    of_modifiers = [_keyed(finding) for finding in modifier_findings(given, rules, vouched)]
    found = [*_of_tables(claim), *_of_rules(claim), *_of_times(claim, timed), *of_modifiers]
    found.sort(key=itemgetter(0))
    findings = [finding for _, finding in found]
    if decided:
        findings = [_overridden(finding, decided) for finding in findings]
    return EditReport(
        policy=rules.policy.id,
        findings=tuple(findings),
        carried_forward=rules.carried_forward,
        switched_off=claim.weights.off,
    )


# -- the claim --------------------------------------------------------------------------------------------------------


class _Weights(NamedTuple):
    """
    What the policy makes of each check that is on, and the ids of those that are off.
    """

    severity: Mapping[str, Severity]
    off: tuple[str, ...]
    by_code: Mapping[str, tuple[str, ...]]
    """Code -> the checks whose rule names it."""

    accepted: frozenset[str]
    offered: tuple[str, ...]


def _weights(rules: RuleSet) -> _Weights:
    known: dict[str, _Weights] = rules.answers("weights")
    if not known:
        stated = {one.rule: one.severity for one in rules.parameters["edits"].value}
        on = {
            name: Severity(stated[name])
            for name in CHECKS
            if stated.get(name, EditSeverity.OFF) is not EditSeverity.OFF
        }
        by_code: dict[str, list[str]] = {}
        for name in on:
            if name in _BESIDE:
                rule = rules.rule(name)
                for code in dict.fromkeys(rule.codes + rule.beside):
                    by_code.setdefault(code, []).append(name)
        offered: tuple[str, ...] = rules.parameters["pair_modifiers"].value
        further: tuple[str, ...] = rules.parameters["further_pair_modifiers"].value
        known["weights"] = _Weights(
            on,
            tuple(sorted(set(CHECKS) - set(on))),
            {code: tuple(names) for code, names in by_code.items()},
            frozenset(offered + further),
            offered,
        )
    return known["weights"]


class _Held(NamedTuple):
    """
    One code of the day: the positions of its lines, and what all its lines of the day say.
    """

    code: str
    positions: tuple[int, ...]
    units: tuple[Units, ...]
    marks: tuple[tuple[str, ...], ...]
    """The modifiers of each line that could resolve a pair."""

    shown: tuple[ClaimLine | PastLine, ...]


class _Claim:
    """
    The lines of the day by code, with what else bears on them.
    """

    def __init__(
        self,
        rules: RuleSet,
        setting: Setting,
        lines: tuple[ClaimLine, ...],
        history: tuple[PastLine, ...],
        attestations: tuple[Attestation, ...],
    ) -> None:
        self.rules = rules
        self.setting = setting
        self.day = rules.date_of_service
        self.weights = _weights(rules)
        self.attestations = attestations
        self.has_history = bool(history)
        same_day: list[PastLine] = []
        self.earlier: list[PastLine] = []
        for index, past in enumerate(history):
            if past.date_of_service > self.day:
                raise InvalidInputError(
                    f"history[{index}].date_of_service", "after the date of service", "give lines billed before"
                )
            (same_day if past.date_of_service == self.day else self.earlier).append(past)
        self.held = self._grouped(lines, same_day)

    def _grouped(self, lines: tuple[ClaimLine, ...], same_day: list[PastLine]) -> dict[str, _Held]:
        accepted = self.weights.accepted
        by_code: dict[str, list[ClaimLine | PastLine]] = {}
        places: dict[str, list[int]] = {}
        for position, line in enumerate(lines):
            code = line.code
            if code in by_code:
                by_code[code].append(line)
                places[code].append(position)
            else:
                by_code[code], places[code] = [line], [position]
        for past in same_day:
            by_code.setdefault(past.code, []).append(past)
        return {
            code: _Held(
                code,
                tuple(places.get(code, ())),
                tuple([line.units for line in by_code[code]]),
                tuple([tuple([one for one in line.modifiers if one in accepted]) for line in by_code[code]]),
                tuple(by_code[code]),
            )
            for code in sorted(by_code)
        }

    def positions(self, *codes: str) -> tuple[int, ...]:
        """
        Where lines of these codes stand on the claim.
        """
        return tuple(sorted(place for code in codes if code in self.held for place in self.held[code].positions))

    def present(self, codes: Iterable[str]) -> list[str]:
        """
        Those of these codes that are billed on the day.
        """
        return [code for code in codes if code in self.held]

    def is_new(self, *codes: str) -> bool:
        """
        Whether any of these codes is on the claim itself, not only in the history.
        """
        return any(self.held[code].positions for code in codes if code in self.held)

    def attested(self, facts: Iterable[AttestedFact], *codes: str) -> bool:
        """
        Whether one of these facts is attested for one of these codes.
        """
        wanted = set(facts)
        return any(
            one.fact in wanted and (not one.codes or not set(one.codes).isdisjoint(codes)) for one in self.attestations
        )

    def facts(self, code: str) -> CodeFacts | None:
        """
        The facts of a code on the day, where there are any.
        """
        try:
            return self.rules.code(code)
        except (UnknownCodeError, CodeNotInForceError, DateNotCoveredError):
            return None

    def disciplines(self, code: str) -> frozenset[Discipline | None]:
        """
        The discipline of each line of a code; `None` stands for a line that does not tell.
        """
        facts = self.facts(code)
        fixed = facts.fixed_discipline if facts else None
        return frozenset(
            line.discipline or next((_PLAN_OF_CARE[one] for one in line.modifiers if one in _PLAN_OF_CARE), fixed)
            for line in self.held[code].shown
        )

    def regions(self, code: str) -> frozenset[str | None]:
        """
        The region of each line of a code, as words are compared; `None` stands for a line that does not tell.
        """
        return frozenset(
            None if line.region is None else " ".join(line.region.split()).casefold() for line in self.held[code].shown
        )


_Found = tuple[tuple[int, str, tuple[str, ...], tuple[int, ...]], EditFinding]
"""A finding with the key it is sorted by."""


def _keyed(finding: EditFinding) -> _Found:
    return (_BY_OUTCOME[finding.outcome], finding.id, finding.codes, finding.lines), finding


def _overridden(finding: EditFinding, overrides: tuple[Override, ...]) -> EditFinding:
    for one in overrides:
        if one.finding == finding.id and (not one.codes or set(one.codes) == set(finding.codes)):
            return evolve(finding, override=one)
    return finding


class _Answer(NamedTuple):
    """
    What a check found, apart from the rule it belongs to and the lines it names.
    """

    outcome: EditOutcome
    codes: tuple[str, ...]
    message: str
    remedy: str = ""
    resolved_by: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    unconfirmed: bool = False
    lines: tuple[int, ...] | None = None


def _finding(claim: _Claim, name: str, answer: _Answer) -> _Found:
    rule = claim.rules.rule(name)
    citations = tuple(dict.fromkeys(answer.citations + rule.citations))
    finding = EditFinding(
        id=name,
        outcome=answer.outcome,
        severity=claim.weights.severity[name],
        codes=answer.codes,
        lines=claim.positions(*answer.codes) if answer.lines is None else answer.lines,
        message=answer.message,
        remedy=answer.remedy,
        resolved_by=answer.resolved_by,
        citations=citations,
    )
    if answer.unconfirmed:
        finding = evolve(finding, standing=Standing.UNCONFIRMED)
    elif not answer.citations and rule.standing in (Standing.UNCONFIRMED, Standing.DISPUTED):
        finding = evolve(finding, standing=rule.standing)
    return _keyed(finding)


# -- the published tables ---------------------------------------------------------------------------------------------


def _of_tables(claim: _Claim) -> list[_Found]:
    """
    What the tables say of each code and each pair of codes; found once for lines that look alike.

    Lines that look alike have a number, so that a pair of them is looked up by one number.
    """
    known, numbers, following = _memory(claim)
    found: list[_Found] = []
    for one in claim.held.values():
        if one.positions:
            key = one[:3]
            answers = known.get(key)
            if answers is None:
                answers = known[key] = tuple([_finding(claim, name, answer) for name, answer in _of_code(claim, one)])
            found += answers
    if "edit-pair" in claim.weights.severity:
        parts: list[tuple[str, int]] = []
        for one in claim.held.values():
            look = (one.code, one.positions, one.marks)
            number = numbers.get(look)
            parts.append((one.code, numbers.setdefault(look, next(following)) if number is None else number))
        for index, (first, number) in enumerate(parts, start=1):
            base = number * _MANY
            for second, other in parts[index:]:
                answers = known.get(base + other)
                if answers is None:
                    answers = known[base + other] = tuple(_of_pair(claim, first, second))
                found += answers
    return found


class _Memory(NamedTuple):
    """
    What was found for lines that look alike, and the numbers they go by; a new one takes the place of a full one.
    """

    known: dict[object, tuple[_Found, ...]]
    numbers: dict[object, int]
    following: Iterator[int]


def _memory(claim: _Claim) -> _Memory:
    kept: dict[Setting, _Memory] = claim.rules.answers("edits")
    memory = kept.get(claim.setting)
    if memory is None or len(memory.known) > ANSWERS_KEPT or len(memory.numbers) > ANSWERS_KEPT:
        memory = kept[claim.setting] = _Memory({}, {}, count())
    return memory


def _of_code(claim: _Claim, held: _Held) -> Iterator[tuple[str, _Answer]]:
    """
    The answers for one code by itself.
    """
    on = claim.weights.severity
    if "code-in-force" in on and (answer := _in_force(claim, held.code)):
        yield "code-in-force", answer
    if "code-valid-for-payer" in on and (answer := _valid_for_payer(claim, held.code)):
        yield "code-valid-for-payer", answer
    if "unit-limit" in on:
        yield "unit-limit", _within_limit(claim, held)


def _in_force(claim: _Claim, code: str) -> _Answer | None:
    try:
        claim.rules.code(code)
    except UnknownCodeError:
        message = f"Whether {code} is in force on {claim.day} is not known: the catalogue does not hold it."
        return _Answer(EditOutcome.NO_DATA, (code,), message)
    except DateNotCoveredError:
        return _Answer(EditOutcome.NO_DATA, (code,), f"Whether {code} is in force on {claim.day} is not known.")
    except CodeNotInForceError as error:
        history = claim.rules.catalogue.lookup(code).history
        citations = tuple(dict.fromkeys(one for event in history for one in event.citations))
        if error.in_force_through is None or claim.day <= error.in_force_through:
            message, remedy = f"{code} begins on {error.in_force_from}.", "Use a code in force on the date of service."
            return _Answer(EditOutcome.APPLIES, (code,), message, remedy, citations=citations)
        instead = successors(code, on=claim.rules.rules_day, catalogue=claim.rules.catalogue)
        then = f"Use what took its place: {', '.join(instead)}." if instead else "No replacement is named."
        return _Answer(
            EditOutcome.APPLIES, (code,), f"{code} ended on {error.in_force_through}.", then, citations=citations
        )
    return None


def _valid_for_payer(claim: _Claim, code: str) -> _Answer | None:
    facts = claim.facts(code)
    if facts is None:
        return None
    if facts.medicare_status is None:
        message = f"What the fee schedule makes of {code} on {claim.day} is not known."
        return _Answer(EditOutcome.NO_DATA, (code,), message)
    why = _NOT_PAID.get(facts.medicare_status)
    if why is None:
        return None
    rule = claim.rules.rule("code-valid-for-payer")
    instead = dict(zip(rule.codes, rule.beside, strict=False)).get(code)
    remedy = (
        f"Use {instead}." if instead else "Take it off what is billed to this payer, or bill it as its status asks."
    )
    evidence = facts.evidence["medicare_status"]
    message = f"{code} has status {facts.medicare_status} on {claim.day}: it {why}."
    return _Answer(
        EditOutcome.APPLIES,
        (code,),
        message,
        remedy,
        citations=evidence.citations,
        unconfirmed=evidence.standing is Standing.UNCONFIRMED,
    )


def _reach(provenance: Provenance) -> str:
    return f"version {provenance.version}, which reaches dates of service through {provenance.covered_through}"


def _past(provenance: Provenance) -> str:
    return f" Unconfirmed for this date: {_reach(provenance)}."


# -- unit limits ------------------------------------------------------------------------------------------------------

_ADJUDICATED = {
    LimitIndicator.LINE: "each line by itself",
    LimitIndicator.DAY_POLICY: "all units of the day, by policy",
    LimitIndicator.DAY_CLINICAL: "all units of the day, by clinical judgment",
}

_NONE_ALLOWED = "Bill another code, where the other findings name one; the limit is no unit at all."

_OVER_LIMIT = {
    LimitIndicator.LINE: "Split the units over lines that modifiers tell apart, where that is what happened.",
    LimitIndicator.DAY_POLICY: "Bill no more than the limit; an appeal does not lift it.",
    LimitIndicator.DAY_CLINICAL: "Check the units; with a record that supports them they may be appealed.",
}


def _within_limit(claim: _Claim, held: _Held) -> _Answer:
    table = claim.rules.catalogue.table(f"{UNIT_LIMITS}-{claim.setting}", UnitLimit)
    if table is None:
        return _Answer(
            EditOutcome.NO_DATA, (held.code,), f"There is no table of unit limits for the {claim.setting} setting."
        )
    rows = table.of(held.code)
    about = table.provenance
    if not rows:
        message = (
            f"No unit limit of {held.code} was read ({_reach(about)}); a limit may be confidential or newer than that."
        )
        return _Answer(EditOutcome.NO_DATA, (held.code,), message, citations=about.citations)
    row, is_covered = _limit_on(rows, claim.day)
    confirmed = about.confirming(held.code)
    is_newer = confirmed is not None and row.effective_from > about.covered_through
    citations = confirmed.citations if confirmed is not None and is_newer else about.citations
    by_line = row.indicator is LimitIndicator.LINE
    largest = max(held.units) if by_line else sum(held.units)
    over = largest > row.units
    comparison = f"over the limit of {row.units}" if over else f"within the limit of {row.units}"
    many = f"{largest} {'unit' if largest == 1 else 'units'}"
    message = f"{held.code}: {many} {comparison} (indicator {row.indicator}: {_ADJUDICATED[row.indicator]})."
    if len(held.positions) < len(held.units):
        message += " Lines billed before for the same day are counted."
    if row.units == 0:
        message += " A limit of 0 means that the code is not covered, bundled or not usual in this setting."
    if not is_covered:
        read = f"it was read for {row.effective_from} through {row.effective_through}"
        version = confirmed.version if confirmed is not None and is_newer else about.version
        message += f" Unconfirmed for this date: version {version}, {read}."
        later = rows[-1]
        if later.effective_from > claim.day and (later.units, later.indicator) == (row.units, row.indicator):
            message += f" The same was read for {later.effective_from} through {later.effective_through}."
    lines = held.positions
    if over and by_line:
        lines = tuple(place for place, units in zip(held.positions, held.units, strict=False) if units > row.units)
    return _Answer(
        EditOutcome.APPLIES if over else EditOutcome.DOES_NOT_APPLY,
        (held.code,),
        message,
        (_OVER_LIMIT[row.indicator] if row.units else _NONE_ALLOWED) if over else "",
        citations=citations,
        unconfirmed=not is_covered,
        lines=lines,
    )


def _limit_on(rows: tuple[UnitLimit, ...], day: date) -> tuple[UnitLimit, bool]:
    """
    The limit for a day and whether it was read for it; else the last one read before, or the first there is.
    """
    nearest = rows[0]
    for row in rows:
        if row.effective_from <= day:
            nearest = row
    is_covered = nearest.effective_from <= day and (nearest.effective_through or date.max) >= day
    return nearest, is_covered


# -- edit pairs -------------------------------------------------------------------------------------------------------


class _Window(NamedTuple):
    """
    A window of a pair that holds on the day, and whether its first day leaves doubt.
    """

    row: EditPair
    is_doubtful: bool


def _of_pair(claim: _Claim, first: str, second: str) -> Iterator[_Found]:
    """
    The answer for two codes, where one of them at least is on the claim.
    """
    if claim.is_new(first, second):
        yield _finding(claim, "edit-pair", _pair(claim, first, second))


def _pair(claim: _Claim, first: str, second: str) -> _Answer:
    table = claim.rules.catalogue.table(f"{EDIT_PAIRS}-{claim.setting}", EditPair)
    if table is None:
        message = f"There is no table of edit pairs for the {claim.setting} setting."
        return _Answer(EditOutcome.NO_DATA, (first, second), message)
    listed = [rows for rows in (table.of(first, second), table.of(second, first)) if rows]
    for rows in listed:
        window = _window_on(rows, claim.day, table.provenance)
        if window is not None:
            return _live(claim, window, table.provenance)
    return _not_live(claim, (first, second), listed, table)


def _window_on(rows: tuple[EditPair, ...], day: date, about: Provenance) -> _Window | None:
    """
    The window that holds on a day; a first day that is not told lies after the window before.
    """
    after = date.min
    for row in rows:
        if not row.was_in_force:
            continue
        start, end = row.effective_from or after, row.effective_through or date.max
        if start <= day <= end:
            told = row.effective_from is not None and row.basis is not DateBasis.INFERRED
            return _Window(row, not (told or day >= (about.current_from or date.max)))
        after = end + _ONE_DAY if end < date.max else date.max
    return None


def _live(claim: _Claim, window: _Window, about: Provenance) -> _Answer:
    """
    The answer for a pair in force: resolved by a modifier on the claim, or not.
    """
    row = window.row
    codes = (row.column_one, row.column_two)
    confirmed = about.confirming(*codes) if row.confirmed_through else None
    limit = max(about.covered_through, row.confirmed_through or date.min, row.effective_through or date.min)
    message = f"{row.column_two} is column two beside {row.column_one} (indicator {row.indicator}), in force {row}."
    if claim.day > limit:
        message += _past(about)
    elif window.is_doubtful:
        message += f" Unconfirmed for this date: its first day is not told by version {about.version}."
    citations = about.citations + (confirmed.citations if confirmed else ())
    unconfirmed = claim.day > limit or window.is_doubtful
    if row.indicator is EditIndicator.NEVER:
        remedy = f"No modifier resolves it: bill one of the two; {row.column_two} is the one not paid."
        return _Answer(EditOutcome.APPLIES, codes, message, remedy, (), citations, unconfirmed)
    offered = claim.weights.offered
    one, two = claim.held[row.column_one], claim.held[row.column_two]
    if all(mine or yours for mine in one.marks for yours in two.marks):
        given = sorted({f"{mark} on {held.code}" for held in (one, two) for marks in held.marks for mark in marks})
        message += f" It is resolved by {' and '.join(given)}, if that is true."
        return _Answer(EditOutcome.DOES_NOT_APPLY, codes, message, "", offered, citations, unconfirmed)
    remedy = f"Where the two were distinct, put {_either(offered)} on either line; else {row.column_two} is not paid."
    return _Answer(EditOutcome.APPLIES, codes, message, remedy, offered, citations, unconfirmed)


def _either(modifiers: tuple[str, ...]) -> str:
    return " or ".join(filter(None, [", ".join(modifiers[:-1]), *modifiers[-1:]])) or "a modifier"


def _not_live(
    claim: _Claim, codes: tuple[str, str], listed: list[tuple[EditPair, ...]], table: Table[EditPair]
) -> _Answer:
    """
    The answer for a pair that is not in force, as far as the table reaches.
    """
    about = table.provenance
    rows = [row for of_pair in listed for row in of_pair]
    newer = about.confirming(*codes)
    limit = max(about.covered_through, newer.covered_through if newer else date.min)
    if rows and all(row.confirmed_through for row in rows):
        limit = max(limit, *(row.confirmed_through for row in rows if row.confirmed_through))
    citations = about.citations + (newer.citations if newer else ())
    if rows:
        codes = rows[0].column_one, rows[0].column_two
    pair = f"{codes[0]} and {codes[1]}"
    shown = "; ".join(
        f"{row} ({row.column_one}, {row.column_two}, indicator {row.indicator})" for row in rows if row.was_in_force
    )
    was = f"windows: {shown}" if shown else "listed without ever having been in force"
    if not about.covered_from <= claim.day <= limit:
        then = f"not in force by then ({was})" if rows else "not listed"
        message = f"Whether {pair} are an edit pair on {claim.day} is not known: {then} in {_reach(about)}."
        return _Answer(EditOutcome.NO_DATA, codes, message, citations=citations)
    if rows:
        doubtful = any(row.basis is DateBasis.INFERRED and claim.day < _start(row) for row in rows if row.was_in_force)
        message = f"{pair} are not an edit pair on {claim.day}; {was}."
        if doubtful:
            message += " Unconfirmed for this date: the first day of the later window is inferred."
        return _Answer(EditOutcome.DOES_NOT_APPLY, codes, message, citations=citations, unconfirmed=doubtful)
    if set(codes) <= table.codes and set(codes).isdisjoint(about.partners):
        message = (
            f"{pair} are not an edit pair on {claim.day}: version {about.version} holds both codes and no such pair."
        )
        return _Answer(EditOutcome.DOES_NOT_APPLY, codes, message, citations=citations)
    message = f"Whether {pair} are an edit pair is not known: the table (version {about.version}) does not reach them."
    return _Answer(EditOutcome.NO_DATA, codes, message, citations=citations)


def _start(row: EditPair) -> date:
    return row.effective_from or date.min


# -- rules about codes beside one another -----------------------------------------------------------------------------


def _of_rules(claim: _Claim) -> Iterator[_Found]:
    """
    What the rules say whose codes are on the claim, and those that look at every code.
    """
    touched = {name for code in claim.held for name in claim.weights.by_code.get(code, ())}
    for name in sorted(touched):
        for answer in _BESIDE[name](claim, claim.rules.rule(name)):
            if claim.is_new(*answer.codes):
                yield _finding(claim, name, answer)
    on = claim.weights.severity
    if "add-on-without-primary" in on:
        primaries: dict[str, tuple[str, ...]] = claim.rules.answers("primaries")
        for code, held in claim.held.items():
            names = primaries.get(code)
            if names is None:
                names = primaries[code] = _primaries(claim, code)
            if names and held.positions:
                yield _finding(claim, "add-on-without-primary", _primary(claim, code, names))
    if "evaluation-by-assistant" in on:
        for code, held in claim.held.items():
            marked = [not _ASSISTANT_MODIFIERS.isdisjoint(line.modifiers) for line in held.shown]
            if True in marked[: len(held.positions)]:
                yield from (_finding(claim, "evaluation-by-assistant", found) for found in _by_assistant(claim, code))


def _by_assistant(claim: _Claim, code: str) -> Iterator[_Answer]:
    held = claim.held[code]
    marked = [_ASSISTANT_MODIFIERS.intersection(line.modifiers) for line in held.shown]
    facts = claim.facts(code)
    if facts is None or facts.assistants is None:
        yield _Answer(EditOutcome.NO_DATA, (code,), f"Whether an assistant may furnish {code} is not known.")
        return
    if facts.assistants:
        return
    lines = tuple(place for place, found in zip(held.positions, marked, strict=False) if found)
    evidence = facts.evidence["assistants"]
    yield _Answer(
        EditOutcome.APPLIES,
        (code,),
        f"{code} carries {' and '.join(sorted(set().union(*marked)))}, and an assistant does not furnish it.",
        "Let a therapist furnish it, or take the modifier off where a therapist did.",
        citations=evidence.citations,
        unconfirmed=evidence.standing is Standing.UNCONFIRMED,
        lines=lines,
    )


def _primaries(claim: _Claim, code: str) -> tuple[str, ...]:
    """
    The primary codes of an add-on code: by its facts, or else by the table.
    """
    facts = claim.facts(code)
    listed = claim.rules.catalogue.add_on_pairs(code)
    return (facts.add_on_to if facts else None) or tuple(row.primary for row in listed)


def _primary(claim: _Claim, code: str, primaries: tuple[str, ...]) -> _Answer:
    """
    Whether a primary code of an add-on code is billed, that day or, for codes counted by the month, that month.
    """
    facts = claim.facts(code)
    table = claim.rules.catalogue.table(ADD_ON_PAIRS, AddOnPair)
    rows = table.of(code) if table is not None else ()
    evidence = facts.evidence.get("add_on_to") if facts else None
    about = table.provenance if table is not None else None
    citations = evidence.citations if evidence else about.citations if about else ()
    doubtful = evidence is None and about is not None and not about.covered_from <= claim.day <= about.covered_through
    later = _past(about) if doubtful and about is not None else ""
    unconfirmed = doubtful or (evidence is not None and evidence.standing is Standing.UNCONFIRMED)
    beside = claim.present(primaries) or _in_month(claim, facts, primaries)
    if beside:
        message = f"{code} is an add-on code and stands beside {', '.join(sorted(beside))}.{later}"
        return _Answer(
            EditOutcome.DOES_NOT_APPLY, (code, *sorted(beside)), message, citations=citations, unconfirmed=unconfirmed
        )
    names = ", ".join(primaries) if len(primaries) <= 10 else f"{', '.join(primaries[:10])} and others"
    if any(row.kind in (AddOnKind.OPEN, AddOnKind.PARTLY_LISTED) for row in rows):
        message = f"{code} is an add-on code without a listed primary code ({names}); contractors may accept others."
        return _Answer(EditOutcome.NO_DATA, (code,), message, "Ask the contractor.", citations=citations)
    message = f"{code} is an add-on code and none of its primary codes is billed that day: {names}.{later}"
    remedy = "Bill it beside its primary code, or not at all."
    return _Answer(EditOutcome.APPLIES, (code,), message, remedy, citations=citations, unconfirmed=unconfirmed)


def _in_month(claim: _Claim, facts: CodeFacts | None, primaries: tuple[str, ...]) -> list[str]:
    if facts is None or facts.unit_basis is not UnitBasis.MONTH_MINUTES:
        return []
    month = (claim.day.year, claim.day.month)
    return [
        past.code
        for past in claim.earlier
        if past.code in primaries and (past.date_of_service.year, past.date_of_service.month) == month
    ]


def _of_times(claim: _Claim, services: tuple[Service, ...]) -> Iterator[_Found]:
    """
    Minutes that two services claim, where the services tell their times.
    """
    name = "same-time-twice"
    if not services or name not in claim.weights.severity:
        return
    codes = tuple(sorted({service.code for service in services}))
    overlaps = find_overlaps(services, claim.rules)
    for one in overlaps:
        pair = tuple(sorted(set(one.codes)))
        remedy = "Correct the times, or bill the minutes once."
        yield _finding(claim, name, _Answer(EditOutcome.APPLIES, pair, one.sentence, remedy, citations=one.citations))
    if overlaps:
        return
    if any(service.start is None for service in services):
        message = "Whether minutes were billed twice is not known: not every service tells when it began and ended."
        yield _finding(claim, name, _Answer(EditOutcome.NO_DATA, codes, message, "Give the clock times."))
    else:
        message = "No two attended services claim the same minutes."
        yield _finding(claim, name, _Answer(EditOutcome.DOES_NOT_APPLY, codes, message))


_Check = Callable[[_Claim, Rule], Iterator[_Answer]]


def _evaluation_once(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    for group in (rule.codes, rule.beside):
        present = sorted(claim.present(group))
        if not present:
            continue
        number = sum(sum(claim.held[code].units) for code in present)
        codes = ", ".join(present)
        if number > 1:
            message = f"{number} evaluations or re-evaluations of one discipline on {claim.day}: {codes}."
            yield _Answer(EditOutcome.APPLIES, tuple(present), message, "Keep one unit of one of them.")
        else:
            message = f"One evaluation or re-evaluation of its discipline on {claim.day}: {codes}."
            yield _Answer(EditOutcome.DOES_NOT_APPLY, tuple(present), message)


def _two_disciplines(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    here, there = sorted(claim.present(rule.codes)), sorted(claim.present(rule.beside))
    if not (here and there):
        return
    codes = (*here, *there)
    pair = f"{', '.join(here)} and {', '.join(there)}"
    if claim.attested([AttestedFact.DISTINCT_PRACTITIONER], *codes):
        message = f"{pair} on {claim.day}, attested to be the work of two practitioners."
        yield _Answer(EditOutcome.DOES_NOT_APPLY, codes, message)
    else:
        message = f"{pair} on {claim.day}: right only when two practitioners gave them, which claim lines do not tell."
        yield _Answer(EditOutcome.APPLIES, codes, message, "Check who evaluated; attest distinct practitioners.")


def _per_episode(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    for group in (rule.codes, rule.beside):
        before = [past for past in claim.earlier if past.code in group]
        for code in claim.present(group):
            if not claim.has_history:
                message = (
                    f"Whether {code} is the first evaluation of its episode is not known: no earlier lines were given."
                )
                yield _Answer(EditOutcome.NO_DATA, (code,), message)
            elif before:
                last = max(before, key=lambda past: (past.date_of_service, past.code))
                message = (
                    f"{code} on {claim.day}, after {last.code} on {last.date_of_service}: once an episode of care."
                )
                remedy = "Bill a re-evaluation where it is one episode; a new episode has its own evaluation."
                yield _Answer(EditOutcome.APPLIES, (code,), message, remedy)
            else:
                message = f"{code} is the first evaluation in the lines that were given."
                yield _Answer(EditOutcome.DOES_NOT_APPLY, (code,), message)


def _routine(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    for code in claim.present(rule.codes):
        message = f"{code} on {claim.day} is right only where the patient's status changed; it is no routine service."
        remedy = "Let the record say what changed; where the edit pairs ask for it, 59 or XU goes on the re-evaluation."
        yield _Answer(EditOutcome.APPLIES, (code,), message, remedy)


def _same_specialty(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    """
    Codes that one specialty does not report together.
    """
    for one in sorted(claim.present(rule.codes)):
        for other in sorted(claim.present(rule.beside)):
            mine, yours = claim.disciplines(one), claim.disciplines(other)
            codes, pair = (one, other), f"{one} and {other}"
            if (mine & yours) - {None}:
                message = f"{pair} on {claim.day} under the same discipline."
                yield _Answer(EditOutcome.APPLIES, codes, message, "Keep one of the two.")
            elif None in mine | yours:
                message = f"{pair} on {claim.day}: whether one discipline gave both is not told."
                yield _Answer(EditOutcome.NO_DATA, codes, message, "State the discipline of each line.")
            else:
                message = f"{pair} on {claim.day} under different disciplines; the edit pairs may ask for a modifier."
                yield _Answer(EditOutcome.DOES_NOT_APPLY, codes, message)


def _slp_unbundled(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    beside = sorted(claim.present(rule.beside))
    if not beside:
        return
    for code in sorted(claim.present(rule.codes)):
        known = claim.disciplines(code)
        if Discipline.SLP in known:
            message = f"{code} under a speech-language pathology plan beside {', '.join(beside)} on {claim.day}."
            yield _Answer(
                EditOutcome.APPLIES, (code, *beside), message, f"Leave {code} off: it is part of the treatment."
            )
        elif None in known:
            message = f"{code} beside {', '.join(beside)}: whose plan of care it is under is not told."
            yield _Answer(EditOutcome.NO_DATA, (code, *beside), message, "State the discipline of each line.")


def _session_once(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    for code in claim.present(rule.codes):
        number = sum(claim.held[code].units)
        if number > 1:
            message = f"{number} units of {code} on {claim.day}; it stands for the session, whatever its minutes."
            yield _Answer(EditOutcome.APPLIES, (code,), message, "Bill one unit.")


def _separate_time(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    """
    Codes that share no minute.
    """
    beside = tuple(sorted(claim.present(rule.beside)))
    for code in claim.present(rule.codes):
        if not beside:
            continue
        pair = f"{code} beside {', '.join(beside)} on {claim.day}"
        if claim.attested([AttestedFact.DISTINCT_TIME, AttestedFact.DISTINCT_ENCOUNTER], code):
            message = f"{pair}, attested to be separate stretches of time."
            yield _Answer(EditOutcome.DOES_NOT_APPLY, (code, *beside), message)
        elif any(any(claim.held[one].marks) for one in (code, *beside)):
            message = f"{pair}; a modifier on one of them says that they were distinct, if that is true."
            yield _Answer(EditOutcome.DOES_NOT_APPLY, (code, *beside), message)
        else:
            message = f"{pair}: right only for separate stretches of time, which claim lines do not tell."
            yield _Answer(EditOutcome.APPLIES, (code, *beside), message, "Check the times; attest distinct time.")


def _same_region(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    """
    Codes that are not reported together for one region or wound.
    """
    for one in sorted(claim.present(rule.codes)):
        for other in sorted(claim.present(rule.beside)):
            mine, yours = claim.regions(one), claim.regions(other)
            codes, pair = (one, other), f"{one} and {other}"
            if (mine & yours) - {None}:
                message = f"{pair} on {claim.day} for the same region."
                yield _Answer(EditOutcome.APPLIES, codes, message, "Keep one of the two.")
            elif claim.attested(_DISTINCT, *codes) or None not in mine | yours:
                message = f"{pair} on {claim.day} for different regions; the edit pairs may ask for a modifier."
                yield _Answer(EditOutcome.DOES_NOT_APPLY, codes, message)
            else:
                message = f"{pair} on {claim.day}: whether both treated one region is not told."
                yield _Answer(EditOutcome.NO_DATA, codes, message, "State the region of each line.")


# -- rules that look back ---------------------------------------------------------------------------------------------


def _looking_back(
    claim: _Claim, code: str, group: Iterable[str], span: str, reaches: Callable[[date], bool]
) -> Iterator[_Answer]:
    """
    Whether any code of a group was billed before within a span that ends on the day.
    """
    group = tuple(group)
    number = sum(sum(claim.held[one].units) for one in claim.present(group))
    before = sorted(
        (past.date_of_service, past.code)
        for past in claim.earlier
        if past.code in group and reaches(past.date_of_service)
    )
    if number > 1:
        others = tuple(one for one in sorted(claim.present(group)) if one != code)
        message = f"{number} units of {', '.join((code, *others))} on {claim.day}: once {span}."
        yield _Answer(EditOutcome.APPLIES, (code, *others), message, "Bill one unit of one of them.")
    elif before:
        last, earlier = before[-1]
        message = f"{code} on {claim.day}, after {earlier} on {last}: once {span}."
        yield _Answer(EditOutcome.APPLIES, (code,), message, f"Bill it once {span}.")
    elif not claim.has_history:
        message = f"Whether {code} was billed before is not known: no earlier lines were given; once {span}."
        yield _Answer(EditOutcome.NO_DATA, (code,), message, "Give the lines billed before.")
    else:
        message = f"{code} on {claim.day} is the only one {span} in the lines that were given."
        yield _Answer(EditOutcome.DOES_NOT_APPLY, (code,), message)


def _setup_once(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    for code in claim.present(rule.codes):
        yield from _looking_back(claim, code, [code], "an episode of care", lambda _: True)


def _supply_once(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    since = claim.day - timedelta(days=_SUPPLY_DAYS - 1)
    for pair in zip(rule.codes, rule.beside, strict=True):
        for code in claim.present(pair)[:1]:
            yield from _looking_back(claim, code, pair, f"in {_SUPPLY_DAYS} days", lambda day: day >= since)


def _month_once(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    first = claim.day.replace(day=1)
    for code in claim.present(rule.codes)[:1]:
        yield from _looking_back(claim, code, rule.codes, "a calendar month", lambda day: day >= first)


def _seven_days(claim: _Claim, rule: Rule) -> Iterator[_Answer]:
    since = claim.day - timedelta(days=_SEVEN_DAYS)
    for code in claim.present(rule.codes):
        before = sorted(
            (past.date_of_service, past.code)
            for past in claim.earlier
            if past.code in rule.beside and past.date_of_service >= since
        )
        if before:
            last, earlier = before[-1]
            message = f"{code} on {claim.day}, after {earlier} on {last}. The policy asks for it; no authority does."
            yield _Answer(EditOutcome.APPLIES, (code,), message, "Ask the payer for its rule in writing.")
        elif not claim.has_history:
            message = f"What was billed in the seven days before {claim.day} is not known: no earlier lines were given."
            yield _Answer(EditOutcome.NO_DATA, (code,), message, "Give the lines billed before.")
        else:
            message = f"Nothing the rule names stands in the seven days before {claim.day}."
            yield _Answer(EditOutcome.DOES_NOT_APPLY, (code,), message)


_BESIDE: Mapping[str, _Check] = {
    "debridement-same-wound": _same_region,
    "evaluation-once": _evaluation_once,
    "evaluation-per-episode": _per_episode,
    "evaluation-two-disciplines": _two_disciplines,
    "evaluation-with-tests": _same_specialty,
    "group-and-individual": _separate_time,
    "manipulation-same-region": _same_region,
    "monitoring-month-once": _month_once,
    "monitoring-setup-once": _setup_once,
    "monitoring-supply-once": _supply_once,
    "neuromuscular-seven-days": _seven_days,
    "nonselective-debridement": _same_region,
    "re-evaluation-routine": _routine,
    "re-evaluation-with-orthotics": _same_specialty,
    "repositioning-included": _separate_time,
    "session-once": _session_once,
    "slp-unbundled": _slp_unbundled,
    "speech-with-cognitive": _same_specialty,
    "ultrasound-same-wound": _same_region,
}
"""Id of a check that speaks where the codes of its rule are billed -> how it is made."""

CHECKS = (
    *_BESIDE,
    "add-on-without-primary",
    "code-in-force",
    "code-valid-for-payer",
    "edit-pair",
    "evaluation-by-assistant",
    "same-time-twice",
    "unit-limit",
)
"""Id of every check; the last ones look at every code or every pair."""
