"""
What a check over an episode answers, and the words and numbers all of them share.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from .errors import DataError
from .requirement import Requirement
from .results import Outcome


_DAYS_SHOWN = 6


class Clock(NamedTuple):
    """
    What is due, before it has its requirement: what, by when, how that was counted, and whether it is overdue.
    """

    what: str
    counting: str
    by: date | None = None
    treatment_days_left: int | None = None
    overdue: bool = False


class Answer(NamedTuple):
    """
    Outcome, sentence, the input it is about, and what is due.
    """

    outcome: Outcome
    message: str
    path: str | None = None
    due: Clock | None = None


def limit_of(requirement: Requirement, name: str) -> int:
    """
    A number that the check cannot do without; the check of the data tree asks for it too.
    """
    value: int | None = getattr(requirement, name)
    if value is None:
        raise DataError([f"documentation: {requirement.id} gives no {name} @ {name}"])
    return value


def listed(days: Sequence[date]) -> str:
    """
    The days in a row, cut short where they are many.
    """
    shown = ", ".join(str(day) for day in days[:_DAYS_SHOWN])
    left = len(days) - _DAYS_SHOWN
    return f"{shown} and {left} more" if left > 0 else shown


def counted(count: int, noun: str) -> str:
    """
    A number with its noun.
    """
    return f"{count} {noun}{'s' if count != 1 else ''}"
