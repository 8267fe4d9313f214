"""What all visitors share: programmes, boundaries, joins and prepared geometry, each made once per process."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from geo.audit import ZoneAudit, audit
from geo.boundaries import load
from geo.catalogue import load_programme
from geo.join import Joined, join
from geo.programme import Zone
from layers.base_map import probe_is_inert
from layers.programme_map import Context, Drawn, prepare_context, prepare_counties, prepare_programme

__all__ = ["audited", "counties", "drawing_is_safe", "drawn", "joined"]


@st.cache_resource(show_spinner=False)
def drawing_is_safe() -> bool:
    """Whether text stays text in the drawing libraries that are installed; no page is shown before that is known."""
    return probe_is_inert()


@st.cache_resource(show_spinner=False)
def joined(programme: str, source: str) -> Joined:
    """A programme of the catalogue on a built-in boundary source."""
    return join(load_programme(programme), load(source))


def audited(programme: str, source: str, zones: Iterable[Zone]) -> list[ZoneAudit]:
    """The audit of some of its zones."""
    results = _audits(programme, source)
    return [results[zone.order] for zone in zones]


@st.cache_resource(show_spinner=False)
def _audits(programme: str, source: str) -> dict[int, ZoneAudit]:
    return {result.zone: result for result in audit(joined(programme, source))}


@st.cache_resource(show_spinner=False)
def drawn(programme: str, source: str) -> tuple[Drawn, Context]:
    """Its geometry, prepared for the map."""
    on_map = joined(programme, source)
    return prepare_programme(on_map), prepare_context(on_map.boundaries)


@st.cache_resource(show_spinner=False)
def counties(source: str) -> str:
    """Address of all counties of a source."""
    return prepare_counties(load(source))
