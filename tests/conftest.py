"""
Shared fixtures: the bundled catalogue and the rules of chosen days.
"""

from __future__ import annotations

import pytest

import therapycodes as tc


@pytest.fixture(scope="session")
def rules():
    """
    Medicare Part B on a day of 2026.
    """
    return tc.rules_on("2026-03-02")


@pytest.fixture(scope="session")
def cpt_rules():
    """
    The CPT convention on a day of 2026.
    """
    return tc.rules_on("2026-03-02", policy="cpt")
