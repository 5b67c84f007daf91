"""
What a document of the record holds of what a policy asks for: pure functions over the rules of one day.

Requirements are data; here are the few ways of checking them.
Nothing is a verdict: a finding says what is there, what is missing, and who asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple, assert_never

from attrs import define, field, fields

from .amounts import chain_start
from .code import POOLED_BLOCK, CodeFacts, Discipline, UnitBasis
from .credentials import Profession, profession_of
from .documents import Contact, FurnishedBy, GoalTerm, Intervention, Note, is_named
from .errors import InvalidInputError
from .inputs import checked_minutes, checked_sequence
from .policy import AssistantRule, TimedPool, UnitMethod
from .pooling import SHORTEST_UNIT
from .record import Override, Service
from .requirement import CheckKind, NoteType, Obligation, Requirement, Silence
from .results import ClaimLine, DocumentationReport, Finding, Outcome, Units
from .ruleset import RuleSet
from .units import UnitCount, count_units


ASSISTANT_MODIFIERS = frozenset({"CQ", "CO"})
_OF_DISCIPLINE = {"GP": Discipline.PT, "GO": Discipline.OT, "GN": Discipline.SLP}


_ASSISTANTS = frozenset({Profession.PTA, Profession.OTA})
_CLINICIANS = frozenset(
    {Profession.PT, Profession.OT, Profession.SLP, Profession.PHYSICIAN, Profession.PODIATRIST, Profession.NPP}
)


class _Answer(NamedTuple):
    """
    Outcome, sentence, and the input it is about where that is not the requirement's own.
    """

    outcome: Outcome
    message: str
    path: str | None = None


_MET = Outcome.MET
_NOT_MET = Outcome.NOT_MET
_NOT_APPLICABLE = Outcome.NOT_APPLICABLE
_NOT_ASSESSED = Outcome.NOT_ASSESSED

_OBLIGATION_ORDER = tuple(Obligation)

_READ_WITHOUT_FIELDS = frozenset({CheckKind.DAY_DOCUMENTED, CheckKind.NEVER_DEMAND, CheckKind.DISTINCT})
_BESIDE_TEXT = frozenset(
    {"note_type", "date_of_service", "text", "discipline", "patient_identified", "date_written", "supervisor_consulted"}
)
"""What may be given beside free text without the note being more than text."""
_CONTENT = tuple(attribute.name for attribute in fields(Note) if attribute.name not in _BESIDE_TEXT)

_OTHER_DISCIPLINE = _Answer(_NOT_APPLICABLE, "The requirement belongs to another discipline.")
_CODE_NOT_NAMED = _Answer(_NOT_APPLICABLE, "Neither claim nor note names one of the codes it is about.")
_NOT_ALONE = _Answer(_NOT_APPLICABLE, "Other codes than these were furnished as well.")
_NOTHING_TIMED = _Answer(_NOT_APPLICABLE, "No timed code was furnished.")
_TIMED_UNKNOWN = _Answer(_NOT_ASSESSED, "Whether a timed code was furnished is not stated; pass the claim lines.")
_NO_ASSISTANT = _Answer(_NOT_APPLICABLE, "Nothing says that an assistant took part.")
_TEXT_NOT_READ = _Answer(_NOT_ASSESSED, "Only free text is given and it was not read; fill in the fields of the note.")
_RECORDED = _Answer(_MET, "Recorded.")
_NO_CASE = _Answer(_NOT_APPLICABLE, "Nothing says that the case arises.")
_NO_LINES = _Answer(_NOT_ASSESSED, "No claim lines were given to compare the note with.")
_EPISODE = _Answer(_NOT_ASSESSED, "One document does not show it; pass the documents of the episode to check_episode.")
_DAY_DOCUMENTED = _Answer(_MET, "The note documents the treatment day.")
_IDENTIFIED = _Answer(_MET, "Signed with professional identification.")
_NO_ASSISTANT_SIGNED = _Answer(_NOT_APPLICABLE, "The note is not signed by an assistant.")
_ONLY_THE_SIGNER = _Answer(_NOT_APPLICABLE, "Nothing says that anybody but the signer took part.")
_ENTITLED = _Answer(_MET, "Signed by a person entitled to it.")
_EVERY_CODE_NAMED = _Answer(_MET, "Every code billed has an intervention.")
_MINUTES_AGREE = _Answer(_MET, "The minutes agree.")
_UNITS_SUPPORTED = _Answer(_MET, "The minutes of each code support its units.")
_CLAIM_AGREES = _Answer(_MET, "Date and performers of note and claim do not contradict each other.")
_CONTACT_UNSAID = _Answer(_NOT_ASSESSED, "How patient and performer were together is not stated.")
_NO_TEXT = _Answer(_NOT_APPLICABLE, "There is no free text that could be carried over.")
_NOT_COMPARED = _Answer(_NOT_ASSESSED, "Compared only when both services and claim lines are given.")
_NOBODY_ELSE = _Answer(_NOT_APPLICABLE, "Nobody beside the signer is named as taking part.")
_NOBODY_REFUSED = _Answer(_MET, "Nobody is named who may not furnish it.")

_TIMED_TOTAL = "note.total_timed_code_treatment_minutes"

_ANSWERS_KEPT = 64
_SHAPES_KEPT = 256
_PARTS_OF_PLAN = (
    ("plan", NoteType.PLAN_OF_CARE),
    ("progress", NoteType.PROGRESS_REPORT),
    ("discharge", NoteType.DISCHARGE_NOTE),
    ("order", NoteType.ORDER),
)
"""A document that holds one of these parts serves as that document too."""


# -- inputs -----------------------------------------------------------------------------------------------------------


class _Step(NamedTuple):
    """
    One step of an input path: a field, whether it holds several values, which kind of them is meant, and further steps.
    """

    name: str
    several: bool
    kind: str
    further: tuple[_Step, ...]


class _Place(NamedTuple):
    """
    A place where an item may stand: its path, the steps to it, and whether they lead through the interventions.
    """

    path: str
    steps: tuple[_Step, ...]
    through_interventions: bool


class _Input(NamedTuple):
    """
    One item asked for: the path it is known by, and the places where it may stand.
    """

    path: str
    places: tuple[_Place, ...]

    @property
    def is_of_episode(self) -> bool:
        return self.path.startswith("episode.")


@cache
def _input(text: str) -> _Input:
    places = tuple(_place(path) for path in text.split(" | "))
    return _Input(places[0].path, places)


def _place(path: str) -> _Place:
    steps: tuple[_Step, ...] = ()
    for part in reversed(path.split(".")[1:]):
        name, bracket, kind = part.removesuffix("]").partition("[")
        steps = (_Step(name, bool(bracket), kind, steps), *steps)
    through = len(steps) > 1 and steps[0].name == "interventions"
    return _Place(path, steps[1:] if through else steps, through)


_STATED, _ABSENT, _UNSTATED = range(3)


def _state(holders: Iterable[object], steps: tuple[_Step, ...]) -> int:
    """
    Whether every one of the holders states what the steps lead to; absent in one of them weighs most.
    """
    worst = _STATED
    for holder in holders:
        state = _state_in(holder, steps)
        if state == _ABSENT:
            return _ABSENT
        worst = max(worst, state)
    return worst


def _state_in(holder: object, steps: tuple[_Step, ...]) -> int:
    """
    Whether one holder states what the steps lead to.
    """
    for name, several, kind, further in steps:
        value = getattr(holder, name)
        if several and kind:
            value = tuple(item for item in value if item.kind == kind)
        if not value:
            if value is None or value == ():
                return _ABSENT if name in holder.absent else _UNSTATED  # type: ignore[attr-defined]
            if value is False or value == "":
                return _ABSENT
        elif isinstance(value, str) and value.isspace():
            return _ABSENT
        if several:
            return _state(value, further) if further else _STATED
        holder = value
    return _STATED


@define(slots=False, eq=False, repr=False)
class _Case:
    """
    Everything one check may look at.

    Attributes:
        billed: the codes of the claim and of the services.
        codes: the codes of claim, services and note.
        disciplines: the disciplines anything says.
        assistant_took_part: whether anything says that an assistant furnished part of the day.
        is_text_only: whether the note is free text and nothing else.
        timed_lines: the lines of timed codes, with their place among all.
    """

    note: Note
    rules: RuleSet
    lines: tuple[ClaimLine, ...] | None = None
    services: tuple[Service, ...] | None = None
    record: tuple[Note, ...] = ()
    tolerance: tuple[int, int] = (0, 0)
    billed: frozenset[str] = field(init=False)
    codes: frozenset[str] = field(init=False)
    disciplines: frozenset[Discipline] = field(init=False)
    assistant_took_part: bool = field(init=False, default=False)
    is_text_only: bool = field(init=False)
    timed_lines: list[tuple[int, ClaimLine]] = field(init=False)
    _looked_at: dict[frozenset[str], tuple[Intervention, ...]] = field(factory=dict, init=False)
    _professions: dict[str | None, Profession | None] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """
        What nearly every requirement asks for, in one walk.
        """
        note, lines, services = self.note, self.lines or (), self.services or ()
        billed = [line.code for line in lines]
        said = [line.discipline for line in lines]
        self.timed_lines = [(index, line) for index, line in enumerate(lines) if self.is_timed(line.code)]
        for line in lines:
            if not ASSISTANT_MODIFIERS.isdisjoint(line.modifiers):
                self.assistant_took_part = True
        for service in services:
            billed.append(service.code)
            said.append(service.discipline)
            if service.furnished_by is FurnishedBy.ASSISTANT:
                self.assistant_took_part = True
        for one in note.interventions:
            if one.furnished_by is FurnishedBy.ASSISTANT:
                self.assistant_took_part = True
        said.append(note.discipline)
        self.billed = frozenset(billed)
        self.codes = self.billed.union([one.code for one in note.interventions if one.code is not None])
        self.disciplines = frozenset([one for one in said if one is not None])
        self.is_text_only = is_named(note.text) and all(getattr(note, name) in (None, ()) for name in _CONTENT)

    def facts(self, code: str) -> CodeFacts | None:
        """
        The facts of a code of the claim; `None` when the day does not know it, which the claim's own checks report.
        """
        try:
            return self.rules.code(code)
        except LookupError:
            return None

    def stands_for(self, codes: set[str | None], billed: str) -> bool:
        """
        Whether a billed code is among the codes of the interventions, itself or by another of its family.
        """
        return billed in codes or self.family(billed) in {self.family(code) for code in codes if code is not None}

    def family(self, code: str) -> str:
        """
        The code by which a code, its add-on and its neighbors in range are known.
        """
        facts = self.facts(code)
        return code if facts is None or facts.unit is None else chain_start(facts, self.rules)

    def is_timed(self, code: str) -> bool:
        facts = self.facts(code)
        return facts is not None and facts.unit_basis in (UnitBasis.TIMED, UnitBasis.TIME_BLOCK)

    def is_evaluation(self, code: str) -> bool:
        try:
            return "evaluation" in self.rules.catalogue.lookup(code).category
        except LookupError:
            return False

    @cached_property
    def bills_timed_code(self) -> bool | None:
        """
        Whether a timed code was billed or furnished; `None` when nobody said what was.
        """
        if self.timed_lines:
            return True
        if self.services is not None and any(self.is_timed(service.code) for service in self.services):
            return True
        if any(one.code is not None and self.is_timed(one.code) for one in self.note.interventions):
            return True
        return None if self.lines is None and self.services is None else False

    @property
    def timed_minutes(self) -> int | None:
        """
        The timed total: as stated, or added up when every intervention says its code and every timed one its minutes.
        """
        if self.note.total_timed_code_treatment_minutes is not None:
            return self.note.total_timed_code_treatment_minutes
        return self.timed_minutes_by_code

    @cached_property
    def timed_minutes_by_code(self) -> int | None:
        """
        The sum of the minutes code by code; `None` unless every intervention tells enough.
        """
        interventions = self.note.interventions
        if not interventions or any(one.code is None for one in interventions):
            return None
        timed = [one for one in interventions if one.code is not None and self.is_timed(one.code)]
        if not timed or any(one.minutes is None for one in timed):
            return None
        return sum(one.minutes or 0 for one in timed)

    @property
    def is_of_assistant(self) -> bool:
        return self.assistant_took_part or self.signer in _ASSISTANTS

    @property
    def shape(self) -> tuple[object, ...]:
        """
        What decides whether a requirement applies; nothing of it is free text.
        """
        return self.codes, self.billed, self.disciplines, self.is_of_assistant, self.bills_timed_code

    @property
    def signer(self) -> Profession | None:
        signature = self.note.signature
        return None if signature is None else self.profession(signature.credential)

    def interventions(self, codes: frozenset[str]) -> tuple[Intervention, ...]:
        """
        The interventions a requirement looks at: those of its codes, or all that are no evaluation.
        """
        found = self._looked_at.get(codes)
        if found is None:
            every = self.note.interventions
            if codes:
                found = tuple([one for one in every if one.code in codes])
            else:
                found = tuple([one for one in every if one.code is None or not self.is_evaluation(one.code)])
            self._looked_at[codes] = found
        return found

    def profession(self, credential: str | None) -> Profession | None:
        """
        The profession a credential names, worked out once a document.
        """
        known = self._professions
        if credential not in known:
            known[credential] = profession_of(credential)
        return known[credential]

    def states(self, item: _Input, codes: frozenset[str]) -> bool:
        """
        Whether an item is stated.
        """
        return self.state(item, codes) == _STATED

    def state(self, item: _Input, codes: frozenset[str]) -> int:
        """
        Whether an item is stated, absent or not stated, wherever it may stand.
        """
        found = _UNSTATED
        for path, steps, through_interventions in item.places:
            if through_interventions:
                relevant = self.interventions(codes)
                state = _state(relevant, steps) if relevant else _UNSTATED
            else:
                state = _state_in(self.note, steps)
                if state != _STATED and path == _TIMED_TOTAL and self.timed_minutes is not None:
                    state = _STATED
            if state == _STATED:
                return _STATED
            found = min(found, state)
        return found

    def elsewhere(self, item: _Input, asked: _Asked) -> bool:
        """
        Whether a document of another kind, where the item may stand as well, states it.
        """
        kinds = asked.requirement.documents
        for other in self.others:
            kind = other.note.note_type
            if kind in kinds and kind is not self.note.note_type and other.states(item, asked.codes):
                return True
        return False

    @cached_property
    def others(self) -> tuple[_Case, ...]:
        return tuple(_Case(other, self.rules) for other in self.record)


_Check = Callable[["_Asked", _Case], _Answer]


class _Asked:
    """
    One requirement, made ready to be asked of many documents.
    """

    def __init__(self, requirement: Requirement, beside: frozenset[CheckKind]) -> None:
        self.requirement = requirement
        self.codes = frozenset(requirement.codes)
        self.units_apart = CheckKind.UNITS_SUPPORTED in beside
        self.modifiers_apart = CheckKind.ASSISTANT_MODIFIER in beside
        self.inputs = tuple(_input(text) for text in requirement.inputs)
        self.silences = tuple(_silence(requirement.unstated, number, item) for number, item in enumerate(self.inputs))
        check = _check_for(requirement.check)
        self.check = _of_episode if self.inputs[0].is_of_episode else check
        self.disciplines = frozenset(requirement.disciplines)
        self.accepted = frozenset(requirement.accepted)
        self.refused = frozenset(requirement.refused)
        self.reads_text = requirement.check in _READ_WITHOUT_FIELDS or self.inputs[0].is_of_episode
        one = requirement
        self.is_conditional = bool(one.disciplines or one.timed_only or one.assistant_only or one.alone)
        self.recorded = self._finding(_RECORDED)
        self.not_asked_for = _Answer(_NOT_APPLICABLE, f"Not asked for. {requirement.remedy}")
        self.not_named = self._finding(_CODE_NOT_NAMED)
        self.always = self._always()
        self._made: dict[tuple[str, str | None], Finding] = {}

    def _always(self) -> Finding | None:
        """
        The finding that no document changes: of what must not be demanded, and of what takes the whole episode.
        """
        one = self.requirement
        if one.codes or self.is_conditional:
            return None
        if one.check is CheckKind.NEVER_DEMAND:
            return self._finding(self.not_asked_for)
        return self._finding(_EPISODE) if self.inputs[0].is_of_episode else None

    def settled(self, case: _Case) -> Finding | None:
        """
        The finding that rests on nothing but the shape of a case, if it does.
        """
        if self.codes and self.codes.isdisjoint(case.codes):
            return self.not_named
        unfit = self._unfit(case) if self.is_conditional else None
        return self.always if unfit is None else self._made_of(unfit)

    def finding(self, case: _Case) -> Finding:
        """
        The answer for one document whose shape does not settle it.
        """
        if case.is_text_only and not self.reads_text and not self._is_given(case):
            return self._made_of(_TEXT_NOT_READ)
        answer = self.check(self, case)
        return self.recorded if answer is _RECORDED else self._made_of(answer)

    def _made_of(self, answer: _Answer) -> Finding:
        """
        The finding of an answer; the first ones are kept.
        """
        key = answer[1:]
        made = self._made.get(key)
        if made is None:
            made = self._finding(answer)
            if len(self._made) < _ANSWERS_KEPT:
                self._made[key] = made
        return made

    def _finding(self, answer: _Answer) -> Finding:
        requirement = self.requirement
        message = f"{answer.message} {requirement.remedy}" if answer.outcome is _NOT_MET else answer.message
        return Finding(
            id=requirement.id,
            title=requirement.title,
            outcome=answer.outcome,
            obligation=requirement.obligation,
            priority=requirement.priority,
            message=message,
            path=answer.path or self.inputs[0].path,
            citations=requirement.citations,
        )

    def _unfit(self, case: _Case) -> _Answer | None:
        """
        Why the requirement does not apply to a document, if it does not.
        """
        requirement = self.requirement
        if self.disciplines and case.disciplines and self.disciplines.isdisjoint(case.disciplines):
            return _OTHER_DISCIPLINE
        if requirement.alone and not case.billed <= self.codes:
            return _NOT_ALONE
        if requirement.assistant_only and not case.is_of_assistant:
            return _NO_ASSISTANT
        if requirement.timed_only and requirement.check is not CheckKind.NEVER_DEMAND:
            timed = case.bills_timed_code
            if timed is False:
                return _NOTHING_TIMED
            if timed is None:
                return _TIMED_UNKNOWN
        return None

    def _is_given(self, case: _Case) -> bool:
        """
        Whether every input of the note is filled in beside its free text.
        """
        return all(case.state(item, self.codes) != _UNSTATED for item in self.inputs if item.path.startswith("note."))


def _never_demanded(asked: _Asked, _case: _Case) -> _Answer:
    return asked.not_asked_for


def check_documentation(  # noqa: PLR0913 - every setting is a keyword of its own
    note: Note,
    rules: RuleSet,
    *,
    lines: Iterable[ClaimLine] | None = None,
    services: Iterable[Service] | UnitCount | None = None,
    record: Iterable[Note] = (),
    overrides: Iterable[Override] = (),
    minutes_over: int = 0,
    minutes_under: int = 0,
) -> DocumentationReport:
    """
    Say what a document holds of what the policy asks for.

    Args:
        note: the document.
        rules: the rules of the day.
        lines: the claim lines of the day; without them, agreement of note and claim is not assessed.
        services: the services furnished, billed or not, or their count; without them, unbilled services are seen
            only where the note names them.
        record: other documents of the episode; an item that may stand in several kinds of document counts wherever
            it stands.
        overrides: decisions to let findings stand; each is attached to its finding and changes no outcome.
        minutes_over: how many minutes single interventions may exceed the total of the note by.
        minutes_under: how many minutes they may fall short of it.

    Returns:
        One finding a requirement: what is missing first, and among that what auditors find first.

    Raises:
        InvalidInputError: something that is no `Note`, `ClaimLine`, `Service` or `Override`, or no minutes.

    Source:
        Medicare Benefit Policy Manual, Pub. 100-02, chapter 15, section 220.3; each finding cites its own.

    Example:
        >>> import therapycodes as tc
        >>> rules = tc.rules_on("2026-03-02")
        >>> report = tc.check_documentation(tc.Note("treatment-note", "2026-03-02"), rules)
        >>> report.finding("TN-05").outcome.value
        'not-met'
    """
    if not isinstance(note, Note):
        raise InvalidInputError("note", "not a Note", "give a Note")
    if not isinstance(rules, RuleSet):
        raise InvalidInputError("rules", "not a RuleSet", "give what rules_on returned")
    if isinstance(services, UnitCount):
        services = services.services
    case = _Case(
        note,
        rules,
        None if lines is None else checked_sequence(ClaimLine, lines, "lines"),
        None if services is None else checked_sequence(Service, services, "services"),
        checked_sequence(Note, record, "record"),
        (checked_minutes(minutes_over, "minutes_over"), checked_minutes(minutes_under, "minutes_under")),
    )
    missing: list[Finding] = []
    open_: list[Finding] = []
    met: list[Finding] = []
    idle: list[Finding] = []
    for asked, settled in _asked_of(case):
        finding = asked.finding(case) if settled is None else settled
        outcome = finding.outcome
        if outcome is _NOT_APPLICABLE:
            idle.append(finding)
        elif outcome is _MET:
            met.append(finding)
        elif outcome is _NOT_MET:
            missing.append(finding)
        else:
            open_.append(finding)
    findings = [*missing, *open_, *met, *idle]
    decided = {one.finding: one for one in checked_sequence(Override, overrides, "overrides")}
    if decided:
        findings = [one.overridden(decided[one.id]) if one.id in decided else one for one in findings]
    return DocumentationReport(policy=rules.policy.id, findings=tuple(findings), carried_forward=rules.carried_forward)


def _asked_of(case: _Case) -> tuple[tuple[_Asked, Finding | None], ...]:
    """
    The requirements of a document, the strongest and most asked for first, with the findings its shape settles.
    """
    note, rules = case.note, case.rules
    kinds = [note.note_type]
    kinds += [kind for part, kind in _PARTS_OF_PLAN if kind != note.note_type and getattr(note, part) is not None]
    known: dict[object, tuple[tuple[_Asked, Finding | None], ...]] = rules.answers("requirements by shape")
    key = (case.shape, *kinds)
    found = known.get(key)
    if found is None:
        every = rules.kept(("documentation", *kinds), lambda: tuple(_ready(kinds, rules)))
        found = tuple([(asked, asked.settled(case)) for asked in every])
        if len(known) < _SHAPES_KEPT:
            known[key] = found
    return found


def _ready(kinds: list[NoteType], rules: RuleSet) -> Iterator[_Asked]:
    found: Mapping[str, Requirement] = {one.id: one for kind in kinds for one in rules.requirements(kind)}
    beside = frozenset(one.check for one in rules.requirements(kinds[0]))
    for requirement in sorted(found.values(), key=prominence):
        yield _Asked(requirement, beside)


def prominence(requirement: Requirement) -> tuple[int, int]:
    """
    What is required first, and among that what auditors find first; the data's order decides the rest.
    """
    return _OBLIGATION_ORDER.index(requirement.obligation), requirement.priority


def _check_for(kind: CheckKind) -> _Check:  # noqa: C901, PLR0912 - one return for each kind of check
    match kind:
        case CheckKind.RECORDED:
            return _recorded
        case CheckKind.ONE_OF:
            return _one_of
        case CheckKind.CONTRADICTION:
            return _contradiction
        case CheckKind.DISTINCT:
            return _distinct
        case CheckKind.AUTHENTICATED:
            return _authenticated
        case CheckKind.AUTHORED_BY:
            return _authored_by
        case CheckKind.PERFORMED_BY:
            return _performed_by
        case CheckKind.RULED_OUT:
            return _ruled_out
        case CheckKind.NEED_JUDGED:
            return _need_judged
        case CheckKind.GOALS_MEASURABLE:
            return _goals_measurable
        case CheckKind.EVALUATION_APART:
            return _evaluation_apart
        case CheckKind.ONE_ON_ONE:
            return _one_on_one
        case CheckKind.ONE_DISCIPLINE:
            return _one_discipline
        case CheckKind.WITHIN_PLAN:
            return _within_plan
        case CheckKind.ASSISTANT_MODIFIER:
            return _assistant_modifier
        case CheckKind.MODALITIES:
            return _modalities
        case CheckKind.BILLED_BELOW:
            return _billed_below
        case CheckKind.ON_TIME:
            return _on_time
        case CheckKind.COUNT_SINCE | CheckKind.DOCUMENTS_KEPT:
            return _of_episode
        case CheckKind.NEVER_DEMAND:
            return _never_demanded
        case CheckKind.CONTRIBUTORS:
            return _contributors
        case CheckKind.INTERVENTIONS:
            return _interventions
        case CheckKind.UNBILLED:
            return _unbilled
        case CheckKind.MINUTES_CONSISTENT:
            return _minutes_consistent
        case CheckKind.UNITS_SUPPORTED:
            return _units_supported
        case CheckKind.CLAIM_AGREES:
            return _claim_agrees
        case CheckKind.DAY_DOCUMENTED:
            return _day_documented
        case CheckKind.PROFESSIONAL_SIGNATURE:
            return _professional_signature
        case CheckKind.SUPERVISOR_CONSULT:
            return _supervisor_consult
        case _:
            assert_never(kind)


# -- what is recorded -------------------------------------------------------------------------------------------------


def _silent(silence: Silence, path: str) -> _Answer:
    match silence:
        case Silence.MISSING:
            return _Answer(_NOT_MET, "Not recorded.", path)
        case Silence.OPEN:
            return _Answer(_NOT_ASSESSED, "The input does not say.", path)
        case Silence.NOT_APPLICABLE:
            return _NO_CASE
        case _:
            assert_never(silence)


_STATED_BY_CALLER = frozenset({"note.patient_identified"})
"""What is only a yes or no of the caller's may be not stated."""


