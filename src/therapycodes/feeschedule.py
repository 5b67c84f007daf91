"""
What the Physician Fee Schedule says of one code and of one place: relative values and geographic factors.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from attrs import Attribute, field, frozen

from .errors import InvalidInputError
from .inputs import checked_code


HIGHEST = Decimal(10_000)
"""No relative value and no factor comes near it: more is a slip of the hand, such as an amount in dollars."""


class CodeStatus(StrEnum):
    """
    The status code of a procedure code in the relative value file: what the fee schedule does with it.
    """

    ACTIVE = "A"
    BUNDLED = "B"
    CONTRACTOR_PRICED = "C"
    EXCLUDED_BY_REGULATION = "E"
    NOT_VALID = "I"
    NOT_COVERED = "N"
    BUNDLED_OR_EXCLUDED = "P"
    RESTRICTED = "R"
    INJECTION = "T"
    EXCLUDED_BY_STATUTE = "X"


def _amount(value: object, path: str) -> None:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise InvalidInputError(path, "not a Decimal", 'give a decimal.Decimal, such as Decimal("0.45")')
    if not 0 <= value <= HIGHEST:
        raise InvalidInputError(path, "out of range", f"give 0 through {HIGHEST}")


def _is_amount(_instance: object, attribute: Attribute[Decimal], value: object) -> None:
    _amount(value, attribute.name)


def _is_amount_or_none(_instance: object, attribute: Attribute[Decimal | None], value: object) -> None:
    if value is not None:
        _amount(value, attribute.name)


def _is_code(_instance: object, attribute: Attribute[str], value: object) -> None:
    checked_code(value, attribute.name)


def _status(value: str) -> CodeStatus:
    try:
        return CodeStatus(value)
    except ValueError:
        raise InvalidInputError("status", "not a status code", f"choose one of {', '.join(CodeStatus)}") from None


@frozen(kw_only=True)
class RelativeValue:
    """
    One row of a relative value file, or one of your own.

    A value is `None` where the file that was read does not hold it; that is not the same as 0.

    Attributes:
        code: the procedure code.
        status: the status code of the file, such as `"A"`.
        work: relative value of the work.
        nonfacility_pe: relative value of the practice expense outside a facility.
        facility_pe: relative value of the practice expense in a facility.
        mp: relative value of the malpractice expense.
        nonfacility_total: the sum outside a facility, where the file gives no parts.
        facility_total: the sum in a facility, where the file gives no parts.
        nonfacility_na: whether the file marks the service as rarely or never performed outside a facility.
        facility_na: whether the file marks it as rarely or never performed in a facility.
        multiple_procedure: the multiple procedure indicator; `"5"` stands for the therapy reduction.
        pc_tc: the professional and technical component indicator; `"7"` marks services of therapists.
        effective_from: first date of service.
        effective_through: last date of service.
        releases: the quarterly releases that were read with this value, such as `"25D"`; empty for your own.
    """

    KEY: ClassVar[tuple[str, ...]] = ("code",)

    code: str = field(validator=_is_code)
    status: CodeStatus = field(default=CodeStatus.ACTIVE, converter=_status)
    work: Decimal | None = field(default=None, validator=_is_amount_or_none)
    nonfacility_pe: Decimal | None = field(default=None, validator=_is_amount_or_none)
    facility_pe: Decimal | None = field(default=None, validator=_is_amount_or_none)
    mp: Decimal | None = field(default=None, validator=_is_amount_or_none)
    nonfacility_total: Decimal | None = field(default=None, validator=_is_amount_or_none)
    facility_total: Decimal | None = field(default=None, validator=_is_amount_or_none)
    nonfacility_na: bool = False
    facility_na: bool = False
    multiple_procedure: str | None = None
    pc_tc: str | None = None
    effective_from: date = date.min
    effective_through: date | None = None
    releases: str = ""

    def pe(self, *, facility: bool) -> Decimal | None:
        """
        The practice expense in a facility or outside one.
        """
        return self.facility_pe if facility else self.nonfacility_pe

    def total(self, *, facility: bool) -> Decimal | None:
        """
        The sum in a facility or outside one, where the file gives no parts.
        """
        return self.facility_total if facility else self.nonfacility_total

    def is_rare(self, *, facility: bool) -> bool:
        """
        Whether the file marks the service as rarely or never performed there.
        """
        return self.facility_na if facility else self.nonfacility_na

    def read_for(self, day: date) -> bool:
        """
        Whether the release of that day's quarter was read, or whether nothing says which were.
        """
        return not self.releases or f"{day.year % 100:02}{_QUARTER[(day.month - 1) // 3]}" in self.releases.split()


_QUARTER = "ABCD"
"""The letters of the releases of January, April, July and October."""


@frozen(kw_only=True)
class GeographicFactors:
    """
    The geographic practice cost indices of one place.

    Attributes:
        locality: `"<contractor>-<locality>"` or `"national"`; `None` for factors of your own.
        work: factor of the work, floor included where the law sets one.
        pe: factor of the practice expense.
        mp: factor of the malpractice expense.
        effective_from: first date of service.
        effective_through: last date of service.
    """

    KEY: ClassVar[tuple[str, ...]] = ("locality",)

    locality: str | None = None
    work: Decimal = field(validator=_is_amount)
    pe: Decimal = field(validator=_is_amount)
    mp: Decimal = field(validator=_is_amount)
    effective_from: date = date.min
    effective_through: date | None = None


NATIONAL = GeographicFactors(work=Decimal(1), pe=Decimal(1), mp=Decimal(1), locality="national")
"""The factors of the national amounts: 1 each, on every date."""
