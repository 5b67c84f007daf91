"""
What the text of a note gives cause to ask: advice, which never meets a requirement.

A purpose decides between close codes; here it is looked for in words, and words are weak evidence.
So a contradiction and a bare label are pointed out, and everything else is a question to whoever wrote the note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import NamedTuple

from attrs import frozen

from ._extraction import Extraction
from ._lexicon import Lexicon, Part, SignKind
from .evidence import HasCitations
from .mention import Certainty, Context, Mention, MentionKind, Span


_PLACEHOLDER = re.compile(r"_{3,}|\*{3,}")
_AIM_REACH = 6
_LONG_WORD = 4
_OTHER_WORDS = 2
_DOSES_OF_A_LIST = 2
_SAID = frozenset({Context.TODAY, Context.AIM, Context.PLANNED})
_HELPERS = frozenset({"aide", "student"})
_SUBSTANCE = frozenset({MentionKind.ASSISTANCE, MentionKind.CUE, MentionKind.MEASURE, MentionKind.RESPONSE})


class AdviceKind(StrEnum):
    """
    What a piece of advice is.

    Attributes:
        CONTRADICTION: the text speaks against a code or against itself.
        BARE_LABEL: something is named and nothing is said of it.
        QUESTION: the text does not tell.
    """

    CONTRADICTION = "contradiction"
    BARE_LABEL = "bare-label"
    QUESTION = "question"


@frozen(kw_only=True, repr=False)
class Advice(HasCitations):
    """
    Something to look at in the text; never an outcome of a requirement.

    Attributes:
        id: stable id, such as `"purpose"` or `"skill"`.
        kind: contradiction, bare label or question.
        requirement: id of the documentation requirement it bears on, such as `"C-97112"`.
        code: the code it is about, where it is about one.
        message: what was found or not found, in our words.
        spans: where in the text.
    """

    id: str
    kind: AdviceKind
    requirement: str
    code: str | None = None
    message: str
    spans: tuple[Span, ...] = ()

    def __repr__(self) -> str:
        """
        Kind, id and what it bears on.
        """
        about = f" of {self.code}" if self.code else ""
        return f"<Advice {self.kind}: {self.id}{about}, {self.requirement}>"


class _Hit(NamedTuple):
    kind: SignKind
    code: str
    at: int
    span: Span


def advise(found: Extraction, codes: Iterable[str], lexicon: Lexicon, text: str) -> tuple[Advice, ...]:
    """
    What to ask about a text.

    Args:
        found: what was read in it.
        codes: the codes billed, if known; those written and those of full labels are looked at as well.
        lexicon: the words to know.
        text: the text itself, for blanks of a template.
    """
    done = [
        one
        for one in found.mentions
        if one.kind is MentionKind.INTERVENTION and one.is_of_today and one.name not in lexicon.examinations
    ]
    billed = _billed(found.mentions, codes)
    judged = billed or _named(done)
    spoken_for = {*judged} if billed else {*judged, *(code for one in done for code in one.codes)}
    hits = list(_hits(found, lexicon))
    advice = [*_purposes(judged, spoken_for, hits, found, lexicon)]
    if done or any(code in lexicon.purposes for code in judged):
        advice += _skill(done, hits, found, lexicon)
    advice += _helpers(found.mentions, done, lexicon)
    advice += _totals(found.mentions, lexicon)
    blanks = tuple(blank.span() for blank in _PLACEHOLDER.finditer(text))
    if blanks:
        advice.append(_question(lexicon, "placeholder", AdviceKind.QUESTION, blanks))
    return tuple(sorted(advice, key=lambda one: tuple(AdviceKind).index(one.kind)))


def _billed(mentions: Sequence[Mention], codes: Iterable[str]) -> list[str]:
    """
    The codes billed or written in the text.
    """
    written = [code for one in mentions if one.kind is MentionKind.CODE and one.is_of_today for code in one.codes]
    return list(dict.fromkeys([*codes, *written]))


def _named(done: Sequence[Mention]) -> list[str]:
    """
    The codes of labels that stand for one code.
    """
    named = [one.codes[0] for one in done if one.certainty is Certainty.STATED and len(one.codes) == 1]
    return list(dict.fromkeys(named))


def _hits(found: Extraction, lexicon: Lexicon) -> Iterator[_Hit]:
    """
    The signs in what is said of today, of an aim or of a plan; a label is no purpose, and no intervention is skill.
    """
    interventions = iter([one for one in found.mentions if one.kind is MentionKind.INTERVENTION])
    here = next(interventions, None)
    numbers = [at for at, part in enumerate(found.parts) if part.kind in ("word", "number")]
    words = [found.parts[at].word for at in numbers]
    for place, at in enumerate(numbers):
        part = found.parts[at]
        while here is not None and here.span[1] <= part.start:
            here = next(interventions, None)
        if found.contexts[at] not in _SAID:
            continue
        inside = here if here is not None and here.span[0] <= part.start else None
        for further, kind, code in lexicon.signs.get(words[place], ()):
            end = place + 1 + len(further)
            if tuple(words[place + 1 : end]) == further and _counts(kind, inside):
                yield _Hit(kind, code, at, (part.start, found.parts[numbers[end - 1]].end))


def _counts(kind: SignKind, inside: Mention | None) -> bool:
    """
    Whether a sign counts within an intervention.
    """
    if inside is None or kind is SignKind.AGAINST:
        return True
    return kind is SignKind.PURPOSE and inside.certainty is not Certainty.STATED


def _question(
    lexicon: Lexicon, name: str, kind: AdviceKind, spans: Iterable[Span] = (), code: str | None = None
) -> Advice:
    asked = lexicon.questions[name]
    return Advice(
        id=name,
        kind=kind,
        requirement=asked.requirement,
        code=code,
        message=asked.message,
        spans=tuple(spans),
        citations=asked.citations,
    )


def _purposes(
    judged: Sequence[str], spoken_for: AbstractSet[str], hits: Sequence[_Hit], found: Extraction, lexicon: Lexicon
) -> Iterator[Advice]:
    """
    For each code: a contradiction where only other purposes are named, else a question where none is.
    """
    skilled = any(hit.kind in (SignKind.SKILL, SignKind.ANSWER) for hit in hits)
    listed = len(found.doses) >= _DOSES_OF_A_LIST
    for code in judged:
        purpose = lexicon.purposes.get(code)
        if purpose is None:
            continue
        own = [hit for hit in hits if hit.kind is SignKind.PURPOSE and hit.code == code]
        against = [hit for hit in hits if hit.kind is SignKind.AGAINST and hit.code == code]
        other = [hit for hit in hits if hit.kind is SignKind.PURPOSE and hit.code not in spoken_for]
        spans = [hit.span for hit in against or other]
        kind = AdviceKind.CONTRADICTION
        if against:
            message = f"A purpose is named that {code} does not serve."
        elif own or (purpose.dose and listed):
            if skilled or not purpose.with_skill:
                continue
            kind, spans = AdviceKind.QUESTION, [hit.span for hit in own]
            message = f"The purpose of {code} is named; what the clinician judged, changed or observed is not."
        elif other:
            message = f"Purposes of {_and(hit.code for hit in other)} are named, none of {code}."
        elif listed and not any(lexicon.purposes[one].dose for one in judged if one in lexicon.purposes):
            spans = list(found.doses)
            message = f"Sets and repetitions are listed and no purpose of {code} is named."
        else:
            kind = AdviceKind.QUESTION
            message = f"No purpose of {code} was found in the text. What was it for, and what was done toward it?"
        yield Advice(
            id="purpose",
            kind=kind,
            requirement=purpose.requirement,
            code=code,
            message=message,
            spans=tuple(spans),
            citations=purpose.citations,
        )


def _and(codes: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(codes))


def _skill(done: Sequence[Mention], hits: Sequence[_Hit], found: Extraction, lexicon: Lexicon) -> Iterator[Advice]:
    spans = [one.span for one in done]
    answered = any(hit.kind is SignKind.ANSWER for hit in hits)
    if not answered and not any(hit.kind is SignKind.SKILL for hit in hits):
        purposeful = any(hit.kind is SignKind.PURPOSE for hit in hits)
        bare = bool(done) and not purposeful and _is_bare(done, found)
        kind = AdviceKind.BARE_LABEL if bare else AdviceKind.QUESTION
        yield _question(lexicon, "bare-label" if bare else "skill", kind, spans)
    if not _has_aim(hits, found):
        yield _question(lexicon, "function", AdviceKind.QUESTION, spans)


def _is_bare(done: Sequence[Mention], found: Extraction) -> bool:
    """
    Whether hardly a word stands beside the labels.
    """
    if any(one.kind in _SUBSTANCE and one.is_of_today for one in found.mentions):
        return False
    spans = iter(one.span for one in found.mentions)
    here = next(spans, None)
    others = 0
    for part in found.parts:
        while here is not None and here[1] <= part.start:
            here = next(spans, None)
        others += part.kind == "word" and len(part.text) >= _LONG_WORD and not (here and here[0] <= part.start)
    return others <= _OTHER_WORDS * len(done)


def _has_aim(hits: Sequence[_Hit], found: Extraction) -> bool:
    """
    Whether a purpose follows a word that leads to one, or stands in a goal; what a cue is for is no aim.
    """
    led = -_AIM_REACH
    cues = {one.span[1] for one in found.mentions if one.kind is MentionKind.CUE}
    for hit in hits:
        if hit.kind is SignKind.AIM and not _after(found.parts, hit.at, cues):
            led = hit.at
        elif hit.kind is SignKind.PURPOSE and (hit.at - led <= _AIM_REACH or found.contexts[hit.at] is Context.AIM):
            return True
    return False


def _after(read: Sequence[Part], at: int, ends: Iterable[int]) -> bool:
    return at > 0 and read[at - 1].end in ends


def _helpers(mentions: Sequence[Mention], done: Sequence[Mention], lexicon: Lexicon) -> Iterator[Advice]:
    helpers = [
        one for one in mentions if one.kind is MentionKind.PERFORMER and one.is_of_today and one.name in _HELPERS
    ]
    if helpers and done:
        yield _question(lexicon, "aide", AdviceKind.QUESTION, [one.span for one in helpers])


def _totals(mentions: Sequence[Mention], lexicon: Lexicon) -> Iterator[Advice]:
    """
    Totals that cannot all be right.
    """
    stated: dict[str, list[Mention]] = {"timed-total": [], "treatment-total": []}
    for one in mentions:
        if one.kind is MentionKind.MINUTES and one.is_of_today and one.certainty is Certainty.STATED:
            stated.setdefault(one.name, []).append(one)
    timed, whole = (
        {one.value for one in stated[name] if isinstance(one.value, int)} for name in ("timed-total", "treatment-total")
    )
    if len(timed) > 1 or len(whole) > 1 or (timed and whole and max(timed) > min(whole)):
        spans = [one.span for name in ("timed-total", "treatment-total") for one in stated[name]]
        yield _question(lexicon, "totals", AdviceKind.CONTRADICTION, sorted(spans))
