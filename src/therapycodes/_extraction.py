"""
From the text of a note to what it mentions: one walk from the first part to the last.

At each part the longest known term is read, and each group of terms has one way of being read.
What looks ahead or back does so over a fixed number of parts, so that the walk is as long as the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from attrs import Factory, define, evolve

from ._figures import Figure, date_at, figure_at, text_at, time_at, touches, whole_at
from ._lexicon import Group, Lexicon, Part, Stands, Term, parts
from .inputs import MINUTES_IN_A_DAY
from .mention import Certainty, Context, Mention, MentionKind, Span


_ENDS = frozenset(";!?\N{BULLET}")
_SMALL = frozenset(
    [
        *(":", "=", "-", "\N{EN DASH}", "@", "(", ")", "~"),
        *("score", "of", "was", "is", "at", "rated", "level", "measured", "currently", "by", "for", "in", "now", "on"),
        *("to", "improved", "scored", "test", "from", "today", "reported", "with", "a", "the", "range"),
    ]
)
"""What may stand between a label and its figure."""

_TIMES = frozenset({"x", "\N{MULTIPLICATION SIGN}", "sets", "times"})
_FIGURES = frozenset({MentionKind.MINUTES, MentionKind.MEASURE, MentionKind.CODE})
_UNTIL = frozenset({"-", "\N{EN DASH}", "to", "through", "thru"})
_DOCUMENTS = frozenset({"note", "document", "entry", "report"})
_WAS = frozenset({"was", "is", "has", "been"})
_EARLIER = frozenset(
    {"eval", "evaluation", "initial", "initially", "was", "prior", "previous", "previously", "baseline", "at"}
)
"""Words before an earlier score in parentheses."""

_MODIFIERS = frozenset(
    [
        *("GP", "GO", "GN", "KX", "CQ", "CO", "59", "XE", "XS", "XP", "XU", "76", "77", "25", "52", "22"),
        *("GA", "GX", "GY", "GZ", "95", "93", "96", "97", "AT", "RT", "LT", "GT", "FS"),
    ]
)
_LOOK = 8
"""How many parts a label looks ahead for its figure."""

_NEAR = 4
_SUBJECT = 14
_NAME = 10
_MOST_UNITS = 99
_MOST_DEGREES = 360


class Extraction(NamedTuple):
    """
    What a text mentions, and what judging it needs.

    Attributes:
        parts: the parts of the text.
        contexts: of each part, whether it is said of today.
        mentions: what is mentioned, in the order of the text.
        doses: where sets and repetitions stand.
    """

    parts: list[Part]
    contexts: list[Context]
    mentions: tuple[Mention, ...]
    doses: tuple[Span, ...]


def extract(text: str, lexicon: Lexicon, codes: frozenset[str]) -> Extraction:
    """
    Read the text of a note.

    Args:
        text: the text.
        lexicon: the words to know.
        codes: the codes to know.
    """
    reader = _Reader(parts(text), lexicon, codes)
    reader.read_all()
    mentions = tuple(sorted(reader.mentions, key=lambda one: one.span))
    return Extraction(reader.read, reader.contexts, mentions, tuple(reader.doses))


@define
class _Waiting:
    """
    A label that waits for something, up to some part.
    """

    name: str
    until: int
    at: int = 0

    def holds(self, at: int) -> bool:
        return at <= self.until


_NOTHING = _Waiting("", -1)


@define
class _Reader:
    """
    The walk, with what it keeps in mind.

    Attributes:
        read: the parts.
        section: what the last heading says of what follows it, whether for its line only, and the clause it opened.
        scope: what a cue says of the parts up to `scope_end`.
        clause: the first part of the clause, and `clause_mentions` the first mention.
        ends: of each mention, the part after it.
        subject: the mention minutes belong to, once something was named.
        unclaimed: how many were named since minutes were last given.
        early: minutes that were named before what they belong to.
        strength, motion: the parts up to which a grade is one of strength, an angle one of motion.
        used: figures that a label has taken already: first part -> the part after.
    """

    read: list[Part]
    lexicon: Lexicon
    codes: frozenset[str]
    mentions: list[Mention] = Factory(list)
    contexts: list[Context] = Factory(list)
    doses: list[Span] = Factory(list)
    section: Context = Context.TODAY
    section_ends_with_line: bool = False
    section_clause: int = -1
    scope: Context | None = None
    scope_end: int = 0
    scope_through_commas: bool = False
    clause: int = 0
    clause_mentions: int = 0
    ends: list[int] = Factory(list)
    subject: int | None = None
    unclaimed: int = 0
    early: int | None = None
    strength: int = -1
    motion: int = -1
    side: _Waiting = _NOTHING
    date_label: _Waiting = _NOTHING
    clock_label: _Waiting = _NOTHING
    sign: _Waiting = _NOTHING
    loose: tuple[int, Figure] | None = None
    used: dict[int, int] = Factory(dict)

    def read_all(self) -> None:
        at = 0
        while at < len(self.read):
            end = self._step(at)
            self.contexts += [self._context(at)] * (end - at)
            at = end

    # -- where the walk is ---------------------------------------------------------------------------------------------

    def _step(self, at: int) -> int:
        part = self.read[at]
        if self._ends_clause(at):
            self._new_clause(at)
            return at + 1
        if at == self.clause and (heading := self.lexicon.heading_at(self.read, at)) is not None:
            self._open_section(heading[0])
            if heading[0].context is not Context.TODAY:
                return heading[1]
        if at in self.used:
            return self.used[at]
        if part.text == "," and self.scope is not None and not self.scope_through_commas and not self._goes_on(at):
            self.scope = None
        code = self._code_at(at)
        if code:
            return self._read_code(at, code)
        found = self.lexicon.term_at(self.read, at)
        if found is not None:
            return self._read_term(found[0], at, found[1])
        return self._read_number(at) if part.kind == "number" else at + 1

    def _ends_clause(self, at: int) -> bool:
        part = self.read[at]
        if part.kind == "break" or part.text in _ENDS:
            return True
        if part.text != ".":
            return False
        if at + 1 < len(self.read) and touches(self.read, at + 1) and self.read[at + 1].kind != "break":
            return False
        before = self.read[at - 1] if at else part
        if len(before.text) == 1 and before.text.isupper() and not self._closes_term(at):
            return False
        return before.word not in self.lexicon.abbreviations or text_at(self.read, at + 1)[:1].isupper()

    def _goes_on(self, at: int) -> bool:
        """
        Whether a comma stands in a list that ends with "or".
        """
        for here in range(at + 1, min(at + _LOOK, len(self.read))):
            if self._ends_clause(here):
                return False
            if self.read[here].word in ("or", "nor"):
                return True
        return False

    def _is_set_off(self, start: int) -> bool:
        """
        Whether a label stands as in a form: at the beginning of a clause, after a sign, a number or another mention.
        """
        if start == self.clause or self.read[start - 1].kind != "word":
            return True
        return bool(self.ends) and self.ends[-1] == start

    def _closes_term(self, at: int) -> bool:
        """
        Whether the letter before a full stop is the last of a term, as in "min A.", and no initial.
        """
        found = self.lexicon.term_at(self.read, at - 2) if at > 1 else None
        return found is not None and found[1] == at

    def _new_clause(self, at: int) -> None:
        breaks = self.read[at].kind == "break"
        blank = breaks and at > 0 and self.read[at - 1].kind == "break"
        if blank or (breaks and self.section_ends_with_line):
            self.section, self.section_ends_with_line = Context.TODAY, False
        self.scope, self.clause, self.clause_mentions = None, at + 1, len(self.mentions)
        self.subject, self.unclaimed, self.early, self.loose = None, 0, None, None
        self.strength = self.motion = -1
        self.side = _NOTHING

    def _open_section(self, heading: Term) -> None:
        self.section = heading.context or Context.TODAY
        self.section_ends_with_line, self.section_clause = heading.line, self.clause
        self.scope = None

    def _context(self, at: int, *, by_section: bool = True) -> Context:
        if self.scope is not None and at < self.scope_end:
            return self.scope
        holds = by_section or self.section is Context.PAST or self.section_clause == self.clause
        return self.section if holds else Context.TODAY

    def _span(self, start: int, end: int) -> Span:
        return self.read[start].start, self.read[end - 1].end

    def _mention(
        self, kind: MentionKind, start: int, end: int, certainty: Certainty, *, by_section: bool = True
    ) -> Mention:
        context = self._context(start, by_section=by_section)
        return Mention(kind=kind, spans=(self._span(start, end),), certainty=certainty, context=context)

    def _add(self, mention: Mention, end: int) -> None:
        self.mentions.append(mention)
        self.ends.append(end)

    # -- terms ---------------------------------------------------------------------------------------------------------

    def _read_term(self, term: Term, start: int, end: int) -> int:
        ways: Mapping[Group, Callable[[Term, int, int], int]] = {
            Group.ASSISTANCE: self._read_plain,
            Group.BREAKER: self._read_breaker,
            Group.CLOCK: self._read_clock_label,
            Group.CONTEXT: self._read_cue,
            Group.CREDENTIAL: self._read_credential,
            Group.CUE: self._read_plain,
            Group.DATE: self._read_date_label,
            Group.INTERVENTION: self._read_intervention,
            Group.MEASURE: self._read_measure,
            Group.MINUTES: self._read_minutes_label,
            Group.MONTH: self._read_month,
            Group.MOTION: self._read_motion,
            Group.PERFORMER: self._read_plain,
            Group.PLAN: self._read_plan,
            Group.REGION: self._read_region,
            Group.RESPONSE: self._read_plain,
            Group.SIDE: self._read_side,
            Group.SIGN: self._read_sign,
            Group.STRENGTH: self._read_strength,
        }
        way = ways.get(term.group)
        return end if way is None else way(term, start, end)

    def _read_plain(self, term: Term, start: int, end: int) -> int:
        kind = MentionKind(term.group.value)
        self._add(evolve(self._mention(kind, start, end, term.certainty), name=term.name), end)
        return end

    def _read_breaker(self, _term: Term, _start: int, end: int) -> int:
        self.scope = None
        return end

    def _read_cue(self, term: Term, start: int, end: int) -> int:
        """
        A cue speaks of what follows it, or of what was mentioned in its clause just before, as "no" does in "ES: no".
        """
        context = term.context or Context.TODAY
        gap = start - self.ends[-1] if len(self.ends) > self.clause_mentions else _NEAR + 1
        answers = context is Context.NEGATED and gap == 1 and self.read[start - 1].text == ":"
        if answers:
            self._speak_back(context, start, 1)
        elif term.stands is Stands.AFTER or (term.stands is Stands.EITHER and gap <= _NEAR):
            self._speak_back(context, start, term.reach)
        else:
            reach = len(self.read) if context is Context.TODAY else term.reach
            self.scope, self.scope_end = context, end + reach
            self.scope_through_commas = term.through_commas or context is Context.TODAY
        return end

    def _speak_back(self, context: Context, start: int, reach: int) -> None:
        """
        Mark what was mentioned in this clause before a cue, back to a figure that a comma sets off.

        What has minutes of its own, as in "ther ex 15 min, gait training not performed", is not meant.
        """
        last = len(self.mentions) - 1
        for number in range(last, self.clause_mentions - 1, -1):
            mention = self.mentions[number]
            set_off = number < last and mention.kind in _FIGURES and text_at(self.read, self.ends[number]) == ","
            if set_off or start - self.ends[number] > reach:
                break
            if mention.is_of_today:
                self.mentions[number] = evolve(mention, context=context)

    def _read_plan(self, term: Term, start: int, end: int) -> int:
        self._read_plain(term, start, end)
        return self._read_cue(term, start, end) if term.context is not None else end

    def _read_intervention(self, term: Term, start: int, end: int) -> int:
        if term.moves and figure_at(self.read, end + (text_at(self.read, end) == ":"), self.lexicon) is not None:
            return self._read_motion(term, start, end)
        made = self._mention(MentionKind.INTERVENTION, start, end, term.certainty)
        self._add(evolve(made, name=term.name, codes=term.codes), end)
        self._named(end)
        return end

    def _named(self, end: int) -> None:
        """
        Something was named that minutes may belong to; minutes just before it do.
        """
        number = len(self.mentions) - 1
        if self.early is not None and end - self.ends[self.early] <= _SUBJECT // 2:
            self._claim(self.early, number)
            self.early = None
            return
        self.subject, self.unclaimed = number, self.unclaimed + 1

    def _claim(self, minutes: int, subject: int) -> None:
        named = self.mentions[subject]
        sure = self.unclaimed <= 1 and named.certainty is Certainty.STATED
        self.mentions[minutes] = evolve(
            self.mentions[minutes],
            name="intervention",
            codes=named.codes,
            certainty=Certainty.STATED if sure else Certainty.LIKELY,
        )
        self.subject, self.unclaimed = None, 0

    def _read_side(self, term: Term, start: int, end: int) -> int:
        self.side = _Waiting(term.name, end + 1, start)
        return end

    def _read_region(self, term: Term, start: int, end: int) -> int:
        sided = self.side.holds(start)
        first = self.side.at if sided else start
        made = evolve(self._mention(MentionKind.REGION, first, end, term.certainty), name=term.name)
        self._add(evolve(made, side=self.side.name) if sided else made, end)
        return end

    # -- dates and times -----------------------------------------------------------------------------------------------

    def _read_date_label(self, term: Term, start: int, end: int) -> int:
        self.date_label = _Waiting(term.name, end + _NEAR, start)
        return end

    def _read_month(self, _term: Term, start: int, end: int) -> int:
        return self._read_date(start) or end

    def _read_date(self, at: int) -> int:
        found = date_at(self.read, at, self.lexicon)
        if found is None:
            return 0
        label = self.date_label.name if self.date_label.holds(at) else ""
        first = not self.mentions and all(part.kind == "break" for part in self.read[: min(at, _NEAR)])
        certainty = found.certainty
        until = text_at(self.read, found.end).casefold() in _UNTIL
        if until and found.end + 1 < len(self.read) and date_at(self.read, found.end + 1, self.lexicon) is not None:
            label = "other"
            self.date_label = _Waiting(label, found.end + 1, at)
        else:
            self.date_label = _NOTHING
        if not label and (self._after_word_date(at) or (first and at <= _NEAR)):
            label, certainty = "service", Certainty.LIKELY
        if label != "birth":
            made = self._mention(MentionKind.DATE, at, found.end, certainty, by_section=False)
            self._add(evolve(made, name=label, value=found.value), found.end)
        return found.end

    def _after_word_date(self, at: int) -> bool:
        """
        Whether "date:" opens the clause and the date stands right after it.
        """
        return at == self.clause + 2 and self.read[self.clause].word == "date" and self.read[at - 1].text == ":"

    def _read_clock_label(self, term: Term, start: int, end: int) -> int:
        self.clock_label = _Waiting(term.name, end + 2, start)
        return end

    def _read_time(self, at: int) -> int:
        found = time_at(self.read, at, plain=self.clock_label.holds(at))
        if found is None:
            return 0
        name = self.clock_label.name if self.clock_label.holds(at) else ""
        joint = text_at(self.read, found.end).casefold()
        if joint in ("-", "\N{EN DASH}", "to") and time_at(self.read, found.end + 1) is not None:
            name = "in"
            self.clock_label = _Waiting("out", found.end + 1, at)
        made = self._mention(MentionKind.CLOCK_TIME, at, found.end, found.certainty, by_section=False)
        self._add(evolve(made, name=name, value=found.value), found.end)
        return found.end

    # -- codes ---------------------------------------------------------------------------------------------------------

    def _code_at(self, at: int) -> str:
        """
        The code written at a part; one with a letter is two parts.
        """
        part = self.read[at]
        if touches(self.read, at) and self.read[at - 1].kind in ("word", "number"):
            return ""
        if part.text in self.codes:
            return part.text
        if touches(self.read, at + 1) and len(part.text) + len(self.read[at + 1].text) == 5:
            both = part.text + self.read[at + 1].text
            return both if both in self.codes else ""
        return ""

    def _read_code(self, at: int, code: str) -> int:
        end = at + 1 if self.read[at].text == code else at + 2
        modifiers, end = self._modifiers(end)
        units, end = self._units(end)
        made = self._mention(MentionKind.CODE, at, end, Certainty.STATED)
        self._add(evolve(made, codes=(code,), value=units, modifiers=modifiers), end)
        self._named(end)
        return end

    def _modifiers(self, at: int) -> tuple[tuple[str, ...], int]:
        found: list[str] = []
        while len(found) < 4:
            here = at + 1 if text_at(self.read, at) in ("-", ",", "/") else at
            modifier = text_at(self.read, here)
            number = modifier.isdigit() and (
                not found or figure_at(self.read, here, self.lexicon) != (int(modifier), None, None, here + 1)
            )
            if modifier not in _MODIFIERS or (number and here == at):
                break
            found.append(modifier)
            at = here + 1
        return tuple(found), at

    def _units(self, at: int) -> tuple[int | None, int]:
        """
        Units after a code: "x2", "x 2 units", "(2 units)", "(2)", ": 2 units", "| 2 units".
        """
        opened = text_at(self.read, at) in ("(", ":", ",", "=", "-", "|")
        here = at + 1 if opened else at
        times = text_at(self.read, here).casefold() in ("x", "\N{MULTIPLICATION SIGN}")
        here = here + 1 if times else here
        units = whole_at(self.read, here)
        if units is None or not 1 <= units <= _MOST_UNITS:
            return None, at
        unit, end = self.lexicon.unit_at(self.read, here + 1) or ("", here + 1)
        following = text_at(self.read, end)
        enclosed = text_at(self.read, at) == "(" and following == ")"
        multiplied = times and following not in ("x", "'")
        if unit == "unit" or (not unit and (enclosed or multiplied)):
            return units, end
        return None, at

    # -- minutes -------------------------------------------------------------------------------------------------------

    def _minutes_at(self, at: int) -> tuple[int | None, int]:
        """
        Minutes with their unit at a part, hours counted as sixty; the part after them.
        """
        figure = figure_at(self.read, at, self.lexicon)
        if figure is None or figure.unit not in ("min", "hour") or figure.out_of is not None:
            return None, at
        if isinstance(figure.value, str):
            return None, figure.end
        minutes = figure.value * (60 if figure.unit == "hour" else 1)
        end = figure.end
        if figure.unit == "hour":
            further = figure_at(self.read, end, self.lexicon)
            if further is not None and further.unit == "min" and isinstance(further.value, int):
                minutes, end = minutes + further.value, further.end
        if minutes != int(minutes) or minutes > MINUTES_IN_A_DAY:
            return None, end
        return int(minutes), end

    def _read_minutes(self, at: int) -> int:
        minutes, end = self._minutes_at(at)
        if minutes is None:
            return end
        made = evolve(self._mention(MentionKind.MINUTES, at, end, Certainty.POSSIBLE), value=minutes, unit="min")
        self._add(made, end)
        number = len(self.mentions) - 1
        if text_at(self.read, end).casefold().startswith("session"):
            return end
        if self.subject is not None and at - self.ends[self.subject] <= _SUBJECT:
            self._claim(number, self.subject)
        else:
            self.early = number
        return end

    def _read_minutes_label(self, term: Term, start: int, end: int) -> int:
        """
        A label takes the figure that follows it, else the minutes or the figure that it follows.
        """
        over = end < len(self.read) and self.read[end].kind == "break"
        here = self._past_small(end + over, end + _LOOK)
        minutes, after = self._minutes_at(here) if here < len(self.read) else (None, here)
        if minutes is None and term.certainty is Certainty.STATED and term.name.endswith("total"):
            minutes, after = self._bare(here)
        if minutes is not None:
            self.used[here] = after
            certainty = term.certainty if self._is_set_off(start) and not over else Certainty.LIKELY
            self._label(evolve(term, certainty=certainty), start, after, minutes, here)
            return end if over else here
        self._label_backward(term, start, end)
        return end

    def _past_small(self, at: int, until: int) -> int:
        while at < min(until, len(self.read)):
            part = self.read[at]
            unit = self.lexicon.unit_at(self.read, at)
            if part.word not in _SMALL and unit is None:
                break
            at = at + 1 if unit is None else unit[1]
        return at

    def _bare(self, at: int) -> tuple[int | None, int]:
        """
        A whole number that carries no unit and is no part of a date, a score or a dose.
        """
        if at >= len(self.read) or date_at(self.read, at, self.lexicon) is not None:
            return None, at
        figure = figure_at(self.read, at, self.lexicon)
        if figure is None or figure.unit is not None or figure.out_of is not None or not isinstance(figure.value, int):
            return None, at
        following = text_at(self.read, figure.end).casefold()
        joined = following in ("x", ":", "/") or self._code_at(at)
        return (None, at) if joined or figure.value > MINUTES_IN_A_DAY else (figure.value, figure.end)

    def _label(self, term: Term, start: int, end: int, minutes: int, at: int) -> None:
        made = self._mention(MentionKind.MINUTES, start, end, term.certainty, by_section=False)
        spans = (*made.spans, self._span(at, end))
        self._add(evolve(made, spans=spans, name=term.name, value=minutes, unit="min"), end)

    def _label_backward(self, term: Term, start: int, end: int) -> None:
        last = len(self.mentions) - 1
        if last >= self.clause_mentions and start - self.ends[last] <= 2:
            held = self.mentions[last]
            if held.kind is MentionKind.MINUTES and held.name in ("", "intervention"):
                span = (held.span[0], self._span(start, end)[1])
                self.mentions[last] = evolve(
                    held,
                    spans=(span, held.span),
                    context=self._context(start, by_section=False) if held.context is self.section else held.context,
                    name=term.name,
                    codes=(),
                    certainty=term.certainty,
                )
                self.ends[last] = end
                self.early = None
                return
        if self.loose is not None and term.certainty is Certainty.STATED and term.name.endswith("total"):
            at, figure = self.loose
            plain = figure.unit is None and figure.out_of is None
            if figure.end == start and plain and isinstance(figure.value, int) and figure.value <= MINUTES_IN_A_DAY:
                made = self._mention(MentionKind.MINUTES, at, end, term.certainty, by_section=False)
                spans = (*made.spans, self._span(at, start))
                self._add(evolve(made, spans=spans, name=term.name, value=figure.value, unit="min"), end)

    # -- measures ------------------------------------------------------------------------------------------------------

    def _read_measure(self, term: Term, start: int, end: int) -> int:
        """
        An instrument takes the figure that follows it in its clause, else the one just before it.
        """
        at = end
        while at < min(end + _LOOK, len(self.read)) and self.read[at].kind != "number":
            if self._ends_clause(at) or self.read[at].text == ",":
                break
            at += 1
        figure = figure_at(self.read, at, self.lexicon) if at < len(self.read) else None
        if figure is not None and self._fits(term, figure, close=at - end <= _NEAR):
            self.used[at] = figure.end
            scored = self._scored(term, start, figure.end, at, figure)
            later = self._later(at, figure)
            self._add(scored if later is None else evolve(scored, context=Context.PAST), figure.end)
            if later is not None and self._fits(term, later[1], close=True):
                second, after = later
                self.used[second] = after.end
                self._add(self._scored(term, second, after.end, second, after), after.end)
            self._read_baseline(term, figure.end)
        elif self.loose is not None:
            at, figure = self.loose
            full = figure.out_of is not None or figure.unit is not None
            if start - figure.end <= 1 and self._fits(term, figure, close=full):
                self._add(self._scored(term, at, end, at, figure), end)
        return end

    def _read_baseline(self, term: Term, at: int) -> None:
        """
        The earlier score in parentheses after a score: "22/30 (eval 17/30)".
        """
        here = at + 1
        while here < at + _NEAR and text_at(self.read, here).casefold() in _EARLIER:
            here += 1
        figure = figure_at(self.read, here, self.lexicon) if here < len(self.read) else None
        if (
            text_at(self.read, at) != "("
            or here == at + 1
            or figure is None
            or not self._fits(term, figure, close=True)
        ):
            return
        self.used[at] = figure.end
        scored = evolve(self._scored(term, here, figure.end, here, figure), context=Context.PAST)
        self._add(scored, figure.end)

    def _later(self, at: int, figure: Figure) -> tuple[int, Figure] | None:
        """
        The second figure of "from 38 to 42".
        """
        if text_at(self.read, at - 1).casefold() != "from" or text_at(self.read, figure.end).casefold() != "to":
            return None
        second = figure_at(self.read, figure.end + 1, self.lexicon)
        return None if second is None else (figure.end + 1, second)

    def _fits(self, term: Term, figure: Figure, *, close: bool) -> bool:
        if text_at(self.read, figure.end).casefold() in ("x", "\N{MULTIPLICATION SIGN}"):
            return False
        if figure.unit is None and (term.needs_unit or (figure.out_of is None and not close)):
            return False
        if figure.unit is not None and figure.unit not in term.units:
            return False
        return figure.largest <= term.most and (figure.out_of is None or figure.out_of == term.most)

    def _scored(self, term: Term, start: int, end: int, at: int, figure: Figure) -> Mention:
        full = figure.unit is not None or figure.out_of is not None
        made = self._mention(MentionKind.MEASURE, start, end, Certainty.STATED if full else Certainty.LIKELY)
        return evolve(
            made,
            spans=(*made.spans, self._span(at, figure.end)),
            name=term.name,
            value=figure.value,
            unit=figure.unit or term.units[0],
            out_of=figure.out_of,
        )

    def _read_strength(self, _term: Term, start: int, end: int) -> int:
        self.strength = len(self.read)
        if self.loose is not None and start - self.loose[1].end <= _NEAR:
            self._grade(*self.loose)
        return end

    def _read_motion(self, _term: Term, start: int, end: int) -> int:
        self.motion = end + _LOOK
        if self.loose is not None and start - self.loose[1].end <= 2 and self.loose[1].unit == "degrees":
            self.loose = None
        return end

    def _grade(self, at: int, figure: Figure) -> bool:
        if figure.out_of != 5 or figure.unit is not None or figure.largest > 5:
            return False
        made = self._mention(MentionKind.MEASURE, at, figure.end, Certainty.STATED)
        self._add(evolve(made, name="strength", value=figure.value, unit="grade", out_of=5), figure.end)
        return True

    def _angle(self, at: int, figure: Figure) -> bool:
        moved = at <= self.motion
        if figure.unit != "degrees" and not (moved and figure.unit is None and isinstance(figure.value, str)):
            return False
        if figure.largest > _MOST_DEGREES or figure.out_of is not None:
            return False
        certainty = Certainty.POSSIBLE if not moved else Certainty.STATED if figure.unit else Certainty.LIKELY
        made = self._mention(MentionKind.MEASURE, at, figure.end, certainty)
        self._add(evolve(made, name="range-of-motion", value=figure.value, unit="degrees"), figure.end)
        return True

    # -- numbers -------------------------------------------------------------------------------------------------------

    def _read_number(self, at: int) -> int:
        for way in self._ways(at):
            end = way(at)
            if end:
                return end
        figure = figure_at(self.read, at, self.lexicon)
        if figure is None:
            return at + 1
        if figure.unit in ("min", "hour") and figure.out_of is None:
            return self._read_minutes(at)
        self.loose = at, figure
        if not self._grade_said(at, figure) and not self._angle(at, figure):
            self._distance(at, figure)
        return figure.end

    def _ways(self, at: int) -> Iterator[Callable[[int], int]]:
        """
        What a number may be part of, by the sign or word that follows it.
        """
        following = text_at(self.read, at + 1).casefold()
        if following == ":" or self.clock_label.holds(at):
            yield self._read_time
        elif following in _TIMES:
            yield self._read_dose
            yield self._read_frequency
        else:
            yield self._read_date

    def _grade_said(self, at: int, figure: Figure) -> bool:
        signed = str(figure.value)[-1] in "+-"
        return (at <= self.strength or signed) and self._grade(at, figure)

    def _distance(self, at: int, figure: Figure) -> None:
        if figure.unit in ("ft", "m") and not isinstance(figure.value, str):
            made = self._mention(MentionKind.MEASURE, at, figure.end, Certainty.LIKELY)
            self._add(evolve(made, name="distance", value=figure.value, unit=figure.unit), figure.end)

    def _read_dose(self, at: int) -> int:
        """
        Sets and repetitions: "3x10", "3 sets of 10".
        """
        step = 3 if text_at(self.read, at + 1).casefold() == "sets" else 2
        joined = step == 2 or text_at(self.read, at + 2).casefold() == "of"
        if not joined or whole_at(self.read, at) is None or whole_at(self.read, at + step) is None:
            return 0
        if self._minutes_at(at + step)[0] is not None:
            return 0
        self.doses.append(self._span(at, at + step + 1))
        return at + step + 1

    def _read_frequency(self, at: int) -> int:
        """
        How often: "2x/week", "3 times per week".
        """
        times = whole_at(self.read, at)
        if times is None or not 1 <= times <= 14:
            return 0
        here = at + 3 if text_at(self.read, at + 2).casefold() in ("/", "per", "a", "each") else at + 2
        unit, end = self.lexicon.unit_at(self.read, here) or ("", here)
        if unit != "week":
            return 0
        made = self._mention(MentionKind.PLAN, at, end, Certainty.STATED)
        self._add(evolve(made, name="frequency", value=times, unit="per-week"), end)
        return end

    # -- who -----------------------------------------------------------------------------------------------------------

    def _read_sign(self, term: Term, start: int, end: int) -> int:
        """
        A word of signing counts where it is set off or speaks of the note: an order may be signed, too.
        """
        here = start
        while here > max(self.clause, start - _NEAR) and self.read[here - 1].word in _WAS:
            here -= 1
        opens = start == self.clause or text_at(self.read, start - 1) == ","
        named = here > self.clause and self.read[here - 1].word in _DOCUMENTS
        set_off = term.name == "signed" and self._is_set_off(start)
        if (set_off or opens or named) and self._context(start, by_section=False) is Context.TODAY:
            self.sign = _Waiting("signed", end + _SUBJECT, end)
            self.date_label = _Waiting("signed", end + _NEAR, start)
        return end

    def _read_credential(self, term: Term, start: int, end: int) -> int:
        names, end = self._credentials(term, end)
        first = self._name_before(start)
        if self.sign.holds(start):
            blank = any(part.text in "_*" for part in self.read[self.sign.at : start])
            if not blank:
                first = max(first, self.sign.at)
                self._sign_off(start, end, names, first, Certainty.STATED if first < start else Certainty.LIKELY)
            self.sign = _NOTHING
        elif first < start and first == self.clause and self._closes(end):
            self._sign_off(start, end, names, first, Certainty.LIKELY)
        else:
            self._take_part(start, end, names)
        return end

    def _credentials(self, term: Term, end: int) -> tuple[str, int]:
        """
        The credentials that follow one another, each once.
        """
        names = [term.name]
        while len(names) < 8:
            here = end + 1 if text_at(self.read, end) in (",", "/", "&") else end
            found = self.lexicon.term_at(self.read, here) if here < len(self.read) else None
            if found is None or found[0].group is not Group.CREDENTIAL:
                break
            end = found[1]
            names.append(found[0].name)
        return ", ".join(dict.fromkeys(names)), end

    def _name_before(self, start: int) -> int:
        """
        The first part of a name in front of a credential, or the credential's own when there is none.
        """
        at = start - 1 if start and text_at(self.read, start - 1) == "," else start
        comma = at < start
        first = start
        while at > max(self.clause, start - _NAME):
            part = self.read[at - 1]
            named = part.kind == "word" and part.text[0].isupper()
            if not named and part.text not in (".", "-", "'", "\N{RIGHT SINGLE QUOTATION MARK}"):
                break
            at -= 1
            first = at if named else first
        return first if comma or start - first > 1 else start

    def _closes(self, at: int) -> bool:
        """
        Whether a line of a name and a credential ends here, but for a date, a time or a license.
        """
        if at >= len(self.read) or self._ends_clause(at):
            return True
        here = at + 1 if self.read[at].text in (",", "(", "-") else at
        word = self.read[here].word if here < len(self.read) else ""
        return word in ("lic", "license", "on", "date", "dated", "#", "npi", "at") or word[:1].isdigit()

    def _sign_off(self, start: int, end: int, credential: str, first: int, certainty: Certainty) -> None:
        last = start - 1 if text_at(self.read, start - 1) == "," else start
        made = self._mention(MentionKind.SIGNATURE, min(first, start), end, certainty, by_section=False)
        words = [at for at in range(first, last) if self.read[at].kind == "word" and self.read[at].text[0].isupper()]
        spans = (*made.spans, self._span(words[0], last)) if words else made.spans
        self._add(evolve(made, spans=spans, name=credential), end)
        self.date_label = _Waiting("signed", end + _NEAR, end)

    def _take_part(self, start: int, end: int, credential: str) -> None:
        by = text_at(self.read, start - 1).casefold() in ("by", "with") if start else False
        if not by and credential in ("PT", "OT", "SLP", "MD", "NP", "PA-C", "DC"):
            return
        made = self._mention(MentionKind.PERFORMER, start, end, Certainty.LIKELY)
        self._add(evolve(made, name=credential), end)
