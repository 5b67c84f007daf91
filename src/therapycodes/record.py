"""
What the caller brings beside documents: services, attestations, overrides and visits, as frozen values.

Meaning is checked on construction, so that everything downstream may rely on it.
No class here holds an identity of a patient, and no `repr` shows free text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from datetime import date

from attrs import Attribute, field, frozen

from .code import Discipline
from .documents import FurnishedBy, Note, Recorded, is_minutes, is_text
from .errors import InvalidInputError
from .inputs import checked_choice, checked_code, checked_sequence
from .modifier import AttestedFact
from .periods import minutes_between, parse_date, parse_time
from .policy import Policy
from .published import Setting


LARGEST_AMOUNT = 100_000


# -- checks; each names what it accepts, so that type checkers know it -----------------------------------------------


def _is_required_code(_instance: object, attribute: Attribute[str], value: str) -> None:
    checked_code(value, attribute.name)


def _is_amount(_instance: object, attribute: Attribute[int | None], value: object) -> None:
    if value is None or (type(value) is int and 0 <= value <= LARGEST_AMOUNT):
        return
    raise InvalidInputError(attribute.name, "not a plausible whole number", f"give an int from 0 to {LARGEST_AMOUNT}")


def _is_said(_instance: object, attribute: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise InvalidInputError(attribute.name, "not text, or empty", "say it in words")


def _discipline(value: str | None) -> Discipline | None:
    return None if value is None else checked_choice(Discipline, value, "discipline")


def _start(value: dt.time | str | None) -> dt.time | None:
    return None if value is None else parse_time(value, "start")


def _end(value: dt.time | str | None) -> dt.time | None:
    return None if value is None else parse_time(value, "end")


def _furnished_by(value: str) -> FurnishedBy:
    return checked_choice(FurnishedBy, value, "furnished_by")


def _date_of_service(value: date | str) -> date:
    return parse_date(value)


def _services(values: Iterable[Service]) -> tuple[Service, ...]:
    return checked_sequence(Service, values, "services")


def _setting(value: str) -> Setting:
    return checked_choice(Setting, value, "setting")


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
    minutes: int | None = field(default=None, validator=is_minutes)
    amount: int | None = field(default=None, kw_only=True, validator=_is_amount)
    furnished_by: FurnishedBy = field(default=FurnishedBy.THERAPIST, kw_only=True, converter=_furnished_by)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    start: dt.time | None = field(default=None, kw_only=True, converter=_start)
    end: dt.time | None = field(default=None, kw_only=True, converter=_end)
    performer: str | None = field(default=None, kw_only=True, validator=is_text)

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


@frozen(repr=False)
class Override(Recorded):
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
class Visit(Recorded):
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
