"""
What a document of the record holds of what a policy asks for: pure functions over the rules of one day.

Requirements are data; here are the few ways of checking them.
Nothing is a verdict: a finding says what is there, what is missing, and who asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, assert_never

from .amounts import chain_start
from .code import POOLED_BLOCK, CodeFacts, Discipline, UnitBasis
from .documents import FurnishedBy, Note
from .errors import InvalidInputError
from .inputs import checked_sequence
from .policy import AssistantRule, TimedPool, UnitMethod
from .pooling import SHORTEST_UNIT
from .professions import profession
from .record import Service
from .requirement import CheckKind, Obligation, Requirement
from .results import ClaimLine, DocumentationReport, Finding, Outcome
from .ruleset import RuleSet
from .units import UnitCount, count_units


ASSISTANT_MODIFIERS = frozenset({"CQ", "CO"})


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

_READ_WITHOUT_FIELDS = frozenset({CheckKind.DAY_DOCUMENTED, CheckKind.NEVER_DEMAND})

_OUTCOME_ORDER = (_NOT_MET, _NOT_ASSESSED, _MET, _NOT_APPLICABLE)
_OBLIGATION_ORDER = tuple(Obligation)


def _is_named(text: str | None) -> bool:
    return text is not None and bool(text.strip())


class _Case(NamedTuple):
    """
    Everything one check may look at.
    """

    note: Note
    rules: RuleSet
    lines: tuple[ClaimLine, ...] | None
    services: tuple[Service, ...] | None

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

    @property
    def timed_lines(self) -> list[tuple[int, ClaimLine]]:
        return [(index, line) for index, line in enumerate(self.lines or ()) if self.is_timed(line.code)]

    @property
    def bills_timed_code(self) -> bool | None:
        """
        Whether a timed code was billed or furnished; `None` when nobody said what was.
        """
        if self.lines is not None and self.timed_lines:
            return True
        if self.services is not None and any(self.is_timed(service.code) for service in self.services):
            return True
        if any(one.code is not None and self.is_timed(one.code) for one in self.note.interventions):
            return True
        return None if self.lines is None and self.services is None else False

    @property
    def is_text_only(self) -> bool:
        """
        Whether the note is free text and nothing else.
        """
        note = self.note
        fields = (note.interventions, note.contributors)
        totals = (note.total_timed_code_treatment_minutes, note.total_treatment_minutes, note.signature)
        return _is_named(note.text) and not any(fields) and all(value is None for value in totals)

    @property
    def timed_minutes(self) -> int | None:
        """
        The timed total: as stated, or added up when every intervention says its code and every timed one its minutes.
        """
        if self.note.total_timed_code_treatment_minutes is not None:
            return self.note.total_timed_code_treatment_minutes
        return self.timed_minutes_by_code

    @property
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
    def assistant_took_part(self) -> bool:
        """
        Whether anything says that an assistant furnished part of the day.
        """
        return (
            any(ASSISTANT_MODIFIERS.intersection(line.modifiers) for line in self.lines or ())
            or any(service.furnished_by is FurnishedBy.ASSISTANT for service in self.services or ())
            or any(one.furnished_by is FurnishedBy.ASSISTANT for one in self.note.interventions)
        )


def check_documentation(
    note: Note,
    rules: RuleSet,
    *,
    lines: Iterable[ClaimLine] | None = None,
    services: Iterable[Service] | UnitCount | None = None,
) -> DocumentationReport:
    """
    Say what a document holds of what the policy asks for.

    Args:
        note: the document.
        rules: the rules of the day.
        lines: the claim lines of the day; without them, agreement of note and claim is not assessed.
        services: the services furnished, billed or not, or their count; without them, unbilled services are seen
            only where the note names them.

    Returns:
        One finding a requirement, what is missing first.

    Raises:
        InvalidInputError: something that is no `Note`, `ClaimLine` or `Service`.

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
    )
    disciplines = {line.discipline for line in case.lines or ()} | {one.discipline for one in case.services or ()}
    findings = [_finding(requirement, case, disciplines - {None}) for requirement in rules.requirements(note.note_type)]
    findings.sort(key=prominence)
    return DocumentationReport(policy=rules.policy.id, findings=tuple(findings), carried_forward=rules.carried_forward)


