"""
How values show themselves in a notebook.
"""

from __future__ import annotations


class ShowsItself:
    """
    Mixin for what a notebook shows as a table; the plain `repr` stays for everything else.
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        from .display import html_of  # noqa: PLC0415 - only notebooks need it

        return html_of(self)
