"""
What a credential tells of its bearer: therapist or physician, assistant, or nothing that is known.
"""

from __future__ import annotations

import re

from .documents import FurnishedBy


_THERAPIST = frozenset(
    [
        *("PT", "DPT", "MPT", "MSPT", "RPT", "LPT"),
        *("OT", "OTR", "OTD", "MOT", "MSOT"),
        *("SLP", "CCC-SLP", "CFY-SLP", "CF-SLP"),
        *("MD", "DO", "DPM", "NP", "PA", "PA-C", "CNS", "APRN", "FNP", "DNP"),
    ]
)
_ASSISTANT = frozenset(["PTA", "LPTA", "OTA", "COTA"])
_NEITHER = frozenset(["A", "AIDE", "ASSISTANT", "INTERN", "STUDENT", "SPT", "SOT", "TECH", "TECHNICIAN"])
_WORDS_TOO = frozenset({"DO", "OD", "PA"})
"""Credentials that are words as well, or parts of names: recognized in capitals only."""
_BETWEEN_CREDENTIALS = re.compile(r"[\s,;/()]+")
_LONGEST_CREDENTIAL = 100


def credential_parts(credential: str | None) -> frozenset[str]:
    """
    The single credentials of a line such as `"OTR/L, CHT"`, in capitals; empty for one too long to be any.
    """
    if credential is None or len(credential) > _LONGEST_CREDENTIAL:
        return frozenset()
    parts = set(_BETWEEN_CREDENTIALS.split(credential.replace(".", ""))) - {""}
    return frozenset(parts | {part.upper() for part in parts if part.upper() not in _WORDS_TOO})


def profession(credential: str | None) -> FurnishedBy | None:
    """
    Therapist (or physician) or assistant, as far as a credential tells.
    """
    parts = credential_parts(credential)
    if _NEITHER.intersection(part.upper() for part in parts):
        return None
    if parts & _ASSISTANT:
        return FurnishedBy.ASSISTANT
    return FurnishedBy.THERAPIST if parts & _THERAPIST else None
