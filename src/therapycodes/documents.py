"""
The documents of an episode and their parts, in CMS's words, as frozen values.

Every field is optional and `None` means not stated; a field named in `absent` was looked for in the document and is not
there.
Meaning is checked on construction, so that everything downstream may rely on it.
No class here holds an identity of a patient, and no `repr` shows free text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from attrs import Attribute, field, fields, frozen

from .code import Discipline
from .errors import InvalidInputError
from .inputs import checked_choice, checked_code, checked_minutes, checked_sequence
from .periods import parse_date
from .requirement import NoteType


LARGEST_COUNT = 10_000

_CLOCK_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


class FurnishedBy(StrEnum):
    """
    Who furnished the minutes; a therapist and an assistant in the room together count as the therapist.
    """

    THERAPIST = "therapist"
    ASSISTANT = "assistant"


class SignatureMethod(StrEnum):
    """
    How an entry is signed; a log or an attestation stands for a signature that is illegible or missing.
    """

    HANDWRITTEN = "handwritten"
    ELECTRONIC = "electronic"
    STAMP = "stamp"
    LOG = "log"
    ATTESTATION = "attestation"


class Contact(StrEnum):
    """
    How patient and performer were together.
    """

    ONE_ON_ONE = "one-on-one"
    GROUP = "group"
    CONCURRENT = "concurrent"
    UNATTENDED = "unattended"


class Impairment(StrEnum):
    """
    What is reduced, lost or out of order, as far as the needs of a code hang on it.
    """

    MOTION = "motion"
    STRENGTH = "strength"
    ENDURANCE = "endurance"
    FLEXIBILITY = "flexibility"
    BALANCE = "balance"
    COORDINATION = "coordination"
    KINESTHESIA = "kinesthesia"
    POSTURE = "posture"
    PROPRIOCEPTION = "proprioception"
    TONE = "tone"
    GAIT = "gait"
    MOBILITY = "mobility"
    PAIN = "pain"
    EDEMA = "edema"
    SOFT_TISSUE = "soft-tissue"
    SENSATION = "sensation"
    SENSORY_PROCESSING = "sensory-processing"
    SELF_CARE = "self-care"
    HOME_MANAGEMENT = "home-management"
    SEATING = "seating"
    COGNITION = "cognition"
    COMMUNICATION = "communication"
    SWALLOWING = "swallowing"
    SKIN = "skin"


class SettingKind(StrEnum):
    """
    What a parameter of an intervention says.
    """

    SETS = "sets"
    REPETITIONS = "repetitions"
    LOAD = "load"
    HOLD = "hold"
    DISTANCE = "distance"
    FREQUENCY = "frequency"
    INTENSITY = "intensity"
    FORCE = "force"
    PRESSURE = "pressure"
    TEMPERATURE = "temperature"
    STIMULATION = "stimulation"
    DEVICE = "device"


class GoalTerm(StrEnum):
    """
    For the whole episode, or a step on the way.
    """

    LONG = "long"
    SHORT = "short"


# -- checks; each names what it accepts, so that type checkers know it -----------------------------------------------


def is_code(_instance: object, attribute: Attribute[str | None], value: str | None) -> None:
    """
    A procedure code, if stated.
    """
    if value is not None:
        checked_code(value, attribute.name)


def is_minutes(_instance: object, attribute: Attribute[int | None], value: int | None) -> None:
    """
    Whole minutes, if stated.
    """
    if value is not None:
        checked_minutes(value, attribute.name)


def is_text(_instance: object, attribute: Attribute[str | None], value: object) -> None:
    """
    Text, if stated.
    """
    if value is not None and not isinstance(value, str):
        raise InvalidInputError(attribute.name, "not text", "give text, or leave it out")


def is_named(text: str | None) -> bool:
    """
    Whether a text is stated and says anything.
    """
    return text is not None and bool(text.strip())


def is_flag(_instance: object, attribute: Attribute[bool | None], value: object) -> None:
    """
    True or false, if stated.
    """
    if value is not None and not isinstance(value, bool):
        raise InvalidInputError(
            attribute.name, "neither true nor false", "give a bool, or leave it out when nothing is stated"
        )


def _is_count(_instance: object, attribute: Attribute[int | None], value: object) -> None:
    if value is None or (type(value) is int and 0 <= value <= LARGEST_COUNT):
        return
    raise InvalidInputError(attribute.name, "not a plausible whole number", f"give an int from 0 to {LARGEST_COUNT}")


def _is_clock_time(_instance: object, attribute: Attribute[str | None], value: object) -> None:
    if value is not None and not (isinstance(value, str) and _CLOCK_TIME.fullmatch(value)):
        raise InvalidInputError(attribute.name, "not a clock time", 'give hours and minutes as text, such as "14:05"')


def _is_part(instance: object, attribute: Attribute[Any], value: object) -> None:
    kind = _PARTS[type(instance).__name__, attribute.name]
    if value is not None and not isinstance(value, kind):
        raise InvalidInputError(attribute.name, f"not a {kind.__name__}", f"give a {kind.__name__}, or leave it out")


def _discipline(value: str | None) -> Discipline | None:
    return None if value is None else checked_choice(Discipline, value, "discipline")


def furnished_by_if_stated(value: str | None) -> FurnishedBy | None:
    """
    Who furnished it, if stated.
    """
    return None if value is None else checked_choice(FurnishedBy, value, "furnished_by")


def _note_type(value: str) -> NoteType:
    return checked_choice(NoteType, value, "note_type")


def _method(value: str | None) -> SignatureMethod | None:
    return None if value is None else checked_choice(SignatureMethod, value, "method")


def _contact(value: str | None) -> Contact | None:
    return None if value is None else checked_choice(Contact, value, "contact")


def _kind(value: str) -> SettingKind:
    return checked_choice(SettingKind, value, "kind")


def _term(value: str | None) -> GoalTerm | None:
    return None if value is None else checked_choice(GoalTerm, value, "term")


def _impairment(value: str | None) -> Impairment | None:
    return None if value is None else checked_choice(Impairment, value, "impairment")


def _impairments(values: Iterable[str]) -> tuple[Impairment, ...]:
    found = checked_sequence(str, values, "impairments")
    return tuple(checked_choice(Impairment, value, f"impairments[{index}]") for index, value in enumerate(found))


def _date(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "date")


def _date_of_service(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value)


def _date_written(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "date_written")


def _established_on(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "established_on")


def _sent_on(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "sent_on")


def _received_on(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "received_on")


def _verbal_on(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "verbal_on")


def _ordered_on(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "ordered_on")


def _onset(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "onset")


def _first_day(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "first_day")


def _last_day(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "last_day")


def _ended_on(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "ended_on")


def _texts(values: Iterable[str], name: str) -> tuple[str, ...]:
    return checked_sequence(str, values, name)


def _absent(values: Iterable[str]) -> tuple[str, ...]:
    return _texts(values, "absent")


def _diagnoses(values: Iterable[str]) -> tuple[str, ...]:
    return _texts(values, "diagnoses")


def _examined(values: Iterable[str]) -> tuple[str, ...]:
    return _texts(values, "examined")


def _personal_factors(values: Iterable[str]) -> tuple[str, ...]:
    return _texts(values, "personal_factors")


def _tests(values: Iterable[str]) -> tuple[str, ...]:
    return _texts(values, "tests")


def _planned_codes(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(checked_code(code, f"codes[{index}]") for index, code in enumerate(_texts(values, "codes")))


def _days(values: Iterable[date | str]) -> tuple[date, ...]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InvalidInputError("treatment_days", "not a sequence", "give a list or tuple of dates")
    return tuple(parse_date(value, f"treatment_days[{index}]") for index, value in enumerate(values))


def _interventions(values: Iterable[Intervention]) -> tuple[Intervention, ...]:
    return checked_sequence(Intervention, values, "interventions")


def _contributors(values: Iterable[Contributor]) -> tuple[Contributor, ...]:
    return checked_sequence(Contributor, values, "contributors")


def _measures(values: Iterable[Measure]) -> tuple[Measure, ...]:
    return checked_sequence(Measure, values, "measures")


def _goals(values: Iterable[Goal]) -> tuple[Goal, ...]:
    return checked_sequence(Goal, values, "goals")


def _parameters(values: Iterable[Setting]) -> tuple[Setting, ...]:
    return checked_sequence(Setting, values, "parameters")


def _amendments(values: Iterable[Amendment]) -> tuple[Amendment, ...]:
    return checked_sequence(Amendment, values, "amendments")


def _changes(values: Iterable[PlanChange]) -> tuple[PlanChange, ...]:
    return checked_sequence(PlanChange, values, "changes")


def _documents(values: Iterable[Note]) -> tuple[Note, ...]:
    return checked_sequence(Note, values, "documents")


class Recorded:
    """
    Mixin for parts of the record: the `repr` names the fields that are filled in and shows none of their text.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        names = [attribute.name for attribute in fields(type(self))]  # type: ignore[arg-type]
        filled = [name for name in names if name != "absent" and getattr(self, name) not in (None, ())]
        return f"<{type(self).__name__}: {', '.join(filled) or 'nothing'} recorded>"


