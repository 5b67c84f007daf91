"""
What the caller brings: services, notes and visits, as frozen values.

Meaning is checked on construction, so that everything downstream may rely on it.
No class here holds an identity of a patient, and no `repr` shows free text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from attrs import Attribute, field, fields, frozen

from .code import Discipline
from .errors import InvalidInputError
from .inputs import checked_choice, checked_code, checked_minutes, checked_sequence
from .modifier import AttestedFact
from .periods import minutes_between, parse_date, parse_time
from .policy import Policy
from .published import Setting
from .requirement import NoteType


LARGEST_AMOUNT = 100_000


class FurnishedBy(StrEnum):
    """
    Who furnished the minutes; a therapist and an assistant in the room together count as the therapist.
    """

    THERAPIST = "therapist"
    ASSISTANT = "assistant"


# -- checks; each names what it accepts, so that type checkers know it -----------------------------------------------


def _is_code(_instance: object, attribute: Attribute[str | None], value: str | None) -> None:
    if value is not None:
        checked_code(value, attribute.name)


def _is_required_code(_instance: object, attribute: Attribute[str], value: str) -> None:
    checked_code(value, attribute.name)


def _is_minutes(_instance: object, attribute: Attribute[int | None], value: int | None) -> None:
    if value is not None:
        checked_minutes(value, attribute.name)


def _is_amount(_instance: object, attribute: Attribute[int | None], value: object) -> None:
    if value is None or (type(value) is int and 0 <= value <= LARGEST_AMOUNT):
        return
    raise InvalidInputError(attribute.name, "not a plausible whole number", f"give an int from 0 to {LARGEST_AMOUNT}")


def _is_text(_instance: object, attribute: Attribute[str | None], value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise InvalidInputError(attribute.name, "not text", "give text, or leave it out")


def _is_said(_instance: object, attribute: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise InvalidInputError(attribute.name, "not text, or empty", "say it in words")


def _is_flag(_instance: object, attribute: Attribute[bool | None], value: object) -> None:
    if value is not None and not isinstance(value, bool):
        raise InvalidInputError(
            attribute.name, "neither true nor false", "give a bool, or leave it out when nothing is stated"
        )


def _discipline(value: str | None) -> Discipline | None:
    return None if value is None else checked_choice(Discipline, value, "discipline")


def _start(value: dt.time | str | None) -> dt.time | None:
    return None if value is None else parse_time(value, "start")


def _end(value: dt.time | str | None) -> dt.time | None:
    return None if value is None else parse_time(value, "end")


def _furnished_by(value: str) -> FurnishedBy:
    return checked_choice(FurnishedBy, value, "furnished_by")


def _furnished_by_if_stated(value: str | None) -> FurnishedBy | None:
    return None if value is None else _furnished_by(value)


def _note_type(value: str) -> NoteType:
    return checked_choice(NoteType, value, "note_type")


def _date_of_service(value: date | str) -> date:
    return parse_date(value)


def _date_of_service_if_stated(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value)


def _date_of_signature(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "date")


def _date_written(value: date | str | None) -> date | None:
    return None if value is None else parse_date(value, "date_written")


def _services(values: Iterable[Service]) -> tuple[Service, ...]:
    return checked_sequence(Service, values, "services")


def _interventions(values: Iterable[Intervention]) -> tuple[Intervention, ...]:
    return checked_sequence(Intervention, values, "interventions")


def _setting(value: str) -> Setting:
    return checked_choice(Setting, value, "setting")


def _contributors(values: Iterable[Contributor]) -> tuple[Contributor, ...]:
    return checked_sequence(Contributor, values, "contributors")


@frozen
class Service:
    """
    One service of the day: a code, and the treatment minutes one person spent on it.

    Several services may name one code; their minutes add up.

    Args:
        code: the procedure code, five characters.
        minutes: whole treatment minutes; may be left out for untimed codes only.
        amount: what the other bases count (square centimeters, days of data, muscles).
        furnished_by: `"therapist"` or `"assistant"`; both together in the room count as the therapist.
        discipline: `"PT"`, `"OT"` or `"SLP"`.
        start: when it began, a `time` or text such as `"09:05"`; needs `end`.
        end: when it ended; minutes left out are those between the two, minutes given are never more.
        performer: the caller's own key for the person who furnished it, such as a staff number; never shown.

    Raises:
        InvalidInputError: negative, fractional, boolean or absurd minutes; not a code; an unknown discipline; one clock
            time without the other, an end that is not after the start, or more minutes than lie between them.

    Example:
        >>> import therapycodes as tc
        >>> tc.Service("97110", 33)
        Service(code='97110', minutes=33)
    """

    code: str = field(validator=_is_required_code)
    minutes: int | None = field(default=None, validator=_is_minutes)
    amount: int | None = field(default=None, kw_only=True, validator=_is_amount)
    furnished_by: FurnishedBy = field(default=FurnishedBy.THERAPIST, kw_only=True, converter=_furnished_by)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    start: dt.time | None = field(default=None, kw_only=True, converter=_start)
    end: dt.time | None = field(default=None, kw_only=True, converter=_end)
    performer: str | None = field(default=None, kw_only=True, validator=_is_text)

    def __attrs_post_init__(self) -> None:
        """
        Clock times come in pairs and hold the minutes.
        """
        if self.start is None and self.end is None:
            return
        if self.start is None or self.end is None:
            missing = "start" if self.start is None else "end"
            raise InvalidInputError(missing, "missing beside the other clock time", "give both, or neither")
        between = minutes_between(self.start, self.end)
        if between <= 0:
            raise InvalidInputError("end", "not after the start", "give two services where one runs past midnight")
        if self.minutes is None:
            object.__setattr__(self, "minutes", between)
        elif self.minutes > between:
            raise InvalidInputError("minutes", "more than lie between start and end", "correct minutes or times")

    def __repr__(self) -> str:
        """
        The service without what was left at its default.
        """
        shown = [f"code={self.code!r}", f"minutes={self.minutes!r}"]
        if self.amount is not None:
            shown.append(f"amount={self.amount!r}")
        if self.furnished_by is not FurnishedBy.THERAPIST:
            shown.append(f"furnished_by={str(self.furnished_by)!r}")
        if self.discipline is not None:
            shown.append(f"discipline={str(self.discipline)!r}")
        if self.start is not None and self.end is not None:
            shown.append(f"start='{self.start:%H:%M}', end='{self.end:%H:%M}'")
        return f"Service({', '.join(shown)})"


def _attested_fact(value: str) -> AttestedFact:
    return checked_choice(AttestedFact, value, "fact")


def _codes(values: Iterable[str]) -> tuple[str, ...]:
    found = checked_sequence(str, values, "codes")
    return tuple(checked_code(code, f"codes[{index}]") for index, code in enumerate(found))


@frozen
class Attestation:
    """
    A fact the caller vouches for; modifiers that state it are set on no other ground.

    Args:
        fact: what is attested, such as `"distinct-time"`.
        codes: the codes it holds for; none means every line.

    Raises:
        InvalidInputError: not a known fact, or not codes.

    Example:
        >>> import therapycodes as tc
        >>> tc.Attestation("distinct-time", ["97530", "97150"]).codes
        ('97530', '97150')
    """

    fact: AttestedFact = field(converter=_attested_fact)
    codes: tuple[str, ...] = field(default=(), converter=_codes)

    def holds_for(self, code: str) -> bool:
        """
        Whether the fact is attested for a code.
        """
        return not self.codes or code in self.codes


def _attestations(values: Iterable[Attestation]) -> tuple[Attestation, ...]:
    return checked_sequence(Attestation, values, "attestations")


class _Recorded:
    """
    Mixin for parts of the record: the `repr` names the fields that are filled in and shows none of their text.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        names = [attribute.name for attribute in fields(type(self))]  # type: ignore[arg-type]
        filled = [name for name in names if getattr(self, name) not in (None, ())]
        return f"<{type(self).__name__}: {', '.join(filled) or 'nothing'} recorded>"


