"""Zones: the places of a document where a list stands, whatever its shape."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Final

from geo.documents.fields import Area, Field, areas_in, fields_of
from geo.documents.headings import Block, bare_title, is_region
from geo.documents.members import Listing, members_of, number_members
from geo.documents.passages import Passage, squeeze
from geo.documents.records import DraftMember, Place
from geo.documents.towns import area_prefix
from geo.places import Decisions, resolve_text
from geo.places.gazetteer import load_gazetteer
from geo.places.normalise import fold

__all__ = ["Reader", "Span", "ZoneFound", "fielded_zones", "listed_zones"]

# Words before an enumeration in running text.
_CUE: Final = re.compile(
    r"(?:范围|主要|具体|分别|其中|区域|空间)*(?:包括|包含|涵盖|涉及|覆盖|含有|下辖|确定)[:了]?|范围(?:拓展|扩展|扩大)?(?:到|至|为|是)|(?:名单|如下|分别是|分别为|即|:)"
)
_GENERIC: Final = re.compile(r"(?:[\u4e00-\u9fff]{0,8}(?:范围|名单|区划|布局|概况|背景|区域|地区)|基本情况|总体要求|附件.*)")
_UNIT: Final = re.compile(r"[\u4e00-\u9fff]{1,12}[县市区旗镇乡州盟]")
_LISTS: Final = 0.6
_SHORT_TEXT: Final = 3_000
_MOST_WORDS: Final = 0.4
_LONGEST_LABEL: Final = 32


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
    members: list[DraftMember] = field(default_factory=list)
    tasks: list[Span] = field(default_factory=list)
    used: list[Span] = field(default_factory=list)
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """What every search for zones shares: the blocks, and how places are resolved."""

    blocks: Sequence[Block]
    title: str
    as_of: str | None = None
    decisions: Decisions | None = None

    def listing(self, span: Span, path: tuple[str, ...], hint: str, *, running: bool = False) -> Listing:
        """Resolve a part of a block as a list of places."""
        passage = self.blocks[span.block].passage
        return members_of(
            passage, span.start, span.end, path=path, hint=hint, as_of=self.as_of, decisions=self.decisions, running=running
        )

    def passage(self, number: int) -> Passage:
        """Passage of a block."""
        return self.blocks[number].passage


def fielded_zones(reader: Reader) -> list[ZoneFound]:
    """Zones with labelled fields: 试验范围：… 试验重点：… 面积约…

    Parameters
    ----------
    reader : Reader

    Returns
    -------
    list of ZoneFound
        Empty when no passage has a field for the scope.
    """
    zones: list[ZoneFound] = []
    by_heading: dict[int, ZoneFound] = {}
    for number, block in enumerate(reader.blocks):
        if block.passage.cells or block.passage.is_furniture:
            continue
        fields = _fields(block)
        owner = block.path[-1].block if block.path else -1
        zone = by_heading.get(owner)
        if any(one.kind == "scope" for one in fields) and (zone is None or not zone.scope_text or owner == -1):
            if zone is None or owner == -1:
                zone = _open_zone(reader, number)
                zones.append(zone)
                by_heading[owner] = zone
        if zone is not None:
            _read_fields(reader, zone, number, fields)
    return [zone for zone in zones if zone.members]


def _fields(block: Block) -> list[Field]:
    """Fields of a block; a label that is the name of a place goes on with the field before it."""
    fields = fields_of(block.passage.folded, start=0 if block.heading is None else _label_start(block))
    out: list[Field] = []
    for one in fields:
        if out and one.kind == "other" and (one.label in load_gazetteer().forms or out[-1].kind == "scope" and area_prefix(one.label)):
            out[-1] = replace(out[-1], end=one.end)
        else:
            out.append(one)
    return out


def _label_start(block: Block) -> int:
    """Where fields of a block with a heading begin: its title may itself be the label of a field."""
    assert block.heading is not None
    title = fold(block.heading.title)
    begin = block.passage.folded.find(title)
    return begin if begin >= 0 and _GENERIC.fullmatch(title) else block.body


def _open_zone(reader: Reader, number: int) -> ZoneFound:
    block = reader.blocks[number]
    name, path = _name_of(reader, block)
    whole = Span(block.path[-1].block if block.path else number, 0, 0)
    zone = ZoneFound(name, _region_of(block), path, whole, hint=area_prefix(name))
    for heading in block.path:
        head = reader.blocks[heading.block]
        zone.used.append(Span(heading.block, 0, head.body))
    return zone


def _name_of(reader: Reader, block: Block) -> tuple[str, tuple[str, ...]]:
    """Name of a zone: the nearest heading that is more than a label, else the document's title."""
    for heading in reversed(block.path):
        title = bare_title(heading.title)
        if title and (not _GENERIC.fullmatch(fold(title)) or area_prefix(title)):
            return title, block.words
    listed = [heading.title for heading in block.path if heading.title.endswith("名单")]
    return (reader.title or (listed[-1] if listed else "") or "全部"), block.words


