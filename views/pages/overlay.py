"""The page "Overlay check": two layers of polygons, or one with itself, compared; map, tables and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import streamlit as st

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.errors import CancelledError, IntakeError, Problem
from pilotzones.geo.export import encode_all
from pilotzones.geo.export.drivers.csv_xlsx import build_workbook
from pilotzones.geo.messages import Language, translate
from pilotzones.geo.overlay.export_layers import make_layers
from pilotzones.geo.overlay.models import OverlayResult, PolygonLayer, Thresholds
from pilotzones.geo.overlay.upload.reader import make_county_layer, make_zone_layer
from pilotzones.geo.overlay.upload.sandboxed import CHECK
from pilotzones.geo.sandbox.limits import UPLOAD
from pilotzones.layers.report.issue_log import translate_issues
from pilotzones.layers.report.overlay_tables import build_overlay_tables, describe_rule, summarize
from pilotzones.layers.site.overlay_page import render_overlay_page
from pilotzones.layers.webmap.maps.overlay import build_overlay_state
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import make_number_columns, show_table
from pilotzones.views.components.webmap.basemap_picker import get_chosen_basemap
from pilotzones.views.components.webmap.map import place_map
from pilotzones.views.components.worker_progress import show_worker_progress
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, get_theme, publish
from pilotzones.views.state.overlay import HELD_CHECKS, OverlayWork, get_overlay_map, open_layer, run_check

__all__ = ["show"]

_HEIGHT: Final = 560
_AGAINST: Final = ("file", "itself", "zones")
_GROUPINGS: Final = ("county", "zone")
_EXAMPLE_PREFECTURES: Final = ("330400", "330500")  # 嘉兴市, 湖州市


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("overlay")
    lang = choices.lang
    show_head("overlay", translate("overlay_lead", lang), dropped, lang)
    st.caption(translate("overlay_private", lang))
    _show_input(choices)
    work = HELD_CHECKS.get_current()
    if st.session_state.pop("overlay_stopped", False):
        st.info(translate("overlay_cancelled", lang), icon=":material/cancel:")
    elif st.session_state.get("overlay_problems"):
        st.error(translate("overlay_refused", lang), icon=":material/error:")
        _show_problems(st.session_state["overlay_problems"], lang)
    if work is not None and work.result is not None:
        _show_result(work, work.result, choices)
    publish(programme, choices)


def _show_input(choices: Choices) -> None:
    lang = choices.lang
    limit = UPLOAD.file_bytes // 1_000_000
    against = st.radio(
        translate("overlay_against", lang),
        _AGAINST,
        format_func=lambda name: translate(f"overlay_against_{name}", lang),
        key="overlay_against",
        horizontal=True,
    )
    sides = "ab" if against == "file" else "a"
    files = {}
    for column, side in zip(st.columns(len(sides)), sides, strict=True):
        with column:
            files[side] = st.file_uploader(
                translate(f"overlay_{side}", lang, limit=limit),
                key=f"overlay_{side}",
                max_upload_size=limit,
                on_change=partial(_forget_choices, side),
            )
            st.text_input(translate("overlay_crs", lang, side=side.upper()), key=f"overlay_{side}_crs")
            _show_layer_choice(side, lang)
    _show_rules(lang)
    st.checkbox(translate("own_repair", lang), key="overlay_repair", help=translate("own_repair_help", lang))
    with st.container(horizontal=True):
        run_files = st.button(
            translate("overlay_run", lang),
            type="primary",
            icon=":material/rule:",
            key="overlay_run",
            disabled=any(file is None for file in files.values()),
        )
        run_example = st.button(
            translate("overlay_example", lang),
            icon=":material/science:",
            key="overlay_example",
            help=translate("overlay_example_note", lang),
        )
    if run_files or run_example:
        open_layers = partial(_make_example, lang) if run_example else partial(_open_layers, files, against, choices)
        with show_worker_progress(lang, limit=CHECK.seconds, key="overlay_cancel", on_cancel=_stop):
            _run(open_layers, choices)


def _show_rules(lang: Language) -> None:
    width, area, by = st.columns(3)
    width.number_input(
        translate("overlay_width", lang),
        min_value=0.0,
        max_value=1000.0,
        value=5.0,
        step=1.0,
        key="overlay_width",
        help=translate("overlay_width_help", lang),
    )
    area.number_input(
        translate("overlay_min_area", lang),
        min_value=0.0,
        value=0.0,
        step=100.0,
        key="overlay_min_area",
        help=translate("overlay_min_area_help", lang),
    )
    by.pills(
        translate("overlay_by", lang),
        _GROUPINGS,
        format_func=lambda name: translate(f"overlay_by_{name}", lang),
        selection_mode="multi",
        key="overlay_by",
    )


def _forget_choices(side: str) -> None:
    """Forget the choices of a file when another is given, which has other layers."""
    st.session_state.pop(f"overlay_{side}_layers", None)


def _show_layer_choice(side: str, lang: Language) -> None:
    """Offer the layers that the last file could be read by."""
    offered: list[str] = st.session_state.get(f"overlay_{side}_layers", [])
    if offered:
        st.selectbox(
            translate("own_choice_layer", lang),
            offered,
            index=None,
            key=f"overlay_{side}_layer",
            placeholder=translate("own_choose", lang),
        )


def _stop() -> None:
    st.session_state["overlay_stopped"] = True


def _make_example(lang: Language) -> list[PolygonLayer]:
    """Make two layers that everybody has: neighbouring prefectures, each from another boundary source."""
    return [
        make_county_layer(load(source), prefecture, name=translate(f"overlay_example_{side}", lang))
        for side, source, prefecture in zip("ab", BUILT_IN, _EXAMPLE_PREFECTURES, strict=True)
    ]


def _open_layers(files: dict[str, Any], against: str, choices: Choices) -> list[PolygonLayer]:
    layers = [_open(side, file) for side, file in files.items()]
    if against == "zones":
        layers.append(make_zone_layer(cache.get_joined(*choices.join_key)))
    return layers


def _run(open_layers: Callable[[], list[PolygonLayer]], choices: Choices) -> None:
    lang = choices.lang
    st.session_state["overlay_problems"] = ()
    try:
        layers = open_layers()
        run_check(
            layers[0],
            layers[1] if len(layers) > 1 else None,
            thresholds=Thresholds(
                width_m=st.session_state["overlay_width"], min_area_m2=st.session_state["overlay_min_area"]
            ),
            groupings=_choose_groupings(choices),
        )
    except IntakeError as error:
        st.session_state["overlay_problems"] = error.problems
    except CancelledError as error:
        st.warning(escape(error.describe(lang)), icon=":material/hourglass:")


def _open(side: str, file: Any) -> PolygonLayer:
    state = st.session_state
    try:
        return open_layer(
            file.getvalue(),
            file=file.name,
            repair=state["overlay_repair"],
            layer=state.get(f"overlay_{side}_layer"),
            crs=(state.get(f"overlay_{side}_crs") or "").strip(),
        )
    except IntakeError as error:
        layers = [problem.value for problem in error.problems if problem.kind == "layer_choice" and problem.value]
        if layers:
            state[f"overlay_{side}_layers"] = layers
        raise


def _choose_groupings(choices: Choices) -> dict[str, object]:
    keys: dict[str, object] = {"county": choices.source, "zone": (choices.programme, choices.source)}
    return {name: keys[name] for name in st.session_state.get("overlay_by") or ()}


def _show_result(work: OverlayWork, result: OverlayResult, choices: Choices) -> None:
    lang = choices.lang
    names = [result.a.name] if result.a is result.b else [result.a.name, result.b.name]
    # As plain text: the names are those of files.
    st.text(" × ".join(names))
    st.markdown(summarize(result, lang))
    st.caption(describe_rule(result, lang))
    state = build_overlay_state(
        get_overlay_map(work, result),
        lang=lang,
        theme=get_theme(),
        basemap=get_chosen_basemap(lang),
        view_token=f"overlay-{work.token}",
    )
    place_map(state, key="overlay_map", height=_HEIGHT)
    for number, (title, table) in enumerate(build_overlay_tables(result, lang).items()):
        if len(table):
            st.subheader(title, anchor=False)
            show_table(table, key=f"overlay_table_{number}", column_config=make_number_columns(table))
    if result.problems:
        _show_problems(result.problems, lang)
    _show_files(work, result, lang)


def _show_problems(problems: Sequence[Problem], lang: Language) -> None:
    st.subheader(translate("overlay_log", lang), anchor=False)
    show_table(translate_issues(problems, lang), key="overlay_issues")


def _show_files(work: OverlayWork, result: OverlayResult, lang: Language) -> None:
    st.subheader(translate("overlay_files", lang), anchor=False)
    row = st.container(horizontal=True)
    makers: dict[str, Callable[[], bytes]] = {
        "gpkg": lambda: encode_all(make_layers(result, lang=lang), format="gpkg"),
        "xlsx": lambda: build_workbook(make_layers(result, lang=lang)),
        "html": lambda: render_overlay_page(result, load(), lang=lang),
    }
    for kind, make in makers.items():
        offer_file(
            translate(f"overlay_download_{kind}", lang),
            make,
            f"pilotzones_overlay_{work.token}.{kind}",
            key=f"overlay_download_{kind}",
            place=row,
            width="stretch",
        )
