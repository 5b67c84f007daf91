"""
The same services under each way of counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import field, frozen

from .catalogue import Catalogue, bundled
from .frozenmap import FrozenMap
from .inputs import checked_choice
from .notebook import ShowsItself
from .policy import Policy, UnitMethod
from .record import Service
from .results import Units
from .units import UnitCount, count_units


@frozen(kw_only=True)
class MethodDifference:
    """
    A code that the methods count differently.

    Attributes:
        code: the code.
        units: method -> units of the code.
        reasons: method -> why this many, in a sentence.
    """

    code: str
    units: Mapping[UnitMethod, Units]
    reasons: Mapping[UnitMethod, str] = field(repr=False)


@frozen(kw_only=True)
class MethodComparison(ShowsItself):
    """
    One day's services counted by several methods; it shows what differs and recommends none.

    Which method holds is for the payer to say: `used_by` names the bundled policies that decide for it.

    Attributes:
        date_of_service: the day.
        counts: method -> the count, with lines and trace.
        used_by: method -> ids of the bundled policies that use it that day.
        differences: the codes whose units differ.
    """

    date_of_service: date
    counts: Mapping[UnitMethod, UnitCount] = field(repr=False)
    used_by: Mapping[UnitMethod, tuple[str, ...]] = field(repr=False)
    differences: tuple[MethodDifference, ...]

    def __getitem__(self, method: str) -> UnitCount:
        """
        The count by one method.
        """
        return self.counts[checked_choice(UnitMethod, method, "method")]

    @property
    def agree(self) -> bool:
        """
        Whether every method counts the same units.
        """
        return not self.differences

    @property
    def timed_units(self) -> Mapping[UnitMethod, Units]:
        """
        Method -> units of all timed codes.
        """
        return FrozenMap({method: count.timed_units for method, count in self.counts.items()})


def compare_methods(
    services: Iterable[Service],
    *,
    on: date | str,
    policy: str | Policy = "medicare-part-b",
    prefer: Sequence[str] = (),
    catalogue: Catalogue | None = None,
) -> MethodComparison:
    """
    Count the same services by each method, and show what differs and why.

    Args:
        services: what was furnished.
        on: the date of service.
        policy: the policy whose other choices (assistants, pooling) hold for every method.
        prefer: codes to favor where a method leaves a choice.
        catalogue: where codes and rules come from, if not the bundled catalogue.

    Raises:
        InvalidInputError: input that `count_units` refuses.
        UnknownPolicyError, DateNotCoveredError: as in `rules_on`.

    Example:
        >>> import therapycodes as tc
        >>> day = [tc.Service(code, 8) for code in ("97110", "97112", "97140")]
        >>> compared = tc.compare_methods(day, on="2026-03-02")
        >>> compared["total-time"].timed_units, compared["midpoint"].timed_units
        (2, 3)
    """
    known = catalogue or bundled()
    rules = known.rules_on(on, policy)
    given = tuple(services)
    own = rules.unit_method
    counts = {
        method: count_units(given, rules if method is own else rules.choosing(unit_method=method), prefer=prefer)
        for method in UnitMethod
    }
    codes = dict.fromkeys(code for count in counts.values() for code in count.units)
    differences = tuple(
        _difference(code, counts) for code in codes if len({count.units.get(code, 0) for count in counts.values()}) > 1
    )
    return MethodComparison(
        date_of_service=rules.date_of_service,
        counts=FrozenMap(counts),
        used_by=FrozenMap({method: _users(method, rules.date_of_service, known) for method in counts}),
        differences=differences,
    )


def _difference(code: str, counts: Mapping[UnitMethod, UnitCount]) -> MethodDifference:
    lines = {method: [line for line in count.lines if line.code == code] for method, count in counts.items()}
    return MethodDifference(
        code=code,
        units=FrozenMap({method: count.units.get(code, 0) for method, count in counts.items()}),
        reasons=FrozenMap({method: "; ".join(line.reason for line in own) for method, own in lines.items() if own}),
    )


def _users(method: UnitMethod, day: date, catalogue: Catalogue) -> tuple[str, ...]:
    """
    The policies of a catalogue that count this way on a day; those that say nothing of that day are left out.
    """
    found = []
    for name in catalogue.policies():
        try:
            rules = catalogue.rules_on(day, name)
        except LookupError:
            continue
        if rules.unit_method is method:
            found.append(name)
    return tuple(found)
