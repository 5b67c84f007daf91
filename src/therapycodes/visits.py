"""
The whole job: a visit in, a review out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import evolve, field, frozen

from .catalogue import BeyondCoverage, Catalogue, bundled
from .claims import claim_lines
from .documentation import check_documentation
from .edits import check_edits
from .errors import InvalidInputError
from .evidence import Source
from .frozenmap import FrozenMap
from .notebook import ShowsItself
from .payment import PaymentEstimate, PaymentOutcome, estimate_payment
from .record import Visit
from .results import ClaimLine, DocumentationReport, EditReport, PastLine
from .thresholds import ThresholdReport, check_thresholds
from .units import UnitCount, count_units


@frozen(kw_only=True)
class Review(ShowsItself):
    """
    What a visit comes to: units, claim lines with their checks and an estimate, and, with a note, its documentation.

    Attributes:
        visit: what was reviewed.
        units: the units counted, with trace and alternatives.
        lines: the claim lines.
        edits: the checks of the claim lines.
        thresholds: the yearly thresholds, judged with the amounts the caller gave.
        payment: what the fee schedule gives for the lines; an estimate.
        documentation: the report on the note; `None` when the visit has none.
    """

    visit: Visit = field(repr=False)
    units: UnitCount
    lines: tuple[ClaimLine, ...]
    edits: EditReport
    thresholds: ThresholdReport
    payment: PaymentEstimate
    documentation: DocumentationReport | None

    @property
    def carried_forward(self) -> bool:
        """
        Whether rules were used beyond the dates they are known for.
        """
        return self.units.carried_forward

    @property
    def sources(self) -> Mapping[str, Source]:
        """
        Every source cited anywhere in the review, by id.
        """
        steps = [*self.units.trace, *self.payment.trace, *(reason for line in self.lines for reason in line.reasons)]
        found = [*self.edits.findings, *self.thresholds.findings]
        cited = [citation for step in steps for citation in step.citations]
        cited += [citation for finding in found for citation in finding.citations]
        if self.documentation is not None:
            cited += [citation for finding in self.documentation.findings for citation in finding.citations]
        return FrozenMap({citation.source.id: citation.source for citation in cited})


def review(
    visit: Visit,
    *,
    history: Iterable[PastLine] = (),
    allowed_so_far: Mapping[str, Decimal] | None = None,
    catalogue: Catalogue | None = None,
    beyond_coverage: BeyondCoverage = "refuse",
) -> Review:
    """
    Count the units of a visit, make and check its claim lines, estimate their fee and check its note.

    Lines are made first, their amounts held against the yearly thresholds, and KX set where it is attested and needed.

    Args:
        visit: the visit.
        history: lines billed before, for the checks that reach over the day or back in time.
        allowed_so_far: what was allowed this calendar year before these lines, as in `check_thresholds`.
        catalogue: where codes and rules come from, if not the bundled catalogue.
        beyond_coverage: what to do with a date after the covered ones, as in `rules_on`.

    Raises:
        InvalidInputError: something that is no `Visit`, or input one of the steps refuses.
        UnknownCodeError, CodeNotInForceError, UnknownPolicyError, DateNotCoveredError: as in `rules_on` and `lookup`.

    Example:
        >>> import therapycodes as tc
        >>> visit = tc.Visit("2026-03-02", [tc.Service("97112", 24), tc.Service("97110", 23)], discipline="PT")
        >>> [(line.code, line.units, line.modifiers) for line in tc.review(visit).lines]
        [('97112', 2, ('GP',)), ('97110', 1, ('GP',))]
    """
    if not isinstance(visit, Visit):
        raise InvalidInputError("visit", "not a Visit", "give a Visit, or make one with from_dict")
    rules = (catalogue or bundled()).rules_on(visit.date_of_service, visit.policy, beyond_coverage=beyond_coverage)
    services = [one if one.discipline else evolve(one, discipline=visit.discipline) for one in visit.services]
    count = count_units(services, rules)
    lines = claim_lines(count, rules, attestations=visit.attestations)
    payment = estimate_payment(lines, rules, locality=visit.locality, facility=visit.facility)
    fees = [Decimal(0) if line.outcome is PaymentOutcome.NO_FEE else line.fee for line in payment.lines]
    thresholds = check_thresholds(lines, rules, allowed_so_far=allowed_so_far, allowed=fees)
    lines = claim_lines(count, rules, attestations=visit.attestations, thresholds=thresholds)
    edits = check_edits(
        lines,
        rules,
        history=history,
        setting=visit.setting,
        attestations=visit.attestations,
        services=services if any(one.start is not None for one in services) else (),
    )
    report = None
    if visit.note is not None:
        report = check_documentation(visit.note, rules, lines=lines, services=count)
    return Review(
        visit=visit,
        units=count,
        lines=lines,
        edits=edits,
        thresholds=thresholds,
        payment=payment,
        documentation=report,
    )