def _recorded(asked: _Asked, case: _Case) -> _Answer:
    """
    Every input is there; what is absent weighs more than what is only not stated.
    """
    unsaid: _Answer | None = None
    for item, unstated, is_final in asked.silences:
        state = case.state(item, asked.codes)
        if state == _STATED or (case.record and case.elsewhere(item, asked)):
            continue
        if state == _ABSENT:
            return _Answer(_NOT_MET, "Not recorded.", item.path)
        if is_final:
            return unstated
        unsaid = unsaid or unstated
    return unsaid or _RECORDED


def _silence(silence: Silence, number: int, item: _Input) -> tuple[_Input, _Answer, bool]:
    """
    What it means that an input is not stated, and whether no further input can outweigh it.
    """
    if silence is Silence.NOT_APPLICABLE and number:
        return item, _silent(Silence.MISSING, item.path), False
    if silence is Silence.MISSING and item.path in _STATED_BY_CALLER:
        return item, _silent(Silence.OPEN, item.path), False
    return item, _silent(silence, item.path), silence is not Silence.OPEN


def _one_of(asked: _Asked, case: _Case) -> _Answer:
    """
    At least one input is there.
    """
    states = [case.state(item, asked.codes) for item in asked.inputs]
    if _STATED in states or (case.record and any(case.elsewhere(item, asked) for item in asked.inputs)):
        return _RECORDED
    if _ABSENT in states:
        return _Answer(_NOT_MET, "Not recorded.")
    return _silent(asked.requirement.unstated, asked.inputs[0].path)


