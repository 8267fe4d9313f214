"""What every search for zones shares: the blocks, the zone as found, its name, its area, the end of its list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from pilotzones.geo.catalogue.area_parser import parse_area_km2
from pilotzones.geo.documents.headings import Block, is_region, strip_count
from pilotzones.geo.documents.members.extraction import Listing, extract_members
from pilotzones.geo.documents.members.towns import find_area_prefix, find_unit_by_name
from pilotzones.geo.documents.models import DraftMember
from pilotzones.geo.documents.paragraphs import Passage, squeeze
from pilotzones.geo.documents.zones.stated_areas import Area, choose_area, find_areas
from pilotzones.geo.places import Decisions
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.patterns import ADDRESSEE_LEAD

__all__ = [
    "GENERIC",
    "BlockReader",
    "Span",
    "ZoneFound",
    "extract_name",
    "find_list_end",
    "find_region",
    "find_sentence_end",
    "find_subject",
    "set_area",
    "set_table_area",
]

# Headings that announce a list and name no zone.
GENERIC: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}(?:范围|名单|区划|布局|概况|背景|区域|地区)|基本情况|总体要求|附件.*)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a block, by number of the block."""

    block: int
    start: int
    end: int


@dataclass(slots=True)
class ZoneFound:
    """A zone as found, with every part of the document that was used for it."""

    name: str
    region: str
    path: tuple[str, ...]
    whole: Span
    scope_text: str = ""
    area: Area | None = None
    area_text: str = ""
    area_span: Span | None = None
    members: list[DraftMember] = field(default_factory=list)
    tasks: list[Span] = field(default_factory=list)
    used: list[Span] = field(default_factory=list)
    hint: str = ""


@dataclass(frozen=True, slots=True)
class BlockReader:
    """What every search for zones shares: the blocks, and how places are resolved."""

    blocks: Sequence[Block]
    title: str
    as_of: str | None = None
    decisions: Decisions | None = None
    in_tables: frozenset[int] = frozenset()  # numbers of the blocks that were read as tables

    @property
    def running(self) -> Iterator[tuple[int, Block]]:
        """Blocks of running text, with their numbers: no rows of tables, no page numbers, no lines of addressees."""
        return ((number, block) for number, block in enumerate(self.blocks) if self.is_running(number))

    def is_running(self, number: int) -> bool:
        """Whether a block is running text."""
        passage = self.blocks[number].passage
        if ADDRESSEE_LEAD.match(passage.folded[: passage.folded.find(":") + 1].strip()):
            return False
        return not passage.cells and not passage.is_furniture and number not in self.in_tables

    def read_list(self, span: Span, path: tuple[str, ...], hint: str, *, running: bool = False) -> Listing:
        """Resolve a part of a block as a list of places."""
        passage = self.blocks[span.block].passage
        label = find_unit_by_name(fold_variants(strip_count(path[-1]))) if hint and path else None
        return extract_members(
            passage,
            span.start,
            span.end,
            path=path,
            hint=hint,
            as_of=self.as_of,
            decisions=self.decisions,
            running=running,
            is_label=label is not None and label.code == hint,
        )

    def get_passage(self, number: int) -> Passage:
        """Get the passage of a block."""
        return self.blocks[number].passage


def extract_name(reader: BlockReader, block: Block) -> tuple[str, tuple[str, ...]]:
    """Name of a zone: the nearest heading that is more than a label, else the document's title."""
    for heading in reversed(block.path):
        title = strip_count(heading.title)
        if title and (not GENERIC.fullmatch(fold_variants(title)) or find_area_prefix(title)):
            return title, block.words
    listed = [heading.title for heading in block.path if heading.title.endswith("名单")]
    return (reader.title or (listed[-1] if listed else "") or "全部"), block.words


def find_region(block: Block) -> str:
    """Find the group a zone stands in, when a heading above it names a part of the country."""
    for heading in reversed(block.path[:-1]):
        if is_region(fold_variants(heading.title)):
            return strip_count(heading.title)
    return ""


def set_area(zone: ZoneFound, number: int, passage: Passage, areas: Sequence[Area]) -> None:
    """Give a zone its stated area, unless it has one: the whole, or what was stated first; later ones stay unread.

    Parameters
    ----------
    zone : ZoneFound
    number : int
        Of the block.
    passage : Passage
    areas : sequence of Area
        Stated in one place for the zone, in text order.
    """
    area = choose_area(areas)
    if area is None or (zone.area is not None and not (area.kind == "total" and zone.area.kind != "total")):
        return
    zone.area = area
    zone.area_text = squeeze(passage.text[area.start : area.end])
    zone.area_span = Span(number, area.start, area.end)
    zone.used.append(zone.area_span)


def set_table_area(zone: ZoneFound, span: Span, cell: str, area: Area, head: str) -> None:
    """Give a zone the area that a cell of its row states.

    Parameters
    ----------
    zone : ZoneFound
    span : Span
        The cell.
    cell : str
        Its text.
    area : Area
        From `read_area_cell`.
    head : str
        The head of the column, folded; its unit is written after a figure that has none.
    """
    unit = re.search(r"[百千]?[万亿]?(?:平方公里|平方千米|km[2²]|hm[2²]|公顷|亩|平方米)", head)
    text = cell if unit is None or area.km2 is None or parse_area_km2(cell) is not None else f"{cell}{unit[0]}"
    zone.area, zone.area_span = area, span
    zone.area_text = text if area.km2 is None or _is_stated(text, area.km2) else f"{area.km2:.12g}平方公里"
    zone.used.append(span)


def _is_stated(text: str, km2: float) -> bool:
    stated = parse_area_km2(text)
    return stated is not None and abs(stated - km2) <= 1e-9 * km2


def find_list_end(folded: str, start: int, end: int) -> int:
    """Find the end of a list: before a stated area or the end of its sentence."""
    areas = find_areas(folded, start, end)
    return find_sentence_end(folded, start, areas[0].start if areas else end)


def find_sentence_end(folded: str, start: int, end: int) -> int:
    """Find the end of the sentence that begins at `start`; a full stop in parentheses ends none."""
    depth = 0
    for place in range(start, end):
        depth += (folded[place] == "(") - (folded[place] == ")")
        if folded[place] == "。" and depth <= 0:
            return place
    return end


def find_subject(words: str) -> str:
    """Find what a sentence is about: its first words, when they name an area."""
    clause = re.split(r"[，,。；;：:]", squeeze(words))
    for part in reversed(clause):
        words = re.sub(r"^[(（]?[一二三四五六七八九十0-9]{1,3}[)）]?[、.．]?", "", part)
        words = re.sub(r"^.{0,6}?(?:以|推进|建设|构建|加快|支持|打造)", "", words)
        match = re.match(
            r"([\u4e00-\u9fff]{2,16}?(?:都市圈|城市群|经济区|经济带|示范区|试验区|片区|新区|组团|老区|合作区))", words
        )
        if match:
            return match[1]
    return ""