def _region_of(block: Block) -> str:
    """The group a zone stands in, when a heading above it names a part of the country."""
    for heading in reversed(block.path[:-1]):
        if is_region(fold(heading.title)):
            return bare_title(heading.title)
    return ""


def _read_fields(reader: Reader, zone: ZoneFound, number: int, fields: Sequence[Field]) -> None:
    block = reader.blocks[number]
    passage, path = block.passage, block.words
    begin = fields[0].start if fields else len(passage.folded)
    for area in areas_in(passage.folded, block.body, begin):
        _set_area(zone, number, passage, area)
    for one in fields:
        areas = areas_in(passage.folded, one.value_start, one.end)
        bare = areas_in(passage.folded, one.value_start, one.end, bare=True)
        for area in areas or (bare[:1] if one.kind in {"area", "scope"} else []):
            _set_area(zone, number, passage, area)
            areas = areas or [area]
        if one.kind == "scope":
            _read_scope(reader, zone, Span(number, one.value_start, _scope_end(passage, one, areas)), path, one)
        elif one.kind == "tasks":
            zone.tasks.append(Span(number, one.value_start, one.end))
            zone.used.append(Span(number, one.start, one.value_start))
        elif one.kind == "area" and areas:
            zone.used.append(Span(number, one.start, one.value_start))


def _set_area(zone: ZoneFound, number: int, passage: Passage, area: Area) -> None:
    if zone.area is None:
        zone.area = area
        zone.area_text = squeeze(passage.text[area.start : area.end])
        zone.used.append(Span(number, area.start, area.end))


def _scope_end(passage: Passage, one: Field, areas: Sequence[Area]) -> int:
    """End of the list itself: before a stated area or the end of its sentence."""
    stop = min([one.end, *(area.start for area in areas if area.start > one.value_start)])
    return _sentence_end(passage.folded, one.value_start, stop)


def _list_end(folded: str, start: int, end: int) -> int:
    """End of a list: before a stated area or the end of its sentence."""
    areas = areas_in(folded, start, end)
    return _sentence_end(folded, start, areas[0].start if areas else end)


def _sentence_end(folded: str, start: int, end: int) -> int:
    depth = 0
    for place in range(start, end):
        depth += (folded[place] == "(") - (folded[place] == ")")
        if folded[place] == "。" and depth <= 0:
            return place
    return end


def _read_scope(reader: Reader, zone: ZoneFound, span: Span, path: tuple[str, ...], one: Field) -> None:
    label = squeeze(reader.passage(span.block).text[one.start : one.value_start]).strip("：:【】[] ")
    listing = reader.listing(span, (*path, label), zone.hint)
    if not listing.members:
        return
    text = squeeze(reader.passage(span.block).text[span.start : span.end]).rstrip("，,、；; ")
    zone.scope_text = f"{zone.scope_text}；{text}" if zone.scope_text else text
    zone.members = list(number_members([*zone.members, *listing.members]))
    zone.used.append(Span(span.block, one.start, one.value_start))
    zone.used += [Span(span.block, *part) for part in listing.used]


def listed_zones(reader: Reader) -> list[ZoneFound]:
    """Zones without fields: lines with a label, enumerations under a heading, sentences that say what is included.

    Parameters
    ----------
    reader : Reader

    Returns
    -------
    list of ZoneFound
    """
    found = list(_labelled(reader)) or list(_under_headings(reader)) or list(_in_sentences(reader))
    return _whole_text(reader, found)


def _whole_text(reader: Reader, found: list[ZoneFound]) -> list[ZoneFound]:
    """In a short text, what the resolver lists in the whole of it, when that is much more than its parts gave."""
    size = sum(len(block.passage.text) for block in reader.blocks)
    if size > _SHORT_TEXT or any(block.passage.cells for block in reader.blocks):
        return found
    text = "\n".join(block.passage.text for block in reader.blocks)
    rows = resolve_text(text, as_of=reader.as_of).rows
    listed = [row for row in rows if row.status in {"accepted", "not_a_county"} and row.op != "mention"]
    if len(listed) <= 1.5 * sum(len(zone.members) for zone in found) or len(listed) < 3 or len(listed) * 60 < size:
        return found
    zones: dict[int, ZoneFound] = {}
    ends = list(accumulate(len(block.passage.text) + 1 for block in reader.blocks))
    for row in rows:
        zones.setdefault(bisect_right(ends, row.start), ZoneFound("", "", (), Span(0, 0, 0)))
    return [zone for number in zones if (zone := _block_zone(reader, number)) is not None] or found


