"""
The whole job: a visit in, a review out.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, field, frozen

from .catalogue import BeyondCoverage, Catalogue, bundled
from .claims import claim_lines
from .documentation import check_documentation
from .errors import InvalidInputError
from .evidence import Source
from .frozenmap import FrozenMap
from .notebook import ShowsItself
from .record import Visit
from .results import ClaimLine, DocumentationReport
from .units import UnitCount, count_units


@frozen(kw_only=True)
class Review(ShowsItself):
    """
    What a visit comes to: units, claim lines and, with a note, its documentation.

    Attributes:
        visit: what was reviewed.
        units: the units counted, with trace and alternatives.
        lines: the claim lines.
        documentation: the report on the note; `None` when the visit has none.
    """

    visit: Visit = field(repr=False)
    units: UnitCount
    lines: tuple[ClaimLine, ...]
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
        cited = [citation for step in self.units.trace for citation in step.citations]
        cited += [citation for line in self.lines for reason in line.reasons for citation in reason.citations]
        if self.documentation is not None:
            cited += [citation for finding in self.documentation.findings for citation in finding.citations]
        return FrozenMap({citation.source.id: citation.source for citation in cited})


def review(visit: Visit, *, catalogue: Catalogue | None = None, beyond_coverage: BeyondCoverage = "refuse") -> Review:
    """
    Count the units of a visit, make its claim lines and check its note.

    Args:
        visit: the visit.
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
    lines = claim_lines(count, rules)
    report = None
    if visit.note is not None:
        report = check_documentation(visit.note, rules, lines=lines, services=count)
    return Review(visit=visit, units=count, lines=lines, documentation=report)
