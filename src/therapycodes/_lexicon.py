"""
The words notes are read by: the parts of a text, and the terms of `data/reading.toml` among them.

A text is cut once, from the left to the right; a term is found by its first word, so that the work grows with the
length of the text and not faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from attrs import frozen

from ._loading import bundled_content, parse
from .catalogue import bundled
from .evidence import Citation
from .mention import Certainty, Context


FILE = "reading.toml"

JOINERS = frozenset("-/.'\N{RIGHT SINGLE QUOTATION MARK}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}")
"""Signs that may stand between the words of a term: "e-stim", "h/o", "min. assist"."""

_LONGEST_SHORT_FORM = 4
_PART = re.compile(
    r"(?P<break>\r\n|[\r\n\v\f\x85\u2028\u2029])|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<word>[^\W\d_]+)|(?P<sign>\S)"
)


class Part(NamedTuple):
    """
    One part of a text: a line break, a number, a word or a sign.

    Attributes:
        start: where it begins.
        end: where it ends.
        text: as written.
        word: in small letters without a plural "s", as terms are compared.
        kind: `"break"`, `"number"`, `"word"` or `"sign"`.
    """

    start: int
    end: int
    text: str
    word: str
    kind: str


def parts(text: str) -> list[Part]:
    """
    Cut a text into its parts; blanks only separate.
    """
    return [
        Part(found.start(), found.end(), found[0], _plain(found[0]), found.lastgroup or "sign")
        for found in _PART.finditer(text)
    ]


def _plain(word: str) -> str:
    small = word.casefold()
    return small[:-1] if len(small) > 3 and small[-1] == "s" and small[-2] not in "siu" else small


class Stands(StrEnum):
    """
    Where a cue stands beside what it speaks of; `either` is after it when something was just mentioned.
    """

    BEFORE = "before"
    AFTER = "after"
    EITHER = "either"


class Group(StrEnum):
    """
    What a term is for.
    """

    ASSISTANCE = "assistance"
    BREAKER = "breaker"
    CLOCK = "clock"
    CONTEXT = "context"
    CREDENTIAL = "credential"
    CUE = "cue"
    DATE = "date"
    HEADING = "heading"
    INTERVENTION = "intervention"
    MEASURE = "measure"
    MINUTES = "minutes"
    MONTH = "month"
    MOTION = "motion"
    PASSED_OVER = "passed-over"
    PERFORMER = "performer"
    PLAN = "plan"
    REGION = "region"
    RESPONSE = "response"
    SIDE = "side"
    SIGN = "sign"
    STRENGTH = "strength"
    UNIT = "unit"


@frozen(kw_only=True)
class Term:
    """
    A term of notes.

    Attributes:
        group: what it is for.
        name: its name in the closed vocabulary.
        certainty: how sure a mention by this spelling is.
        as_written: the exact spelling asked for, part by part; empty when case does not matter.
        codes: codes it may stand for.
        examines: whether an intervention examines and does not treat.
        moves: whether it is motion that is measured as well as trained.
        context: what it says of its surroundings, for cues, plans and headings.
        reach: how many parts a cue reaches.
        stands: where a cue stands beside what it speaks of.
        through_commas: whether a comma leaves the cue standing.
        line: whether a heading holds for its line only.
        units: units of a measure.
        needs_unit: whether a figure without a unit is none of this measure.
        most: the largest figure that can be.
    """

    group: Group
    name: str
    certainty: Certainty
    as_written: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    examines: bool = False
    moves: bool = False
    context: Context | None = None
    reach: int = 0
    stands: Stands = Stands.BEFORE
    through_commas: bool = False
    line: bool = False
    units: tuple[str, ...] = ()
    needs_unit: bool = False
    most: int = 0


@frozen(kw_only=True)
class Question:
    """
    What is asked of a text that does not answer it by itself.
    """

    id: str
    requirement: str
    message: str
    citations: tuple[Citation, ...]


@frozen(kw_only=True)
class Purpose:
    """
    What a code is for, in words notes use.

    Attributes:
        code: the code.
        requirement: id of the documentation requirement that asks for it.
        words: terms of its purpose.
        against: terms of purposes it does not serve.
        dose: whether sets and repetitions speak for it.
        with_skill: whether its purpose ends a question only together with a sign of skill.
        citations: where the purpose can be read.
    """

    code: str
    requirement: str
    words: tuple[tuple[str, ...], ...]
    against: tuple[tuple[str, ...], ...]
    dose: bool = False
    with_skill: bool = False
    citations: tuple[Citation, ...]


class SignKind(StrEnum):
    """
    What a sign speaks for.
    """

    PURPOSE = "purpose"
    AGAINST = "against"
    SKILL = "skill"
    ANSWER = "answer"
    AIM = "aim"


class Sign(NamedTuple):
    """
    A sign of a purpose, of skill, of the patient's answer or of an aim: the further words, its kind and the code.
    """

    further: tuple[str, ...]
    kind: SignKind
    code: str = ""


_Terms = Mapping[str, tuple[tuple[tuple[str, ...], Term], ...]]
_Found = dict[str, list[tuple[tuple[str, ...], Term]]]


@frozen
class Lexicon:
    """
    Every term, by its first word, and what judging needs.

    Attributes:
        terms: first word -> the further words of each term with it, longest first.
        headings: the same for the headings of a note.
        units: the same for units of figures.
        abbreviations: words after which a full stop ends no sentence.
        examinations: names of interventions that examine and do not treat.
        purposes: code -> what it is for.
        questions: id -> what is asked.
        signs: first word -> the signs of a purpose, of skill, of an answer or of an aim that begin with it.
    """

    terms: _Terms
    headings: _Terms
    units: _Terms
    abbreviations: frozenset[str]
    examinations: frozenset[str]
    purposes: Mapping[str, Purpose]
    questions: Mapping[str, Question]
    signs: Mapping[str, tuple[Sign, ...]]

    def term_at(self, read: Sequence[Part], at: int) -> tuple[Term, int] | None:
        """
        The longest term that begins at a part, and the part after it.
        """
        return _longest(self.terms, read, at)

    def unit_at(self, read: Sequence[Part], at: int) -> tuple[str, int] | None:
        """
        The unit of a figure that begins at a part, and the part after it.
        """
        found = _longest(self.units, read, at) if at < len(read) else None
        return None if found is None else (found[0].name, found[1])

    def heading_at(self, read: Sequence[Part], at: int) -> tuple[Term, int] | None:
        """
        The heading that begins at a part, and the part after its colon.
        """
        found = _longest(self.headings, read, at)
        if found is None or found[1] >= len(read) or read[found[1]].text != ":":
            return None
        return found[0], found[1] + 1


def _longest(terms: _Terms, read: Sequence[Part], at: int) -> tuple[Term, int] | None:
    for further, term in terms.get(read[at].word, ()):
        end = _matched(read, at, further)
        if end and (not term.as_written or term.as_written == _spelt(read, at, end)):
            return term, end
    return None


def _spelt(read: Sequence[Part], start: int, end: int) -> tuple[str, ...]:
    return tuple(part.text for part in read[start:end])


def _matched(read: Sequence[Part], at: int, further: Sequence[str]) -> int:
    """
    The part after a term whose first word stands at a part, or 0 when the others do not follow.
    """
    here = at
    for word in further:
        here += 1
        if here + 1 < len(read) and read[here].word != word and _joins(read, here):
            here += 1
        if here >= len(read) or read[here].word != word:
            return 0
    return here + 1


def _joins(read: Sequence[Part], at: int) -> bool:
    """
    Whether a sign stands between two words of one term; a full stop does after a short form only.
    """
    sign, before = read[at], read[at - 1]
    if sign.text not in JOINERS or before.end != sign.start:
        return False
    return sign.text != "." or len(before.text) <= _LONGEST_SHORT_FORM


def _split(term: str, *, whole: bool) -> tuple[str, ...]:
    return tuple(part.word for part in parts(term) if whole or part.text not in JOINERS)


def _longest_first(found: _Found) -> _Terms:
    return {
        first: tuple(sorted(entries, key=lambda one: (-len(one[0]), not one[1].as_written)))
        for first, entries in found.items()
    }


_LISTS = {
    "stated": Certainty.STATED,
    "written": Certainty.STATED,
    "likely": Certainty.LIKELY,
    "possible": Certainty.POSSIBLE,
}


def lexicon_from(content: bytes) -> Lexicon:
    """
    Read the words as people write them down.
    """
    table = parse(content, FILE)
    found: _Found = {}
    headings: _Found = {}
    units: _Found = {}
    special = {Group.HEADING: headings, Group.UNIT: units}
    for entry in table["terms"]:
        for spelling, term in _terms(entry):
            first, *further = _split(spelling, whole=bool(term.as_written))
            special.get(term.group, found).setdefault(first, []).append((tuple(further), term))
    judgment = table["judgment"]
    purposes = {entry["code"]: _purpose(entry) for entry in table["purposes"]}
    return Lexicon(
        terms=_longest_first(found),
        headings=_longest_first(headings),
        units=_longest_first(units),
        abbreviations=frozenset(table["abbreviations"]),
        examinations=frozenset(entry["name"] for entry in table["terms"] if entry.get("examines")),
        purposes=purposes,
        questions={entry["id"]: Question(**{**entry, **_cited(entry)}) for entry in judgment["questions"]},
        signs=_signs(judgment, purposes),
    )


def _terms(entry: Mapping[str, Any]) -> Iterable[tuple[str, Term]]:
    given = {name: value for name, value in entry.items() if name not in _LISTS}
    for name in ("codes", "units"):
        given[name] = tuple(given.get(name, ()))
    given["group"] = Group(given["group"])
    given["stands"] = Stands(given.get("stands", Stands.BEFORE))
    given["context"] = Context(given["context"]) if "context" in given else None
    for name, certainty in _LISTS.items():
        for spelling in entry.get(name, ()):
            exact = tuple(part.text for part in parts(spelling)) if name == "written" else ()
            yield spelling, Term(certainty=certainty, as_written=exact, **given)


def _purpose(entry: Mapping[str, Any]) -> Purpose:
    held = {**entry, **_cited(entry)}
    held["words"], held["against"] = _worded(entry["words"]), _worded(entry["against"])
    return Purpose(**held)


def _signs(judgment: Mapping[str, Any], purposes: Mapping[str, Purpose]) -> Mapping[str, tuple[Sign, ...]]:
    listed = [(term, SignKind.SKILL, "") for term in _worded(judgment["skill"])]
    listed += [(term, SignKind.ANSWER, "") for term in _worded(judgment["answers"])]
    listed += [(term, SignKind.AIM, "") for term in _worded(judgment["aims"])]
    for purpose in purposes.values():
        listed += [(term, SignKind.PURPOSE, purpose.code) for term in purpose.words]
        listed += [(term, SignKind.AGAINST, purpose.code) for term in purpose.against]
    found: dict[str, list[Sign]] = {}
    for (first, *further), kind, code in listed:
        found.setdefault(first, []).append(Sign(tuple(further), kind, code))
    return {first: tuple(signs) for first, signs in found.items()}


def _worded(terms: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.word for part in parts(term) if part.kind in ("word", "number")) for term in terms)


def _cited(entry: Mapping[str, Any]) -> dict[str, tuple[Citation, ...]]:
    sources = bundled().sources
    return {"citations": tuple(Citation(sources[one["source"]], one["locator"]) for one in entry["citations"])}


@cache
def bundled_lexicon() -> Lexicon:
    """
    The words the library brings, read once.
    """
    return lexicon_from(bundled_content(FILE))
