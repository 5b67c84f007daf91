"""
The index behind `search` and `suggest`: words of the metadata with their weights, worked out beforehand.

The bundled index is written by `scripts/build_index.py`; for a catalogue of the caller's own it is made in memory.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from math import log
from typing import Any

from attrs import fields, frozen

from ._loading import bundled_content, parse
from .catalogue import Catalogue, bundled
from .code import Code, EventKind, Facts, Metadata
from .evidence import Statement


INDEX = "index.json"
VOCABULARY = "vocabulary.toml"
LISTS = ("stop", "filler", "weak", "assessing", "marks", "no_service")

ENDED = 1
ADD_ON = 2
ASSESSES = 4
THERAPY = 8
NO_SERVICE = 16

PLACES = (
    "label",
    "purpose",
    "indications",
    "benefits",
    "distinction",
    "techniques",
    "examples",
    "category",
    "similar",
)
"""Where a word stands, what says most first; `distinction` is what other codes say of it: "choose it when ..."."""

FOR_SEARCH = {
    "label": 6.0,
    "purpose": 4.0,
    "indications": 2.0,
    "techniques": 2.5,
    "examples": 1.0,
    "benefits": 1.0,
    "category": 2.0,
    "distinction": 2.0,
    "similar": 0.3,
}
FOR_PURPOSES = {
    "label": 4.0,
    "purpose": 4.0,
    "indications": 3.0,
    "techniques": 1.0,
    "examples": 1.5,
    "benefits": 2.0,
    "category": 0.5,
    "distinction": 3.0,
}

_SATURATION = 4.0
_LENGTH = 0.4
_SCALE = 40
_PLACE_BITS = 4

_WORD = re.compile(r"[a-z0-9]+", re.ASCII)
_CODE = re.compile(r"\b[A-Z]?[0-9]{4,5}[A-Z]?\b", re.ASCII)
_CLAUSE = re.compile(r";\s+|\.\s+")
_NO_DISTINCTION = ("Correction:", "Popular advice", "Sources differ")

# -- words ------------------------------------------------------------------------------------------------------------

_WHOLE = frozenset({"tens", "pelvis", "bias", "always", "pancreas"})
_ENDINGS = (
    "ization",
    "isation",
    "ational",
    "ation",
    "ator",
    "ative",
    "able",
    "ible",
    "ment",
    "ness",
    "ity",
    "ize",
    "ise",
    "iz",
    "ate",
    "ion",
    "ive",
    "ful",
    "ly",
    "al",
    "at",
)
_SHORTEST = 4
_VOWEL = re.compile("[aeiouy]")


def words(text: str) -> list[str]:
    """
    The words of a text, in small letters; signs separate.
    """
    return _WORD.findall(text.casefold().replace("'s ", " ").replace("\N{RIGHT SINGLE QUOTATION MARK}s ", " "))


def stem(word: str) -> str:
    """
    A word without its inflection: "balancing" and "balanced" give one stem, whatever its spelling.
    """
    if word in _WHOLE or len(word) < _SHORTEST:
        return word
    word = _singular(word)
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and _VOWEL.search(rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    word = _without_endings(word)
    if len(word) > 6 and word.endswith("en"):
        word = word[:-2]
    return word[:-1] if len(word) >= _SHORTEST and word[-1] in "ey" else word


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_endings(word: str) -> str:
    while True:
        found = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= _SHORTEST), None)
        if found is None:
            return word
        word = word.removesuffix(found)


def _stems(text: str) -> list[str]:
    """
    The stems of a text, numbers and single letters left out.
    """
    return [stem(word) for word in words(text) if len(word) > 1 and not any(sign.isdigit() for sign in word)]


# -- the index --------------------------------------------------------------------------------------------------------


@frozen
class Vocabulary:
    """
    How people say what the metadata say otherwise; everything in stems.

    Attributes:
        synonyms: term -> the ways in which the metadata may say it, each a few words.
        stop: words without a meaning of their own.
        filler: words that every purpose shares, such as "improve".
        weak: words of equipment and movement, which decide nothing by themselves.
        assessing: words that ask for an examination, not for treatment.
        marks: words that, where they stand in a label, belong to every purpose of that code, such as "pool".
        no_service: categories of codes that name no treatment and no examination.
        opposites: pairs of words that exclude each other, such as "first" and "later".
    """

    synonyms: Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]
    stop: frozenset[str]
    filler: frozenset[str]
    weak: frozenset[str]
    assessing: frozenset[str]
    marks: frozenset[str]
    no_service: frozenset[str]
    opposites: tuple[tuple[str, str], ...]

    @property
    def longest(self) -> int:
        """
        How many words the longest term has.
        """
        return max(map(len, self.synonyms), default=0)


@frozen
class Index:
    """
    Words with what they weigh in which code.

    Attributes:
        codes: the codes, sorted.
        flags: what is to be known of each code: `ENDED`, `ADD_ON`, `ASSESSES` and so on.
        labels: the stems of each code's label.
        search: stem -> position of a code and packed weight, in turn; see `unpacked`.
        purposes: the same, weighed for documented purposes.
        shown: stem -> a word with that stem that people can read.
        vocabulary: synonyms and the rest.
    """

    codes: tuple[str, ...]
    flags: tuple[int, ...]
    labels: tuple[frozenset[str], ...]
    search: Mapping[str, Sequence[int]]
    purposes: Mapping[str, Sequence[int]]
    shown: Mapping[str, str]
    vocabulary: Vocabulary

    def word(self, root: str) -> str:
        """
        A word people can read for a stem.
        """
        return self.shown.get(root, root)


def unpacked(postings: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """
    Position of each code that holds a word, the weight, and the first of the places where it stands.
    """
    for position, packed in zip(postings[::2], postings[1::2], strict=True):
        yield position, packed >> _PLACE_BITS, PLACES[packed & (1 << _PLACE_BITS) - 1]


def flags_of(code: Code) -> int:
    """
    What ranking must know of a code, in one number.
    """
    facts = code.facts
    series = [getattr(facts, entry.name) for entry in fields(Facts)]
    known = any(series)
    ended = not known or any(event.kind is EventKind.DELETED for event in code.history)
    added = bool(facts.add_on_to) or any(entry.value.continues for entry in facts.unit)
    return ENDED * ended | ADD_ON * added | THERAPY * bool(facts.disciplines)


def build(codes: Iterable[Code], vocabulary: Vocabulary) -> Index:
    """
    Make the index of some codes.

    Args:
        codes: the codes, sorted; their metadata are read.
        vocabulary: what to leave out, and what to know about words.
    """
    every = tuple(codes)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    held = _texts(every)
    counted = [
        {place: _count(texts, vocabulary, forms) for place, texts in sorted(by_place.items())} for by_place in held
    ]
    flags = [
        flags_of(code)
        | ASSESSES * assesses(f"{code.label} {code.category}", vocabulary)
        | NO_SERVICE * (code.category in vocabulary.no_service)
        for code in every
    ]
    return Index(
        codes=tuple(code.code for code in every),
        flags=tuple(flags),
        labels=tuple(frozenset(counts["label"]) for counts in counted),
        search=_postings(counted, FOR_SEARCH),
        purposes=_postings(counted, FOR_PURPOSES),
        shown={root: word for root in sorted(forms) if (word := _usual(forms[root])) != root},
        vocabulary=vocabulary,
    )


def assesses(text: str, vocabulary: Vocabulary) -> bool:
    """
    Whether a text is about an examination; a "measured" loss is none.
    """
    return any(stem(word) in vocabulary.assessing for word in words(text) if not word.endswith("ed"))


def _usual(counted: Counter[str]) -> str:
    """
    The commonest spelling; among equals the shortest, then the first in the alphabet.
    """
    return min(counted, key=lambda word: (-counted[word], len(word), word))


def _texts(codes: Sequence[Code]) -> list[dict[str, list[str]]]:
    """
    The texts of every code by place; a clause about another code goes to that one.
    """
    position = {code.code: number for number, code in enumerate(codes)}
    texts: list[dict[str, list[str]]] = [defaultdict(list) for _ in codes]
    for own, code in zip(texts, codes, strict=True):
        own["label"].append(code.label)
        own["category"].append(code.category)
        for place, statement in _statements(code.metadata):
            for clause in _CLAUSE.split(statement.text):
                named = set(_CODE.findall(clause)) & set(position)
                if place in ("similar", "not_supported_by"):
                    if len(named) == 1 and not statement.text.startswith(_NO_DISTINCTION):
                        texts[position[named.pop()]]["distinction"].append(clause)
                    if place == "similar":
                        own[place].append(clause)
                elif not named or code.code in named:
                    own[place].append(clause)
                elif len(named) == 1:
                    texts[position[named.pop()]]["distinction"].append(clause)
    return texts


def _statements(metadata: Metadata) -> Iterator[tuple[str, Statement]]:
    if metadata.purpose is not None:
        yield "purpose", metadata.purpose
    for place in ("indications", "techniques", "examples", "benefits", "similar", "not_supported_by"):
        for statement in getattr(metadata, place):
            yield place, statement


def _count(texts: Iterable[str], vocabulary: Vocabulary, forms: dict[str, Counter[str]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for text in texts:
        for word in words(text):
            root = stem(word)
            if len(word) > 1 and word.isalpha() and root not in vocabulary.stop:
                counted[root] += 1
                forms[root][word] += 1
    return counted


def _postings(counted: Sequence[Mapping[str, Counter[str]]], weights: Mapping[str, float]) -> dict[str, list[int]]:
    """
    Weights in the manner of BM25 over fields: rare words weigh more, repetition soon counts no further.
    """
    usual = {place: _mean([counts[place].total() for counts in counted if place in counts]) for place in weights}
    found: dict[str, list[tuple[int, float, str]]] = defaultdict(list)
    for position, counts in enumerate(counted):
        shares: dict[str, dict[str, float]] = defaultdict(dict)
        for place, weight in weights.items():
            words_here = counts.get(place, Counter())
            length = 1 - _LENGTH + _LENGTH * words_here.total() / usual[place]
            for root, times in words_here.items():
                shares[root][place] = weight * times / length
        for root, by_place in shares.items():
            mass = sum(by_place.values())
            best = min(by_place, key=PLACES.index)
            found[root].append((position, mass / (mass + _SATURATION), best))
    return {root: _packed(found[root], len(counted)) for root in sorted(found)}


def _mean(lengths: Sequence[int]) -> float:
    return max(sum(lengths), 1) / max(len(lengths), 1)


def _packed(entries: Iterable[tuple[int, float, str]], total: int) -> list[int]:
    held = tuple(entries)
    rarity = log(1 + (total - len(held) + 0.5) / (len(held) + 0.5))
    packed: list[int] = []
    for position, share, place in held:
        weight = max(1, round(_SCALE * rarity * share))
        packed += [position, weight << _PLACE_BITS | PLACES.index(place)]
    return packed


# -- in and out -------------------------------------------------------------------------------------------------------


def vocabulary_from(content: bytes) -> Vocabulary:
    """
    Read the vocabulary as people write it.
    """
    table = parse(content, VOCABULARY)
    listed = {name: frozenset(stem(word) for word in table[name]) for name in LISTS}
    listed["no_service"] = frozenset(table["no_service"])
    synonyms = {
        tuple(map(stem, words(term))): tuple(
            tuple(root for root in _stems(way) if root not in listed["stop"]) for way in ways
        )
        for term, ways in table["synonyms"].items()
    }
    opposites = tuple((stem(one), stem(other)) for one, other in table["opposites"])
    return Vocabulary(synonyms=synonyms, opposites=opposites, **listed)


def to_bytes(index: Index) -> bytes:
    """
    The index as it is kept in a file.
    """
    vocabulary = index.vocabulary
    table = {
        "codes": index.codes,
        "flags": index.flags,
        "labels": [" ".join(sorted(label)) for label in index.labels],
        "search": index.search,
        "purposes": index.purposes,
        "shown": index.shown,
        "synonyms": {
            " ".join(term): [" ".join(way) for way in ways] for term, ways in sorted(vocabulary.synonyms.items())
        },
        "opposites": vocabulary.opposites,
        **{name: sorted(getattr(vocabulary, name)) for name in LISTS},
    }
    return (json.dumps(table, separators=(",", ":")) + "\n").encode("ascii")


def from_bytes(content: bytes) -> Index:
    """
    Read what `to_bytes` wrote.
    """
    table: dict[str, Any] = json.loads(content)
    vocabulary = Vocabulary(
        synonyms={
            tuple(term.split()): tuple(tuple(way.split()) for way in ways) for term, ways in table["synonyms"].items()
        },
        opposites=tuple((one, other) for one, other in table["opposites"]),
        **{name: frozenset(table[name]) for name in LISTS},
    )
    return Index(
        codes=tuple(table["codes"]),
        flags=tuple(table["flags"]),
        labels=tuple(frozenset(label.split()) for label in table["labels"]),
        search=table["search"],
        purposes=table["purposes"],
        shown=table["shown"],
        vocabulary=vocabulary,
    )


@cache
def bundled_index() -> Index:
    """
    The index of the bundled catalogue, read once.
    """
    return from_bytes(bundled_content(INDEX))


@lru_cache(maxsize=4)
def _index_of(catalogue: Catalogue) -> Index:
    return build(catalogue.codes(), bundled_index().vocabulary)


def index_of(catalogue: Catalogue | None) -> Index:
    """
    The index of a catalogue, the bundled one if none is named; one of the caller's own is indexed once.
    """
    if catalogue is None or catalogue is bundled():
        return bundled_index()
    return _index_of(catalogue)
