"""
Two codes side by side: what they share, what differs, and which purpose decides between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from attrs import fields, frozen

from .catalogue import Catalogue, bundled
from .code import Code, CodeFacts, Facts
from .errors import InvalidInputError
from .evidence import Dated, HasDates, Statement
from .inputs import checked_code
from .notebook import ShowsItself
from .periods import parse_date


@frozen(kw_only=True, repr=False)
class ComparedFact:
    """
    One property of two codes.

    Attributes:
        name: the property, as in `Facts`, such as `"unit"`.
        first: its value for the first code; `None` when not known.
        second: its value for the second code; `None` when not known.
        first_evidence: the dated entry behind the first value, with its citations.
        second_evidence: the dated entry behind the second value, with its citations.
    """

    name: str
    first: object
    second: object
    first_evidence: HasDates | None = None
    second_evidence: HasDates | None = None

    def __repr__(self) -> str:
        """
        The property with its value, or with both.
        """
        if self.first == self.second:
            return f"<{self.name}: {_shown(self.first)}>"
        return f"<{self.name}: {_shown(self.first)} / {_shown(self.second)}>"


@frozen(kw_only=True, repr=False)
class DecidingPurpose(Statement):
    """
    What is documented about choosing between two codes.

    Attributes:
        stated_for: the code whose metadata say it.
        text: the difference that decides.
    """

    stated_for: str

    def __repr__(self) -> str:
        """
        The difference with its standing.
        """
        return f"<{self.stated_for}: {self.text} ({self.standing})>"


@frozen(kw_only=True, repr=False)
class Comparison(ShowsItself):
    """
    Two codes side by side.

    Attributes:
        first: one code.
        second: the other.
        first_day: the date of service its facts are read for; `None` when no fact of it is known.
        second_day: the same for the other code.
        shared: the facts that are equal.
        differing: the facts that differ.
        known_for_one: the facts known for one of the two only, which says nothing about the other.
        first_purpose: what the first code is for.
        second_purpose: what the second is for.
        decides: what the documents say of the choice; where they say nothing of this pair, the two purposes.
        is_documented: whether the documents speak of this pair.
    """

    first: Code
    second: Code
    first_day: date | None
    second_day: date | None
    shared: tuple[ComparedFact, ...]
    differing: tuple[ComparedFact, ...]
    known_for_one: tuple[ComparedFact, ...]
    first_purpose: Statement | None
    second_purpose: Statement | None
    decides: tuple[DecidingPurpose, ...]
    is_documented: bool

    def __repr__(self) -> str:
        """
        Both codes, how much they share, what differs, and what decides.
        """
        differing = ", ".join(repr(fact)[1:-1] for fact in self.differing) or "nothing"
        decides = f"; {self.decides[0]}" if self.decides else ""
        return (
            f"<Comparison {self.first.code} / {self.second.code}: {len(self.shared)} facts shared; "
            f"differing: {differing}{decides}>"
        )


def compare(
    first: str | Code,
    second: str | Code,
    *,
    on: date | str | None = None,
    catalogue: Catalogue | None = None,
) -> Comparison:
    """
    Put two codes side by side.

    Args:
        first: a code, as text or as `Code`.
        second: another code.
        on: the date of service; without it, each code is read on the last day its facts are vouched for.
        catalogue: where to look, if not in the bundled catalogue.

    Returns:
        What they share, what differs, and which documented purpose decides between them.

    Raises:
        InvalidInputError: not a code, twice the same one, or no date.
        UnknownCodeError: the catalogue has never heard of a code.
        CodeNotInForceError: a code is not in force on that date.
        DateNotCoveredError: the data do not reach that date.

    Example:
        >>> from therapycodes.comparison import compare
        >>> both = compare("97112", "97110", on="2026-03-02")
        >>> both.differing
        ()
        >>> both.is_documented
        True
    """
    known = catalogue or bundled()
    one, other = _code(first, "first", known), _code(second, "second", known)
    if one.code == other.code:
        raise InvalidInputError("second", "the same code as the first", "give two codes")
    day = None if on is None else parse_date(on, "on")
    here, there = _facts(one, day), _facts(other, day)
    compared = tuple(_compared(here, there))
    both = [fact for fact in compared if fact.first_evidence and fact.second_evidence]
    documented = (*_deciding(one, other), *_deciding(other, one))
    purposes = [
        DecidingPurpose(stated_for=code.code, text=purpose.text, citations=purpose.citations, standing=purpose.standing)
        for code in (one, other)
        if (purpose := code.metadata.purpose) is not None
    ]
    return Comparison(
        first=one,
        second=other,
        first_day=here.date_of_service if here else None,
        second_day=there.date_of_service if there else None,
        shared=tuple(fact for fact in both if fact.first == fact.second),
        differing=tuple(fact for fact in both if fact.first != fact.second),
        known_for_one=tuple(fact for fact in compared if fact not in both),
        first_purpose=one.metadata.purpose,
        second_purpose=other.metadata.purpose,
        decides=documented or tuple(purposes),
        is_documented=bool(documented),
    )


def _code(value: str | Code, path: str, catalogue: Catalogue) -> Code:
    return value if isinstance(value, Code) else catalogue.lookup(checked_code(value, path))


def _facts(code: Code, day: date | None) -> CodeFacts | None:
    """
    The facts on a day, or on the last day they are vouched for; `None` where none are known at all.
    """
    if day is not None:
        return code.on(day)
    last = _last_vouched(code)
    try:
        return None if last is None else code.on(last)
    except LookupError:
        return None


def _last_vouched(code: Code) -> date | None:
    ends = [code.covered.effective_through] if code.covered else []
    ends += [code.deleted.date] if code.deleted else []
    limit = min((end for end in ends if end is not None), default=date.max)
    entries: list[Dated[object]] = [entry for one in fields(Facts) for entry in getattr(code.facts, one.name)]
    return max((min(entry.effective_through or limit, limit) for entry in entries), default=None)


def _compared(first: CodeFacts | None, second: CodeFacts | None) -> Iterator[ComparedFact]:
    here: Mapping[str, HasDates] = first.evidence if first else {}
    there: Mapping[str, HasDates] = second.evidence if second else {}
    for entry in fields(Facts):
        if entry.name in here or entry.name in there:
            yield ComparedFact(
                name=entry.name,
                first=getattr(first, entry.name, None),
                second=getattr(second, entry.name, None),
                first_evidence=here.get(entry.name),
                second_evidence=there.get(entry.name),
            )


def _deciding(code: Code, other: Code) -> Iterator[DecidingPurpose]:
    for similar in code.metadata.similar:
        if similar.code == other.code:
            yield DecidingPurpose(
                stated_for=code.code, text=similar.text, citations=similar.citations, standing=similar.standing
            )


def _shown(value: object) -> str:
    if value is None:
        return "not known"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    basis = getattr(value, "basis", None)
    if basis is not None:
        minutes = getattr(value, "minutes", None)
        return f"{basis}, {minutes} minutes" if minutes else str(basis)
    return str(value)
