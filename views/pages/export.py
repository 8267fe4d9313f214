"""The page "Export": layers of the zones chosen, in any format, coordinates and detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

import pandas as pd
import shapely
import streamlit as st

from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import (
    CRS,
    DETAILS,
    FORMATS,
    CrsId,
    Detail,
    ExportLayer,
    LayerName,
    build_provenance,
    check_fits,
    count_rows,
    encode,
    encode_all,
    get_title,
    list_layers,
    make_file_name,
    prepare_layer,
)
from pilotzones.geo.messages import Language, get_place_words, translate
from pilotzones.layers.style.export_styles import style_layer
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import show_dropped
from pilotzones.views.components.frame.sidebar import show_filters
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, build_permalink, get_choices, get_main_programme, publish
from pilotzones.views.state.widgets import from_widgets, remember_widgets

__all__ = ["show"]

_PREVIEW_ROWS: Final = 8
_MEGABYTE: Final = 1_000_000
_FIRST_CHOICES: Final = {
    "export_layers": ["zones"],
    "export_format": "geojson",
    "export_crs": "wgs84",
    "export_detail": "exact",
}


@dataclass(frozen=True)
class _Order:
    """What the visitor wants made: layers, and how."""

    names: tuple[LayerName, ...]
    format: str
    crs: CrsId
    detail: Detail


def show() -> None:
    """Draw the page."""
    programme = get_main_programme()
    before, dropped = get_choices(programme, "export")
    choices = from_widgets(before)
    lang = choices.lang
    show_filters(programme, lang, with_colour=False)
    st.title(translate("page_export", lang), anchor=False)
    st.markdown(translate("export_lead", lang, **get_place_words(programme.kind, lang)))
    show_dropped(dropped, lang)
    if choices.selection.apply(programme):
        _show_work(choices)
    else:
        st.info(translate("nothing", lang), icon=":material/info:")
    _show_feed(lang)
    publish(programme, choices)


def _show_feed(lang: Language) -> None:
    """Show the address at which a GIS reads the layers without a file."""
    page = urlsplit(st.context.url or "")
    if not page.netloc:
        return
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    st.header(translate("feed_title", lang), anchor=False)
    st.markdown(translate("export_feed", lang))
    st.code(f"{page.scheme}://{page.netloc}{f'/{base}' if base else ''}/feed", language=None)


def _show_work(choices: Choices) -> None:
    lang = choices.lang
    with st.spinner(translate("loading", lang)):
        joined = cache.get_joined(*choices.join_key)
    chosen = choices.selection.apply(joined.programme)
    st.markdown(
        translate(
            "export_left",
            lang,
            shown=len(chosen),
            total=len(joined.programme.zones),
            members=sum(len(zone.members) for zone in chosen),
            source=escape(joined.boundaries.info.name(lang)),
            **get_place_words(joined.programme.kind, lang),
        )
    )
    order = _show_controls(lang, list_layers(joined.programme))
    if not order.names:
        st.info(translate("export_none", lang), icon=":material/info:")
        return
    try:
        with st.spinner(translate("export_reading", lang)):
            layers = [cache.get_layer(*choices.join_key, choices.selection, name) for name in order.names]
        for layer in layers:
            check_fits(layer, kind=FORMATS[order.format], crs=order.crs)
    except ExportError as error:
        st.warning(translate("export_cannot", lang), icon=":material/block:")
        st.text(error.describe(lang))
    else:
        _show_making(layers, order, choices)
        _show_preview(layers, lang)


def _show_controls(lang: Language, there: Sequence[LayerName]) -> _Order:
    remember_widgets("export_kept", **_FIRST_CHOICES)
    # Another programme has other layers.
    st.session_state["export_layers"] = [name for name in st.session_state["export_layers"] if name in there]
    names = st.pills(
        translate("export_layers", lang),
        there,
        format_func=lambda name: get_title(name, lang),
        selection_mode="multi",
        key="export_layers",
    )
    left, middle, right = st.columns(3)
    kind = left.selectbox(
        translate("export_format", lang),
        list(FORMATS),
        format_func=lambda name: FORMATS[name].title,
        key="export_format",
    )
    left.caption(translate(f"export_about_{kind}", lang))
    fixed = len(FORMATS[kind].systems) == 1
    crs = middle.selectbox(
        translate("export_crs", lang),
        list(CRS),
        format_func=lambda name: CRS[name].title[lang],
        key="export_crs",
        disabled=fixed or FORMATS[kind].drops_geometry,
    )
    crs = "wgs84" if fixed or FORMATS[kind].drops_geometry else crs
    middle.caption(translate("export_crs_fixed", lang) if fixed else CRS[crs].warning.get(lang, ""))
    detail = right.radio(
        translate("export_detail", lang),
        list(DETAILS),
        format_func=lambda name: translate(f"export_detail_{name}", lang),
        key="export_detail",
        help=translate("export_detail_help", lang),
        disabled=FORMATS[kind].drops_geometry,
    )
    # In the dictionary's order, so that one choice is one file.
    return _Order(tuple(name for name in there if name in names), kind, crs, detail)


def _show_making(layers: Sequence[ExportLayer], order: _Order, choices: Choices) -> None:
    lang, state = choices.lang, st.session_state
    wanted = (order, replace(choices, lang="zh"))
    if st.button(translate("export_make", lang), type="primary", icon=":material/build:", key="export_make"):
        try:
            state["export_made"] = (wanted, *_make(layers, order, choices))
        except ExportError as error:
            state.pop("export_made", None)
            st.error(translate("export_cannot", lang), icon=":material/error:")
            st.text(error.describe(lang))
    made = state.get("export_made")
    # A file of other choices is not what is on the page.
    if made is None or made[0] != wanted:
        return
    _, name, content = made
    size = f"{len(content) / _MEGABYTE:.2f} MB"
    rows = sum(len(layer.frame) for layer in layers)
    st.success(escape(translate("export_ready", lang, name=name, rows=rows, size=size)), icon=":material/check:")
    kind = FORMATS[order.format]
    media_type = kind.media_type if len(layers) == 1 or kind.make_all else "application/zip"
    offer_file(translate("export_save", lang), content, name, key="export_save", media_type=media_type)


def _make(layers: Sequence[ExportLayer], order: _Order, choices: Choices) -> tuple[str, bytes]:
    """Name and content of the file, telling which layer is at work."""
    lang = choices.lang
    joined = cache.get_joined(*choices.join_key)
    provenance = build_provenance(joined, choices.selection, permalink=build_permalink(joined.programme, choices))
    ready = [style_layer(replace(layer, provenance=provenance), joined.programme) for layer in layers]
    how: dict[str, Any] = {"format": order.format, "crs": order.crs, "detail": order.detail}
    bar = st.progress(0.0)
    numbers = {name: number for number, name in enumerate(order.names)}

    def tell(name: str) -> None:
        number = numbers[name]  # type: ignore[index]  # a layer of ours
        text = translate("export_working", lang, layer=get_title(name, lang), number=number + 1, total=len(ready))
        bar.progress((number + 0.5) / len(ready), text=text)

    try:
        if len(ready) == 1:
            tell(ready[0].name)
            kind = FORMATS[order.format]
            name = make_file_name(
                prepare_layer(ready[0], kind=kind, crs=order.crs, detail=order.detail), format=order.format
            )
            return name, encode(ready[0], **how)
        kind = FORMATS[order.format]
        ending = kind.suffix if kind.make_all else f"_{order.format}.zip"
        crs = "" if order.crs == "wgs84" else f"_{order.crs}"
        return f"pilotzones_{choices.programme}_{choices.source}{crs}{ending}", encode_all(ready, **how, tell=tell)
    finally:
        bar.empty()


def _show_preview(layers: Sequence[ExportLayer], lang: Language) -> None:
    st.header(translate("export_preview", lang), anchor=False)
    for tab, layer in zip(st.tabs([layer.title(lang) for layer in layers]), layers, strict=True):
        with tab:
            st.caption(_describe_rows(layer, lang))
            show_table(_build_preview(layer, lang), key=f"export_preview_{layer.name}")
            with st.expander(translate("export_fields", lang)):
                show_table(_build_dictionary(layer, lang), key=f"export_fields_{layer.name}")


def _describe_rows(layer: ExportLayer, lang: Language) -> str:
    rows, shown, about = len(layer.frame), min(_PREVIEW_ROWS, len(layer.frame)), count_rows(layer.name, lang)
    if not layer.has_geometry:
        return translate("export_rows_table", lang, rows=rows, shown=shown, about=about)
    shapes = layer.shapes
    return translate(
        "export_rows",
        lang,
        rows=rows,
        without=int(shapely.is_missing(shapes).sum()),
        points=f"{int(shapely.get_num_coordinates(shapes).sum()):,}",
        shown=shown,
        about=about,
    )


def _build_preview(layer: ExportLayer, lang: Language) -> pd.DataFrame:
    """Build the first rows under their headings; lists as text."""
    columns = {}
    for field in layer.fields:
        values = layer.frame[field.name].head(_PREVIEW_ROWS).tolist()
        unit = f" {field.unit}" if field.unit else ""
        columns[f"{field.label[lang]}{unit}"] = [
            ";".join(map(str, value)) if isinstance(value, list) else value for value in values
        ]
    return pd.DataFrame(columns)


def _build_dictionary(layer: ExportLayer, lang: Language) -> pd.DataFrame:
    names = ("field", "heading", "unit", "type", "meaning")
    rows = [(field.name, field.label[lang], field.unit, field.type, field.description[lang]) for field in layer.fields]
    return pd.DataFrame(rows, columns=[translate(f"export_{name}", lang) for name in names])