@frozen(repr=False, kw_only=True)
class _Part(Recorded):
    """
    What every part of a document can say of itself.

    Attributes:
        absent: names of fields that were looked for in the document and are not there; a field left out without being
            named here is not stated.
    """

    absent: tuple[str, ...] = field(default=(), converter=_absent)

    @absent.validator
    def _absent_are_empty_fields(self, _attribute: Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
        known = {attribute.name for attribute in fields(type(self))} - {"absent"}
        for index, name in enumerate(value):
            if name not in known:
                raise InvalidInputError(
                    f"absent[{index}]", f"not a field of {type(self).__name__}", "name a field that was looked for"
                )
            if getattr(self, name) not in (None, ()):
                raise InvalidInputError(f"absent[{index}]", "stated all the same", "leave one of the two out")


@frozen(repr=False)
class Signature(_Part):
    """
    How an entry was signed; `None` means not stated.

    Args:
        name: the signature is there and legible; the text itself is never shown.
        credential: professional identification, such as `"PT"`, `"PTA"`, `"OTR/L"`, `"CCC-SLP"`.
        date: the day of signing.
        method: such as `"electronic"`.
        license_number: the license of the signer, where a state asks for it.
        absent: fields looked for and not there.
    """

    name: str | None = field(default=None, validator=is_text)
    credential: str | None = field(default=None, validator=is_text)
    date: dt.date | None = field(default=None, converter=_date)
    method: SignatureMethod | None = field(default=None, kw_only=True, converter=_method)
    license_number: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class Contributor(_Part):
    """
    Somebody who took part in the treatment of the day.

    Args:
        credential: professional identification, such as `"PT"`, `"PTA"` or `"aide"`.
        furnished_by: `"therapist"` or `"assistant"`.
        absent: fields looked for and not there.
    """

    credential: str | None = field(default=None, validator=is_text)
    furnished_by: FurnishedBy | None = field(default=None, kw_only=True, converter=furnished_by_if_stated)


@frozen(repr=False)
class Setting(_Part):
    """
    One parameter of an intervention: sets, load, frequency of ultrasound, force of traction.

    Args:
        kind: what it says, such as `"repetitions"` or `"intensity"`.
        value: the value with its unit, in the note's words.
        absent: fields looked for and not there.
    """

    kind: SettingKind = field(converter=_kind)
    value: str | None = field(default=None, validator=is_text)


@frozen(repr=False)
class Measure(_Part):
    """
    One objective finding: a test, an instrument or a plain measurement.

    Args:
        instrument: what was measured, or with what.
        value: the result.
        unit: its unit or scale.
        date: the day it was taken.
        impairment: what it measures, such as `"balance"`.
        comparison: the result it is compared with: the uninvolved side, or an earlier day.
        goal: id of the goal it belongs to.
        absent: fields looked for and not there.
    """

    instrument: str | None = field(default=None, validator=is_text)
    value: str | None = field(default=None, validator=is_text)
    unit: str | None = field(default=None, validator=is_text)
    date: dt.date | None = field(default=None, converter=_date)
    impairment: Impairment | None = field(default=None, kw_only=True, converter=_impairment)
    comparison: str | None = field(default=None, kw_only=True, validator=is_text)
    goal: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class Intervention(_Part):
    """
    One intervention as the note tells it; everything is optional, `None` means not stated.

    Args:
        description: what was done, in the note's words.
        code: the procedure code it stands for.
        minutes: minutes spent, where the note gives them; Medicare does not ask for them code by code.
        furnished_by: `"therapist"` or `"assistant"`.
        purpose: what it was for.
        region: body region treated.
        technique: how it was done; for stimulation or traction, which type.
        parameters: sets, load, frequency, force and the like.
        goal: id of the goal of the plan it serves.
        performer: who furnished it, by credential.
        contact: `"one-on-one"`, `"group"`, `"concurrent"` or `"unattended"`.
        start: clock time it began, such as `"14:05"`.
        stop: clock time it ended.
        impairments: what it addresses, such as `["balance"]`.
        measures: objective findings that belong to it.
        effect_on_function: what the patient cannot do because of it.
        skill: what needed a therapist's skill: judgment, grading, correction, a change made.
        task: the functional task practiced.
        outcome: the functional outcome the task trains for.
        assistance: level of assistance or cueing given.
        cues: cues and corrections given.
        deviation: gait deviation, or cause of impaired gait.
        device: device or equipment used.
        response: how the patient responded.
        rationale: why this way: water, constant attendance, a modality in place of a procedure, an adjunct.
        progression: how it moves on, such as from water to land.
        learner: who was taught, patient or caregiver, and whether they can learn it.
        group_size: number of patients in the group.
        contraindications: contraindications looked for.
        event: what prompted the need.
        prior_function: function and interventions before.
        absent: fields looked for and not there.
    """

    description: str | None = field(default=None, validator=is_text)
    code: str | None = field(default=None, kw_only=True, validator=is_code)
    minutes: int | None = field(default=None, kw_only=True, validator=is_minutes)
    furnished_by: FurnishedBy | None = field(default=None, kw_only=True, converter=furnished_by_if_stated)
    purpose: str | None = field(default=None, kw_only=True, validator=is_text)
    region: str | None = field(default=None, kw_only=True, validator=is_text)
    technique: str | None = field(default=None, kw_only=True, validator=is_text)
    parameters: tuple[Setting, ...] = field(default=(), kw_only=True, converter=_parameters)
    goal: str | None = field(default=None, kw_only=True, validator=is_text)
    performer: Contributor | None = field(default=None, kw_only=True, validator=_is_part)
    contact: Contact | None = field(default=None, kw_only=True, converter=_contact)
    start: str | None = field(default=None, kw_only=True, validator=_is_clock_time)
    stop: str | None = field(default=None, kw_only=True, validator=_is_clock_time)
    impairments: tuple[Impairment, ...] = field(default=(), kw_only=True, converter=_impairments)
    measures: tuple[Measure, ...] = field(default=(), kw_only=True, converter=_measures)
    effect_on_function: str | None = field(default=None, kw_only=True, validator=is_text)
    skill: str | None = field(default=None, kw_only=True, validator=is_text)
    task: str | None = field(default=None, kw_only=True, validator=is_text)
    outcome: str | None = field(default=None, kw_only=True, validator=is_text)
    assistance: str | None = field(default=None, kw_only=True, validator=is_text)
    cues: str | None = field(default=None, kw_only=True, validator=is_text)
    deviation: str | None = field(default=None, kw_only=True, validator=is_text)
    device: str | None = field(default=None, kw_only=True, validator=is_text)
    response: str | None = field(default=None, kw_only=True, validator=is_text)
    rationale: str | None = field(default=None, kw_only=True, validator=is_text)
    progression: str | None = field(default=None, kw_only=True, validator=is_text)
    learner: str | None = field(default=None, kw_only=True, validator=is_text)
    group_size: int | None = field(default=None, kw_only=True, validator=_is_count)
    contraindications: str | None = field(default=None, kw_only=True, validator=is_text)
    event: str | None = field(default=None, kw_only=True, validator=is_text)
    prior_function: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class Goal(_Part):
    """
    One goal of the plan, and where it stands.

    Args:
        text: the goal, in the plan's words.
        id: its identifier within the episode.
        term: `"long"` or `"short"`.
        measure: how reaching it is measured.
        function: the function it is tied to.
        time_frame: by when.
        status: the objective status in a progress report or discharge note.
        assessment: the clinician's judgment of the progress toward it.
        change: how it was changed: revised, met, dropped, new.
        absent: fields looked for and not there.
    """

    text: str | None = field(default=None, validator=is_text)
    id: str | None = field(default=None, kw_only=True, validator=is_text)
    term: GoalTerm | None = field(default=None, kw_only=True, converter=_term)
    measure: str | None = field(default=None, kw_only=True, validator=is_text)
    function: str | None = field(default=None, kw_only=True, validator=is_text)
    time_frame: str | None = field(default=None, kw_only=True, validator=is_text)
    status: str | None = field(default=None, kw_only=True, validator=is_text)
    assessment: str | None = field(default=None, kw_only=True, validator=is_text)
    change: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class Duration(_Part):
    """
    How long a plan runs: weeks, days or treatment days, or in words where it says neither.

    Args:
        weeks: number of weeks.
        days: number of calendar days.
        sessions: number of treatment sessions.
        words: as the plan says it, where that is no number.
        absent: fields looked for and not there.
    """

    weeks: int | None = field(default=None, kw_only=True, validator=_is_count)
    days: int | None = field(default=None, kw_only=True, validator=_is_count)
    sessions: int | None = field(default=None, kw_only=True, validator=_is_count)
    words: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class PlanChange(_Part):
    """
    A written change of the plan.

    Args:
        text: what changed.
        signature: who signed it, and when.
        significant: whether it is a significant change, which has to be certified.
        absent: fields looked for and not there.
    """

    text: str | None = field(default=None, validator=is_text)
    signature: Signature | None = field(default=None, kw_only=True, validator=_is_part)
    significant: bool | None = field(default=None, kw_only=True, validator=is_flag)


@frozen(repr=False)
class PlanOfCare(_Part):
    """
    A plan of care.

    Args:
        diagnoses: the diagnoses it states.
        goals: its goals, long-term and short-term.
        therapy_type: the type of therapy.
        amount: treatments a day.
        frequency: treatments a week.
        duration: how long it runs.
        discipline: whose plan it is.
        codes: the procedure codes its interventions stand for.
        established_on: the day it was written.
        signature: who established it.
        goals_not_measurable: the clinical reason why measurable goals cannot be set.
        maintenance: why skilled maintenance is needed, and its goals.
        changes: written changes of it.
        sent_to: whom it was sent to for certification.
        sent_on: the day it was sent.
        justification: why modalities go on without, or in number beside, active procedures.
        absent: fields looked for and not there.
    """

    diagnoses: tuple[str, ...] = field(default=(), kw_only=True, converter=_diagnoses)
    goals: tuple[Goal, ...] = field(default=(), kw_only=True, converter=_goals)
    therapy_type: str | None = field(default=None, kw_only=True, validator=is_text)
    amount: str | None = field(default=None, kw_only=True, validator=is_text)
    frequency: str | None = field(default=None, kw_only=True, validator=is_text)
    duration: Duration | None = field(default=None, kw_only=True, validator=_is_part)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    codes: tuple[str, ...] = field(default=(), kw_only=True, converter=_planned_codes)
    established_on: date | None = field(default=None, kw_only=True, converter=_established_on)
    signature: Signature | None = field(default=None, kw_only=True, validator=_is_part)
    goals_not_measurable: str | None = field(default=None, kw_only=True, validator=is_text)
    maintenance: str | None = field(default=None, kw_only=True, validator=is_text)
    changes: tuple[PlanChange, ...] = field(default=(), kw_only=True, converter=_changes)
    sent_to: str | None = field(default=None, kw_only=True, validator=is_text)
    sent_on: date | None = field(default=None, kw_only=True, converter=_sent_on)
    justification: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class Certification(_Part):
    """
    A physician's or NPP's certification of the plan, first or again.

    Args:
        signature: who certified it, with credential and date.
        received_on: the day a faxed page carries, which stands in for a forgotten date.
        verbal_on: the day of a verbal certification.
        first_day: first day of the certified interval.
        last_day: last day of the certified interval.
        delay_reason: why it comes late.
        absent: fields looked for and not there.
    """

    signature: Signature | None = field(default=None, kw_only=True, validator=_is_part)
    received_on: date | None = field(default=None, kw_only=True, converter=_received_on)
    verbal_on: date | None = field(default=None, kw_only=True, converter=_verbal_on)
    first_day: date | None = field(default=None, kw_only=True, converter=_first_day)
    last_day: date | None = field(default=None, kw_only=True, converter=_last_day)
    delay_reason: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class Order(_Part):
    """
    An order or referral for therapy.

    Args:
        signature: who ordered it, with credential and date.
        ordered_on: the day of the order.
        therapy_type: the type of therapy ordered.
        discipline: the discipline ordered.
        by_separate_provider: whether somebody else than the treating therapist's practice gave it.
        on_claim: whether the claim names who gave it.
        absent: fields looked for and not there.
    """

    signature: Signature | None = field(default=None, kw_only=True, validator=_is_part)
    ordered_on: date | None = field(default=None, kw_only=True, converter=_ordered_on)
    therapy_type: str | None = field(default=None, kw_only=True, validator=is_text)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    by_separate_provider: bool | None = field(default=None, kw_only=True, validator=is_flag)
    on_claim: bool | None = field(default=None, kw_only=True, validator=is_flag)


@frozen(repr=False)
class Evaluation(_Part):
    """
    What an evaluation or re-evaluation found.

    Args:
        diagnoses: the diagnoses it states.
        problem: the problem to be treated.
        body_part: the body part.
        conditions: conditions that bear on treatment.
        prior_function: level of function before.
        onset: the day it began.
        current_function: function now.
        therapy_needed: whether therapy is judged to be needed.
        prognosis: what can be expected.
        time_frame: by when.
        personal_factors: history and personal factors that bear on the plan.
        personal_factors_effect: how they bear on it.
        examined: body structures and functions, activity limitations and participation restrictions examined.
        presentation: clinical presentation: stable, evolving, unstable.
        decision_making: clinical decision making with its instrument or measurable outcome.
        minutes: untimed minutes of the evaluation itself.
        hands_on: whether a hands-on assessment was made.
        reason: why a re-evaluation was needed: new findings, significant change, failure to respond.
        judgment: what it decided about goals, treatment or ending.
        absent: fields looked for and not there.
    """

    diagnoses: tuple[str, ...] = field(default=(), kw_only=True, converter=_diagnoses)
    problem: str | None = field(default=None, kw_only=True, validator=is_text)
    body_part: str | None = field(default=None, kw_only=True, validator=is_text)
    conditions: str | None = field(default=None, kw_only=True, validator=is_text)
    prior_function: str | None = field(default=None, kw_only=True, validator=is_text)
    onset: date | None = field(default=None, kw_only=True, converter=_onset)
    current_function: str | None = field(default=None, kw_only=True, validator=is_text)
    therapy_needed: bool | None = field(default=None, kw_only=True, validator=is_flag)
    prognosis: str | None = field(default=None, kw_only=True, validator=is_text)
    time_frame: str | None = field(default=None, kw_only=True, validator=is_text)
    personal_factors: tuple[str, ...] = field(default=(), kw_only=True, converter=_personal_factors)
    personal_factors_effect: str | None = field(default=None, kw_only=True, validator=is_text)
    examined: tuple[str, ...] = field(default=(), kw_only=True, converter=_examined)
    presentation: str | None = field(default=None, kw_only=True, validator=is_text)
    decision_making: str | None = field(default=None, kw_only=True, validator=is_text)
    minutes: int | None = field(default=None, kw_only=True, validator=is_minutes)
    hands_on: bool | None = field(default=None, kw_only=True, validator=is_flag)
    reason: str | None = field(default=None, kw_only=True, validator=is_text)
    judgment: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class ProgressReport(_Part):
    """
    What a progress report holds beside the goals; a treatment or discharge note may hold it as well.

    Args:
        first_day: first day of the period reported on.
        last_day: last day of the period.
        continuing: plans for continuing treatment, further evaluation or revision.
        plan_sent: whether an updated plan was sent for certification.
        maintenance: why skilled maintenance goes on, and its goals.
        absent: fields looked for and not there.
    """

    first_day: date | None = field(default=None, kw_only=True, converter=_first_day)
    last_day: date | None = field(default=None, kw_only=True, converter=_last_day)
    continuing: str | None = field(default=None, kw_only=True, validator=is_text)
    plan_sent: bool | None = field(default=None, kw_only=True, validator=is_flag)
    maintenance: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class Discharge(_Part):
    """
    What a discharge note holds beside the goals.

    Args:
        date: the day of discharge.
        summary: summary of the care and of its result.
        planned: whether the discharge was planned.
        absent: fields looked for and not there.
    """

    date: dt.date | None = field(default=None, kw_only=True, converter=_date)
    summary: str | None = field(default=None, kw_only=True, validator=is_text)
    planned: bool | None = field(default=None, kw_only=True, validator=is_flag)


@frozen(repr=False)
class Wound(_Part):
    """
    A wound before and after the service of the day.

    Args:
        location: where it is.
        size: length and width before.
        depth: depth before.
        stage: stage or thickness.
        infection: infection, present or absent.
        necrosis: necrotic tissue, present or absent.
        tissue_removed: what was removed.
        method: how it was removed.
        after: the wound after the service.
        improvement: improvement since the last visit, or the changed plan.
        absent: fields looked for and not there.
    """

    location: str | None = field(default=None, kw_only=True, validator=is_text)
    size: str | None = field(default=None, kw_only=True, validator=is_text)
    depth: str | None = field(default=None, kw_only=True, validator=is_text)
    stage: str | None = field(default=None, kw_only=True, validator=is_text)
    infection: str | None = field(default=None, kw_only=True, validator=is_text)
    necrosis: str | None = field(default=None, kw_only=True, validator=is_text)
    tissue_removed: str | None = field(default=None, kw_only=True, validator=is_text)
    method: str | None = field(default=None, kw_only=True, validator=is_text)
    after: str | None = field(default=None, kw_only=True, validator=is_text)
    improvement: str | None = field(default=None, kw_only=True, validator=is_text)


@frozen(repr=False)
class TestReport(_Part):
    """
    A separate written report of a test or an assessment.

    Args:
        tests: the tests given.
        results: their results.
        interpretation: what they mean.
        effect_on_plan: what follows for the plan.
        goal: what the assessment was for.
        technology: the technology assessed.
        process: how it was tried, and the response.
        outcome: what came out.
        minutes: minutes spent.
        absent: fields looked for and not there.
    """

    __test__ = False

    tests: tuple[str, ...] = field(default=(), kw_only=True, converter=_tests)
    results: str | None = field(default=None, kw_only=True, validator=is_text)
    interpretation: str | None = field(default=None, kw_only=True, validator=is_text)
    effect_on_plan: str | None = field(default=None, kw_only=True, validator=is_text)
    goal: str | None = field(default=None, kw_only=True, validator=is_text)
    technology: str | None = field(default=None, kw_only=True, validator=is_text)
    process: str | None = field(default=None, kw_only=True, validator=is_text)
    outcome: str | None = field(default=None, kw_only=True, validator=is_text)
    minutes: int | None = field(default=None, kw_only=True, validator=is_minutes)


@frozen(repr=False)
class Amendment(_Part):
    """
    A late entry, a correction or an addendum.

    Args:
        identified: whether it is marked as what it is.
        signature: who signed it, and when.
        original_readable: whether what stood there before can still be read.
        absent: fields looked for and not there.
    """

    identified: bool | None = field(default=None, kw_only=True, validator=is_flag)
    signature: Signature | None = field(default=None, kw_only=True, validator=_is_part)
    original_readable: bool | None = field(default=None, kw_only=True, validator=is_flag)


@frozen(repr=False)
class Note(_Part):
    """
    A document of the record, as far as it bears on the rules; `None` means not stated.

    One document may serve several purposes: a treatment note with `progress` is a progress report too, an evaluation
    with `plan` holds the plan of care.

    Args:
        note_type: such as `"treatment-note"`.
        date_of_service: the treatment day it documents.
        interventions: what was done, billed or not.
        total_timed_code_treatment_minutes: total minutes of timed codes, as the note states it.
        total_treatment_minutes: total treatment minutes, timed and untimed, as the note states it.
        signature: how it was signed.
        text: free text; never shown, never repeated.
        discipline: the discipline it belongs to.
        patient_identified: whether the document names its patient.
        contributors: everybody who took part.
        date_written: the day it was written, where that differs from the day of service.
        supervisor_consulted: whether contact with the supervising therapist is noted.
        supervision: how an assistant was supervised.
        incident_to_physician: whether the service is billed incident to a physician or NPP.
        start: clock time the session began, such as `"14:05"`.
        stop: clock time it ended.
        patient_report: what the patient reports.
        response: how the patient responded to treatment.
        reassessment: skilled reassessment toward the goals, progress measured.
        problems: problems met or changes of the plan, or that there were none.
        home_program: home program and part of the caregiver.
        skill: why a therapist's skill was needed.
        measures: objective findings of the document.
        goals: the goals it reports on; a plan's own goals stand in `plan`.
        template_filled: whether no blank, prompt or dictation gap is left.
        abbreviations_defined: whether abbreviations that are not standard are explained.
        evaluation: what an evaluation or re-evaluation found.
        plan: the plan of care it holds.
        certification: the certification it is.
        order: the order it is.
        progress: the progress report it holds.
        discharge: the discharge it tells of.
        wound: the wound treated.
        report: the written report of a test or assessment.
        amendments: late entries, corrections and addenda.
        absent: fields looked for and not there.

    Example:
        >>> import therapycodes as tc
        >>> tc.Note("treatment-note", "2026-03-02", total_treatment_minutes=40, absent=["response"])
        <Note: note_type, date_of_service, total_treatment_minutes recorded>
    """

    note_type: NoteType = field(converter=_note_type)
    date_of_service: date | None = field(default=None, converter=_date_of_service)
    interventions: tuple[Intervention, ...] = field(default=(), kw_only=True, converter=_interventions)
    total_timed_code_treatment_minutes: int | None = field(default=None, kw_only=True, validator=is_minutes)
    total_treatment_minutes: int | None = field(default=None, kw_only=True, validator=is_minutes)
    signature: Signature | None = field(default=None, kw_only=True, validator=_is_part)
    text: str | None = field(default=None, kw_only=True, validator=is_text)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    patient_identified: bool | None = field(default=None, kw_only=True, validator=is_flag)
    contributors: tuple[Contributor, ...] = field(default=(), kw_only=True, converter=_contributors)
    date_written: date | None = field(default=None, kw_only=True, converter=_date_written)
    supervisor_consulted: bool | None = field(default=None, kw_only=True, validator=is_flag)
    supervision: str | None = field(default=None, kw_only=True, validator=is_text)
    incident_to_physician: bool | None = field(default=None, kw_only=True, validator=is_flag)
    start: str | None = field(default=None, kw_only=True, validator=_is_clock_time)
    stop: str | None = field(default=None, kw_only=True, validator=_is_clock_time)
    patient_report: str | None = field(default=None, kw_only=True, validator=is_text)
    response: str | None = field(default=None, kw_only=True, validator=is_text)
    reassessment: str | None = field(default=None, kw_only=True, validator=is_text)
    problems: str | None = field(default=None, kw_only=True, validator=is_text)
    home_program: str | None = field(default=None, kw_only=True, validator=is_text)
    skill: str | None = field(default=None, kw_only=True, validator=is_text)
    measures: tuple[Measure, ...] = field(default=(), kw_only=True, converter=_measures)
    goals: tuple[Goal, ...] = field(default=(), kw_only=True, converter=_goals)
    template_filled: bool | None = field(default=None, kw_only=True, validator=is_flag)
    abbreviations_defined: bool | None = field(default=None, kw_only=True, validator=is_flag)
    evaluation: Evaluation | None = field(default=None, kw_only=True, validator=_is_part)
    plan: PlanOfCare | None = field(default=None, kw_only=True, validator=_is_part)
    certification: Certification | None = field(default=None, kw_only=True, validator=_is_part)
    order: Order | None = field(default=None, kw_only=True, validator=_is_part)
    progress: ProgressReport | None = field(default=None, kw_only=True, validator=_is_part)
    discharge: Discharge | None = field(default=None, kw_only=True, validator=_is_part)
    wound: Wound | None = field(default=None, kw_only=True, validator=_is_part)
    report: TestReport | None = field(default=None, kw_only=True, validator=_is_part)
    amendments: tuple[Amendment, ...] = field(default=(), kw_only=True, converter=_amendments)


@frozen(repr=False)
class Episode(_Part):
    """
    Every document of one episode of care: one patient, one discipline, one condition.

    Args:
        documents: its documents, in any order.
        discipline: whose episode it is; documents that say another one are left aside.
        treatment_days: days of treatment, evaluation or re-evaluation beyond those that have a document here.
        ended_on: the last date of service, once treatment has ended.
        absent: fields looked for and not there.
    """

    documents: tuple[Note, ...] = field(converter=_documents)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    treatment_days: tuple[date, ...] = field(default=(), kw_only=True, converter=_days)
    ended_on: date | None = field(default=None, kw_only=True, converter=_ended_on)


_PARTS: dict[tuple[str, str], type[_Part]] = {
    **{
        (holder, "signature"): Signature
        for holder in ("PlanChange", "PlanOfCare", "Certification", "Order", "Amendment", "Note")
    },
    ("Intervention", "performer"): Contributor,
    ("PlanOfCare", "duration"): Duration,
    ("Note", "evaluation"): Evaluation,
    ("Note", "plan"): PlanOfCare,
    ("Note", "certification"): Certification,
    ("Note", "order"): Order,
    ("Note", "progress"): ProgressReport,
    ("Note", "discharge"): Discharge,
    ("Note", "wound"): Wound,
    ("Note", "report"): TestReport,
}
"""The class of every part that is a single value, by the class that holds it and the name of the field."""