@frozen(repr=False)
class Override(_Recorded):
    """
    Somebody's decision to let a finding stand; it becomes part of the result and changes no outcome.

    Args:
        finding: id of the finding, such as `"edit-pair"` or `"TN-04"`.
        reason: why, in the person's words; never shown in a `repr` or an error.
        person: who decided; never shown either.
        codes: the codes of the finding, where one id may stand for several.
    """

    finding: str = field(validator=_is_said)
    reason: str = field(validator=_is_said)
    person: str = field(validator=_is_said)
    codes: tuple[str, ...] = field(default=(), kw_only=True, converter=_codes)


@frozen(repr=False)
class Intervention(_Recorded):
    """
    One intervention as the note tells it; everything is optional, `None` means not stated.

    Args:
        description: what was done, in the note's words.
        code: the procedure code it stands for.
        minutes: minutes spent, where the note gives them; Medicare does not ask for them code by code.
        furnished_by: `"therapist"` or `"assistant"`.
        purpose: what it was for.
        region: body region treated.
    """

    description: str | None = field(default=None, validator=_is_text)
    code: str | None = field(default=None, kw_only=True, validator=_is_code)
    minutes: int | None = field(default=None, kw_only=True, validator=_is_minutes)
    furnished_by: FurnishedBy | None = field(default=None, kw_only=True, converter=_furnished_by_if_stated)
    purpose: str | None = field(default=None, kw_only=True, validator=_is_text)
    region: str | None = field(default=None, kw_only=True, validator=_is_text)


