"""Stated areas that are no single figure, or stand in marked text: their wording is put before a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pilotzones.geo.catalogue.area_parser import parse_area_km2
from pilotzones.geo.documents.headings import Block
from pilotzones.geo.documents.marks import MarkedText
from pilotzones.geo.documents.models import DocumentPlace, Unread
from pilotzones.geo.documents.zones.zone_builder import ZoneFound
from pilotzones.geo.notes import Note, make_note
from pilotzones.geo.places.reason_codes import make_reason

__all__ = ["find_stated_area", "flag_marked_area", "list_area_questions", "note_area"]


def flag_marked_area(zone: ZoneFound, blocks: Sequence[Block], marked: MarkedText) -> None:
    """Make the area of a zone a question when its text is struck out, hidden or invisible.

    Parameters
    ----------
    zone : ZoneFound
    blocks : sequence of Block
    marked : MarkedText
        The text of the document.
    """
    span = zone.area_span
    if zone.area is None or span is None or zone.area.doubt is not None:
        return
    start, end = blocks[span.block].passage.locate_part(span.start, span.end)
    # A mark that ends where the figure begins may hold digits of it.
    kinds = marked.find(start - 1, end + 1)
    if kinds:
        zone.area = replace(zone.area, km2=None, doubt=make_reason(f"marked_{kinds[0]}"))


def list_area_questions(zones: Sequence[ZoneFound], blocks: Sequence[Block]) -> Iterator[Unread]:
    """List the areas that are asked about, as words of the list that were not understood.

    Parameters
    ----------
    zones : sequence of ZoneFound
    blocks : sequence of Block

    Yields
    ------
    Unread
    """
    for zone in zones:
        span = zone.area_span
        if zone.area is not None and zone.area.doubt is not None and span is not None:
            place = DocumentPlace(zone.path, *blocks[span.block].passage.locate_part(span.start, span.end))
            yield Unread("list", f"area: {zone.area.doubt}", zone.area_text, place)


def note_area(zone: ZoneFound) -> Note | None:
    """Say that the area of a zone was not read, and why; None when it was, or none is stated."""
    if zone.area is None or zone.area.doubt is None:
        return None
    return make_note("area", zone=zone.name, why=zone.area.doubt.code, text=zone.area_text)


def find_stated_area(zone: ZoneFound) -> tuple[str, float | None]:
    """Give the wording and the size [km²] of a zone's area.

    Parameters
    ----------
    zone : ZoneFound

    Returns
    -------
    wording : str
        Empty too where it names a figure that is not the area: the programme's tables let the size follow from it.
    km2 : float or None
    """
    if zone.area is None:
        return "", None
    if zone.area.doubt is not None:
        return (zone.area_text if parse_area_km2(zone.area_text) is None else ""), None
    return zone.area_text, zone.area.km2
