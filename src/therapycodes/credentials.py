"""
Which profession a credential names.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Profession(StrEnum):
    """
    The professions that requirements tell apart.

    `npp` is a nurse practitioner, a physician assistant or a clinical nurse specialist.
    """

    PHYSICIAN = "physician"
    NPP = "npp"
    PODIATRIST = "podiatrist"
    OPTOMETRIST = "optometrist"
    PT = "pt"
    OT = "ot"
    SLP = "slp"
    PTA = "pta"
    OTA = "ota"
    CHIROPRACTOR = "chiropractor"
    DENTIST = "dentist"
    ATHLETIC_TRAINER = "athletic-trainer"
    STUDENT = "student"
    AIDE = "aide"


_NAMES = {
    Profession.PTA: ("PTA", "LPTA"),
    Profession.OTA: ("OTA", "COTA"),
    Profession.PT: ("PT", "DPT", "MPT", "MSPT", "RPT", "LPT"),
    Profession.OT: ("OT", "OTR", "OTD", "MOT", "MSOT"),
    Profession.SLP: ("SLP", "CCC-SLP", "CFY-SLP", "CF-SLP"),
    Profession.PHYSICIAN: ("MD", "DO"),
    Profession.PODIATRIST: ("DPM",),
    Profession.OPTOMETRIST: ("OD",),
    Profession.NPP: ("NP", "PA", "PA-C", "CNS", "APRN", "FNP", "DNP"),
    Profession.CHIROPRACTOR: ("DC",),
    Profession.DENTIST: ("DDS", "DMD"),
    Profession.ATHLETIC_TRAINER: ("ATC", "LAT"),
    Profession.STUDENT: ("STUDENT", "INTERN", "SPT", "SOT"),
    Profession.AIDE: ("AIDE", "TECH", "TECHNICIAN"),
}
"""The spellings of each; where a credential names several, the first one here counts."""

_BY_NAME = {name: profession for profession, names in _NAMES.items() for name in names}
_UNCLEAR = frozenset(["A", "ASSISTANT"])
_LOWEST = (Profession.STUDENT, Profession.AIDE)
_WORDS_TOO = frozenset({"DO", "PA"})
"""Credentials that are words as well: recognized in capitals only."""
_BETWEEN = re.compile(r"[\s,;/()]+")
_LONGEST = 100


def profession_of(credential: str | None) -> Profession | None:
    """
    The profession a credential names; `None` when it names none that is known.

    Args:
        credential: such as `"PT, DPT"` or `"OTR/L"`.

    Example:
        >>> from therapycodes.credentials import profession_of
        >>> profession_of("OTR/L").value
        'ot'
    """
    if credential is None or len(credential) > _LONGEST:
        return None
    if credential in _BY_NAME:
        return _BY_NAME[credential]
    parts = set(_BETWEEN.split(credential.replace(".", "")))
    capitals = {part.upper() for part in parts}
    for profession in _LOWEST:
        if capitals.intersection(_NAMES[profession]):
            return profession
    if capitals & _UNCLEAR:
        return None
    parts |= capitals - _WORDS_TOO
    return next((profession for profession, names in _NAMES.items() if parts.intersection(names)), None)
