"""
Whether the modifiers of claim lines fit their codes, each other and the day: pure functions over the rules of one day.

What a modifier says, and what it may not stand beside, are data (`data/modifiers.toml`); the methods are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from attrs import evolve

from .code import CodeFacts, Discipline, TherapyDesignation
from .evidence import HasCitations
from .inputs import checked_sequence
from .modifier import AttestedFact, Modifier, ModifierGroup
from .policy import EditSeverity
from .record import Attestation
from .results import ClaimLine, EditFinding, EditOutcome, severity_of
from .ruleset import RuleSet


def modifier_findings(
    lines: Iterable[ClaimLine], rules: RuleSet, attestations: Iterable[Attestation] = ()
) -> tuple[EditFinding, ...]:
    """
    Say which modifiers of some claim lines do not fit, and which the data do not know.

    Each line is looked at by itself, so that the order of the lines changes nothing but their positions.
    What fits gives no finding.

    Args:
        lines: the claim lines.
        rules: the rules of the day.
        attestations: what the caller vouches for.

    Raises:
        InvalidInputError: something else than claim lines or attestations.

    Source:
        Medicare Claims Processing Manual, Pub. 100-04, chapter 5, sections 10.3.3 and 20.1; NCCI Policy Manual,
        chapter I, section E, and chapter XI; and what `data/modifiers.toml` cites.

    Example:
        >>> import therapycodes as tc
        >>> rules = tc.rules_on("2026-03-02")
        >>> [finding.id for finding in tc.modifier_findings([tc.ClaimLine("97110", 1, ["GO", "CQ"])], rules)]
        ['assistant-modifier-unpaired']
    """
    given = checked_sequence(ClaimLine, lines, "lines")
    vouched = checked_sequence(Attestation, attestations, "attestations")
    kept: dict[object, tuple[EditFinding, ...]] = rules.answers("findings on modifiers")
    found: list[EditFinding] = []
    for position, line in enumerate(given):
        stated = frozenset(one.fact for one in vouched if one.holds_for(line.code)) if vouched else _NOTHING
        shape = (position, line.code, line.modifiers, line.discipline, stated)
        own = kept.get(shape)
        if own is None:
            every = _of_line(position, line, rules, stated)
            own = tuple(one for one in every if rules.weight(one.id) is not EditSeverity.OFF)
            if len(kept) < _SHAPES_KEPT:
                kept[shape] = own
        found += own
    return tuple(found)


_SHAPES_KEPT = 4096
"""Kinds of lines whose findings are remembered; most lines of most claims are of a few kinds."""

_NOTHING: frozenset[AttestedFact] = frozenset()


class _Line(NamedTuple):
    """
    A claim line with what its code and its modifiers are on this day.
    """

    position: int
    line: ClaimLine
    rules: RuleSet
    facts: CodeFacts | None
    known: tuple[Modifier, ...]


def _of_line(position: int, line: ClaimLine, rules: RuleSet, stated: frozenset[AttestedFact]) -> Iterator[EditFinding]:
    known = tuple(modifier for name in line.modifiers if (modifier := rules.modifier(name)) is not None)
    at = _Line(position, line, rules, rules.code_if_in_force(line.code), known)
    if len(known) < len(line.modifiers):
        yield from _not_known(at)
    if len(set(line.modifiers)) < len(line.modifiers):
        twice = next(name for name in line.modifiers if line.modifiers.count(name) > 1)
        yield _finding(at, "modifier-repeated", f"carries {twice} more than once", "keep one of them")
    if rules.discipline_modifiers:
        yield from _discipline(at)
    for modifier in known:
        if rules.discipline_modifiers or modifier.group not in (ModifierGroup.DISCIPLINE, ModifierGroup.ASSISTANT):
            yield from _of_modifier(at, modifier)
    if len(known) > 1:
        yield from _exclusive(at)
    if rules.yearly_thresholds:
        yield from _threshold(at, stated)


def _not_known(at: _Line) -> Iterator[EditFinding]:
    for name in dict.fromkeys(at.line.modifiers):
        if at.rules.modifier(name) is not None:
            continue
        timeline = at.rules.catalogue.modifier_timeline(name)
        if not timeline:
            found = f"carries {name}, which these data do not hold"
            finding = _finding(at, "modifier-unknown", found, "look it up in the payer's manual")
            yield evolve(finding, outcome=EditOutcome.NO_DATA)
            continue
        first, last = timeline[0].effective_from, timeline[-1].effective_through
        window = f"from {first}" + (f" through {last}" if last else "")
        found = f"carries {name}, in force {window} and not on {at.rules.rules_day}"
        yield _finding(at, "modifier-not-in-force", found, f"take {name} off", timeline[0])


def _discipline(at: _Line) -> Iterator[EditFinding]:
    """
    GP, GO and GN against the code and against each other.
    """
    carried = {one.modifier: one.discipline for one in at.known if one.group is ModifierGroup.DISCIPLINE}
    names = " and ".join(carried)
    if len(carried) > 1:
        yield _finding(at, "discipline-modifier-several", f"carries {names}", "keep the one of the plan of care")
    if at.facts is None:
        return
    designation, fixed = at.facts.therapy_designation, at.facts.fixed_discipline
    if not carried and designation is TherapyDesignation.ALWAYS:
        found = "is an always-therapy code and carries none of GP, GO and GN"
        finding = _finding(at, "discipline-modifier-missing", found, "add that of the plan of care")
        if at.line.discipline is None and not at.line.modifiers:
            told = f"{at.line.code} needs GP, GO or GN; the line has neither modifiers nor a discipline yet."
            finding = evolve(finding, outcome=EditOutcome.NO_DATA, message=told)
        yield finding
    if carried and designation is TherapyDesignation.NONE:
        found = f"is on neither therapy list and carries {names}"
        finding = _finding(at, "discipline-modifier-off-list", found, f"take {names} off")
        yield evolve(finding, standing=at.facts.evidence["therapy_designation"].standing)
    stated = at.line.discipline
    if fixed is None and stated is not None and carried and stated not in carried.values():
        found = f"is a line of {stated} and carries {names}"
        yield _finding(at, "discipline-modifier-wrong", found, f"state the modifier of {stated}, or another discipline")
    if fixed is not None and any(discipline is not fixed for discipline in carried.values()):
        found = f"belongs to {fixed} and carries {names}"
        yield _finding(at, "discipline-modifier-wrong", found, f"state the modifier of {fixed}")


def _of_modifier(at: _Line, modifier: Modifier) -> Iterator[EditFinding]:
    """
    One modifier against its place, its code, its partner and the policy.
    """
    name, line = modifier.modifier, at.line
    place = line.modifiers.index(name) + 1
    if modifier.last_place is not None and place > modifier.last_place:
        remedy = f"one contractor reads it in the first {modifier.last_place} places only"
        yield _finding(at, "discipline-modifier-place", f"carries {name} in place {place}", remedy)
    if line.code in modifier.not_on:
        remedy = "report the service that the discipline furnishes, or the plan of care it stands under"
        yield _finding(at, "pt-ot-code-under-gn", f"is not reported under {name}", remedy)
    if modifier.only_on and line.code not in modifier.only_on:
        found = f"carries {name}, which stands on {', '.join(modifier.only_on)} only"
        yield _finding(at, "modifier-only-on", found, f"take {name} off", modifier)
    if modifier.beside is not None and modifier.beside not in line.modifiers:
        of_speech = any(one.discipline is Discipline.SLP for one in at.known)
        pair = f"set {modifier.beside}, or the assistant modifier of the plan of care"
        remedy = f"take {name} off: speech-language pathology has no assistant modifier" if of_speech else pair
        yield _finding(at, "assistant-modifier-unpaired", f"carries {name} without {modifier.beside}", remedy)
    if modifier.states and name not in at.rules.attested_modifiers:
        found = f"carries {name}, which this policy does not use"
        remedy = f"take {name} off, or look in the payer's manual"
        yield _finding(at, "modifier-not-in-use", found, remedy, at.rules.parameters["attested_modifiers"])


def _exclusive(at: _Line) -> Iterator[EditFinding]:
    """
    Modifiers that contradict each other; two disciplines have a finding of their own.
    """
    for one, other in combinations(at.known, 2):
        if one.group is ModifierGroup.DISCIPLINE is other.group:
            continue
        if other.modifier in one.excludes or one.modifier in other.excludes:
            says = one if other.modifier in one.excludes else other
            found = f"carries {one.modifier} and {other.modifier}, which exclude each other"
            yield _finding(at, "modifiers-exclusive", found, "keep the one that holds", says)


def _threshold(at: _Line, stated: frozenset[AttestedFact]) -> Iterator[EditFinding]:
    for modifier in at.known:
        if modifier.group is ModifierGroup.THRESHOLD and stated.isdisjoint(modifier.states):
            found = f"carries {modifier.modifier} without an attestation of necessity above the threshold"
            yield _finding(at, "kx-unattested", found, f"attest to it, or take {modifier.modifier} off")


def _finding(at: _Line, name: str, found: str, remedy: str, backed: HasCitations | None = None) -> EditFinding:
    """
    A finding on one line; `backed` is the dated entry behind it where that says more than the rule.
    """
    rule = at.rules.rule(name)
    says = backed or rule
    return EditFinding(
        id=name,
        outcome=EditOutcome.APPLIES,
        severity=severity_of(at.rules.weight(name)),
        codes=(at.line.code,),
        lines=(at.position,),
        message=f"{at.line.code} {found}.",
        remedy=remedy,
        citations=says.citations,
        standing=says.standing,
    )
