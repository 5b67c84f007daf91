"""
The amounts CMS sets by calendar year.
"""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

from .evidence import Dated


@frozen(kw_only=True)
class Year:
    """
    The amounts of one calendar year, in US dollars unless said otherwise.

    Attributes:
        year: the calendar year.
        kx_threshold_pt_slp: allowed amount above which PT and SLP lines need modifier KX.
        kx_threshold_ot: the same for OT.
        medical_review_threshold: amount above which a claim may be reviewed.
        conversion_factor: dollars for each relative value unit; from 2026 the one for clinicians who are not
            qualifying participants of an alternative payment model.
        conversion_factor_qualifying_apm: the one for those who are, from 2026.
    """

    year: int
    kx_threshold_pt_slp: tuple[Dated[Decimal], ...]
    kx_threshold_ot: tuple[Dated[Decimal], ...]
    medical_review_threshold: tuple[Dated[Decimal], ...]
    conversion_factor: tuple[Dated[Decimal], ...]
    conversion_factor_qualifying_apm: tuple[Dated[Decimal], ...] = ()
