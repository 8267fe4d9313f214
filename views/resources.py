"""What all visitors share: programmes, boundaries, joins and prepared geometry, each made once per process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.applies import Applies
from geo.areas import DEFAULT_METHOD
from geo.audit import Audit, Variant, audit, variants
from geo.boundaries import BUILT_IN, Boundaries, load
from geo.catalogue import list_programmes, load_programme
from geo.export import Layer, LayerName, layer
from geo.join import Joined, join
from geo.rules import RuleResult, apply_rules
from geo.selection import Selection
from geo.whereabouts import CountyIndex
from layers.base_map import probe_is_inert
from layers.beside_layers import Beside, prepare_beside
from layers.map_detail import prepare_counties, register_details
from layers.programme_geometry import Context, CountyNet, Drawn, kept_programme, prepare_context

if TYPE_CHECKING:
    from geo.search import SearchIndex

__all__ = [
    "applies",
    "audited",
    "audited_beside",
    "beside",
    "counties",
    "county_index",
    "drawing_is_safe",
    "drawn",
    "joined",
    "layer_of",
    "rules",
    "search_index",
    "varied",
]


@st.cache_resource(show_spinner=False)
def drawing_is_safe() -> bool:
    """Whether text stays text in the drawing libraries that are installed; no page is shown before that is known."""
    return probe_is_inert()


@st.cache_resource(show_spinner=False)
def joined(programme: str, source: str, method: str) -> Joined:
    """A programme of the catalogue on a built-in boundary source."""
    return join(load_programme(programme), load(source), method=method)


@st.cache_resource(show_spinner=False)
def audited(programme: str, source: str, method: str) -> Audit:
    """The audit of a programme on one source alone; what the map needs."""
    return audit(joined(programme, source, method))


@st.cache_resource(show_spinner=False)
def audited_beside(programme: str, source: str, method: str) -> Audit:
    """The audit of a programme with every other built-in source as evidence."""
    return audit(joined(programme, source, method), others=_others(source))


@st.cache_resource(show_spinner=False)
def varied(programme: str, source: str, method: str) -> tuple[Variant, ...]:
    """How far the figures move when one thing is changed."""
    return tuple(variants(joined(programme, source, method), _others(source)))


@st.cache_resource(show_spinner=False)
def drawn(programme: str, source: str, method: str) -> tuple[Drawn, Context]:
    """Its geometry, prepared for the map; the cards that go with it name areas, so the method matters."""
    on_map = joined(programme, source, method)
    programme_drawn, context = kept_programme(on_map), prepare_context(on_map.boundaries)
    register_details(on_map, programme_drawn, context)
    return programme_drawn, context


@st.cache_resource(show_spinner=False)
def beside(programme: str, source: str, method: str) -> Beside:
    """What is drawn of a programme that lies over another."""
    return prepare_beside(joined(programme, source, method))


@st.cache_resource(show_spinner=False)
def applies(source: str) -> Applies:
    """What applies in each county, of every programme of the catalogue."""
    programmes = [joined(name, source, DEFAULT_METHOD) for name in list_programmes()]
    return Applies(programmes, index=county_index(source))


@st.cache_resource(show_spinner=False)
def rules(programme: str, source: str) -> tuple[RuleResult, ...]:
    """The statements of a document, tested."""
    return apply_rules(joined(programme, source, DEFAULT_METHOD))


@st.cache_resource(show_spinner=False)
def counties(source: str) -> CountyNet:
    """All counties of a source."""
    return prepare_counties(load(source))


@st.cache_resource(show_spinner=False)
def county_index(source: str) -> CountyIndex:
    """The counties of a source behind a spatial index."""
    return CountyIndex(load(source))


@st.cache_resource(show_spinner=False)
def search_index(programme: str, source: str, method: str) -> SearchIndex:
    """What can be found by name; built, and its libraries imported, when somebody first searches."""
    from geo.search import build_index

    return build_index(joined(programme, source, method), county_index(source))


# The files of a few visitors at once; the rows of one layer are some megabytes.
@st.cache_resource(show_spinner=False, max_entries=12, ttl=3600)
def layer_of(programme: str, source: str, method: str, selection: Selection, name: LayerName) -> Layer:
    """A layer of a programme's zones that pass a selection, without permalink; do not change it in place."""
    return layer(joined(programme, source, method), name, selection=selection)


def _others(source: str) -> list[Boundaries]:
    return [load(other) for other in BUILT_IN if other != source]
