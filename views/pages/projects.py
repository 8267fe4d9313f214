"""The page "Projects": a register as map, funnel, sums and time line, and balances of reserve banks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.export import FORMATS, build_project_layer, encode, label_register
from pilotzones.geo.messages import Language, translate
from pilotzones.geo.projects.location import LocatedRegister
from pilotzones.geo.projects.models import STAGES
from pilotzones.geo.projects.reader import write_template
from pilotzones.geo.projects.reserve_banks import BANKS, BankLedger, write_bank_template
from pilotzones.geo.projects.sandboxed import locate_in_sandbox, read_ledger_in_sandbox
from pilotzones.geo.projects.summary import GROUPINGS, Grouping
from pilotzones.layers.style.indicator_classes import classify_indicator
from pilotzones.layers.webmap.maps.indicators import shade_counties
from pilotzones.layers.webmap.maps.projects import add_projects, name_kind
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.projects.charts import show_funnel, show_sums, show_time_line
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tables.problem_table import show_problems
from pilotzones.views.components.tabs import show_tabs
from pilotzones.views.components.webmap.map import build_ground, place_map
from pilotzones.views.components.worker_progress import read_once
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, get_theme, publish
from pilotzones.views.state.private_geometry import get_private_store

__all__ = ["show"]

_HEIGHT_PX: Final = 480


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("projects")
    lang = choices.lang
    show_head("projects", translate("projects_lead", lang), dropped, lang)
    st.caption(translate("projects_private", lang))
    left, right = st.columns(2)
    register = left.file_uploader(translate("projects_upload", lang), key="projects_file")
    ledger = right.file_uploader(translate("projects_upload_banks", lang), key="projects_banks_file")
    with left:
        label = translate("projects_template", lang)
        offer_file(label, write_template(), "pilotzones_projects.csv", key="projects_template")
    with right:
        label = translate("projects_banks_template", lang)
        offer_file(label, write_bank_template(), "pilotzones_banks.csv", key="projects_banks_template")
    if register is not None:
        located = _read_projects(register, programme, choices)
        if located is not None:
            _show_register(located, programme, choices)
    if ledger is not None:
        _show_ledger(ledger, choices)
    publish(programme, choices)


def _read_projects(uploaded: Any, programme: Programme, choices: Choices) -> LocatedRegister | None:
    """Read the register of the file; None when it is refused."""

    def read() -> LocatedRegister:
        return locate_in_sandbox(
            uploaded.getvalue(),
            cache.get_applicability(choices.source),
            name=uploaded.name,
            source=choices.source,
            programme=programme.id,
            today=date.today(),  # noqa: DTZ011
        )

    key, refused = (uploaded.file_id, programme.id, choices.source), translate("projects_refused", choices.lang)
    found: LocatedRegister | None = read_once("projects", key, read, choices.lang, refused=refused)
    return found


def _show_register(located: LocatedRegister, programme: Programme, choices: Choices) -> None:
    lang = choices.lang
    show_problems(located.problems, lang, key="projects_problems", is_open=True)
    if located.frame.empty:
        st.info(translate("projects_empty", lang))
        return
    chosen = _filter(located, lang)
    st.markdown(
        translate("projects_summary", lang, count=len(chosen.frame), overdue=int(chosen.frame["is_overdue"].sum()))
    )
    drawn: dict[str, Callable[[], None]] = {
        "map": lambda: _show_map(chosen, programme, choices),
        "funnel": lambda: show_funnel(chosen, lang),
        "sums": lambda: _show_sums(chosen, programme, lang),
        "time_line": lambda: show_time_line(chosen, lang),
        "table": lambda: _show_table(chosen, choices),
    }
    tabs = {translate(f"projects_{name}", lang): draw for name, draw in drawn.items()}
    show_tabs(tabs, lang, key="projects_tabs")


def _filter(located: LocatedRegister, lang: Language) -> LocatedRegister:
    frame = located.frame
    kind, stage, county = st.columns(3)
    kinds = kind.multiselect(
        translate("projects_kind", lang),
        sorted(set(frame["kind"]) - {""}),
        format_func=lambda one: name_kind(one, lang),
        key="projects_kinds",
        placeholder=translate("own_choose", lang),
    )
    stages = stage.multiselect(
        translate("projects_stage", lang),
        [one for one in STAGES if one in set(frame["stage"])],
        format_func=lambda one: translate(f"stage_{one}", lang),
        key="projects_stages",
        placeholder=translate("own_choose", lang),
    )
    counties = county.multiselect(
        translate("projects_county", lang),
        sorted(set(frame["county"]) - {""}),
        key="projects_counties",
        placeholder=translate("own_choose", lang),
    )
    overdue = st.toggle(translate("projects_overdue", lang), key="projects_overdue_only")
    for column, chosen in (("kind", kinds), ("stage", stages), ("county", counties)):
        if chosen:
            frame = frame[frame[column].isin(chosen)]
    if overdue:
        frame = frame[frame["is_overdue"]]
    return replace(located, frame=frame)


def _show_pictures(located: LocatedRegister, programme: Programme, choices: Choices) -> None:
    from pilotzones.layers.figure.project_figure import FORMATS, render_project_figure

    def draw(kind: Any) -> bytes:
        applies, boundaries = cache.get_applicability(choices.source), load(choices.source)
        return render_project_figure(located, boundaries, programme, applies, file_format=kind, lang=choices.lang)

    row = st.container(horizontal=True)
    for kind in FORMATS:
        label, make = translate("projects_picture", choices.lang, kind=kind.upper()), partial(draw, kind)
        offer_file(label, make, f"pilotzones_projects.{kind}", key=f"projects_picture_{kind}", place=row)


def _show_map(located: LocatedRegister, programme: Programme, choices: Choices) -> None:
    lang = choices.lang
    counts = located.frame[located.frame["adcode"] != ""].groupby("adcode").size()
    if counts.empty:
        st.info(translate("projects_no_county", lang))
        return
    state = build_ground(choices, choices.source, view="projects")
    codes = [county.adcode for county in cache.get_county_index(choices.source).counties]
    values = {str(code): float(count) for code, count in counts.items()}
    title = translate("projects_count", lang)
    classes = classify_indicator(list(values.values()))
    state = shade_counties(state, values, codes, classes, title=title, lang=lang, theme=get_theme())
    index = cache.get_county_index(choices.source)
    wanted = set(located.frame["adcode"])
    polygons = {county.adcode: index.geometry[county.row] for county in index.counties if county.adcode in wanted}
    state = add_projects(state, located.frame, polygons, lang=lang, store=get_private_store())
    place_map(state, key="projects_map", height=_HEIGHT_PX)
    _show_pictures(located, programme, choices)


def _show_sums(located: LocatedRegister, programme: Programme, lang: Language) -> None:
    by: Grouping = st.selectbox(
        translate("projects_by", lang),
        GROUPINGS,
        format_func=lambda one: translate(f"projects_{one}", lang),
        key="projects_by",
    )
    zones = {zone.order: f"{zone.order} {zone.name(lang)}" for zone in programme.zones}

    def name(one: Any) -> str:
        if by == "zone":
            return zones.get(int(one), str(one))
        if by == "stage" and one in STAGES:
            return translate(f"stage_{one}", lang)
        return name_kind(str(one), lang) if by in ("kind", "type") else str(one)

    show_sums(located, by, name, lang)


def _show_table(located: LocatedRegister, choices: Choices) -> None:
    lang = choices.lang
    show_table(label_register(located.frame, lang), key="projects_table", height=420)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    label, name = translate("projects_download", lang), "pilotzones_projects.csv"
    offer_file(label, lambda: located.frame, name, key="projects_csv", place=row)
    kind = row.selectbox(
        translate("projects_export_format", lang),
        list(FORMATS),
        format_func=lambda one: FORMATS[one].title,
        key="projects_format",
        width=220,
    )
    label, make = translate("projects_export", lang), partial(_export, located, choices, kind)
    name, media_type = f"pilotzones_projects{FORMATS[kind].suffix}", FORMATS[kind].media_type
    offer_file(label, make, name, key="projects_layer", place=row, media_type=media_type)


def _export(located: LocatedRegister, choices: Choices, kind: str) -> bytes:
    joined = cache.get_joined(*choices.join_key)
    return encode(build_project_layer(located, joined), format=kind)


def _show_ledger(uploaded: Any, choices: Choices) -> None:
    lang = choices.lang
    st.header(translate("projects_banks", lang), anchor=False)

    def read() -> BankLedger:
        applies = cache.get_applicability(choices.source)
        return read_ledger_in_sandbox(uploaded.getvalue(), applies, name=uploaded.name, source=choices.source)

    key, refused = (uploaded.file_id, choices.source), translate("projects_refused", lang)
    ledger: BankLedger | None = read_once("projects_banks", key, read, lang, refused=refused)
    if ledger is None:
        return
    show_problems(ledger.problems, lang, key="projects_bank_problems", is_open=True)
    for bank in BANKS:
        own = ledger.balances[ledger.balances["bank"] == bank]
        if own.empty:
            continue
        st.subheader(translate(f"bank_{bank}", lang), anchor=False)
        st.caption(translate(f"bank_rule_{bank}", lang))
        table = pd.DataFrame(
            {
                translate("projects_county", lang): own["county"],
                translate("bank_in", lang): own["in_ha"],
                translate("bank_out", lang): own["out_ha"],
                translate("bank_balance", lang): own["balance_ha"],
            }
        )
        show_table(table, key=f"projects_bank_{bank}", height="content")