def prominence(finding: Finding) -> tuple[int, int]:
    """
    What is missing first, and within one outcome what is required first; the data's order decides the rest.
    """
    return _OUTCOME_ORDER.index(finding.outcome), _OBLIGATION_ORDER.index(finding.obligation)


def _finding(requirement: Requirement, case: _Case, disciplines: set[Discipline | None]) -> Finding:
    answer = _answer(requirement, case, disciplines)
    message = f"{answer.message} {requirement.remedy}" if answer.outcome is _NOT_MET else answer.message
    return Finding(
        id=requirement.id,
        title=requirement.title,
        outcome=answer.outcome,
        obligation=requirement.obligation,
        message=message,
        path=answer.path or requirement.inputs[0],
        citations=requirement.citations,
    )


def _answer(requirement: Requirement, case: _Case, disciplines: set[Discipline | None]) -> _Answer:
    if requirement.disciplines and disciplines and not disciplines.intersection(requirement.disciplines):
        return _Answer(_NOT_APPLICABLE, "The requirement belongs to another discipline.")
    if requirement.timed_only and requirement.check is not CheckKind.NEVER_DEMAND:
        timed = case.bills_timed_code
        if timed is False:
            return _Answer(_NOT_APPLICABLE, "No timed code was furnished.")
        if timed is None:
            return _Answer(_NOT_ASSESSED, "Whether a timed code was furnished is not stated; pass the claim lines.")
    if case.is_text_only and requirement.check not in _READ_WITHOUT_FIELDS and not _given(requirement, case):
        return _Answer(_NOT_ASSESSED, "Only free text is given and it was not read; fill in the fields of the note.")
    return _checked_answer(requirement, case)


def _checked_answer(requirement: Requirement, case: _Case) -> _Answer:
    match requirement.check:
        case CheckKind.RECORDED:
            return _recorded(requirement, case)
        case CheckKind.CONTRIBUTORS:
            return _contributors(case)
        case CheckKind.INTERVENTIONS:
            return _interventions(case)
        case CheckKind.UNBILLED:
            return _unbilled(case)
        case CheckKind.MINUTES_CONSISTENT:
            return _minutes_consistent(case)
        case CheckKind.UNITS_SUPPORTED:
            return _units_supported(case)
        case CheckKind.CLAIM_AGREES:
            return _claim_agrees(case)
        case CheckKind.DAY_DOCUMENTED:
            return _day_documented(case)
        case CheckKind.PROFESSIONAL_SIGNATURE:
            return _professional_signature(case)
        case CheckKind.SUPERVISOR_CONSULT:
            return _supervisor_consult(case)
        case CheckKind.OVER_EPISODE:
            return _Answer(_NOT_ASSESSED, "Only the documents of the episode together can tell; use check_episode.")
        case CheckKind.NEVER_DEMAND:
            return _Answer(_NOT_APPLICABLE, f"Not asked for. {requirement.remedy}")
        case _:
            assert_never(requirement.check)


def _recorded(requirement: Requirement, case: _Case) -> _Answer:
    """
    Every input is there; what is only a yes or no of the caller's may be not stated.
    """
    values = {path: _value_at(path, case) for path in requirement.inputs}
    unsaid = [path for path, value in values.items() if value is None and path in _STATED_BY_CALLER]
    for path, value in values.items():
        if path not in unsaid and (value is None or value is False or (isinstance(value, str) and not value.strip())):
            return _Answer(_NOT_MET, "Not recorded.", path)
    if unsaid:
        return _Answer(_NOT_ASSESSED, "The input does not say.", unsaid[0])
    return _Answer(_MET, "Recorded.")


_STATED_BY_CALLER = frozenset({"note.patient_identified"})


def _value_at(path: str, case: _Case) -> object:
    """
    Follow an input path such as `note.signature.credential`; the timed total may be added up from the codes.
    """
    if path == "note.total_timed_code_treatment_minutes":
        return case.timed_minutes
    value: object = case.note
    for name in path.split(".")[1:]:
        value = getattr(value, name) if value is not None else None
    return value