def _contradiction(asked: _Asked, case: _Case) -> _Answer:
    """
    What an intervention addresses is not another code's alone, and what the code needs is recorded.
    """
    for one in case.interventions(asked.codes):
        if one.impairments and not asked.accepted.intersection(one.impairments):
            named = ", ".join(one.impairments)
            return _Answer(_NOT_MET, f"{one.code} is said to address {named} only.", "note.interventions[].impairments")
    return _recorded(asked, case)


def _distinct(asked: _Asked, case: _Case) -> _Answer:
    text = case.note.text
    if text is None or not text.strip():
        return _NO_TEXT
    if not case.record:
        return _Answer(_NOT_ASSESSED, "No other document was given to compare the text with.")
    if any(other.text == text and other != case.note for other in case.record):
        return _Answer(_NOT_MET, "The text is that of another document, word for word.", asked.requirement.inputs[0])
    return _Answer(_MET, "The text is not that of another document given.")


# -- who --------------------------------------------------------------------------------------------------------------


def _authenticated(asked: _Asked, case: _Case) -> _Answer:
    answer = _recorded(asked, case)
    order = case.note.order
    method = order.signature.method if order is not None and order.signature is not None else None
    if method in asked.refused:
        return _Answer(_NOT_MET, f"Supplied by {method}, which does not count here.", "note.order.signature.method")
    return answer


