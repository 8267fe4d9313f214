"""Which files of the map have finer ones, and what makes them: registered by pages, requested by the routes.

Imports no library of geometry: the server's first answer waits for this module.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["FineLevels", "get_shared_levels"]


class FineLevels:
    """What there is beyond the coarsest file of a layer, by its address; made when first requested."""

    def __init__(self) -> None:
        self._makers: dict[str, Callable[[], str]] = {}
        self._made: dict[str, str] = {}
        self._locks: dict[str, threading.Lock] = {}

    def register(self, address: str, make: Callable[[], str]) -> None:
        """Say how the finer levels of the file at `address` are made; the first to say so counts."""
        self._locks.setdefault(address, threading.Lock())
        self._makers.setdefault(address, make)

    def get_list(self, address: str) -> str | None:
        """Return the list of finer files as JSON; None for a file that has none.

        Parameters
        ----------
        address : str
            Of the coarsest file.

        Returns
        -------
        str or None
            ``{"levels": [{"zoom", "parts": [{"url", "bounds"}]}]}``, coarser levels first.
        """
        if address not in self._makers:
            return None
        with self._locks[address]:
            if address not in self._made:
                self._made[address] = self._makers[address]()
            return self._made[address]


_SHARED = FineLevels()


def get_shared_levels() -> FineLevels:
    """Return the finer levels of this process: pages register them, the routes serve them."""
    return _SHARED
