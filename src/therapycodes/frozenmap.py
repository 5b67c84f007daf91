"""
A mapping that cannot change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar


K = TypeVar("K")
V = TypeVar("V")


class FrozenMap(Mapping[K, V]):
    """
    A read-only mapping that pickles and copies; equal to any mapping with the same items.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[K, V] | None = None) -> None:
        self._items = dict(items or {})

    @classmethod
    def of(cls, items: dict[K, V]) -> FrozenMap[K, V]:
        """
        Take over a dictionary that nobody else holds.
        """
        made = cls.__new__(cls)
        made._items = items  # noqa: SLF001 - its own class
        return made

    def __getitem__(self, key: K) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)
