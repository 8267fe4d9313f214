"""Downloads: what is on the page, as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st

from pilotzones.geo.audit import Audit, Variant
from pilotzones.geo.export import LayerName, build_layer, build_provenance, encode_geojson
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import get_place_words, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.views.state.choices import Choices, build_permalink

__all__ = ["encode_layer", "offer_file", "show_layer_downloads", "show_report_downloads"]

_MEDIA_TYPES: Final = {
    "bib": "application/x-bibtex",
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
# One press each; every other layer and format is on the page "Export".
_QUICK: Final[tuple[LayerName, ...]] = ("zones", "members")
_REPORTS: Final = ("html", "pdf", "xlsx")


def offer_file(
    label: str,
    data: bytes | Callable[[], bytes | pd.DataFrame],
    name: str,
    *,
    key: str,
    place: Any = st,
    icon: str | None = ":material/download:",
    width: Literal["content", "stretch"] = "content",
    media_type: str = "",
    disabled: bool = False,
) -> None:
    """Draw a button that saves a file.

    Parameters
    ----------
    label : str
    data : bytes or function that makes bytes or a DataFrame
        The content; a function is only run when somebody presses the button. A table is written as CSV.
    name : str
        Of the file; its ending says what type it is of.
    key : str
        Of the button.
    place : container, optional
        Where it is drawn; by default where the page is.
    icon : str, optional
    width : {"content", "stretch"}, optional
    media_type : str, optional
        For a name whose ending does not tell.
    disabled : bool, optional
    """
    place.download_button(
        label,
        data=partial(_make_content, data) if callable(data) else data,
        file_name=name,
        mime=media_type or _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream"),
        icon=icon,
        width=width,
        key=key,
        disabled=disabled,
        # The page stays as it is.
        on_click="ignore",
    )


def _make_content(make: Callable[[], bytes | pd.DataFrame]) -> bytes:
    made = make()
    return with_byte_order_mark(format_csv(made)) if isinstance(made, pd.DataFrame) else made


def show_layer_downloads(joined: JoinedProgramme, choices: Choices, *, linked: bool = True) -> None:
    """Draw a button for each layer of the zones chosen, and one for the map in one file.

    Parameters
    ----------
    joined : JoinedProgramme
    choices : Choices
    linked : bool, optional
        Whether a link leads to what is on the page; a visitor's own list is in no link.
    """
    link = build_permalink(joined.programme, choices) if linked else ""
    row = st.container(horizontal=True)
    for kind in _QUICK:
        offer_file(
            translate(f"download_{kind}", choices.lang, **get_place_words(joined.programme.kind, choices.lang)),
            partial(encode_layer, joined, kind, choices.selection, link),
            f"pilotzones_{joined.programme.id}_{choices.source}_{kind}.geojson",
            key=f"download_{kind}",
            place=row,
            width="stretch",
        )
    offer_file(
        translate("download_onepage", choices.lang),
        partial(_render_page, joined, choices, link),
        f"pilotzones_{joined.programme.id}_{choices.source}_map.html",
        key="download_onepage",
        place=row,
        icon=":material/map:",
        width="stretch",
    )
    page = st.session_state.get("pages", {}).get("export")
    if linked and page is not None:
        st.page_link(page, label=translate("export_more", choices.lang), icon=":material/download:")


def _render_page(joined: JoinedProgramme, choices: Choices, link: str) -> bytes:
    # The template engine takes its time to import, and few visitors ask for the page.
    from pilotzones.layers.site.single_file import render_page

    return render_page(joined, selection=choices.selection, lang=choices.lang, permalink=link)


def encode_layer(joined: JoinedProgramme, kind: LayerName, selection: Selection, link: str) -> bytes:
    """Encode a layer of the zones chosen as GeoJSON."""
    return encode_geojson(build_layer(joined, kind, selection=selection, permalink=link))


def show_report_downloads(
    audit: Audit, joined: JoinedProgramme, variants: Sequence[Variant], choices: Choices, *, linked: bool = True
) -> None:
    """Draw a button for each format of the audit's report.

    Parameters
    ----------
    audit : Audit
        Of the zones chosen.
    joined : JoinedProgramme
    variants : sequence of Variant
    choices : Choices
    linked : bool, optional
        As for `show_layer_downloads`.
    """
    link = build_permalink(joined.programme, choices) if linked else ""
    for column, kind in zip(st.columns(len(_REPORTS)), _REPORTS, strict=True):
        offer_file(
            translate(f"download_report_{kind}", choices.lang),
            partial(_render_report, kind, audit=audit, joined=joined, variants=variants, choices=choices, link=link),
            f"pilotzones_{joined.programme.id}_{choices.source}_audit_{choices.lang}.{kind}",
            key=f"download_report_{kind}",
            place=column,
            icon=":material/description:",
            width="stretch",
        )


def _render_report(
    kind: str, *, audit: Audit, joined: JoinedProgramme, variants: Sequence[Variant], choices: Choices, link: str
) -> bytes:
    # The typesetter and the drawing of charts take a second to import, and few visitors ask for them.
    from pilotzones.layers.report import content as audit_content
    from pilotzones.layers.report import render as audit_report
    from pilotzones.layers.report import workbook as audit_sheet

    make = {"html": audit_report.render_html, "pdf": audit_report.render_pdf, "xlsx": audit_sheet.render_xlsx}[kind]
    provenance = build_provenance(joined, choices.selection, permalink=link)
    return make(audit_content.ReportInput(audit, joined, provenance, variants), choices.lang)
