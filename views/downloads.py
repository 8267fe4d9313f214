"""Downloads: what is on the page, as files."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.export import LAYERS, LayerName, geojson, layer
from geo.join import Joined
from geo.selection import Selection
from layers.wording import say
from views.state import Choices, permalink

__all__ = ["show_layer_downloads"]


def show_layer_downloads(joined: Joined, choices: Choices) -> None:
    """Draw a button for each layer of the zones chosen.

    Parameters
    ----------
    joined : Joined
    choices : Choices
    """
    link = permalink(joined.programme, choices)
    for column, kind in zip(st.columns(len(LAYERS)), LAYERS, strict=True):
        column.download_button(
            say(f"download_{kind}", choices.lang),
            # A callable is only run when somebody presses the button.
            data=partial(_file, joined, kind, choices.selection, link),
            file_name=f"pilotzones_{joined.programme.id}_{choices.source}_{kind}.geojson",
            mime="application/geo+json",
            icon=":material/download:",
            width="stretch",
            key=f"download_{kind}",
            on_click="ignore",
        )


def _file(joined: Joined, kind: LayerName, selection: Selection, link: str) -> bytes:
    return geojson(layer(joined, kind, selection=selection, permalink=link))
