"""
Finding codes by words, abbreviations, prefixes and ranges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from attrs import Factory, define, frozen

from ._index import ADD_ON, ENDED, Index, flags_of, index_of, stem, unpacked, words
from .catalogue import Catalogue, bundled
from .code import Code, Discipline, EventKind
from .errors import CodeNotInForceError, DateNotCoveredError, InvalidInputError
from .inputs import checked_choice


LONGEST_TEXT = 1000

_CODE = re.compile(r"\b[A-Z]?[0-9]{4,5}[A-Z]?\b", re.ASCII | re.IGNORECASE)
_RANGE = re.compile(
    r"\b([A-Z]?[0-9]{4}[0-9A-Z])\s*(?:-|\N{EN DASH}|\bto\b)\s*([A-Z]?[0-9]{4}[0-9A-Z])\b", re.IGNORECASE
)
_PREFIX = re.compile(r"\b([A-Z]?[0-9]{1,4})\*", re.ASCII | re.IGNORECASE)
_ONLY_A_PREFIX = re.compile(r"\s*([A-Z][0-9]{1,3}|[0-9]{2,4})\s*", re.ASCII | re.IGNORECASE)

_EXPANDED = 0.9
_MISSPELT = 0.8
_NOT_NOW = 0.4
_ADDED_ON = 0.9
_WHERE = {
    "distinction": "what other codes say of it",
    "similar": "its neighboring codes",
}


@frozen(kw_only=True, repr=False)
class SearchHit:
    """
    A code that was found.

    Attributes:
        code: the code.
        score: from 0.0 to 1.0, the share of what was asked for; only good for comparing hits of one search.
        why: what was found and where, in short phrases; the first says when the code has ended.
    """

    code: Code
    score: float
    why: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """
        The code with its label, score and reasons.
        """
        return f"<SearchHit {self.code.code} {self.code.label!r} {self.score:.2f}: {'; '.join(self.why)}>"


@frozen(kw_only=True)
class Concept:
    """
    One thing asked for: a word or term of the caller's, and the ways in which the metadata may put it.

    Attributes:
        ways: lists of stems, each with how much it is worth.
        corrected: whether the word was read as another one.
        weight: what it counts for.
    """

    ways: tuple[tuple[tuple[str, ...], float], ...]
    corrected: bool = False
    weight: float = 1.0


@define
class Match:
    """
    How one code answers a text.
    """

    score: float = 0.0
    concepts: int = 0
    found: dict[str, str] = Factory(dict)
    corrected: set[str] = Factory(set)


def checked_text(value: object, path: str = "text") -> str:
    """
    Text to search with.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidInputError(path, "no text", "give one or more words, or a code")
    if len(value) > LONGEST_TEXT:
        raise InvalidInputError(path, "too long", f"give at most {LONGEST_TEXT} characters")
    return value