def _authored_by(asked: _Asked, case: _Case) -> _Answer:
    """
    The signer belongs to an accepted profession; where further inputs are named, only if one of them is stated.
    """
    author, *contents = asked.inputs
    if contents and not any(case.states(item, asked.codes) for item in contents):
        return _NO_CASE
    place, steps, _ = author.places[0]
    value: object = case.note
    for step in steps:
        value = getattr(value, step.name) if value is not None else None
    if not isinstance(value, str) or not value.strip():
        if case.state(author, asked.codes) == _ABSENT:
            return _Answer(_NOT_MET, "Who wrote it is not recorded.", place)
        return _Answer(_NOT_ASSESSED, "Who wrote it is not stated.", place)
    profession = case.profession(value)
    if profession is None:
        return _Answer(_NOT_ASSESSED, "The credential is not one this library knows.", place)
    if profession in asked.accepted:
        return _ENTITLED
    return _Answer(_NOT_MET, f"Signed with the credential of another profession: {profession}.", place)


def _performed_by(asked: _Asked, case: _Case) -> _Answer:
    note = case.note
    people = [("note.contributors", one.credential) for one in note.contributors]
    people += [
        ("note.interventions[].performer", one.performer.credential)
        for one in note.interventions
        if one.performer is not None
    ]
    if note.signature is not None and "note.signature.credential" in asked.requirement.inputs:
        people.append(("note.signature.credential", note.signature.credential))
    known = [(path, case.profession(credential)) for path, credential in people]
    for path, profession in known:
        if profession is not None and profession in asked.refused:
            return _Answer(_NOT_MET, f"Took part: {profession}.", path)
    if not known:
        return _NOBODY_ELSE
    if any(profession is None for _, profession in known):
        return _Answer(_NOT_ASSESSED, "Not everybody who took part is named with a credential this library knows.")
    return _NOBODY_REFUSED