def _block_zone(reader: Reader, number: int) -> ZoneFound | None:
    """One passage of running text as a zone."""
    passage = reader.passage(number)
    name, path = _name_of(reader, reader.blocks[number])
    span = Span(number, 0, _list_end(passage.folded, 0, len(passage.folded)))
    listing = reader.listing(span, path, "", running=True)
    if not listing.members:
        return None
    alone = listing.members[0].listed_name if len(listing.members) == 1 else name
    return _zone(reader, number, _subject(passage.text) or alone, span, listing, path=path)


def _labelled(reader: Reader) -> Iterator[ZoneFound]:
    """Lines such as 长春市：兰家镇、合心镇 - the label is a place, or what follows it is nothing but places."""
    lines = [line for line in (_labelled_line(reader, number) for number in range(len(reader.blocks))) if line is not None]
    certain = {line.span.block for line in lines if line.is_certain}
    for line in lines:
        number = line.span.block
        # A line between two of the list belongs to it, whatever its label.
        if line.is_certain or (line.is_possible and {_before(reader, number), number + 1} & certain):
            path = (*_above(reader.blocks[number]), line.label)
            yield _zone(reader, number, line.label, line.span, line.listing, path=path, upto=line.span.start)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with a label and a list."""

    label: str
    span: Span
    listing: Listing
    is_certain: bool
    is_possible: bool


def _labelled_line(reader: Reader, number: int) -> _Line | None:
    block = reader.blocks[number]
    folded = block.passage.folded
    colon = folded.find(":")
    if block.passage.cells or block.passage.is_furniture or not 0 < colon <= _LONGEST_LABEL or len(folded) - colon < 3:
        return None
    begin = folded.find(fold(block.heading.title)) if block.heading is not None and block.heading.title else 0
    label = bare_title(squeeze(block.passage.text[max(begin, 0) : colon]))
    if _CUE.search(fold(label)):
        return None
    hint = area_prefix(label)
    span = Span(number, colon + 1, _list_end(folded, colon + 1, len(folded)))
    listing = reader.listing(span, (*_above(block), label), hint)
    is_place = bool(hint) and fold(label) in load_gazetteer().forms
    return _Line(label, span, listing, _is_list(listing, place_label=is_place), _is_list(listing, place_label=True))


def _before(reader: Reader, number: int) -> int:
    """The block before, page numbers passed over."""
    number -= 1
    while number > 0 and reader.passage(number).is_furniture:
        number -= 1
    return number


def _above(block: Block) -> tuple[str, ...]:
    own = 1 if block.heading is not None else 0
    return block.words[: len(block.words) - own]


def _is_list(listing: Listing, *, place_label: bool) -> bool:
    certain = [m for m in listing.members if m.status == "accepted" or (m.kind == "town" and (m.hosts or place_label))]
    special = [member for member in listing.members if member.kind == "special"]
    return listing.coverage >= _LISTS and bool(certain or (special and place_label))


def _zone(
    reader: Reader, number: int, name: str, span: Span, listing: Listing, *, path: tuple[str, ...], upto: int = 0
) -> ZoneFound:
    block, passage = reader.blocks[number], reader.passage(number)
    zone = ZoneFound(name, _region_of(block), path, Span(number, 0, 0), hint=area_prefix(name))
    zone.members = list(listing.members)
    zone.scope_text = squeeze(passage.text[span.start : span.end]).strip("，,、；; ")
    zone.used.append(Span(number, 0, upto))
    zone.used += [Span(number, *part) for part in listing.used]
    zone.used += [Span(above.block, 0, reader.blocks[above.block].body) for above in block.path if above.block != number]
    for area in areas_in(passage.folded, span.start, _statement_end(passage.folded, span.end))[:1]:
        _set_area(zone, number, passage, area)
    return zone


def _statement_end(folded: str, place: int) -> int:
    """End of what is said of a list: its own sentence, or the next when the list was a sentence; a semicolon ends both."""
    if folded[place : place + 1] == "。":
        place += 1
    stop = re.compile(r"[。;]").search(folded, place)
    return stop.start() if stop else len(folded)


def _under_headings(reader: Reader) -> Iterator[ZoneFound]:
    """Enumerations that fill their passages: one zone for each heading they stand under."""
    zones: dict[int, ZoneFound] = {}
    for number, block in enumerate(reader.blocks):
        passage = block.passage
        if passage.cells or passage.is_furniture or block.body >= len(passage.folded.rstrip()):
            if block.heading is None or block.body < len(passage.folded) or not _may_list(passage):
                continue
        start = block.body if block.body < len(passage.folded) else 0
        if not _may_list(passage) and len(passage.folded) > 20:
            continue
        name, path = _name_of(reader, block)
        hint = area_prefix(name)
        end = _list_end(passage.folded, start, len(passage.folded))
        listing = reader.listing(Span(number, start, end), path, hint)
        owner = block.path[-1].block if block.path else -1
        if owner in zones and _UNIT.fullmatch(passage.folded) and _before(reader, number) in {span.block for span in zones[owner].used}:
            # A line of its own in a list of such lines: no place by that name, and still a member.
            zones[owner].members = list(number_members([*zones[owner].members, *listing.members]))
            zones[owner].used.append(Span(number, start, end))
            continue
        left = _words_left(passage, start, listing)
        if not _is_list(listing, place_label=False) or left > (_MOST_WORDS / 3 if _CUE.search(passage.folded, start, end) else _MOST_WORDS):
            continue
        fresh = _zone(reader, number, name, Span(number, start, end), listing, path=path)
        if owner in zones:
            known = zones[owner]
            known.members = list(number_members([*known.members, *fresh.members]))
            known.scope_text = f"{known.scope_text}、{fresh.scope_text}"
            known.used += fresh.used
        else:
            zones[owner] = fresh
    yield from zones.values()


def _may_list(passage: Passage) -> bool:
    return any(mark in passage.folded for mark in "、,; ")


def _words_left(passage: Passage, start: int, listing: Listing) -> float:
    """Share of the Chinese characters of a passage that no member stands for."""
    text = passage.folded[start:]
    total = len(re.findall(r"[\u4e00-\u9fff]", text))
    open_ones = {member.listed_text for member in listing.members if member.status == "unresolved"}
    parts = [(s, e) for s, e in _disjoint(listing.used) if squeeze(passage.text[s:e]) not in open_ones]
    used = sum(len(re.findall(r"[\u4e00-\u9fff]", passage.folded[s:e])) for s, e in parts)
    return 1 - used / total if total else 1.0


def _disjoint(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    end = -1
    for start, stop in sorted(spans):
        if stop > end:
            yield max(start, end), stop
            end = stop


def _in_sentences(reader: Reader) -> Iterator[ZoneFound]:
    """Sentences such as 主要包括：A市，B市C区、D县，面积2.7万平方公里: one zone for each."""
    for number, block in enumerate(reader.blocks):
        if block.passage.cells or block.passage.is_furniture:
            continue
        for start, end in _sentences(block.passage.folded):
            zone = _sentence_zone(reader, number, start, end)
            if zone is not None:
                yield zone


def _sentences(folded: str) -> Iterator[tuple[int, int]]:
    """Sentences; a stated area before a semicolon ends one too."""
    start, depth = 0, 0
    areas = {area.end for area in areas_in(folded)}
    passed = False
    for place, char in enumerate(folded):
        depth += (char == "(") - (char == ")")
        passed = passed or place in areas
        if depth <= 0 and (char == "。" or (char == ";" and (passed or _CUE.search(folded, place, place + 12)))):
            yield start, place
            start, passed, depth = place + 1, False, 0
    if start < len(folded):
        yield start, len(folded)


def _sentence_zone(reader: Reader, number: int, start: int, end: int) -> ZoneFound | None:
    block, passage = reader.blocks[number], reader.passage(number)
    cue = _CUE.search(passage.folded, start, end)
    if cue is None:
        return None
    areas = [area for area in areas_in(passage.folded, cue.end(), end)]
    stop = min([end, *(area.start for area in areas)])
    name, path = _name_of(reader, block)
    listing = reader.listing(Span(number, cue.end(), stop), path, "", running=True)
    certain = [member for member in listing.members if member.status == "accepted"]
    if len(certain) < (1 if areas else 3) or listing.coverage < 0.5 or not _close(listing, cue.end()):
        return None
    # Nothing of its own before the list: the sentence goes on about what the passage is about.
    subject = _subject(passage.text[start : cue.start()]) or _subject(passage.text[: cue.start()])
    zone = _zone(reader, number, subject or name, Span(number, cue.end(), stop), listing, path=path)
    if areas and zone.area is None:
        _set_area(zone, number, passage, areas[0])
    return zone


def _close(listing: Listing, cue_end: int) -> bool:
    return bool(listing.used) and listing.used[0][0] - cue_end <= 24


def _subject(words: str) -> str:
    """What a sentence is about: its first words, when they name an area."""
    clause = re.split(r"[，,。；;：:]", squeeze(words))
    for part in reversed(clause):
        words = re.sub(r"^.{0,6}?(?:以|推进|建设|构建|加快|支持|打造)", "", part)
        found = re.match(r"([\u4e00-\u9fff]{2,16}?(?:都市圈|城市群|经济区|经济带|示范区|试验区|片区|新区|组团|老区|合作区))", words)
        if found:
            return found[1]
    return ""
