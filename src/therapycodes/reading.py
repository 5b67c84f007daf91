"""
Reading the free text of a note: what it mentions, where, and how sure the reading is.

The rules can be read: a list of words in the data, and a walk over the text that knows labels, figures and cues.
Nothing read here is judgment of care, and no word by itself meets a requirement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar, assert_never

from attrs import evolve, frozen

from ._extraction import extract
from ._lexicon import bundled_lexicon
from .advice import Advice, advise
from .catalogue import bundled
from .documentation import check_documentation
from .documents import Note, Signature
from .errors import InvalidInputError
from .inputs import checked_choice, checked_sequence
from .mention import Certainty, Mention, MentionKind
from .notebook import ShowsItself
from .requirement import CheckKind, Requirement
from .results import ClaimLine, DocumentationReport, Finding, Outcome
from .ruleset import RuleSet


_V = TypeVar("_V")

_STATED_BY = {
    (MentionKind.DATE, "service"): ("note.date_of_service",),
    (MentionKind.DATE, "signed"): ("note.signature.date",),
    (MentionKind.MINUTES, "timed-total"): ("note.total_timed_code_treatment_minutes",),
    (MentionKind.MINUTES, "treatment-total"): ("note.total_treatment_minutes",),
    (MentionKind.SIGNATURE, ""): ("note.signature", "note.signature.name", "note.signature.credential"),
}
_LABELED = frozenset({"lines"}.union(*_STATED_BY.values()))
"""The inputs a text may state like a form; what rests on anything else is never met by reading."""

_LIKELY = "The text seems to state it, without a label or with an unclear one; a person should look."
_LOOK = "Not found in the text, or at odds with it; look there before asking for it."
_BY_WORDS = "It rests on words, which reading does not judge; see the advice, and the text."

LONGEST_NOTE = 50_000
"""The most characters read, some fifteen pages; longer texts are refused."""


@frozen(kw_only=True, repr=False)
class NoteReading(ShowsItself):
    """
    What was read in a text; it holds places and normalized values, and none of the wording.

    Attributes:
        length: how many characters the text has.
        mentions: what is mentioned, in the order of the text.
        advice: what to ask about it, contradictions first.
    """

    length: int
    mentions: tuple[Mention, ...]
    advice: tuple[Advice, ...]

    def __repr__(self) -> str:
        """
        How much was read; nothing of what the text says.
        """
        return f"<NoteReading: {self.length} characters, {len(self.mentions)} mentions, {len(self.advice)} to look at>"

    def of(self, kind: str) -> tuple[Mention, ...]:
        """
        The mentions of one kind, such as `"minutes"`.

        Raises:
            InvalidInputError: not a kind.
        """
        wanted = checked_choice(MentionKind, kind, "kind")
        return tuple(one for one in self.mentions if one.kind is wanted)

    def excerpt(self, text: str, item: Mention | Advice) -> tuple[str, ...]:
        """
        The words a mention or a piece of advice rests on, cut from the text that was read.

        Args:
            text: the text that was read; the reading keeps none of it.
            item: one of the mentions or pieces of advice.

        Raises:
            InvalidInputError: a text of another length.
        """
        self._same(text)
        return tuple(text[start:end] for start, end in item.spans)

    @property
    def date_of_service(self) -> date | None:
        """
        The date of service, where the text labels exactly one as such.
        """
        return _only({one.value for one in self._facts(MentionKind.DATE, "service") if isinstance(one.value, date)})

    @property
    def total_timed_code_treatment_minutes(self) -> int | None:
        """
        The total of timed-code minutes, where the text labels exactly one as such.
        """
        return self._total("timed-total")

    @property
    def total_treatment_minutes(self) -> int | None:
        """
        The total of treatment minutes, where the text labels exactly one as such.
        """
        return self._total("treatment-total")

    def as_note(self, text: str, note_type: str = "treatment-note") -> Note:
        """
        A note with the few facts that a text states like a form: labeled date, labeled totals, signature line.

        Interventions and everything else that rests on words stay in the text; that they are not in the note does
        not mean that the text lacks them, so use `check_reading`, which knows it.

        Args:
            text: the text that was read.
            note_type: what kind of document it is.

        Raises:
            InvalidInputError: a text of another length, or not a kind of document.
        """
        self._same(text)
        return Note(
            note_type,
            self.date_of_service,
            total_timed_code_treatment_minutes=self.total_timed_code_treatment_minutes,
            total_treatment_minutes=self.total_treatment_minutes,
            signature=self._signature(text),
            text=text,
        )

    def _signature(self, text: str) -> Signature | None:
        signed = self._facts(MentionKind.SIGNATURE)
        if not signed:
            return None
        name = next((text[start:end] for start, end in signed[0].spans[1:]), None)
        days = {one.value for one in self._facts(MentionKind.DATE, "signed") if isinstance(one.value, date)}
        return Signature(name=name, credential=signed[0].name, date=_only(days))

    def _facts(self, kind: MentionKind, name: str | None = None) -> tuple[Mention, ...]:
        return tuple(
            one
            for one in self.of(kind)
            if one.is_of_today and one.certainty is Certainty.STATED and name in (None, one.name)
        )

    def _total(self, name: str) -> int | None:
        return _only({one.value for one in self._facts(MentionKind.MINUTES, name) if isinstance(one.value, int)})

    def _same(self, text: str) -> None:
        if len(checked_note(text)) != self.length:
            raise InvalidInputError("text", "not the text that was read", "give the text that read_note was given")


def _only(values: set[_V]) -> _V | None:
    """
    The one value there is, or none where there are several.
    """
    return values.pop() if len(values) == 1 else None


def checked_note(value: object) -> str:
    """
    The text of one note.
    """
    if not isinstance(value, str):
        raise InvalidInputError("text", "not text", "give the text of one note")
    if len(value) > LONGEST_NOTE:
        raise InvalidInputError("text", "too long", f"give one note of at most {LONGEST_NOTE} characters")
    return value


def read_note(text: str, *, lines: Iterable[ClaimLine] | None = None) -> NoteReading:
    """
    Read the free text of a note by rules, and say what to ask about it.

    What is denied, of an earlier visit, planned, a goal or of the home program is marked as such.
    The reading is advisory: it knows a list of words and no more, and it judges nobody's care.

    Args:
        text: the text; places count its characters.
        lines: the claim lines of the day, whose codes' purposes are then looked for in the text.

    Returns:
        What was read, with places; the text itself is not kept.

    Raises:
        InvalidInputError: not text, more than 50,000 characters, or lines that are none.

    Example:
        >>> import therapycodes as tc
        >>> text = "Ther ex 15 min, gait training not performed. Total timed minutes: 15"
        >>> reading = tc.read_note(text)
        >>> [(one.name, one.context.value) for one in reading.of("intervention")]
        [('exercise', 'today'), ('gait-training', 'negated')]
        >>> reading.total_timed_code_treatment_minutes
        15
    """
    checked_note(text)
    billed = () if lines is None else checked_sequence(ClaimLine, lines, "lines")
    lexicon = bundled_lexicon()
    found = extract(text, lexicon, frozenset(bundled().code_names))
    advice = advise(found, (line.code for line in billed), lexicon, text)
    return NoteReading(length=len(text), mentions=found.mentions, advice=advice)


def check_reading(
    reading: NoteReading,
    text: str,
    rules: RuleSet,
    *,
    note_type: str = "treatment-note",
    lines: Iterable[ClaimLine] | None = None,
) -> DocumentationReport:
    """
    Say what a text states of what the policy asks for, as far as reading by rules can tell.

    A requirement is met only by facts the text states like a form: a labeled date, labeled totals, a signature line.
    Everything else is not assessed, and nothing is ever missing: the text may say it in words nobody listed.

    Args:
        reading: what was read.
        text: the text that was read.
        rules: the rules of the day.
        note_type: what kind of document it is.
        lines: the claim lines of the day.

    Raises:
        InvalidInputError: something that is no reading, a text of another length, and as in `check_documentation`.

    Example:
        >>> import therapycodes as tc
        >>> text = "Squats. Total treatment time: 40 min"
        >>> report = tc.check_reading(tc.read_note(text), text, tc.rules_on("2026-03-02"))
        >>> report.finding("TN-05").outcome.value, report.finding("TN-03").outcome.value
        ('met', 'not-assessed')
    """
    if not isinstance(reading, NoteReading):
        raise InvalidInputError("reading", "not a NoteReading", "give what read_note returned")
    if not isinstance(rules, RuleSet):
        raise InvalidInputError("rules", "not a RuleSet", "give what rules_on returned")
    note = evolve(reading.as_note(text, note_type), text=None)
    asked = {requirement.id: requirement for requirement in rules.requirements(note.note_type)}
    report = check_documentation(note, rules, lines=lines)
    likely = frozenset(_likely(reading))
    findings = tuple(_as_read(finding, asked[finding.id], likely) for finding in report.findings)
    return evolve(report, findings=findings)


def _likely(reading: NoteReading) -> Iterator[str]:
    """
    The inputs that the text may state without a label.
    """
    for mention in reading.mentions:
        if mention.is_of_today and mention.certainty is not Certainty.STATED:
            yield from _STATED_BY.get((mention.kind, "" if mention.kind is MentionKind.SIGNATURE else mention.name), ())


def _as_read(finding: Finding, requirement: Requirement, likely: frozenset[str]) -> Finding:
    """
    A finding as far as reading may go: met by labeled facts only, never missing.
    """
    if requirement.check is CheckKind.NEVER_DEMAND:
        return finding
    if not _LABELED.issuperset(requirement.inputs):
        return evolve(finding, outcome=Outcome.NOT_ASSESSED, message=_BY_WORDS)
    match finding.outcome:
        case Outcome.MET:
            return evolve(finding, message=f"{finding.message} Read from the text; a person should confirm it.")
        case Outcome.NOT_MET if likely.intersection(requirement.inputs):
            return evolve(finding, outcome=Outcome.NOT_ASSESSED, message=_LIKELY)
        case Outcome.NOT_MET:
            return evolve(finding, outcome=Outcome.NOT_ASSESSED, message=f"{_LOOK} As far as read: {finding.message}")
        case Outcome.NOT_APPLICABLE | Outcome.NOT_ASSESSED:
            return finding
        case _:
            assert_never(finding.outcome)