def _ruled_out(asked: _Asked, case: _Case) -> _Answer:
    value = getattr(case.note, asked.inputs[0].places[0].steps[0].name)
    if value:
        return _Answer(_NOT_MET, "The input says so.")
    if value is None:
        return _Answer(_NOT_ASSESSED, "The input does not say.")
    return _Answer(_MET, "The input says that it is not so.")


# -- evaluation and plan ----------------------------------------------------------------------------------------------


def _need_judged(asked: _Asked, case: _Case) -> _Answer:
    evaluation = case.note.evaluation
    if evaluation is not None and evaluation.therapy_needed is False:
        return _Answer(_MET, "Therapy is judged not to be needed.")
    answer = _recorded(asked, case)
    if answer.path == "note.plan" and any(one.plan is not None for one in case.record):
        return _RECORDED
    return answer


def _goals_measurable(_asked: _Asked, case: _Case) -> _Answer:
    plan = case.note.plan
    if plan is None:
        return _Answer(_NOT_MET, "Not recorded.")
    if is_named(plan.goals_not_measurable):
        return _Answer(_MET, "The reason why measurable goals cannot be set is recorded.")
    goals = [goal for goal in plan.goals if goal.term is not GoalTerm.SHORT]
    if not goals:
        return _Answer(_NOT_MET, "No long-term goal is recorded.")
    for name in ("measure", "function"):
        if not all(is_named(getattr(goal, name)) for goal in goals):
            return _Answer(_NOT_MET, f"A goal has no {name}.", f"note.plan.goals[].{name}")
    return _Answer(_MET, "Every long-term goal has a measure and a function.")


