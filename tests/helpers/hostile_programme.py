"""A programme whose every text tries to be something else: markup, a template, a formula, a command of the typesetter."""

from __future__ import annotations

from dataclasses import replace

from pilotzones.geo.catalogue.models import Member, Overlap, Programme, PublishedArea, SpecialArea, Zone

__all__ = ["PIECES", "hostile", "poison"]

# {{123457*7919}} would be 977655983.
PIECES = ("{{123457*7919}}", "<img src=x onerror=alert(1)>", "#panic() *b* $x$", "{% raw", "</script>", "</svg>")
EVALUATED = "977655983"


def poison(text: str) -> str:
    """The text behind everything that might be taken for code; a formula for a spreadsheet at its start."""
    return f"=1+1 {' '.join(PIECES)} {text}"


def hostile(programme: Programme, orders: tuple[int, ...]) -> Programme:
    """A programme of a few zones, every text of which is poisoned."""
    return replace(
        programme,
        title_zh=poison(programme.title_zh),
        title_en=poison(programme.title_en),
        document_title=poison(programme.document_title),
        zones=tuple(_zone(zone) for zone in programme.zones if zone.order in orders),
    )


def _zone(zone: Zone) -> Zone:
    return replace(
        zone,
        name_zh=poison(zone.name_zh),
        name_en=poison(zone.name_en),
        stated_area_text=poison(zone.stated_area_text),
        where_in_document=poison(zone.where_in_document),
        members=tuple(_member(member) for member in zone.members),
    )


def _member(member: Member) -> Member:
    return replace(
        member,
        listed_name=poison(member.listed_name) if member.special else member.listed_name,
        special=None if member.special is None else _special(member.special),
        published=tuple(_figure(figure) for figure in member.published),
    )


def _special(special: SpecialArea) -> SpecialArea:
    return replace(
        special, nature=poison(special.nature), overlaps=tuple(_overlap(overlap) for overlap in special.overlaps)
    )


def _overlap(overlap: Overlap) -> Overlap:
    return replace(overlap, evidence=poison(overlap.evidence), source=poison(overlap.source))


def _figure(figure: PublishedArea) -> PublishedArea:
    return replace(
        figure,
        meaning=poison(figure.meaning),
        as_of=poison(figure.as_of),
        source=poison(figure.source),
        address=f"javascript:alert(1){poison(figure.address)}",
    )
