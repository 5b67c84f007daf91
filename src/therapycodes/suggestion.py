"""
Which codes a documented purpose speaks for, and what speaks against their neighbors.

The purpose decides; equipment and movement are weak evidence.
Payment, units and relative values are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date

from attrs import evolve, frozen

from ._index import ADD_ON, ASSESSES, ENDED, NO_SERVICE, THERAPY, Index, assesses, index_of, stem, words
from .catalogue import Catalogue, bundled
from .code import Code, Discipline
from .evidence import HasCitations, Statement
from .inputs import checked_choice
from .retrieval import (
    Concept,
    Match,
    checked_limit,
    checked_text,
    concepts,
    furnished_by,
    known_in_force,
    matched,
    most_possible,
)


_CAME_BEFORE = re.compile(
    r"\b(?:after|following|because|since|due to|despite|s/p|status post)\b.*?(?=[.,;:]|\b(?:to|so|by|using|with)\b|$)",
    re.IGNORECASE | re.DOTALL,
)
_WEAK_WORD = 0.3
_OTHER_INTENT = 0.4
_UNMARKED = 0.5
_OPPOSITE = 0.5
_BACKGROUND = 0.5
_ADDED_ON = 0.8
_NOT_FOR_THERAPY = 0.85
_LEAST = 0.15
_RULED_OUT_BELOW = 0.7
_SHOWN_STATEMENTS = 3
_DECISIVE = frozenset({"label", "purpose", "indications", "benefits", "distinction"})


@frozen(kw_only=True, repr=False)
class RuledOut(HasCitations):
    """
    A close code that this purpose does not speak for.

    Attributes:
        code: the other code.
        reason: the difference that decides, from the metadata of one of the two.
    """

    code: str
    reason: str

    def __repr__(self) -> str:
        """
        The other code and the reason.
        """
        return f"<{self.code} ruled out: {self.reason}>"


@frozen(kw_only=True, repr=False)
class Suggestion:
    """
    A code whose documented purpose resembles the one given.

    Attributes:
        code: the code.
        score: from 0.0 to 1.0, the share of the given purpose that the code's own covers; never a probability.
        reason: which words agree, and where.
        supported_by: what the code's metadata say that agrees: the purpose, then what shares most words.
        ruled_out: close codes the purpose speaks for less, each with the difference that decides.
    """

    code: Code
    score: float
    reason: str
    supported_by: tuple[Statement, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()

    def __repr__(self) -> str:
        """
        The code with its label, score, reason and what it rules out.
        """
        others = ", ".join(other.code for other in self.ruled_out)
        against = f"; rules out {others}" if others else ""
        return f"<Suggestion {self.code.code} {self.code.label!r} {self.score:.2f}: {self.reason}{against}>"


def suggest(
    purpose_text: str,
    *,
    on: date | str | None = None,
    discipline: str | None = None,
    limit: int = 5,
    catalogue: Catalogue | None = None,
) -> tuple[Suggestion, ...]:
    """
    Rank codes by how well their documented purpose answers the purpose of a service.

    What a service is for decides between close codes; the equipment and the movement, which several codes share,
    count little.
    A suggestion is a question to the clinician who knows the patient, never a verdict about billing.

    Args:
        purpose_text: what the service was meant to achieve, in the clinician's words.
        on: the date of service; only codes in force that day are suggested, without it those that have not ended.
        discipline: suggest only what this discipline furnishes: `"PT"`, `"OT"` or `"SLP"`.
        limit: how many suggestions at most.
        catalogue: where to look, if not in the bundled catalogue.

    Returns:
        The suggestions, best first; none when the text says too little about a purpose.

    Raises:
        InvalidInputError: no text, more than 1,000 characters, an unknown discipline, no date or no limit.

    Example:
        >>> from therapycodes.suggestion import suggest
        >>> best = suggest("improve standing balance and coordination")[0]
        >>> best.code.code
        '97112'
        >>> "97110" in [other.code for other in best.ruled_out]
        True
    """
    text = checked_text(purpose_text, "purpose_text")
    wanted = None if discipline is None else checked_choice(Discipline, discipline, "discipline")
    limit = checked_limit(limit)
    index = index_of(catalogue)
    known = catalogue or bundled()
    day = None if on is None else known.covered_day(on, back_to_histories=True)
    scores, matches = _scores(text, day, index)
    chosen: list[tuple[Code, Match]] = []
    for position in sorted(scores, key=lambda at: (-scores[at], at)):
        code = known.lookup(index.codes[position])
        if known_in_force(code, day) and furnished_by(code, wanted, day):
            chosen.append((code, matches[position]))
            if len(chosen) == limit:
                break
    by_code = {index.codes[position]: score for position, score in scores.items()}
    return tuple(
        Suggestion(
            code=code,
            score=round(by_code[code.code], 3),
            reason=_reason(match, index),
            supported_by=_supporting(code, match),
            ruled_out=tuple(_ruled_out(code, by_code, [other for other, _ in chosen], day, known)),
        )
        for code, match in chosen
    )


def _scores(text: str, day: date | None, index: Index) -> tuple[dict[int, float], dict[int, Match]]:
    """
    What each code with enough evidence scores, and how it matches.
    """
    asked = _asked(text, index)
    assessing = assesses(text, index.vocabulary)
    matches = matched(asked, index.purposes, index, weak=_WEAK_WORD)
    ideal = most_possible(asked, index.purposes)
    named = {root for concept in asked for way, _ in concept.ways for root in way}
    scores: dict[int, float] = {}
    for position, match in matches.items():
        flags = index.flags[position]
        score = min(1.0, match.score / ideal)
        score *= 1.0 if assessing == bool(flags & ASSESSES) else _OTHER_INTENT
        score *= _plausible(index.labels[position], named, index)
        score *= _ADDED_ON if flags & ADD_ON else 1.0
        score *= 1.0 if flags & THERAPY else _NOT_FOR_THERAPY
        left_out = flags & NO_SERVICE or (day is None and flags & ENDED)
        if score >= _LEAST and not left_out and _says_purpose(match, index):
            scores[position] = score
    return scores, matches


def _asked(text: str, index: Index) -> tuple[Concept, ...]:
    """
    What the text asks for; what merely came before, such as "after surgery", counts less.
    """
    filler = index.vocabulary.filler
    aims = concepts(_CAME_BEFORE.sub(" , ", text), index, passing_over=filler)
    known = {concept.ways for concept in aims}
    before = concepts(" , ".join(_CAME_BEFORE.findall(text)), index, passing_over=filler)
    return (*aims, *(evolve(concept, weight=_BACKGROUND) for concept in before if concept.ways not in known))


def _plausible(label: frozenset[str], named: AbstractSet[str], index: Index) -> float:
    """
    Doubt in a code whose label names what the text does not, or the opposite of what it does.
    """
    marks = label & index.vocabulary.marks
    doubt = _UNMARKED if marks and not marks & named else 1.0
    excluded = (said in named and other in label for said, other in index.vocabulary.opposites if said not in label)
    return doubt * (_OPPOSITE if any(excluded) else 1.0)


def _says_purpose(match: Match, index: Index) -> bool:
    """
    Whether a word that tells codes apart, spelt as it should be, stands where the code says what it is for.
    """
    telling = match.found.keys() - index.vocabulary.weak - match.corrected
    return any(match.found[root] in _DECISIVE for root in telling)


def _reason(match: Match, index: Index) -> str:
    by_place: dict[str, list[str]] = {}
    for root, place in match.found.items():
        by_place.setdefault(place, []).append(index.word(root))
    where = {"distinction": "what other codes say of it"}
    return "; ".join(f"{where.get(place, place)}: {', '.join(found)}" for place, found in by_place.items())


def _supporting(code: Code, match: Match) -> tuple[Statement, ...]:
    """
    The statements that share words with the text: the purpose first, then those that share most.
    """
    metadata = code.metadata
    shared = [
        (statement is metadata.purpose, len(held), statement)
        for statement in (metadata.purpose, *metadata.indications, *metadata.benefits, *metadata.techniques)
        if statement and (held := match.found.keys() & {stem(word) for word in words(statement.text)})
    ]
    shared.sort(key=lambda one: one[:2], reverse=True)
    return tuple(statement for _, _, statement in shared[:_SHOWN_STATEMENTS])


def _ruled_out(
    code: Code, scores: Mapping[str, float], chosen: Iterable[Code], day: date | None, catalogue: Catalogue
) -> Iterator[RuledOut]:
    """
    The close codes that score clearly less, and why they are others.
    """
    own = scores[code.code]
    said: dict[str, Statement] = {}
    for other in code.metadata.similar:
        said.setdefault(other.code, other)
    for neighbor in chosen:
        for statement in (*neighbor.metadata.similar, *neighbor.metadata.not_supported_by):
            if neighbor is not code and code.code in (getattr(statement, "code", ""), *_named(statement.text)):
                said.setdefault(neighbor.code, statement)
    for name, statement in sorted(said.items(), key=lambda one: -scores.get(one[0], 0.0)):
        lower = scores.get(name, 0.0) < own * _RULED_OUT_BELOW
        if lower and name in catalogue.code_names and known_in_force(catalogue.lookup(name), day):
            yield RuledOut(code=name, reason=statement.text, citations=statement.citations, standing=statement.standing)


def _named(text: str) -> list[str]:
    return [word.upper() for word in words(text)]