def _given(requirement: Requirement, case: _Case) -> bool:
    return all(_value_at(path, case) not in (None, ()) for path in requirement.inputs if path.startswith("note."))


def _interventions(case: _Case) -> _Answer:
    named = [one for one in case.note.interventions if one.code is not None or _is_named(one.description)]
    if not named:
        return _Answer(_NOT_MET, "No intervention is named.")
    if case.lines is None:
        return _Answer(_MET, "Interventions are named; no claim lines were given to compare them with.")
    codes = {one.code for one in named}
    missing = {line.code: index for index, line in enumerate(case.lines) if not case.stands_for(codes, line.code)}
    if not missing:
        return _Answer(_MET, "Every code billed has an intervention.")
    if len(missing) <= sum(one.code is None for one in named):
        return _Answer(_NOT_ASSESSED, "Interventions without a code cannot be matched with the lines billed.")
    code, index = next(iter(missing.items()))
    return _Answer(_NOT_MET, f"{code} is billed and no intervention stands for it.", f"lines[{index}].code")


def _unbilled(case: _Case) -> _Answer:
    if case.services is None or case.lines is None:
        return _Answer(_NOT_ASSESSED, "Compared only when both services and claim lines are given.")
    billed = {line.code for line in case.lines}
    furnished = {one.code for one in case.services if case.is_timed(one.code) and one.minutes}
    unbilled = sorted(furnished - billed)
    if not unbilled:
        return _Answer(_NOT_APPLICABLE, "Every timed service was billed.")
    named = {one.code for one in case.note.interventions}
    absent = [code for code in unbilled if code not in named]
    if not absent:
        return _Answer(_MET, f"Not billed and identified: {', '.join(unbilled)}.")
    if len(absent) <= sum(one.code is None and _is_named(one.description) for one in case.note.interventions):
        return _Answer(_NOT_ASSESSED, "Interventions without a code cannot be matched with the unbilled services.")
    return _Answer(_NOT_MET, f"Furnished, not billed and not identified: {', '.join(absent)}.")


def _minutes_consistent(case: _Case) -> _Answer:
    note = case.note
    timed, whole = note.total_timed_code_treatment_minutes, note.total_treatment_minutes
    stated = [one.minutes for one in note.interventions if one.minutes is not None]
    by_code = [one.minutes or 0 for one in note.interventions if one.code is not None and case.is_timed(one.code)]
    if timed is None and whole is None:
        return _Answer(_NOT_ASSESSED, "No total is stated.")
    if timed is not None and whole is not None and timed > whole:
        return _Answer(_NOT_MET, f"{timed} timed minutes exceed {whole} treatment minutes.")
    if whole is not None and sum(stated) > whole:
        return _Answer(
            _NOT_MET,
            f"The interventions add up to {sum(stated)} minutes, more than {whole} treatment minutes.",
            "note.interventions",
        )
    exact = case.timed_minutes_by_code
    if timed is not None and (sum(by_code) > timed or (exact is not None and exact != timed)):
        return _Answer(
            _NOT_MET,
            f"The timed interventions add up to {sum(by_code)} minutes, the timed total says {timed}.",
            "note.interventions",
        )
    return _Answer(_MET, "The minutes agree.")


def _units_supported(case: _Case) -> _Answer:
    if case.lines is None:
        return _Answer(_NOT_ASSESSED, "No claim lines were given to compare the minutes with.")
    billed: dict[str, int] = {}
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


def _units_supported_by_code(case: _Case, billed: dict[str, int]) -> _Answer:
    """
    Where the note gives minutes code by code, no code may carry more units than some permitted allocation gives it.
    """
    furnished = [
        Service(one.code, one.minutes)
        for one in case.note.interventions
        if one.code is not None and case.is_timed(one.code)
    ]
    permitted = count_units(furnished, case.rules).permitted_allocations
    for index, line in case.timed_lines:
        most = max(allocation.get(line.code, 0) for allocation in permitted)
        if billed[line.code] > most:
            return _Answer(
                _NOT_MET,
                f"The minutes of {line.code} support {_units(most)}, {billed[line.code]} are billed.",
                f"lines[{index}].units",
            )
    return _Answer(_MET, "The minutes of each code support its units.")


