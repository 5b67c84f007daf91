"""
The cases under `cases/claims/`, read as a caller would read them.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import therapycodes as tc


CASES = Path(__file__).parent / "cases" / "claims"


def cases_in(name):
    """
    The cases of one file; amounts come out as `Decimal`.
    """
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)["cases"]


def attestations_of(case):
    """
    The attestations of a case.
    """
    return [tc.Attestation(one["fact"], one.get("codes", ())) for one in case.get("attestations", ())]


def lines_of(case):
    """
    The claim lines of a case.
    """
    return [tc.ClaimLine(one["code"], one["units"], one.get("modifiers", ())) for one in case["lines"]]
