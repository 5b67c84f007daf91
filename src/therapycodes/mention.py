"""
What was read in the text of a note, as frozen values that hold where it stands and not how it is worded.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from attrs import frozen


class MentionKind(StrEnum):
    """
    What a mention is about.

    Attributes:
        DATE: a calendar date; `name` says of what: `service`, `signed`, `other`, or nothing.
        MINUTES: whole minutes; `name` says which: `timed-total`, `treatment-total`, `untimed-total`, `not-treatment`,
            `intervention`, or nothing.
        CLOCK_TIME: a time of day, `value` as `"09:45"`; `name` is `in`, `out`, or nothing.
        INTERVENTION: what was done, with the codes it may stand for.
        CODE: a procedure code as written, with its units as `value` and its modifiers.
        REGION: a body region, with its side.
        ASSISTANCE: a level of assistance.
        CUE: a kind of cue.
        MEASURE: an instrument or quantity with value and unit.
        RESPONSE: how the patient answered.
        PLAN: what comes next.
        SIGNATURE: a signature line; `name` is the credential, the second span the signer's name.
        PERFORMER: somebody else who took part, by profession or role.
    """

    DATE = "date"
    MINUTES = "minutes"
    CLOCK_TIME = "clock-time"
    INTERVENTION = "intervention"
    CODE = "code"
    REGION = "region"
    ASSISTANCE = "assistance"
    CUE = "cue"
    MEASURE = "measure"
    RESPONSE = "response"
    PLAN = "plan"
    SIGNATURE = "signature"
    PERFORMER = "performer"


class Certainty(StrEnum):
    """
    How sure the reading of a mention is.

    Attributes:
        STATED: the text says so with a label or in full.
        LIKELY: the usual meaning of the words.
        POSSIBLE: one of several meanings.
    """

    STATED = "stated"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Context(StrEnum):
    """
    What the text says a mention is about; only `today` is said to have happened.

    Attributes:
        TODAY: of this visit, as far as nothing speaks against it.
        NEGATED: said not to be, or not to have been done.
        PAST: of an earlier visit or of the history.
        PLANNED: of a later visit.
        AIM: a goal or a purpose.
        HOME: of the home program.
    """

    TODAY = "today"
    NEGATED = "negated"
    PAST = "past"
    PLANNED = "planned"
    AIM = "aim"
    HOME = "home"


Span = tuple[int, int]
"""Where something stands in a text: the first character, and the one after the last."""


@frozen(kw_only=True, repr=False)
class Mention:
    """
    One thing a text mentions.

    Attributes:
        kind: what it is about.
        spans: where it stands; the first is the mention, further ones are parts of it.
        certainty: how sure the reading is.
        context: whether it is said of today.
        name: a word of the closed vocabulary, such as `"timed-total"` or `"shoulder"`; may be empty.
        value: the number, date or normalized text, where there is one.
        unit: the unit of the value.
        out_of: the largest score, where the text says it.
        codes: the codes it may stand for, or the code written.
        modifiers: modifiers written beside a code.
        side: `"right"`, `"left"` or `"both"`, of a region.
    """

    kind: MentionKind
    spans: tuple[Span, ...]
    certainty: Certainty
    context: Context = Context.TODAY
    name: str = ""
    value: int | Decimal | date | str | None = None
    unit: str | None = None
    out_of: int | None = None
    codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    side: str | None = None

    def __repr__(self) -> str:
        """
        Kind, place, certainty and context; nothing of what the text says.
        """
        start, end = self.span
        return f"<{self.kind} at {start}:{end}, {self.certainty}, {self.context}>"

    @property
    def span(self) -> Span:
        """
        Where the mention stands.
        """
        return self.spans[0]

    @property
    def summary(self) -> str:
        """
        The normalized values in a few words, such as `"right shoulder"` or `"berg 42/56 points"`.
        """
        score = "" if self.value is None else str(self.value)
        score += f"/{self.out_of}" if self.out_of is not None else ""
        return " ".join(filter(None, (self.side, self.name, score, self.unit, *self.codes, *self.modifiers)))

    @property
    def is_of_today(self) -> bool:
        """
        Whether the text says it of this visit.
        """
        return self.context is Context.TODAY