def checked_limit(value: object) -> int:
    """
    How many answers are wanted.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidInputError("limit", "not a number of answers", "give a whole number of 1 or more")
    return value


def known_in_force(code: Code, day: date | None) -> bool:
    """
    Whether a code was in force on a day, or is now when no day is given, as far as its history and facts tell.
    """
    ended = any(event.kind is EventKind.DELETED for event in code.history)
    last = code.covered.effective_through if code.covered else None
    try:
        code.on(day or last or date.max)
    except CodeNotInForceError:
        return False
    except DateNotCoveredError as gap:
        return code.deleted is not None or (gap.covered_from is not None and not ended)
    return True


def furnished_by(code: Code, discipline: Discipline | None, day: date | None) -> bool:
    """
    Whether a discipline furnishes a code, on a day where the data tell it for that day.
    """
    if discipline is None:
        return True
    series = code.facts.disciplines
    that_day = [
        entry for entry in series if day and entry.effective_from <= day and day <= (entry.effective_through or day)
    ]
    return any(discipline in entry.value for entry in that_day or series)


def search(
    text: str,
    *,
    on: date | str | None = None,
    discipline: str | None = None,
    limit: int = 10,
    catalogue: Catalogue | None = None,
) -> tuple[SearchHit, ...]:
    """
    Find codes by what they are for, what is done, an abbreviation, or their number.

    Words count most in the label, then in purpose, techniques, indications and examples.
    Lay terms and abbreviations are understood, and misspelt words are read as the nearest known one.
    What a code does not support never helps it.

    Args:
        text: words, a code, the beginning of codes (`"9716*"`), or a range (`"97161-97168"`).
        on: keep the codes in force on this date of service; without it, ended codes rank lower.
        discipline: keep those this discipline furnishes: `"PT"`, `"OT"` or `"SLP"`.
        limit: how many hits at most.
        catalogue: where to look, if not in the bundled catalogue.

    Returns:
        The hits, best first.

    Raises:
        InvalidInputError: no text, more than 1,000 characters, an unknown discipline, no date or no limit.

    Example:
        >>> from therapycodes.retrieval import search
        >>> [hit.code.code for hit in search("hot pack", limit=1)]
        ['97010']
    """
    text = checked_text(text)
    wanted = None if discipline is None else checked_choice(Discipline, discipline, "discipline")
    limit = checked_limit(limit)
    index = index_of(catalogue)
    known = catalogue or bundled()
    day = None if on is None else known.covered_day(on, back_to_histories=True)
    by_number, rest = _numbers(text, index)
    asked = concepts(rest, index)
    matches = matched(asked, index.search, index)
    ideal = most_possible(asked, index.search)
    ranked: dict[int, float] = dict.fromkeys(by_number, 1.0)
    for position, match in matches.items():
        share = match.score / ideal * (0.5 + 0.5 * match.concepts / len(asked))
        ranked[position] = ranked.get(position, 0.0) + share * (_ADDED_ON if index.flags[position] & ADD_ON else 1.0)
    if day is None:
        ranked = {at: score * (_NOT_NOW if index.flags[at] & ENDED else 1.0) for at, score in ranked.items()}
    best = max(1.0, *ranked.values()) if ranked else 1.0
    hits: list[SearchHit] = []
    for position in sorted(ranked, key=lambda at: (-ranked[at], at)):
        code = known.lookup(index.codes[position])
        if (day is None or known_in_force(code, day)) and furnished_by(code, wanted, day):
            reasons = ["its number was asked for"] if position in by_number else []
            reasons += _found(matches.get(position), index)
            why = (*_standing(code, day), *reasons)
            hits.append(SearchHit(code=code, score=round(ranked[position] / best, 3), why=why))
            if len(hits) == limit:
                break
    return tuple(hits)


def _numbers(text: str, index: Index) -> tuple[frozenset[int], str]:
    """
    Codes named by their number, a prefix or a range, and the text without them.
    """
    found: set[str] = set()
    only = _ONLY_A_PREFIX.fullmatch(text)
    if only:
        found.update(code for code in index.codes if code.startswith(only[1].upper()))
        return _positions(found, index), ""
    for match in _RANGE.finditer(text):
        first, last = sorted((match[1].upper(), match[2].upper()))
        found.update(code for code in index.codes if first <= code <= last)
    text = _RANGE.sub(" ", text)
    for match in _PREFIX.finditer(text):
        found.update(code for code in index.codes if code.startswith(match[1].upper()))
    text = _PREFIX.sub(" ", text)
    found.update(match[0].upper() for match in _CODE.finditer(text))
    return _positions(found, index), _CODE.sub(" ", text)


def _positions(codes: set[str], index: Index) -> frozenset[int]:
    return frozenset(position for position, code in enumerate(index.codes) if code in codes)


def _standing(code: Code, day: date | None) -> Iterator[str]:
    """
    That a code has ended before the day, where it has.
    """
    ended = [event for event in code.history if event.kind is EventKind.DELETED]
    if ended and (day is None or day > ended[-1].date):
        then = f", replaced by {', '.join(ended[-1].replaced_by)}" if ended[-1].replaced_by else ""
        yield f"ended on {ended[-1].date}{then}"
    elif day is None and flags_of(code) & ENDED:
        yield "no date of service is known for it"


def _found(match: Match | None, index: Index) -> Iterator[str]:
    """
    Which words were found where.
    """
    by_place: dict[str, list[str]] = {}
    for root, place in match.found.items() if match else ():
        read_so = " (a word was read so)" if match and root in match.corrected else ""
        by_place.setdefault(place, []).append(f"{index.word(root)!r}{read_so}")
    for place, found in by_place.items():
        yield f"{', '.join(found)} in {_WHERE.get(place, f'the {place}')}"


# -- what a text asks for ---------------------------------------------------------------------------------------------


def concepts(text: str, index: Index, *, passing_over: frozenset[str] = frozenset()) -> tuple[Concept, ...]:
    """
    What a text asks for: its terms and words, each once; words without meaning are left out.

    Args:
        text: words of the caller.
        index: whose words to know.
        passing_over: stems to leave out where they stand alone.
    """
    said = words(text)
    stems = [stem(word) for word in said]
    synonyms = index.vocabulary.synonyms
    longest = index.vocabulary.longest
    found: dict[tuple[tuple[tuple[str, ...], float], ...], Concept] = {}
    at = 0
    while at < len(stems):
        here = range(min(longest, len(stems) - at), 0, -1)
        size = next((size for size in here if tuple(stems[at : at + size]) in synonyms), 0)
        if size:
            term = tuple(stems[at : at + size])
            own = tuple(root for root in term if root not in index.vocabulary.stop and len(root) > 1)
            ways = ((own, 1.0), *((way, _EXPANDED) for way in synonyms[term]))
            found.setdefault(ways, Concept(ways=ways))
        elif _has_meaning(said[at], stems[at], index) and stems[at] not in passing_over:
            concept = _word(stems[at], index)
            found.setdefault(concept.ways, concept)
        at += max(size, 1)
    return tuple(found.values())


def _has_meaning(word: str, root: str, index: Index) -> bool:
    return len(word) > 1 and word.isalpha() and root not in index.vocabulary.stop


def _word(root: str, index: Index) -> Concept:
    """
    A word as it stands, or what it may have been meant to be.
    """
    if root in index.search:
        return Concept(ways=(((root,), 1.0),))
    meant = nearest(root, index)
    if meant is None:
        return Concept(ways=(((root,), 1.0),))
    further = index.vocabulary.synonyms.get((meant,), ())
    ways = (((meant,), _MISSPELT), *((way, _MISSPELT * _EXPANDED) for way in further))
    return Concept(ways=ways, corrected=True)


def matched(
    asked: Sequence[Concept],
    postings: Mapping[str, Sequence[int]],
    index: Index,
    *,
    weak: float = 1.0,
) -> dict[int, Match]:
    """
    How each code answers what is asked for.

    Args:
        asked: from `concepts`.
        postings: those of the index for the task at hand.
        index: which words are weak.
        weak: what a weak word is worth where the caller used it; a term's meaning is not weak.

    Returns:
        Position of a code -> how it matches; codes without any match are left out.
    """
    matches: dict[int, Match] = {}
    for concept in asked:
        best: dict[int, _Partial] = {}
        for number, (way, worth) in enumerate(concept.ways):
            own = weak if number == 0 else 1.0
            for position, partial in _answering(way, worth, postings, index, own).items():
                if position not in best or partial.mass > best[position].mass:
                    best[position] = partial
        for position, partial in best.items():
            match = matches.setdefault(position, Match())
            match.score += partial.mass * concept.weight
            match.concepts += 1
            match.found.update(partial.found)
            if concept.corrected:
                match.corrected.update(root for root, _ in partial.found)
    return matches


@define
class _Partial:
    """
    How one code answers one way of putting a concept.
    """

    mass: float
    found: list[tuple[str, str]]


def _answering(
    way: Sequence[str], worth: float, postings: Mapping[str, Sequence[int]], index: Index, weak: float
) -> dict[int, _Partial]:
    answering: dict[int, _Partial] = {}
    for root in way:
        factor = worth * (weak if root in index.vocabulary.weak else 1.0)
        for position, weight, place in unpacked(postings.get(root, ())):
            partial = answering.get(position)
            if partial is None:
                answering[position] = _Partial(weight * factor, [(root, place)])
            else:
                partial.mass += weight * factor
                partial.found.append((root, place))
    return answering


def most_possible(asked: Sequence[Concept], postings: Mapping[str, Sequence[int]], unknown: float = 100.0) -> float:
    """
    What a code would reach that answers everything as well as any code does; a word nobody knows counts in full.
    """
    total = 0.0
    for concept in asked:
        reached = (
            sum(max((packed[1] for packed in unpacked(postings.get(root, ()))), default=0.0) * worth for root in way)
            for way, worth in concept.ways
        )
        total += (max(reached, default=0.0) or unknown) * concept.weight
    return total or 1.0


# -- misspelt words ---------------------------------------------------------------------------------------------------

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def nearest(root: str, index: Index) -> str | None:
    """
    The known word one change away from an unknown one, or two for a long word; the commonest of several.
    """
    if len(root) < 4:
        return None

    def rank(other: str) -> tuple[int, str]:
        return -len(index.search.get(other, ())), other

    one_off = [other for other in _edits(root) if other in index.search or (other,) in index.vocabulary.synonyms]
    if one_off:
        return min(one_off, key=rank)
    if len(root) < 7:
        return None
    known = (*index.search, *(term[0] for term in index.vocabulary.synonyms if len(term) == 1))
    close = (
        other
        for other in known
        if other[0] == root[0] and abs(len(other) - len(root)) <= 2 and len(set(other) ^ set(root)) <= 4
    )
    return min((other for other in close if _distance(other, root) <= 2), key=rank, default=None)


def _distance(one: str, other: str) -> int:
    """
    How many letters must be left out, put in or replaced to make one word of the other.
    """
    row = list(range(len(other) + 1))
    for above, letter in enumerate(one, start=1):
        left = above
        following = [left]
        for at, second in enumerate(other, start=1):
            left = min(left + 1, row[at] + 1, row[at - 1] + (letter != second))
            following.append(left)
        row = following
    return row[-1]


def _edits(word: str) -> frozenset[str]:
    """
    Every spelling one change away: a letter left out, doubled up, replaced, or two letters swapped.
    """
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    return frozenset(
        [head + tail[1:] for head, tail in parts if tail]
        + [head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1]
        + [head + letter + tail[1:] for head, tail in parts if tail for letter in _LETTERS]
        + [head + letter + tail for head, tail in parts for letter in _LETTERS]
    )
