"""
What a notebook shows.
"""

from __future__ import annotations

import pytest

import therapycodes as tc


@pytest.mark.parametrize(
    "value",
    [
        tc.lookup("97112"),
        tc.lookup("97112").on("2026-03-02"),
        tc.compare("97112", "97110"),
        tc.count_units([tc.Service("97112", 24)], tc.rules_on("2026-03-02")),
        tc.check_documentation(tc.Note("treatment-note"), tc.rules_on("2026-03-02")),
        tc.review(tc.Visit("2026-03-02", [tc.Service("97112", 24)], discipline="PT")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_show_themselves(value):
    """
    Each value a notebook is likely to end a cell with has an HTML form, without a script.
    """
    shown = value._repr_html_()
    assert shown == tc.html_of(value)
    assert "<table" in shown
    assert "<script" not in shown
