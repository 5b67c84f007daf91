"""
Clock times of a day's services: minutes that are claimed twice.

Clock times are optional; where they are given, two attended services of one patient must not fill the same minutes.
Nothing is taken off: an overlap is shown, and what is right is for whoever keeps the record.

Source: Medicare Claims Processing Manual, chapter 5, section 20.3: each 15 minutes a patient is treated count once,
however many people it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from enum import StrEnum
from typing import NamedTuple

from attrs import frozen

from .code import Attendance, CodeFacts, UnitBasis
from .evidence import Citation
from .periods import minutes_between
from .record import Service
from .ruleset import RuleSet


class OverlapKind(StrEnum):
    """
    Who furnished the minutes that overlap.

    `one-person` when both services name the same performer, who cannot have attended both; `same-minutes` otherwise.
    """

    ONE_PERSON = "one-person"
    SAME_MINUTES = "same-minutes"


@frozen(kw_only=True)
class Overlap:
    """
    Minutes of the patient that two attended services claim.

    Attributes:
        kind: whether one person is named for both.
        services: the positions of the two services, in the order given.
        codes: their codes.
        minutes: how many minutes they share.
        rule: id of the rule they touch.
        sentence: the overlap in words.
        citations: where it can be read that minutes count once.
    """

    kind: OverlapKind
    services: tuple[int, int]
    codes: tuple[str, str]
    minutes: int
    rule: str
    sentence: str
    citations: tuple[Citation, ...]

    def __str__(self) -> str:
        """
        The overlap in words.
        """
        return self.sentence


RULE = {OverlapKind.ONE_PERSON: "overlap-one-person", OverlapKind.SAME_MINUTES: "overlap-same-minutes"}

_ATTENDED = frozenset({Attendance.CONSTANT, Attendance.DIRECT_ONE_ON_ONE, Attendance.GROUP})


def find_overlaps(services: Sequence[Service], rules: RuleSet) -> tuple[Overlap, ...]:
    """
    Pairs of attended services of one patient whose clock times overlap.

    Supervised modalities may run beside anything, and services without clock times are not looked at.

    Args:
        services: the services of the day.
        rules: the rules of the day.

    Returns:
        One overlap for each pair, by time.

    Source:
        Medicare Claims Processing Manual, Pub. 100-04, chapter 5, section 20.3.

    Example:
        >>> import therapycodes as tc
        >>> from therapycodes.clock import find_overlaps
        >>> first = tc.Service("97110", start="09:00", end="09:20")
        >>> second = tc.Service("97140", start="09:15", end="09:30")
        >>> print(find_overlaps([first, second], tc.rules_on("2026-03-02"))[0])
        97110 and 97140 share 5 minutes, 09:15 to 09:20: the same minutes count once.
    """
    timed = sorted(_Slot(one.start, one.end, index, one) for index, one in enumerate(services) if one.start and one.end)
    attended = [slot for slot in timed if _is_attended(rules.code(slot.service.code))]
    found: list[Overlap] = []
    for number, slot in enumerate(attended):
        for other in attended[number + 1 :]:
            if other.start >= slot.end:
                break
            found.append(_overlap(slot, other, rules))
    return tuple(found)


class _Slot(NamedTuple):
    """
    A service with its clock times; slots sort by time, then by position.
    """

    start: time
    end: time
    position: int
    service: Service


def _is_attended(facts: CodeFacts) -> bool:
    if facts.attendance is None:
        return facts.unit_basis is UnitBasis.TIMED
    return facts.attendance in _ATTENDED


def _overlap(slot: _Slot, later: _Slot, rules: RuleSet) -> Overlap:
    end = min(slot.end, later.end)
    minutes = minutes_between(later.start, end)
    one_person = slot.service.performer is not None and slot.service.performer == later.service.performer
    kind = OverlapKind.ONE_PERSON if one_person else OverlapKind.SAME_MINUTES
    told = "one person cannot attend both" if one_person else "the same minutes count once"
    rule = RULE[kind]
    first, second = sorted((slot, later), key=lambda one: one.position)
    codes = (first.service.code, second.service.code)
    shared = f"{minutes} minute{'s' if minutes != 1 else ''}, {later.start:%H:%M} to {end:%H:%M}"
    return Overlap(
        kind=kind,
        services=(first.position, second.position),
        codes=codes,
        minutes=minutes,
        rule=rule,
        sentence=f"{codes[0]} and {codes[1]} share {shared}: {told}.",
        citations=rules.rule(rule).citations,
    )
