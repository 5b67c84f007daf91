"""
What a payer wants to find in the record, as the data files hold it.
"""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from .code import Discipline
from .evidence import HasDates
from .frozenmap import FrozenMap


class NoteType(StrEnum):
    """
    The documents of an episode, in CMS's words.
    """

    EVALUATION = "evaluation"
    RE_EVALUATION = "re-evaluation"
    PLAN_OF_CARE = "plan-of-care"
    CERTIFICATION = "certification"
    RECERTIFICATION = "recertification"
    ORDER = "order"
    PROGRESS_REPORT = "progress-report"
    TREATMENT_NOTE = "treatment-note"
    DISCHARGE_NOTE = "discharge-note"


class Obligation(StrEnum):
    """
    How strongly an item is asked for.

    `conditional` items are asked for only when their condition holds; what another payer may ask and this one must
    not is conditional too.
    """

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    RECOMMENDED = "recommended"


class Silence(StrEnum):
    """
    What it means when the input leaves an item out without saying that it is absent.

    Attributes:
        MISSING: a document that has the item says so; it is missing.
        OPEN: the item may stand where the input does not reach, such as in free text; it is not assessed.
        NOT_APPLICABLE: nothing says that the case arises.
    """

    MISSING = "missing"
    OPEN = "open"
    NOT_APPLICABLE = "not-applicable"


class CheckKind(StrEnum):
    """
    The closed list of ways a requirement is checked.

    Attributes:
        RECORDED: every input is recorded.
        CONTRIBUTORS: everybody who took part is listed.
        INTERVENTIONS: every billed code has an intervention in the note.
        UNBILLED: a timed service that was not billed is identified all the same.
        MINUTES_CONSISTENT: the minutes of the note do not contradict one another.
        UNITS_SUPPORTED: the minutes support the timed units billed.
        CLAIM_AGREES: date and codes of note and claim agree.
        DAY_DOCUMENTED: the note documents this treatment day.
        PROFESSIONAL_SIGNATURE: signed by a professional who may furnish or supervise the service.
        ONE_OF: at least one input is recorded.
        CONTRADICTION: every input is recorded, and the impairments addressed are not those of another code only.
        DISTINCT: the text is not that of another document, word for word.
        AUTHENTICATED: signed, by a method that counts.
        AUTHORED_BY: signed by one of the accepted professions.
        PERFORMED_BY: nobody of a refused profession furnished it.
        RULED_OUT: what the input says is not the case.
        NEED_JUDGED: the need for therapy is judged, and with a need there are prognosis, time frame and plan.
        GOALS_MEASURABLE: long-term goals have a measure and a function, or there is a reason why they have not.
        EVALUATION_APART: evaluation minutes stand outside the timed total and inside total treatment time.
        ONE_ON_ONE: the minutes of these codes are one-on-one and overlap no others.
        ONE_DISCIPLINE: plan and claim are of one discipline.
        WITHIN_PLAN: the codes billed are those of the plan.
        ASSISTANT_MODIFIER: the assistant modifiers agree with who furnished the service.
        MODALITIES: modalities stand beside active procedures and within a number, or with a reason.
        BILLED_BELOW: fewer units of the code are billed than a number.
        ON_TIME: a day is within a number of days of another one.
        COUNT_SINCE: no more than a number of treatment days since something.
        DOCUMENTS_KEPT: the documents of the episode are there.
        SUPERVISOR_CONSULT: the assistant's contact with the supervisor is noted where state law asks for it.
        NEVER_DEMAND: the item must not be demanded.
    """

    RECORDED = "recorded"
    CONTRIBUTORS = "contributors"
    INTERVENTIONS = "interventions"
    UNBILLED = "unbilled"
    MINUTES_CONSISTENT = "minutes-consistent"
    UNITS_SUPPORTED = "units-supported"
    CLAIM_AGREES = "claim-agrees"
    DAY_DOCUMENTED = "day-documented"
    PROFESSIONAL_SIGNATURE = "professional-signature"
    ONE_OF = "one-of"
    CONTRADICTION = "contradiction"
    DISTINCT = "distinct"
    AUTHENTICATED = "authenticated"
    AUTHORED_BY = "authored-by"
    PERFORMED_BY = "performed-by"
    RULED_OUT = "ruled-out"
    NEED_JUDGED = "need-judged"
    GOALS_MEASURABLE = "goals-measurable"
    EVALUATION_APART = "evaluation-apart"
    ONE_ON_ONE = "one-on-one"
    ONE_DISCIPLINE = "one-discipline"
    WITHIN_PLAN = "within-plan"
    ASSISTANT_MODIFIER = "assistant-modifier"
    MODALITIES = "modalities"
    BILLED_BELOW = "billed-below"
    ON_TIME = "on-time"
    COUNT_SINCE = "count-since"
    DOCUMENTS_KEPT = "documents-kept"
    SUPERVISOR_CONSULT = "supervisor-consult"
    NEVER_DEMAND = "never-demand"


