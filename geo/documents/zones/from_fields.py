"""Zones with labelled fields, the shape of the national list and its relatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pilotzones.geo.documents.headings import Block
from pilotzones.geo.documents.members.builder import build_member
from pilotzones.geo.documents.members.towns import find_area_prefix
from pilotzones.geo.documents.models import DocumentPlace, DraftMember
from pilotzones.geo.documents.paragraphs import Passage, squeeze
from pilotzones.geo.documents.tables.cells.contents import read_cell
from pilotzones.geo.documents.zones.field_labels import LabelledField, split_fields
from pilotzones.geo.documents.zones.stated_areas import Area, find_areas
from pilotzones.geo.documents.zones.zone_builder import (
    GENERIC,
    BlockReader,
    Span,
    ZoneFound,
    extract_name,
    find_region,
    find_sentence_end,
    set_area,
)
from pilotzones.geo.places import resolve_names
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["find_zones_from_fields"]


def find_zones_from_fields(reader: BlockReader) -> list[ZoneFound]:
    """Find zones with labelled fields: their scope (试验范围), their tasks (试验重点), their stated area.

    Parameters
    ----------
    reader : BlockReader

    Returns
    -------
    list of ZoneFound
        Empty when no passage has a field for the scope.
    """
    zones: list[ZoneFound] = []
    by_heading: dict[int, ZoneFound] = {}
    for number, block in reader.running:
        fields = _split_block(block)
        owner = block.path[-1].block if block.path else -1
        zone = by_heading.get(owner)
        # Without a heading above it, every scope is a zone of its own.
        if any(one.kind == "scope" for one in fields) and (zone is None or owner == -1):
            zone = _open_zone(reader, number)
            zones.append(zone)
            by_heading[owner] = zone
        if zone is not None:
            _read_fields(reader, zone, number, fields)
    return [zone for zone in zones if zone.members]


def _split_block(block: Block) -> list[LabelledField]:
    """Read the fields of a block; a label that is the name of a place goes on with the field before it."""
    fields = split_fields(block.passage.folded, start=0 if block.heading is None else _find_label_start(block))
    out: list[LabelledField] = []
    for one in fields:
        if out and one.kind == "other" and _is_place_label(one.label, in_scope=out[-1].kind == "scope"):
            out[-1] = replace(out[-1], end=one.end)
        else:
            out.append(one)
    return out


def _is_place_label(label: str, *, in_scope: bool) -> bool:
    return label in load_gazetteer().forms or (in_scope and bool(find_area_prefix(label)))


def _find_label_start(block: Block) -> int:
    """Find where fields of a block with a heading begin: its title may itself be the label of a field."""
    assert block.heading is not None
    title = fold_variants(block.heading.title)
    begin = block.passage.folded.find(title)
    return begin if begin >= 0 and GENERIC.fullmatch(title) else block.body


def _open_zone(reader: BlockReader, number: int) -> ZoneFound:
    block = reader.blocks[number]
    name, path = extract_name(reader, block)
    whole = Span(block.path[-1].block if block.path else number, 0, 0)
    zone = ZoneFound(name, find_region(block), path, whole, hint=find_area_prefix(name))
    for heading in block.path:
        head = reader.blocks[heading.block]
        zone.used.append(Span(heading.block, 0, head.body))
    return zone


def _read_fields(reader: BlockReader, zone: ZoneFound, number: int, fields: Sequence[LabelledField]) -> None:
    block = reader.blocks[number]
    passage, path = block.passage, block.words
    begin = fields[0].start if fields else len(passage.folded)
    set_area(zone, number, passage, find_areas(passage.folded, block.body, begin))
    for one in fields:
        areas = find_areas(passage.folded, one.value_start, one.end)
        bare = find_areas(passage.folded, one.value_start, one.end, bare=True)
        areas = areas or (bare if one.kind in {"area", "scope"} else [])
        set_area(zone, number, passage, areas)
        if one.kind == "scope":
            _read_scope(reader, zone, Span(number, one.value_start, _find_scope_end(passage, one, areas)), path, one)
        elif one.kind == "tasks":
            zone.tasks.append(Span(number, one.value_start, one.end))
            zone.used.append(Span(number, one.start, one.value_start))
        elif one.kind == "area" and areas:
            zone.used.append(Span(number, one.start, one.value_start))


def _find_scope_end(passage: Passage, one: LabelledField, areas: Sequence[Area]) -> int:
    """Find the end of the list itself: before a stated area or the end of its sentence."""
    stop = min([one.end, *(area.start for area in areas if area.start > one.value_start)])
    return find_sentence_end(passage.folded, one.value_start, stop)


def _read_scope(reader: BlockReader, zone: ZoneFound, span: Span, path: tuple[str, ...], one: LabelledField) -> None:
    label = squeeze(reader.get_passage(span.block).text[one.start : one.value_start]).strip("：:【】[] ")
    content = read_cell(reader.get_passage(span.block).text[span.start : span.end].strip("。，,；; "))
    if content.kind in {"blank", "dash", "whole"}:
        if not zone.members:
            zone.members.append(_read_name(reader, zone, whole=content.kind == "whole"))
        zone.used.append(Span(span.block, one.start, one.end))
        return
    listing = reader.read_list(span, (*path, label), zone.hint)
    if not listing.members:
        return
    text = squeeze(reader.get_passage(span.block).text[span.start : span.end]).rstrip("，,、；; ")
    zone.scope_text = f"{zone.scope_text}；{text}" if zone.scope_text else text
    zone.members += listing.members
    zone.used.append(Span(span.block, one.start, one.value_start))
    zone.used += [Span(span.block, *part) for part in listing.used]


def _read_name(reader: BlockReader, zone: ZoneFound, *, whole: bool) -> DraftMember:
    """Read the zone's own name as its member, for sure only where the scope, which names no place, is all of it."""
    head = zone.used[-1] if zone.used else zone.whole
    passage = reader.get_passage(head.block)
    (row,) = resolve_names([zone.name], as_of=reader.as_of, decisions=reader.decisions)
    member = build_member(
        row, DocumentPlace((*zone.path, zone.name), *passage.locate_part(head.start, max(head.start, head.end)))
    )
    if whole or member.is_open:
        return member
    reasons = (*member.reasons, make_reason("nothing_below"))
    return replace(member, kind="review", status="review", adcode="", hosts=(), division_type="", reasons=reasons)
