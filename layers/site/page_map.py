"""The map of a page that needs no server: its geometry by address, and what it shows in each language and light."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from typing import Any, Final

import geopandas as gpd

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.geometry import crs
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style.spec import Legend, Theme
from pilotzones.layers.webmap.geometry.builder import prepare_context, prepare_programme
from pilotzones.layers.webmap.geometry.store import GeometryStore
from pilotzones.layers.webmap.maps.candidates import color_by_zone
from pilotzones.layers.webmap.maps.programme import build_state
from pilotzones.layers.webmap.state import MapState

__all__ = ["THEMES", "PageMap", "build_page_map", "filter_join"]

# Lines of the legend that explain a sign, whatever colours the zones.
_SIGNS: Final = frozenset({"hosts", "points", "national"})

THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
# The finest display that keeps the file small is taken [degree]; a pixel at zoom 10 is about 0.0007°.
_TOLERANCES: Final = (0.002, 0.004, 0.008, 0.016)
_GEOMETRY_BYTES: Final = 1_150_000
_MARGIN: Final = 0.15  # around a zone [degree]
_REACH: Final = ((-15.0, 40.0), (70.0, 170.0))  # how far the map can be pushed [degree]
_ZOOMS: Final = (2, 13)  # coordinates to 0.0001° carry no further


@dataclass(frozen=True)
class PageMap:
    """All that a page draws.

    Parameters
    ----------
    geometry : dict
        GeoJSON features by address, simplified for display.
    states : dict
        By language and theme: what the whole programme looks like, as `MapState` writes it; each line of
        the legend also has the numbers of the zones it stands for, or None when it stands always, and whether it is a sign
        that stays whatever the zones are coloured by.
    boxes : dict of int to tuple
        West, south, east, north of each zone that has a place [degree].
    tolerance : float
        Of the display simplification [degree].
    context : Boundaries
        Whose provinces and national lines are drawn.
    """

    geometry: dict[str, Any]
    states: dict[str, dict[str, Any]]
    boxes: dict[int, tuple[float, float, float, float]]
    tolerance: float
    context: Boundaries

    def list_constants(self) -> dict[str, Any]:
        """Return what pilotmap.js is started with."""
        west, south, east, north = crs.CHINA_BOX
        return {"home": ((south, west), (north, east)), "reach": _REACH, "zooms": _ZOOMS}


def filter_join(joined: JoinedProgramme, selection: Selection) -> JoinedProgramme:
    """Return the same join with the zones of a selection only.

    Parameters
    ----------
    joined : JoinedProgramme
    selection : Selection

    Returns
    -------
    JoinedProgramme

    Raises
    ------
    ExportError
        When no zone passes.
    """
    zones = selection.apply(joined.programme)
    if not zones:
        raise ExportError(make_problem("", "export_no_zone"))
    orders = [zone.order for zone in zones]

    def own(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return frame[frame["zone"].isin(orders)].reset_index(drop=True)

    return replace(
        joined,
        programme=replace(joined.programme, zones=zones),
        records=tuple(joined.list_records(orders)),
        members=own(joined.members),
        zones=own(joined.zones),
        hosts=own(joined.hosts),
    )


def build_page_map(joined: JoinedProgramme) -> PageMap:
    """Prepare the map of a page.

    Parameters
    ----------
    joined : JoinedProgramme
        With the zones the page shows.

    Returns
    -------
    PageMap
        A file of the user's has no provinces; then those of the default source are drawn.
    """
    own = joined.boundaries
    context = own if own.provinces is not None and own.lines is not None else load(DEFAULT_SOURCE)
    for tolerance in _TOLERANCES:
        store = GeometryStore()
        drawn = prepare_programme(joined, store=store, tolerance=tolerance)
        behind = prepare_context(context, store=store)
        zones = (drawn.members, drawn.zones, drawn.hosts, drawn.points, drawn.dots)
        addresses = (*zones, *astuple(behind))
        files = {
            address: entry.decompress() for address in addresses if (entry := store.find_entry(address)) is not None
        }
        if sum(map(len, files.values())) <= _GEOMETRY_BYTES:
            break
    states: dict[str, dict[str, Any]] = {}
    for lang in LANGUAGES:
        map_states = [build_state(joined, drawn, behind, Selection(), lang=lang, theme=theme) for theme in THEMES]
        states[lang] = {
            theme: _describe_state(state, joined, lang, context)
            for theme, state in zip(THEMES, map_states, strict=True)
        }
    return PageMap(
        geometry={address: json.loads(content)["features"] for address, content in files.items()},
        states=states,
        boxes=_list_boxes(joined),
        tolerance=tolerance,
        context=context,
    )


def _describe_state(state: MapState, joined: JoinedProgramme, lang: Language, context: Boundaries) -> dict[str, Any]:
    """Return the state as data, each line of its legend with the zones it stands for."""
    if len(joined.programme.regions) < 2:
        state = _color_by_zone(state, joined, lang)
    if context is not joined.boundaries:
        info = context.info
        drawn_by = translate("onepage_context_credit", lang, name=info.name(lang), review=info.review_number)
        state = replace(state, credit=f"{state.credit}; {drawn_by}")
    data: dict[str, Any] = json.loads(state.to_json())
    stands_for = _index_legend_lines(joined)
    for item in data["legend"]["items"]:
        about = item.pop("id", "")
        item["zones"] = stands_for.get(about)
        item["sign"] = about in _SIGNS
        # The page filters by itself, and a count of all zones would not follow.
        item.pop("count", None)
    return data


def _color_by_zone(state: MapState, joined: JoinedProgramme, lang: Language) -> MapState:
    """Colour each zone of a programme without regions; what the legend says besides stays."""
    coloured = color_by_zone(state, joined, lang)
    assert state.legend is not None
    assert coloured.legend is not None
    signs = [item for item in state.legend.items if not item.id.startswith("region:")]
    zones = [item for item in coloured.legend.items if item.id.startswith("zone:")]
    notes = [note for note in (coloured.legend.note, state.legend.note) if note]
    legend = Legend(title=coloured.legend.title, items=[*zones, *signs], note=" ".join(notes))
    return replace(coloured, legend=legend)


def _index_legend_lines(joined: JoinedProgramme) -> dict[str, list[int]]:
    """List the zones of each line of the legend that only some zones need, by its id."""
    programme = joined.programme
    found = {
        f"region:{region.name_zh}": _list_orders(z.order for z in programme.zones if z.region == region.name_zh)
        for region in programme.regions
    }
    drawn = set(joined.counted["zone"])
    # The colour of a zone without any polygon is nowhere on the map.
    found |= {f"zone:{z.order}": [z.order] if z.order in drawn else [] for z in programme.zones}
    found["hosts"] = _list_orders(joined.hosts["zone"])
    found["points"] = _list_orders(joined.points["zone"])
    return found


def _list_orders(numbers: Iterable[int]) -> list[int]:
    return sorted({int(number) for number in numbers})


def _list_boxes(joined: JoinedProgramme) -> dict[int, tuple[float, float, float, float]]:
    """List where each zone is: its polygons and points, or else the counties it lies in."""
    found: dict[int, tuple[float, float, float, float]] = {}
    for frame in (joined.members, joined.hosts):
        edges = frame.geometry.bounds.assign(zone=frame["zone"]).dropna()
        boxes = edges.groupby("zone").agg({"minx": "min", "miny": "min", "maxx": "max", "maxy": "max"})
        for row in boxes.itertuples():
            box = (row.minx - _MARGIN, row.miny - _MARGIN, row.maxx + _MARGIN, row.maxy + _MARGIN)
            found.setdefault(int(row.Index), tuple(round(float(edge), 4) for edge in box))  # type: ignore[arg-type]
    return found
