"""
What the caller brings beside documents: services, attestations, overrides and visits, as frozen values.

Meaning is checked on construction, so that everything downstream may rely on it.
No class here holds an identity of a patient, and no `repr` shows free text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from attrs import Attribute, field, frozen

from .code import Discipline
from .documents import FurnishedBy, Note, Recorded, is_minutes
from .errors import InvalidInputError
from .inputs import checked_choice, checked_code, checked_sequence
from .periods import parse_date
from .policy import Policy


LARGEST_AMOUNT = 100_000


class AttestedFact(StrEnum):
    """
    What only the caller can know, and what a modifier then says on the claim.

    Attributes:
        DISTINCT_TIME: the services of a pair filled different 15-minute intervals.
        DISTINCT_ENCOUNTER: they belong to different encounters of the day.
        DISTINCT_REGION: they treated different regions or structures.
        DISTINCT_PRACTITIONER: different practitioners furnished them.
        NECESSARY_ABOVE_THRESHOLD: therapy beyond the yearly threshold is medically necessary, and the record says so.
        NOTICE_REQUIRED: a required advance beneficiary notice is on file.
        NOTICE_VOLUNTARY: a voluntary notice was given.
        EXCLUDED: the service is excluded by statute.
        DENIAL_EXPECTED: a denial is expected and no notice was given.
        HABILITATIVE: the service keeps or first gains a skill.
        REHABILITATIVE: the service restores a skill that was lost.
        TELEHEALTH_VIDEO: furnished by real-time audio and video.
        TELEHEALTH_AUDIO: furnished by audio only.
        ACTIVE_TREATMENT: chiropractic manipulation of an acute or chronic subluxation, not maintenance.
    """

    DISTINCT_TIME = "distinct-time"
    DISTINCT_ENCOUNTER = "distinct-encounter"
    DISTINCT_REGION = "distinct-region"
    DISTINCT_PRACTITIONER = "distinct-practitioner"
    NECESSARY_ABOVE_THRESHOLD = "necessary-above-threshold"
    NOTICE_REQUIRED = "notice-required"
    NOTICE_VOLUNTARY = "notice-voluntary"
    EXCLUDED = "excluded"
    DENIAL_EXPECTED = "denial-expected"
    HABILITATIVE = "habilitative"
    REHABILITATIVE = "rehabilitative"
    TELEHEALTH_VIDEO = "telehealth-video"
    TELEHEALTH_AUDIO = "telehealth-audio"
    ACTIVE_TREATMENT = "active-treatment"


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


def _furnished_by(value: str) -> FurnishedBy:
    return checked_choice(FurnishedBy, value, "furnished_by")


def _date_of_service(value: date | str) -> date:
    return parse_date(value)


def _services(values: Iterable[Service]) -> tuple[Service, ...]:
    return checked_sequence(Service, values, "services")


@frozen
class Service:
    """
    One service of the day: a code, and the treatment minutes one person spent on it.

    Several services may name one code; their minutes add up.

    Args:
        code: the procedure code, five characters.
        minutes: whole treatment minutes; may be left out for untimed codes only.
        amount: what the other bases count (square centimeters, days of data, muscles).
        furnished_by: `"therapist"` or `"assistant"`.
        discipline: `"PT"`, `"OT"` or `"SLP"`.

    Raises:
        InvalidInputError: negative, fractional, boolean or absurd minutes; not a code; an unknown discipline.

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

    Raises:
        InvalidInputError: no date, no calendar date, or services that are none.
    """

    date_of_service: date = field(converter=_date_of_service)
    services: tuple[Service, ...] = field(converter=_services)
    discipline: Discipline | None = field(default=None, kw_only=True, converter=_discipline)
    policy: str | Policy = field(default="medicare-part-b", kw_only=True)
    note: Note | None = field(default=None, kw_only=True)

    @policy.validator
    def _policy_is_one(self, _attribute: Attribute[str | Policy], value: object) -> None:
        if not isinstance(value, (str, Policy)):
            raise InvalidInputError("policy", "not a policy", "give the id of a policy or a Policy")

    @note.validator
    def _note_is_one(self, _attribute: Attribute[Note | None], value: object) -> None:
        if value is not None and not isinstance(value, Note):
            raise InvalidInputError("note", "not a Note", "give a Note, or leave it out")
