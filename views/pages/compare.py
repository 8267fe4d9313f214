"""The page "Compare": two to four zones side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from pilotzones.geo.audit import ZoneAudit
from pilotzones.geo.catalogue.models import Member, Programme, Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import (
    Language,
    format_number,
    get_place_words,
    join_texts,
    translate,
)
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.task_matrix import build_matrix, find_closest_pairs
from pilotzones.layers.labels import format_difference
from pilotzones.layers.place_labels import format_place_title
from pilotzones.layers.style.palette import format_verdict
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.frame.page_links import link_to
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tables.programme_tables import build_town_table
from pilotzones.views.components.zone.thumbnails import draw_zone_extracts, show_extract
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, publish

__all__ = ["show"]

_MIN_ZONES, _MAX_ZONES = 2, 4
_MIN_COLUMN_WIDTH_PX = 220
_CONFIDENCE = ("high", "medium", "low")


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("compare")
    lang = choices.lang
    words = get_place_words(programme.kind, lang)
    show_head("compare", translate("compare_lead", lang, **words), dropped, lang)
    if len(choices.selection.zones) > _MAX_ZONES:
        st.warning(translate("compare_too_many", lang, **words))
    orders = _choose(programme, choices, words)
    publish(programme, choices)
    if len(orders) < _MIN_ZONES:
        st.info(translate("compare_too_few", lang, **words), icon=":material/info:")
        return
    key = choices.join_key
    with st.spinner(translate("auditing", lang)):
        joined = cache.get_joined(*key)
        audits = {result.zone: result for result in cache.get_audit(*key).zones}
    zones = [programme.get_zone(order) for order in orders]
    if programme.kind.lists_towns:
        _show_towns(joined, zones, choices)
        _show_tasks(programme, zones, lang)
        return
    _show_maps(joined, zones, choices)
    _show_tasks(programme, zones, lang)
    _show_areas(zones, audits, lang)
    _show_members(zones, lang)


def _choose(programme: Programme, choices: Choices, words: dict[str, str]) -> list[int]:
    """Draw the box of zones; it is the filter of zones, so that a link carries it."""
    lang = choices.lang
    st.session_state["compare_zones"] = list(choices.selection.zones[:_MAX_ZONES])
    chosen: list[int] = st.multiselect(
        translate("compare_choose", lang, **words),
        [zone.order for zone in programme.zones],
        format_func=lambda order: f"{order} {programme.get_zone(order).name(lang)}",
        key="compare_zones",
        max_selections=_MAX_ZONES,
        placeholder=translate("compare_placeholder", lang, **words),
        select_all=False,
        on_change=_take_zones,
    )
    return chosen


def _take_zones() -> None:
    st.session_state["w_zone"] = sorted(st.session_state["compare_zones"])


def _show_maps(joined: JoinedProgramme, zones: Sequence[Zone], choices: Choices) -> None:
    lang = choices.lang
    st.header(translate("compare_maps", lang), anchor=False)
    pictures = draw_zone_extracts(joined, choices.source, [zone.order for zone in zones], lang)
    # Columns would shrink the wider pictures and with them the scale; a row that wraps leaves each its size.
    row = st.container(horizontal=True, gap="medium")
    for zone in zones:
        picture = pictures.get(zone.order)
        with row.container(width=max(picture.width if picture else 0, _MIN_COLUMN_WIDTH_PX)):
            st.markdown(f"**{escape(f'{zone.order}. {zone.name(lang)}')}**")
            show_extract(picture, zone.name(lang), lang)
            own = _select_zone(choices, zone.order)
            link_to(
                "zone",
                translate("zone_open", lang, **get_place_words(joined.programme.kind, lang)),
                joined.programme,
                own,
                icon=":material/arrow_forward:",
            )


def _show_towns(joined: JoinedProgramme, zones: Sequence[Zone], choices: Choices) -> None:
    """Show what is known of each town: there is no boundary to draw and no area to compare."""
    lang = choices.lang
    table = build_town_table(joined, zones, lang).drop(columns=translate("order", lang)).T
    table.columns = [_compose_heading(zone, lang) for zone in zones]
    table.insert(0, " ", table.index)
    show_table(table, key="compare_towns", height="content")
    row = st.container(horizontal=True, gap="medium")
    for zone in zones:
        with row:
            own = _select_zone(choices, zone.order)
            link_to("zone", _compose_heading(zone, lang), joined.programme, own, icon=":material/arrow_forward:")


def _select_zone(choices: Choices, zone: int) -> Choices:
    return replace(choices, selection=Selection(focus=zone))


def _show_tasks(programme: Programme, zones: Sequence[Zone], lang: Language) -> None:
    matrix = build_matrix(programme, zones)
    if not matrix.tasks:
        return
    st.header(translate("compare_tasks", lang), anchor=False)
    shared = [task for task, count in zip(matrix.tasks, matrix.per_task, strict=True) if count == len(zones)]
    join = partial(join_texts, lang=lang, zh="；", en="; ")
    names = join(f"{task} {programme.get_task(task).short(lang)}" for task in shared)
    st.markdown(
        escape(translate("compare_shared_all", lang, names=names) if shared else translate("compare_shared_none", lang))
    )
    taken = [column for column, count in enumerate(matrix.per_task) if count]
    rows = [programme.get_task(matrix.tasks[column]) for column in taken]
    table = {translate("task", lang): [f"{task.number} {task.short(lang)}" for task in rows]}
    for row, zone in enumerate(zones):
        table[_compose_heading(zone, lang)] = ["●" if matrix.has[row, column] else "" for column in taken]
    table[translate("matrix_zones", lang, **get_place_words(programme.kind, lang))] = [
        str(matrix.per_task[column]) for column in taken
    ]
    show_table(pd.DataFrame(table), key="compare_tasks", height="content")
    pairs, most = find_closest_pairs(matrix.count_common_tasks())
    if len(zones) > _MIN_ZONES and most:
        pair_names = join(f"{zones[a].name(lang)} + {zones[b].name(lang)}" for a, b in pairs)
        st.caption(escape(translate("matrix_most_alike", lang, names=pair_names, count=most)))


def _show_areas(zones: Sequence[Zone], audits: dict[int, ZoneAudit], lang: Language) -> None:
    st.header(translate("compare_areas", lang), anchor=False)
    table = pd.DataFrame(
        {_compose_heading(zone, lang): _list_area_cells(zone, audits[zone.order], lang) for zone in zones},
        index=[
            translate("stated", lang),
            translate("computed", lang),
            translate("difference", lang),
            translate("compare_published", lang),
            translate("members_counted", lang),
            translate("verdict", lang),
        ],
    )
    table.insert(0, " ", table.index)
    show_table(table, key="compare_areas", height="content")
    st.caption(translate("compare_published_note", lang))


def _list_area_cells(zone: Zone, result: ZoneAudit, lang: Language) -> list[str]:
    known = [km2 for km2 in map(_find_trusted_area, zone.members) if km2 is not None]
    published = translate(
        "compare_published_part",
        lang,
        area=format_number(sum(known), 1) if known else "–",
        counted=len(known),
        total=result.members_total,
    )
    return [
        f"{format_number(result.stated_area_km2)} km²",
        f"{format_number(result.computed_area_km2, 1)} km²",
        format_difference(result),
        published,
        translate("counted_of", lang, counted=result.members_counted, total=result.members_total),
        format_verdict(result.verdict, lang),
    ]


def _find_trusted_area(member: Member) -> float | None:
    """Find the most trusted of the figures published for a member [km²]."""
    best = sorted(member.published, key=lambda figure: _CONFIDENCE.index(figure.confidence))
    return best[0].area_km2 if best else None


def _show_members(zones: Sequence[Zone], lang: Language) -> None:
    st.header(translate("compare_members", lang), anchor=False)
    lists = [[format_place_title(member.listed_name, lang) for member in zone.members] for zone in zones]
    longest = max(map(len, lists))
    table = {
        _compose_heading(zone, lang): names + [""] * (longest - len(names))
        for zone, names in zip(zones, lists, strict=True)
    }
    counts = " · ".join(f"{zone.name(lang)} {len(zone.members)}" for zone in zones)
    st.caption(escape(translate("pair", lang, name=translate("compare_member_count", lang), value=counts)))
    show_table(pd.DataFrame(table), key="compare_members", height="content")


def _compose_heading(zone: Zone, lang: Language) -> str:
    return f"{zone.order}. {zone.name(lang)}"
