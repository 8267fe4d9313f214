"""The map's content as tables: the same rows, for keyboard, screen reader and reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pyarrow as pa
import streamlit as st

from pilotzones.geo.audit import ZoneAudit
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, get_place_words, join_texts, translate
from pilotzones.geo.query.unit_comparison import list_changes_since_listed
from pilotzones.layers.history_labels import describe_change, describe_ground
from pilotzones.layers.place_labels import format_place_title, get_kind_name, join_place_names, name_place
from pilotzones.views.components.tables.data_table import make_number_column, show_table

__all__ = [
    "build_member_table",
    "build_town_table",
    "build_zone_table",
    "format_county",
    "show_members",
    "show_rows",
    "show_zones",
]


def build_zone_table(
    joined: JoinedProgramme, chosen: Sequence[Zone], results: Sequence[ZoneAudit], lang: Language
) -> pd.DataFrame:
    """Build one row a zone on the map, headings in the language of the page."""
    by_zone = {result.zone: result for result in results}
    unit = get_place_words(joined.programme.kind, lang)["One"]
    rows = []
    for zone in chosen:
        result = by_zone[zone.order]
        rows.append(
            {
                translate("order", lang): zone.order,
                unit: zone.name(lang),
                translate("region", lang): joined.programme.get_region(zone.region).name(lang),
                translate("task", lang): " ".join(str(number) for number in zone.tasks),
                translate("column_stated_area_km2", lang): result.stated_area_km2,
                translate("column_computed_area_km2", lang): result.computed_area_km2,
                translate("column_difference_km2", lang): result.difference_km2,
                translate("members_counted", lang): translate(
                    "counted_of", lang, counted=result.members_counted, total=result.members_total
                ),
                translate("verdict", lang): translate(f"verdict_{result.verdict}", lang),
            }
        )
    return pd.DataFrame(rows)


def format_county(prefecture: str, county: str, lang: Language) -> str:
    """Format a county and its prefecture, in the order of the language of the page; in English with their own names."""
    names = list(dict.fromkeys(filter(None, (prefecture, county))))
    return " ".join(names) if lang == "zh" else ", ".join(format_place_title(name, lang) for name in names[::-1])


def build_member_table(
    joined: JoinedProgramme, orders: Sequence[int], lang: Language, *, with_zone: bool = True
) -> pd.DataFrame:
    """Build one row a member of the zones given, in document order."""
    own = joined.list_records(orders)
    listed = [record.member for record in own]
    # On an English page a place has its name in Latin letters, beside the document's own.
    named = {} if lang == "zh" else {translate("name_en", lang): [record.name_en for record in own]}
    order, zone = translate("order", lang), get_place_words(joined.programme.kind, lang)["One"]
    columns = {
        order: [member.zone for member in listed],
        zone: [joined.programme.get_zone(member.zone).name(lang) for member in listed],
        **named,
        translate("listed_name", lang): [member.listed_name for member in listed],
        translate("kind", lang): [translate(f"kind_{member.kind}", lang) for member in listed],
        translate("province", lang): [name_place(member.province, lang) for member in listed],
        translate("prefecture", lang): [name_place(member.prefecture, lang) for member in listed],
        translate("adcode", lang): [record.adcode for record in own],
        translate("quality", lang): [translate(f"quality_{record.quality_code}", lang) for record in own],
        translate("column_km2", lang): pd.Series([record.area_km2 for record in own], dtype=float),
        translate("hosts", lang): [join_place_names(record.host_names, lang) for record in own],
    }
    happened = _describe_changes(joined, orders, lang)
    if any(happened):
        columns[translate("changed_since_listed", lang)] = happened
    table = pd.DataFrame(columns)
    if with_zone:
        return table
    # Beside a zone's facts there is room for few columns: its members' areas are among them, their province is not.
    area = translate("column_km2", lang)
    first = [*named, translate("listed_name", lang), area, translate("quality", lang)]
    return table[[*first, *table.columns.drop([*first, order, zone, translate("province", lang)])]]


def _describe_changes(joined: JoinedProgramme, orders: Sequence[int], lang: Language) -> list[str]:
    """Say for each member of the zones on which ground it is drawn, if not today's, and what happened to it since it was listed."""
    listed, texts = joined.programme.codes_as_of, []
    for record in joined.list_records(orders):
        changes = [describe_change(one, lang) for one in list_changes_since_listed(record.member, listed)]
        texts.append(join_texts([*describe_ground(record, lang), *changes], lang, zh="；", en="; "))
    return texts


def _strip_metadata(table: pd.DataFrame) -> pa.Table:
    """Strip what pandas writes about a table itself, half of all that would be sent."""
    return pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)


def build_town_table(joined: JoinedProgramme, chosen: Sequence[Zone], lang: Language) -> pd.DataFrame:
    """Build one row a town on the map: names, counties then and now, and whether it has a coordinate."""
    rows = []
    for zone in chosen:
        for member in zone.members:
            town = member.town
            point = member.special.point if member.special is not None else None
            rows.append(
                {
                    translate("order", lang): zone.order,
                    translate("region", lang): joined.programme.get_region(zone.region).name(lang),
                    translate("town_listed", lang): zone.scope_text,
                    translate("town_now", lang): name_place(town.present_name, lang) if town else "",
                    translate("town_status", lang): get_kind_name(town.present_status, lang) if town else "",
                    translate("town_then", lang): format_county(town.prefecture_then, town.county_then, lang)
                    if town
                    else "",
                    translate("town_belongs", lang): format_county(town.prefecture_now, town.county_now, lang)
                    if town
                    else "",
                    translate("town_point", lang): translate("town_standing", lang)
                    if point is None
                    else f"{point[0]}, {point[1]}",
                }
            )
    return pd.DataFrame(rows)


def show_rows(table: pd.DataFrame, *, on_select: Callable[[], None], key: str) -> None:
    """Draw a table of texts in which a row can be chosen."""
    show_table(table, key=key, height="content", on_select=on_select, selection_mode="single-row")


def show_members(table: pd.DataFrame, lang: Language, *, key: str) -> None:
    """Draw a member table."""
    show_table(
        _strip_metadata(table.round(1)),
        key=key,
        height="content" if len(table) < 15 else 420,
        column_config={translate("column_km2", lang): make_number_column()},
    )


def show_zones(table: pd.DataFrame, lang: Language, *, on_select: Callable[[], None], key: str) -> None:
    """Draw a zone table in which a row can be chosen."""
    signed = st.column_config.NumberColumn(format="%+.1f", help=translate("difference", lang))
    show_table(
        _strip_metadata(table.round(1)),
        key=key,
        height="content",
        on_select=on_select,
        selection_mode="single-row",
        column_config={
            translate("column_stated_area_km2", lang): make_number_column(),
            translate("column_computed_area_km2", lang): make_number_column(),
            translate("column_difference_km2", lang): signed,
        },
    )