def _evaluation_apart(_asked: _Asked, case: _Case) -> _Answer:
    note = case.note
    minutes = note.evaluation.minutes if note.evaluation is not None else None
    if minutes is None:
        spent = [one.minutes for one in note.interventions if one.code is not None and case.is_evaluation(one.code)]
        if not spent:
            return _Answer(_NOT_APPLICABLE, "No evaluation minutes are stated.")
        if any(one is None for one in spent):
            return _Answer(_NOT_ASSESSED, "The minutes of the evaluation are not stated.")
        minutes = sum(one or 0 for one in spent)
    timed, whole = case.timed_minutes, note.total_treatment_minutes
    if whole is None:
        return _Answer(_NOT_ASSESSED, "Total treatment time is not stated.", "note.total_treatment_minutes")
    if (timed or 0) + minutes > whole:
        return _Answer(
            _NOT_MET,
            f"{minutes} evaluation and {timed or 0} timed minutes exceed {whole} treatment minutes.",
            "note.total_treatment_minutes",
        )
    return _Answer(_MET, "Evaluation minutes fit beside the timed minutes.")


def _one_discipline(_asked: _Asked, case: _Case) -> _Answer:
    plan = case.note.plan
    whose = plan.discipline if plan is not None and plan.discipline is not None else case.note.discipline
    if whose is None:
        return _Answer(_NOT_ASSESSED, "The discipline of the plan is not stated.")
    if case.lines is None:
        return _NO_LINES
    for index, line in enumerate(case.lines):
        marked = {_OF_DISCIPLINE[one] for one in line.modifiers if one in _OF_DISCIPLINE}
        other = (marked | ({line.discipline} if line.discipline else set())) - {whose}
        if other:
            return _Answer(
                _NOT_MET, f"{line.code} is billed as {min(other)} under a plan of {whose}.", f"lines[{index}]"
            )
    return _Answer(_MET, "Claim and plan are of one discipline.")


def _within_plan(_asked: _Asked, case: _Case) -> _Answer:
    documents = (case.note, *case.record)
    planned: set[str | None] = {code for one in documents if one.plan is not None for code in one.plan.codes}
    if not planned:
        return _Answer(_NOT_ASSESSED, "No codes of a plan were given to compare the claim with.")
    if case.lines is None:
        return _NO_LINES
    for index, line in enumerate(case.lines):
        if not case.is_evaluation(line.code) and not case.stands_for(planned, line.code):
            return _Answer(_NOT_MET, f"{line.code} is billed and the plan does not name it.", f"lines[{index}].code")
    return _Answer(_MET, "The plan names every code billed.")


# -- the claim --------------------------------------------------------------------------------------------------------


def _one_on_one(asked: _Asked, case: _Case) -> _Answer:
    timed = case.interventions(asked.codes)
    for one in timed:
        if one.contact is not None and one.contact is not Contact.ONE_ON_ONE:
            return _Answer(_NOT_MET, f"The contact of {one.code} is {one.contact}.", "note.interventions[].contact")
    clocked = sorted((one.start, one.stop, one.code) for one in timed if one.start and one.stop)
    for (_, stop, code), (start, _, other) in pairwise(clocked):
        if start < stop:
            return _Answer(_NOT_MET, f"The times of {code} and {other} overlap.", "note.interventions[].start")
    if not timed or any(one.contact is None for one in timed):
        return _CONTACT_UNSAID
    return _Answer(_MET, "The minutes are one-on-one.")


def _assistant_modifier(_asked: _Asked, case: _Case) -> _Answer:
    if case.lines is None:
        return _NO_LINES
    if not case.assistant_took_part and all(one.furnished_by is None for one in case.note.interventions):
        return _NO_ASSISTANT
    return _modifiers_agree(case) or _Answer(_MET, "Modifiers and performers do not contradict each other.")


def _modalities(asked: _Asked, case: _Case) -> _Answer:
    used = sorted(case.codes & asked.codes)
    active = [code for code in case.codes - asked.codes if not case.is_evaluation(code)]
    most = asked.requirement.limit or 0
    if active and len(used) <= most:
        return _Answer(_MET, "Modalities stand beside active care and within the usual number.")
    reason = asked.inputs[1]
    state, path = case.state(reason, asked.codes), reason.path
    if state == _STATED or any(one.plan is not None and is_named(one.plan.justification) for one in case.record):
        return _Answer(_MET, "The reason for the modalities is recorded.")
    why = "No active care stands beside" if not active else f"More than {most} modalities:"
    if state == _ABSENT:
        return _Answer(_NOT_MET, f"{why} {', '.join(used)}, and no reason is recorded.", path)
    return _Answer(_NOT_ASSESSED, f"{why} {', '.join(used)}; whether a reason is recorded is not stated.", path)


