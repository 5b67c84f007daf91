"""
What took the place of an ended code, and what a code took the place of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from .catalogue import Catalogue, bundled
from .code import Code
from .inputs import checked_code


def successors(
    code: str | Code, *, on: date | str | None = None, catalogue: Catalogue | None = None
) -> tuple[str, ...]:
    """
    The codes to use instead of a code on a date of service.

    Replacements that have ended themselves are followed further, as far as the confirmed history goes.

    Args:
        code: a code, in force or not.
        on: the date of service; without it the codes that have not ended.
        catalogue: whose history to follow, if not the bundled catalogue's.

    Returns:
        The code itself where it is in force; else what replaced it, in the order of the history; nothing where the
        code had not begun, or where no replacement is named.

    Raises:
        InvalidInputError: not a code, or no date.
        UnknownCodeError: the catalogue has never heard of the code.

    Example:
        >>> from therapycodes.succession import successors
        >>> successors("97532", on="2018-06-01")
        ('97127', 'G0515')
        >>> successors("97532", on="2020-06-01")
        ('97129', '97130')
        >>> successors("97532", on="2017-06-01")
        ('97532',)
    """
    known = catalogue or bundled()
    day = None if on is None else known.covered_day(on, back_to_histories=True)
    start = known.lookup(_name(code))

    def following(name: str) -> Iterable[str]:
        one = known.lookup(name)
        return one.replaced_by if one.deleted and (day is None or day > one.deleted.date) else ()

    reached = (start.code, *_reached(start.code, following))
    return tuple(name for name in reached if _in_force(known.lookup(name), day))


def predecessors(code: str | Code, *, catalogue: Catalogue | None = None) -> tuple[str, ...]:
    """
    The codes a code took the place of, directly or through others in between.

    Args:
        code: a code, in force or not.
        catalogue: whose history to follow, if not the bundled catalogue's.

    Returns:
        The nearest first, each once; sorted among equals.

    Raises:
        InvalidInputError: not a code.
        UnknownCodeError: the catalogue has never heard of the code.

    Example:
        >>> from therapycodes.succession import predecessors
        >>> predecessors("97129")
        ('97127', 'G0515', '97532')
    """
    known = catalogue or bundled()
    start = known.lookup(_name(code))
    replaced: dict[str, list[str]] = {}
    for other in known.codes():
        for name in other.replaced_by:
            replaced.setdefault(name, []).append(other.code)
    return _reached(start.code, lambda name: replaced.get(name, ()))


def _name(code: str | Code) -> str:
    return code.code if isinstance(code, Code) else checked_code(code)


def _in_force(code: Code, day: date | None) -> bool:
    return code.deleted is None if day is None else code.in_force_on(day)


def _reached(start: str, following: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """
    Everything that can be reached from a start, the nearest first; a circle ends where it closes.
    """
    seen = {start: None}
    waiting = [start]
    while waiting:
        found = [name for one in waiting for name in following(one)]
        waiting = [name for name in dict.fromkeys(found) if name not in seen]
        seen |= dict.fromkeys(waiting)
    return tuple(seen)[1:]
