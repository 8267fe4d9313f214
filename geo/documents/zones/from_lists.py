"""Zones without fields: lines with a label, enumerations under a heading, sentences that say what is included."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from pilotzones.geo.documents.headings import Block, strip_count
from pilotzones.geo.documents.members.extraction import Listing
from pilotzones.geo.documents.members.towns import find_area_prefix
from pilotzones.geo.documents.models import DraftMember
from pilotzones.geo.documents.paragraphs import STARTS, Passage, squeeze
from pilotzones.geo.documents.zones.field_labels import is_about_office
from pilotzones.geo.documents.zones.line_headings import settle_headings
from pilotzones.geo.documents.zones.stated_areas import find_areas
from pilotzones.geo.documents.zones.zone_builder import (
    BlockReader,
    Span,
    ZoneFound,
    extract_name,
    find_list_end,
    find_region,
    find_subject,
    set_area,
)
from pilotzones.geo.places import resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["find_zones_beside", "find_zones_from_lists"]

# Words before an enumeration in running text.
_CUE: Final = re.compile(
    r"(?:范围|主要|具体|分别|其中|区域|空间){0,4}(?:包括|包含|涵盖|涉及|覆盖|含有|下辖|确定)[:了]?"
    r"|范围(?:拓展|扩展|扩大)?(?:到|至|为|是)|(?:名单|如下|分别是|分别为|即|:)"
)
# A place, perhaps with a count, and a colon: a label in the middle of a line.
_PLACE_LABEL: Final = re.compile(r"(?:^|(?<=[。;:,、\s]))([\u4e00-\u9fff]{2,12})\s*(?:[(][^()]{1,12}[)])?\s*:")
# A name and its list in parentheses after it.
_IN_BRACKETS: Final = re.compile(r"([^()、,:。;\s]{2,24})\s*[(](.+)[)]\s*[。;]?$", re.DOTALL)
# What stands before a colon is a sentence, not a label.
_SENTENCE_LABEL: Final = re.compile(r"[,，]|以下|如下|同意|公布")
# 邵阳市（其中武冈市为重点县） speaks of the name before it, and lists nothing.
_SAYS_OF_OWNER: Final = re.compile(r"其中|重点[是为]?[:,，]|[仅只不]?含|[仅只不]?包括|除|不涉及")
_OWNER_NOTE: Final = re.compile(rf"[(](?:{_SAYS_OF_OWNER.pattern})[^()]*[)]?")
_UNIT: Final = re.compile(r"[\u4e00-\u9fff]{1,12}[县市区旗镇乡州盟]")
# Share of the items of a list that must be recognised, and of its words that may be no names.
_LISTS: Final = 0.6
_MAX_WORDS_SHARE: Final = 0.4
# The same for a sentence: it has words of its own, but its list follows soon after 包括.
_SENTENCE_LISTS: Final = 0.5
_MAX_CUE_DISTANCE_CHARS: Final = 24
_MIN_LISTED: Final = 3
_MAX_LABEL_CHARS: Final = 32
_MIN_LIST_MEMBERS: Final = 2
_MAX_NAME_CHARS: Final = 20
_MAX_LISTS_BESIDE: Final = 200
_SHORT_TEXT: Final = 3_000
# A short text is a list as a whole when it names a place in every so many characters.
_CHARACTERS_A_PLACE: Final = 60


def find_zones_from_lists(reader: BlockReader) -> list[ZoneFound]:
    """Find zones without fields: lines with a label, enumerations under a heading, sentences that say what is included.

    Parameters
    ----------
    reader : BlockReader

    Returns
    -------
    list of ZoneFound
    """
    zones = (
        list(_find_labelled_lists(reader))
        or list(_find_lists_under_headings(reader))
        or list(_find_lists_in_sentences(reader))
    )
    return _read_whole_text(reader, zones)


def find_zones_beside(reader: BlockReader, zones: Sequence[ZoneFound]) -> Iterator[ZoneFound]:
    """Find lists that stand beside zones already found: lines that are nothing but names of counties.

    Parameters
    ----------
    reader : BlockReader
    zones : sequence of ZoneFound
        With labelled fields.

    Yields
    ------
    ZoneFound
        One a line.
    """
    used = {span.block for zone in zones for span in (*zone.used, *zone.tasks)}
    forms = load_gazetteer().forms
    for number, block in reader.running:
        folded = block.passage.folded.strip(" 。")
        items = folded.split("、")
        if number in used or not 1 < len(items) <= _MAX_LISTS_BESIDE:
            continue
        if all(item in forms for item in items):
            name, path = extract_name(reader, block)
            span = Span(number, 0, len(block.passage.text))
            listing = reader.read_list(span, path, "")
            if all(member.status == "accepted" for member in listing.members):
                yield _build_zone(reader, number, name, span, listing, path=path)


def _read_whole_text(reader: BlockReader, zones: list[ZoneFound]) -> list[ZoneFound]:
    """Read a short text as a whole, when the resolver lists much more in it than its parts gave."""
    size = sum(len(block.passage.text) for block in reader.blocks)
    if size > _SHORT_TEXT or reader.in_tables or any(block.passage.cells for block in reader.blocks):
        return zones
    text = "\n".join(block.passage.text for block in reader.blocks)
    whole = resolve_text(text, as_of=reader.as_of)
    rows = whole.rows
    listed = [row for row in rows if row.status in {"accepted", "not_a_county"} and row.op != "mention"]
    known = sum(len(zone.members) for zone in zones)
    if len(listed) <= 1.5 * known or len(listed) < _MIN_LISTED or len(listed) * _CHARACTERS_A_PLACE < size:
        return zones
    ends = list(accumulate(len(block.passage.text) + 1 for block in reader.blocks))
    blocks = dict.fromkeys(bisect_right(ends, row.start) for row in rows)
    # A sentence read alone lists what the text only names in passing (曹县发展迅速。单县、成武县列为试点).
    passing = {row.listed_text for row in whole.passing} - {row.listed_text for row in rows}
    return [zone for number in blocks if (zone := _build_block_zone(reader, number, passing)) is not None] or zones


def _build_block_zone(reader: BlockReader, number: int, passing: Collection[str]) -> ZoneFound | None:
    """Build a zone from one passage of running text, without the names that the whole text only names in passing."""
    passage = reader.get_passage(number)
    name, path = extract_name(reader, reader.blocks[number])
    span = Span(number, 0, find_list_end(passage.folded, 0, len(passage.folded)))
    listing = reader.read_list(span, path, "", running=True)
    listing = replace(listing, members=tuple(one for one in listing.members if one.listed_name not in passing))
    if not listing.members:
        return None
    alone = listing.members[0].listed_name if len(listing.members) == 1 else name
    return _build_zone(reader, number, find_subject(passage.text) or alone, span, listing, path=path)


@dataclass(frozen=True, slots=True)
class _ListLine:
    """A label, where it begins, and the list after it."""

    label: str
    start: int
    span: Span
    listing: Listing
    is_certain: bool
    is_possible: bool


def _find_labelled_lists(reader: BlockReader) -> Iterator[ZoneFound]:
    """Find lines such as 长春市：兰家镇、合心镇 - the label is a place, or what follows it is nothing but places."""
    lines = [line for number, _ in reader.running for line in _split_list_lines(reader, number)]
    certain = {line.span.block for line in lines if line.is_certain}
    for line in lines:
        number = line.span.block
        # A line between two of the list belongs to it, whatever its label.
        if line.is_certain or (line.is_possible and {_find_previous(reader, number), number + 1} & certain):
            path = (*_get_path_above(reader.blocks[number]), line.label)
            zone = _build_zone(reader, number, line.label, line.span, line.listing, path=path, begin=line.start)
            zone.used.append(Span(number, line.start, line.span.start))
            yield zone


def _split_list_lines(reader: BlockReader, number: int) -> Iterator[_ListLine]:
    """Split a passage into lists, each with its label: the one it begins with, or several places with a colon in one line."""
    block = reader.blocks[number]
    folded = block.passage.folded
    places = [match for match in _PLACE_LABEL.finditer(folded) if _is_place(match[1])]
    if len(places) > 1 or (places and places[0].start(1) > 0):
        ends = [*(match.start(1) for match in places[1:]), len(folded)]
        for match, end in zip(places, ends, strict=True):
            label = squeeze(block.passage.text[match.start(1) : match.end(1)])
            yield _read_line(
                reader, number, label, match.start(1), (match.end(), find_list_end(folded, match.end(), end))
            )
        return
    begin = lead.end() if (lead := STARTS.match(folded)) else 0
    bracket = _IN_BRACKETS.match(folded, begin)
    # 易县（河北省）、浑源县（山西省） is a list of names with notes, and no name with a list.
    if bracket is not None and (")" in bracket[2].split("(")[0] or _SAYS_OF_OWNER.match(bracket[2])):
        bracket = None
    if bracket is not None and not _is_place(bracket[1]) and re.search(r"[、,]", bracket[2]):
        label = squeeze(block.passage.text[bracket.start(1) : bracket.end(1)])
        yield _read_line(
            reader, number, label, 0, (bracket.start(2), find_list_end(folded, bracket.start(2), bracket.end(2)))
        )
        return
    colon = _blank_owner_notes(folded).find(":")
    if 0 < colon <= _MAX_LABEL_CHARS and len(folded) - colon > _MIN_LIST_MEMBERS:
        begin = (
            folded.find(fold_variants(block.heading.title)) if block.heading is not None and block.heading.title else 0
        )
        label = strip_count(squeeze(block.passage.text[max(begin, 0) : colon]))
        if not (_CUE.search(fold_variants(label)) or is_about_office(label)):
            label = extract_name(reader, block)[0] if _SENTENCE_LABEL.search(fold_variants(label)) else label
            yield _read_line(reader, number, label, 0, (colon + 1, find_list_end(folded, colon + 1, len(folded))))


def _blank_owner_notes(folded: str) -> str:
    """Blank out notes that speak of the name before them; a colon or 包括 in them leads in no list."""
    return _OWNER_NOTE.sub(lambda note: " " * len(note[0]), folded)


def _is_place(label: str) -> bool:
    return bool(find_area_prefix(label)) and fold_variants(label) in load_gazetteer().forms


def _read_line(reader: BlockReader, number: int, label: str, start: int, extent: tuple[int, int]) -> _ListLine:
    span = Span(number, *extent)
    listing = reader.read_list(span, (*_get_path_above(reader.blocks[number]), label), find_area_prefix(label))
    stated = _has_area(reader.get_passage(number), span)
    certain = _is_list(listing, place_label=_is_place(label), stated=stated)
    return _ListLine(label, start, span, listing, certain, _is_list(listing, place_label=True, stated=stated))


def _find_previous(reader: BlockReader, number: int) -> int:
    """Find the block before, page numbers passed over."""
    number -= 1
    while number > 0 and reader.get_passage(number).is_furniture:
        number -= 1
    return number


def _get_path_above(block: Block) -> tuple[str, ...]:
    own = 1 if block.heading is not None else 0
    return block.words[: len(block.words) - own]


def _is_list(listing: Listing, *, place_label: bool, stated: bool) -> bool:
    """Whether a listing is one: a place in it is certain, or an area is stated for names that may be places."""
    certain = [m for m in listing.members if m.status == "accepted" or (m.kind == "town" and (m.hosts or place_label))]
    special = [member for member in listing.members if member.kind == "special"]
    may_be = stated and any(_may_be_place(member) for member in listing.members)
    return listing.coverage >= _LISTS and bool(certain or (special and place_label) or may_be)


def _may_be_place(member: DraftMember) -> bool:
    return member.status in {"accepted", "review"} or _UNIT.fullmatch(fold_variants(member.listed_text)) is not None


def _has_area(passage: Passage, span: Span) -> bool:
    """Whether an area is stated with a list: names with an area are members, however doubtful each of them is."""
    return bool(find_areas(passage.folded, span.start, _find_statement_end(passage.folded, span.end)))


def _build_zone(
    reader: BlockReader, number: int, name: str, span: Span, listing: Listing, *, path: tuple[str, ...], begin: int = 0
) -> ZoneFound:
    block, passage = reader.blocks[number], reader.get_passage(number)
    zone = ZoneFound(name, find_region(block), path, Span(number, begin, begin), hint=find_area_prefix(name))
    zone.members = list(listing.members)
    zone.scope_text = squeeze(passage.text[span.start : span.end]).strip("，,、；; ")
    zone.used += [Span(number, *part) for part in listing.used]
    zone.used += [
        Span(above.block, 0, reader.blocks[above.block].body) for above in block.path if above.block != number
    ]
    set_area(
        zone, number, passage, find_areas(passage.folded, span.start, _find_statement_end(passage.folded, span.end))
    )
    return zone


def _find_statement_end(folded: str, place: int) -> int:
    """Find the end of what is said of a list: its sentence, or the next when the list was a sentence; a semicolon ends both."""
    if folded[place : place + 1] == "。":
        place += 1
    stop = re.compile(r"[。;]").search(folded, place)
    return stop.start() if stop else len(folded)


def _find_lists_under_headings(reader: BlockReader) -> Iterator[ZoneFound]:
    """Find enumerations that fill their passages: one zone for each heading they stand under."""
    zones: dict[int, ZoneFound] = {}
    last: dict[int, int] = {}
    for number, block in reader.running:
        start = _find_list_start(block)
        if start is None:
            continue
        passage = block.passage
        name, path = extract_name(reader, block)
        span = Span(number, start, find_list_end(passage.folded, start, len(passage.folded)))
        listing = reader.read_list(span, path, find_area_prefix(name))
        owner = block.path[-1].block if block.path else -1
        follows = owner in zones and last[owner] == _find_previous(reader, number)
        # In a list of lines, a line that names no known place is a member all the same.
        if _fills_passage(passage, span, listing) or (follows and _UNIT.fullmatch(passage.folded) and listing.members):
            last[owner] = number
            fresh = _build_zone(reader, number, name, span, listing, path=path)
            if owner in zones:
                _append_zone(zones[owner], fresh)
            else:
                zones[owner] = fresh
    yield from (settle_headings(reader, zone) for zone in zones.values())


def _find_list_start(block: Block) -> int | None:
    """Find where in a block a list may begin; None when there is none to look for."""
    passage = block.passage
    several = any(mark in passage.folded for mark in "、,; ")
    if block.heading is not None and block.body >= len(passage.folded):
        # A heading alone, or an enumeration that was taken for one.
        return 0 if several else None
    return block.body if several or len(passage.folded) <= _MAX_NAME_CHARS else None


def _fills_passage(passage: Passage, span: Span, listing: Listing) -> bool:
    """Whether a list fills its passage; one with words before it belongs to a sentence."""
    most = _MAX_WORDS_SHARE / 3 if _CUE.search(passage.folded, span.start, span.end) else _MAX_WORDS_SHARE
    stated = _has_area(passage, span)
    return (
        _is_list(listing, place_label=False, stated=stated)
        and _compute_unread_share(passage, span.start, listing) <= most
    )


def _append_zone(zone: ZoneFound, more: ZoneFound) -> None:
    zone.members += more.members
    zone.scope_text = f"{zone.scope_text}、{more.scope_text}"
    zone.used += more.used
    if zone.area is None:
        zone.area, zone.area_text, zone.area_span = more.area, more.area_text, more.area_span


def _compute_unread_share(passage: Passage, start: int, listing: Listing) -> float:
    """Compute the share of the Chinese characters of a passage that no member stands for."""
    text = passage.folded[start:]
    total = len(re.findall(r"[\u4e00-\u9fff]", text))
    open_ones = {member.listed_text for member in listing.members if member.status == "unresolved"}
    parts = [(s, e) for s, e in _drop_overlapping(listing.used) if squeeze(passage.text[s:e]) not in open_ones]
    used = sum(len(re.findall(r"[\u4e00-\u9fff]", passage.folded[s:e])) for s, e in parts)
    return 1 - used / total if total else 1.0


def _drop_overlapping(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    end = -1
    for start, stop in sorted(spans):
        if stop > end:
            yield max(start, end), stop
            end = stop


def _find_lists_in_sentences(reader: BlockReader) -> Iterator[ZoneFound]:
    """Find sentences such as 主要包括：A市，B市C区、D县，面积2.7万平方公里: one zone for each."""
    for number, block in reader.running:
        for start, end in _split_sentences(block.passage.folded):
            zone = _find_sentence_zone(reader, number, start, end)
            if zone is not None:
                yield zone


def _split_sentences(folded: str) -> Iterator[tuple[int, int]]:
    """Split a text into sentences; a stated area before a semicolon ends one too."""
    start, depth = 0, 0
    areas = {area.end for area in find_areas(folded)}
    passed = False
    for place, char in enumerate(folded):
        depth += (char == "(") - (char == ")")
        passed = passed or place in areas
        if depth <= 0 and (char == "。" or (char == ";" and (passed or _CUE.search(folded, place, place + 12)))):
            yield start, place
            start, passed, depth = place + 1, False, 0
    if start < len(folded):
        yield start, len(folded)


def _find_sentence_zone(reader: BlockReader, number: int, start: int, end: int) -> ZoneFound | None:
    block, passage = reader.blocks[number], reader.get_passage(number)
    cue = _CUE.search(_blank_owner_notes(passage.folded), start, end)
    if cue is None:
        return None
    areas = find_areas(passage.folded, cue.end(), end)
    stop = min([end, *(area.start for area in areas)])
    # 面积约120平方公里，包括…: the figure may come first.
    areas = areas or find_areas(passage.folded, start, cue.start())
    name, path = extract_name(reader, block)
    listing = reader.read_list(Span(number, cue.end(), stop), path, "", running=True)
    certain = [m for m in listing.members if m.status == "accepted" or (areas and _may_be_place(m))]
    close = bool(listing.used) and listing.used[0][0] - cue.end() <= _MAX_CUE_DISTANCE_CHARS
    if len(certain) < (1 if areas else _MIN_LISTED) or listing.coverage < _SENTENCE_LISTS or not close:
        return None
    # Nothing of its own before the list: the sentence goes on about what the passage is about.
    subject = find_subject(passage.text[start : cue.start()]) or find_subject(passage.text[: cue.start()])
    zone = _build_zone(reader, number, subject or name, Span(number, cue.end(), stop), listing, path=path)
    if areas and zone.area is None:
        set_area(zone, number, passage, areas)
    return zone