def _billed_below(asked: _Asked, case: _Case) -> _Answer:
    if case.lines is None:
        return _NO_LINES
    most = asked.requirement.limit or 0
    for code in asked.requirement.codes:
        units = sum(line.units for line in case.lines if line.code == code)
        if units >= most:
            index = next(index for index, line in enumerate(case.lines) if line.code == code)
            return _Answer(_NOT_MET, f"{code} is billed with {_units(units)}.", f"lines[{index}].units")
    return _Answer(_MET, "Fewer units are billed.")


# -- the episode ------------------------------------------------------------------------------------------------------


def _of_episode(_asked: _Asked, _case: _Case) -> _Answer:
    return _EPISODE


def _on_time(asked: _Asked, case: _Case) -> _Answer:
    """
    Two days of one document.
    """
    first, last = (item.places[0] for item in asked.inputs)
    begin, end = _day_at(case.note, first.steps), _day_at(case.note, last.steps)
    most = asked.requirement.days or 0
    if begin is None:
        return _Answer(_NOT_APPLICABLE, "The day it is counted from is not stated.", first.path)
    if end is None:
        return _Answer(_NOT_ASSESSED, "The later of the two days is not stated.", last.path)
    days = (end - begin).days
    if days > most:
        return _Answer(_NOT_MET, f"{days} days passed where {most} are allowed.", last.path)
    return _Answer(_MET, f"{max(days, 0)} of {most} days passed.")


def _day_at(note: Note, steps: tuple[_Step, ...]) -> date | None:
    value: object = note
    for step in steps:
        value = getattr(value, step.name) if value is not None else None
    return value if isinstance(value, date) else None


# -- the treatment note -----------------------------------------------------------------------------------------------


def _interventions(_asked: _Asked, case: _Case) -> _Answer:
    named = [one for one in case.note.interventions if one.code is not None or is_named(one.description)]
    if not named:
        return _Answer(_NOT_MET, "No intervention is named.")
    if case.lines is None:
        return _Answer(_MET, "Interventions are named; no claim lines were given to compare them with.")
    codes = {one.code for one in named}
    missing = {line.code: index for index, line in enumerate(case.lines) if not case.stands_for(codes, line.code)}
    if not missing:
        return _EVERY_CODE_NAMED
    if len(missing) <= sum(one.code is None for one in named):
        return _Answer(_NOT_ASSESSED, "Interventions without a code cannot be matched with the lines billed.")
    code, index = next(iter(missing.items()))
    return _Answer(_NOT_MET, f"{code} is billed and no intervention stands for it.", f"lines[{index}].code")


def _unbilled(_asked: _Asked, case: _Case) -> _Answer:
    if case.services is None or case.lines is None:
        return _NOT_COMPARED
    billed = {line.code for line in case.lines}
    furnished = {one.code for one in case.services if case.is_timed(one.code) and one.minutes}
    unbilled = sorted(furnished - billed)
    if not unbilled:
        return _Answer(_NOT_APPLICABLE, "Every timed service was billed.")
    named = {one.code for one in case.note.interventions}
    absent = [code for code in unbilled if code not in named]
    if not absent:
        return _Answer(_MET, f"Not billed and identified: {', '.join(unbilled)}.")
    if len(absent) <= sum(one.code is None and is_named(one.description) for one in case.note.interventions):
        return _Answer(_NOT_ASSESSED, "Interventions without a code cannot be matched with the unbilled services.")
    return _Answer(_NOT_MET, f"Furnished, not billed and not identified: {', '.join(absent)}.")


def _minutes_consistent(_asked: _Asked, case: _Case) -> _Answer:
    note = case.note
    timed, whole = note.total_timed_code_treatment_minutes, note.total_treatment_minutes
    over, under = case.tolerance
    stated = [one.minutes for one in note.interventions if one.minutes is not None]
    by_code = [one.minutes or 0 for one in note.interventions if one.code is not None and case.is_timed(one.code)]
    if timed is None and whole is None:
        return _Answer(_NOT_ASSESSED, "No total is stated.")
    if timed is not None and whole is not None and timed > whole:
        return _Answer(_NOT_MET, f"{timed} timed minutes exceed {whole} treatment minutes.")
    if whole is not None and sum(stated) > whole + over:
        return _Answer(
            _NOT_MET,
            f"The interventions add up to {sum(stated)} minutes, more than {whole} treatment minutes.",
            "note.interventions",
        )
    exact = case.timed_minutes_by_code
    if timed is not None and (sum(by_code) > timed + over or (exact is not None and exact < timed - under)):
        return _Answer(
            _NOT_MET,
            f"The timed interventions add up to {sum(by_code)} minutes, the timed total says {timed}.",
            "note.interventions",
        )
    return _MINUTES_AGREE


def _units_supported(_asked: _Asked, case: _Case) -> _Answer:
    if case.lines is None:
        return _Answer(_NOT_ASSESSED, "No claim lines were given to compare the minutes with.")
    billed: dict[str, Units] = {}
    for _, line in case.timed_lines:
        billed[line.code] = billed.get(line.code, 0) + line.units
    if not billed:
        return _Answer(_NOT_APPLICABLE, "No timed code is billed.")
    first = case.timed_lines[0][0]
    pooled = case.rules.unit_method is UnitMethod.TOTAL_TIME and all(
        case.rules.code(code).minutes == POOLED_BLOCK for code in billed
    )
    minutes = case.timed_minutes
    several = len({line.discipline for _, line in case.timed_lines}) > 1
    if several and case.rules.timed_pool is TimedPool.DISCIPLINE:
        return _Answer(_NOT_ASSESSED, "The lines are of several disciplines and the note's total is of one day.")
    if pooled and minutes is not None:
        units = sum(billed.values())
        supported = (minutes + POOLED_BLOCK - SHORTEST_UNIT) // POOLED_BLOCK
        if units > supported:
            return _Answer(
                _NOT_MET,
                f"{minutes} timed minutes support {_units(supported)}, {units} are billed.",
                f"lines[{first}].units",
            )
    if case.timed_minutes_by_code is not None:
        return _units_supported_by_code(case, billed)
    if not pooled or minutes is None:
        return _Answer(_NOT_ASSESSED, "The minutes the units rest on are not stated.")
    return _Answer(_MET, f"{minutes} timed minutes support the units billed.")


