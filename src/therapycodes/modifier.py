"""
What each modifier of a claim line says, by date.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from .code import Discipline
from .evidence import HasDates


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


class ModifierGroup(StrEnum):
    """
    What kind of thing a modifier says; the members stand in the order that the groups take on a line.

    Attributes:
        DISCIPLINE: whose plan of care the line stands under.
        ASSISTANT: an assistant furnished the service.
        THRESHOLD: therapy beyond the yearly threshold is necessary.
        DISTINCT: the service is distinct from another one of the day.
        CHIROPRACTIC: manipulation is active treatment.
        TELEHEALTH: how patient and clinician met.
        HABILITATION: whether a skill is gained, kept or restored.
        NOTICE: what the patient was told about coverage.
        OTHER: anything else.
    """

    DISCIPLINE = "discipline"
    ASSISTANT = "assistant"
    THRESHOLD = "threshold"
    DISTINCT = "distinct"
    CHIROPRACTIC = "chiropractic"
    TELEHEALTH = "telehealth"
    HABILITATION = "habilitation"
    NOTICE = "notice"
    OTHER = "other"


@frozen(kw_only=True, repr=False)
class Modifier(HasDates):
    """
    One modifier between two dates of service.

    Attributes:
        modifier: its two characters.
        group: what kind of thing it says.
        statement: what it says, in a sentence of our own.
        states: the attested facts it states.
        discipline: the discipline it belongs to.
        beside: the modifier it goes with.
        excludes: the modifiers it does not stand with on one line.
        only_on: the only codes it stands on; empty for any.
        not_on: codes it does not stand on.
        last_place: the last place on the line in which it is read.
    """

    modifier: str
    group: ModifierGroup
    statement: str
    states: tuple[AttestedFact, ...] = ()
    discipline: Discipline | None = None
    beside: str | None = None
    excludes: tuple[str, ...] = ()
    only_on: tuple[str, ...] = ()
    not_on: tuple[str, ...] = ()
    last_place: int | None = None

    def __repr__(self) -> str:
        """
        The modifier with what it says and its standing.
        """
        return f"<Modifier {self.modifier}: {self.statement} ({self.standing})>"
