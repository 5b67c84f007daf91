"""
What stands behind a fact: sources, citations, dates and standing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from attrs import Factory, field, frozen


T = TypeVar("T")


class Standing(StrEnum):
    """
    How much weight a source carries, heaviest first; `unconfirmed` marks what nobody could check.
    """

    PRIMARY = "primary"
    CONTRACTOR = "contractor"
    PAYER = "payer"
    PROFESSIONAL = "professional"
    SECONDARY = "secondary"
    DISPUTED = "disputed"
    UNCONFIRMED = "unconfirmed"

    def outweighs(self, citations: Iterable[Citation]) -> bool:
        """
        Whether this standing is heavier than that of the heaviest citation.
        """
        return _BY_WEIGHT.index(self) < _BY_WEIGHT.index(_strongest(citations))


_BY_WEIGHT = tuple(Standing)


@frozen(kw_only=True, repr=False)
class Source:
    """
    A document in the form somebody read it.

    Attributes:
        id: stable id, as used in citations.
        title: what the document is called.
        publisher: who issued it.
        standing: what weight it carries.
        read_on: the day it was read.
        revision: which revision or edition was read, where it says.
        url: where it is published.
        note: how it was read, when not from the publisher's own page.
    """

    id: str
    title: str
    publisher: str
    standing: Standing
    read_on: date
    revision: str | None = None
    url: str | None = None
    note: str | None = None

    def __repr__(self) -> str:
        """
        Id, title and standing.
        """
        return f"<Source {self.id}: {self.title} ({self.standing})>"


@frozen(repr=False)
class Citation:
    """
    A place in a source: the document and where in it.
    """

    source: Source
    locator: str

    def __repr__(self) -> str:
        """
        The citation with its standing.
        """
        return f"<Citation {self} ({self.source.standing})>"

    def __str__(self) -> str:
        """
        The citation as a reader would write it.
        """
        return f"{self.source.title}, {self.locator}"


def _strongest(citations: Iterable[Citation]) -> Standing:
    """
    The standing of a statement is that of its heaviest citation.
    """
    return min((citation.source.standing for citation in citations), key=_BY_WEIGHT.index)


def _standing_from_citations(instance: HasCitations) -> Standing:
    """
    Default of the `standing` fields: read off the citations unless the data say otherwise.
    """
    return _strongest(instance.citations) if instance.citations else Standing.UNCONFIRMED


def _cited(_instance: object, _attribute: object, citations: tuple[Citation, ...]) -> None:
    if not citations:
        raise ValueError("needs at least one citation")


@frozen(kw_only=True)
class HasCitations:
    """
    What every statement of fact carries: its citations and its standing.

    Attributes:
        citations: where the statement can be read; never empty.
        standing: that of the heaviest citation, unless the data mark it down (`disputed`, `unconfirmed`).
    """

    citations: tuple[Citation, ...] = field(validator=_cited)
    standing: Standing = Factory(_standing_from_citations, takes_self=True)


@frozen(kw_only=True, repr=False)
class Statement(HasCitations):
    """
    One sentence of ours about a code, and what supports it.
    """

    text: str

    def __repr__(self) -> str:
        """
        The sentence with its standing.
        """
        return f"<{self.text} ({self.standing})>"

    def __str__(self) -> str:
        """
        The sentence.
        """
        return self.text

    def __contains__(self, words: str) -> bool:
        """
        Whether the sentence holds these words, in any case.
        """
        return words.casefold() in self.text.casefold()


@frozen(kw_only=True)
class HasDates(HasCitations):
    """
    What every dated fact carries.

    Attributes:
        effective_from: first date of service for which we vouch for the fact.
        effective_through: last date of service; absent while it holds.
        reviewed_on: the day a person last checked the sources.
        note: a remark for the reader.
    """

    effective_from: date
    effective_through: date | None = None
    reviewed_on: date
    note: str | None = None


@frozen(kw_only=True)
class Dated(HasDates, Generic[T]):
    """
    A value that holds between two dates of service.
    """

    value: T
