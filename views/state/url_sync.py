"""The address bar and the session: which of the two was changed last, and what follows from it.

Every answer to the browser takes its time on the way. What somebody does meanwhile is sent with the address as it was,
which must not undo what they did before; and an address that is on its way must not take the place of a link that has been
followed since. So the session remembers which addresses it has had, and how its widgets stood at the end of the last run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from pilotzones.views.streamlit_internals import get_page_hash, goes_through_history

__all__ = ["PageAddress", "get_address"]

_PLAIN: Final = (bool, int, float, str, list, dict, type(None))
_REMEMBERED: Final = 20


@dataclass
class PageAddress:
    """What a session knows of the addresses it has had.

    `published` are the parameters it last asked the browser to show; `earlier` the ones before. `unsure` says that the
    browser may show others: it followed a link while an answer was on its way.
    """

    published: dict[str, str] = field(default_factory=dict)
    earlier: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    unsure: bool = False
    _page: str = ""
    _widgets: dict[str, Any] = field(default_factory=dict)

    def was_changed(self, query: Mapping[str, str]) -> bool:
        """Return whether the visitor changed the address: by a link, or by going back or forward."""
        if goes_through_history():
            return True
        # The bar of pages leaves the parameters out, which is no wish to clear the filters.
        if not query or query == self.published:
            return False
        # Parameters that are sent late belong to the page they were made on.
        return query not in self.earlier or get_page_hash() not in ("", self._page) or self._are_widgets_unchanged()

    def carry_to_page(self) -> None:
        """Open another page with the parameters of the one before; called before the pages are listed.

        The bar of pages leaves them out. Said only at the end of the run, they would be a second step of the history, and it
        would take two presses to go back.
        """
        if self.published and not st.query_params.to_dict() and not goes_through_history():
            st.query_params.from_dict(self.published)

    def follow(self, query: dict[str, str], *, first: bool) -> None:
        """Take up the address the visitor changed to; on a first one no answer can be on its way."""
        self._move_to(query)
        self.unsure = not first

    def publish(self, query: dict[str, str]) -> None:
        """Let the browser show these parameters; called at the end of a run."""
        self._move_to(query)
        self._page, self._widgets = get_page_hash(), _collect_plain_state()
        if self.unsure or st.query_params.to_dict() != query:
            st.query_params.from_dict(query)
        self.unsure = False

    def _move_to(self, query: dict[str, str]) -> None:
        if query != self.published:
            self.earlier.append(self.published)
            self.published = query

    def _are_widgets_unchanged(self) -> bool:
        """Return whether every widget has the value it had at the end of the last run: then it was no widget that asked."""
        now = _collect_plain_state()
        return all(self._widgets[key] == now[key] for key in self._widgets.keys() & now.keys())


def _collect_plain_state() -> dict[str, Any]:
    """Collect what the session has and can be compared, the pages apart, which are made anew in every run."""
    return {str(key): value for key, value in st.session_state.items() if isinstance(value, _PLAIN) and key != "pages"}


def get_address() -> PageAddress:
    """Return the address of the session."""
    known: PageAddress = st.session_state.setdefault("address", PageAddress())
    return known
