"""The table of indicators of a visitor: read in the sandbox, joined to places, kept for the visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.indicators.dictionary import IndicatorEntry, name_indicator
from pilotzones.geo.indicators.example import EXAMPLE_ENTRIES, join_example
from pilotzones.geo.indicators.joined import JoinedIndicators
from pilotzones.geo.indicators.ratios import AREA, add_area_ratio, add_ratio, name_ratio
from pilotzones.geo.indicators.sandboxed import join_in_sandbox, read_dictionary_in_sandbox
from pilotzones.geo.messages import Language
from pilotzones.views.state import cache

__all__ = [
    "choose_ratio",
    "get_current_entries",
    "get_current_indicators",
    "get_indicator_name",
    "list_table_indicators",
    "load_example",
    "open_dictionary",
    "open_indicators",
]

_KEY = "indicators_joined"
_RAW = "indicators_raw"
_ENTRIES = "indicators_entries"
_IS_EXAMPLE = "indicators_is_example"
_RATIOS = "indicators_ratios"


def get_current_indicators() -> JoinedIndicators | None:
    """Return the table the visitor has opened, if any."""
    found: JoinedIndicators | None = st.session_state.get(_KEY)
    return found


def get_current_entries() -> Mapping[str, IndicatorEntry]:
    """Return the dictionary the visitor has opened; that of the example for the example, and an empty one without either."""
    state: Any = st.session_state
    opened: dict[str, IndicatorEntry] = state.get(_ENTRIES) or {}
    return {**EXAMPLE_ENTRIES, **opened} if state.get(_IS_EXAMPLE) else opened


def get_indicator_name(indicator: str, lang: Language) -> str:
    """Return what an indicator or a ratio is called in a language."""
    return name_indicator(indicator, get_current_entries(), lang)


def list_table_indicators() -> list[str]:
    """List the indicators of the table that is open, without the ratios that were added to it."""
    joined = get_current_indicators()
    added = st.session_state.get(_RATIOS, ())
    return [] if joined is None else [name for name in joined.indicators if name not in added]


def open_indicators(raw: bytes, name: str, source: str) -> None:
    """Read a file in another process and keep it; what is wrong with it is kept in its place.

    Parameters
    ----------
    raw : bytes
    name : str
        Of the file.
    source : str
        Boundary source.
    """
    state: Any = st.session_state
    _forget()
    try:
        entries = get_current_entries().values()
        joined = join_in_sandbox(raw, cache.get_applicability(source), name=name, source=source, entries=entries)
    except PilotzonesError as error:
        state["indicators_error"] = error.describe_in_languages()
        return
    if entries:
        joined = replace(joined, problems=[*state["indicators_dictionary_problems"], *joined.problems])
    state[_KEY], state[_RAW] = joined, (raw, name)


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
        entries, problems = read_dictionary_in_sandbox(raw, name=name)
    except PilotzonesError as error:
        state["indicators_error"] = error.describe_in_languages()
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
    state: Any = st.session_state
    _forget()
    state[_IS_EXAMPLE] = True
    state[_KEY] = join_example(cache.get_joined(programme, source, method), cache.get_applicability(source))


def _forget() -> None:
    for key in (_KEY, _RAW, _IS_EXAMPLE, _RATIOS, "indicators_error"):
        st.session_state.pop(key, None)


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
    joined = get_current_indicators()
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
        st.session_state[_RATIOS] = {*st.session_state.get(_RATIOS, ()), name}
    return name
