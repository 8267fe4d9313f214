"""What the map says of a place: the card under the pointer, and names written beside it; in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import geopandas as gpd

from pilotzones.geo.catalogue.chinese_texts import translate_text
from pilotzones.geo.catalogue.models import Programme, Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.member_record import GeometryQuality, MemberRecord
from pilotzones.geo.messages import LANGUAGES, Language, format_number, join_texts, translate
from pilotzones.geo.places.history import Period, name_parents
from pilotzones.geo.query.unit_comparison import MemberInYear
from pilotzones.layers.history_labels import describe_age, describe_change, describe_ground, join_units
from pilotzones.layers.place_labels import format_place_title, name_place

__all__ = [
    "build_county_cards",
    "build_host_cards",
    "build_host_labels",
    "build_member_cards",
    "build_member_labels",
    "build_point_cards",
    "build_town_labels",
    "build_zone_cards",
    "build_zone_labels",
]

# Lines of text by feature and language.
Cards = dict[str, dict[str, list[str]]]
_TODAY: Final[Mapping[str, MemberInYear]] = MappingProxyType({})


def _label_zone(zone: Zone, lang: Language) -> str:
    return translate("card_zone", lang, order=zone.order, name=zone.name(lang))


def _format_place_line(province: str, prefecture: str, code: str | None, lang: Language) -> str:
    """Return where a county lies, and its code."""
    names = [name_place(name, lang) for name in dict.fromkeys((province, prefecture)) if name]
    place = " ".join(names) if lang == "zh" else ", ".join(reversed(names))
    return f"{place} · {code or '–'}"


def build_zone_labels(programme: Programme) -> dict[str, dict[str, str]]:
    """Build the number and name of each zone, written in its middle, by its id on the map."""
    return {str(zone.order): _make_both(_label_zone, zone) for zone in programme.zones}


def build_zone_cards(joined: JoinedProgramme) -> Cards:
    """Build the cards of whole zones, by their id on the map: name, region and province."""

    def build_card(zone: Zone, lang: Language) -> list[str]:
        region = joined.programme.get_region(zone.region).name(lang)
        return [_label_zone(zone, lang), f"{region} · {name_place(zone.province, lang)}"]

    return {str(zone.order): _make_both(build_card, zone) for zone in joined.programme.zones}


def build_member_labels(joined: JoinedProgramme) -> dict[str, dict[str, str]]:
    """Build the names written on members that have a polygon, by member."""
    return {
        record.member.id: _make_both(name_place, record.county_name or record.member.listed_name)
        for record in joined.records
        if record.is_counted
    }


def build_host_labels(hosts: gpd.GeoDataFrame) -> dict[str, dict[str, str]]:
    """Name of the special area that a county holds, once for each area, by the county's id on the map."""

    def label(row: Any, lang: Language) -> str:
        return translate("label_host", lang, special=name_place(row.listed_name, lang))

    return {row.feature: _make_both(label, row) for row in hosts.drop_duplicates("member_id").itertuples()}


def build_town_labels(joined: JoinedProgramme) -> dict[str, dict[str, str]] | None:
    """Build the names written beside the towns of a programme of towns; other points are named by their zone."""
    if not joined.programme.kind.lists_towns:
        return None
    return {
        m.id: _make_both(lambda zone, lang: zone.name(lang), joined.programme.get_zone(m.zone))
        for m in joined.programme.members
    }


def build_member_cards(joined: JoinedProgramme) -> Cards:
    """Build the cards of members that have a polygon, by member."""

    def build_card(record: MemberRecord, lang: Language) -> list[str]:
        member = record.member
        lines = [
            format_place_title(member.listed_name, lang),
            _label_zone(joined.programme.get_zone(member.zone), lang),
            _format_place_line(member.province, member.prefecture, record.adcode, lang),
            translate("card_area", lang, area=format_number(record.area_km2, 1)),
        ]
        if record.quality is GeometryQuality.COEXTENSIVE:
            lines.append(translate("legend_coextensive", lang))
        return [*lines, *describe_ground(record, lang)]

    return {record.member.id: _make_both(build_card, record) for record in joined.records if record.is_counted}


