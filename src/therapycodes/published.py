"""
Tables that CMS publishes, as the package keeps them: one provenance, and rows found by their key.

The rows are classes of their own, one for each kind of table; a table makes a row when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_args, get_origin, get_type_hints

from attrs import evolve, fields, frozen

from .evidence import HasCitations
from .feeschedule import GeographicFactors, RelativeValue


class Setting(StrEnum):
    """
    The settings CMS publishes edits for.

    Attributes:
        PRACTITIONER: physicians and therapists in private practice.
        HOSPITAL: outpatient hospitals, and the institutions whose therapy claims pass through the same edits.
    """

    PRACTITIONER = "practitioner"
    HOSPITAL = "hospital"


class EditIndicator(StrEnum):
    """
    Whether a modifier may resolve an edit pair.

    Attributes:
        NEVER: no modifier resolves it.
        WITH_MODIFIER: a modifier resolves it where its meaning is true.
        DELETED: the pair was never in force; it ended on the day it began.
    """

    NEVER = "0"
    WITH_MODIFIER = "1"
    DELETED = "9"


class EditReason(StrEnum):
    """
    Why CMS has an edit pair, in codes of our own for its published categories.

    Attributes:
        STANDARDS: column two belongs to doing column one as practice has it.
        INSTRUCTION: an instruction for coding says so.
        MISUSE: column two stands for something else when it is given beside column one.
        EXCLUSIVE: the two cannot reasonably be done together.
        EXTENSIVE: column one is the more extensive service.
        SEPARATE: column two counts only when it stands alone.
        DEFINITION: the definition of the codes says so.
        ANESTHESIA: preparation and monitoring that belong to anesthesia.
    """

    STANDARDS = "S"
    INSTRUCTION = "I"
    MISUSE = "M"
    EXCLUSIVE = "X"
    EXTENSIVE = "E"
    SEPARATE = "P"
    DEFINITION = "D"
    ANESTHESIA = "A"


class DateBasis(StrEnum):
    """
    How the first day of an edit pair is known, where it is.

    Attributes:
        OBSERVED: read in a file of CMS.
        INFERRED: concluded from the file; the table's note says how.
    """

    OBSERVED = "observed"
    INFERRED = "inferred"


class LimitIndicator(StrEnum):
    """
    How a unit limit is adjudicated.

    Attributes:
        LINE: each claim line by itself.
        DAY_POLICY: all units of the day, by policy; absolute.
        DAY_CLINICAL: all units of the day, by clinical judgment; an appeal may succeed.
    """

    LINE = "1"
    DAY_POLICY = "2"
    DAY_CLINICAL = "3"


@frozen(kw_only=True)
class EditPair:
    """
    One window of an edit pair: column two is not paid beside column one.

    Attributes:
        column_one: the code that is paid.
        column_two: the code that is not, unless a modifier resolves the pair.
        indicator: whether a modifier may resolve it.
        effective_from: first date of service; `None` where the source does not tell it.
        effective_through: last date of service; `None` while it is in force.
        basis: how the first day is known.
        reason: why the pair exists.
        confirmed_through: the last date of service for which a newer release confirms the row.
    """

    KEY: ClassVar[tuple[str, ...]] = ("column_one", "column_two")

    column_one: str
    column_two: str
    indicator: EditIndicator
    effective_from: date | None
    effective_through: date | None
    basis: DateBasis | None
    reason: EditReason | None
    confirmed_through: date | None

    @property
    def was_in_force(self) -> bool:
        """
        Whether the window held any day at all.
        """
        return self.indicator is not EditIndicator.DELETED

    def __str__(self) -> str:
        """
        The window in words.
        """
        start = "from an unknown day" if self.effective_from is None else f"{self.effective_from}"
        if self.effective_through is None:
            return f"{start} on" if self.effective_from else start
        return f"{start} through {self.effective_through}"


@frozen(kw_only=True)
class UnitLimit:
    """
    The most units of a code that CMS takes for likely.

    Attributes:
        code: the code.
        units: the limit; 0 is a real value.
        indicator: how it is adjudicated.
        effective_from: first date of service for which the value was read.
        effective_through: last date of service for which it was read.
    """

    KEY: ClassVar[tuple[str, ...]] = ("code",)

    code: str
    units: int
    indicator: LimitIndicator
    effective_from: date
    effective_through: date | None

    was_in_force: ClassVar[bool] = True


class AddOnKind(StrEnum):
    """
    How the primary codes of an add-on code are settled.

    Attributes:
        LISTED: the list is complete.
        OPEN: contractors decide.
        PARTLY_LISTED: some are listed, contractors may accept more.
        NOT_TOLD: the source does not say.
    """

    LISTED = "1"
    OPEN = "2"
    PARTLY_LISTED = "3"
    NOT_TOLD = "0"


@frozen(kw_only=True)
class AddOnPair:
    """
    An add-on code and a primary code it may stand beside.

    Attributes:
        add_on: the add-on code.
        primary: one of its primary codes.
        kind: whether contractors may accept others.
    """

    KEY: ClassVar[tuple[str, ...]] = ("add_on",)

    add_on: str
    primary: str
    kind: AddOnKind


class Row(Protocol):
    """
    A row of a published table: an attrs class whose fields are the columns.
    """

    KEY: ClassVar[tuple[str, ...]]


R = TypeVar("R", bound=Row)

EDIT_PAIRS = "edit-pairs"
UNIT_LIMITS = "unit-limits"
ADD_ON_PAIRS = "add-on-pairs"
GEOGRAPHIC_FACTORS = "geographic-factors"
RELATIVE_VALUES = "relative-values"

KINDS: Mapping[str, type[Row]] = {
    ADD_ON_PAIRS: AddOnPair,
    **{f"{EDIT_PAIRS}-{setting}": EditPair for setting in Setting},
    GEOGRAPHIC_FACTORS: GeographicFactors,
    RELATIVE_VALUES: RelativeValue,
    **{f"{UNIT_LIMITS}-{setting}": UnitLimit for setting in Setting},
}
"""Name of a table -> the class of its rows; the file is called like the table."""


@frozen(kw_only=True)
class Confirmation(HasCitations):
    """
    A newer release that was read for some codes only and says the same.

    Attributes:
        version: that release.
        covered_through: the last date of service it supports.
        codes: the codes it was read for.
    """

    version: str
    covered_through: date
    codes: tuple[str, ...]


@frozen(kw_only=True)
class Provenance(HasCitations):
    """
    Where a table comes from and how far it reaches.

    Attributes:
        title: what it is.
        version: the release it was made from.
        covered_from: first date of service it supports.
        covered_through: last date of service it supports.
        current_from: first date of service for which this was the current release, where it is told.
        reviewed_on: the day a person last checked it against its source.
        written_by: the script that wrote it, or the loader that read it.
        confirmed: newer releases read for some codes only.
        partners: codes that stand in the table only beside others; their pairs that are not listed are not known.
        note: what a reader must know of it.
    """

    title: str
    version: str
    covered_from: date
    covered_through: date
    current_from: date | None = None
    reviewed_on: date
    written_by: str
    confirmed: tuple[Confirmation, ...] = ()
    partners: tuple[str, ...] = ()
    note: str | None = None

    def confirming(self, *codes: str) -> Confirmation | None:
        """
        The newest release that was read for all of these codes, if any.
        """
        found = [one for one in self.confirmed if set(codes) <= set(one.codes)]
        return max(found, key=lambda one: one.covered_through, default=None)


Cells = Sequence[str]
Read = Callable[[str], Any]


class Table(Generic[R]):
    """
    A published table: rows by key, made when first asked for.

    Args:
        name: what the table is called, one of `KINDS`.
        kind: the class of its rows.
        provenance: where it comes from.
        rows: the cells of each row, in the order of the class's fields.

    Example:
        >>> from therapycodes.catalogue import bundled
        >>> from therapycodes.published import EditPair
        >>> table = bundled().table("edit-pairs-practitioner", EditPair)
        >>> [row.indicator.value for row in table.of("97140", "97124")]
        ['0']
    """

    __slots__ = ("_cells", "_codes", "_made", "kind", "name", "provenance")

    def __init__(self, name: str, kind: type[R], provenance: Provenance, rows: Iterable[Cells]) -> None:
        self.name = name
        self.kind = kind
        self.provenance = provenance
        self._made: dict[tuple[str, ...], tuple[R, ...]] = {}
        self._codes: frozenset[str] | None = None
        self._cells: dict[tuple[str, ...], list[Cells]] = {}
        places = [columns(kind).index(column) for column in kind.KEY]
        for cells in rows:
            self._cells.setdefault(tuple([cells[place] for place in places]), []).append(cells)

    def __repr__(self) -> str:
        """
        The table with its version and how far it reaches.
        """
        return f"<Table {self.name}, version {self.provenance.version}, through {self.provenance.covered_through}>"

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._cells.values())

    def __iter__(self) -> Iterator[R]:
        for key in self._cells:
            yield from self.of(*key)

    def of(self, *key: str) -> tuple[R, ...]:
        """
        The rows of a key, in the order of the file; none where it is not listed.
        """
        made = self._made.get(key)
        if made is None:
            made = tuple(built(self.kind, cells) for cells in self._cells.get(key, ()))
            if made:
                self._made[key] = made
        return made

    def cells(self) -> Iterator[Cells]:
        """
        The rows as they stand in the file.
        """
        for rows in self._cells.values():
            yield from rows

    def keys(self) -> frozenset[tuple[str, ...]]:
        """
        Every key there is.
        """
        return frozenset(self._cells)

    def over(self, older: Table[R]) -> Table[R]:
        """
        The table with what an older one says of the days before it.

        Only for rows that say from which day they hold; a release of edit pairs holds their whole history itself.
        """
        names = columns(self.kind)
        first, last = names.index("effective_from"), names.index("effective_through")
        start = self.provenance.covered_from
        before = (start - timedelta(days=1)).isoformat()
        earlier = [
            [*cells[:last], min(cells[last] or before, before), *cells[last + 1 :]]
            for rows in older._cells.values()
            for cells in rows
            if cells[first] < start.isoformat()
        ]
        provenance = evolve(
            self.provenance,
            covered_from=min(start, older.provenance.covered_from),
            citations=tuple(dict.fromkeys(self.provenance.citations + older.provenance.citations)),
            confirmed=older.provenance.confirmed,
        )
        newer = [cells for rows in self._cells.values() for cells in rows]
        return Table(self.name, self.kind, provenance, [*earlier, *newer])

    @property
    def codes(self) -> frozenset[str]:
        """
        Everything that stands in a key.
        """
        if self._codes is None:
            self._codes = frozenset(part for key in self._cells for part in key)
        return self._codes


# -- cells ------------------------------------------------------------------------------------------------------------


def columns(kind: type[Row]) -> tuple[str, ...]:
    """
    The columns of a kind of table.
    """
    return tuple(_readers(kind))


def built(kind: type[R], cells: Cells) -> R:
    """
    A row of its cells.

    Raises:
        ValueError: a cell that does not fit its column.
    """
    read = _readers(kind)
    return kind(**{name: read[name](cell) for name, cell in zip(read, cells, strict=True)})


def cell_faults(kind: type[Row], cells: Cells) -> Iterator[tuple[str, str]]:
    """
    Column and problem of each cell that does not fit.
    """
    for (name, read), cell in zip(_readers(kind).items(), cells, strict=True):
        try:
            read(cell)
        except ValueError as fault:
            yield name, str(fault)


@cache
def _readers(kind: type[Row]) -> Mapping[str, Read]:
    hints = get_type_hints(kind)
    return {attribute.name: _reader(hints[attribute.name]) for attribute in fields(kind)}  # type: ignore[arg-type]


def _reader(hint: Any) -> Read:
    if (get_origin(hint) or hint) is UnionType:
        read = _reader(next(option for option in get_args(hint) if option is not NoneType))
        return lambda cell: read(cell) if cell else None
    if issubclass(hint, Enum):
        return _member_reader(hint)
    return _CELL[hint]


def _member_reader(kind: type[Enum]) -> Read:
    members = {str(member.value): member for member in kind}

    def read(cell: str) -> Enum:
        try:
            return members[cell]
        except KeyError:
            raise ValueError(f"not one of {', '.join(members)}") from None

    return read


def _text(cell: str) -> str:
    if not cell or cell != cell.strip():
        raise ValueError("empty, or with blanks around it")
    return cell


def _whole(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit()):
        raise ValueError("not a whole number")
    return int(cell)


def _amount(cell: str) -> Decimal:
    try:
        amount = Decimal(cell)
    except InvalidOperation:
        raise ValueError("not an amount") from None
    if not amount.is_finite():
        raise ValueError("not an amount")
    return amount


def _day(cell: str) -> date:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        day = None
    if day is None or day.isoformat() != cell:
        raise ValueError("not a date in the form YYYY-MM-DD")
    return day


def _mark(cell: str) -> bool:
    if cell not in ("", "yes"):
        raise ValueError("neither yes nor empty")
    return bool(cell)


_CELL: Mapping[type, Read] = {bool: _mark, str: _text, int: _whole, Decimal: _amount, date: _day}
