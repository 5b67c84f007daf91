"""
Every exception the library raises on purpose.

Each one has a single-line message that says what to do, keeps its facts as attributes, and survives pickling and
copying.
None repeats free text of the caller: it could identify a patient.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


__all__ = [
    "CodeNotInForceError",
    "DataError",
    "DateNotCoveredError",
    "InvalidInputError",
    "TherapyCodesError",
    "UnknownCodeError",
    "UnknownPolicyError",
]

_LOOKS_LIKE_A_CODE = re.compile(r"[A-Z]?[0-9]{3,5}[A-Z]?", re.ASCII)


class TherapyCodesError(Exception):
    """
    The root of all errors of this library.
    """

    def __repr__(self) -> str:
        """
        The kind of error and its message; the arguments may hold what the message hides.
        """
        return f"<{type(self).__name__}: {self}>"


class UnknownCodeError(TherapyCodesError, LookupError):
    """
    The catalogue has never heard of this code.

    Attributes:
        code: the code asked for.
        near: known codes that resemble it, nearest first.
    """

    def __init__(self, code: str, near: Sequence[str] = ()) -> None:
        self.code = code
        self.near = tuple(near)
        super().__init__(code, self.near)

    def __str__(self) -> str:
        shown = self.code if _LOOKS_LIKE_A_CODE.fullmatch(self.code) else "this code"
        if self.near:
            return f"{shown} is not in the catalogue; did you mean {' or '.join(self.near)}?"
        return f"{shown} is not in the catalogue; codes() lists what is"


class CodeNotInForceError(TherapyCodesError, LookupError):
    """
    The code is known, but was not in force on that date of service.

    Attributes:
        code: the code.
        date_of_service: the day asked for.
        in_force_from: first date of service, where known.
        in_force_through: last date of service, where it ended.
        replaced_by: the codes that took its place.
    """

    def __init__(
        self,
        code: str,
        date_of_service: date,
        in_force_from: date | None = None,
        in_force_through: date | None = None,
        replaced_by: Sequence[str] = (),
    ) -> None:
        self.code = code
        self.date_of_service = date_of_service
        self.in_force_from = in_force_from
        self.in_force_through = in_force_through
        self.replaced_by = tuple(replaced_by)
        super().__init__(code, date_of_service, in_force_from, in_force_through, self.replaced_by)

    def __str__(self) -> str:
        if self.in_force_through is None or self.date_of_service <= self.in_force_through:
            return f"{self.code} is not in force on {self.date_of_service}: it began on {self.in_force_from}"
        told = f"{self.code} is not in force on {self.date_of_service}: it ended on {self.in_force_through}"
        if not self.replaced_by:
            return told
        return f"{told}, replaced by {', '.join(self.replaced_by)}; successors() tells what holds later"


class UnknownPolicyError(TherapyCodesError, LookupError):
    """
    No bundled policy has this id.

    Attributes:
        policy: the id asked for.
        known: ids of the bundled policies.
    """

    def __init__(self, policy: str, known: Sequence[str] = ()) -> None:
        self.policy = policy
        self.known = tuple(known)
        super().__init__(policy, self.known)

    def __str__(self) -> str:
        return f"no policy has this id; choose one of {', '.join(self.known)}, or pass a Policy from load_policy()"


class DateNotCoveredError(TherapyCodesError, LookupError):
    """
    The data do not reach this date of service.

    Attributes:
        date_of_service: the day asked for.
        covered_from: first covered date of service.
        covered_through: last covered date of service.
        subject: what was asked for, such as `"rules"` or a code.
    """

    def __init__(
        self, date_of_service: date, covered_from: date | None, covered_through: date | None, subject: str = "rules"
    ) -> None:
        self.date_of_service = date_of_service
        self.covered_from = covered_from
        self.covered_through = covered_through
        self.subject = subject
        super().__init__(date_of_service, covered_from, covered_through, subject)

    def __str__(self) -> str:
        if self.covered_from is None or self.covered_through is None:
            return f"{self.subject}: no data for {self.date_of_service}"
        return (
            f"{self.subject}: {self.date_of_service} is not covered; "
            f"the data cover dates of service {self.covered_from} through {self.covered_through}"
        )


class InvalidInputError(TherapyCodesError, ValueError):
    """
    The caller's input is refused before any work is done.

    Attributes:
        field: path of the field at fault, such as `"services[0].minutes"`.
        problem: what is wrong with it.
        remedy: what to do.
    """

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        self.field = field
        self.problem = problem
        self.remedy = remedy
        super().__init__(field, problem, remedy)

    def __str__(self) -> str:
        return f"{self.field}: {self.problem}; {self.remedy}"


class DataError(TherapyCodesError):
    """
    Data files, bundled or the caller's own, do not load.

    Attributes:
        faults: every fault found, each as `file: problem @ path`.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        count = f"{len(self.faults)} fault{'s' if len(self.faults) != 1 else ''} in the data"
        return f"{count}, mend each of them: {' | '.join(self.faults)}"