def build_county_cards(counties: gpd.GeoDataFrame, in_year: Mapping[str, MemberInYear] = _TODAY) -> Cards:
    """Build the cards of all counties, by their id on the map.

    Parameters
    ----------
    counties : GeoDataFrame
        Of a boundary source, with the column `feature`.
    in_year : mapping of str to MemberInYear, optional
        By code, what stood on the ground of each at the end of a year, which the card is then of.

    Returns
    -------
    dict
    """

    def build_card(row: Any, lang: Language) -> list[str]:
        then = in_year.get(row.adcode)
        if then is not None and not then.is_same and then.units:
            return _build_county_card_in_year(then, lang)
        lines = [format_place_title(row.name, lang), _format_place_line(row.province, row.prefecture, row.adcode, lang)]
        if then is not None and not then.units:
            lines.append(translate("year_units_unknown", lang, year=then.year))
        return lines

    columns = counties[["feature", "name", "province", "prefecture", "adcode"]]
    return {row.feature: _make_both(build_card, row) for row in columns.itertuples(index=False, name="County")}


def _build_county_card_in_year(then: MemberInYear, lang: Language) -> list[str]:
    """Return names, parents and codes of the year, what the polygon is today, and what happened in between."""
    end = Period(f"{then.year}-12", f"{then.year}-12")
    places = dict.fromkeys(name_parents(unit, end) for unit in then.units)
    codes = join_texts(dict.fromkeys(unit.code for unit in then.units), lang)
    return [
        join_texts(dict.fromkeys(format_place_title(unit.name, lang) for unit in then.units), lang),
        *(_format_place_line(province, prefecture, codes, lang) for province, prefecture in places),
        translate("card_drawn", lang, month=then.drawn, units=join_units(then.today, lang)),
        *(describe_change(change, lang) for change in then.changes),
        *describe_age(then, lang),
    ]


def build_host_cards(hosts: gpd.GeoDataFrame) -> Cards:
    """Return the cards of counties that hold a special area, by their id on the map."""

    def build_card(row: Any, lang: Language) -> list[str]:
        place = f"{row.prefecture} {row.host_name}" if lang == "zh" else format_place_title(row.host_name, lang)
        return [place, translate("card_host", lang, special=format_place_title(row.listed_name, lang))]

    return {row.feature: _make_both(build_card, row) for row in hosts.itertuples()}


def build_point_cards(joined: JoinedProgramme) -> Cards:
    """Build the cards of members that are drawn as a point, by member: at a coordinate of their own or anywhere in their county."""

    def build_card(record: MemberRecord, lang: Language) -> list[str]:
        member = record.member
        if member.town is not None:
            return _build_town_card(joined, record, lang)
        meaning = "" if member.special is None else translate_text(member.special.point_meaning, lang)
        return [
            format_place_title(member.listed_name, lang),
            _label_zone(joined.programme.get_zone(member.zone), lang),
            translate("card_point", lang, meaning=meaning),
            translate("card_no_boundary", lang),
        ]

    drawn = (GeometryQuality.POINT, GeometryQuality.HOST_ONLY)
    return {record.member.id: _make_both(build_card, record) for record in joined.records if record.quality in drawn}


def _build_town_card(joined: JoinedProgramme, record: MemberRecord, lang: Language) -> list[str]:
    member = record.member
    assert member.town is not None
    title = joined.programme.get_zone(member.zone).name(lang)
    if lang == "zh" and member.town.present_name != member.listed_name:
        title = translate("card_town", lang, listed=member.listed_name, now=member.town.present_name)
    place = "".join(dict.fromkeys((member.town.prefecture_now, member.town.county_now)))
    if record.quality is GeometryQuality.POINT:
        return [title, place, translate("card_point", lang, meaning=member.describe_point(lang))]
    return [title, place, translate("card_town_standing", lang, county=next(iter(record.host_names), ""))]


def _make_both(make: Any, *arguments: Any) -> dict[str, Any]:
    """Return what a function says in each language, which it takes last."""
    return {lang: make(*arguments, lang) for lang in LANGUAGES}
