"""The table of indicators of a visitor: read in the sandbox, joined to places, kept for the visit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.files.csv_writer import format_csv
from pilotzones.geo.indicators.dictionary import IndicatorEntry, apply_dictionary, read_dictionary
from pilotzones.geo.indicators.example import make_example
from pilotzones.geo.indicators.joined import JoinedIndicators, join_places
from pilotzones.geo.indicators.ratios import AREA, add_area_ratio, add_ratio, name_ratio
from pilotzones.geo.indicators.reader import IndicatorTable
from pilotzones.geo.indicators.typed_tables import read_indicator_bytes
from pilotzones.geo.query.sandboxed_table import TABLE_UPLOAD
from pilotzones.views.state import cache

__all__ = [
    "choose_ratio",
    "current_entries",
    "current_indicators",
    "load_example",
    "open_dictionary",
    "open_indicators",
]

# A table of every county and twenty years has some millions of characters.
_LIMITS: Final = replace(TABLE_UPLOAD, characters=20_000_000)
_KEY = "indicators_joined"
_RAW = "indicators_raw"
_ENTRIES = "indicators_entries"


def current_indicators() -> JoinedIndicators | None:
    """The table the visitor has opened, if any."""
    found: JoinedIndicators | None = st.session_state.get(_KEY)
    return found


def current_entries() -> dict[str, IndicatorEntry]:
    """The dictionary the visitor has opened; empty without one."""
    found: dict[str, IndicatorEntry] = st.session_state.get(_ENTRIES) or {}
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
        table = read_indicator_bytes(raw, name, limits=_LIMITS)
        _fill_in(table)
        state[_KEY] = join_places(table, cache.get_applicability(source))
        state[_RAW] = (raw, name)
    except PilotzonesError as error:
        state["indicators_error"] = str(error)


def _fill_in(table: IndicatorTable) -> None:
    state: Any = st.session_state
    if entries := current_entries():
        table.problems += [*state["indicators_dictionary_problems"], *apply_dictionary(table, entries)]


def open_dictionary(raw: bytes, name: str, source: str) -> None:
    """Read a dictionary, and the table again with what it says.

    Parameters
    ----------
    raw : bytes
    name : str
        Of the file.
    source : str
        Boundary source.
    """
    state: Any = st.session_state
    state.pop("indicators_error", None)
    try:
        entries, problems = read_dictionary(read_pasted(raw, name=name))
    except PilotzonesError as error:
        state["indicators_error"] = str(error)
        return
    state[_ENTRIES], state["indicators_dictionary_problems"] = entries, problems
    if _RAW in state:
        raw_table, table_name = state[_RAW]
        open_indicators(raw_table, table_name, source)


def load_example(programme: str, source: str, method: str) -> None:
    """Open the table that the project makes of what it computes itself.

    Parameters
    ----------
    programme, source, method : str
    """
    frame = make_example(cache.get_joined(programme, source, method), cache.get_applicability(source))
    open_indicators(format_csv(frame).encode(), "example.csv", source)


def choose_ratio(numerator: str, denominator: str, source: str) -> str | None:
    """Add a ratio to the table that is open.

    Parameters
    ----------
    numerator, denominator : str
    source : str
        Boundary source of the area.

    Returns
    -------
    str or None
        Name of the indicator; None where no place and year has both sides.
    """
    joined = current_indicators()
    assert joined is not None
    name = name_ratio(numerator, denominator)
    if name not in joined.indicators:
        try:
            if denominator == AREA and AREA not in joined.indicators:
                joined = add_area_ratio(joined, numerator, load(source))
            else:
                joined = add_ratio(joined, numerator, denominator)
        except PilotzonesError:
            return None
        st.session_state[_KEY] = joined
    return name
