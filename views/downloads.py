"""Downloads: what is on the page, as files."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from geo.audit import Audit, Variant
from geo.export import LAYERS, LayerName, geojson, layer, provenance
from geo.join import Joined
from geo.selection import Selection
from layers.wording import say
from views.state import Choices, permalink

__all__ = ["show_layer_downloads", "show_report_downloads"]

_REPORT_TYPES: Final = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def show_layer_downloads(joined: Joined, choices: Choices, *, linked: bool = True) -> None:
    """Draw a button for each layer of the zones chosen.

    Parameters
    ----------
    joined : Joined
    choices : Choices
    linked : bool, optional
        Whether a link leads to what is on the page; a visitor's own list is in no link.
    """
    link = permalink(joined.programme, choices) if linked else ""
    row = st.container(horizontal=True)
    for kind in LAYERS:
        row.download_button(
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


def show_report_downloads(
    audit: Audit, joined: Joined, variants: Sequence[Variant], choices: Choices, *, linked: bool = True
) -> None:
    """Draw a button for each format of the audit's report.

    Parameters
    ----------
    audit : Audit
        Of the zones chosen.
    joined : Joined
    variants : sequence of Variant
    choices : Choices
    linked : bool, optional
        As for `show_layer_downloads`.
    """
    link = permalink(joined.programme, choices) if linked else ""
    for column, (kind, mime) in zip(st.columns(len(_REPORT_TYPES)), _REPORT_TYPES.items(), strict=True):
        column.download_button(
            say(f"download_report_{kind}", choices.lang),
            data=partial(_report, kind, audit=audit, joined=joined, variants=variants, choices=choices, link=link),
            file_name=f"pilotzones_{joined.programme.id}_{choices.source}_audit_{choices.lang}.{kind}",
            mime=mime,
            icon=":material/description:",
            width="stretch",
            key=f"download_report_{kind}",
            on_click="ignore",
        )


def _report(
    kind: str, *, audit: Audit, joined: Joined, variants: Sequence[Variant], choices: Choices, link: str
) -> bytes:
    # The typesetter and the drawing of charts take a second to import, and few visitors ask for them.
    from layers import audit_report, audit_sheet

    make = {"html": audit_report.html, "pdf": audit_report.pdf, "xlsx": audit_sheet.xlsx}[kind]
    told = provenance(joined, choices.selection, permalink=link)
    return make(audit, joined, choices.lang, provenance=told, variants=variants)