def _units_supported_by_code(case: _Case, billed: dict[str, Units]) -> _Answer:
    """
    Where the note gives minutes code by code, no code may carry more units than some permitted allocation gives it.
    """
    furnished = tuple(
        [(one.code, one.minutes) for one in case.note.interventions if one.code is not None and case.is_timed(one.code)]
    )
    known: dict[object, dict[str, Units]] = case.rules.answers("most units of each code")
    largest = known.get(furnished)
    if largest is None:
        largest = _most_units(furnished, case.rules)
        if len(known) < _SHAPES_KEPT:
            known[furnished] = largest
    for index, line in case.timed_lines:
        most = largest.get(line.code, 0)
        if billed[line.code] > most:
            return _Answer(
                _NOT_MET,
                f"The minutes of {line.code} support {_units(most)}, {billed[line.code]} are billed.",
                f"lines[{index}].units",
            )
    return _UNITS_SUPPORTED


def _most_units(furnished: Iterable[tuple[str, int | None]], rules: RuleSet) -> dict[str, Units]:
    """
    The most units any permitted allocation gives each code.
    """
    most: dict[str, Units] = {}
    for allocation in count_units([Service(code, minutes) for code, minutes in furnished], rules).permitted_allocations:
        for code, units in allocation.items():
            most[code] = max(units, most.get(code, 0))
    return most


def _units(count: Units) -> str:
    return f"{count} unit{'s' if count != 1 else ''}"


def _claim_agrees(asked: _Asked, case: _Case) -> _Answer:
    if case.lines is None:
        return _NO_LINES
    day = case.note.date_of_service
    if day is not None and day != case.rules.date_of_service:
        return _Answer(_NOT_MET, "The note documents another day than the claim.", "note.date_of_service")
    if not asked.units_apart:
        units = _units_supported(asked, case)
        if units.outcome is _NOT_MET:
            return units
    wrong = None if asked.modifiers_apart else _modifiers_agree(case)
    return wrong or _CLAIM_AGREES


def _modifiers_agree(case: _Case) -> _Answer | None:
    """
    The line whose assistant modifier contradicts the note, if there is one.
    """
    if case.rules.assistant_rule is AssistantRule.NONE:
        return None
    for index, line in enumerate(case.lines or ()):
        if not {"GP", "GO"}.intersection(line.modifiers):
            continue
        by = {one.furnished_by for one in case.note.interventions if one.code == line.code} - {None}
        marked = any(
            ASSISTANT_MODIFIERS.intersection(other.modifiers) for other in case.lines or () if other.code == line.code
        )
        if by == {FurnishedBy.THERAPIST} and marked:
            problem = "carries an assistant modifier, the note names a therapist only."
        elif by == {FurnishedBy.ASSISTANT} and not marked:
            problem = "carries no assistant modifier, the note names an assistant only."
        else:
            continue
        return _Answer(_NOT_MET, f"{line.code} {problem}", f"lines[{index}].modifiers")
    return None


def _day_documented(_asked: _Asked, case: _Case) -> _Answer:
    day = case.note.date_of_service
    if day is None:
        return _Answer(_NOT_ASSESSED, "The note has no date of service.", "note.date_of_service")
    if day != case.rules.date_of_service:
        return _Answer(_NOT_MET, "The note documents another day.", "note.date_of_service")
    return _DAY_DOCUMENTED


def _profession(credential: str | None) -> FurnishedBy | None:
    """
    Therapist (or physician) or assistant, as far as a credential tells.
    """
    return _role(profession_of(credential))


def _role(profession: Profession | None) -> FurnishedBy | None:
    if profession in _ASSISTANTS:
        return FurnishedBy.ASSISTANT
    return FurnishedBy.THERAPIST if profession in _CLINICIANS else None


def _professional_signature(_asked: _Asked, case: _Case) -> _Answer:
    signature = case.note.signature
    if signature is None:
        return _Answer(_NOT_MET, "Not signed.", "note.signature")
    if not is_named(signature.credential):
        return _Answer(_NOT_MET, "Signed without professional identification.", "note.signature.credential")
    if not is_named(signature.name):
        return _Answer(_NOT_MET, "The signature has no name.", "note.signature.name")
    if _role(case.signer) is None:
        return _Answer(_NOT_ASSESSED, "The credential is not one this library knows.", "note.signature.credential")
    return _IDENTIFIED


def _contributors(_asked: _Asked, case: _Case) -> _Answer:
    if not case.assistant_took_part:
        return _ONLY_THE_SIGNER
    needed = {FurnishedBy.ASSISTANT}
    furnished = {one.furnished_by for one in case.services or ()}
    noted = {one.furnished_by for one in case.note.interventions}
    if FurnishedBy.THERAPIST in furnished | noted:
        needed.add(FurnishedBy.THERAPIST)
    listed = {one.furnished_by or _profession(one.credential) for one in case.note.contributors}
    if case.note.signature is not None and is_named(case.note.signature.credential):
        listed.add(_profession(case.note.signature.credential))
    missing = sorted(needed - listed)
    if missing and None in listed:
        return _Answer(_NOT_ASSESSED, "Somebody is listed with a credential this library does not know.")
    if missing:
        return _Answer(_NOT_MET, f"Took part and not listed: {', '.join(missing)}.")
    return _Answer(_MET, "Everybody known to have taken part is listed.")


def _supervisor_consult(_asked: _Asked, case: _Case) -> _Answer:
    signature = case.note.signature
    if signature is None or case.signer not in _ASSISTANTS:
        return _NO_ASSISTANT_SIGNED
    if case.note.supervisor_consulted:
        return _Answer(_MET, "Contact with the supervising therapist is noted.")
    return _Answer(_NOT_ASSESSED, "Whether state law asks for it is not known here.")