class EpisodeCheck(StrEnum):
    """
    The closed list of ways a requirement is checked over all documents of an episode.

    Attributes:
        ON_FILE: the evaluation is on file; what else an episode needs has checks of its own.
        EVERY_DAY: each treatment day has its note.
        PLAN_FIRST: the plan was there before treatment.
        INITIAL_CERTIFICATION: the first plan is certified within so many days of the first treatment day.
        ORDER_EXCEPTION: a signed order and a plan sent in so many days stand in for the first certification.
        VERBAL_CERTIFICATION: a verbal certification is signed within so many days.
        INTERVAL: no certification reaches further than the plan, or so many days.
        RECERTIFICATION: treatment beyond a certified interval is certified again.
        DELAYED_CERTIFICATION: a late certification gives a reason.
        CERTIFIER: the certification is by somebody who may certify.
        CERTIFICATION_DATE: the certification is dated.
        EVALUATION_ONLY: an evaluation without treatment has an order or a certification.
        SIGNED_ORDER: an order on file is signed.
        REPORTED: every so many treatment days, or months, have a progress report.
        REPORT_AUTHOR: the report that counts is a clinician's.
        CLINICIAN_PART: a clinician took part in each report period.
        DISCHARGE: an episode that has ended has its discharge note.
        AUTHOR: none of the documents named is an assistant's.
        NEVER_DEMAND: the item must not be demanded.
    """

    ON_FILE = "on-file"
    EVERY_DAY = "every-day"
    PLAN_FIRST = "plan-first"
    INITIAL_CERTIFICATION = "initial-certification"
    ORDER_EXCEPTION = "order-exception"
    VERBAL_CERTIFICATION = "verbal-certification"
    INTERVAL = "interval"
    RECERTIFICATION = "recertification"
    DELAYED_CERTIFICATION = "delayed-certification"
    CERTIFIER = "certifier"
    CERTIFICATION_DATE = "certification-date"
    EVALUATION_ONLY = "evaluation-only"
    SIGNED_ORDER = "signed-order"
    REPORTED = "reported"
    REPORT_AUTHOR = "report-author"
    CLINICIAN_PART = "clinician-part"
    DISCHARGE = "discharge"
    AUTHOR = "author"
    NEVER_DEMAND = "never-demand"


LIMITS = FrozenMap(
    {
        EpisodeCheck.INITIAL_CERTIFICATION: "days",
        EpisodeCheck.ORDER_EXCEPTION: "days",
        EpisodeCheck.VERBAL_CERTIFICATION: "days",
        EpisodeCheck.INTERVAL: "days",
        EpisodeCheck.RECERTIFICATION: "days",
        EpisodeCheck.DELAYED_CERTIFICATION: "months",
        EpisodeCheck.REPORTED: "limit",
        EpisodeCheck.CLINICIAN_PART: "limit",
        EpisodeCheck.CERTIFIER: "accepted",
        EpisodeCheck.AUTHOR: "accepted",
    }
)
"""What a check over an episode cannot do without, by the name of the field that gives it."""


@frozen(kw_only=True)
class Requirement(HasDates):
    """
    One thing a payer wants to find in the record, or must not ask for.

    Attributes:
        id: stable id of the requirement matrix, such as `"TN-04"`; never reused.
        title: a few words.
        statement: the requirement, in a sentence of our own.
        documents: the note types it applies to; empty means all.
        check: how it is checked.
        obligation: how strongly it is asked for.
        priority: 1 for what auditors find first, 3 for what they seldom look at.
        inputs: paths of the inputs it reads, such as `"note.total_treatment_minutes"`; ` | ` parts places where one
            item may stand, `[]` means each of several, `[force]` those of this kind.
        codes: the codes it applies to; empty means whatever is billed.
        alone: whether it applies only when nothing but these codes is billed.
        timed_only: whether it applies only when a timed code is billed.
        assistant_only: whether it applies only when an assistant took part.
        unstated: what it means when an input is left out.
        accepted: the professions or impairments that meet it.
        refused: the professions or methods that do not.
        days: number of days of a clock.
        limit: number of treatment days, codes or units of a clock or a limit.
        months: number of months of a clock.
        disciplines: the disciplines it applies to; empty means all.
        remedy: what to record, or why it is not asked for.
        over_episode: how it is checked over all documents of an episode; `None` where a single document tells.
    """

    id: str
    title: str
    statement: str
    documents: tuple[NoteType, ...] = ()
    check: CheckKind
    obligation: Obligation
    priority: int = 2
    inputs: tuple[str, ...]
    codes: tuple[str, ...] = ()
    alone: bool = False
    timed_only: bool = False
    assistant_only: bool = False
    unstated: Silence = Silence.MISSING
    accepted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    days: int | None = None
    limit: int | None = None
    months: int | None = None
    disciplines: tuple[Discipline, ...] = ()
    remedy: str
    over_episode: EpisodeCheck | None = None


@frozen(kw_only=True)
class RequirementSet:
    """
    The documentation requirements of one authority.

    Attributes:
        id: stable id, as named by policies.
        title: what the set covers.
        requirements: its requirements.
    """

    id: str
    title: str
    requirements: tuple[Requirement, ...] = field(repr=False)
