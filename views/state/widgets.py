"""Choices in the widgets of a page: put there before they are drawn, and taken from there afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from pilotzones.geo.query.filters import Selection

if TYPE_CHECKING:
    from pilotzones.views.state.choices import Choices

__all__ = [
    "MAX_QUERY_CHARS",
    "from_widgets",
    "refresh_labels",
    "remember_widgets",
    "restore_hidden_widgets",
    "seed_widgets",
]

MAX_QUERY_CHARS: Final = 100


def seed_widgets(choices: Choices) -> None:
    """Put choices into the widgets, before they are drawn."""
    st.session_state.update(_list_widget_values(choices))


def refresh_labels() -> None:
    """Put every choice into its box again, before the page is drawn in another language.

    The browser remembers the chosen entry by its words: without this a box would show nothing, and lose its entry with the next
    step. Boxes that are not those of `Choices` are found by what is in them, words or numbers.
    """
    state: Any = st.session_state
    state.update({key: value for key, value in state.items() if _is_entry(value)})
    if "choices" in state:
        seed_widgets(from_widgets(state["choices"]))


def _is_entry(value: object) -> bool:
    """Return whether a value can be what somebody chose in a box: files, and whether a button is pressed, can not be put there."""
    if isinstance(value, list | tuple):
        return bool(value) and all(map(_is_entry, value))
    return isinstance(value, str | int) and not isinstance(value, bool)


def restore_hidden_widgets(*keys: str, drawn: bool) -> None:
    """Put choices into the widgets of a box, which are not always drawn: Streamlit forgets them meanwhile.

    A value that is put into a widget on the page is sent to the browser, where it would take the place of what somebody
    chooses in this moment; so there it is put only where it differs.

    Parameters
    ----------
    *keys : str
        Of the widgets.
    drawn : bool
        Whether the box is open.
    """
    state: Any = st.session_state
    values = _list_widget_values(from_widgets(state["choices"]))
    state.update({key: values[key] for key in keys if not drawn or state.get(key) != values[key]})


def remember_widgets(kept: str, *keys: str, **first: Any) -> None:
    """Give widgets back what was in them, and keep what is in them now: Streamlit forgets it while another page is shown.

    Parameters
    ----------
    kept : str
        Key of the session under which it is kept.
    *keys : str
        Of widgets that begin empty.
    **first
        What is in other widgets at first, by their keys.
    """
    state: Any = st.session_state
    remembered: dict[str, Any] = state.setdefault(kept, first)
    for key in (*keys, *first):
        if key in state:
            remembered[key] = state[key]
        elif key in remembered:
            state[key] = remembered[key]


def _list_widget_values(choices: Choices) -> dict[str, Any]:
    chosen = choices.selection
    return {
        "w_region": list(chosen.regions),
        "w_task": list(chosen.tasks),
        # The second task that somebody adds narrows the first; of a link it is as the link says.
        "w_match": chosen.match if len(chosen.tasks) > 1 else "all",
        "w_province": list(chosen.provinces),
        "w_zone": list(chosen.zones),
        "w_query": chosen.query,
        "w_focus": chosen.focus,
        "w_lang": choices.lang,
        "w_source": choices.source,
        "w_method": choices.method,
        "w_colour": choices.colour_by,
        "w_counties": choices.counties,
        "w_lines": choices.lines,
        "w_programme": choices.programme,
        "w_beside": list(choices.beside),
        "w_other": choices.other,
        "w_hue": choices.colour_task,
        "w_at": choices.at,
        "w_looking": choices.looking,
        "w_show": choices.show,
        "w_year": choices.year,
        "w_asked": choices.asked,
        "w_topic": choices.topic,
    }


def from_widgets(previous: Choices) -> Choices:
    """Read choices as the widgets now stand; a widget that is not on this page keeps its last value."""
    state: Any = st.session_state
    at = state.get("w_at", previous.at)
    old = previous.selection
    tasks = tuple(sorted(state.get("w_task", old.tasks)))
    selection = Selection(
        regions=tuple(state.get("w_region", old.regions)),
        tasks=tasks,
        match=(state.get("w_match", old.match) or "any") if len(tasks) > 1 else "any",
        provinces=tuple(state.get("w_province", old.provinces)),
        zones=tuple(sorted(state.get("w_zone", old.zones))),
        query=state.get("w_query", old.query).strip()[:100],
        focus=state.get("w_focus", old.focus),
    )
    return replace(
        previous,
        selection=selection,
        lang=state.get("w_lang", previous.lang) or previous.lang,
        source=state.get("w_source", previous.source),
        method=state.get("w_method", previous.method),
        colour_by=state.get("w_colour", previous.colour_by) or previous.colour_by,
        counties=state.get("w_counties", previous.counties),
        lines=state.get("w_lines", previous.lines),
        # Changed by the chooser's own callback: another programme has other zones, so its selection is another.
        programme=previous.programme,
        beside=tuple(one for one in state.get("w_beside", previous.beside) if one != previous.programme),
        other=state.get("w_other", previous.other),
        colour_task=state.get("w_hue", previous.colour_task),
        at=at,
        # It is the zoom of one place: another place is looked at as it is found.
        zoom=previous.zoom if at == previous.at else None,
        looking=state.get("w_looking", previous.looking),
        show=state.get("w_show", previous.show) or previous.show,
        year=state.get("w_year", previous.year),
        asked=state.get("w_asked", previous.asked).strip()[:MAX_QUERY_CHARS],
        topic=state.get("w_topic", previous.topic) or "",
    )
