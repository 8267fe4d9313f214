"""What all visitors share: programmes, boundaries, joins and prepared geometry, each made once per process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pilotzones.geo.audit import Audit, Variant, audit, compute_variants
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.export import ExportLayer, LayerName, build_layer
from pilotzones.geo.geometry.area import DEFAULT_METHOD
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.messages import Language, get_place_words, translate
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.geo.query.applicability_loader import index_programmes
from pilotzones.geo.query.county_index import CountyIndex
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.rule_checks import RuleResult, apply_rules
from pilotzones.geo.query.unit_comparison import (
    UnitsInYear,
    find_divisions_in_year,
    find_members_in_year,
    find_names_in_year,
)
from pilotzones.layers.place_labels import name_place
from pilotzones.layers.webmap.folium_map import probe_is_inert
from pilotzones.layers.webmap.geometry.builder import (
    ContextGeometry,
    CountyNet,
    MapGeometry,
    load_or_build,
    prepare_context,
)
from pilotzones.layers.webmap.geometry.lod_layers import prepare_counties, prepare_county_cards, register_details
from pilotzones.layers.webmap.maps.programme_overlays import Overlay, prepare_beside

if TYPE_CHECKING:
    from pilotzones.geo.query.search_index import SearchEntry, SearchIndex

__all__ = [
    "get_applicability",
    "get_audit",
    "get_audit_variants",
    "get_audit_with_other_source",
    "get_county_index",
    "get_county_net",
    "get_joined",
    "get_layer",
    "get_map_geometry",
    "get_overlay",
    "get_rule_results",
    "get_search_index",
    "get_search_names",
    "get_units_in_year",
    "has_map_geometry",
    "is_drawing_safe",
]

# Programmes, sources and methods whose map geometry is in the cache.
_made: set[tuple[str, str, str]] = set()


@st.cache_resource(show_spinner=False)
def is_drawing_safe() -> bool:
    """Return whether text stays text in the installed drawing libraries; no page is shown before that is known."""
    return probe_is_inert()


@st.cache_resource(show_spinner=False)
def get_joined(programme: str, source: str, method: str) -> JoinedProgramme:
    """Return a programme of the catalogue on a built-in boundary source."""
    return join(load_programme(programme), load(source), method=method)


@st.cache_resource(show_spinner=False)
def get_audit(programme: str, source: str, method: str) -> Audit:
    """Return the audit of a programme on one source alone; what the map needs."""
    return audit(get_joined(programme, source, method))


@st.cache_resource(show_spinner=False)
def get_audit_with_other_source(programme: str, source: str, method: str) -> Audit:
    """Return the audit of a programme with every other built-in source as evidence."""
    return audit(get_joined(programme, source, method), others=_load_other_sources(source))


@st.cache_resource(show_spinner=False)
def get_audit_variants(programme: str, source: str, method: str) -> tuple[Variant, ...]:
    """Return how far the figures move when one thing is changed."""
    comparison = get_audit_with_other_source(programme, source, method).comparison
    return tuple(compute_variants(get_joined(programme, source, method), comparison))


@st.cache_resource(show_spinner=False)
def get_map_geometry(programme: str, source: str, method: str) -> tuple[MapGeometry, ContextGeometry]:
    """Return its geometry, prepared for the map; the cards that go with it name areas, so the method matters."""
    on_map = get_joined(programme, source, method)
    programme_drawn, context = load_or_build(on_map), prepare_context(on_map.boundaries)
    register_details(on_map, programme_drawn, context)
    _made.add((programme, source, method))
    return programme_drawn, context


def has_map_geometry(programme: str, source: str, method: str) -> bool:
    """Return whether the geometry for the map has been prepared, so that nobody has to wait for it."""
    return (programme, source, method) in _made


@st.cache_resource(show_spinner=False)
def get_overlay(programme: str, source: str, method: str) -> Overlay:
    """Return what is drawn of a programme that lies over another."""
    return prepare_beside(get_joined(programme, source, method))


@st.cache_resource(show_spinner=False, max_entries=64)
def get_units_in_year(programme: str, source: str, year: int) -> UnitsInYear:
    """Return the members of a programme of the catalogue, and the names around them, as they stood at the end of a year."""
    boundaries = load(source)
    frames = ((boundaries.provinces, "province_adcode"), (boundaries.prefectures, "prefecture_adcode"))
    codes = [code for frame, column in frames if frame is not None for code in frame[column].dropna()]
    return UnitsInYear(find_members_in_year(load_programme(programme), year), find_names_in_year(codes, year))


@st.cache_resource(show_spinner=False)
def get_applicability(source: str) -> ApplicabilityIndex:
    """Return what applies in each county, of every programme of the catalogue."""
    return index_programmes([load_programme(name) for name in list_programmes()], get_county_index(source))


@st.cache_resource(show_spinner=False)
def get_rule_results(programme: str, source: str) -> tuple[RuleResult, ...]:
    """Return the statements of a document, tested."""
    return apply_rules(get_joined(programme, source, DEFAULT_METHOD))


@st.cache_resource(show_spinner=False)
def get_county_net(source: str, year: int | None = None) -> CountyNet:
    """Return all counties of a source, with the names and codes of the end of a year in their cards."""
    if year is None:
        return prepare_counties(load(source))
    boundaries = load(source)
    in_year = find_divisions_in_year(boundaries.counties["adcode"].dropna(), year)
    return replace(get_county_net(source), cards=prepare_county_cards(boundaries, in_year))


@st.cache_resource(show_spinner=False)
def get_county_index(source: str) -> CountyIndex:
    """Return the counties of a source behind a spatial index."""
    return CountyIndex(load(source))


@st.cache_resource(show_spinner=False)
def get_search_index(programme: str, source: str, method: str) -> SearchIndex:
    """Return what can be found by name; built, and its libraries imported, when somebody first searches."""
    from pilotzones.geo.query.search_index import build_index

    return build_index(get_joined(programme, source, method), get_county_index(source))


@st.cache_resource(show_spinner=False)
def get_search_names(programme: str, source: str, method: str, lang: Language) -> list[str]:
    """Return every entry of the search index in one line, in its order."""
    words = get_place_words(load_programme(programme).kind, lang)
    return [_describe_entry(entry, lang, words) for entry in get_search_index(programme, source, method).entries]


# The files of a few visitors at once; the rows of one layer are some megabytes.
@st.cache_resource(show_spinner=False, max_entries=12, ttl=3600)
def get_layer(programme: str, source: str, method: str, selection: Selection, name: LayerName) -> ExportLayer:
    """Return a layer of a programme's zones that pass a selection, without permalink; do not change it in place."""
    return build_layer(get_joined(programme, source, method), name, selection=selection)


def _load_other_sources(source: str) -> list[Boundaries]:
    return [load(other) for other in BUILT_IN if other != source]


def _describe_entry(entry: SearchEntry, lang: Language, words: dict[str, str]) -> str:
    """Describe an entry of the search index in one line: name, what it lies in, what it is, whose zone."""
    within = " ".join(name_place(name, lang) for name in (entry.within if lang == "zh" else entry.within[::-1]))
    zones = "、".join(map(str, entry.zones)) if lang == "zh" else ", ".join(map(str, entry.zones))
    if entry.kind == "zone" or not entry.zones:
        where = ""
    elif entry.kind == "task":
        where = translate("found_taken", lang, zones=zones, **words)
    else:
        where = translate("found_in_zone", lang, zones=zones, **words)
    name = f"{entry.key} {entry.name(lang)}" if entry.kind in ("zone", "task") else entry.name(lang)
    kind = words["one"] if entry.kind == "zone" else translate(f"found_{entry.kind}", lang)
    return " · ".join(filter(None, (name, within, kind, where)))
