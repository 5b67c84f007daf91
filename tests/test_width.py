"""
How far the catalogue reaches: codes, metadata, and facts by date that anyone may check.
"""

from __future__ import annotations

import pytest

import therapycodes as tc


CORE = (
    "indications",
    "techniques",
    "personnel",
    "settings",
    "duration",
    "not_supported_by",
    "similar",
    "examples",
)
FULL = (*CORE, "preparation", "steps", "risks", "benefits", "recovery", "alternatives", "patient_experience")
DAY = "2026-03-02"


def lacking(code, wanted):
    """
    The lists of metadata a code leaves empty.
    """
    return [name for name in wanted if not getattr(code.metadata, name)]


def test_number_of_codes():
    """
    The catalogue holds at least 340 codes, and each says what it is for.
    """
    assert len(tc.codes()) >= 340
    assert [] == [code.code for code in tc.codes() if code.metadata.purpose is None]


def test_core_metadata():
    """
    At least 150 codes have the core of the metadata, and every code of the therapy list does.
    """
    whole = [code.code for code in tc.codes() if not lacking(code, CORE)]
    listed = [
        code
        for code in tc.codes(on=DAY)
        if code.on(DAY).therapy_designation in (tc.TherapyDesignation.ALWAYS, "sometimes")
    ]
    short = {code.code: lacking(code, CORE) for code in listed if lacking(code, CORE)}

    assert {} == short
    assert len(whole) >= 240


def test_full_metadata():
    """
    At least 60 codes, the commonly billed ones, have every list of the metadata.
    """
    whole = [code.code for code in tc.codes() if not lacking(code, FULL)]
    common = {
        "97110",
        "97112",
        "97113",
        "97116",
        "97124",
        "97140",
        "97150",
        "97161",
        "97530",
        "97535",
        "97035",
        "92507",
    }

    assert set() == common - set(whole)
    assert len(whole) >= 80


@pytest.mark.parametrize(
    ("code", "day", "in_force"),
    [
        ("97129", "2019-12-31", False),
        ("97129", "2020-01-01", True),
        ("97127", "2017-12-31", False),
        ("97127", "2018-01-01", True),
        ("97127", "2019-12-31", True),
        ("97127", "2020-01-01", False),
        ("97763", "2017-12-31", False),
        ("97763", "2018-01-01", True),
        *((str(code), "2016-12-31", False) for code in range(97161, 97169)),
        *((str(code), "2017-01-01", True) for code in range(97161, 97169)),
        *((code, "2025-12-31", False) for code in ("98979", "98984", "98985", "98986")),
        *((code, "2026-01-01", True) for code in ("98979", "98984", "98985", "98986")),
        *((code, "2023-12-31", False) for code in ("97550", "97551", "97552")),
        *((code, "2024-01-01", True) for code in ("97550", "97551", "97552")),
    ],
)
def test_in_force(code, day, in_force):
    """
    Codes begin and end on their days.
    """
    assert in_force is tc.lookup(code).in_force_on(day)


@pytest.mark.parametrize(
    ("code", "day", "status"),
    [
        ("20560", "2020-03-31", "N"),
        ("20560", "2020-04-01", "A"),
        ("97014", DAY, "I"),
        ("97010", DAY, "B"),
        ("97110", DAY, "A"),
    ],
)
def test_medicare_status(code, day, status):
    """
    The status letter of the fee schedule holds by date.
    """
    assert status == tc.lookup(code).on(day).medicare_status


@pytest.mark.parametrize(
    ("code", "basis"),
    [("97150", "untimed"), ("97035", "timed"), ("97033", "timed"), ("92507", "untimed"), ("97597", "area")],
)
def test_basis(code, basis):
    """
    What one unit stands for, where popular pages go wrong.
    """
    assert basis == tc.lookup(code).on(DAY).unit_basis


def test_group():
    """
    Group therapy is not one-on-one.
    """
    assert tc.lookup("97150").on(DAY).one_on_one is False


def test_electrical_stimulation():
    """
    For Medicare G0283 stands in the place of 97014, and the data say so.
    """
    assert "G0283" in {other.code for other in tc.lookup("97014").metadata.similar}