def _units(count: int) -> str:
    return f"{count} unit{'s' if count != 1 else ''}"


def _claim_agrees(case: _Case) -> _Answer:
    if case.lines is None:
        return _Answer(_NOT_ASSESSED, "No claim lines were given to compare the note with.")
    day = case.note.date_of_service
    if day is not None and day != case.rules.date_of_service:
        return _Answer(_NOT_MET, "The note documents another day than the claim.", "note.date_of_service")
    kinds = {one.check for one in case.rules.requirements(case.note.note_type)}
    if CheckKind.UNITS_SUPPORTED not in kinds:
        units = _units_supported(case)
        if units.outcome is _NOT_MET:
            return units
    if case.rules.assistant_rule is not AssistantRule.NONE:
        for index, line in enumerate(case.lines):
            if not {"GP", "GO"}.intersection(line.modifiers):
                continue
            by = {one.furnished_by for one in case.note.interventions if one.code == line.code} - {None}
            marked = any(
                ASSISTANT_MODIFIERS.intersection(other.modifiers) for other in case.lines if other.code == line.code
            )
            if by == {FurnishedBy.THERAPIST} and marked:
                problem = "carries an assistant modifier, the note names a therapist only."
            elif by == {FurnishedBy.ASSISTANT} and not marked:
                problem = "carries no assistant modifier, the note names an assistant only."
            else:
                continue
            return _Answer(_NOT_MET, f"{line.code} {problem}", f"lines[{index}].modifiers")
    return _Answer(_MET, "Date and performers of note and claim do not contradict each other.")


def _day_documented(case: _Case) -> _Answer:
    day = case.note.date_of_service
    if day is None:
        return _Answer(_NOT_ASSESSED, "The note has no date of service.", "note.date_of_service")
    if day != case.rules.date_of_service:
        return _Answer(_NOT_MET, "The note documents another day.", "note.date_of_service")
    return _Answer(_MET, "The note documents the treatment day.")


def _professional_signature(case: _Case) -> _Answer:
    signature = case.note.signature
    if signature is None:
        return _Answer(_NOT_MET, "Not signed.", "note.signature")
    if not _is_named(signature.credential):
        return _Answer(_NOT_MET, "Signed without professional identification.", "note.signature.credential")
    if not _is_named(signature.name):
        return _Answer(_NOT_MET, "The signature has no name.", "note.signature.name")
    if profession(signature.credential) is None:
        return _Answer(_NOT_ASSESSED, "The credential is not one this library knows.", "note.signature.credential")
    return _Answer(_MET, "Signed with professional identification.")


def _contributors(case: _Case) -> _Answer:
    if not case.assistant_took_part:
        return _Answer(_NOT_APPLICABLE, "Nothing says that anybody but the signer took part.")
    needed = {FurnishedBy.ASSISTANT}
    furnished = {one.furnished_by for one in case.services or ()}
    noted = {one.furnished_by for one in case.note.interventions}
    if FurnishedBy.THERAPIST in furnished | noted:
        needed.add(FurnishedBy.THERAPIST)
    listed = {one.furnished_by or profession(one.credential) for one in case.note.contributors}
    if case.note.signature is not None and _is_named(case.note.signature.credential):
        listed.add(profession(case.note.signature.credential))
    missing = sorted(needed - listed)
    if missing and None in listed:
        return _Answer(_NOT_ASSESSED, "Somebody is listed with a credential this library does not know.")
    if missing:
        return _Answer(_NOT_MET, f"Took part and not listed: {', '.join(missing)}.")
    return _Answer(_MET, "Everybody known to have taken part is listed.")


def _supervisor_consult(case: _Case) -> _Answer:
    signature = case.note.signature
    if signature is None or profession(signature.credential) is not FurnishedBy.ASSISTANT:
        return _Answer(_NOT_APPLICABLE, "The note is not signed by an assistant.")
    if case.note.supervisor_consulted:
        return _Answer(_MET, "Contact with the supervising therapist is noted.")
    return _Answer(_NOT_ASSESSED, "Whether state law asks for it is not known here.")
