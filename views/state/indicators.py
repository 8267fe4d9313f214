"""The table of indicators of a visitor: read in the sandbox, joined to places, kept for the visit."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.files.csv_writer import format_csv
from pilotzones.geo.indicators.example import make_example
from pilotzones.geo.indicators.reader import read_indicators
from pilotzones.geo.indicators.series import JoinedIndicators, join_places
from pilotzones.views.state import cache

__all__ = ["current_indicators", "load_example", "open_indicators"]

_KEY = "indicators_joined"


def current_indicators() -> JoinedIndicators | None:
    """The table the visitor has opened, if any."""
    found: JoinedIndicators | None = st.session_state.get(_KEY)
    return found


def open_indicators(raw: bytes, name: str, source: str) -> None:
    """Read a file and keep it; what is wrong with it is kept in its place.

    Parameters
    ----------
    raw : bytes
    name : str
        Of the file.
    source : str
        Boundary source.
    """
    state: Any = st.session_state
    state.pop(_KEY, None)
    state.pop("indicators_error", None)
    try:
        table = read_indicators(read_pasted(raw, name=name))
        state[_KEY] = join_places(table, cache.get_applicability(source))
    except PilotzonesError as error:
        state["indicators_error"] = str(error)


def load_example(programme: str, source: str, method: str) -> None:
    """Open the table that the project makes of what it computes itself.

    Parameters
    ----------
    programme, source, method : str
    """
    frame = make_example(cache.get_joined(programme, source, method), cache.get_applicability(source))
    open_indicators(format_csv(frame).encode(), "example.csv", source)