@frozen(repr=False)
class Signature(_Recorded):
    """
    How an entry was signed; `None` means not stated.

    Args:
        name: the signature is there and legible; the text itself is never shown.
        credential: professional identification, such as `"PT"`, `"PTA"`, `"OTR/L"`, `"CCC-SLP"`.
        date: the day of signing.
    """

    name: str | None = field(default=None, validator=_is_text)
    credential: str | None = field(default=None, validator=_is_text)
    date: dt.date | None = field(default=None, converter=_date_of_signature)


@frozen(repr=False)
class Contributor(_Recorded):
    """
    Somebody who took part in the treatment of the day.

    Args:
        credential: professional identification, such as `"PT"` or `"PTA"`.
        furnished_by: `"therapist"` or `"assistant"`.
    """

    credential: str | None = field(default=None, validator=_is_text)
    furnished_by: FurnishedBy | None = field(default=None, kw_only=True, converter=_furnished_by_if_stated)


@frozen(repr=False)
class Note(_Recorded):
    """
    A document of the record, as far as it bears on the rules; `None` means not stated.

    Args:
        note_type: such as `"treatment-note"`.
        date_of_service: the treatment day it documents.
        interventions: what was done, billed or not.
        total_timed_code_treatment_minutes: total minutes of timed codes, as the note states it.
        total_treatment_minutes: total treatment minutes, timed and untimed, as the note states it.
        signature: how it was signed.
        text: free text; never shown, never repeated.
        patient_identified: whether the document names its patient.
        contributors: everybody who took part.
        date_written: the day it was written, where that differs from the day of service.
        supervisor_consulted: whether contact with the supervising therapist is noted.
    """

    note_type: NoteType = field(converter=_note_type)
    date_of_service: date | None = field(default=None, converter=_date_of_service_if_stated)
    interventions: tuple[Intervention, ...] = field(default=(), kw_only=True, converter=_interventions)
    total_timed_code_treatment_minutes: int | None = field(default=None, kw_only=True, validator=_is_minutes)
    total_treatment_minutes: int | None = field(default=None, kw_only=True, validator=_is_minutes)
    signature: Signature | None = field(default=None, kw_only=True)
    text: str | None = field(default=None, kw_only=True, validator=_is_text)
    patient_identified: bool | None = field(default=None, kw_only=True, validator=_is_flag)
    contributors: tuple[Contributor, ...] = field(default=(), kw_only=True, converter=_contributors)
    date_written: date | None = field(default=None, kw_only=True, converter=_date_written)
    supervisor_consulted: bool | None = field(default=None, kw_only=True, validator=_is_flag)

    @signature.validator
    def _signature_is_one(self, _attribute: Attribute[Signature | None], value: object) -> None:
        if value is not None and not isinstance(value, Signature):
            raise InvalidInputError("signature", "not a Signature", "give a Signature, or leave it out")


@frozen(repr=False)
class Visit(_Recorded):
    """
    One patient's treatment day in one setting, ready to be reviewed.

    Args:
        date_of_service: the treatment day.
        services: what was furnished.
        discipline: the discipline of services that do not say their own.
        policy: id of a policy, or a `Policy`.
        note: the treatment note.
        attestations: facts the caller vouches for, which modifiers then state.
        setting: whose edits apply, `"practitioner"` or `"hospital"`.
        locality: contractor and payment locality of the estimate, such as `"10112-00"`, or `"national"`.
        facility: whether the facility amounts of the fee schedule are used.

    Raises:
        InvalidInputError: no date, no calendar date, or services that are none.
    """

    date_of_service: date = field(converter=_date_of_service)
    services: tuple[Service, ...] = field(converter=_services)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    policy: str | Policy = field(default="medicare-part-b", kw_only=True)
    note: Note | None = field(default=None, kw_only=True)
    attestations: tuple[Attestation, ...] = field(default=(), kw_only=True, converter=_attestations)
    setting: Setting = field(default=Setting.PRACTITIONER, kw_only=True, converter=_setting)
    locality: str = field(default="national", kw_only=True, validator=_is_said)
    facility: bool = field(default=False, kw_only=True)

    @policy.validator
    def _policy_is_one(self, _attribute: Attribute[str | Policy], value: object) -> None:
        if not isinstance(value, (str, Policy)):
            raise InvalidInputError("policy", "not a policy", "give the id of a policy or a Policy")

    @facility.validator
    def _facility_is_flag(self, _attribute: Attribute[bool], value: object) -> None:
        if not isinstance(value, bool):
            raise InvalidInputError("facility", "neither true nor false", "give a bool")

    @note.validator
    def _note_is_one(self, _attribute: Attribute[Note | None], value: object) -> None:
        if value is not None and not isinstance(value, Note):
            raise InvalidInputError("note", "not a Note", "give a Note, or leave it out")
