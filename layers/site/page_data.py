"""What the page around the map needs: zones, members, words and provenance, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from pilotzones.geo.audit import ZoneAudit, audit
from pilotzones.geo.catalogue.kinds import ProgrammeKind
from pilotzones.geo.catalogue.models import MEMBER_KINDS, Zone
from pilotzones.geo.export import build_provenance, get_version
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.member_record import GeometryQuality, MemberRecord
from pilotzones.geo.messages import (
    LANGUAGES,
    Language,
    format_difference_percent,
    format_number,
    get_place_words,
    translate,
)
from pilotzones.geo.query.filters import Selection, list_search_words
from pilotzones.layers.place_labels import name_place
from pilotzones.layers.report.notes import build_provenance_rows, list_method_notes
from pilotzones.layers.site.inline import get_leaflet_credit
from pilotzones.layers.site.page_map import THEMES, PageMap, build_page_map, filter_join
from pilotzones.layers.style.palette import VERDICT_SIGNS, get_shade_styles, get_verdict_styles

__all__ = ["build_page_data"]

PageData = dict[str, Any]
# Sentences that the app has too, and those of this page alone.
_SHARED: Final = (
    *(
        "filters",
        "region",
        "task",
        "match",
        "match_any",
        "match_all",
        "province",
        "reset",
    ),
    *("noted", "nothing", "panel_zoom", "zone", "stated", "computed", "difference", "verdict", "members_counted"),
    *("counted_of", "members", "tasks_of_zone", "without_polygon", "scope", "listed_name", "kind"),
    *("prefecture", "adcode", "hosts", "quality", "column_km2", "order", "table_members", "colour_by"),
    *("colour_region", "colour_tasks", "colour_verdict", "legend_tasks", "legend_tasks_item", "legend_verdict"),
)
_OWN: Final = (
    "skip",
    "to_light",
    "to_dark",
    "close",
    "count",
    "about",
    "method",
    "own_name",
    "open_page",
    "panel",
    "no_place",
    "search",
    "search_placeholder",
    "task_matches",
    "welcome",
)


def build_page_data(joined: JoinedProgramme, *, selection: Selection, lang: Language, permalink: str = "") -> PageData:
    """Build all that the page says and draws.

    Parameters
    ----------
    joined : JoinedProgramme
        The whole programme.
    selection : Selection
        The page holds the zones that pass; its focus is the zone that is open at first.
    lang : {"zh", "en"}
        Which language the page begins in; it has both.
    permalink : str, optional
        Address that shows the same in the app.

    Returns
    -------
    dict
        JSON values, the same for the same input.

    Raises
    ------
    ExportError
        When no zone passes the selection.
    """
    own = filter_join(joined, selection)
    programme = own.programme
    drawn = build_page_map(own)
    provenance = build_provenance(joined, selection, permalink=permalink)
    members = [_build_member_data(record) for record in own.records]
    used = {task for zone in programme.zones for task in zone.tasks}
    regions = {zone.region for zone in programme.zones}
    return {
        "format": "pilotzones page 1",
        "lang": lang,
        "title": _make_both(programme.title),
        "document": " · ".join(
            filter(None, (programme.document_title, programme.document_number, programme.document_date))
        ),
        "text": {one: _collect_texts(one, programme.kind) for one in LANGUAGES},
        "verdicts": {
            code: {"sign": sign, "name": _make_both(lambda one, code=code: translate(f"verdict_{code}", one))}  # type: ignore[misc]
            for code, sign in VERDICT_SIGNS.items()
        },
        "kinds": {code: _make_both(lambda one, code=code: translate(f"kind_{code}", one)) for code in MEMBER_KINDS},  # type: ignore[misc]
        "qualities": {
            code: _make_both(lambda one, code=code: translate(f"quality_{code}", one))  # type: ignore[misc]
            for code in dict.fromkeys([*map(str, GeometryQuality), *(record.quality_code for record in own.records)])
        },
        "regions": [
            {"id": one.id, "name": _make_both(one.name)} for one in programme.regions if one.name_zh in regions
        ],
        "tasks": [
            {"number": one.number, "name": _make_both(one.name), "short": _make_both(one.short)}
            for one in programme.tasks
            if one.number in used
        ],
        "provinces": [name for name in programme.provinces if name],
        "zones": _describe_zones(own, drawn),
        "members": members,
        "english": _collect_english_names(own, members),
        "focus": selection.focus if any(zone.order == selection.focus for zone in programme.zones) else None,
        "about": {
            one: [translate("onepage_made", one, version=get_version()), *_list_about_lines(drawn, one)]
            for one in LANGUAGES
        },
        "provenance": {one: build_provenance_rows(provenance, one) for one in LANGUAGES},
        "notes": {one: list_method_notes(one) for one in LANGUAGES},
        "colours": _list_colourings(own),
        "map": drawn.list_constants(),
        "states": drawn.states,
        "geometry": drawn.geometry,
    }


def _collect_english_names(joined: JoinedProgramme, members: Sequence[PageData]) -> dict[str, str]:
    """Return the English names of the places the page writes, where they have one."""
    names = [*joined.programme.provinces]
    for member in members:
        names += [member["name"], member["province"], member["prefecture"], *member["hosts"].split("、")]
    return {name: name_place(name, "en") for name in names if name_place(name, "en") != name}


def _make_both(make: Callable[[Any], str]) -> dict[str, str]:
    return {lang: make(lang) for lang in LANGUAGES}


def _list_colourings(joined: JoinedProgramme) -> PageData:
    """Return what the zones can be coloured by besides their region, where it tells them apart: the styles of each step."""
    zones = joined.programme.zones
    most = max(len(zone.tasks) for zone in zones)
    found: PageData = {}
    if most:
        found["tasks"] = {
            theme: [[style.to_data() for style in get_shade_styles(steps, theme)] for steps in range(1, most + 1)]
            for theme in THEMES
        }
    if any(zone.stated_area_km2 is not None for zone in zones):
        found["verdict"] = {code: style.to_data() for code, style in get_verdict_styles().items()}
    return found


def _collect_texts(lang: Language, kind: ProgrammeKind) -> dict[str, str]:
    shared = {name: translate(name, lang) for name in _SHARED}
    words = get_place_words(kind, lang)
    # What stands in the list is called by its own name.
    own = shared | {name: translate(f"onepage_{name}", lang) for name in _OWN} | {"table_zones": words["Many"]}
    if kind.states_areas:
        return own
    return own | {
        "zone": words["One"],
        "count": translate(f"onepage_count_{kind}", lang),
        "welcome": translate(f"onepage_welcome_{kind}", lang),
        "search_placeholder": translate(f"onepage_search_{kind}", lang),
    }


def _list_about_lines(drawn: PageMap, lang: Language) -> list[str]:
    """List what a reader should know of the map: what is simplified, whose the borders and the program are."""
    info = drawn.context.info
    return [
        translate("onepage_simplified", lang, tolerance=f"{drawn.tolerance:g}"),
        translate(
            "onepage_context",
            lang,
            name=info.name(lang),
            review=info.review_number or translate("onepage_no_review", lang),
        ),
        translate("about_method_cities", lang),
        translate("onepage_leaflet", lang, notice=get_leaflet_credit()),
    ]


def _describe_zones(joined: JoinedProgramme, drawn: PageMap) -> list[PageData]:
    programme = joined.programme
    results = audit(joined, zones=[zone.order for zone in programme.zones]).zones
    ids = {region.name_zh: region.id for region in programme.regions}
    return [
        {
            "order": zone.order,
            "name": _make_both(zone.name),
            "region": ids[zone.region],
            "region_name": _make_both(programme.get_region(zone.region).name),
            "province": zone.province,
            "tasks": list(zone.tasks),
            **_describe_figures(result, zone),
            "verdict": result.verdict,
            "counted": result.members_counted,
            "total": result.members_total,
            "uncounted": list(result.uncounted),
            "scope": "。".join(filter(None, (zone.scope_text, zone.stated_area_text))),
            "where": zone.where_in_document,
            "words": list(list_search_words(zone)),
            "box": drawn.boxes.get(zone.order),
        }
        for zone, result in zip(programme.zones, results, strict=True)
    ]


def _describe_figures(result: ZoneAudit, zone: Zone) -> PageData:
    stated = format_number(result.stated_area_km2)
    computed = format_number(result.computed_area_km2, 1)
    difference = format_number(result.difference_km2, 1, signed=True)

    def add_unit(figure: str) -> str:
        return figure if figure == "–" else f"{figure} km²"

    percent = "" if result.difference_pct is None else f" · {format_difference_percent(result.difference_pct)}"
    return {
        "figures": [stated, computed, difference],
        "stated": add_unit(stated),
        "verbatim": zone.stated_area_text,
        "computed": add_unit(computed),
        "difference": add_unit(difference) + percent,
    }


def _build_member_data(record: MemberRecord) -> PageData:
    """Build one member as the page's tables show it."""
    member = record.member
    return {
        "id": member.id,
        "zone": member.zone,
        "name": member.listed_name,
        "kind": member.kind,
        "province": member.province or "",
        "prefecture": member.prefecture or "",
        "code": record.adcode or "",
        "quality": record.quality_code,
        "drawn": record.is_counted,
        "area": "" if record.area_km2 is None else format_number(record.area_km2, 1),
        "hosts": "、".join(record.host_names),
    }
