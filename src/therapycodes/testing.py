"""
An invented catalogue and invented visits, for your own tests and demonstrations.

No code, payer, amount or document here is real, and none can be taken for real: the codes begin with ZZ, which no code
system uses.
Tests that rest on it do not change when a real rule does, and pages that show it teach nobody a wrong fact.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ._loading import DataFiles, bundled_root
from .catalogue import Catalogue
from .code import Discipline
from .documents import FurnishedBy, Intervention, Note, Signature
from .errors import InvalidInputError
from .record import Service, Visit


if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["synthetic_catalogue", "synthetic_services", "synthetic_visit"]

MOST_SERVICES = 1000
"""Most services made in one call."""

T = TypeVar("T")


@cache
def synthetic_catalogue() -> Catalogue:
    """
    A catalogue of invented codes, laid out and checked like the bundled one.

    It covers 2020 through 2026 and holds the policies `medicare-part-b`, an invented stand-in that is used when none is
    named, and `invented-plan`, which counts each code by itself from 2024.

    Returns:
        The same catalogue each time; nothing is read until it is asked something.

    Example:
        >>> from therapycodes.testing import synthetic_catalogue
        >>> catalogue = synthetic_catalogue()
        >>> catalogue.lookup("ZZ011").replaced_by
        ('ZZ012',)
        >>> catalogue.rules_on("2026-03-02", "invented-plan").unit_method.value
        'midpoint'
    """
    return Catalogue(DataFiles(bundled_root("data_synthetic")), (synthetic_catalogue, ()))


def synthetic_services(seed: int, count: int = 4) -> tuple[Service, ...]:
    """
    Invented services of one discipline, in force on every covered day.

    Args:
        seed: the same seed gives the same services, on every machine and every Python.
        count: how many, from 0 to 1000; several may name one code.

    Raises:
        InvalidInputError: a seed or count that is no such whole number.

    Example:
        >>> from therapycodes.testing import synthetic_services
        >>> synthetic_services(1, 2) == synthetic_services(1, 2)
        True
    """
    if not _is_whole(count) or not 0 <= count <= MOST_SERVICES:
        raise InvalidInputError("count", "not a number of services", f"give a whole number from 0 to {MOST_SERVICES}")
    draw = _Draw(seed)
    return draw.services(draw.one_of(tuple(Discipline)), count)


def synthetic_visit(seed: int) -> Visit:
    """
    An invented visit, with a treatment note that is sometimes complete and sometimes not.

    It is meant for `synthetic_catalogue`; the bundled catalogue does not know its codes.

    Args:
        seed: the same seed gives the same visit, on every machine and every Python.

    Raises:
        InvalidInputError: a seed that is no whole number.

    Example:
        >>> import therapycodes as tc
        >>> from therapycodes.testing import synthetic_catalogue, synthetic_visit
        >>> visit = synthetic_visit(7)
        >>> visit == synthetic_visit(7)
        True
        >>> tc.review(visit, catalogue=synthetic_catalogue()).visit is visit
        True
    """
    draw = _Draw(seed)
    discipline = draw.one_of(tuple(Discipline))
    services = draw.services(discipline, draw.number(1, 5))
    day = f"{draw.number(2020, 2026)}-{draw.number(1, 12):02}-{draw.number(1, 28):02}"
    policy = draw.one_of(("medicare-part-b", "invented-plan"))
    note = draw.note(day, services) if draw.chance(0.8) else None
    return Visit(day, services, discipline=discipline, policy=policy, note=note)


class _Kind(NamedTuple):
    """
    What a made-up service needs to be valid.
    """

    code: str
    disciplines: str
    is_timed: bool = False
    amount: int | None = None


_KINDS = (
    _Kind("ZZ001", "PT OT", is_timed=True),
    _Kind("ZZ002", "PT", is_timed=True),
    _Kind("ZZ003", "OT", is_timed=True),
    _Kind("ZZ004", "OT SLP", is_timed=True),
    _Kind("ZZ006", "PT"),
    _Kind("ZZ007", "OT"),
    _Kind("ZZ008", "SLP"),
    _Kind("ZZ009", "PT OT SLP"),
    _Kind("ZZ010", "PT OT SLP"),
    _Kind("ZZ013", "PT OT", is_timed=True),
    _Kind("ZZ014", "PT", amount=60),
    _Kind("ZZ016", "SLP", is_timed=True),
)
"""The invented codes that are in force on every covered day, the add-ons left out."""

_ASSISTED = frozenset({"ZZ001", "ZZ002", "ZZ003"})


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class _Draw:
    """
    Draws made with `Random.random` alone: the one method whose sequence Python promises to keep for a seed.
    """

    def __init__(self, seed: int) -> None:
        if not _is_whole(seed):
            raise InvalidInputError("seed", "not a whole number", "give an int")
        self._random = Random(seed)  # noqa: S311 - nothing secret is drawn

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def number(self, least: int, most: int) -> int:
        return least + int(self._random.random() * (most - least + 1))

    def one_of(self, options: Sequence[T]) -> T:
        return options[self.number(0, len(options) - 1)]

    def services(self, discipline: Discipline, count: int) -> tuple[Service, ...]:
        own = [kind for kind in _KINDS if discipline in kind.disciplines.split()]
        return tuple(self._service(self.one_of(own), discipline) for _ in range(count))

    def _service(self, kind: _Kind, discipline: Discipline) -> Service:
        minutes = self.number(3, 50) if kind.is_timed or self.chance(0.5) else None
        amount = None if kind.amount is None else self.number(1, kind.amount)
        by_assistant = kind.code in _ASSISTED and self.chance(0.25)
        furnished_by = FurnishedBy.ASSISTANT if by_assistant else FurnishedBy.THERAPIST
        return Service(kind.code, minutes, amount=amount, furnished_by=furnished_by, discipline=discipline)

    def note(self, day: str, services: tuple[Service, ...]) -> Note:
        timed = {kind.code for kind in _KINDS if kind.is_timed}
        total = sum(one.minutes or 0 for one in services)
        return Note(
            "treatment-note",
            day,
            interventions=[
                Intervention("An invented intervention.", code=one.code, minutes=one.minutes)
                for one in services
                if self.chance(0.9)
            ],
            total_treatment_minutes=total if self.chance(0.8) else None,
            total_timed_code_treatment_minutes=sum(one.minutes or 0 for one in services if one.code in timed),
            signature=Signature("An invented name", "PT") if self.chance(0.8) else None,
        )
